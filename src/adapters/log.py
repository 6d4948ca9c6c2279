"""Logs: one line an event on standard error, as JSON or for a reader, ours and the libraries' alike.

Nothing of a request's body is ever given to a log. What slips in under a name that says secret is blotted out here all
the same, and so is the password in a URL.
"""

import json
import logging
import re
import sys
from collections.abc import Callable, MutableMapping
from functools import lru_cache
from typing import Any, Literal

import msgspec
import structlog

SECRET_NAME = re.compile(r"(?i)passw|secret|token|authorization|cookie|api_?key|master_?key|credential|body|dsn")
URL_PASSWORD = re.compile(r"(?<=://)([^:/@\s]*):[^@\s]*@")
QUIET = ("uvicorn.access", "asyncio", "asyncpg")  # One line a request is the middleware's; these would add to it.

Level = Literal["debug", "info", "warning", "error"]
Format = Literal["auto", "json", "console"]


def configure(*, level: Level = "info", style: Format = "auto") -> None:
    """Set up the logs of the whole process; `auto` is for a reader at a terminal and JSON elsewhere."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        blot_out,
    ]
    readable = style == "console" or (style == "auto" and sys.stderr.isatty())
    structlog.configure(
        processors=[*shared, *rendering(readable=readable)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        # Past the standard library, which makes a record of each line and looks for its caller: a line a request was
        # a quarter of a command. The libraries' lines go that way, to the same end.
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering(readable=readable)],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def rendering(*, readable: bool) -> list[structlog.typing.Processor]:
    if readable:
        plain = structlog.dev.plain_traceback  # The rich one shows local variables, and so secrets.
        return [structlog.dev.ConsoleRenderer(exception_formatter=plain)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(_json)]


def _json(event: Any, *, default: Callable[[Any], Any]) -> str:
    try:
        return msgspec.json.encode(event, enc_hook=default).decode()
    except UnicodeEncodeError:  # Half of a character, out of a file's name.
        return json.dumps(event, default=default)


def blot_out(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if _is_secret(name):
            event[name] = "***"
        elif isinstance(value, str) and "://" in value:
            event[name] = URL_PASSWORD.sub(r"\1:***@", value)
    return event


@lru_cache(maxsize=1024)
def _is_secret(name: str) -> bool:
    return SECRET_NAME.search(name) is not None
