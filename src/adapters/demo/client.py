"""The public HTTP API as people use it: one connection a federation, a key a person, nothing else of the program."""

import asyncio
import http.client
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import msgspec

ATTEMPTS_MAX = 20
PAUSE_SECONDS = 0.25
TIMEOUT_SECONDS = 30.0
PAGE_SIZE = 500
AGAIN = frozenset({"store.unavailable", "view.behind", "version.contended"})
"""Problems that say themselves that the same request may be made again."""


class Unexpected(Exception):
    """The API answered otherwise than the story expects: what was asked, and the problem that came back."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    status: int
    body: Any
    headers: dict[str, str]

    @property
    def code(self) -> str:
        """The problem's code; empty where it is none."""
        return str(self.body.get("code", "")) if self.status >= 400 and isinstance(self.body, dict) else ""


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What the sender of a command is told."""

    id: str
    version: int
    changed: bool
    position: int


class Line:
    """A kept-alive connection of one federation's people, who ask in turn, and where their log has come to."""

    def __init__(self, port: int, handle: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
        self._turn = asyncio.Lock()
        self._keys: Iterator[str] = (f"{handle}-{number:05d}" for number in range(1, 100_000))
        self.position = 0
        self.commands = 0
        self.queries = 0

    def fresh_key(self) -> str:
        """An idempotency key that was not used before."""
        return next(self._keys)

    async def ask(self, method: str, path: str, headers: dict[str, str], body: Any = None) -> Answer:
        """The answer, asked for again with the same idempotency key while the server says that it may be."""
        content = body if body is None or isinstance(body, bytes) else msgspec.json.encode(body)
        for attempt in range(1, ATTEMPTS_MAX + 1):
            async with self._turn:
                answer = await asyncio.to_thread(self._exchange, method, path, headers, content)
            if answer.code not in AGAIN or attempt == ATTEMPTS_MAX:
                break
            await asyncio.sleep(PAUSE_SECONDS)
        return answer

    def _exchange(self, method: str, path: str, headers: dict[str, str], content: bytes | None) -> Answer:
        try:
            try:
                return self._once(method, path, headers, content)
            except ConnectionError:  # Kept alive for too long: the server closes what is idle. The key makes this safe.
                self._connection.close()
                return self._once(method, path, headers, content)
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise Unexpected(f"{method} {path}: no answer ({type(error).__name__}: {error})") from error

    def _once(self, method: str, path: str, headers: dict[str, str], content: bytes | None) -> Answer:
        self._connection.request(method, path, body=content, headers=headers)
        response = self._connection.getresponse()
        raw = response.read()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Answer(status=response.status, body=msgspec.json.decode(raw) if raw else None, headers=names)

    def close(self) -> None:
        self._connection.close()


class Person:
    """Somebody with a key: a role, for a unit officer the unit too, and the name that the narration shows."""

    def __init__(self, line: Line, key: str, name: str, unit_id: str | None = None) -> None:
        self._line, self._key = line, key
        self.name, self.unit_id = name, unit_id

    async def command(self, path: str, body: Any, *, version: int | None = None, key: str | None = None) -> Done:
        """Send a command. `version` goes into If-Match.

        Raises:
            Unexpected: it was not accepted.
        """
        return self._done(path, await self.post(path, body, version=version, key=key))

    async def upload(self, path: str, content: bytes, *, media_type: str) -> Done:
        """Send a file. Raises: Unexpected: it was not accepted."""
        return self._done(path, await self.post(path, content, media_type=media_type))

    def _done(self, path: str, answer: Answer) -> Done:
        if answer.status not in (200, 201):
            raise Unexpected(f"POST {path} as {self.name}: {answer.status} {msgspec.json.encode(answer.body).decode()}")
        done = msgspec.convert(answer.body, Done)
        self._line.position = max(self._line.position, done.position)
        return done

    async def told(self, path: str, body: Any) -> dict[str, Any]:
        """Send a command about many things, and return what became of them.

        Raises:
            Unexpected: it was not accepted.
        """
        answer = await self.post(path, body)
        if answer.status != 200:
            raise Unexpected(f"POST {path} as {self.name}: {answer.status} {answer.body}")
        told: dict[str, Any] = answer.body
        self._line.position = max(self._line.position, told["position"])
        return told

    async def refused(self, path: str, body: Any, code: str, *, version: int | None = None) -> dict[str, Any]:
        """Send a command that is to be refused with this code, and return the problem.

        Raises:
            Unexpected: it was accepted, or refused for another reason.
        """
        answer = await self.post(path, body, version=version)
        if answer.code != code:
            raise Unexpected(f"POST {path} as {self.name}: expected {code}, got {answer.status} {answer.body}")
        problem: dict[str, Any] = answer.body
        return problem

    async def post(
        self,
        path: str,
        body: Any,
        *,
        version: int | None = None,
        key: str | None = None,
        media_type: str = "application/json",
    ) -> Answer:
        headers = {
            "Authorization": f"Bearer {self._key}",
            "Content-Type": media_type,
            "Accept-Language": "vi",
            "Idempotency-Key": key or self._line.fresh_key(),
        }
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        self._line.commands += 1
        return await self._line.ask("POST", path, headers, body)

    async def workbook(self, path: str, content: bytes) -> dict[str, Any]:
        """Send a workbook to be imported, and return what came of it.

        Raises:
            Unexpected: it was not accepted.
        """
        headers = {
            "Authorization": f"Bearer {self._key}",
            "Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "Idempotency-Key": self._line.fresh_key(),
        }
        self._line.commands += 1
        answer = await self._line.ask("POST", path, headers, content)
        if answer.status != 200:
            raise Unexpected(f"POST {path} as {self.name}: {answer.status} {answer.body}")
        told: dict[str, Any] = answer.body
        self._line.position = max(self._line.position, told["position"])
        return told

    async def get(self, path: str, *, fresh: bool = True, **parameters: Any) -> Any:
        """The answer to a query; `fresh`: it has seen everything that this federation's people have done.

        Raises:
            Unexpected: there is no such thing, or it may not be seen.
        """
        given = {name: value for name, value in parameters.items() if value is not None}
        if fresh:
            given["min_position"] = self._line.position
        query = f"{path}?{urlencode(given)}" if given else path
        self._line.queries += 1
        answer = await self._line.ask("GET", query, {"Authorization": f"Bearer {self._key}"})
        if answer.status != 200:
            raise Unexpected(f"GET {query} as {self.name}: {answer.status} {answer.body}")
        return answer.body

    async def listed(self, path: str, **parameters: Any) -> list[dict[str, Any]]:
        """Every row of a list, page by page."""
        rows: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = await self.get(path, limit=PAGE_SIZE, cursor=cursor, **parameters)
            rows += page["items"]
            cursor = page["next"]
            if cursor is None:
                return rows
