"""A member's own program for an electronic ballot: it draws the tokens here, where the platform does not see them."""

import http.client
import secrets
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from adapters.keys.blind import Unsigned, blind, finalize
from adapters.said import Mendable

ATTEMPTS_MAX = 5
PAUSE_SECONDS = 1.0
TIMEOUT_SECONDS = 30.0
TOKEN_BYTES = 32

Send = Callable[[str, Any], tuple[int, Any]]
"""(path, body) -> the answer's status and JSON. Raises: OSError."""


class VotingProblem(Mendable):
    """The ballot could not be cast."""


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """A paper that was taken: nothing in it says by whom."""

    paper: int
    token: bytes
    signature: bytes


class Voter:
    """One member at one ballot."""

    def __init__(self, send: Send, session_id: str, code: str) -> None:
        self._send, self._session_id, self._code = send, session_id, code

    def sheet(self) -> dict[str, Any]:
        """What there is to vote on. Raises: VotingProblem."""
        sheet: dict[str, Any] = self._asked("/sheet", {"code": self._code})
        return sheet

    def take(self, paper: Mapping[str, Any]) -> Ready:
        """Have a fresh token signed for the paper. Raises: VotingProblem."""
        modulus, token = int(paper["modulus"], 16), secrets.token_bytes(TOKEN_BYTES)
        blinded = blind(modulus, token)
        asked = {"code": self._code, "paper": paper["number"], "blinded": b64encode(blinded.blinded).decode()}
        answer = self._asked("/papers", asked)
        try:
            signature = finalize(modulus, token, b64decode(answer["blind_signature"]), blinded)
        except Unsigned as error:
            raise VotingProblem(
                "Máy chủ không ký đúng lá phiếu: đừng bỏ phiếu và báo cho thư ký Hội đồng.",
                "The server did not sign the paper rightly: do not vote, and tell the council's secretary.",
            ) from error
        return Ready(paper=paper["number"], token=token, signature=signature)

    def cast(self, ready: Ready, votes: Mapping[str, str]) -> None:
        """Raises: VotingProblem."""
        body = {
            "paper": ready.paper,
            "token": b64encode(ready.token).decode(),
            "signature": b64encode(ready.signature).decode(),
            "votes": dict(votes),
        }
        self._asked("", body)

    def _asked(self, path: str, body: Any) -> Any:
        """The same again, where it is not known what came of it: that changes nothing."""
        address = f"/v1/ballots/{self._session_id}{path}"
        for attempt in range(1, ATTEMPTS_MAX + 1):
            try:
                status, answer = self._send(address, body)
            except (OSError, http.client.HTTPException) as error:
                status, answer = 503, {"title": type(error).__name__}
            if status < 400:
                return answer
            if status != 503 or attempt == ATTEMPTS_MAX:
                title = answer.get("title", status) if isinstance(answer, dict) else status
                raise VotingProblem(f"Không bỏ phiếu được: {title}", f"The vote was not taken: {title}")
            time.sleep(PAUSE_SECONDS)
        raise AssertionError("unreachable")


def over_http(url: str) -> Send:
    """Sends to the platform at `url`, each time over a connection of its own. Raises: VotingProblem."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or parts.hostname is None:
        raise VotingProblem(f"{url} không phải địa chỉ http(s).", f"{url} is no http(s) address.")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    host, port, prefix = parts.hostname, parts.port, parts.path.rstrip("/")

    def send(path: str, body: Any) -> tuple[int, Any]:
        connection = kind(host, port, timeout=TIMEOUT_SECONDS)
        try:
            headers = {"content-type": "application/json", "accept-language": "vi"}
            connection.request("POST", prefix + path, msgspec.json.encode(body), headers)
            answer = connection.getresponse()
            content = answer.read()
            is_json = "json" in answer.headers.get("content-type", "")
            return answer.status, msgspec.json.decode(content) if is_json else None
        finally:
            connection.close()

    return send
