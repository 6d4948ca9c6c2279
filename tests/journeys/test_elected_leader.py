"""R24 on the in-memory log: whom its cluster elects may be given the flag, until the election is annulled."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from msgspec.structs import replace

from application.federation_file import load, load_rule_set
from domain.award import AWARD
from domain.award.messages import AppraiseDossier, CheckEligibility, EligibilityChecked, NominateAward
from domain.campaign import CAMPAIGN
from domain.campaign.messages import DraftCampaign, LaunchCampaign
from domain.cluster import CLUSTER
from domain.cluster.messages import AnnulElection, ElectionTally, ElectLeader, FormCluster, RankCluster
from domain.directive import TitleSpec
from domain.evaluation import EVALUATION
from domain.evaluation.messages import (
    AppraiseEvaluation,
    ClassifyEvaluation,
    Complain,
    FinaliseEvaluation,
    OpenEvaluation,
    ResolveComplaint,
    Score,
    SelfScore,
)
from domain.events import decode
from domain.paper import Document
from tests.support.world import World

pytestmark = pytest.mark.anyio
DEPLOY = Path(__file__).parents[2] / "deploy"
FLAG = "co-thi-dua-dan-dau-cum"
TITLE = TitleSpec(
    code="co-dan-dau-cum", name="Cờ thi đua", section="không có trong văn bản", source="assumed", form="flag",
    subjects=("collective",), decided_by="federation", rules=FLAG,
)  # fmt: skip


def flagged() -> Any:
    """Kon Tum's directive with the flag and its rules."""
    directive = load(DEPLOY / "federations" / "kon-tum.toml", DEPLOY / "rules").campaigns[0].directive
    rules = load_rule_set(DEPLOY / "rules" / f"{FLAG}.toml")
    return replace(directive, titles=(*directive.titles, TITLE), rule_sets=(*directive.rule_sets, rules))


def paper(number: str) -> Document:
    return Document(kind="Biên bản", number=number, issued="2024-12-20", title="Suy tôn", issuer="Cụm thi đua")


class Clustered(World):
    """Two upper-level unions in one cluster, both evaluated for the year, and ranked."""

    async def ranked(self) -> "Clustered":
        await self.established()
        self.clock.at, self.directive = datetime(2024, 12, 20, 2, tzinfo=UTC), flagged()
        self.campaign, self.cluster = str(uuid4()), str(uuid4())
        self.about: Any = {"campaign_id": self.campaign, "period": "Năm 2024"}
        await self.send(CAMPAIGN, self.campaign, DraftCampaign(issuer_id=self.federation, directive=self.directive))
        await self.send(CAMPAIGN, self.campaign, LaunchCampaign(happened_on=date(2024, 2, 21)))
        formed = FormCluster(
            cluster_id=self.cluster, code="cum", name="Cụm", unit_id=self.federation,
            unit_ids=(self.upper, self.other), on=date(2024, 1, 1),
        )  # fmt: skip
        await self.send(CLUSTER, self.cluster, formed)
        for unit_id in (self.upper, self.other):
            await self._evaluated(unit_id)
        await self.send(CLUSTER, self.cluster, RankCluster(**self.about))
        return self

    async def _evaluated(self, unit_id: str) -> None:
        (rubric,) = self.directive.rubrics
        marks = tuple(Score(criterion=leaf.code, points_x100=leaf.max_x100) for leaf in rubric.leaves())
        identity = str(uuid4())
        for command in (
            OpenEvaluation(**self.about, unit_id=unit_id, rubric=rubric.code),
            SelfScore(scores=marks),
            AppraiseEvaluation(scores=marks),
            ClassifyEvaluation(),
            Complain(complaint="Xin xem lại"),
            ResolveComplaint(upheld=False, answer="Đã xem lại"),
            FinaliseEvaluation(),
        ):
            await self.send(EVALUATION, identity, command)

    async def elects(self, unit_id: str, number: str) -> None:
        vote = ElectLeader(
            **self.about, held_on=date(2024, 12, 20), minutes=paper(number), electors=2,
            tallies=(ElectionTally(unit_id=unit_id, votes=2),), elected=unit_id,
        )  # fmt: skip
        await self.send(CLUSTER, self.cluster, vote)

    async def outcome(self, unit_id: str, *, year: int = 2024) -> tuple[str, bool]:
        """What the rule says of a new dossier of the unit, and whether the election's stream is among what was read."""
        identity = str(uuid4())
        nominated = NominateAward(
            campaign_id=self.campaign, year=year, title=TITLE.code, scheme="movement", unit_id=unit_id,
            achievement=f"viec-{identity[:8]}", report="Báo cáo",
        )  # fmt: skip
        for command in (nominated, AppraiseDossier(supports=True, opinion="Đồng ý"), CheckEligibility()):
            await self.send(AWARD, identity, command)
        stored = (await self.platform.store.load(self.tenant, [f"award-{identity}"]))[f"award-{identity}"]
        checked = [decode(row.type, row.type_version, row.data) for row in stored][-1]
        assert isinstance(checked, EligibilityChecked)
        (said,) = [reason.outcome for reason in checked.reasons if reason.rule == "elected-by-cluster"]
        return said, f"cluster-{self.cluster}" in [read.stream for read in checked.read_at]


async def test_whom_the_cluster_elected_for_the_year_may_be_given_the_flag() -> None:
    world = await Clustered().ranked()
    assert await world.outcome(world.upper) == ("unknown", True)
    await world.elects(world.upper, "01/BB")
    assert await world.outcome(world.upper) == ("for", True)
    assert await world.outcome(world.other) == ("against", True)


async def test_an_annulled_election_carries_nobody_until_there_is_another() -> None:
    world = await Clustered().ranked()
    await world.elects(world.upper, "01/BB")
    annulled = AnnulElection(**world.about, document=paper("09/CV"), ground="Đếm thiếu")
    await world.send(CLUSTER, world.cluster, annulled)
    assert await world.outcome(world.upper) == ("unknown", True)
    await world.elects(world.other, "02/BB")
    assert await world.outcome(world.upper) == ("against", True)
    assert await world.outcome(world.other) == ("for", True)
