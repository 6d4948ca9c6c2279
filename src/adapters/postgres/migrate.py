"""Bring a database's schema up to this program, as the owner; and say in one sentence why it is not.

How SQL is run: every `migrations/NNNN_name.sql`, in order of number, each in one transaction of the owner with its line
in `thidua.migrations`. Inside, the schema `thidua` exists and so do two roles: `thidua_app`, what the server may do, to
which everything is granted; and `thidua_writer`, which cannot log in and owns the SECURITY DEFINER functions that write
(`ALTER FUNCTION … OWNER TO thidua_writer`, and a policy `TO thidua_writer`). The owner may act for the writer until the
transaction ends. A file that was released is never edited: the next one mends it.
"""

import base64
import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

import asyncpg
import msgspec

from adapters.said import Mendable

MIGRATIONS = Path(__file__).parent / "migrations"
SERVER_VERSION_MIN = 15
LOCK_KEY = 0x7468696475610001  # "thidua", 1
LOCK_WAIT = "60s"
ATTEMPTS_MAX = 5
CONNECT_TIMEOUT_S = 10.0
SCRAM_ITERATIONS = 4096

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


class MigrationProblem(Mendable):
    """The database's schema and this program do not fit."""


class Migration(msgspec.Struct, frozen=True, kw_only=True):
    """One file. `checksum` is the SHA-256 of its bytes, in hex."""

    number: int
    name: str
    checksum: str
    sql: str


def migrations(folder: Path = MIGRATIONS) -> list[Migration]:
    """The program's migrations in order of number, which counts from 1 without gaps."""
    found = [_migration(path) for path in sorted(folder.glob("*.sql"))]
    assert [each.number for each in found] == list(range(1, len(found) + 1)), "migrations are numbered without gaps"
    return found


def _migration(path: Path) -> Migration:
    content = path.read_bytes()
    number = int(path.name[:4])
    return Migration(number=number, name=path.stem, checksum=hashlib.sha256(content).hexdigest(), sql=content.decode())


async def migrate(owner_url: str, serving_url: str | None = None, *, folder: Path = MIGRATIONS) -> list[str]:
    """The names of the migrations that were applied now; empty when there was nothing to do.

    The role that `serving_url` names may serve afterwards: it is made, with the URL's password, if it does not exist.
    Any number of processes may call this at once, on one database or on several of one server.

    Raises:
        MigrationProblem: why it cannot be done; nothing is left half done.
    """
    for attempt in range(1, ATTEMPTS_MAX + 1):
        try:
            async with _owner(owner_url) as connection:
                return await _bring_up(connection, migrations(folder), serving_url)
        except (asyncpg.UniqueViolationError, asyncpg.DuplicateObjectError, asyncpg.InternalServerError) as error:
            # Roles belong to the whole server: a migrator of another database was making the same ones.
            if attempt == ATTEMPTS_MAX or (
                type(error) is asyncpg.InternalServerError and "concurrently" not in str(error)
            ):
                raise
        except asyncpg.LockNotAvailableError as error:
            raise MigrationProblem(
                f"Một lượt nâng cấp khác đã giữ cơ sở dữ liệu suốt {LOCK_WAIT}; hãy thử lại.",
                f"Another migration has held the database for {LOCK_WAIT}; try again.",
            ) from error
        except asyncpg.InsufficientPrivilegeError as error:
            raise MigrationProblem(
                f"Vai trò sở hữu không được làm việc này ({error}); vai trò đó cần quyền CREATE trên cơ sở dữ liệu "
                "và CREATEROLE.",
                f"The owner's role may not do this ({error}); it needs CREATE on the database and CREATEROLE.",
            ) from error
    raise AssertionError("unreachable")


@asynccontextmanager
async def _owner(url: str) -> AsyncIterator[Connection]:
    try:
        # No statement cache: nothing is repeated, and a pooler in between does no harm.
        connection = await asyncpg.connect(url, timeout=CONNECT_TIMEOUT_S, statement_cache_size=0)
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        said = (str(error) or type(error).__name__).rstrip(".")
        raise MigrationProblem(
            f"Không kết nối được cơ sở dữ liệu bằng vai trò sở hữu: {said}.",
            f"The database cannot be reached as its owner: {said}.",
        ) from error
    try:
        check_server_version(connection)
        yield connection
    finally:
        await connection.close(timeout=CONNECT_TIMEOUT_S)


