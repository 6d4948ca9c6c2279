"""What a run found: as a table to print, as docs/benchmarks.md, and as the figures themselves."""

import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import msgspec

from benchmarks.correct import Checked
from benchmarks.peers.install import PACKAGE, REQUIREMENTS, Peers
from benchmarks.plan import Plan
from benchmarks.targets import TARGETS, Measured, Target

HERE = Path(__file__).parent
PAGE, FIGURES = (HERE.parent / "docs" / f"benchmarks.{kind}" for kind in ("md", "json"))
KEPT_BY_HAND = (HERE / "method.md", HERE / "tried.md")
NAMED = ("asyncpg", "eventsourcing", "fastapi", "litestar", "psycopg", "pydantic", "SQLAlchemy", "uvicorn", "uvloop")


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """A run. `where`: the machine and the versions. `failed`: topics that ended before their time, and why.
    `again`: topics that were measured by themselves later on, and the machine that was done on."""

    plan: Plan
    on: date
    seconds: float
    where: dict[str, str]
    measured: list[Measured]
    checked: list[Checked]
    failed: list[str] = []
    again: dict[str, str] = {}


def where(peers: Peers, settings: Mapping[str, str]) -> dict[str, str]:
    return {
        "machine": f"{os.cpu_count()} CPUs, {_processor()}, {_memory()}, {platform.system()} {platform.release()}",
        "other work on it": f"load average {os.getloadavg()[2]:.1f} over the last fifteen minutes, this run in it",
        "PostgreSQL": ", ".join(f"{name} {value}" for name, value in settings.items()),
        "Python": platform.python_version(),
        "Node": _node_version() if peers.node else "not installed",
        "peers": ", ".join(_pins()),
    }


def _processor() -> str:
    names = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return names[0].partition(": ")[2] if names else platform.machine()


def _memory() -> str:
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB of memory"


def _node_version() -> str:
    return subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()  # noqa: S607


def _pins() -> list[str]:
    lines = [line.partition("==") for line in REQUIREMENTS.read_text().splitlines()]
    python = [f"{name} {version}" for name, _, version in lines if name in NAMED]
    node: dict[str, str] = msgspec.json.decode(PACKAGE.read_bytes())["dependencies"]
    return [*python, *(f"{name} {version}" for name, version in node.items())]


# --- The table


class Row(msgspec.Struct, frozen=True):
    number: str
    what: str
    beside: str
    figure: str
    quartiles: str
    sides: str
    at_least: str
    aim: str
    verdict: str


HEADINGS = Row("", "measure", "beside", "measured", "quartiles", "ours : theirs", "at least", "aim", "")


def rows(measured: Sequence[Measured]) -> list[Row]:
    """A row for each target, in the order of the targets; what was not measured says so."""
    found = {each.key: each for each in measured}
    return [_row(target, found.get(target.key)) for target in TARGETS]


def _row(target: Target, found: Measured | None) -> Row:
    sign = "≥" if target.better == "more" else "≤"
    asked = (f"{sign} {shown(target.at_least)}", f"{sign} {shown(target.aim)}")
    what, beside = target.what, target.beside
    if found is None or found.spread is None:
        why = found.why_not if found is not None and found.why_not else "left out of this run"
        return Row(str(target.number), what, beside, "–", "", "", *asked, why)
    spread = found.spread
    sides = ""
    if spread.ours is not None and spread.theirs is not None:
        sides = f"{shown(spread.ours)} : {shown(spread.theirs)}"
    if found.note:
        what += f" ({found.note})"
    quartiles = f"{shown(spread.low)} – {shown(spread.high)}" if spread.repeats > 1 else "once"
    return Row(
        str(target.number), what, beside, f"{shown(spread.median)} {target.unit}", quartiles, sides, *asked,
        verdict(target, spread.median),
    )  # fmt: skip


def verdict(target: Target, figure: float) -> str:
    if target.reaches(figure, target.aim):
        return "aim met"
    return "met" if target.reaches(figure, target.at_least) else "NOT MET"


