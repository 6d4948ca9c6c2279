"""The peers' packages, by name and pinned version, in a scratch folder outside the tree that is used again."""

import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
REQUIREMENTS, PACKAGE = HERE / "requirements.txt", HERE / "package.json"
INSTALL_SECONDS_MAX = 600


class NotInstalled(Exception):
    """A peer's package could not be had; the message is the client's own."""


class Peers(NamedTuple):
    """`python`: an interpreter that has the Python peers. `node`: the folder with the Node peers, None where there is
    no Node to run them."""

    python: Path
    node: Path | None

    @property
    def packages(self) -> Path:
        """Where the Python peers' packages lie, for a process of ours that wants one of them behind its own."""
        [found] = self.python.parents[1].glob("lib/python3*/site-packages")
        return found


def installed() -> Peers:
    """Install what is not there yet: some 20 seconds."""
    return Peers(_python_peers(), _node_peers())


def scratch() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "thidua-bench"


def _place(kind: str, pins: Path) -> Path:
    """A folder for these pins: other pins have another, so an old comparison is never taken for a new one."""
    return scratch() / f"{kind}-{sha256(pins.read_bytes()).hexdigest()[:12]}"


def _python_peers() -> Path:
    folder = _place("python", REQUIREMENTS)
    python = folder / "bin" / "python"
    if not (folder / "done").exists():
        shutil.rmtree(folder, ignore_errors=True)
        _run(sys.executable, "-m", "venv", "--without-pip", str(folder))
        options = ["--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]
        _run(_python_with_pip(), "-m", "pip", "--python", str(python), "install", *options, "-r", str(REQUIREMENTS))
        (folder / "done").touch()
    return python


def _python_with_pip() -> str:
    """Our own environment has no pip; deploy/setup.sh wrote down which Python has."""
    noted = Path(sys.prefix) / "python-of-pip"
    return noted.read_text().strip() if noted.exists() else "python3"


def _node_peers() -> Path | None:
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return None
    folder = _place("node", PACKAGE)
    if not (folder / "done").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.copy(PACKAGE, folder)
        _run(npm, "install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", cwd=folder)
        (folder / "done").touch()
    for script in HERE.glob("*.mjs"):
        shutil.copy(script, folder)
    return folder


def _run(*command: str, cwd: Path | None = None) -> None:
    done = subprocess.run(command, check=False, cwd=cwd, timeout=INSTALL_SECONDS_MAX, capture_output=True, text=True)
    if done.returncode != 0:
        raise NotInstalled(f"{' '.join(command)}: {done.stderr[-2000:]}")
