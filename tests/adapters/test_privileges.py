import os
import subprocess
from pathlib import Path

import pytest

from adapters import privileges
from tests.support.program import PYTHON, environment

PROGRAM = """
import os
from adapters import privileges
privileges.drop_to_service_user()
print(*os.getresuid(), *os.getresgid(), len(os.getgroups()), oct(os.umask(0)), os.environ["HOME"])
try:
    os.setuid(0)
    print("root again" if os.getuid() == 0 else "not root")
except PermissionError:
    print("not root")
if os.getuid() != int(os.environ["STARTED_AS"]):
    assert "XDG_STATE_HOME" not in os.environ
"""


def dropped() -> list[str]:
    variables = environment(HOME="/", XDG_STATE_HOME="/", STARTED_AS=str(os.getuid()))
    command = [PYTHON, "-c", PROGRAM]
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=True).stdout.splitlines()


def test_root_becomes_the_service_user_for_good_and_another_stays_who_he_is() -> None:
    user = privileges.service_user()
    who, after = dropped()
    if user is None:
        assert who.split()[:3] == [str(os.getuid())] * 3
    else:
        ids = [str(user.pw_uid)] * 3 + [str(user.pw_gid)] * 3
        assert who.split() == [*ids, "0", "0o77", user.pw_dir]
    assert after == "not root"


def test_a_folder_is_made_for_its_user_alone_and_by_root_its_parents_for_all_to_pass(
    reachable_folder: Path,
) -> None:
    privileges.make_private_folder(reachable_folder / "new" / "data")
    if privileges.is_root():
        assert (reachable_folder / "new").stat().st_mode & 0o777 == 0o755
    made = (reachable_folder / "new" / "data").stat()
    user = privileges.service_user()
    assert (made.st_mode & 0o777, made.st_uid) == (0o700, os.getuid() if user is None else user.pw_uid)
    privileges.make_private_folder(reachable_folder / "new" / "data")


def test_a_folder_of_somebody_else_is_refused() -> None:
    with pytest.raises(
        privileges.PrivilegeProblem, match=r"^Thư mục / là của .* / The folder / belongs to user id 0, and \d+ is"
    ):
        privileges.make_private_folder(Path("/"))
