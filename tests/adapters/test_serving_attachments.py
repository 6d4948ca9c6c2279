"""The storage of attachments that a server is started with is the one that its settings name."""

from pathlib import Path

import pytest

from adapters.attachments.bucket import BucketAttachments
from adapters.attachments.folder import FolderAttachments
from adapters.console.serving import attachments_of, make_attachments_folder
from adapters.privileges import PrivilegeProblem, is_root, service_user
from adapters.settings import load_settings

KEYS = {"THIDUA_ATTACHMENTS_ACCESS_KEY": "ai-do", "THIDUA_ATTACHMENTS_SECRET_KEY": "bi-mat"}


def test_a_bucket_where_one_is_named_and_else_a_folder(reachable_folder: Path) -> None:
    at_hand = {"THIDUA_DATA_DIR": str(reachable_folder)}
    assert isinstance(attachments_of(load_settings(at_hand)), FolderAttachments)
    bucket = {"THIDUA_ATTACHMENTS": "s3://ho-so/thi-dua", "THIDUA_ATTACHMENTS_ENDPOINT": "http://127.0.0.1:9000"}
    assert isinstance(attachments_of(load_settings({**at_hand, **bucket, **KEYS})), BucketAttachments)
    make_attachments_folder(load_settings({**at_hand, **bucket, **KEYS}))
    assert list(reachable_folder.iterdir()) == []


def test_the_folder_is_made_for_the_one_who_serves_and_for_nobody_else(reachable_folder: Path) -> None:
    settings = load_settings({"THIDUA_ATTACHMENTS": str(reachable_folder / "a" / "b")})
    make_attachments_folder(settings)
    made = (reachable_folder / "a" / "b").stat()
    user = service_user()
    assert (made.st_mode & 0o777, made.st_uid) == (0o700, user.pw_uid if user else made.st_uid)
    make_attachments_folder(settings)


def test_a_folder_that_is_anothers_is_refused_before_anything_is_served(reachable_folder: Path) -> None:
    (reachable_folder / "a").mkdir()
    settings = load_settings({"THIDUA_ATTACHMENTS": str(reachable_folder / "a")})
    if not is_root():
        return make_attachments_folder(settings)  # It is ours, so it is nobody else's.
    with pytest.raises(PrivilegeProblem):
        make_attachments_folder(settings)
    return None
