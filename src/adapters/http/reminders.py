"""Reminders over HTTP: what is to be sent, and that it was sent."""

from adapters.http.commands import creates
from adapters.http.duties import identity_of, working_days
from adapters.http.examples import CAMPAIGN_ID, UNIT_ID
from adapters.http.queries import listing
from adapters.http.route import Route
from adapters.read_models.reminders import ReminderFilter, ReminderRow, fetch_reminders
from application.access import Query
from domain.duty import DUTY
from domain.duty.messages import RecordReminder

ROUTES: tuple[Route, ...] = (
    listing(
        "/v1/reminders",
        asks=Query.REMINDERS,
        fetch=fetch_reminders,
        filters=ReminderFilter,
        rows=ReminderRow,
        dated=True,
        given=working_days,
        views=("duties", "demands", "campaigns", "registrations"),
        summary="Reminders to be sent that day and not sent yet",
    ),
    creates(
        "/v1/reminders/sent",
        RecordReminder,
        DUTY,
        summary="Record that a reminder went out",
        identity=identity_of,
        found_at="/v1/duties",
        example={
            "campaign_id": CAMPAIGN_ID,
            "duty": "half-year-report",
            "unit_id": UNIT_ID,
            "kind": "before-7",
            "channel": "Zalo",
        },
    ),
)
