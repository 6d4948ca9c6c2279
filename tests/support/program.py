"""How a test starts the product as a process of its own."""

import os
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

from adapters import privileges
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


def service_user_may_run() -> bool:
    """As root, a Python in root's home is of no use to the service user; `make` takes another."""
    user = privileges.service_user()
    paths = [Path(PYTHON), Path(PYTHON).resolve()]
    return user is None or all(privileges.may_enter(each, user) for path in paths for each in path.parents)


needs_python = pytest.mark.skipif(not service_user_may_run(), reason="the service user may not run this Python")
