import re
from pathlib import Path

import pytest

from adapters.settings import WANTED, Settings, SettingsProblem, attachments_folder, bucket_of, load_settings


def refusal(**environment: str) -> str:
    with pytest.raises(SettingsProblem) as caught:
        load_settings(environment)
    return str(caught.value)


def test_without_any_variable_the_defaults_serve_on_the_loopback_address() -> None:
    settings = load_settings({"HOME": "/nowhere"})
    assert (settings.host, settings.port, settings.database_url) == ("127.0.0.1", 8000, None)
    assert settings.master_key_file == settings.data_dir / "master.key"
    assert settings.log_keys_file == settings.data_dir / "log.keys"
    assert settings.checkpoint_dir == settings.data_dir / "checkpoints"
    assert (settings.log_name, settings.witnesses_file) == ("thidua.local", None)


def test_every_variable_is_read_into_its_type() -> None:
    settings = load_settings({"THIDUA_PORT": "9000", "THIDUA_STOP_SECONDS_MAX": "1.5", "THIDUA_DATA_DIR": "some/where"})
    assert (settings.port, settings.stop_seconds_max) == (9000, 1.5)
    assert settings.data_dir == Path.cwd() / "some" / "where"


def test_an_empty_value_counts_as_not_set() -> None:
    assert load_settings({"THIDUA_PORT": "", "THIDUA_DATABASE_URL": ""}).port == 8000


def test_an_unknown_name_is_refused_by_name() -> None:
    assert re.fullmatch(r"THIDUA_PROT không phải [^\n]*\. / THIDUA_PROT is not [^\n]*\.", refusal(THIDUA_PROT="9000"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "many"),
        ("LOG_LEVEL", "loud"),
        ("POOL_SIZE_MAX", "1"),
        ("STOP_SECONDS_MAX", "-1"),
        ("LOG_FORMAT", "xml"),
        ("TRANSACTION_POOLER", "perhaps"),
        ("DATABASE_URL", "mysql://x"),
        ("LOG_NAME", "Thi Đua"),
        ("LOG_NAME", "thidua+log"),
        ("LOG_NAME", "x" * 101),
        ("ATTACHMENTS", "ftp://x"),
        ("ATTACHMENTS", "s3://me:hunter2@bucket"),
        ("ATTACHMENTS_ENDPOINT", "http://me:hunter2@host"),
        ("ATTACHMENTS_REGION", "Hà Nội"),
        ("ATTACHMENT_SIZE_BYTES_MAX", "999"),
    ],
)
def test_a_bad_value_is_refused_in_one_sentence_that_names_the_variable(name: str, value: str) -> None:
    sentence = refusal(**{f"THIDUA_{name}": value})
    vi, en = sentence.split(". / ")
    assert vi.startswith(f"THIDUA_{name} có giá trị không hợp lệ: ")
    assert en.startswith(f"THIDUA_{name} has a bad value: ")
    assert (value in sentence, "\n" in sentence, sentence[-1]) == (False, False, ".")


def test_every_variable_that_does_not_take_any_text_says_what_it_takes() -> None:
    free = {"data_dir", "deploy_dir", "host", "master_key_file", "clock_file", "attachments_access_key"}
    free |= {"attachments_secret_key", "log_keys_file", "checkpoint_dir", "witnesses_file"}
    assert {*Settings.__struct_fields__} - free == {*WANTED}


def test_a_transaction_pooler_is_said_to_be_there_or_not() -> None:
    assert not load_settings({}).transaction_pooler
    assert load_settings({"THIDUA_TRANSACTION_POOLER": "true"}).transaction_pooler
    assert load_settings({"THIDUA_TRANSACTION_POOLER": str(True)}).transaction_pooler, "as `thidua run` hands it on"


def test_a_url_that_is_none_is_refused_without_repeating_it() -> None:
    assert "hunter2" not in refusal(THIDUA_DATABASE_URL="mysql://me:hunter2@host/db")


def test_an_owner_without_a_server_is_refused() -> None:
    assert "hãy đặt cả hai, hoặc không đặt. / " in refusal(THIDUA_OWNER_DATABASE_URL="postgresql://o:p@localhost/x")


def test_the_suites_own_variables_do_not_trip_a_server() -> None:
    assert isinstance(load_settings({"THIDUA_REQUIRE_ALL": "1", "THIDUA_TEST_DATABASE_URL": "x"}), Settings)


def test_attachments_lie_in_the_data_folder_unless_another_folder_or_a_bucket_is_named() -> None:
    assert attachments_folder(load_settings({"THIDUA_DATA_DIR": "/some/where"})) == Path("/some/where/attachments")
    assert attachments_folder(load_settings({"THIDUA_ATTACHMENTS": "files"})) == Path.cwd() / "files"
    keys = {"THIDUA_ATTACHMENTS_ACCESS_KEY": "ai", "THIDUA_ATTACHMENTS_SECRET_KEY": "hunter2"}
    assert bucket_of(load_settings({"THIDUA_ATTACHMENTS": "s3://ho-so/thi-dua/2024", **keys})) == (
        "ho-so",
        "thi-dua/2024",
    )
    assert bucket_of(load_settings({})) is None
    alone = {"THIDUA_ATTACHMENTS": "s3://ho-so", "THIDUA_ATTACHMENTS_SECRET_KEY": "hunter2"}
    assert "THIDUA_ATTACHMENTS_ACCESS_KEY" in refusal(**alone)
    assert "hunter2" not in refusal(**alone)
