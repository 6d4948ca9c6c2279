"""A whole electronic ballot over HTTP and PostgreSQL: what is left behind joins no vote to a seat, a person, a code, an
actor, a request or a time."""

import asyncio
import json
import logging
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
import structlog
from click.testing import CliRunner

from adapters.cli import main
from tests.support.ballots import SEATS, Council, voted_at
from tests.support.http import Caller, Served, served
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio
MINUTES = {
    "kind": "Biên bản",
    "number": "01/BB",
    "issued": "2024-09-12",
    "title": "Kiểm phiếu",
    "issuer": "Hội đồng",
}
Rows = dict[str, list[dict[str, Any]]]


class Placed(Council):
    """The same council on the served platform."""

    def __init__(self, web: Served) -> None:
        here = web.here
        self.platform, self.tenant = web.parts.platform, here.tenant_id
        self.ballots = web.parts.ballots
        self.federation, self.base = here.ids["federation"], here.ids["base"]


@pytest.fixture(scope="module")
async def web(postgres: PostgresServer) -> AsyncIterator[Served]:
    async with served(postgres) as running:
        yield running


@pytest.fixture(scope="module")
async def voted(web: Served) -> dict[str, Any]:
    """A ballot in which the fifth seat alone votes against; what it left while it was open, and when it was closed."""
    council = Placed(web)
    await council.prepared("electronic", 2)
    secretary, path = web.here.callers["council-secretary"], f"/v1/councils/{council.session}"
    with every_line() as lines:
        await secretary.done(f"{path}/open-ballot", {"closes_at": _soon()})
        codes = {}
        for seat in SEATS:
            codes[seat] = (await secretary.done(f"{path}/draw-voting-code", {"seat": seat}))["code"]
        ready = []
        for seat, code in codes.items():
            choice = "against" if seat == SEATS[4] else "for"
            ready += await voted_at(web.url, council.session, code, always(choice))
        while_open = await everything(web)
        await secretary.done(f"{path}/close-ballot", {})
        await secretary.done(f"{path}/adopt-ballot", {"minutes": MINUTES})
    answers = await _answers(web.here.officer, council, await web.position(web.here))
    return {
        "council": council,
        "codes": codes,
        "ready": ready,
        "open": while_open,
        "left": await everything(web) | {"log": lines} | {"answers": answers},
    }


def always(choice: str) -> Callable[[str], str]:
    return lambda award_id: choice


def _soon() -> str:
    return (datetime.now(UTC) + timedelta(hours=1)).isoformat()


async def _answers(officer: Caller, council: Council, position: int) -> list[dict[str, Any]]:
    paths = (f"/v1/councils/{council.session}", "/v1/councils", "/v1/audit-trail")
    return [(await officer.get(f"{path}?min_position={position}")).json() for path in paths]


@contextmanager
def every_line() -> Iterator[list[Any]]:
    """Every line that any log is given meanwhile, ours as it is before it is rendered, and of every level."""
    lines: list[Any] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append({"line": record.getMessage()})  # type: ignore[method-assign]
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with structlog.testing.capture_logs() as entries:
            yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        lines += entries


