from datetime import date
from typing import Any

import msgspec
import pytest

from domain.cluster import CLUSTER
from domain.cluster.messages import (
    AdmitUnit,
    AnnulElection,
    ClusterDissolved,
    ClusterFormed,
    ClusterRanked,
    ClusterRenamed,
    DissolveCluster,
    ElectionAnnulled,
    ElectionTally,
    ElectLeader,
    Evaluated,
    Facts,
    FormCluster,
    LeadNamed,
    LeftOut,
    NameLead,
    RankCluster,
    ReleaseUnit,
    RenameCluster,
    Taken,
    UnitAdmitted,
    UnitReleased,
)
from domain.cluster.refusals import (
    AdmittedOtherwise,
    AnnulledOtherwise,
    CampaignNotRunning,
    CampaignUnknown,
    ClusterUnknown,
    Dissolved,
    ElectedOtherwise,
    ElectionTied,
    ElectionUnknown,
    FormedOtherwise,
    MinutesAnnulled,
    NoMajority,
    NotAllFinal,
    NotAMember,
    NotRanked,
    OutOfOrder,
    ReleasedOtherwise,
    SeveralTables,
    UnitTaken,
    UnitUnknown,
)
from domain.paper import Document
from domain.refusals import Invalid, NotYetHappened
from tests.support.scenario import carried_out, given, next_events

CLUSTER_ID, ABOVE, A, B, C, D, CAMPAIGN = (f"00000000-0000-4000-8000-00000000000{n}" for n in range(1, 8))
FORMED, LATER, TOMORROW = date(2024, 1, 15), date(2024, 3, 1), date(2024, 7, 1)
TODAY = date(2024, 6, 30)
PAPER = Document(kind="Quyết định", number="5/QĐ", issued="2024-01-15", title="Về việc chia cụm", issuer="LĐLĐ tỉnh")
MINUTES = Document(kind="Biên bản", number="1/BB", issued="2024-06-30", title="Suy tôn", issuer="Cụm thi đua")
RETRACTION = Document(kind="Công văn", number="9/CV", issued="2024-06-30", title="Hủy suy tôn", issuer="LĐLĐ tỉnh")
FACTS = Facts(since={unit: date(2020, 1, 1) for unit in (A, B, C, D)})
ELECTING = Facts(campaign_known=True, running=True, phases=("1",), year=2024)


def evaluated(unit: str, total: int, **more: Any) -> Evaluated:
    about = {"evaluation_id": unit, "rubric": "bang", "rubric_version": 1, "final": True, "band": "manh"}
    return Evaluated(unit_id=unit, total_x100=total, **{**about, **more})


RANKING = msgspec.structs.replace(ELECTING, evaluated=(evaluated(A, 9_000), evaluated(B, 9_500), evaluated(C, 9_000)))

form = FormCluster(
    cluster_id=CLUSTER_ID, code="cum-a", name="Cụm A", unit_id=ABOVE, unit_ids=(A, B, C), lead_unit_id=A, on=FORMED,
    document=PAPER,
)  # fmt: skip
rank = RankCluster(campaign_id=CAMPAIGN, period="Năm 2024")
elect = ElectLeader(
    campaign_id=CAMPAIGN, period="Năm 2024", held_on=TODAY, minutes=MINUTES, electors=3,
    tallies=(ElectionTally(unit_id=A, votes=1), ElectionTally(unit_id=B, votes=2)), elected=B,
)  # fmt: skip
annul = AnnulElection(campaign_id=CAMPAIGN, period="năm  2024", document=RETRACTION, ground="đếm thiếu")

formed = carried_out(CLUSTER, (form, FACTS))
ranked = carried_out(CLUSTER, (form, FACTS), (rank, RANKING))
elected = carried_out(CLUSTER, (form, FACTS), (rank, RANKING), (elect, ELECTING))
annulled = carried_out(CLUSTER, (form, FACTS), (rank, RANKING), (elect, ELECTING), annul)


def other(message: Any, **changed: Any) -> Any:
    return msgspec.structs.replace(message, **changed)


