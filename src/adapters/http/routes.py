"""All routes, in the order in which the API page shows them."""

from adapters.http import (
    allotments,
    audit,
    awards,
    campaigns,
    councils,
    deliveries,
    demands,
    docs,
    duties,
    evaluations,
    events,
    health,
    members,
    registrations,
    reminders,
    unit_calendars,
    units,
)
from adapters.http.route import Route

MODULES = (
    health,
    units,
    members,
    campaigns,
    allotments,
    registrations,
    duties,
    demands,
    deliveries,
    reminders,
    unit_calendars,
    evaluations,
    awards,
    councils,
    audit,
    events,
    docs,
)


def every_route() -> tuple[Route, ...]:
    return tuple(route for module in MODULES for route in module.ROUTES)
