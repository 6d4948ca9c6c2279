"""The one PostgreSQL of a run: durable as it comes, with a database for each contender."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.console.database import OWNER_ROLE, SERVING_ROLE
from adapters.postgres import embedded
from adapters.postgres.migrate import migrate

CONNECTIONS_MAX = "300"


class Ground:
    def __init__(self, running: embedded.Running, folder: Path) -> None:
        self.running, self.folder = running, folder

    def database(self, name: str) -> str:
        """The URL of a new database, for its superuser: a peer's set-up may want extensions."""
        self.running.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def url(self, name: str) -> str:
        return self.running.url(embedded.SUPERUSER, name)

    async def log(self, name: str) -> tuple[str, str]:
        """The owner's and the serving role's URL of a new database with our schema."""
        owner = self.running.ensure_database(name, owner=OWNER_ROLE)  # Roles are of the server, not of the database.
        serving = self.running.url(SERVING_ROLE, name)
        await migrate(owner, serving)
        return owner, serving

    def facts(self) -> dict[str, str]:
        names = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "max_wal_size")
        return {name: self.running.execute(f"SHOW {name}").strip() for name in names}


@contextmanager
def prepared() -> Iterator[Ground]:
    """Call it in the main thread; everything is gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="thidua-bench-"))
    folder.chmod(0o755)  # As root, PostgreSQL and the server run as a user who must be able to enter.
    try:
        with embedded.start(folder / "data" / "postgres", options={"max_connections": CONNECTIONS_MAX}) as running:
            yield Ground(running, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
