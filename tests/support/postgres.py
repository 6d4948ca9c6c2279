"""The PostgreSQL of a test run: one throw-away server, and databases in it that cost some 40 ms each.

`THIDUA_TEST_DATABASE_URL` (a superuser's) puts another server, of another version say, in the embedded one's place.
"""

import itertools
import os
import secrets
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from adapters.postgres import embedded

OWNER = "thidua_owner"
OWNER_PASSWORD = "owner-of-tests"


class PostgresServer:
    """A server that may be filled at will. Every database belongs to the same role, which may make roles and is no
    superuser, as a hosted PostgreSQL would give it to us; roles are the server's, not the database's."""

    def __init__(self, superuser_url: str) -> None:
        self.superuser_url = superuser_url
        self._names = (f"test_{os.getpid()}_{secrets.token_hex(2)}_{number}" for number in itertools.count(1))
        self._templates: dict[str, str] = {}

    def url(self, database: str, *, role: str = OWNER, password: str = OWNER_PASSWORD) -> str:
        """The URL of `role` in `database`, by default the owner's."""
        return f"postgresql://{role}:{password}@{urlsplit(self.superuser_url).netloc.rpartition('@')[2]}/{database}"

    def superuser_url_of(self, url: str) -> str:
        """The superuser's URL of the database that `url` names."""
        return urlsplit(self.superuser_url)._replace(path=urlsplit(url).path).geturl()

    async def execute(self, *statements: str) -> None:
        """Run statements one by one as the superuser, outside a transaction."""
        connection = await asyncpg.connect(self.superuser_url)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def make_owner(self) -> None:
        await self.execute(
            f"DO $$ BEGIN CREATE ROLE {OWNER} LOGIN CREATEROLE; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
            f"ALTER ROLE {OWNER} PASSWORD '{OWNER_PASSWORD}'",
        )

    async def fresh_database(self, *, template: str = "template1") -> str:
        """The owner's URL of a new database: empty, or a copy of `template`."""
        name = next(self._names)
        await self.execute(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template}")
        return self.url(name)

    async def prepared_database(self, kind: str, prepare: Callable[[str], Awaitable[object]]) -> str:
        """The owner's URL of a new database in which `prepare(owner_url)` has been done.

        It is done once for each `kind` and copied after that; it must leave no connection open behind it.
        """
        if kind not in self._templates:
            url = await self.fresh_database()
            await prepare(url)
            self._templates[kind] = urlsplit(url).path.lstrip("/")
        return await self.fresh_database(template=self._templates[kind])

    async def drop_database(self, url: str) -> None:
        """Drop the database that `url` names, with whoever is connected to it."""
        await self.execute(f"DROP DATABASE IF EXISTS {urlsplit(url).path.lstrip('/')} WITH (FORCE)")


@contextmanager
def throw_away_folder() -> Iterator[Path]:
    """A folder that the service user can reach too, which a folder of pytest's own is not when root runs it."""
    folder = Path(tempfile.mkdtemp(prefix="thidua-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def superuser_urls() -> Iterator[str]:
    if given := os.environ.get("THIDUA_TEST_DATABASE_URL"):
        yield given
        return
    with (
        throw_away_folder() as folder,
        embedded.start(folder / "postgres", durable=False, options={"max_connections": "200"}) as running,
    ):
        yield running.superuser_url
