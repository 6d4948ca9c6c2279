"""Why a dossier is not granted: what was found, what is pending, what each step would meet. Nothing is recorded."""

from typing import Any

import pytest

from application.why_not import NextStep, WhyNot, why_not
from domain.award import AWARD
from domain.award.messages import (
    AppraiseDossier,
    CompleteDossier,
    DecideAward,
    DeclineAward,
    HoldAward,
    PresentAward,
    ReturnDossier,
)
from domain.refusals import Refused
from tests.journeys.test_award_life import Campaign

pytestmark = pytest.mark.anyio


def words(refusal: Refused) -> tuple[str, str]:
    return f"vi {refusal.code}", f"en {refusal.code}"


async def told(world: Campaign, award: str, **more: Any) -> WhyNot:
    before = await world.platform.store.heads()
    standing = await why_not(world.platform, world.scope(), award, words=words, **more)
    assert await world.platform.store.heads() == before
    return standing


def course(standing: WhyNot) -> dict[str, str]:
    return {step.step: step.refusal.code if step.refusal is not None else step.standing for step in standing.steps}


def step(standing: WhyNot, name: str) -> NextStep:
    return next(each for each in standing.steps if each.step == name)


async def test_an_unmet_rule_is_told_with_its_sentences_and_stops_the_publication() -> None:
    world = await Campaign().running()
    award = await world.checked(None, await world.evaluated(), "phan-viec-thu")
    standing = await told(world, award)
    assert [reason.rule for reason in standing.unmet] == ["registered"]
    assert standing.unmet[0].vi != standing.unmet[0].en
    assert "class-at-least" in {reason.rule for reason in standing.met}
    assert course(standing) == {
        "appraise": "done", "check-eligibility": "done", "publish": "award.not-eligible",
        "take-vote": "award.wrong-state", "decide": "award.wrong-state", "present": "award.wrong-state",
    }  # fmt: skip
    refused = step(standing, "publish")
    assert refused.refusal is not None
    assert (refused.refusal.vi, [reason.rule for reason in refused.obstacles]) == (
        "vi award.not-eligible",
        ["registered"],
    )


async def test_a_dossier_that_would_pass_now_says_what_its_next_step_asks() -> None:
    world = await Campaign().running()
    award = await world.checked(await world.registered(), await world.evaluated(), "phan-viec-thu")
    standing = await told(world, award)
    assert (standing.unmet, step(standing, "publish").standing) == ((), "open")
    assert step(standing, "publish").asks == ("published_from", "published_until", "channel")
    await world.published(award)
    standing = await told(world, award)
    assert (step(standing, "publish").standing, step(standing, "take-vote").standing) == ("done", "open")
    (other,) = [
        each for each in (await told(world, award, session_id=world.campaign)).steps if each.step == "take-vote"
    ]
    assert other.refusal is not None
    assert other.refusal.code == "award.vote-unknown"


async def test_what_another_dossier_was_granted_meanwhile_is_told_of_the_decision() -> None:
    """It was eligible, published and voted; what changed since stands in the way of the decision alone."""
    world = await Campaign().running()
    registration, evaluation = await world.registered(), await world.evaluated()
    first, second = [await world.checked(registration, evaluation, "phan-viec-thu") for _ in range(2)]
    await world.published(first, second)
    decision = await world.voted(first, second)
    assert step(await told(world, second), "decide").standing == "open"
    await world.send(AWARD, first, DecideAward(decision=decision, signing_body="Ban Thường vụ"))
    standing = await told(world, second)
    assert standing.unmet == ()
    refused = step(standing, "decide")
    assert refused.refusal is not None
    assert refused.refusal.code == "award.not-eligible"
    assert "not-awarded-twice" in {reason.rule for reason in refused.obstacles}
    assert course(await told(world, first)) == {
        "appraise": "done", "check-eligibility": "done", "publish": "done", "take-vote": "done", "decide": "done",
        "present": "open",
    }  # fmt: skip
    await world.send(AWARD, first, PresentAward(presented_on=world.clock.at.date()))
    assert course(await told(world, first))["present"] == "done"


async def test_who_turned_a_dossier_down_is_told_with_the_words_and_the_rules() -> None:
    world = await Campaign().running()
    award = await world.checked(None, await world.evaluated(), "phan-viec-thu")
    await world.send(AWARD, award, HoldAward(kind="inspection", reason="đang thanh tra"))
    assert (await told(world, award)).holds == ("inspection",)
    assert course(await told(world, award))["publish"] == "award.on-hold"
    await world.send(AWARD, award, ReturnDossier(reason="thiếu biên bản"))
    standing = await told(world, award)
    assert standing.turned is not None
    assert (standing.turned.how, course(standing)["complete"]) == ("returned", "open")
    await world.send(AWARD, award, DeclineAward(reason="không đủ điều kiện"))
    standing = await told(world, award)
    assert standing.turned is not None
    assert standing.turned.how == "declined"
    assert standing.turned.reason.startswith("sealed:")


async def test_a_dossier_that_is_not_supported_stops_at_the_check() -> None:
    world = await Campaign().running()
    award = await world.checked(await world.registered(), await world.evaluated(), "phan-viec-thu")
    await world.send(AWARD, award, ReturnDossier(reason="xem lại"))
    await world.send(AWARD, award, CompleteDossier(report="đã xem lại"))
    await world.send(AWARD, award, AppraiseDossier(supports=False, opinion="chưa đạt"))
    standing = await told(world, award)
    assert course(standing)["check-eligibility"] == "award.not-supported"
    assert standing.turned is not None
    assert standing.turned.how == "not-supported"
