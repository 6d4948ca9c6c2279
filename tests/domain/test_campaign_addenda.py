"""What is added to a campaign's directive without an amendment, and the campaign that it carries out."""

from datetime import date

import pytest
from msgspec.structs import replace

from domain.campaign import CAMPAIGN
from domain.campaign.messages import (
    AdmitTitle,
    AmendCampaign,
    CampaignAmended,
    CampaignCancelled,
    CampaignDrafted,
    CampaignLaunched,
    CampaignNotRunning,
    ClauseInterpreted,
    ClauseUnknown,
    DraftCampaign,
    DraftedOtherwise,
    Facts,
    InterpretClause,
    Parent,
    ParentNotLaunched,
    ParentUnknown,
    TitleAdmitted,
    TitlesClosed,
    TitleTaken,
)
from domain.clauses import clause_at
from domain.decider import Read
from domain.directive import Directive, Interpretation, Target
from domain.paper import Document
from domain.refusals import Invalid, NotYetHappened
from domain.rules import Quorum
from domain.schedule import reckon
from tests.support.directives import CIRCULAR, PLAN, RULES, SMALL, TITLE
from tests.support.scenario import given

ISSUER, PARENT = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
READ = (Read(stream=f"unit-{ISSUER}", version=1),)
DAY = date(2024, 2, 21)
SPANS, DUTY_DATES = reckon(SMALL, DAY)
drafted = CampaignDrafted(issuer_id=ISSUER, issuer_level="upper", directive=SMALL, read_at=READ)
launched = CampaignLaunched(launched_on=DAY, phases=SPANS, duty_dates=DUTY_DATES)
cancelled = CampaignCancelled(document=PLAN, reason="Sáp nhập")
AHEAD = replace(PLAN, issued="2024-07-01")


def directive_after(*events: object) -> Directive:
    directive = CAMPAIGN.fold(events).directive  # type: ignore[arg-type]
    assert directive is not None
    return directive


# --- A campaign that carries out another ------------------------------------------

draft_child = DraftCampaign(issuer_id=ISSUER, directive=SMALL, parent_campaign_id=PARENT)
child = replace(drafted, parent_campaign_id=PARENT, parent_document=CIRCULAR)


def knowing(document: Document = CIRCULAR, *, is_launched: bool = True) -> Facts:
    return Facts(issuer_level="upper", parent=Parent(launched=is_launched, document=document), read=READ)


def test_a_campaign_carries_out_another_whose_paper_it_names() -> None:
    given(CAMPAIGN).when(draft_child, knowing()).then(child)
    given(CAMPAIGN, child).when(draft_child, knowing()).then()
    without = replace(draft_child, parent_campaign_id=None)
    given(CAMPAIGN, child).when(without, knowing()).then_refused(DraftedOtherwise)


def test_there_is_no_parent_that_the_issuer_is_not_under() -> None:
    given(CAMPAIGN).when(draft_child, Facts(issuer_level="upper")).then_refused(
        ParentUnknown, parent_campaign_id=PARENT
    )


def test_a_campaign_that_was_not_launched_is_carried_out_by_none() -> None:
    given(CAMPAIGN).when(draft_child, knowing(is_launched=False)).then_refused(ParentNotLaunched)


@pytest.mark.parametrize(
    ("paper", "is_named"),
    [
        (CIRCULAR, True),
        (replace(CIRCULAR, issued="2023-05"), True),
        (replace(CIRCULAR, issued="2022"), False),
        (replace(CIRCULAR, title="Hướng dẫn khác"), False),
        (PLAN, False),
    ],
    ids=["the paper itself", "dated more closely", "of another year", "of another title", "another paper"],
)
def test_the_childs_directive_names_the_parents_paper(paper: Document, *, is_named: bool) -> None:
    scenario = given(CAMPAIGN).when(draft_child, knowing(paper))
    if is_named:
        scenario.then(replace(child, parent_document=paper))
    else:
        scenario.then_refused(Invalid, field="directive.parents")


