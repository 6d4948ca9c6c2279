"""How a command ends when something is wrong: one sentence in each language on standard error and an exit code, never a
traceback."""

from adapters.audit.bundling import HistoryDiffers, NewerLog, NotCovered
from adapters.audit.witness import WitnessRefused
from adapters.clock import ClockProblem
from adapters.console.audit_epochs import NoNewEpoch
from adapters.console.audit_export import NotNamed
from adapters.console.audit_proofs import NotProven
from adapters.console.checks import ClockRefused, DatabaseProblem, PortProblem
from adapters.console.rule_sets import UnknownCampaign
from adapters.console.setup import UnknownHandle
from adapters.console.tenants import KeyProblem
from adapters.console.voting import VotingProblem
from adapters.http.problems import refusal_said, row_reason
from adapters.http.texts import TEXTS
from adapters.keys.log_keys import LogKeysRefused
from adapters.keys.master import MasterKeyRefused
from adapters.postgres.embedded import EmbeddedProblem
from adapters.postgres.migrate import MigrationProblem
from adapters.postgres.pool import ServingRoleRefused
from adapters.postgres.trees import RowsMissing
from adapters.privileges import PrivilegeProblem
from adapters.said import both
from adapters.settings import SettingsProblem
from application.file_problems import FileProblems
from application.importing.rows import Fault
from application.importing.run import RowsRefused
from application.merkle import TreeDamaged
from application.ports import Unavailable
from domain.refusals import Invalid, Refused

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
    LogKeysRefused: KEYS,
    WitnessRefused: INPUT,
    PrivilegeProblem: RIGHTS,
    FileProblems: INPUT,
    UnknownHandle: INPUT,
    NotProven: INPUT,
    NoNewEpoch: INPUT,
    NotNamed: INPUT,
    NotCovered: INPUT,
    HistoryDiffers: DATABASE,
    TreeDamaged: DATABASE,
    RowsMissing: DATABASE,
    NewerLog: DATABASE,
    KeyProblem: INPUT,
    VotingProblem: INPUT,
    UnknownCampaign: INPUT,
    Refused: INPUT,
    RowsRefused: INPUT,
}


FAULTS_SHOWN_MAX = 20


def fault_said(fault: Fault) -> str:
    """A row's fault as one line."""
    where = f"dòng {fault.row} / row {fault.row}" + (f", {fault.column}" if fault.column else "")
    return f"{where}: {both(row_reason(fault.refusal, 'vi'), row_reason(fault.refusal, 'en'))}"


def exit_code(problem: Exception) -> int:
    return next(code for kind, code in EXIT_CODES.items() if isinstance(problem, kind))


def sentences(problem: Exception) -> list[str]:
    """What is wrong, Vietnamese first, as one line, or one a mistake of a file."""
    match problem:
        case FileProblems(problems=problems):
            return [f"{each.path}: {each.key}: {both(each.reason_vi, each.reason)}" for each in problems]
        case Invalid():
            return [both(f"Bị từ chối: {refusal_said(problem, 'vi')}.", f"Refused: {refusal_said(problem, 'en')}.")]
        case Refused(code=code, facts=facts):
            vi, en = TEXTS[code]
            return [f"{both(f'Bị từ chối: {vi}.', f'Refused: {en}.')} ({code}: {facts})"]
        case RowsRefused(count=count, faults=faults):
            wrong = len({fault.row for fault in faults})
            return [
                both(
                    f"{wrong} trên {count} dòng không hợp lệ nên chưa nhập dòng nào.",
                    f"{wrong} of {count} rows are not acceptable, so none was imported.",
                ),
                *(f"{fault_said(fault)}" for fault in faults[:FAULTS_SHOWN_MAX]),
            ]
        case Unavailable():
            reason = " ".join(str(problem).split()).rstrip(".")
            return [both(f"Cơ sở dữ liệu không sẵn sàng: {reason}.", f"The database is away: {reason}.")]
        case TreeDamaged():
            return [both(f"Cây của nhật ký bị hỏng: {problem}.", f"The log's tree is damaged: {problem}.")]
        case _:
            return [" ".join(str(problem).split())]  # PostgreSQL's words in it may take several lines.
