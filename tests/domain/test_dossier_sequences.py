"""Whatever order things are asked in, a dossier comes to no state that its rules forbid."""

from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.award import AWARD
from domain.award.complaints import ReceiveComplaint, ResolveAwardComplaint
from domain.award.evolve import Award, Status
from domain.award.messages import (
    AwardDecided,
    AwardPresented,
    CheckEligibility,
    DeclineAward,
    HoldAward,
    RecordRecovery,
    ReleaseAward,
)
from domain.award.parts import FILES_MAX, AttachPart, RemovePart
from domain.refusals import Refused
from tests.domain.test_award import (
    CHECKING,
    DECIDING,
    NOMINATING,
    appraise,
    changed,
    correct,
    decide,
    nominate,
    paper,
    present,
    publish,
    revoke,
    take_vote,
)
from tests.support.scenario import NOON

DAY = date(2024, 6, 30)
ADDRESSES = tuple(f"{number:064x}" for number in range(3))
attach = AttachPart(
    part="minutes", name="a", media_type="application/pdf", size_bytes=1, address=ADDRESSES[0], content_sha256="s"
)
numbers = st.integers(1, 3)
COURSE: tuple[tuple[Any, Any], ...] = (
    (nominate, NOMINATING), (appraise, None), (CheckEligibility(), CHECKING), (publish, None), (take_vote, DECIDING),
    (decide, DECIDING), (present, None), (revoke, None),
)  # fmt: skip
"""The straight way; a random command comes between any two steps of it."""
beside = st.one_of(
    st.sampled_from(COURSE),
    st.just((correct, None)),
    st.just((DeclineAward(reason="không"), None)),
    st.sampled_from(
        [
            (HoldAward(kind="complaint", reason="đơn"), None),
            (ReleaseAward(kind="complaint", outcome="xong"), None),
        ]
    ),
    st.builds(lambda address: (changed(attach, address=address), None), st.sampled_from(ADDRESSES)),
    st.builds(lambda address: (RemovePart(part="minutes", address=address), None), st.sampled_from(ADDRESSES)),
    st.builds(
        lambda number: (ReceiveComplaint(received_on=DAY, complaint=f"đơn {number}", channel="x"), None), numbers
    ),
    st.builds(
        lambda number, follows: (
            ResolveAwardComplaint(
                number=number, upheld=follows is not None, answer="đã xem", document=paper("9/TB", "2024-06-30"),
                follows=follows,
            ),
            None,
        ),
        numbers,
        st.sampled_from([None, "declining", "revocation", "correction", "nothing"]),
    ),
    st.builds(
        lambda number, money, back: (
            RecordRecovery(
                object_returned=back, money_vnd=money, on=DAY, document=paper(f"{number}/PT", "2024-06-30")
            ),
            None,
        ),
        numbers,
        st.sampled_from([0, 200_000, 540_000]),
        st.booleans(),
    ),
)  # fmt: skip


def check(before: Award, events: list[Any], after: Award) -> None:
    if any(isinstance(event, AwardDecided | AwardPresented) for event in events):
        assert before.holds == (), "nothing goes on while something is pending"
    assert ("complaint" in after.holds) >= any(complaint.is_open for complaint in after.complaints)
    assert [each.received.number for each in after.complaints] == list(range(1, len(after.complaints) + 1))
    for each in after.complaints:
        assert each.settled is None or (each.resolved is not None and each.resolved.upheld)
    places = [(file.part, file.address) for file in after.files]
    assert len(places) == len(set(places)) <= FILES_MAX
    assert set(after.parts) == {file.part for file in after.files}
    if before.status in (Status.DECIDED, Status.PRESENTED, Status.DECLINED, Status.REVOKED):
        assert after.files == before.files, "a dossier that is decided is as it was decided on"
    assert after.owed_vnd >= 0
    assert sum(each.object_returned for each in after.recoveries) <= 1


@given(steps=st.lists(st.tuples(st.integers(0, 2), beside), max_size=30))
@settings(max_examples=300, deadline=None)
def test_no_sequence_of_commands_leads_where_the_rules_forbid(steps: list[tuple[int, tuple[Any, Any]]]) -> None:
    award, ahead = AWARD.initial, 0
    for forward, asked in steps:
        wanted = [*COURSE[ahead : ahead + forward], asked]
        ahead += forward
        for command, facts in wanted:
            try:
                events = AWARD.decide(command, award, facts, NOON)
            except Refused:
                continue
            after = AWARD.fold(events, award)
            check(award, events, after)
            award = after


def test_a_checker_that_cannot_fail_is_none() -> None:
    """The same check, on a decision that was taken while a complaint was pending."""
    award = AWARD.initial
    for command, facts in COURSE[:5]:
        award = AWARD.fold(AWARD.decide(command, award, facts, NOON), award)
    events = AWARD.decide(decide, award, DECIDING, NOON)
    held = changed(award, holds=("complaint",))
    try:
        check(held, events, AWARD.fold(events, held))
    except AssertionError:
        return
    raise RuntimeError("it was let pass")
