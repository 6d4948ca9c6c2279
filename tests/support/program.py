"""How a test starts the product as a process of its own."""

import os
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from tests.support.tree import PROJECT

# Resolved up to the environment and no further: as root it is reached by a link that the service user cannot follow.
PYTHON = str(Path(sys.prefix).resolve() / "bin" / "python")


def environment(**more: str) -> dict[str, str]:
    """The environment for such a process: `more`, and none of the suite's `THIDUA_…` variables.

    It runs the installed program, which a server that has dropped its privileges can read too, or the checkout's where
    none is installed.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("THIDUA_", "PYTHON"))}
    return {**inherited, **({} if is_installed() else {"PYTHONPATH": str(PROJECT / "src")}), **more}


def is_installed() -> bool:
    try:
        return "src" not in Path(str(distribution("thidua").locate_file(""))).parts
    except PackageNotFoundError:
        return False
