"""Imports point down: the contracts of pyproject.toml hold, and cover every aggregate and folder."""

import importlib
import os
import subprocess
import sys
import tomllib
from typing import Any

from domain.decider import Decider
from tests.support.tree import PROJECT, python_files

CONTRACTS: list[dict[str, Any]] = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"][
    "contracts"
]


def test_the_import_contracts_hold() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT / "src"), "NO_COLOR": "1"}
    linted = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout[-4000:] + linted.stderr[-2000:]


def test_every_aggregate_is_held_apart_from_the_others() -> None:
    (independent,) = [contract["modules"] for contract in CONTRACTS if contract["type"] == "independence"]
    assert aggregates() == set(independent)


def aggregates() -> set[str]:
    """The modules and packages of the domain that hold a decider."""
    files = python_files("src/domain")
    names = {".".join(path.relative_to(PROJECT / "src").with_suffix("").parts) for path in files}
    modules = {name: importlib.import_module(name.removesuffix(".__init__")) for name in names}
    with_decider = {
        name
        for name, module in modules.items()
        for value in vars(module).values()
        if isinstance(value, Decider) and value.name.replace("-", "_") == name.split(".")[1]
    }
    return {".".join(name.split(".")[:2]) for name in with_decider}
