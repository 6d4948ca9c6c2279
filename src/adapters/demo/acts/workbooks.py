"""Registrations that come in a workbook, once with a row that is refused; and the register as a workbook."""

from adapters.demo.acts.registering import PATH, Registration
from adapters.demo.client import WORKBOOK_TYPE, Unexpected
from adapters.demo.ledger import Registered
from adapters.demo.scene import Scene
from adapters.workbooks.reading import ERRORS, SHEET, opened
from adapters.workbooks.templates import filled_in
from application.importing.sheets import REGISTRATIONS
from domain.directive import Kind

UNKNOWN = "TH-9999"
EXPORTED = "Đăng ký"
HEADING_ROWS = 2
"""What the columns are called, and their codes."""
IMPORTS = "/v1/imports/registrations"


async def personal_tasks(scene: Scene, people: tuple[str, ...]) -> list[Registration]:
    """Everybody's own task in one workbook, in which the last row first names somebody whom nobody knows: it comes
    back marked, nothing is stored; corrected, it is imported whole."""
    who, path = scene.federation, f"{IMPORTS}?campaign_id={scene.campaign_id}"
    rows = [_row(scene, person) for person in people]
    bad = filled_in(REGISTRATIONS, [*rows[:-1], {**rows[-1], "person_code": UNKNOWN}])
    before = scene.line.position
    problem = await who.workbook_refused(path, bad, "import.rows-refused")
    last, [error] = HEADING_ROWS + len(rows), problem["errors"]
    if error["field"] != f"rows[{last}].person_code":
        raise Unexpected(f"{scene.place}: the workbook is refused for {error}, not for row {last}")
    marked = await who.download(problem["facts"]["marked"], accept=WORKBOOK_TYPE)
    table = opened(marked).get_sheet_by_name(SHEET).to_python()
    if table[0][-1] != ERRORS or [bool(row[-1]) for row in table[-len(rows) :]] != [False] * (len(rows) - 1) + [True]:
        raise Unexpected(f"{scene.place}: the workbook comes back marked with {[row[-1] for row in table]}")
    scene.tell(who, "rows-refused", rows=len(rows), row=last, reason=error["reason"])
    told = await who.workbook(path, filled_in(REGISTRATIONS, rows))
    if (told["rows"], told["changed"], told["position"]) != (len(rows), len(rows), before + len(rows) + 1):
        raise Unexpected(f"{scene.place}: the corrected workbook comes to {told}")
    scene.tell(who, "rows-imported", rows=told["rows"])
    return await _entered(scene, people)


def _row(scene: Scene, person: str) -> dict[str, str]:
    return {
        "unit_code": scene.members[person].unit,
        "person_code": person,
        "kind": "Phần việc cá nhân",
        "name": f"Việc cụ thể của {person}",
    }


async def _entered(scene: Scene, people: tuple[str, ...]) -> list[Registration]:
    """Each row is a registration like any other; the ledger has them by the ids that the register shows."""
    kind = Kind.PERSONAL_TASK
    rows = await scene.federation.listed(PATH, campaign_id=scene.campaign_id, kind=kind.value)
    found = {row["person_id"]: row for row in rows}
    entered = []
    for person in people:
        unit, row = scene.members[person].unit, found[scene.person_id(person)]
        scene.ledger.registrations[row["registration_id"]] = Registered(
            kind=kind, parties=((unit, person),), subject="individual", phase=None, on=scene.today, late=False
        )
        entered.append(Registration(scene=scene, id=row["registration_id"], unit=unit, name=row["name"]))
    return entered


async def export(scene: Scene) -> None:
    """The register of registrations as a workbook has a row for each that the ledger knows."""
    parameters = {"campaign_id": scene.campaign_id, "min_position": scene.line.position}
    content = await scene.issuer().download(f"{PATH}.xlsx", accept=WORKBOOK_TYPE, **parameters)
    rows = opened(content).get_sheet_by_name(EXPORTED).to_python()
    if len(rows) - 1 != len(scene.ledger.registrations):
        raise Unexpected(f"{scene.place}: the workbook has {len(rows)} rows, of {len(scene.ledger.registrations)}")
    scene.tell(scene.issuer(), "exported", rows=len(rows) - 1, bytes=len(content))