def test_a_cluster_is_formed_once_with_the_majority_that_is_assumed_and_says_so() -> None:
    (event,) = formed
    assert isinstance(event, ClusterFormed)
    assert (event.majority_x100, event.majority_source) == (5_000, "assumed")
    given(CLUSTER, *formed).when(form, Facts()).then()
    given(CLUSTER, *formed).when(other(form, unit_ids=(A, B)), Facts()).then_refused(FormedOtherwise, code="cum-a")
    (stated,) = next_events(CLUSTER, (), other(form, majority_x100=6_667), FACTS)
    assert (stated.majority_x100, stated.majority_source) == (6_667, "stated")
    given(CLUSTER, stated).when(other(form, majority_x100=6_667), Facts()).then()


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"on": TOMORROW}, NotYetHappened),
        ({"document": other(PAPER, issued="2024-07-01")}, NotYetHappened),
        ({"unit_ids": (A, A)}, Invalid),
        ({"lead_unit_id": D}, Invalid),
        ({"unit_ids": (A, ABOVE)}, UnitUnknown),
        ({"on": date(2019, 12, 31)}, OutOfOrder),
    ],
)
def test_a_cluster_is_not_formed_of_what_cannot_be(changed: dict[str, Any], refusal: Any) -> None:
    given(CLUSTER).when(other(form, **changed), FACTS).then_refused(refusal)


def test_a_unit_is_in_one_cluster_of_a_kind_at_a_time() -> None:
    still = Taken(unit_id=B, cluster="cum-b", since=FORMED, until=None)
    given(CLUSTER).when(form, other(FACTS, taken=(still,))).then_refused(UnitTaken, unit_id=B, cluster="cum-b")
    left = other(still, until=FORMED)
    given(CLUSTER).when(form, other(FACTS, taken=(left,))).then(*formed)
    given(CLUSTER).when(other(form, on=date(2024, 1, 14)), other(FACTS, taken=(left,))).then_refused(UnitTaken)


def test_a_unit_is_admitted_leaves_and_may_come_again() -> None:
    admit, release = AdmitUnit(unit_id=D, on=LATER), ReleaseUnit(unit_id=D, on=date(2024, 4, 1))
    came, left = (
        UnitAdmitted(unit_id=D, on=LATER, read_at=()),
        UnitReleased(unit_id=D, since=LATER, on=date(2024, 4, 1), led=False),
    )
    given(CLUSTER, *formed).when(admit, FACTS).then(came)
    given(CLUSTER, *formed, came).when(admit, FACTS).then()
    given(CLUSTER, *formed, came).when(other(admit, on=TODAY), FACTS).then_refused(AdmittedOtherwise, since=LATER)
    given(CLUSTER, *formed, came).when(release).then(left)
    given(CLUSTER, *formed, came, left).when(release).then()
    given(CLUSTER, *formed, came, left).when(other(release, on=TODAY)).then_refused(ReleasedOtherwise)
    given(CLUSTER, *formed, came, left).when(admit, FACTS).then_refused(OutOfOrder)
    again = AdmitUnit(unit_id=D, on=date(2024, 4, 1))
    state = CLUSTER.fold((*formed, came, left, *next_events(CLUSTER, (*formed, came, left), again, FACTS)))
    assert state.members_on(date(2024, 4, 1)) == (A, B, C, D)
    given(CLUSTER, *formed).when(release).then_refused(NotAMember, unit_id=D)
    given(CLUSTER, *formed).when(AdmitUnit(unit_id=D, on=date(2024, 1, 1)), FACTS).then_refused(OutOfOrder)
    given(CLUSTER).when(admit, FACTS).then_refused(ClusterUnknown)


def test_members_are_those_of_the_day() -> None:
    state = CLUSTER.fold((*formed, UnitReleased(unit_id=B, since=FORMED, on=LATER, led=False)))
    assert state.members_on(date(2024, 2, 29)) == (A, B, C)
    assert state.members_on(LATER) == (A, C)
    assert state.members_on(date(2024, 1, 14)) == ()


def test_the_lead_unit_is_a_member_and_leads_no_more_once_it_leaves() -> None:
    named = LeadNamed(unit_id=B, on=LATER)
    given(CLUSTER, *formed).when(NameLead(unit_id=B, on=LATER)).then(named)
    given(CLUSTER, *formed, named).when(NameLead(unit_id=B, on=TODAY)).then()
    given(CLUSTER, *formed).when(NameLead(unit_id=D, on=LATER)).then_refused(NotAMember)
    given(CLUSTER, *formed, named).when(NameLead(unit_id=A, on=FORMED)).then_refused(OutOfOrder)
    leaves = ReleaseUnit(unit_id=B, on=TODAY)
    (left,) = next_events(CLUSTER, (*formed, named), leaves)
    assert left.led
    assert CLUSTER.fold((*formed, named, left)).leads[-1] == (TODAY, None)
    given(CLUSTER, *formed, named).when(ReleaseUnit(unit_id=B, on=FORMED)).then_refused(OutOfOrder)


