import json
import subprocess
from typing import Any

from tests.support.program import PYTHON, environment

PROGRAM = """
import logging, structlog
from adapters import log
log.configure(level="info", style={style!r})
structlog.get_logger().info("served", path="/v1", api_key="hunter2", request_body="hunter2")
structlog.get_logger().debug("hunter2 of a level that is off")
logging.getLogger("some.library").warning("cannot reach %s", "postgresql://me:hunter2@host/db")
password = "hunter2 in a local variable"
try:
    raise ValueError("broken")
except ValueError:
    structlog.get_logger().exception("failed")
"""


def logged(style: str) -> str:
    command = [PYTHON, "-c", PROGRAM.format(style=style)]
    return subprocess.run(command, env=environment(), capture_output=True, text=True, check=True).stderr


def test_every_line_is_json_with_time_and_level_the_libraries_too() -> None:
    lines: list[dict[str, Any]] = [json.loads(line) for line in logged("json").splitlines()]
    assert [line["event"] for line in lines][:1] == ["served"]
    assert [line["level"] for line in lines] == ["info", "warning", "error"]
    assert all(line["timestamp"].endswith("Z") for line in lines)
    assert "ValueError: broken" in lines[2]["exception"]


def test_no_secret_and_no_body_reaches_a_log() -> None:
    for style in ("json", "console"):
        text = logged(style)
        assert "served" in text
        assert "hunter2" not in text


def test_half_a_character_does_not_cost_the_line() -> None:
    program = r"import structlog; from adapters import log; log.configure(style='json');"
    program += r"structlog.get_logger().warning('odd', file='a\udcff')"
    told = subprocess.run([PYTHON, "-c", program], env=environment(), capture_output=True, text=True, check=True).stderr
    assert json.loads(told)["file"] == "a\udcff"
