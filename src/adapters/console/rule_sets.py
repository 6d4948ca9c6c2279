"""What `thidua rules …` does."""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import click
import msgspec

from adapters.console.setup import tenant_of
from adapters.http.reasons import vietnamese
from adapters.main import Wired
from adapters.said import Mendable, both
from application.federation_file import UNTRANSLATED, is_federation, load, load_rule_set
from application.file_problems import FileProblem, FileProblems
from application.trying import Trial, Tried, Verdict, try_rules
from domain.award.settle import sha256_of
from domain.ids import derived, stream
from domain.rules import Reason, RuleSet, overlap, said

VERDICTS: dict[Verdict, tuple[str, str]] = {
    "gains": ("ĐƯỢC THÊM", "GAINS"),
    "loses": ("BỊ MẤT", "LOSES"),
    "keeps": ("vẫn đạt", "keeps"),
    "stays-without": ("vẫn không đạt", "stays without"),
    "unknown": ("CHƯA BIẾT", "UNKNOWN"),
}


class UnknownCampaign(Mendable):
    """The tenant has no campaign of this key."""


# --- thidua rules check -------------------------------------------------------------


def check_files(paths: Sequence[Path], deploy: Path) -> None:
    """Print a line for each file that can be used.

    Raises:
        FileProblems: every mistake of every file.
    """
    problems: list[FileProblem] = []
    loaded: list[tuple[Path, RuleSet]] = []
    for path in paths:
        try:
            if is_federation(path):
                load(path, deploy / "rules")
                click.echo(f"{path}: {both('dùng được', 'can be used')}")
            else:
                loaded.append((path, load_rule_set(path, deploy)))
        except FileProblems as found:
            problems += [_translated(problem) for problem in found.problems]
    problems += _overlaps(loaded)
    if problems:
        raise FileProblems(problems)
    for path, rules in loaded:
        count = len(rules.rules)
        words = both(f"dùng được, {count} điều kiện", f"can be used, {count} rules")
        click.echo(f"{path}: {rules.code} v{rules.version}: {words}; sha256 {sha256_of(rules)}")


def _translated(problem: FileProblem) -> FileProblem:
    if not problem.reason_vi.startswith(UNTRANSLATED):
        return problem
    return msgspec.structs.replace(problem, reason_vi=vietnamese(problem.reason) or problem.reason_vi)


def _overlaps(loaded: Sequence[tuple[Path, RuleSet]]) -> list[FileProblem]:
    return [
        FileProblem(
            path=str(path),
            key="effective_from",
            reason=f"overlaps version {first.version} of {rules.code!r} in {other}",
            reason_vi=f"trùng thời gian hiệu lực với phiên bản {first.version} của {rules.code!r} trong {other}",
        )
        for (other, first), (path, rules) in combinations(loaded, 2)
        if overlap(first, rules)
    ]


# --- thidua rules try ---------------------------------------------------------------


async def try_file(
    parts: Wired, rule_set: RuleSet, *, handle: str, campaign: str, title: str | None, as_json: bool
) -> None:
    """Print what the rule set would have made of the campaign's dossiers; nothing is changed.

    Raises:
        UnknownHandle, UnknownCampaign: there is no such tenant, or it has no such campaign.
    """
    tenant = await tenant_of(parts, handle)
    campaign_id = derived(tenant.tenant_id, "campaign", campaign)
    name = stream("campaign", campaign_id)
    if not (await parts.store.load(tenant.tenant_id, [name]))[name]:
        raise UnknownCampaign(
            f"Liên đoàn {handle!r} không có phong trào {campaign!r}.",
            f"The tenant {handle!r} has no campaign {campaign!r}.",
        )
    trial = await try_rules(parts.store, tenant.tenant_id, campaign_id, rule_set, title=title)
    if as_json:
        click.echo(msgspec.json.encode(_with_words(trial)))
        return
    for line in told(trial):
        click.echo(line)


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A reason with its sentence in both languages."""

    reason: Reason
    vi: str
    en: str


class SaidTried(msgspec.Struct, frozen=True, kw_only=True):
    dossier: Tried
    because: list[Said]


class SaidTrial(msgspec.Struct, frozen=True, kw_only=True):
    rule_set: str
    version: int
    sha256: str
    totals: dict[str, int]
    unjudged: int
    dossiers: list[SaidTried]


def _with_words(trial: Trial) -> SaidTrial:
    return SaidTrial(
        rule_set=trial.rule_set,
        version=trial.version,
        sha256=trial.sha256,
        totals={verdict: trial.count(verdict) for verdict in VERDICTS},
        unjudged=trial.unjudged,
        dossiers=[
            SaidTried(
                dossier=one,
                because=[Said(reason=each, vi=said(each, "vi"), en=said(each, "en")) for each in one.because],
            )
            for one in trial.dossiers
        ],
    )


def told(trial: Trial) -> list[str]:
    """The trial as lines: each dossier, why, and the totals at the end."""
    lines = [f"{trial.rule_set} v{trial.version} (sha256 {trial.sha256})"]
    for dossier in trial.dossiers:
        subject = dossier.person_id or dossier.unit_id
        verdict = both(*VERDICTS[dossier.verdict])
        lines.append(f"{verdict}: {dossier.title} {dossier.year}, {subject} ({dossier.award_id})")
        lines += [_why(dossier, reason) for reason in dossier.because]
        if dossier.verdict == "keeps" and dossier.prize_vnd != dossier.prize_now_vnd:
            prize = f"{dossier.prize_vnd or 0} → {dossier.prize_now_vnd or 0} đồng"
            lines.append(f"    {both('tiền thưởng', 'prize')}: {prize}")
    totals = [f"{both(*words)}: {trial.count(verdict)}" for verdict, words in VERDICTS.items()]
    return [
        *lines,
        f"{both('Tổng số hồ sơ', 'Dossiers')}: {len(trial.dossiers)}; " + "; ".join(totals),
        *_unjudged(trial),
    ]


def _why(dossier: Tried, reason: Reason) -> str:
    before = both("trước đây", "before") + ": " if dossier.verdict == "gains" else ""
    figures = ", ".join(f"{name} = {value}" for name, value in reason.facts.items())
    return f"    {before}{reason.rule} [{figures}] {both(said(reason, 'vi'), said(reason, 'en'))} ({reason.cites})"


def _unjudged(trial: Trial) -> list[str]:
    if not trial.unjudged:
        return []
    return [f"{both('Chưa xét lần nào, không thử được', 'Never judged, so not tried')}: {trial.unjudged}"]
