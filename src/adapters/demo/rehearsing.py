"""A restore, rehearsed: the operator opens a new epoch of a log of which nothing was lost, and followers go on."""

from adapters.clock import FileClock
from adapters.console.checks import connected
from adapters.demo.client import Unexpected
from adapters.demo.scene import Scene
from adapters.demo.stage import Stage
from adapters.postgres.epochs import open_epoch
from application.epochs import opening_of
from domain.epoch import EpochOpened


async def rehearse_restore(stage: Stage, scene: Scene) -> None:
    """Open the log's second epoch.

    Raises:
        Unexpected: it does not open, or the integrator's place in the first one does not go on into it.
    """
    head = (await scene.integrator.get("/v1/me", fresh=False))["position"]
    event = EpochOpened(
        epoch=2, previous_epoch=1, cut=head, kept=head, checkpoint=None, cause=scene.voice.phrase("rehearsal")
    )
    clock = FileClock(stage.clock_file)
    async with connected(stage.urls.owners()) as owner:
        began = await open_epoch(owner, opening_of(scene.tenant_id, event, actor="operator"), clock=clock.now())
    if began is None:
        raise Unexpected(f"{scene.place}: the log has moved while its new epoch was opened")
    page = await scene.integrator.get("/v1/events", fresh=False, epoch=1, after=head)
    if [(each["type"], each["position"]) for each in page["events"]] != [("log.epoch-opened", began)]:
        raise Unexpected(f"{scene.place}: a place in epoch 1 does not go on into epoch 2")
    scene.voice.say("epoch-opened", place=scene.place, cut=head, began=began)