def shown(figure: float) -> str:
    """Three digits that count, and no more than that."""
    if abs(figure) >= 100:
        return f"{figure:,.0f}"
    if abs(figure) >= 10:
        return f"{figure:.1f}".removesuffix(".0")
    return f"{figure:.2f}".removesuffix(".00") if abs(figure) >= 0.01 else f"{figure:.2g}"


def printed(result: Result) -> str:
    """For a terminal."""
    cells = [list(msgspec.structs.astuple(row)) for row in [HEADINGS, *rows(result.measured)]]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    table = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    checks = [f"{_well(each)}: {each.what} ({each.done})" for each in result.checked]
    failed = [f"FAILED {each}" for each in result.failed]
    return "\n".join([*table, "", *checks, *failed, "", _length(result)])


def _length(result: Result) -> str:
    rounds = result.plan.rounds
    return f"{result.plan.name} run, {result.seconds:.0f} s: {rounds.number} repeats of slices of {rounds.seconds:g} s"


def _well(checked: Checked) -> str:
    return f"FAULTS {checked.faults[:3]}" if checked.faults else "holds"


# --- The page


def page(result: Result) -> str:
    """docs/benchmarks.md; what is kept by hand comes in as it is."""
    rounds = result.plan.rounds
    about = (
        f"Written by `make bench` on {result.on.isoformat()} in {result.seconds / 60:.0f} minutes; the figures"
        f" themselves are in [benchmarks.json](benchmarks.json). Plan `{result.plan.name}`: {rounds.number} repeats in"
        f" turn of slices of {rounds.seconds:g} s, each first one left out; medians of the ratios of neighbours, with"
        " their quartiles."
    )
    if result.again:
        each = [f"{topic} (on {machine})" for topic, machine in sorted(result.again.items())]
        about += f" Measured again since, each by itself: {'; '.join(each)}. Absolute figures are their machine's."
    facts = [f"| {name} | {value} |" for name, value in result.where.items()]
    holds = [f"| {each.what} | {each.done} | {_well(each)} |" for each in result.checked]
    return "\n".join(
        [
            "# Benchmarks\n", about + "\n", "| | |", "|---|---|", *facts,
            "\n## Measured\n", *_table([HEADINGS, *rows(result.measured)]),
            "\n## Correct under load\n", "| what must hold | how it was tried | |", "|---|---|---|", *holds, "",
            *(f"Failed: {each}\n" for each in result.failed),
            *(path.read_text(encoding="utf-8") for path in KEPT_BY_HAND),
        ]
    )  # fmt: skip


def _table(lines: Sequence[Row]) -> list[str]:
    cells = [" | ".join(msgspec.structs.astuple(line)) for line in lines]
    ruled = "|---" * len(Row.__struct_fields__) + "|"
    return [f"| {cells[0]} |", ruled, *(f"| {each} |" for each in cells[1:])]


def patched(result: Result, topics: Sequence[str]) -> Result:
    """The run that the page holds, with what a later one measured of some topics in its place."""
    before = msgspec.json.decode(FIGURES.read_bytes(), type=Result)
    keys, whats = {each.key for each in result.measured}, {each.what for each in result.checked}
    return msgspec.structs.replace(
        before,
        measured=[each for each in before.measured if each.key not in keys] + result.measured,
        checked=[each for each in before.checked if each.what not in whats] + result.checked,
        failed=[each for each in before.failed if each.partition(":")[0] not in topics] + result.failed,
        again={**before.again, **dict.fromkeys(topics, result.where["machine"])},
    )


def write(result: Result) -> None:
    """The page, and the figures beside it."""
    PAGE.write_text(page(result).rstrip() + "\n", encoding="utf-8")
    raw = msgspec.json.format(msgspec.json.encode(result), indent=1)
    FIGURES.write_bytes(raw + b"\n")


if __name__ == "__main__":  # The page anew, after a change in what is kept by hand.
    write(msgspec.json.decode(FIGURES.read_bytes(), type=Result))
