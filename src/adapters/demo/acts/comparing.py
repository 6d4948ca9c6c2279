"""Who sees what of an evaluation: the unit above compares three points of view, a peer sees only what it needs."""

from adapters.demo.acts.evaluating import PATH, Evaluation, scores, total_of
from adapters.demo.client import Unexpected


async def compare(one: Evaluation, peer: str) -> None:
    """The peers' average is one per cent above the appraisal, by which alone the class is given."""
    scene, who = one.scene, one.scene.above(one.unit)
    whole = await who.get(f"{PATH}/{one.id}")
    names = ("self_x100", "cross_mean_x100", "appraised_x100")
    own, cross, appraised = (sum(each[name] for each in whole["comparison"]) for name in names)
    counts = total_of(one.rubric, one.percent)
    if (cross, appraised, whole["total_x100"]) != (total_of(one.rubric, one.percent + 1), counts, one.total_x100):
        raise Unexpected(f"{scene.place}: {one.unit} is compared as {whole['comparison']}")
    points = {name: f"{figure / 100:g}" for name, figure in (("own", own), ("cross", cross), ("appraised", appraised))}
    scene.tell(who, "compared", subject=scene.units[one.unit].name, **points)
    await _for_peer(one, peer)


async def _for_peer(one: Evaluation, peer: str) -> None:
    """Its own sheet, and neither the other's nor the appraisal."""
    scene, who = one.scene, one.scene.officer(peer)
    seen = await who.get(f"{PATH}/{one.id}")
    sheets = [(sheet["peer_unit_id"], len(sheet["sheet"]["scores"])) for sheet in seen["cross_scored"]]
    wanted = [(scene.unit_id(peer), len(scores(one.rubric, one.percent)))]
    if (sheets, seen["appraised"], seen["comparison"], seen["as_peer"]) != (wanted, None, [], True):
        raise Unexpected(f"{scene.place}: a peer of {one.unit} sees {sheets}, {seen['appraised']}")
    scene.tell(who, "peer-sees", subject=scene.units[one.unit].name)