def test_an_amended_child_goes_on_naming_it() -> None:
    orphaned = AmendCampaign(directive=replace(SMALL, parents=()), document=PLAN)
    given(CAMPAIGN, child, launched).when(orphaned).then_refused(Invalid, field="directive.parents")


# --- How a clause is read ----------------------------------------------------------

interpret = InterpretClause(
    clause="targets.mot-cong-trinh",
    reading="Từ một công trình trở lên",
    alternatives=("Đúng một",),
    decided_by="Ban Thường vụ",
    decided_on=date(2024, 3, 1),
    document=PLAN,
    read_as=">",
)
READING = Interpretation(
    reading="Từ một công trình trở lên",
    alternatives=("Đúng một",),
    decided_by="Ban Thường vụ",
    decided_on=date(2024, 3, 1),
    source="decision",
    document=PLAN,
    read_as=">",
)
interpreted = ClauseInterpreted(clause="targets.mot-cong-trinh", wording="phấn đấu", interpretation=READING)
otherwise = replace(interpreted, interpretation=replace(READING, reading="Đúng một", read_as="="))


def test_how_a_clause_is_read_is_recorded_with_its_wording() -> None:
    given(CAMPAIGN, drafted, launched).when(interpret).then(interpreted)
    given(CAMPAIGN, drafted, launched, interpreted).when(interpret).then()
    given(CAMPAIGN, drafted, launched, interpreted, cancelled).when(interpret).then()
    given(CAMPAIGN, drafted, launched, cancelled).when(interpret).then_refused(CampaignNotRunning)


def test_the_last_reading_counts_and_the_comparator_of_the_wording_stays() -> None:
    target = clause_at(directive_after(drafted, interpreted, otherwise), interpreted.clause)
    assert isinstance(target, Target)
    assert target.interpretation == otherwise.interpretation
    assert (target.comparator, target.wording) == ("unspecified", "phấn đấu")
    given(CAMPAIGN, drafted, launched, interpreted, otherwise).when(interpret).then(interpreted)


def test_a_clause_that_is_not_there_is_refused_with_its_path() -> None:
    nowhere = replace(interpret, clause="targets.khong-co", read_as=None)
    given(CAMPAIGN, drafted).when(nowhere).then_refused(ClauseUnknown, clause="targets.khong-co")


def test_only_a_target_is_compared_and_no_reading_is_of_tomorrow() -> None:
    duty = replace(interpret, clause="duties.ke-hoach")
    given(CAMPAIGN, drafted).when(duty).then_refused(Invalid, field="read_as")
    tomorrow = replace(interpret, decided_on=date(2024, 7, 1))
    given(CAMPAIGN, drafted).when(tomorrow).then_refused(NotYetHappened, field="decided_on")
    given(CAMPAIGN, drafted).when(replace(interpret, document=AHEAD)).then_refused(
        NotYetHappened, field="document.issued"
    )


def test_an_amendment_keeps_a_reading_until_it_words_the_clause_anew() -> None:
    def amended(wording: str) -> CampaignAmended:
        targets = (replace(SMALL.targets[0], wording=wording), *SMALL.targets[1:])
        directive = replace(SMALL, theme="Khác", targets=targets)
        return CampaignAmended(directive=directive, document=PLAN, phases=SPANS, duty_dates=DUTY_DATES)

    kept = clause_at(directive_after(drafted, interpreted, amended("phấn đấu")), interpreted.clause)
    assert kept is not None
    assert kept.interpretation == READING
    anew = clause_at(directive_after(drafted, interpreted, amended("mỗi cơ sở đúng một")), interpreted.clause)
    assert anew is not None
    assert anew.interpretation is None


def test_the_text_is_unchanged_by_what_was_added_to_it() -> None:
    same = DraftCampaign(issuer_id=ISSUER, directive=SMALL)
    given(CAMPAIGN, drafted, interpreted).when(same, Facts(issuer_level="upper")).then()
    as_read = AmendCampaign(directive=directive_after(drafted, interpreted), document=PLAN)
    given(CAMPAIGN, drafted, launched, interpreted).when(as_read).then()
    given(CAMPAIGN, drafted, launched, interpreted).when(replace(as_read, directive=SMALL)).then()


