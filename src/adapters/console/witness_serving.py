"""What `thidua witness …` does."""

import asyncio
import os
import socket
from pathlib import Path

import structlog
import uvicorn
import uvloop

from adapters import privileges
from adapters.audit.witness import Witness, WitnessRefused, read_logs, witness_at
from adapters.audit.witness_app import witness_app
from adapters.console.checks import listen
from adapters.console.serving import Server, stop_on_signal
from adapters.durable import make_folder, sync_folder, write_new
from adapters.http.wire import BoundedProtocol
from adapters.keys.signing import Cosigner, KeyRefused, fresh_private_key, read_signer
from adapters.said import why
from adapters.settings import Settings
from application.notes import is_name

KEY_FILE_BYTES_MAX = 1_000
REQUESTS_AT_ONCE_MAX = 64

log = structlog.get_logger("witness")


def make_witness_key(path: Path, name: str) -> str:
    """Make the key's file (0600), which must not be there yet; the key's public line.

    Raises:
        WitnessRefused: the name is none, or the file cannot be made.
    """
    if not is_name(name):
        raise WitnessRefused(
            "Tên của nhân chứng không được có khoảng trắng hay dấu cộng.",
            "A witness's name has no spaces and no plus.",
        )
    cosigner = Cosigner(name, fresh_private_key())
    try:
        make_folder(path.absolute().parent)
        write_new(path, f"{cosigner.private_line()}\n".encode())
        sync_folder(path.absolute().parent)
    except OSError as error:
        vi, en = why(error)
        raise WitnessRefused(f"Không tạo được {path}: {vi}.", f"{path} cannot be made: {en}.") from error
    return cosigner.public_line()


def serve_witness(settings: Settings, key_file: Path, logs: Path, state: Path) -> None:
    """Serve until SIGINT or SIGTERM; as root, as the service user.

    Raises:
        WitnessRefused, FileProblems, PortProblem, PrivilegeProblem: nothing was served then.
    """
    cosigner, known = read_witness_key(key_file), read_logs(logs)  # While we may still read what only root may.
    with listen(settings.host, settings.port) as listener:
        privileges.make_private_folder(state)
        privileges.drop_to_service_user()
        with witness_at(state, cosigner, known) as witness:
            log.info("serving", address=f"http://{settings.host}:{settings.port}", key=cosigner.public_line())
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(_serve(settings, witness, listener))
    log.info("stopped")


def read_witness_key(path: Path) -> Cosigner:
    """Raises: WitnessRefused: it cannot be read, is readable by others, or is no witness's key."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & 0o077:
                raise WitnessRefused(
                    f"Người khác đọc được khóa ở {path}: hãy chạy chmod 600 cho tệp này.",
                    f"The key at {path} can be read by others: run chmod 600 on it.",
                )
            signer = read_signer(file.read(KEY_FILE_BYTES_MAX).decode().strip())
    except (KeyRefused, UnicodeDecodeError):
        signer = None
    except OSError as error:
        vi, en = why(error)
        raise WitnessRefused(
            f"Không đọc được khóa ở {path}: {vi}.", f"The key at {path} cannot be read: {en}."
        ) from error
    if not isinstance(signer, Cosigner):
        raise WitnessRefused(
            f"Tệp {path} không chứa khóa của một nhân chứng.", f"The file {path} does not hold a witness's key."
        )
    return signer


async def _serve(settings: Settings, witness: Witness, listener: socket.socket) -> None:
    server = Server(
        uvicorn.Config(
            witness_app(witness),
            http=BoundedProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=REQUESTS_AT_ONCE_MAX,
            timeout_graceful_shutdown=max(1, int(settings.stop_seconds_max * 2 / 3)),
        )
    )
    stop_on_signal(server, settings.stop_seconds_max)
    await server.serve(sockets=[listener])
