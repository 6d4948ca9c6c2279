"""The verifier as a command: what it is asked, and what it tells."""

import argparse
import json
import signal
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from io import TextIOWrapper
from pathlib import Path
from typing import Any
from uuid import UUID

from adapters.audit.verifier.checking import Checked, Trust, check, events_of
from adapters.audit.verifier.claims import Claim
from adapters.audit.verifier.envelopes import Event
from adapters.audit.verifier.notes import LOG, WITNESS, Key
from adapters.audit.verifier.reading import Refused
from adapters.audit.verifier.words import CLAIM_NAMES, FIGURES, OUTCOMES, REFUSALS, SAID, VALUES, Words

VALID, REFUSED, USAGE, SELF_ASSERTED = 0, 1, 2, 3
CLAIMS_SAID_MAX = 20
STEPS_SAID_MAX = 100
COUNTS = ("recorded", "counted", "counted_at_frozen_date")
SINCE = datetime(1970, 1, 1, tzinfo=UTC)


class Misused(Exception):
    """The command line asks for what cannot be. `code` is a key of SAID."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a bundle, and say what it proves and what it does not.

    Returns the exit code: 0 valid, 1 refused, 2 the command line is wrong, 3 consistent, by its own keys alone.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # Whatever the terminal says it is.
    asked = _parser().parse_args(arguments)
    language = 1 if asked.lang == "en" else 0
    try:
        checked = _checked(asked.bundle, _trust(asked))
    except Misused as problem:
        print(_said(SAID, problem.code, language, **problem.facts), file=sys.stderr)
        return USAGE
    except Refused as refusal:
        _refuse(refusal, language, as_json=asked.json)
        return REFUSED
    lines = [_json(_report(checked))] if asked.json else _sentences(checked, language)
    print("\n".join(lines))
    if asked.show is not None and not _show(asked.bundle, asked.show, checked):
        print(_said(SAID, "no-position", language, position=asked.show[:30]), file=sys.stderr)
        return USAGE
    return SELF_ASSERTED if checked.self_asserted else VALID


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="verify.py",
        description="Kiểm tra gói kiểm toán, không cần mạng. / Check an audit bundle, without a network.",
        epilog="0 hợp lệ / valid; 1 từ chối / refused; 2 sai dòng lệnh / usage; 3 tự xác nhận / self-asserted",
    )
    parser.add_argument("bundle", metavar="BUNDLE")
    parser.add_argument("--key", action="append", default=[], metavar="LINE|FILE", help="khóa nhật ký / the log's key")
    parser.add_argument("--witness", action="append", default=[], metavar="LINE|FILE", help="nhân chứng / a witness")
    parser.add_argument("--witnesses-required", type=int, default=0, metavar="N", help="số nhân chứng cần / how many")
    parser.add_argument("--lang", choices=["vi", "en"], default="vi", help="ngôn ngữ / language")
    parser.add_argument("--json", action="store_true", help="in JSON / print JSON")
    parser.add_argument("--show", metavar="POSITION|all", help="in sự kiện / print events")
    return parser


def _trust(asked: argparse.Namespace) -> Trust:
    """Raises: Misused."""
    keys, witnesses = _keys(asked.key, LOG), _keys(asked.witness, WITNESS)
    if not 0 <= asked.witnesses_required <= len(witnesses):
        raise Misused("too-few", required=asked.witnesses_required, named=len(witnesses))
    return Trust(keys, witnesses, asked.witnesses_required)


def _keys(named: list[str], kind: int) -> list[Key]:
    found: dict[bytes, Key] = {}
    for each in named:
        if not (lines := _lines(each)):  # Or no key would be asked for, and the bundle's own be taken.
            raise Misused("no-key", line=_plain(each[:60]))
        for line in lines:
            try:
                key = Key(line)
            except ValueError as error:
                raise Misused("no-key", line=_plain(line.partition("+")[0][:60])) from error
            if key.kind != kind:
                raise Misused("no-key", line=_plain(line.partition("+")[0][:60]))
            # One witness under two names, or two keys under one, are not two; a log has two while a key is rotated.
            names = [other.name for other in found.values()] if kind == WITNESS else []
            if key.raw in found or key.name in names:
                raise Misused("key-twice", line=_plain(line.partition("+")[0][:60]))
            found[key.raw] = key
    return list(found.values())


def _lines(named: str) -> list[str]:
    try:
        if "+" in named and not Path(named).is_file():
            return [named]
        lines = Path(named).read_text(encoding="utf-8-sig").splitlines()
        return [line for line in lines if line.strip() and not line.startswith("#")]
    except (OSError, ValueError) as error:
        raise Misused("no-key", line=_plain(named.partition("+")[0][:60])) from error


def _checked(bundle: str, trust: Trust) -> Checked:
    try:
        return check(bundle, trust)
    except Refused:
        raise
    except Exception as error:  # Whatever a hostile file has found is an answer too: it is not valid.
        raise Refused("unreadable", why=type(error).__name__) from error


def _said(words: Words, code: str, language: int, /, **facts: object) -> str:
    return words[code][language].format(**facts)


def _refuse(refusal: Refused, language: int, *, as_json: bool) -> None:
    facts = {name: _plain(str(each)) if isinstance(each, str) else each for name, each in refusal.facts.items()}
    sentence = _said(REFUSALS, refusal.code, language, **facts)
    if as_json:
        said = {"outcome": "refused", "code": refusal.code, **facts, "sentence": sentence}
        print(_json(said))
    else:
        print(f"{_said(SAID, 'refused', language)}: {sentence}")


def _plain(text: str) -> str:
    """A name out of the bundle, harmless at a terminal."""
    return "".join(each if each.isprintable() else "?" for each in text)


def _json(said: object) -> str:
    """On one line, with what nobody sees written out: it may come out of a hostile bundle and go to a terminal."""
    text = json.dumps(said, ensure_ascii=False)
    return "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in text)


# --- In words ---------------------------------------------------------------------------


def _sentences(checked: Checked, language: int) -> list[str]:
    outcome = "self-asserted" if checked.self_asserted else "valid"
    proven = "proven-if" if checked.self_asserted else "proven"
    return [
        _said(SAID, outcome, language),
        _said(SAID, proven, language),
        *(f"- {line}" for line in _proven(checked, language)),
        _said(SAID, "recounted", language),
        *_claims(checked, language),
        _said(SAID, "not-proven", language),
        *(f"- {line}" for line in _not_proven(checked, language)),
    ]


def _proven(checked: Checked, language: int) -> Iterator[str]:
    seen, oldest, newest = checked.seen, checked.checkpoints[0], checked.checkpoints[-1]
    manifest = checked.manifest
    yield _said(SAID, manifest.kind, language, id=_plain(manifest.identity))
    facts = {"events": manifest.events, "first": seen.first, "last": seen.last, "tenant_id": manifest.tenant_id}
    signers = _plain(", ".join(newest.signers))
    yield _said(SAID, "events", language, **facts, size=newest.size, signers=signers)
    if manifest.kind == "award":
        steps = ", ".join(f"{position} {_plain(kind)}" for position, kind in seen.steps[:STEPS_SAID_MAX])
        yield _said(SAID, "steps", language, steps=steps + ", …" * (len(seen.steps) > STEPS_SAID_MAX))
    if checked.manifest.is_whole:
        yield _said(SAID, "whole", language, size=newest.size)
    if len(checked.checkpoints) > 1:
        count = len(checked.checkpoints)
        yield _said(SAID, "history", language, count=count, first=oldest.size, size=newest.size)
    for witness, size, when in _first_and_last_seen(checked):
        yield _said(SAID, "seen", language, witness=_plain(witness), size=size, when=_moment(when * 1_000_000))
    if seen.rules:
        yield _said(SAID, "rules", language, count=len(seen.rules))


def _claims(checked: Checked, language: int) -> Iterator[str]:
    seen = checked.seen
    for (claim, outcome), count in sorted(seen.tally.items()):
        name, what = CLAIM_NAMES[claim][language], OUTCOMES[outcome][language]
        yield f"- {name}: {what}: {count}"
        if outcome == "shown" and seen.witnessed[claim]:
            yield _said(SAID, f"{claim}-witnessed", language, count=seen.witnessed[claim])
        mine = [each for each in seen.claims if (each.claim, each.outcome) == (claim, outcome)]
        if outcome != "shown" or len(seen.claims) <= CLAIMS_SAID_MAX:
            yield from (_claim(each, language) for each in mine[:CLAIMS_SAID_MAX])
    for claim in sorted(set(CLAIM_NAMES) - {claim for claim, _ in seen.tally}):
        yield _said(SAID, "unclaimed", language, name=CLAIM_NAMES[claim][language])


def _claim(claim: Claim, language: int) -> str:
    figures = json.loads(claim.line())["figures"]
    said = ", ".join(f"{FIGURES[name][language]} = {_figure(name, value, language)}" for name, value in figures.items())
    facts = {"position": claim.position, "stream": _plain(claim.stream), "figures": said}
    return _said(SAID, "claim", language, **facts, outcome=OUTCOMES[claim.outcome][language])


def _figure(name: str, value: Any, language: int) -> str:
    if name in COUNTS:  # By what a quota is a share of, how many of how many.
        return "; ".join(_plain(f"{of} {granted}/{whole}") for of, (granted, whole) in value.items()) or "–"
    text = str(value)
    return VALUES[text][language] if text in VALUES else _plain(text)


def _not_proven(checked: Checked, language: int) -> Iterator[str]:
    if not checked.manifest.is_whole:
        yield _said(SAID, "completeness", language)
    yield _said(SAID, "after", language, size=checked.checkpoints[-1].size)
    yield _said(SAID, "before", language)
    if not checked.checkpoints[-1].seen:
        yield _said(SAID, "alone", language)
    yield _said(SAID, "clock", language)
    yield _said(SAID, "truth", language)
    yield _said(SAID, "schemas", language)


def _first_and_last_seen(checked: Checked) -> list[tuple[str, int, int]]:
    """Of each witness the smallest and the largest checkpoint that it saw: its size and when."""
    found = [(witness, each.size, when) for each in checked.checkpoints for witness, when in each.seen.items()]
    ends = {(witness, "first"): (witness, size, when) for witness, size, when in reversed(found)}
    ends |= {(witness, "last"): (witness, size, when) for witness, size, when in found}
    return sorted(set(ends.values()))


def _moment(microseconds: int) -> str:
    return (SINCE + timedelta(microseconds=microseconds)).isoformat().replace("+00:00", "Z")


# --- For programs -----------------------------------------------------------------------


def _report(checked: Checked) -> dict[str, object]:
    seen, manifest = checked.seen, checked.manifest
    return {
        "outcome": "self-asserted" if checked.self_asserted else "valid",
        "exported": {"kind": manifest.kind, "id": manifest.identity},
        "tenant_id": manifest.tenant_id,
        "origin": manifest.origin,
        "events": manifest.events,
        "first": seen.first,
        "last": seen.last,
        "signers": checked.checkpoints[-1].signers,
        "steps": [{"position": position, "type": kind} for position, kind in seen.steps],
        "checkpoints": [
            {"epoch": each.epoch, "size": each.size, "root": each.root.hex(), "seen": each.seen}
            for each in checked.checkpoints
        ],
        "rules": sorted(name[6:70] for name in seen.rules),
        "claims": {f"{claim}: {outcome}": count for (claim, outcome), count in sorted(seen.tally.items())},
        "witnessed": dict(seen.witnessed),
        "each_claim": [json.loads(claim.line()) | {"stream": claim.stream} for claim in seen.claims],
    }


def _show(bundle: str, wanted: str, checked: Checked) -> bool:
    """Print an event, or all; whether there was one."""
    found = False
    for event in events_of(bundle, checked):
        if wanted in ("all", str(event.position)):
            found = True
            print(_json(_row(event)))
    return found


def _row(event: Event) -> dict[str, object]:
    row: dict[str, object] = event._asdict()
    for name in ("event_id", "command_id"):
        row[name] = str(UUID(bytes=getattr(event, name)))
    try:
        row["data"] = json.loads(event.data)
        row["recorded_at"] = _moment(event.recorded_at)
    except (ValueError, RecursionError, OverflowError):
        row["data"] = event.data.hex()
    return row


if __name__ == "__main__":
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Whoever has read enough is told no more.
    sys.exit(main())
