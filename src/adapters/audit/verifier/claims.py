"""What the events show of deadlines: each claim counted again from the events of the bundle alone, in one pass."""

from collections.abc import Iterator
from datetime import date, timedelta
from json import JSONEncoder
from typing import Any, NamedTuple

from adapters.audit.verifier.envelopes import Event
from adapters.audit.verifier.reading import Refused, parsed
from adapters.audit.verifier.terms import Campaign, Data, NoRule, working_days

SHOWN, NOT_SHOWN, REFUTED, NOT_ASKED = "shown", "not-shown", "refuted", "not-asked"
CLAIMS = ("registered-in-time", "published-for-the-window", "quota-at-the-frozen-date")
CLAIMING = ("registration.submitted", "award.", "campaign.", "council.")
"""What the names of the types of event begin with that claims are counted from."""
FIXED_NUMBER = "fixed-number"
_encoded = JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


class Claim(NamedTuple):
    """What the event at `position`, of `stream`, comes to. `rests_on` is the position of the event whose day matters,
    and `by` the last day on which a witness must have seen that one for the moment not to rest on the server's word
    alone."""

    position: int
    claim: str
    outcome: str
    figures: Data
    rests_on: int
    by: date | None
    stream: str

    def line(self) -> bytes:
        """The line of `claims.jsonl`."""
        figures = {name: each.isoformat() if isinstance(each, date) else each for name, each in self.figures.items()}
        said = {"claim": self.claim, "figures": figures, "outcome": self.outcome, "position": self.position}
        return _encoded(said).encode()


class Award:
    """A dossier, as far as claims ask. `granted_on`, `revoked_on`: days in Việt Nam on which that was recorded."""

    version, fast_path, published_at = 0, False, 0
    published: tuple[date, date] | None = None
    recorded_on, granted_on, revoked_on = date.max, date.max, date.max
    meets_on: date | None = None

    def granted(self, day: date = date.max) -> bool:
        """Whether it was granted, and not revoked, on a day (left out: by now)."""
        return self.granted_on <= day and self.granted_on != date.max and not self.revoked_on <= min(day, LAST_DAY)


LAST_DAY = date.max - timedelta(days=1)


class Session:
    """A council session, as far as claims ask."""

    def __init__(self, data: Data) -> None:
        self.of = (str(data["campaign_id"]), str(data["title"]))
        self.meets_on, self.listed = date.fromisoformat(data["meets_on"]), set[str]()
        rules = data["rule_set"]["rules"]
        self.shares = {str(rule["of"]): int(rule["share_x100"]) for rule in rules if rule["kind"] == "quota-share-max"}
        self.checked: tuple[Claim, set[str]] | None = None
        """The last check of its quotas, and what it would grant."""
        self.numbers = [int(rule["count"]) for rule in rules if rule["kind"] == "quota-count-max"]

    def put(self, kind: str, data: Data) -> None:
        if kind == "council.session-moved":
            self.meets_on, self.listed = date.fromisoformat(data["meets_on"]), set()
        self.listed |= {f"award-{each['award_id']}" for each in data["listed"]}


