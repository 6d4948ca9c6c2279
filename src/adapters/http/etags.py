"""Versions as strong ETags (RFC 9110): `"7"` is the seventh version of the thing's stream."""

import re

from adapters.http.problems import Problem, malformed

_ONE = re.compile(r'"([1-9]\d{0,17}|0)"')


def etag(version: int) -> str:
    return f'"{version}"'


def expected_version(header: str | None, *, required: bool) -> int | None:
    """The version that `If-Match` names; None: any.

    Raises:
        Problem: 428 where it is required and missing; 412 for a weak tag, which never matches here (RFC 9110 §13.1.1);
            400 for anything that is no single tag of ours.
    """
    if header is None:
        if required:
            raise Problem(428, "if-match.required", errors=malformed("header If-Match", "is required").errors)
        return None
    text = header.strip()
    if text == "*":
        return None
    if text.startswith("W/"):
        raise Problem(412, "version.stale", facts={"expected": text[:40]})
    matched = _ONE.fullmatch(text)
    if matched is None:
        reason = 'must be one ETag as it was given, such as "7", or *'
        raise malformed("header If-Match", reason, code="if-match.malformed")
    return int(matched[1])


def unchanged(header: str | None, tag: str) -> bool:
    """Whether `If-None-Match` names this tag (weak comparison)."""
    if header is None:
        return False
    tags = [part.strip().removeprefix("W/") for part in header.split(",")]
    return "*" in tags or tag in tags
