"""All routes, in the order in which the API page shows them."""

from adapters.http import (
    allotments,
    audit,
    awards,
    campaigns,
    councils,
    docs,
    duties,
    evaluations,
    events,
    health,
    members,
    registrations,
    titles,
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
    duties,
    evaluations,
    awards,
    councils,
    audit,
    events,
    docs,
)


def every_route() -> tuple[Route, ...]:
    return tuple(route for module in MODULES for route in module.ROUTES)
