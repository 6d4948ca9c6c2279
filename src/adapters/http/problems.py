"""Every way in which a request can fail, as an RFC 9457 problem: the one table from refusals to HTTP."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum
from typing import Any

import msgspec

from adapters.http.reasons import in_language
from adapters.http.texts import TEXTS
from adapters.http.vocabulary import FACTS, obstacles_said, words_of
from application.access import OutOfReach
from application.execute import StaleVersion
from application.ports import (
    AttachmentAltered,
    AttachmentMissing,
    AttachmentsAway,
    Erased,
    Frozen,
    Unavailable,
    UnknownTenant,
    VersionConflict,
)
from domain.refusals import Absent, Conflict, Forbidden, Invalid, Refused

STATUS: dict[type[Refused], int] = {Absent: 404, Conflict: 409, Forbidden: 403, Invalid: 422}
MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = "1"
RETRY_FROZEN_AFTER_S = "60"
"""Somebody has to look first."""


class FieldError(msgspec.Struct, frozen=True):
    """A field's path, such as `directive.phases[1].closes_on` or `header If-Match`, and what is wrong with it."""

    field: str
    reason: str


class Problem(Exception):
    """A request that cannot be answered as asked. `code` is public, for ever, and has its texts in `texts.py`."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        errors: Iterable[FieldError] = (),
        facts: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(status, code)
        self.status, self.code = status, code
        self.errors, self.facts, self.headers = tuple(errors), facts or {}, headers or {}


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 9457, with three members of our own. `instance` names the request, in the log too."""

    type: str
    code: str
    title: str
    status: int
    detail: str
    instance: str
    errors: tuple[FieldError, ...] = ()
    facts: dict[str, Any] = {}


def malformed(field: str, reason: str, *, code: str = "request.invalid") -> Problem:
    """400: this part of the request is not what it must be."""
    return Problem(400, code, errors=[FieldError(field, reason)])


def problem_of(error: Exception) -> Problem:
    """The problem that stands for an exception; what is not foreseen is `internal`, and says nothing of its cause."""
    match error:
        case Problem():
            return error
        case Refused():
            return _refused(error)
        case StaleVersion(expected=expected, actual=actual):
            return Problem(412, "version.stale", facts={"expected": expected, "actual": actual})
        case VersionConflict():
            return Problem(409, "version.contended", headers={"retry-after": RETRY_AFTER_S})
        case Erased():
            return Problem(409, "person.erased")
        case AttachmentsAway():
            return Problem(503, "attachments.away", headers={"retry-after": RETRY_AFTER_S})
        case AttachmentMissing():
            return Problem(500, "attachment.missing")
        case AttachmentAltered():
            return Problem(500, "attachment.altered")
        case Frozen(halt=halt):
            # The root says nothing to whoever sends commands; the operator has it from `thidua audit status`.
            facts: dict[str, object] = {}
            if halt is not None:
                where = {"missing": halt.size + 1} if halt.reason == "lacking" else {"checkpoint_size": halt.size}
                facts = {"reason": halt.reason, **where, "log_size": halt.head}
            return Problem(503, "log.frozen", facts=facts, headers={"retry-after": RETRY_FROZEN_AFTER_S})
        case Unavailable() | UnknownTenant():
            return Problem(503, "store.unavailable", headers={"retry-after": RETRY_AFTER_S})
        case _:
            return _framework(error)


def _refused(error: Refused) -> Problem:
    if isinstance(error, Absent) and (error.code.endswith(".unknown") or isinstance(error, OutOfReach)):
        # What does not exist, is another tenant's, or lies outside the caller's units, is all the same to the caller.
        return Problem(404, "thing.unknown", facts={"id": error.facts["id"]} if "id" in error.facts else None)
    status = next(status for family, status in STATUS.items() if isinstance(error, family))
    facts = dict(error.facts)
    if isinstance(error, Invalid) and "field" in facts:
        field, reason = str(facts.pop("field")), str(facts.pop("reason", "is not acceptable"))
        return Problem(status, error.code, errors=[FieldError(field, reason)], facts=facts)
    return Problem(status, error.code, facts=facts)


