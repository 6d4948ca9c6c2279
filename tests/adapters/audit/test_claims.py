"""What the verifier counts again from the events: deadlines, publications, quotas; held to the domain's own rules."""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.audit.verifier.claims import Claim, Claims
from adapters.audit.verifier.envelopes import Event
from adapters.audit.verifier.reading import Refused
from adapters.audit.verifier.terms import working_days as counted_days
from domain.dates import (
    AfterEachPhase,
    AtLaunch,
    Before,
    DateRule,
    NoLaterThan,
    OpenEnded,
    Span,
    WithinMonth,
    Yearly,
    occurrences,
)
from domain.rules import working_days
from domain.schedule import due_on

DAY = date(2024, 3, 15)
HORIZON = {"code": "2024", "opens_on": "2024-01-01", "closes_on": "2025-12-31"}
PHASES = [
    {"code": "dot-1", "opens_on": "2024-01-10", "closes_on": "2024-07-31"},
    {"code": "dot-2", "opens_on": "2024-08-01", "closes_on": "2024-12-31"},
]


class Log:
    """Events as they come, of a day each (at noon in Việt Nam), and the last claim."""

    def __init__(self) -> None:
        self.claims, self.position, self.versions = Claims(), 0, dict[str, int]()

    def put(self, stream: str, kind: str, day: date, data: dict[str, Any], *, hour: int = 12) -> Claim | None:
        self.position += 1
        self.versions[stream] = self.versions.get(stream, 0) + 1
        instant = datetime.combine(day, time(hour), UTC) - timedelta(hours=7)
        event = Event(
            1, self.position, stream, self.versions[stream], kind, 1, bytes(16),
            int(instant.timestamp()) * 1_000_000, None, "a", "c", None, bytes(16), json.dumps(data).encode(),
        )  # fmt: skip
        return self.claims.of(event)[0]

    def campaign(self, rule: dict[str, Any], *, levels: tuple[str, ...] = ("grassroots",)) -> None:
        registrations = [{"kind": "title", "levels": levels, "rule": rule}]
        directive = {"registrations": registrations, "horizon": HORIZON}
        self.put("campaign-c", "campaign.drafted", date(2024, 1, 2), {"directive": directive})
        launched = {"launched_on": "2024-01-10", "phases": PHASES}
        self.put("campaign-c", "campaign.launched", date(2024, 1, 10), launched)

    def register(self, day: date, *, read: int = 2, hour: int = 12, kind: str = "title") -> Claim:
        data = {
            "campaign_id": "c", "kind": kind, "level": "grassroots", "due_on": None,
            "read_at": [{"stream": "campaign-c", "version": read}],
        }  # fmt: skip
        claim = self.put(f"registration-{self.position}", "registration.submitted", day, data, hour=hour)
        assert claim is not None
        return claim


# --- Registered before the deadline ----------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "last"),
    [
        ({"kind": "before", "day": "2024-03-15"}, date(2024, 3, 14)),
        ({"kind": "no-later-than", "day": "2024-03-15"}, date(2024, 3, 15)),
        ({"kind": "within-month", "month": "2024-02"}, date(2024, 2, 29)),
        ({"kind": "at-launch", "days": 20}, date(2024, 1, 30)),
    ],
)
def test_the_last_day_in_time_is_shown_and_the_day_after_refuted(rule: dict[str, Any], last: date) -> None:
    log = Log()
    log.campaign(rule)
    in_time, late = log.register(last), log.register(last + timedelta(days=1))
    assert (in_time.outcome, in_time.figures["due_on"]) == ("shown", last)
    assert (late.outcome, late.figures["due_on"]) == ("refuted", last)
    assert in_time.by == last, "a witness who saw it that day makes it an outsider's"


def test_days_are_days_in_viet_nam() -> None:
    log = Log()
    log.campaign({"kind": "no-later-than", "day": "2024-03-15"})
    assert log.register(DAY, hour=23).outcome == "shown"
    assert log.register(DAY + timedelta(days=1), hour=0).outcome == "refuted", "17:00 UTC on the 15th"


def test_an_amendment_moves_the_day_for_what_has_read_it() -> None:
    log = Log()
    log.campaign({"kind": "no-later-than", "day": "2024-03-15"})
    late = DAY + timedelta(days=3)
    assert log.register(late).outcome == "refuted"
    later = [{"kind": "title", "levels": ["grassroots"], "rule": {"kind": "no-later-than", "day": "2024-03-31"}}]
    amended = {"directive": {"registrations": later, "horizon": HORIZON}, "phases": PHASES}
    log.put("campaign-c", "campaign.amended", late, amended)
    assert log.register(late, read=3).outcome == "shown"
    assert log.register(late, read=2).outcome == "not-shown", "it says that it has read another text"


