"""What a start looks at before it serves; each failure is one sentence."""

import errno
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import asyncpg

from adapters.postgres.migrate import check_schema
from adapters.postgres.pool import check_serving_role

CONNECT_SECONDS_MAX = 5.0
BACKLOG = 2_048


class DatabaseProblem(Exception):
    """The database cannot be served from; the text is one sentence for the operator."""


class PortProblem(Exception):
    """The address cannot be listened on; the text is one sentence for the operator."""


class ClockRefused(Exception):
    """Time may not be moved in this database."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on the address; connections wait in it until somebody serves.

    Raises:
        PortProblem: the port is taken, or the address is not ours to listen on.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise PortProblem(f"{host} is not an address: {error.strerror}.") from error
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(BACKLOG)  # Now, not later: two that have only bound would both believe the port theirs.
    except OSError as error:
        listener.close()
        raise PortProblem(_refusal(host, port, error)) from error
    return listener


def _refusal(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} of {host} is taken: stop what listens there, or choose another with THIDUA_PORT."
    if error.errno == errno.EACCES:
        return f"Port {port} may be listened on by root alone: choose one above 1023 with THIDUA_PORT."
    return f"{host} port {port} cannot be listened on: {error.strerror}."


async def check_database(url: str, *, demo: bool = False) -> None:
    """`demo`: the clock is to be moved.

    Raises:
        DatabaseProblem: the database is not reachable.
        MigrationProblem: it is too old, or its schema is not exactly this program's.
        ServingRoleRefused: the URL's role may do more than serve.
        ClockRefused: the clock is to be moved and the database is not marked as a demo.
    """
    async with connected(url) as connection:
        await check_schema(connection)
        await check_serving_role(connection)
        marked = await connection.fetchval(
            "SELECT EXISTS (SELECT FROM thidua.database_marks AS m WHERE m.mark = 'demo')"
        )
    if demo and not marked:
        raise ClockRefused("A clock file is for a database that is marked as a demo, and this one is not.")


@asynccontextmanager
async def connected(url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """Raises: DatabaseProblem."""
    try:
        connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS_MAX, statement_cache_size=0)
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise DatabaseProblem(f"The database at {place(url)} cannot be reached: {_reason(error)}.") from error
    try:
        yield connection
    finally:
        await connection.close(timeout=CONNECT_SECONDS_MAX)


def place(url: str) -> str:
    """Where a URL leads, without its password."""
    parts = urlsplit(url)
    return f"{parts.hostname or 'the default host'}{f':{parts.port}' if parts.port else ''}{parts.path}"


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {CONNECT_SECONDS_MAX:g} seconds"
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there"
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