_FRAMEWORK = {404: "path.unknown", 405: "method.not-allowed", 413: "body.too-large"}


def _framework(error: Exception) -> Problem:
    """What Litestar raises by itself: it carries `status_code`; anything else is a bug."""
    status = getattr(error, "status_code", 500)
    if not isinstance(status, int) or status >= 500:
        return Problem(500, "internal")
    headers = {name.lower(): value for name, value in (getattr(error, "headers", None) or {}).items()}
    return Problem(status, _FRAMEWORK.get(status, "request.invalid"), headers=headers)


def body_of(problem: Problem, *, language: str, instance: str) -> bytes:
    """The problem's JSON in `language` ("vi" or "en")."""
    title = TEXTS[problem.code][language == "en"]
    errors = tuple(FieldError(error.field, in_language(error.reason, language)) for error in problem.errors)
    return msgspec.json.encode(
        Body(
            type=f"urn:thidua:problem:{problem.code}",
            code=problem.code,
            title=title,
            status=problem.status,
            detail=_detail(title, errors, problem.facts, language),
            instance=f"urn:uuid:{instance}",
            errors=errors,
            facts={name: _plain(value) for name, value in problem.facts.items()},
        )
    )


def _detail(title: str, errors: Iterable[FieldError], facts: dict[str, object], language: str) -> str:
    said = [f"{error.field}: {error.reason}" for error in errors]
    said += [_said(name, value, language) for name, value in facts.items()]
    return f"{title} ({'; '.join(said)})" if said else title


def _said(name: str, value: object, language: str) -> str:
    if language == "en":
        return f"{name} = {_shown(value)}"
    if name == "obstacles" and isinstance(plain := _plain(value), list):
        return obstacles_said(plain)
    return f"{FACTS.get(name, name)}: {words_of(_shown(value))}"


def refusal_said(refusal: Refused, language: str) -> str:
    """Why something is refused, as a sentence with its facts, in "vi" or "en"."""
    problem = problem_of(refusal)
    errors = [FieldError(error.field, in_language(error.reason, language)) for error in problem.errors]
    return _detail(TEXTS[problem.code][language == "en"], errors, problem.facts, language)


def _shown(value: object) -> str:
    plain = _plain(value)
    if isinstance(plain, list):
        return ", ".join(_shown(item) for item in plain)
    return plain if isinstance(plain, str) else msgspec.json.encode(plain).decode()


def _plain(value: object) -> Any:
    """A fact as JSON holds it; a fact of a foreign type is shown as text rather than failing the answer."""
    match value:
        case None | bool() | int() | str():
            return value
        case date() | datetime():
            return value.isoformat()
        case Enum():
            return _plain(value.value)
        case dict():
            return {str(name): _plain(item) for name, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(item) for item in value]
        case msgspec.Struct():
            return msgspec.to_builtins(value)
        case _:
            return str(value)


def row_reason(error: Exception, language: str) -> str:
    """Why a row of a workbook is refused, for who sent it: without opaque ids, which stand in no cell."""
    problem = problem_of(error)
    if problem.errors:
        return "; ".join(in_language(found.reason, language) for found in problem.errors)
    facts = {name: value for name, value in problem.facts.items() if not name.endswith("_id")}
    return _detail(TEXTS[problem.code][language == "en"], (), facts, language)


_RANGE = re.compile(r"\s*([A-Za-z*]{1,8})(?:-[A-Za-z0-9-]{1,20})?\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?")


def language_of(header: str) -> str:
    """ "en" if `Accept-Language` prefers English, else "vi"."""
    wanted: dict[str, float] = {}
    for part in header[:200].split(","):
        matched = _RANGE.fullmatch(part)
        if matched:
            wanted.setdefault(matched[1].lower(), float(matched[2] or 1))
    return "en" if wanted.get("en", 0) > wanted.get("vi", 0) else "vi"