def test_where_no_day_is_named_or_the_campaign_is_not_in_the_bundle_nothing_is_made_up() -> None:
    assert Log().register(DAY).outcome == "not-shown"
    log = Log()
    log.campaign({"kind": "yearly", "month_day": "12-31", "years": []})
    assert log.register(DAY).figures["due_on"] == date(2024, 12, 31)
    assert log.register(DAY, kind="work").outcome == "not-shown"


@pytest.mark.parametrize("kind", ["award.decided", "council.convened", "registration.submitted", "campaign.launched"])
@pytest.mark.parametrize(
    "data", [{}, {"rule_set": []}, {"campaign_id": [], "read_at": 3}, {"launched_on": "2024-W01-1x"}]
)
def test_an_event_that_does_not_hold_what_its_type_says_is_refused(kind: str, data: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        Log().put("stream", kind, DAY, data)
    assert (refused.value.code, refused.value.facts) == ("content", {"position": 1})


days = st.dates(date(2023, 6, 1), date(2026, 6, 1))
rules = st.one_of(
    days.map(lambda day: Before(day=day)),
    days.map(lambda day: NoLaterThan(day=day)),
    days.map(lambda day: WithinMonth(month=f"{day:%Y-%m}")),
    st.integers(0, 366).map(lambda number: AtLaunch(days=number)),
    st.integers(0, 366).map(lambda number: AfterEachPhase(days=number)),
    st.just(OpenEnded()),
    st.sampled_from(["02-29", "06-30", "12-31"]).map(lambda day: Yearly(month_day=day)),
    st.just(Yearly(month_day="03-01", years=(2024, 2026))),
)


@settings(max_examples=300, deadline=None)
@given(rules, days)
def test_every_kind_of_rule_is_counted_as_the_domain_counts_it(rule: DateRule, day: date) -> None:
    spans = tuple(Span(**{**each, **_dates(each)}) for each in PHASES)  # type: ignore[arg-type]
    horizon = Span(**{**HORIZON, **_dates(HORIZON)})  # type: ignore[arg-type]
    dates = occurrences(rule, launched_on=date(2024, 1, 10), horizon=horizon, phases=spans)
    due = due_on(dates, day)
    log = Log()
    log.campaign(msgspec.to_builtins(rule))
    claim = log.register(day)
    outcome = "shown" if due is not None and day <= due else "refuted"
    assert (claim.figures["due_on"], claim.outcome) == (due, outcome)


def _dates(span: dict[str, str]) -> dict[str, date]:
    return {name: date.fromisoformat(span[name]) for name in ("opens_on", "closes_on")}


# --- Published for the full window --------------------------------------------------------------


def decide(
    log: Log,
    *,
    published: date,
    recorded: date,
    until: date,
    meets_on: date | None,
    decided: date,
    wanted: int | None = 10,
    holidays: tuple[str, ...] = (),
) -> Claim:
    log.put("award-a", "award.nominated", date(2024, 1, 20), {"fast_path": False, "campaign_id": "c", "title": "t"})
    window = {"published_from": published.isoformat(), "published_until": until.isoformat()}
    log.put("award-a", "award.published", recorded, window)
    if meets_on:
        log.put("award-a", "award.voted", meets_on, {"meets_on": meets_on.isoformat()})
    return grant(log, decided, wanted, holidays)


def grant(log: Log, decided: date, wanted: int | None = 10, holidays: tuple[str, ...] = ()) -> Claim:
    rules = [{"kind": "publication-working-days-min", "days": wanted, "holidays": holidays}] if wanted else []
    claim = log.put("award-a", "award.decided", decided, {"rule_set": {"rules": rules}, "rule_set_sha256": None})
    assert claim is not None
    return claim


FIRST = date(2024, 6, 3)  # A Monday.


def test_ten_working_days_before_the_meeting_are_shown_and_nine_refuted() -> None:
    window = {"published": FIRST, "recorded": FIRST, "until": date(2024, 6, 28), "decided": date(2024, 7, 1)}
    assert decide(Log(), **window, meets_on=date(2024, 6, 18)).outcome == "shown"  # type: ignore[arg-type]
    claim = decide(Log(), **window, meets_on=date(2024, 6, 17))  # type: ignore[arg-type]
    assert (claim.outcome, claim.figures["days"], claim.figures["days_min"]) == ("refuted", 9, 10)


def test_a_holiday_of_the_pinned_rules_is_no_working_day() -> None:
    window = {"published": FIRST, "recorded": FIRST, "until": date(2024, 6, 28), "decided": date(2024, 7, 1)}
    meets = {"meets_on": date(2024, 6, 18), "holidays": ("2024-06-10",)}
    assert decide(Log(), **window, **meets).outcome == "refuted"  # type: ignore[arg-type]


def test_days_before_the_publication_was_recorded_rest_on_an_officers_word() -> None:
    claim = decide(
        Log(), published=FIRST, recorded=date(2024, 6, 7), until=date(2024, 6, 28), meets_on=date(2024, 6, 18),
        decided=date(2024, 7, 1),
    )  # fmt: skip
    assert (claim.outcome, claim.figures["days"], claim.figures["days_on_record"]) == ("not-shown", 10, 6)


def test_what_is_published_again_from_the_same_day_goes_on() -> None:
    log = Log()
    window = {"published_from": FIRST.isoformat(), "published_until": "2024-06-10"}
    log.put("award-a", "award.published", FIRST, window)
    log.put("award-a", "award.published", date(2024, 6, 6), window | {"published_until": "2024-06-28"})
    log.put("award-a", "award.voted", date(2024, 6, 18), {"meets_on": "2024-06-18"})
    claim = grant(log, date(2024, 7, 1))
    assert (claim.outcome, claim.rests_on, claim.by) == ("shown", 1, FIRST)


def test_a_window_that_was_cut_short_is_refuted_where_no_number_of_days_is_asked_for() -> None:
    window = {"published": FIRST, "recorded": FIRST, "until": date(2024, 6, 28), "meets_on": None, "wanted": None}
    assert decide(Log(), **window, decided=date(2024, 6, 28)).outcome == "refuted"  # type: ignore[arg-type]
    assert decide(Log(), **window, decided=date(2024, 6, 29)).outcome == "shown"  # type: ignore[arg-type]


def test_a_decision_before_the_days_had_passed_is_refuted() -> None:
    claim = decide(
        Log(), published=FIRST, recorded=FIRST, until=date(2024, 6, 28), meets_on=None, decided=date(2024, 6, 18)
    )
    assert claim.outcome == "refuted"


def test_what_was_returned_must_be_published_anew_and_the_fast_path_needs_none() -> None:
    log = Log()
    log.put("award-a", "award.published", FIRST, {"published_from": "2024-06-03", "published_until": "2024-06-28"})
    log.put("award-a", "award.returned", FIRST, {})
    assert grant(log, date(2024, 7, 1)).outcome == "not-shown"
    fast = Log()
    fast.put("award-a", "award.nominated", FIRST, {"fast_path": True, "campaign_id": "c", "title": "t"})
    assert grant(fast, FIRST).outcome == "not-asked"


@settings(max_examples=200, deadline=None)
@given(days, st.integers(-5, 400), st.lists(days, max_size=8))
def test_working_days_are_counted_as_the_rules_count_them(after: date, length: int, closed: list[date]) -> None:
    until = after + timedelta(days=length)
    expected = working_days(after=after, until=until, holidays=closed)
    assert counted_days(after, until, [day.isoformat() for day in closed]) == expected


# --- The quota at the frozen date -----------------------------------------------------------------

MEETING = date(2024, 6, 20)


def session(log: Log, share_x100: int = 5_000, count: int | None = None) -> None:
    rules: list[dict[str, Any]] = [{"kind": "quota-share-max", "of": "lao-dong", "share_x100": share_x100}]
    rules += [{"kind": "quota-count-max", "count": count}] if count else []
    data = {"campaign_id": "c", "title": "chien-si", "meets_on": MEETING.isoformat(), "rule_set": {"rules": rules}}
    log.put("council-s", "council.convened", date(2024, 6, 1), data)
    log.put("council-s", "council.dossiers-listed", date(2024, 6, 2), {"listed": [{"award_id": "x"}]})


def granted(log: Log, name: str, day: date, title: str = "lao-dong") -> None:
    log.put(f"award-{name}", "award.nominated", day, {"fast_path": True, "campaign_id": "c", "title": title})
    log.put(f"award-{name}", "award.decided", day, {"rule_set": {"rules": []}})


def checked(
    log: Log, whole: int, *, granted: int = 1, fits: bool = True, count: int | None = None, issued: str = "x"
) -> Claim:
    """What the decision shows that is issued after such a check."""
    counts = [{"of": "lao-dong", "granted": granted, "whole": whole, "frozen_on": MEETING.isoformat()}]
    if count:
        counts.append({"of": "fixed-number", "granted": granted, "whole": count, "frozen_on": MEETING.isoformat()})
    read = [{"stream": name, "version": version} for name, version in log.versions.items() if name[:6] == "award-"]
    data = {"granted": ["x"], "counts": counts, "fits": fits, "read_at": read}
    assert log.put("council-s", "council.quota-checked", MEETING + timedelta(days=2), data) is None
    return issue(log, issued)


def issue(log: Log, *award_ids: str) -> Claim:
    claim = log.put("council-s", "council.decision-issued", MEETING + timedelta(days=2), {"granted": award_ids})
    assert claim is not None
    return claim


def test_a_count_that_comes_out_again_is_shown_and_another_refuted() -> None:
    log = Log()
    granted(log, "a", date(2024, 5, 1))
    granted(log, "b", date(2024, 5, 2))
    session(log, count=3)
    assert checked(log, 2, count=3).outcome == "shown"
    assert checked(log, 3, count=3).outcome == "refuted"
    assert checked(log, 2, granted=2, count=3).outcome == "refuted"


def test_what_is_revoked_or_of_another_title_does_not_count() -> None:
    log = Log()
    for name in "abc":
        granted(log, name, date(2024, 5, 1))
    granted(log, "d", date(2024, 5, 1), title="khac")
    log.put("award-c", "award.revoked", date(2024, 5, 9), {})
    session(log)
    assert checked(log, 2).outcome == "shown"


def test_what_was_granted_after_the_frozen_date_shows_that_the_count_is_not_of_that_date() -> None:
    log = Log()
    granted(log, "a", date(2024, 5, 1))
    granted(log, "b", MEETING + timedelta(days=1))
    session(log)
    claim = checked(log, 2)
    assert claim.outcome == "not-shown"
    assert claim.figures["counted_at_frozen_date"]["lao-dong"] == (1, 1)


def test_a_quota_that_is_not_kept_is_refuted_though_the_counts_are_right() -> None:
    log = Log()
    granted(log, "a", date(2024, 5, 1))
    session(log)
    assert checked(log, 1, fits=False).outcome == "refuted"
    assert checked(log, 1, fits=True).outcome == "refuted"


def test_a_list_that_was_first_too_long_is_judged_by_the_last_check() -> None:
    log = Log()
    granted(log, "a", date(2024, 5, 1))
    granted(log, "b", date(2024, 5, 1))
    session(log)
    assert checked(log, 2, granted=3, fits=False).outcome == "refuted"
    assert checked(log, 2).outcome == "shown"


def test_a_decision_that_grants_others_than_were_checked_or_was_never_checked_is_refuted() -> None:
    log = Log()
    granted(log, "a", date(2024, 5, 1))
    granted(log, "b", date(2024, 5, 1))
    session(log)
    assert issue(log, "x").outcome == "refuted"
    assert checked(log, 2, issued="y").outcome == "refuted"
    claim = checked(log, 2)
    assert (claim.outcome, claim.figures["checked_at"], claim.rests_on) == (
        "shown",
        claim.position - 1,
        claim.position - 1,
    )


def test_where_no_quota_is_set_none_is_asked_for() -> None:
    log = Log()
    data = {"campaign_id": "c", "title": "t", "meets_on": MEETING.isoformat(), "rule_set": {"rules": []}}
    log.put("council-s", "council.convened", date(2024, 6, 1), data)
    assert issue(log, "x").outcome == "not-asked"


def test_a_registration_that_does_not_say_which_text_it_has_read_shows_nothing() -> None:
    log = Log()
    log.campaign({"kind": "no-later-than", "day": "2024-03-15"})
    data: dict[str, Any] = {"campaign_id": "c", "kind": "title", "level": "grassroots", "due_on": None, "read_at": []}
    claim = log.put("registration-x", "registration.submitted", DAY, data)
    assert claim is not None
    assert claim.outcome == "not-shown"


def test_dossiers_that_the_check_has_read_and_the_bundle_lacks_leave_it_open() -> None:
    log = Log()
    granted(log, "a", date(2024, 5, 1))
    session(log)
    log.versions["award-elsewhere"] = 3
    assert checked(log, 2).outcome == "not-shown"
