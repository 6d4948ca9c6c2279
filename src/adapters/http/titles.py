"""The history of titles over HTTP; they are recorded on the unit or the member that holds them."""

from adapters.http.queries import listing
from adapters.http.route import Route
from adapters.read_models.titles import TitleFilter, TitleRow, fetch_titles
from application.access import Query

ROUTES: tuple[Route, ...] = (
    listing(
        "/v1/titles-held",
        asks=Query.TITLES_HELD,
        fetch=fetch_titles,
        filters=TitleFilter,
        rows=TitleRow,
        views=("titles-held", "members"),
        summary="Titles that persons and units hold, or held",
    ),
)
