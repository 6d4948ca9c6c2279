"""The tables of a store: the log's own DDL under another schema's name, and a little beside it."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from eventsourcing.persistence import ProgrammingError

from adapters.postgres.migrate import Migration, migrations

if TYPE_CHECKING:
    from adapters.postgres.pool import Connection

LOCK_WAIT = "60s"
LOCK_CLASS = 0x74686432
"""First half of the advisory lock's key; the second is a hash of the schema's name."""
BESIDE = Path(__file__).parent

ALLOWED = "1 to 48 lower-case letters, digits, _; no name that is taken and no reserved word of SQL"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,47}")
_RESERVED = "SELECT true FROM pg_get_keywords() AS k WHERE k.word = $1 AND k.catcode = 'R'"
_TAKEN = re.compile(r"thidua|read_models|public|information_schema|pg_.*")
_DEFINES_LOG = re.compile(r"FUNCTION\s+thidua\.append_(?:time|one|batch|requests|stream|together|event)\b")
# A comment, a string, a dollar-quoted body, the end of a statement, or text between them.
_PIECE = re.compile(
    r"(?P<comment>--[^\n]*)|'(?:[^']|'')*'|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$|(?P<end>;)|[^-'$;]+|.", re.DOTALL
)
# The platform serves as another role than its owner's, and fences tenants off by it. A store has one role.
_OF_ROLES = re.compile(r"\bthidua_(?:app|writer)\b|\bROW LEVEL SECURITY\b|\bPOLICY\b")


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the tables, applied once: its name, its checksum, and the SQL for a schema."""

    name: str
    checksum: str
    statements: tuple[str, ...]

    def sql(self, schema: str) -> str:
        return ";\n".join(re.sub(r"\bthidua\b", schema, each) for each in self.statements)


def check_name(schema: str) -> str:
    """The name, if a store may have it.

    Raises: ProgrammingError: it would need quotes, or it is the platform's or PostgreSQL's own.
    """
    if not _NAME.fullmatch(schema) or _TAKEN.fullmatch(schema):
        raise ProgrammingError(f"No schema for a store: {schema!r} ({ALLOWED})")
    return schema


def parts() -> list[Part]:
    """The files in their order: the migrations that define the log, then what only a store has."""
    log = [each for each in migrations() if _DEFINES_LOG.search(each.sql)]
    return [_part(each) for each in (*log, *migrations(BESIDE))]


def _part(migration: Migration) -> Part:
    kept = tuple(each for each in statements(migration.sql) if not _OF_ROLES.search(each))
    return Part(name=migration.name, checksum=migration.checksum, statements=kept)


def statements(sql: str) -> Iterator[str]:
    """The statements of a file, without what is commented between them."""
    collected: list[str] = []
    for piece in _PIECE.finditer(sql):
        if piece["comment"]:
            continue
        if not piece["end"]:
            collected.append(piece[0])
        elif statement := "".join(collected).strip():
            yield statement
            collected = []
    assert not "".join(collected).strip(), "a file ends with a semicolon"


async def create(connection: "Connection", schema: str) -> None:
    """Bring the schema up to this release; any number of processes may do so at once.

    Raises: ProgrammingError: the schema is a later release's, or was made by something else.
    """
    # One lock, held to the end of the transaction: DDL that runs twice at once fails with "tuple concurrently updated".
    async with connection.transaction():
        await connection.execute(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'")
        await connection.execute("SELECT pg_advisory_xact_lock($1, hashtext($2))", LOCK_CLASS, schema)
        if await connection.fetchval(_RESERVED, schema):
            raise ProgrammingError(f"No schema for a store: {schema!r} ({ALLOWED})")
        # Asked first: IF NOT EXISTS wants the right to create schemas even where there is nothing to create.
        if await connection.fetchval("SELECT to_regnamespace($1) IS NULL", schema):
            await connection.execute(f"CREATE SCHEMA {schema}")
        await connection.execute(f"""
            CREATE TABLE IF NOT EXISTS {schema}.parts (
                name       text        NOT NULL PRIMARY KEY,
                checksum   text        NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
            )""")
        for part in await _missing(connection, schema, parts()):
            await connection.execute(part.sql(schema))
            await connection.execute(
                f"INSERT INTO {schema}.parts (name, checksum) VALUES ($1, $2)", part.name, part.checksum
            )


async def _missing(connection: "Connection", schema: str, wanted: Sequence[Part]) -> list[Part]:
    rows = await connection.fetch(f"SELECT p.name, p.checksum FROM {schema}.parts AS p")
    done = {row["name"]: row["checksum"] for row in rows}
    known = {part.name: part.checksum for part in wanted}
    if strange := sorted(name for name, checksum in done.items() if known.get(name) != checksum):
        raise ProgrammingError(f"The schema {schema} is of another release: it has {', '.join(strange)}")
    return [part for part in wanted if part.name not in done]