def check_server_version(connection: Connection) -> None:
    """Raises: MigrationProblem: the server is too old."""
    version = connection.get_server_version()
    if version.major < SERVER_VERSION_MIN:
        raise MigrationProblem(
            f"PostgreSQL {version.major} đã quá cũ: cần bản {SERVER_VERSION_MIN} trở lên.",
            f"PostgreSQL {version.major} is too old: {SERVER_VERSION_MIN} or newer is needed.",
        )


async def _bring_up(connection: Connection, wanted: Sequence[Migration], serving_url: str | None) -> list[str]:
    async with _locked(connection):
        await _prepare(connection)
    applied: list[str] = []
    while (name := await _apply_next(connection, wanted)) is not None:
        applied.append(name)
    if serving_url is not None:
        async with _locked(connection):
            await _admit(connection, serving_url)
    return applied


@asynccontextmanager
async def _locked(connection: Connection) -> AsyncIterator[None]:
    # A lock of the transaction, not of the session: it holds behind a pooler too, and ends with a killed migrator.
    async with connection.transaction():
        await connection.execute(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'")
        await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK_KEY)
        yield


async def _prepare(connection: Connection) -> None:
    for role in ("thidua_app", "thidua_writer"):
        if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_roles AS r WHERE r.rolname = $1)", role):
            await connection.execute(f"CREATE ROLE {role} NOLOGIN")
    if await connection.fetchval("SELECT to_regnamespace('thidua') IS NULL"):
        await connection.execute("CREATE SCHEMA thidua")
    elif await connection.fetchval("SELECT to_regclass('thidua.migrations') IS NULL"):
        raise MigrationProblem(
            "Lược đồ thidua đã có nhưng không do chương trình này tạo: hãy dành cho nó một cơ sở dữ liệu riêng.",
            "The schema thidua exists but was not made by this program: give it a database of its own.",
        )
    await connection.execute("""
        REVOKE ALL ON SCHEMA thidua FROM PUBLIC;
        GRANT USAGE ON SCHEMA thidua TO thidua_app, thidua_writer;
        CREATE TABLE IF NOT EXISTS thidua.migrations (
            number     integer     NOT NULL PRIMARY KEY,
            name       text        NOT NULL,
            checksum   text        NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
        );
        GRANT SELECT ON thidua.migrations TO thidua_app;
    """)


async def _apply_next(connection: Connection, wanted: Sequence[Migration]) -> str | None:
    async with _locked(connection):
        done = await _done(connection)
        _compare(done, wanted)
        if len(done) == len(wanted):
            return None
        migration = wanted[len(done)]
        await _apply(connection, migration)
        return migration.name


async def _apply(connection: Connection, migration: Migration) -> None:
    # Acting for the writer, which may create, lasts as long as the transaction: nobody serves with these rights.
    await connection.execute("GRANT thidua_writer TO CURRENT_USER; GRANT CREATE ON SCHEMA thidua TO thidua_writer")
    await connection.execute(migration.sql)
    await connection.execute(
        "REVOKE CREATE ON SCHEMA thidua FROM thidua_writer; REVOKE thidua_writer FROM CURRENT_USER"
    )
    await connection.execute(
        "INSERT INTO thidua.migrations (number, name, checksum) VALUES ($1, $2, $3)",
        migration.number,
        migration.name,
        migration.checksum,
    )


async def _done(connection: Connection) -> list[asyncpg.Record]:
    return await connection.fetch("SELECT m.number, m.name, m.checksum FROM thidua.migrations AS m ORDER BY m.number")


