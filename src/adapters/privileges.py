"""Leaving root: the user of its own that the server and the embedded PostgreSQL run as.

Nothing here ever changes the mode or the owner of a folder that was there before.
"""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from adapters.said import Mendable, why

SERVICE_USER = "thidua"
STATE_FOLDER = Path("/var/lib/thidua")


class PrivilegeProblem(Mendable):
    """Why the service user cannot be made or cannot work where it was told to."""


def is_root() -> bool:
    return os.geteuid() == 0


def service_user() -> pwd.struct_passwd | None:
    """The user to run as, made if missing; None for an ordinary user, who runs everything as himself.

    Raises:
        PrivilegeProblem: the user is missing and cannot be made.
    """
    if not is_root():
        return None
    try:
        return pwd.getpwnam(SERVICE_USER)
    except KeyError:
        make_service_user()
        return pwd.getpwnam(SERVICE_USER)


def make_service_user() -> None:
    # PATH of a root shell opened with plain `su` lacks the sbin folders.
    useradd = shutil.which("useradd", path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin")))
    if useradd is None:
        raise PrivilegeProblem(
            f"Máy chưa có người dùng hệ thống {SERVICE_USER} và không có lệnh useradd để tạo.",
            f"The system user {SERVICE_USER} is missing and there is no useradd to make it with.",
        )
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", str(STATE_FOLDER)]
    command = [useradd, *options, "--shell", "/usr/sbin/nologin", SERVICE_USER]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    already_there = 9  # Another start of ours was faster.
    if made.returncode not in (0, already_there):
        said = made.stderr.strip().rstrip(".")
        raise PrivilegeProblem(
            f"Không tạo được người dùng hệ thống {SERVICE_USER}: {said}.",
            f"The system user {SERVICE_USER} could not be made: {said}.",
        )


def make_private_folder(folder: Path) -> None:
    """Make `folder` (0700, the service user's when root) with the parents that are missing (0755), or accept the one
    that is there if the one who will work in it can.

    Raises:
        PrivilegeProblem: the folder is another's, or lies where the service user cannot go.
    """
    user = service_user()
    check_reachable(folder, user)
    make_parents(folder.parent)
    try:
        folder.mkdir(mode=0o700)
        if user is not None:
            os.chown(folder, user.pw_uid, user.pw_gid)
    except FileExistsError:
        pass  # Somebody's folder already: it is looked at, never changed.
    except OSError as error:
        raise cannot_make(folder, error) from error
    check_owner(folder, user)


def make_parents(folder: Path) -> None:
    for missing in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
        try:
            missing.mkdir(mode=0o755, exist_ok=True)
            if is_root():
                missing.chmod(0o755)  # A folder just made by us: root's umask may have closed it.
        except OSError as error:
            raise cannot_make(missing, error) from error


def cannot_make(folder: Path, error: OSError) -> PrivilegeProblem:
    vi, en = why(error)
    return PrivilegeProblem(f"Không tạo được thư mục {folder}: {vi}.", f"The folder {folder} cannot be made: {en}.")


def check_owner(folder: Path, user: pwd.struct_passwd | None) -> None:
    owner = folder.stat().st_uid
    wanted = os.geteuid() if user is None else user.pw_uid
    if owner != wanted:
        raise PrivilegeProblem(
            f"Thư mục {folder} là của người dùng số {owner}, trong khi người làm việc ở đó phải là {wanted}.",
            f"The folder {folder} belongs to user id {owner}, and {wanted} is to work in it.",
        )


def check_reachable(folder: Path, user: pwd.struct_passwd | None) -> None:
    there = [parent for parent in folder.resolve().parents if parent.exists()]
    if user is not None and not all(may_enter(parent, user) for parent in there):
        raise PrivilegeProblem(
            f"Thư mục {folder} nằm ở nơi người dùng {SERVICE_USER} không vào được: "
            f"hãy chọn thư mục khác bằng THIDUA_DATA_DIR, ví dụ bên dưới {STATE_FOLDER}.",
            f"The folder {folder} lies where user {SERVICE_USER} may not go: "
            f"choose one outside with THIDUA_DATA_DIR, such as one under {STATE_FOLDER}.",
        )


def may_enter(folder: Path, user: pwd.struct_passwd) -> bool:
    status = folder.stat()
    if status.st_uid == user.pw_uid:
        return bool(status.st_mode & 0o100)
    if status.st_gid == user.pw_gid:
        return bool(status.st_mode & 0o010)
    return bool(status.st_mode & 0o001)


def drop_to_service_user() -> None:
    """Become the service user for good, as the whole process; nothing to do for an ordinary user.

    Call it after settings are read, before threads start and before the first file is made: everything made is then the
    service user's. Paths must be absolute from here on.

    Raises:
        PrivilegeProblem: there is no such user, or the program lies where he may not go; nothing has been dropped.
    """
    user = service_user()
    if user is None:
        return
    program = Path(__file__)
    if not all(may_enter(parent, user) for parent in (*program.parents, *program.resolve().parents)):
        raise PrivilegeProblem(
            f"Chương trình nằm ở {program.parents[1]}, nơi người dùng {SERVICE_USER} không vào được.",
            f"The program lies in {program.parents[1]}, where user {SERVICE_USER} may not go.",
        )
    os.setgroups([])
    os.setresgid(user.pw_gid, user.pw_gid, user.pw_gid)
    os.setresuid(user.pw_uid, user.pw_uid, user.pw_uid)
    os.umask(0o077)
    os.environ.update(HOME=user.pw_dir, USER=SERVICE_USER, LOGNAME=SERVICE_USER)
    for name in [name for name in os.environ if name.startswith("XDG_")]:
        del os.environ[name]  # They point into root's home.
    os.chdir("/")  # The folder that we were started in may be closed to us now.
