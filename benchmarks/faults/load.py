"""The load: officers of several federations, who ask again until they are answered, and a book of the answers."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import count
from random import Random
from typing import Any, NamedTuple
from uuid import UUID, uuid4, uuid5

import msgspec

from benchmarks.faults.stage import Federation, Stage, send
from benchmarks.faults.wire import Answer, Line, Lost

PAUSE_SECONDS = 0.1
ATTEMPTS_MAX = 600


class Order(NamedTuple):
    """A command with the key under which it is sent, as often as it takes."""

    federation: Federation
    path: str
    body: dict[str, Any]
    key: str

    @property
    def command_id(self) -> str:
        """Under which the log holds it: keys are scoped to the credential."""
        return str(uuid5(UUID(self.federation.officer.credential_id), self.key))


class Acknowledged(NamedTuple):
    order: Order
    answer: Answer
    told: dict[str, Any]


class Book:
    """What was asked and answered. `refused` are answers that ended an order otherwise than by a 2xx, `stale` queries
    that did not show what they had to; both must stay empty."""

    def __init__(self) -> None:
        self.acknowledged: list[Acknowledged] = []
        self.answers: Counter[int] = Counter()
        self.lost = 0
        self.retried = 0
        self.without_retry_after = 0
        self.refused: list[str] = []
        self.stale: list[str] = []

    @property
    def requests(self) -> int:
        return self.answers.total() + self.lost

    def note(self, answer: Answer) -> None:
        self.answers[answer.status] += 1
        if answer.status == 503 and "retry-after" not in answer.headers:
            self.without_retry_after += 1


class Officer:
    """One client: it counts heads, registers and confirms, one order after the other, and looks at what it did."""

    def __init__(self, stage: Stage, federation: Federation, book: Book, random: Random) -> None:
        self._federation, self._book, self._random = federation, book, random
        self._lines = [Line(server.port) for server in stage.servers]
        self._at = random.randrange(len(self._lines))
        self._waiting: list[str] = []
        self._numbers = count(random.randrange(10**6))

    async def work(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; the order in hand is carried through."""
        try:
            while not stop.is_set():
                await self._carry(self._next_order())
        finally:
            for line in self._lines:
                line.close()

    def _next_order(self) -> Order:
        kind, number = self._random.random(), next(self._numbers)
        unit = self._random.randrange(len(self._federation.bases))
        if self._waiting and kind < 0.3:
            return self._order(f"/v1/registrations/{self._waiting.pop()}/confirm", {})
        if kind < 0.7:
            heads = {"members": number, "workers": number, "direct_workers": number, "on": "2024-01-31"}
            return self._order(f"/v1/units/{self._federation.bases[unit]}/report-headcount", heads)
        task = {
            "campaign_id": self._federation.campaign_id,
            "unit_id": self._federation.bases[unit],
            "kind": "task",
            "subject": {"kind": "individual", "person_id": self._federation.workers[unit]},
            "name": f"Phần việc {number}",
            "happened_on": "2024-03-10",
        }
        return self._order("/v1/registrations", task)

    def _order(self, path: str, body: dict[str, Any]) -> Order:
        return Order(self._federation, path, body, str(uuid4()))

    async def _carry(self, order: Order) -> None:
        answer = await self._answered("POST", order)
        if answer.status not in (200, 201):
            self._book.refused.append(f"{order.path}: {answer.status} {answer.body.decode()[:300]}")
            return
        told = msgspec.json.decode(answer.body)
        self._book.acknowledged.append(Acknowledged(order, answer, told))
        if order.path == "/v1/registrations":
            self._waiting.append(told["id"])
        elif order.path.endswith("/confirm") and self._random.random() < 0.3:
            await self._look(order, told)

    async def _look(self, order: Order, told: dict[str, Any]) -> None:
        """What was answered shows at any server, once its position is asked for."""
        path = f"/v1/registrations/{told['id']}?min_position={told['position']}"
        answer = await self._answered("GET", order._replace(path=path))
        shown = msgspec.json.decode(answer.body)
        if answer.status != 200 or shown["state"] != "confirmed":
            self._book.stale.append(f"{path}: {answer.status} {shown}")

    async def _answered(self, method: str, order: Order) -> Answer:
        """The first answer that is neither lost nor says itself that the request may be made again."""
        for _ in range(ATTEMPTS_MAX):
            try:
                answer = await self._ask(method, order)
            except Lost:
                self._book.lost += 1
            else:
                self._book.note(answer)
                if "retry-after" not in answer.headers:
                    return answer
            self._book.retried += 1
            self._at = (self._at + 1) % len(self._lines)
            await asyncio.sleep(PAUSE_SECONDS * (0.5 + self._random.random()))
        raise AssertionError(f"no answer to {order.path} in {ATTEMPTS_MAX} attempts")

    async def _ask(self, method: str, order: Order) -> Answer:
        line = self._lines[self._at]
        if method == "GET":
            return await line.ask("GET", order.path, order.federation.officer.headers)
        return await send(line, order.federation.officer, order.path, order.body, key=order.key)


@asynccontextmanager
async def loading(
    stage: Stage, federations: Sequence[Federation], *, clients: int, seed: int = 1
) -> AsyncIterator[Book]:
    """Officers at work, `clients` in all, spread over the federations; at the end every order has its answer."""
    book, stop = Book(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for n in range(clients):
            random = Random(f"{seed}-{n}")  # noqa: S311
            group.create_task(Officer(stage, federations[n % len(federations)], book, random).work(stop))
        yield book
        stop.set()
