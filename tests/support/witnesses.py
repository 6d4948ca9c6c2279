"""`thidua witness serve` as a process of its own, for tests that ask it over HTTP."""

import asyncio
import signal
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.audit.witnesses import HttpWitness
from adapters.console.witness_serving import make_witness_key
from adapters.keys.signing import read_verifier
from adapters.postgres import embedded
from tests.support.checkpoints import NAME, SmallLog
from tests.support.console import command
from tests.support.program import PYTHON, environment

SECONDS_MAX = 30.0


class WitnessPlace:
    """A witness's key, its file of logs and its folder, and processes that serve it, one after the other."""

    def __init__(self, inside: Path, name: str, *logs: SmallLog) -> None:
        self.folder, self.port = inside / name, embedded.free_port()
        self.key_file, self.logs_file, self.state = (self.folder / each for each in ("key", "logs", "state"))
        self.output = inside / f"{name}.log"
        self.public_line = make_witness_key(self.key_file, name)
        self.folder.chmod(0o755)  # The service user goes through it to the folder of the state.
        self.verifier = read_verifier(self.public_line)
        self.logs_file.write_text("".join(f"{log.verifier.line()} {NAME}\n" for log in logs))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def sink(self) -> HttpWitness:
        return HttpWitness(self.verifier, self.url)

    def arguments(self) -> list[str]:
        files = ["--key-file", str(self.key_file), "--logs", str(self.logs_file), "--state", str(self.state)]
        return ["witness", "serve", *files, "--port", str(self.port)]

    def spawn(self, *, patch: str = "") -> subprocess.Popen[bytes]:
        """The witness; `patch` is Python that runs before it."""
        line = command(*self.arguments())
        if patch:
            run = f"{patch}\nimport sys\nsys.argv[1:] = {self.arguments()!r}\nfrom adapters.cli import main\nmain()"
            line = [PYTHON, "-P", "-c", run]
        with self.output.open("ab") as output:
            return subprocess.Popen(line, env=environment(), stdin=subprocess.DEVNULL, stdout=output, stderr=output)

    @asynccontextmanager
    async def serving(self, *, patch: str = "") -> AsyncIterator[subprocess.Popen[bytes]]:
        """The witness, ready; stopped at the end if it still runs."""
        process = self.spawn(patch=patch)
        try:
            await self._until_ready(process)
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            await asyncio.to_thread(process.wait, SECONDS_MAX)

    async def _until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + SECONDS_MAX
        while process.poll() is None and time.monotonic() < deadline:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            return
        raise AssertionError(f"not ready: {self.output.read_text()}")
