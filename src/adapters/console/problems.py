"""How a command ends when something is wrong: one sentence on standard error and an exit code, never a traceback."""

from adapters.clock import ClockProblem
from adapters.console.checks import ClockRefused, DatabaseProblem, PortProblem
from adapters.console.setup import UnknownHandle
from adapters.console.tenants import KeyProblem
from adapters.keys.master import MasterKeyRefused
from adapters.postgres.embedded import EmbeddedProblem
from adapters.postgres.migrate import MigrationProblem
from adapters.postgres.pool import ServingRoleRefused
from adapters.privileges import PrivilegeProblem
from adapters.settings import SettingsProblem
from application.file_problems import FileProblems
from application.ports import Unavailable
from domain.refusals import Refused

SETTINGS, DATABASE, PORT, KEYS, RIGHTS, INPUT = 3, 4, 5, 6, 7, 8

EXIT_CODES: dict[type[Exception], int] = {
    SettingsProblem: SETTINGS,
    ClockProblem: SETTINGS,
    ClockRefused: SETTINGS,
    DatabaseProblem: DATABASE,
    MigrationProblem: DATABASE,
    ServingRoleRefused: DATABASE,
    EmbeddedProblem: DATABASE,
    Unavailable: DATABASE,
    PortProblem: PORT,
    MasterKeyRefused: KEYS,
    PrivilegeProblem: RIGHTS,
    FileProblems: INPUT,
    UnknownHandle: INPUT,
    KeyProblem: INPUT,
    Refused: INPUT,
}


def exit_code(problem: Exception) -> int:
    return next(code for kind, code in EXIT_CODES.items() if isinstance(problem, kind))


def sentences(problem: Exception) -> list[str]:
    """What is wrong, as lines that begin with a capital and end with a full stop: one, or one a mistake of a file."""
    if isinstance(problem, FileProblems):
        return [str(each) for each in problem.problems]
    if isinstance(problem, Refused):
        return [f"Refused: {problem.code} {problem.facts}."]
    text = " ".join(str(problem).split()) or type(problem).__name__
    text = text[0].upper() + text[1:]
    return [text if text.endswith((".", "!", "?")) else f"{text}."]
