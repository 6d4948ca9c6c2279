"""Whatever is read from read models can be asked as of an earlier moment; what cannot stands here, with why."""

from adapters.http.routes import every_route

NO_PAST: dict[str, str] = {
    "/health/live": "of the server",
    "/health/ready": "of the server",
    "/v1/openapi.json": "of the program",
    "/v1/docs": "of the program",
    "/v1/docs/{file}": "of the program",
    "/v1/event-types": "of the program",
    "/v1/event-types/{name}/{version}": "of the program",
    "/v1/me": "of the key",
    "/v1/projections": "how far the read models have come now",
    "/v1/events": "the log itself",
    "/v1/audit/checkpoint": "of the tree over the log, which goes by its own sizes",
    "/v1/audit/checkpoints": "of the tree over the log, which goes by its own sizes",
    "/v1/audit/consistency": "of the tree over the log, which goes by its own sizes",
    "/v1/audit/inclusion": "of the tree over the log, which goes by its own sizes",
}


def test_every_query_takes_as_of_or_stands_here() -> None:
    taking = {
        route.path: "as_of" in getattr(route.parameters, "__struct_fields__", ())
        for route in every_route()
        if route.method == "GET"
    }
    assert {path for path, takes in taking.items() if not takes} == set(NO_PAST)
