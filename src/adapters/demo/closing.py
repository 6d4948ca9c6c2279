"""What the demo ends with: a table a federation, one award's replayed history, the integrator's count of the log."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from rich import box
from rich.table import Table

from adapters.demo.client import Unexpected
from adapters.demo.figures import DUTY_COUNTS, OPEN_OR_SETTLED
from adapters.demo.scene import Scene
from adapters.demo.voice import Voice
from domain.directive import Directive

PAGE_SIZE = 500
Row = tuple[str, str, str]


def table(scene: Scene, summary: Mapping[str, Any]) -> Table:
    """The summary of one campaign."""
    voice = scene.voice
    title = f"{scene.file.federation.name} · {scene.directive.name} · {scene.today:%d/%m/%Y}"
    drawn = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left", show_header=False)
    for column in ("what", "which", "figures"):
        drawn.add_column(column, overflow="fold")
    for row in _rows(scene.directive, voice, summary):
        drawn.add_row(*row)
    return drawn


def _rows(directive: Directive, voice: Voice, summary: Mapping[str, Any]) -> Iterable[Row]:
    if not summary["phases"]:
        yield voice.phrase("col-phase"), voice.phrase("col-no-phases"), ""
    for phase in summary["phases"]:
        opens, closes = phase["opens_on"], phase["closes_on"]
        marks = [voice.phrase(key) for key in ("col-opened", "col-closed") if phase[key.replace("col-", "") + "_at"]]
        yield voice.phrase("col-phase"), f"{phase['name']} ({opens} – {closes})", ", ".join(marks)
    yield from _registrations(voice, summary["registrations"])
    names = {target.code: target.name for target in directive.targets}
    for target in summary["targets"]:
        yield voice.phrase("col-target"), names[target["target"]], _progress(voice, target)
    yield from _classes(directive, voice, summary["classes"])
    yield from _awards(directive, voice, summary["awards"])
    for name in ("registered_workers", "awarded_workers"):
        share = summary[name]
        percent = "–" if share["share_x100"] is None else f"{share['share_x100'] / 100:g} %"
        figures = f"{share['direct_workers']}/{share['persons']} = {percent}"
        yield voice.phrase("col-workers"), voice.phrase(f"col-{name}"), figures
    sums = {count: sum(duty[count] for duty in summary["duties"]) for count in DUTY_COUNTS}
    yield voice.phrase("col-duties"), voice.phrase("col-all"), voice.phrase("col-duty-sums", **sums)


def _registrations(voice: Voice, counts: list[dict[str, Any]]) -> Iterable[Row]:
    kinds: dict[str, dict[str, int]] = {}
    for each in counts:
        states = kinds.setdefault(each["kind"], {})
        states[each["state"]] = states.get(each["state"], 0) + each["count"]
        states["late"] = states.get("late", 0) + each["late"]
    for kind, states in kinds.items():
        said = [f"{voice.word(state)} {count}" for state, count in states.items() if count and state != "late"]
        if states["late"]:
            said.append(voice.phrase("col-late", count=states["late"]))
        yield voice.phrase("col-registrations"), voice.word(kind), ", ".join(said)


def _progress(voice: Voice, target: Mapping[str, Any]) -> str:
    share = "–" if target["share_x100"] is None else f"{target['share_x100'] / 100:g} %"
    counted = f"{target['numerator']}/{target['denominator']} = {share}"
    read = voice.phrase("col-read", reading=target["interpretation"]["reading"]) if target["interpretation"] else ""
    return f"{counted}: {voice.word(target['standing'])}{read}"


def _classes(directive: Directive, voice: Voice, counts: list[dict[str, Any]]) -> Iterable[Row]:
    bands = {band.code: band.name for rubric in directive.rubrics for band in rubric.bands}
    sums: dict[str, int] = {}
    for each in counts:
        sums[each["band"]] = sums.get(each["band"], 0) + each["count"]
    for band, count in sums.items():
        yield voice.phrase("col-classes"), bands[band], str(count)


def _awards(directive: Directive, voice: Voice, counts: list[dict[str, Any]]) -> Iterable[Row]:
    sums: dict[str, dict[str, int]] = {}
    for each in counts:
        sum_ = sums.setdefault(each["title"], dict.fromkeys(OPEN_OR_SETTLED, 0))
        for state in OPEN_OR_SETTLED:
            sum_[state] += each[state]
    for code, sum_ in sums.items():
        title = directive.title(code)
        assumed = voice.phrase("col-assumed") if title and title.source == "assumed" else ""
        said = ", ".join(f"{voice.word(state)} {count}" for state, count in sum_.items() if count)
        yield voice.phrase("col-awards"), f"{title.name if title else code}{assumed}", said


async def replay(scene: Scene) -> int:
    """Print the history of the award with the most steps, as the auditor replays it; how many steps it has.

    Raises:
        Unexpected: a judgement comes out otherwise, or there are more or fewer steps than were taken.
    """
    award_id, record = max(scene.ledger.awards.items(), key=lambda item: item[1].steps)
    history = await scene.auditor.get(f"/v1/awards/{award_id}/replay", fresh=False)
    title = scene.directive.title(record.title)
    assert title is not None
    subject = scene.named(record.unit, record.person)
    scene.voice.say("replay", style="bold", title=title.name, subject=subject, place=scene.place)
    for step in history["steps"]:
        scene.voice.console.print(_step(step))
    scene.voice.say("replayed", same=history["same"])
    if not history["same"] or len(history["steps"]) != record.steps:
        raise Unexpected(f"{scene.place}: replayed {len(history['steps'])} steps of {record.steps}, {history['same']=}")
    return record.steps


async def replay_all(scene: Scene) -> int:
    """Have every award of the campaign replayed; how many there are.

    Raises:
        Unexpected: a step comes out otherwise than it is recorded.
    """
    for award_id in scene.ledger.awards:
        history = await scene.auditor.get(f"/v1/awards/{award_id}/replay", fresh=False)
        if not history["same"]:
            raise Unexpected(f"{scene.place}: the award {award_id} is replayed otherwise: {history['differs']}")
    return len(scene.ledger.awards)


def _step(step: Mapping[str, Any]) -> str:
    paper, rerun = step["document"], step["rerun"]
    said = [f"{step['version']:>3}", step["recorded_at"][:10], f"{step['type']:<26}", f"{step['state']['status']:<10}"]
    said += [step["actor"]]
    if paper is not None:
        said.append(f"[{paper['kind']} {paper['number']}]")
    if rerun is not None:
        said.append(f"({rerun['rule_set']} v{rerun['rule_set_version']}: {len(rerun['recorded'])}, {rerun['same']})")
    return "  ".join(said)


async def follow(scene: Scene) -> Counter[str]:
    """The integrator reads the whole log in pages; how many events of each type there are.

    Raises:
        Unexpected: positions are not 1, 2, 3 … up to the end of the log.
    """
    after, positions, types = 0, list[int](), Counter[str]()
    while True:
        page = await scene.integrator.get("/v1/events", fresh=False, after=after, limit=PAGE_SIZE)
        positions += [event["position"] for event in page["events"]]
        types.update(event["type"] for event in page["events"])
        after = page["through"]
        if page["max_position"] is not None:
            break
    last = page["max_position"]
    if positions != list(range(1, last + 1)):
        raise Unexpected(f"{scene.place}: the integrator read {len(positions)} events, but the log ends at {last}")
    scene.tell(scene.integrator, "followed", count=len(positions), position=last)
    return types
