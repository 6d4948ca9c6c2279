"""Workbooks at the command line."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.workbooks.reading import read_workbook
from application.importing.sheets import MEMBERS, UNITS
from tests.support.console import Place, data_folder, migrated
from tests.support.postgres import PostgresServer
from tests.support.tree import PROJECT
from tests.support.workbooks import member, unit, workbook

pytestmark = pytest.mark.anyio
FEDERATION = PROJECT / "deploy" / "federations" / "kon-tum.toml"
PARENT = "ldld-kon-tum"


@pytest.fixture
async def place(postgres: PostgresServer, reachable_folder: Path) -> AsyncIterator[Place]:
    owner_url = await migrated(postgres)
    place = Place(data_folder(reachable_folder), postgres, owner_url)
    applied = await place.run("tenant", "apply", str(FEDERATION))
    assert applied.returncode == 0, applied.stderr
    yield place
    await postgres.drop_database(owner_url)


async def test_a_workbook_is_imported_and_its_errors_come_back_marked(place: Place, tmp_path: Path) -> None:
    units, members, marked = tmp_path / "u.xlsx", tmp_path / "m.xlsx", tmp_path / "marked.xlsx"
    rows = [
        unit("cap-tren-moi", level="Cấp trên trực tiếp cơ sở", parent_code=PARENT),
        unit("co-so-moi", parent_code="cap-tren-moi"),
    ]
    units.write_bytes(workbook(UNITS, rows))
    first = await place.run("import", "units", str(units), "--tenant", "kon-tum")
    assert (first.returncode, "2 changed something" in first.stdout) == (0, True), first.stderr
    again = await place.run("import", "units", str(units), "--tenant", "kon-tum")
    assert "imported before" in again.stdout
    members.write_bytes(workbook(MEMBERS, [member(1, unit_code="co-so-moi"), member(2, unit_code="khong-co")]))
    options = ["--tenant", "kon-tum", "--as", "cap-tren-moi", "--out", str(marked)]
    refused = await place.run("import", "members", str(members), *options)
    assert refused.returncode == 8
    assert "row 3, unit_code" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert read_workbook(marked.read_bytes(), MEMBERS, rows_max=10).count == 2
    partly = await place.run("import", "members", str(members), *options, "--valid-rows")
    assert (partly.returncode, "1 were refused" in partly.stdout) == (0, True), partly.stderr


async def test_a_template_is_written_and_what_is_missing_is_said(place: Place, tmp_path: Path) -> None:
    out = tmp_path / "t.xlsx"
    written = await place.run("template", "members", "--out", str(out), "--tenant", "kon-tum")
    assert (written.returncode, out.read_bytes()[:2]) == (0, b"PK"), written.stderr
    then = await place.run("template", "members", "--out", str(out), "--tenant", "kon-tum", "--at", "1")
    assert (then.returncode, out.read_bytes()[:2]) == (0, b"PK"), then.stderr
    for arguments in (
        ["template", "scores", "--out", str(out)],
        ["template", "members", "--out", str(out), "--at", "1"],
        ["template", "members", "--out", str(out), "--at", "999999", "--tenant", "kon-tum"],
        ["import", "scores", str(out), "--tenant", "kon-tum"],
        ["import", "members", str(FEDERATION), "--tenant", "kon-tum"],
        ["import", "members", str(out), "--tenant", "kon-tum", "--as", "khong-co"],
    ):
        refused = await place.run(*arguments)
        assert refused.returncode == 8, (arguments, refused.stderr)
        assert "Traceback" not in refused.stderr