# --- Titles by law -------------------------------------------------------------------

BY_LAW = replace(TITLE, code="lao-dong-tien-tien", name="Lao động tiên tiến", rules="lao-dong-tien-tien")
ITS_RULES = replace(RULES, code="lao-dong-tien-tien", name="Lao động tiên tiến")
admit = AdmitTitle(title=BY_LAW, rule_set=ITS_RULES, document=PLAN)
admitted = TitleAdmitted(title=BY_LAW, rule_set=ITS_RULES, document=PLAN)


def test_a_title_by_law_is_admitted_where_the_list_is_open() -> None:
    given(CAMPAIGN, drafted, launched).when(admit).then(admitted)
    given(CAMPAIGN, drafted, launched, admitted).when(admit).then()
    directive = directive_after(drafted, launched, admitted)
    assert (directive.title(BY_LAW.code), directive.rule_set(ITS_RULES.code)) == (BY_LAW, ITS_RULES)


def test_a_closed_list_takes_no_title() -> None:
    closed = replace(drafted, directive=replace(SMALL, titles_open=False))
    given(CAMPAIGN, closed).when(admit).then_refused(TitlesClosed, titles=["cong-nhan-gioi"])


def test_a_code_stands_for_one_title() -> None:
    other = replace(admit, title=replace(BY_LAW, name="Tên khác"))
    given(CAMPAIGN, drafted, admitted).when(other).then_refused(TitleTaken, title="lao-dong-tien-tien")
    ours = replace(admit, title=TITLE, rule_set=RULES)
    given(CAMPAIGN, drafted).when(ours).then_refused(TitleTaken, title="cong-nhan-gioi")


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (replace(admit, title=replace(BY_LAW, rules="khac")), "title.rules"),
        (
            replace(admit, title=replace(BY_LAW, rules=RULES.code), rule_set=replace(RULES, name="Khác")),
            "rule_set.code",
        ),
        (
            replace(admit, rule_set=replace(ITS_RULES, effective_until=date(2023, 1, 1))),
            "rule_set.effective_until",
        ),
        (
            replace(
                admit,
                rule_set=replace(ITS_RULES, rules=(Quorum(source="law", cites="NĐ", numerator=3, denominator=2),)),
            ),
            "rule_set.rules[0].numerator",
        ),
    ],
    ids=["of other rules", "a code that is taken", "an end before the beginning", "more than the whole roster"],
)
def test_rules_with_mistakes_are_refused_with_the_field(command: AdmitTitle, field: str) -> None:
    given(CAMPAIGN, drafted).when(command).then_refused(Invalid, field=field)


def test_no_title_is_admitted_by_a_paper_of_tomorrow_nor_after_the_end() -> None:
    given(CAMPAIGN, drafted).when(replace(admit, document=AHEAD)).then_refused(NotYetHappened, field="document.issued")
    given(CAMPAIGN, drafted, cancelled).when(admit).then_refused(CampaignNotRunning)


def test_an_admitted_title_outlives_an_amendment() -> None:
    amended = CampaignAmended(
        directive=replace(SMALL, theme="Khác"), document=PLAN, phases=SPANS, duty_dates=DUTY_DATES
    )
    assert directive_after(drafted, admitted, amended).title("lao-dong-tien-tien") == BY_LAW


def test_an_amendment_leaves_an_admitted_title_the_classes_that_its_rules_ask_for() -> None:
    without = replace(
        SMALL, rubrics=(), rule_sets=(), titles=(), items=(), principles=(),
        targets=tuple(target for target in SMALL.targets if target.code != "xep-loai"),
    )  # fmt: skip
    amend = AmendCampaign(directive=without, document=PLAN)
    unburdened = CampaignAmended(directive=without, document=PLAN, phases=SPANS, duty_dates=DUTY_DATES)
    given(CAMPAIGN, drafted, launched).when(amend).then(unburdened)
    given(CAMPAIGN, drafted, launched, admitted).when(amend).then_refused(
        Invalid, field="directive.rule_sets[0].rules[1].classes"
    )