def _compare(done: Sequence[asyncpg.Record], wanted: Sequence[Migration]) -> None:
    """Raises: MigrationProblem: what was applied is not a beginning of what is wanted."""
    if len(done) > len(wanted):
        raise MigrationProblem(
            f"Cơ sở dữ liệu mới hơn chương trình này, vốn không biết bước nâng cấp {done[-1]['name']}: "
            "hãy cập nhật chương trình.",
            f"The database is newer than this program, which does not know migration {done[-1]['name']}: "
            "update the program.",
        )
    for row, migration in zip(done, wanted, strict=False):
        if row["number"] != migration.number:
            raise MigrationProblem(
                f"Cơ sở dữ liệu được nâng cấp dở dang: còn thiếu bước {migration.name}.",
                f"The database is half migrated: migration {migration.name} is missing in it.",
            )
        if row["checksum"] != migration.checksum:
            raise MigrationProblem(
                f"Bước nâng cấp {migration.name} đã bị sửa sau khi cơ sở dữ liệu áp dụng nó.",
                f"Migration {migration.name} was edited after the database had applied it.",
            )


async def check_schema(connection: Connection, *, folder: Path = MIGRATIONS) -> None:
    """For the server's start: looks, and changes nothing.

    Raises:
        MigrationProblem: the schema is not exactly this program's.
    """
    check_server_version(connection)
    if await connection.fetchval("SELECT to_regclass('thidua.migrations') IS NULL"):
        raise MigrationProblem(
            "Cơ sở dữ liệu chưa được nâng cấp: hãy chạy `thidua migrate`.",
            "The database is not migrated: run `thidua migrate`.",
        )
    try:
        done = await _done(connection)
    except asyncpg.InsufficientPrivilegeError as error:
        raise MigrationProblem(
            "Vai trò này chưa được phục vụ cơ sở dữ liệu: hãy chạy `thidua migrate` với URL của nó.",
            "This role may not serve the database: run `thidua migrate` with its URL.",
        ) from error
    wanted = migrations(folder)
    _compare(done, wanted)
    if len(done) < len(wanted):
        raise MigrationProblem(
            f"Cơ sở dữ liệu mới qua {len(done)} trên {len(wanted)} bước nâng cấp: hãy chạy `thidua migrate`.",
            f"The database has {len(done)} of {len(wanted)} migrations: run `thidua migrate`.",
        )


async def mark_demo(owner_url: str) -> None:
    """Mark the database as a demo, for ever: its time may be moved."""
    async with _owner(owner_url) as connection:
        await connection.execute(
            "INSERT INTO thidua.database_marks (mark) VALUES ('demo') ON CONFLICT (mark) DO NOTHING"
        )


async def _admit(connection: Connection, serving_url: str) -> None:
    parts = urlsplit(serving_url)
    role, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.@-]{0,62}", role):
        raise MigrationProblem(
            "URL phục vụ phải nêu một vai trò (chữ cái, chữ số và _ . @ -).",
            "The serving URL must name a role (letters, digits and _ . @ -).",
        )
    # Locked in their own row: two databases of one server may be migrated at once.
    login = await connection.fetchval("SELECT r.rolcanlogin FROM pg_roles AS r WHERE r.rolname = $1", role)
    if not login and not password:
        raise MigrationProblem(
            f"Vai trò {role} không đăng nhập được, mà URL phục vụ không có mật khẩu để tạo nó.",
            f"The role {role} cannot log in, and the serving URL has no password to make it with.",
        )
    if login is None:
        await connection.execute(f"CREATE ROLE \"{role}\" LOGIN PASSWORD '{_scram_verifier(password)}'")
    elif not login:
        await connection.execute(f"ALTER ROLE \"{role}\" LOGIN PASSWORD '{_scram_verifier(password)}'")
    member = await connection.fetchval("SELECT pg_has_role($1, 'thidua_app', 'MEMBER')", role)
    if not member:
        await connection.execute(f'GRANT thidua_app TO "{role}"')


def _scram_verifier(password: str) -> str:
    """What PostgreSQL stores for a password (RFC 5803), so that the password itself is in no statement and no log."""
    salt = secrets.token_bytes(16)
    prepared = unicodedata.normalize("NFKC", password).encode()
    salted = hashlib.pbkdf2_hmac("sha256", prepared, salt, SCRAM_ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    encoded = (base64.b64encode(part).decode() for part in (salt, stored, server))
    return "SCRAM-SHA-256${}:{}${}:{}".format(SCRAM_ITERATIONS, *encoded)
