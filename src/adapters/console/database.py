"""Which database a command works on: the one that the settings name, else the embedded one of the data folder."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from adapters.console.checks import DatabaseProblem
from adapters.postgres import embedded

if TYPE_CHECKING:
    from adapters.settings import Settings

FOLDER = "postgres"
DATABASE = "thidua"
OWNER_ROLE = "thidua_owner"
SERVING_ROLE = "thidua_server"


class Urls(msgspec.Struct, frozen=True, kw_only=True):
    """`serving` is the server's, and may lead through a transaction pooler; `owner` migrates and sets tenants up, None
    where only the former was named."""

    serving: str
    owner: str | None
    transaction_pooler: bool = False

    def owners(self) -> str:
        """Raises: DatabaseProblem: it was not named."""
        if self.owner is None:
            raise DatabaseProblem(
                "THIDUA_OWNER_DATABASE_URL chưa được đặt: việc này cần vai trò sở hữu cơ sở dữ liệu.",
                "THIDUA_OWNER_DATABASE_URL is not set: this needs the role that owns the database.",
            )
        return self.owner


def named(settings: "Settings") -> Urls | None:
    """The URLs of the settings; None where the embedded PostgreSQL is meant."""
    if settings.database_url is None:
        return None
    return Urls(
        serving=settings.database_url,
        owner=settings.owner_database_url,
        transaction_pooler=settings.transaction_pooler,
    )


def folder_of(settings: "Settings") -> Path:
    return settings.data_dir / FOLDER


def to_serve(settings: "Settings") -> str:
    """The serving URL, of an embedded PostgreSQL only where it runs already.

    Raises:
        DatabaseProblem: none is named and none runs.
    """
    if (urls := named(settings)) is not None:
        return urls.serving
    folder = folder_of(settings)
    if not is_used(folder):
        raise DatabaseProblem(
            f"THIDUA_DATABASE_URL chưa được đặt và không có PostgreSQL kèm theo nào đang chạy trong {folder}: "
            "hãy nêu một cơ sở dữ liệu, hoặc dùng `thidua run`, lệnh này tự mang theo cơ sở dữ liệu.",
            f"THIDUA_DATABASE_URL is not set and no embedded PostgreSQL runs in {folder}: "
            "name a database, or use `thidua run`, which brings its own.",
        )
    return _urls_of_running(folder).serving


@contextmanager
def at_hand(settings: "Settings") -> Iterator[Urls]:
    """The database for one command: an embedded one is joined where it runs, and started for the while where not.

    Raises:
        EmbeddedProblem: it does not start.
    """
    if (urls := named(settings)) is not None:
        yield urls
    elif is_used(folder_of(settings)):
        yield _urls_of_running(folder_of(settings))
    else:
        with embedded.start(folder_of(settings)) as running:
            yield urls_of(running)


def urls_of(running: embedded.Running) -> Urls:
    """The URLs of an embedded PostgreSQL that is ours; database and owner are made if missing."""
    owner = running.ensure_database(DATABASE, owner=OWNER_ROLE)
    return Urls(serving=running.url(SERVING_ROLE, DATABASE), owner=owner)


def is_used(folder: Path) -> bool:
    """Whether some process runs an embedded PostgreSQL in the folder."""
    if not (folder / "lock").exists():
        return False
    try:
        lock = embedded.take_lock(folder)
    except embedded.EmbeddedProblem:
        return True
    os.close(lock)
    return False


def _urls_of_running(folder: Path) -> Urls:
    port = embedded.read_port(folder)
    if port is None:
        raise DatabaseProblem(
            f"PostgreSQL kèm theo trong {folder} đang khởi động: hãy thử lại.",
            f"The embedded PostgreSQL in {folder} is just being started: try again.",
        )

    def url(role: str) -> str:
        return f"postgresql://{role}:{embedded.kept_password(folder, role)}@{embedded.HOST}:{port}/{DATABASE}"

    return Urls(serving=url(SERVING_ROLE), owner=url(OWNER_ROLE))