def test_a_cluster_is_renamed_and_dissolved() -> None:
    renamed, dissolved = ClusterRenamed(name="Cụm B", on=LATER), ClusterDissolved(on=TODAY, document=PAPER)
    given(CLUSTER, *formed).when(RenameCluster(name="Cụm B", on=LATER)).then(renamed)
    given(CLUSTER, *formed, renamed).when(RenameCluster(name="Cụm B", on=LATER)).then()
    given(CLUSTER, *formed, renamed).when(RenameCluster(name="C", on=FORMED)).then_refused(OutOfOrder)
    end = DissolveCluster(on=TODAY, document=PAPER)
    given(CLUSTER, *formed).when(end).then(dissolved)
    given(CLUSTER, *formed, dissolved).when(end).then()
    given(CLUSTER, *formed, dissolved).when(other(end, on=LATER)).then_refused(Dissolved, on=TODAY)
    given(CLUSTER, *formed, dissolved).when(RenameCluster(name="C", on=TODAY)).then_refused(Dissolved)
    given(CLUSTER, *formed, dissolved).when(rank, RANKING).then_refused(Dissolved)
    given(CLUSTER, *formed).when(DissolveCluster(on=date(2024, 1, 1))).then_refused(OutOfOrder)
    assert CLUSTER.fold((*formed, dissolved)).members_on(TODAY) == ()


def test_members_are_ranked_by_their_totals_and_ties_share_a_place_and_the_next_skips() -> None:
    event = ranked[-1]
    assert isinstance(event, ClusterRanked)
    assert [(one.unit_id, one.place) for one in event.places] == [(B, 1), (A, 2), (C, 2)]
    fourth = other(RANKING, evaluated=(*RANKING.evaluated, evaluated(D, 100)))
    admitted = (*formed, UnitAdmitted(unit_id=D, on=LATER, read_at=()))
    (longer,) = next_events(CLUSTER, admitted, rank, fourth)
    assert [one.place for one in longer.places] == [1, 2, 2, 4]


def test_a_ranking_is_made_again_only_where_it_says_something_else() -> None:
    given(CLUSTER, *ranked).when(other(rank, period="NĂM 2024 "), RANKING).then()
    better = other(RANKING, evaluated=(evaluated(A, 9_100), *RANKING.evaluated[1:]))
    (again,) = next_events(CLUSTER, ranked, rank, better)
    assert [one.unit_id for one in again.places] == [B, A, C]
    assert CLUSTER.fold((*ranked, again)).ranking(CAMPAIGN, "Năm 2024", None) == again


def test_nobody_is_ranked_while_a_member_is_not_final_unless_it_is_left_out_with_a_reason() -> None:
    waiting = other(RANKING, evaluated=(*RANKING.evaluated[:2], evaluated(C, 9_000, final=False)))
    given(CLUSTER, *formed).when(rank, waiting).then_refused(NotAllFinal, unit_ids=[C])
    without = other(rank, left_out=(LeftOut(unit_id=C, reason="mới lập"),))
    (event,) = next_events(CLUSTER, formed, without, waiting)
    assert [one.unit_id for one in event.places] == [B, A]
    assert [one.unit_id for one in event.left_out] == [C]
    stranger = other(rank, left_out=(LeftOut(unit_id=D, reason="x"),))
    given(CLUSTER, *formed).when(stranger, RANKING).then_refused(NotAMember, unit_id=D)
    nobody = other(rank, left_out=tuple(LeftOut(unit_id=unit, reason="x") for unit in (A, B, C)))
    given(CLUSTER, *formed).when(nobody, RANKING).then_refused(Invalid, field="left_out")


def test_totals_of_different_tables_are_not_compared() -> None:
    newer = other(RANKING, evaluated=(*RANKING.evaluated[:2], evaluated(C, 9_000, rubric_version=2)))
    given(CLUSTER, *formed).when(rank, newer).then_refused(SeveralTables, rubrics=["bang 1", "bang 2"])
    both = other(RANKING, evaluated=(*RANKING.evaluated, evaluated(A, 100, rubric="bang-khac")))
    given(CLUSTER, *formed).when(rank, both).then_refused(SeveralTables)
    given(CLUSTER, *formed).when(other(rank, rubric="bang"), both).then(ranked[-1])


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [({"campaign_known": False}, CampaignUnknown), ({"running": False}, CampaignNotRunning)],
)
def test_a_cluster_ranks_and_elects_for_a_campaign_that_runs(facts: dict[str, Any], refusal: Any) -> None:
    given(CLUSTER, *formed).when(rank, other(RANKING, **facts)).then_refused(refusal)
    given(CLUSTER, *ranked).when(elect, other(ELECTING, **facts)).then_refused(refusal)


def test_a_phase_that_the_campaign_does_not_have_is_not_ranked() -> None:
    given(CLUSTER, *formed).when(other(rank, phase="9"), RANKING).then_refused(Invalid, field="phase")