async def everything(web: Served) -> Rows:
    """Every row of every table of every schema, as its owner's superuser sees it, with the columns that hide."""
    found: Rows = {}
    async with web.database.superuser() as connection:
        tables = await connection.fetch(
            "SELECT t.schemaname, t.tablename FROM pg_tables AS t"
            " WHERE t.schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        for schema, table in tables:
            rows = await connection.fetch(f'SELECT t.ctid, t.xmin, t.* FROM "{schema}"."{table}" AS t')
            found[f"{schema}.{table}"] = [dict(row) for row in rows]
    return found


def leaks(left: Rows, secrets: list[str]) -> list[str]:
    """Where one of the secrets stands in what was left, in whatever spelling bytes have."""
    return [place for place, rows in left.items() for row in rows if any(secret in _text(row) for secret in secrets)]


def _text(row: Any) -> str:
    def plain(value: object) -> str:
        return value.decode("utf-8", "replace") + value.hex() if isinstance(value, bytes) else str(value)

    return json.dumps(row, default=plain, ensure_ascii=False)


def spellings(ready: list[Any]) -> list[str]:
    """Each token and signature as it could be written down, and the token's hash, by which the box knows it."""
    raw = [part for paper, _ in ready for part in (paper.token, paper.signature, sha256(paper.token).digest())]
    return [text for each in raw for text in (each.hex(), b64encode(each).decode())]


async def test_the_ballot_is_counted(voted: dict[str, Any], web: Served) -> None:
    told = (await web.here.officer.get(f"/v1/councils/{voted['council'].session}")).json()
    assert told["ballot"] == "electronic"
    [sums] = told["ballot_closed"]["sums"]
    assert [(each["votes_for"], each["votes_against"]) for each in sums["tallies"]] == [(4, 1)] * 2
    assert [each["approved"] for each in told["result"]["counted"]] == [True, True]
    assert told["session"]["ballot"] == "electronic"


async def test_all_may_vote_at_once(web: Served) -> None:
    council = Placed(web)
    await council.prepared("electronic", 2)
    await council.open()
    codes = [await council.code(seat) for seat in SEATS]
    await asyncio.gather(*(voted_at(web.url, council.session, code, always("for")) for code in codes))
    await council.close()  # Before its end, so that every ballot is in.
    assert [each.votes_for for each in (await council.state()).box.sums[0].tallies] == [5, 5]


async def test_a_member_votes_at_the_terminal(web: Served) -> None:
    council = Placed(web)
    await council.prepared("electronic", 1)
    await council.open()
    code = await council.code(SEATS[0])
    arguments = ["vote", web.url, council.session, "--wait-seconds-max", "0"]
    for typed, exit_code in ((f"{code}\n2\nn\n", 1), (f"{code}\n2\ny\n", 0), (f"{code}\n2\ny\n", 8)):
        ended = await asyncio.to_thread(CliRunner().invoke, main, arguments, input=typed)
        assert ended.exit_code == exit_code, ended.output
        assert code not in ended.output
    row = await council.ballots.boxes.find(council.tenant, council.session)
    assert row is not None
    box = await council.ballots._box(council.tenant, row)
    assert list(box.ballots["1"].values()) == ["a"]


async def test_no_token_signature_or_code_is_left_anywhere(voted: dict[str, Any]) -> None:
    secrets = spellings(voted["ready"]) + list(voted["codes"].values())
    assert leaks(voted["open"], secrets) == []
    assert leaks(voted["left"], secrets) == []


async def test_a_leak_would_be_seen(voted: dict[str, Any]) -> None:
    """The control: a column beside the box in which somebody kept the token; a log line; an event."""
    secrets = spellings(voted["ready"])
    token = voted["ready"][0][0].token
    boxes = [{**row, "last_token": token} for row in voted["open"]["ballots.boxes"]]
    assert leaks(voted["open"] | {"ballots.boxes": boxes}, secrets) == ["ballots.boxes"]
    line = {"event": "request", "token": b64encode(token).decode()}
    assert leaks({"log": [*voted["left"]["log"], line]}, secrets) == ["log"]


async def test_while_it_is_open_the_box_is_one_sealed_row(voted: dict[str, Any]) -> None:
    [row] = voted["open"]["ballots.boxes"]
    assert set(row) == {
        "ctid", "xmin", "tenant_id", "session_id", "papers", "keys", "seats", "content", "closes_at", "state",
    }  # fmt: skip
    assert all(row[name].startswith("sealed:") for name in ("keys", "seats", "content"))
    assert [name for name in voted["open"] if name.startswith("ballots.")] == ["ballots.boxes"]


async def test_nothing_grows_with_a_ballot(voted: dict[str, Any], web: Served) -> None:
    """Taking a paper and casting it add no row to any table: nothing has an order, a time or a name."""
    council = Placed(web)
    await council.prepared("electronic", 1)
    await council.open()
    code = await council.code(SEATS[0])
    await web.parts.projector.wait_for(
        web.here.tenant_id, await web.position(web.here), ("councils",), timeout_seconds=10
    )
    before = {name: len(rows) for name, rows in (await everything(web)).items()}
    await voted_at(web.url, council.session, code, always("for"))
    after = await everything(web)
    assert {name: len(rows) for name, rows in after.items()} == before


async def test_voters_requests_leave_no_line_and_have_no_id(voted: dict[str, Any], web: Served) -> None:
    lines = voted["left"]["log"]
    assert any("draw-voting-code" in str(line.get("path")) for line in lines), "the control: other lines are kept"
    assert [line for line in lines if "ballots/" in str(line)] == []
    asked = {"x-request-id": "a-name-of-mine"}
    for slashes in ("/", "//"):  # The router reads both alike.
        path = f"{web.url}{slashes}v1{slashes}ballots/{voted['council'].session}"
        answer = await web.client.post(path, json={}, headers=asked)
        assert "x-request-id" not in answer.headers
        assert answer.json()["instance"] == "urn:uuid:00000000-0000-0000-0000-000000000000"


async def test_no_event_says_who_voted_what_or_in_which_order(voted: dict[str, Any], web: Served) -> None:
    """Two seats exchange their votes: but for what is drawn at random the log is the same."""
    told = [row for row in voted["left"]["thidua.events"] if row["stream_id"] == f"council-{voted['council'].session}"]
    kinds = [row["type"] for row in told]
    assert "council.ballot-closed" in kinds
    assert {kind for kind in kinds if "ballot" in kind or "code" in kind} == {
        "council.ballot-opened", "council.voting-code-drawn", "council.ballot-closed",
    }  # fmt: skip
    closed = json.loads(next(row["data"] for row in told if row["type"] == "council.ballot-closed"))
    [sums] = closed["sums"]
    assert set(sums) == {"number", "taken", "cast", "tallies"}
    assert sums["taken"] == list(SEATS)  # In the order of the roster, whoever came first.
    assert all(set(tally) == {"award_id", "votes_for", "votes_against", "votes_invalid"} for tally in sums["tallies"])


async def test_after_the_close_the_keys_are_gone(voted: dict[str, Any]) -> None:
    left, council = voted["left"], voted["council"]
    assert left["ballots.boxes"] == []
    [key] = [row for row in left["thidua.subject_keys"] if row["subject"] == f"ballot-{council.session}"]
    assert key["wrapped"] is None


async def test_another_tenants_session_is_not_there(voted: dict[str, Any], web: Served) -> None:
    session, there = voted["council"].session, web.there.callers["council-secretary"]
    for step, body in (
        ("open-ballot", {"closes_at": _soon()}),
        ("draw-voting-code", {"seat": SEATS[0]}),
        ("close-ballot", {}),
        ("adopt-ballot", {"minutes": MINUTES}),
    ):
        answer = await there.post(f"/v1/councils/{session}/{step}", body)
        assert (answer.status_code, answer.json()["code"]) == (404, "thing.unknown")


async def test_even_opened_the_box_has_no_name_no_time_and_no_order(web: Served) -> None:
    """What an operator with every key finds while the ballot is open: the votes by random hashes, the seats apart."""
    council = Placed(web)
    await council.prepared("electronic", 1)
    await council.open()
    for seat in (SEATS[3], SEATS[0], SEATS[2]):
        await voted_at(web.url, council.session, await council.code(seat), always("for"))
    row = await council.ballots.boxes.find(council.tenant, council.session)
    assert row is not None
    box, seats = await council.ballots._box(council.tenant, row), await council.ballots._seats(council.tenant, row)
    assert list(box.ballots["1"]) == sorted(box.ballots["1"])
    assert set(box.ballots["1"].values()) == {"f"}
    assert set(seats.taken["1"]) == {SEATS[3], SEATS[0], SEATS[2]}
    assert not set(box.ballots["1"]) & set(seats.taken["1"].values())
    assert "f" not in set(seats.taken["1"].values())


async def test_why_a_seat_withdrew_is_sealed_in_the_log_and_shown_to_officers(web: Served) -> None:
    council, officer = Placed(web), web.here.officer
    await council.prepared("minutes", 1)
    path = f"/v1/councils/{council.session}"
    told = {"seat": SEATS[1], "conflict": "relative", "reason": "Là anh ruột của người được đề nghị."}
    done = await officer.done(f"{path}/record-recusal", told)
    shown = (await officer.get(f"{path}?min_position={done['position']}")).json()["recusals"]
    assert [(one["seat"], one["award_ids"], one["reason"]) for one in shown] == [(SEATS[1], None, told["reason"])]
    rows = (await everything(web))["thidua.events"]
    assert [row for row in rows if b"anh ru" in row["data"]] == []
