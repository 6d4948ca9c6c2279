"""All routes, in the order in which the API page shows them."""

from adapters.http import (
    allotments,
    audit,
    awards,
    ballots,
    campaigns,
    clusters,
    councils,
    deliveries,
    demands,
    docs,
    duties,
    evaluations,
    events,
    exemplars,
    exports,
    health,
    imports,
    members,
    parts,
    proofs,
    registrations,
    reminders,
    templates,
    titles,
    unit_calendars,
    units,
)
from adapters.http.route import Route

MODULES = (
    health,
    units,
    members,
    titles,
    campaigns,
    allotments,
    registrations,
    exemplars,
    duties,
    clusters,
    demands,
    deliveries,
    reminders,
    unit_calendars,
    evaluations,
    awards,
    parts,
    councils,
    ballots,
    audit,
    proofs,
    templates,
    imports,
    exports,
    events,
    docs,
)


def every_route() -> tuple[Route, ...]:
    return tuple(route for module in MODULES for route in module.ROUTES)