def test_the_leader_has_the_most_votes_and_more_than_half_of_all_members() -> None:
    event = elected[-1]
    assert (event.elected, event.year, event.members, event.electors) == (B, 2024, 3, 3)
    given(CLUSTER, *elected).when(elect, ELECTING).then()
    one_vote = other(elect, electors=1, tallies=(ElectionTally(unit_id=B, votes=1),))
    given(CLUSTER, *ranked).when(one_vote, ELECTING).then_refused(NoMajority, votes=1, members=3)
    tied = other(elect, tallies=(ElectionTally(unit_id=A, votes=1), ElectionTally(unit_id=B, votes=1)))
    given(CLUSTER, *ranked).when(tied, ELECTING).then_refused(ElectionTied, unit_ids=[A, B])
    given(CLUSTER, *elected).when(other(elect, electors=2), ELECTING).then_refused(ElectedOtherwise, elected=B)


def test_exactly_half_of_the_members_is_no_majority() -> None:
    four = (*formed, UnitAdmitted(unit_id=D, on=LATER, read_at=()))
    all_four = other(RANKING, evaluated=(*RANKING.evaluated, evaluated(D, 8_000)))
    four = (*four, *next_events(CLUSTER, four, rank, all_four))
    half = other(elect, tallies=(ElectionTally(unit_id=B, votes=2),))
    given(CLUSTER, *four).when(half, ELECTING).then_refused(NoMajority, votes=2, members=4)


@pytest.mark.parametrize(
    ("changed", "refusal", "field"),
    [
        ({"held_on": TOMORROW}, NotYetHappened, "held_on"),
        ({"minutes": other(MINUTES, issued="2024-07-01")}, NotYetHappened, "minutes.issued"),
        ({"minutes": other(MINUTES, issued="2024-06-29")}, Invalid, "minutes.issued"),
        ({"electors": 4}, Invalid, "electors"),
        ({"electors": 2}, Invalid, "tallies"),
        ({"elected": C}, Invalid, "elected"),
        ({"elected": A}, Invalid, "elected"),
        ({"tallies": (ElectionTally(unit_id=B, votes=1),) * 2}, Invalid, "tallies[1].unit_id"),
    ],
)
def test_minutes_that_cannot_be_right_name_the_field(changed: dict[str, Any], refusal: Any, field: str) -> None:
    given(CLUSTER, *ranked).when(other(elect, **changed), ELECTING).then_refused(refusal, field=field)


def test_only_members_of_the_day_are_candidates() -> None:
    stranger = other(elect, tallies=(ElectionTally(unit_id=D, votes=3),), elected=D)
    given(CLUSTER, *ranked).when(stranger, ELECTING).then_refused(NotAMember, unit_id=D)


def test_the_election_comes_after_the_ranking_of_its_period() -> None:
    given(CLUSTER, *formed).when(elect, ELECTING).then_refused(NotRanked)
    given(CLUSTER, *ranked).when(other(elect, period="Năm 2023"), ELECTING).then_refused(NotRanked)
    earlier = other(elect, held_on=date(2024, 6, 29))
    given(CLUSTER, *ranked).when(earlier, ELECTING).then_refused(NotRanked, ranked_on=TODAY)


def test_an_election_is_annulled_by_a_paper_and_another_has_minutes_of_its_own() -> None:
    assert annulled[-1] == ElectionAnnulled(
        campaign_id=CAMPAIGN, period="năm  2024", phase=None, minutes=MINUTES, document=RETRACTION, ground="đếm thiếu"
    )
    assert CLUSTER.fold(annulled).elections == ()
    given(CLUSTER, *annulled).when(annul).then()
    given(CLUSTER, *annulled).when(other(annul, ground="khác")).then_refused(AnnulledOtherwise, number="9/CV")
    given(CLUSTER, *ranked).when(annul).then_refused(ElectionUnknown)
    given(CLUSTER, *elected).when(other(annul, document=MINUTES)).then_refused(Invalid, field="document")
    given(CLUSTER, *annulled).when(elect, ELECTING).then_refused(MinutesAnnulled, number="1/BB")
    (again,) = next_events(CLUSTER, annulled, other(elect, minutes=other(MINUTES, number="2/BB")), ELECTING)
    assert again.elected == B


def test_a_cluster_is_a_matter_of_the_union_that_groups_it() -> None:
    state = CLUSTER.fold(formed)
    assert CLUSTER.unit(form, CLUSTER.initial) == ABOVE
    assert CLUSTER.unit(other(form, unit_id=D), state) == ABOVE
    assert CLUSTER.unit(AdmitUnit(unit_id=A, on=LATER), state) == ABOVE
