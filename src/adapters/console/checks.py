"""What a start looks at before it serves; each failure is one sentence in each language."""

import errno
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from adapters import privileges
from adapters.postgres.migrate import check_schema
from adapters.postgres.pool import check_serving_role
from adapters.said import Mendable, why

CONNECT_SECONDS_MAX = 5.0
BACKLOG = 2_048
FIRST_PORT = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")


class DatabaseProblem(Mendable):
    """The database cannot be served from."""


class PortProblem(Mendable):
    """The address cannot be listened on."""


class ClockRefused(Mendable):
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
        raise PortProblem(
            f"{host} không phải là một địa chỉ: {error.strerror}.", f"{host} is not an address: {error.strerror}."
        ) from error
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(BACKLOG)  # Now, not later: two that have only bound would both believe the port theirs.
    except OSError as error:
        listener.close()
        raise _refusal(host, port, error) from error
    return listener


def _refusal(host: str, port: int, error: OSError) -> PortProblem:
    if error.errno == errno.EADDRINUSE:
        return PortProblem(
            f"Cổng {port} của {host} đang bị chiếm: hãy dừng chương trình đang dùng nó, hoặc chọn cổng khác bằng "
            "THIDUA_PORT.",
            f"Port {port} of {host} is taken: stop what listens there, or choose another with THIDUA_PORT.",
        )
    if error.errno == errno.EACCES:
        first = unprivileged_port_min()
        return PortProblem(
            f"Cổng {port} chỉ root mới được mở: hãy chọn cổng từ {first} trở lên bằng THIDUA_PORT.",
            f"Port {port} may be listened on by root alone: choose one from {first} up with THIDUA_PORT.",
        )
    vi, en = why(error)
    return PortProblem(
        f"Không mở được cổng {port} của {host}: {vi}.", f"Port {port} of {host} cannot be listened on: {en}."
    )


def check_service_users_port(port: int) -> None:
    """For a server that root has started as the service user, who will open the port himself.

    Raises:
        PortProblem: he may not.
    """
    first = unprivileged_port_min()
    if privileges.is_root() and port < first:
        raise PortProblem(
            f"Cổng {port} chỉ root mới được mở, mà `thidua run` phục vụ bằng người dùng {privileges.SERVICE_USER}: "
            f"hãy chọn cổng từ {first} trở lên bằng THIDUA_PORT.",
            f"Port {port} may be listened on by root alone, and `thidua run` serves as user "
            f"{privileges.SERVICE_USER}: choose one from {first} up with THIDUA_PORT.",
        )


def unprivileged_port_min() -> int:
    """The first port that is not root's alone."""
    try:
        return int(FIRST_PORT.read_text())
    except (OSError, ValueError):
        return 1024


async def check_database(url: str, *, demo: bool = False) -> None:
    """`demo`: the clock is to be moved.

    Raises:
        DatabaseProblem: the database is not reachable.
        MigrationProblem: it is too old, or its schema is not exactly this program's.
        ServingRoleRefused: the URL's role may do more than serve.
        ClockRefused: the clock is to be moved and the database is not marked as a demo.
    """
    # In one transaction: a pooler may send what stands outside of one to several servers.
    async with connected(url) as connection, connection.transaction(readonly=True):
        await check_schema(connection)
        await check_serving_role(connection)
        marked = await connection.fetchval(
            "SELECT EXISTS (SELECT FROM thidua.database_marks AS m WHERE m.mark = 'demo')"
        )
    if demo and not marked:
        raise ClockRefused(
            "Tệp đồng hồ chỉ dùng cho cơ sở dữ liệu được đánh dấu là bản trình diễn, mà cơ sở dữ liệu này thì không.",
            "A clock file is for a database that is marked as a demo, and this one is not.",
        )


@asynccontextmanager
async def connected(url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """Raises: DatabaseProblem."""
    try:
        connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS_MAX, statement_cache_size=0)
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        vi, en = _reason(error)
        raise DatabaseProblem(
            f"Không kết nối được cơ sở dữ liệu ở {place(url)}: {vi}.",
            f"The database at {place(url)} cannot be reached: {en}.",
        ) from error
    try:
        yield connection
    finally:
        await connection.close(timeout=CONNECT_SECONDS_MAX)


def place(url: str) -> str:
    """Where a URL leads, without its password."""
    parts = urlsplit(url)
    return f"{parts.hostname or 'localhost'}{f':{parts.port}' if parts.port else ''}{parts.path}"


def _reason(error: Exception) -> tuple[str, str]:
    """In Vietnamese and in English; what PostgreSQL says stays in its words."""
    if isinstance(error, TimeoutError):
        return f"không trả lời trong {CONNECT_SECONDS_MAX:g} giây", f"no answer within {CONNECT_SECONDS_MAX:g} seconds"
    if isinstance(error, ConnectionRefusedError):
        return "ở đó không có máy chủ nào", "nothing listens there"
    said = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
    if isinstance(error, asyncpg.InvalidPasswordError):
        return f"sai vai trò hoặc mật khẩu ({said})", said
    return said, said