class Claims:
    """Follows the events from the first to the last and says of each what it shows."""

    def __init__(self) -> None:
        self._campaigns: dict[str, Campaign] = {}
        self._sessions: dict[str, Session] = {}
        self._awards: dict[str, Award] = {}
        self._titles: dict[tuple[str, str], dict[str, Award]] = {}
        self._families = {"award": self._award, "campaign": self._campaign, "council": self._council}

    def of(self, event: Event) -> tuple[Claim | None, Data]:
        """What an event claims, if it does, and its data, {} where that was not looked at.

        Raises:
            Refused: the event is not what its type says.
        """
        if not event.type.startswith(CLAIMING):
            return None, {}
        family = event.type.partition(".")[0]
        data = parsed(event.data, f"events.bin#{event.position}")
        try:
            return self._families.get(family, self._registration)(event, data), data
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, IndexError) as error:
            raise Refused("content", position=event.position) from error

    def _campaign(self, event: Event, data: Data) -> None:
        self._campaigns.setdefault(event.stream, Campaign()).put(event.type, data, event.version)

    def _registration(self, event: Event, data: Data) -> Claim:
        day = event.recorded_day()
        figures: Data = {"due_on": data["due_on"], "recorded_on": day}
        try:
            due_on = self._due_on(data, day)
        except NoRule:
            return Claim(event.position, CLAIMS[0], NOT_SHOWN, figures, event.position, None, event.stream)
        figures["due_on"] = due_on
        outcome = NOT_ASKED if due_on is None else SHOWN if day <= due_on else REFUTED
        return Claim(event.position, CLAIMS[0], outcome, figures, event.position, due_on, event.stream)

    def _due_on(self, data: Data, day: date) -> date | None:
        """Raises: NoRule: the campaign's text that the registration has read is not in the bundle, or names no day."""
        stream = f"campaign-{data['campaign_id']}"
        campaign, cited = self._campaigns.get(stream), {read["stream"]: read["version"] for read in data["read_at"]}
        if campaign is None or campaign.version != cited.get(stream):
            raise NoRule(stream)
        return campaign.due_on(data["kind"], data["level"], day)

    def _award(self, event: Event, data: Data) -> Claim | None:
        award = self._awards.setdefault(event.stream, Award())
        award.version = event.version
        match event.type:
            case "award.nominated":
                award.fast_path = data["fast_path"] is True
                self._titles.setdefault((data["campaign_id"], data["title"]), {})[event.stream] = award
            case "award.published":
                _publish(award, event, data)
            case "award.returned":
                award.published = None
            case "award.voted":
                award.meets_on = date.fromisoformat(data["meets_on"])
            case "award.revoked":
                award.revoked_on = event.recorded_day()
            case "award.decided":
                award.granted_on = event.recorded_day()
                return _published(award, event, data)
            case _:
                pass  # What else becomes of a dossier moves no deadline.
        return None

    def _council(self, event: Event, data: Data) -> Claim | None:
        if event.type == "council.convened":
            self._sessions[event.stream] = Session(data)
        elif event.stream in self._sessions:
            if event.type in ("council.session-moved", "council.dossiers-listed"):
                self._sessions[event.stream].put(event.type, data)
            if event.type == "council.quota-checked":
                claim = self._quota(event, data, self._sessions[event.stream])
                self._sessions[event.stream].checked = claim, set(data["granted"])
            if event.type == "council.decision-issued":
                return _issued(event, data, self._sessions[event.stream])
        return None

    def _quota(self, event: Event, data: Data, session: Session) -> Claim:
        """The check's counts, counted again as things stood when it was made, and as they stood at the frozen date."""
        cited = [read for read in data["read_at"] if read["stream"].startswith("award-") and read["version"] > 0]
        known = all(self._version(read["stream"]) >= read["version"] for read in cited)
        recorded = {str(each["of"]): (each["granted"], each["whole"]) for each in data["counts"]}
        frozen_on = {each["frozen_on"] for each in data["counts"]}
        now = self._counts(session, len(data["granted"]), date.max)
        then = self._counts(session, len(data["granted"]), session.meets_on)
        figures: Data = {
            "recorded": recorded, "counted": now, "counted_at_frozen_date": then, "frozen_on": session.meets_on,
            "checked_at": event.position,
        }  # fmt: skip
        fits = all(granted <= most for granted, most in self._limits(session, now))
        outcome = SHOWN if known and then == now else NOT_SHOWN
        if not now:
            outcome = NOT_ASKED  # The title has no quota.
        as_recorded = now == recorded and not frozen_on - {session.meets_on.isoformat()} and data["fits"] is fits
        if (known or not now) and not (as_recorded and fits):
            outcome = REFUTED
        return Claim(event.position, CLAIMS[2], outcome, figures, event.position, session.meets_on, event.stream)

    def _version(self, stream: str) -> int:
        return self._awards[stream].version if stream in self._awards else 0

    def _counts(self, session: Session, granted: int, day: date) -> dict[str, tuple[int, int]]:
        """By what a quota is a share of: how many are granted with this list, and of how many."""
        own = self._titles.get(session.of, {})
        granted += sum(award.granted() for stream, award in own.items() if stream not in session.listed)
        counts = dict.fromkeys([FIXED_NUMBER], (granted, session.numbers[-1])) if session.numbers else {}
        for of in session.shares:
            holders = self._titles.get((session.of[0], of), {}).values()
            counts[of] = (granted, sum(award.granted(day) for award in holders))
        return counts

    def _limits(self, session: Session, counts: dict[str, tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """What each quota counts, and its most."""
        for of, share_x100 in session.shares.items():
            granted, whole = counts[of]
            yield granted * 10_000, share_x100 * whole
        for number in session.numbers:
            yield counts[FIXED_NUMBER][0], number


def _issued(event: Event, data: Data, session: Session) -> Claim:
    """What the last check comes to, where the decision grants what was checked. An earlier check that did not fit is
    what checks are for."""
    if session.checked is None:
        outcome = REFUTED if session.shares or session.numbers else NOT_ASKED
        return Claim(event.position, CLAIMS[2], outcome, {}, event.position, session.meets_on, event.stream)
    claim, granted = session.checked
    differs = claim.outcome != NOT_ASKED and granted != set(data["granted"])
    return claim._replace(position=event.position, outcome=REFUTED if differs else claim.outcome)


def _publish(award: Award, event: Event, data: Data) -> None:
    """Published again from the same day, before it had ended, it goes on from when it was first recorded."""
    days = date.fromisoformat(data["published_from"]), date.fromisoformat(data["published_until"])
    before, day = award.published, event.recorded_day()
    if before is None or before[0] != days[0] or day > before[1]:
        award.recorded_on, award.published_at = day, event.position
    award.published = days


def _published(award: Award, event: Event, data: Data) -> Claim:
    """The days of publication before the council met, of those that the rules ask for, and before the decision.

    What was published on paper before it was recorded rests on the officer's word as far as it lies before that day.
    """
    rules: list[Any] = data["rule_set"]["rules"]
    rule = next((rule for rule in rules if rule["kind"] == "publication-working-days-min"), None)
    if award.published is None:
        outcome = NOT_ASKED if award.fast_path else NOT_SHOWN
        return Claim(event.position, CLAIMS[1], outcome, {}, event.position, None, event.stream)
    first, until = award.published
    last = min(until, award.meets_on - timedelta(days=1)) if award.meets_on else until
    wanted, holidays = (int(rule["days"]), rule["holidays"]) if rule else (0, ())
    if rule is None:
        last = until  # No number of days is asked for: the window is to stand as it was announced.
    days = working_days(first, last, holidays)
    logged = working_days(max(first, award.recorded_on), last, holidays)
    figures: Data = {
        "published_from": first, "published_until": until, "recorded_on": award.recorded_on, "days": days,
        "days_on_record": logged, "days_min": wanted, "meets_on": award.meets_on, "decided_on": award.granted_on,
        "window_ended": award.granted_on > until,
    }  # fmt: skip
    outcome = SHOWN if logged >= (wanted or days) else NOT_SHOWN
    if days < wanted or award.granted_on <= last:
        outcome = REFUTED
    return Claim(event.position, CLAIMS[1], outcome, figures, award.published_at, first, event.stream)
