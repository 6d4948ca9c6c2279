"""A bundle is written from the log and shown to somebody who has `verify.py` and nothing of ours."""

import io
import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest
from msgspec import structs

from adapters.audit.bundling import HistoryDiffers, NotCovered, gaps
from adapters.audit.one_file import one_file
from adapters.audit.verifier import notes as of_verifier
from adapters.keys.signing import Cosigner, Ed25519Signer, fresh_private_key
from application import notes
from application.bundled import Exported, of_award, of_campaign, of_tenant
from application.envelope import envelope_v1
from application.notes import Checkpoint, origin_of, signed
from domain.award.refusals import AwardUnknown
from domain.campaign.messages import CampaignUnknown
from tests.support.bundles import (
    LOG_NAME,
    SEEN_AT,
    SIGNER,
    WITNESSES,
    Kept,
    Told,
    Verifier,
    envelopes_of,
    files_of,
    told,
)
from tests.support.log import fresh_id

pytestmark = pytest.mark.anyio
BOTH = [option for witness in WITNESSES for option in ("--witness", witness.public_line())]


@pytest.fixture(scope="module")
async def log() -> Told:
    return await told()


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Verifier:
    return Verifier(tmp_path_factory.mktemp("verifier"))


async def every_kind(log: Told) -> list[Exported]:
    award, campaign = log.story.id("award-an"), log.story.id("campaign")
    return [
        await of_award(log.store, log.tenant_id, award),
        await of_campaign(log.store, log.tenant_id, campaign),
        of_tenant(log.tenant_id),
    ]


async def test_a_bundle_of_each_kind_is_valid_under_the_logs_key(log: Told, verifier: Verifier) -> None:
    kept = [await log.checkpoint(size) for size in (1, 10, 64, 80, len(log.rows))]
    for exported in await every_kind(log):
        answer = verifier.ask(await log.bundle(exported, *kept), "--json")
        assert (answer.code, answer.complained) == (0, ""), answer.printed
        assert answer.report["exported"] == {"kind": exported.kind, "id": exported.identity}
        assert [each["size"] for each in answer.report["checkpoints"]] == [1, 10, 64, 80, len(log.rows)]


async def test_the_same_log_gives_the_same_bytes(log: Told) -> None:
    kept = await log.checkpoint(len(log.rows))
    for exported in await every_kind(log):
        assert await log.bundle(exported, kept) == await log.bundle(exported, kept)


async def test_events_lie_in_a_bundle_exactly_as_they_are_hashed(log: Told) -> None:
    rows = envelopes_of(files_of(await log.bundle(of_tenant(log.tenant_id)))["events.bin"])
    assert rows == [envelope_v1(row) for row in log.rows]


async def test_an_award_comes_with_all_that_its_decision_read_and_nothing_later(log: Told, verifier: Verifier) -> None:
    exported = (await every_kind(log))[0]
    answer = verifier.ask(await log.bundle(exported), "--json", "--show", "all")
    shown = [json.loads(line) for line in answer.printed.splitlines()[1:]]
    versions = Counter(event["stream"] for event in shown)
    [decided] = [event for event in shown if event["type"] == "award.decided" and event["stream"] == own(log)]
    for read in decided["data"]["read_at"]:
        assert versions[read["stream"]] >= read["version"]
    names = {name.partition("-")[0] for name in versions}
    assert {"award", "campaign", "council", "evaluation", "member", "registration"} <= names
    other = f"award-{log.story.id('award-binh')}"  # Whose revocation, later on, is not this decision's matter.
    assert versions[other] < Counter(row.stream_id for row in log.rows)[other], (
        "its revocation is not this one's matter"
    )


def own(log: Told) -> str:
    return f"award-{log.story.id('award-an')}"


async def test_the_rules_lie_beside_byte_for_byte_under_their_hash(log: Told) -> None:
    files = files_of(await log.bundle((await every_kind(log))[0]))
    rules = {name: content for name, content in files.items() if name.startswith("rules/")}
    assert rules
    for name, content in rules.items():
        assert name == f"rules/{sha256(content).hexdigest()}.json"
        assert json.loads(content)["code"]


async def test_without_a_key_from_outside_nothing_is_called_valid(log: Told, verifier: Verifier) -> None:
    bundle = await log.bundle(of_tenant(log.tenant_id))
    for language, word in (("vi", "TỰ XÁC NHẬN"), ("en", "SELF-ASSERTED")):
        answer = verifier.ask(bundle, "--lang", language, key=None)
        assert answer.code == 3
        assert answer.printed.startswith(word)


async def test_a_bundle_brings_the_retired_keys_that_signed_what_it_holds_and_is_self_asserted_by_them(
    log: Told, verifier: Verifier
) -> None:
    former, unused = (Ed25519Signer(LOG_NAME, fresh_private_key()) for _ in range(2))
    kept = [await log.checkpoint(50, signer=former), await log.checkpoint(len(log.rows))]
    bundle = await log.bundle(of_tenant(log.tenant_id), *kept, retired=[unused, former])
    assert files_of(bundle)["keys.txt"].decode().split() == [SIGNER.public_line(), former.public_line()]
    assert verifier.ask(bundle, key=None).code == 3
    assert verifier.ask(bundle).code == 1, "its older checkpoint is of a key that was not named"
    assert verifier.ask(bundle, "--key", former.public_line()).code == 0


async def test_what_another_key_has_signed_anew_is_never_valid_whatever_keys_the_bundle_brings(
    log: Told, verifier: Verifier
) -> None:
    forger = Ed25519Signer(LOG_NAME, fresh_private_key())
    kept = [await log.checkpoint(size, signer=forger) for size in (50, len(log.rows))]
    for signer, retired in ((forger, SIGNER), (SIGNER, forger)):
        bundle = await log.bundle(of_tenant(log.tenant_id), *kept, signer=signer, retired=[retired])
        assert (verifier.ask(bundle).code, verifier.ask(bundle, key=None).code) == (1, 3)


async def test_what_is_proven_and_what_not_is_said_in_both_languages(log: Told, verifier: Verifier) -> None:
    kept = [await log.checkpoint(50, witnesses=WITNESSES), await log.checkpoint(len(log.rows))]
    bundle = await log.bundle((await every_kind(log))[0], *kept)
    vietnamese, english = verifier.ask(bundle, *BOTH), verifier.ask(bundle, *BOTH, "--lang", "en")
    assert vietnamese.printed.startswith("HỢP LỆ\nChứng minh được:")
    assert english.printed.startswith("VALID\nWhat this proves:")
    assert "2024-03-09T16:00:00Z" in english.printed
    assert "until its checkpoints have left the operator's hands" in english.printed, "the newest has no witness"
    assert f"(award-{log.story.id('award-an')}): shown" in english.printed, "whose matter each claim is"
    assert len(vietnamese.printed.splitlines()) == len(english.printed.splitlines())


async def test_the_steps_of_the_dossier_and_the_figures_are_said_in_words(log: Told, verifier: Verifier) -> None:
    bundle = await log.bundle((await every_kind(log))[0])
    vietnamese, english = verifier.ask(bundle).printed, verifier.ask(bundle, "--lang", "en").printed
    steps = [f"{row.position} {row.type}" for row in log.rows if row.stream_id == own(log)]
    report = verifier.ask(bundle, "--json").report
    assert [f"{each['position']} {each['type']}" for each in report["steps"]] == steps
    assert report["signers"] == [LOG_NAME]
    assert f"Các bước của hồ sơ trong gói: {', '.join(steps)}." in vietnamese
    assert f"The dossier's steps in the bundle: {', '.join(steps)}." in english
    assert "công khai từ = 20" in vietnamese
    assert "published from = 20" in english
    for name in ("published_from", "recorded_on", "checked_at"):
        assert name not in vietnamese + english
    assert "lược đồ" in vietnamese
    assert "schemas" in english


async def test_a_claim_that_nothing_in_the_bundle_makes_is_said_to_be_made_by_nothing(
    log: Told, verifier: Verifier
) -> None:
    campaign = f"campaign-{log.story.id('campaign')}"
    alone = Exported(kind="campaign", identity=log.story.id("campaign"), streams={campaign: 1})
    kept = [name for name in (await every_kind(log))[1].streams or () if name.startswith("unit-")]
    exported = structs.replace(alone, streams={campaign: 1} | dict.fromkeys(kept, 1_000))
    said = verifier.ask(await log.bundle(exported), "--lang", "en").printed
    for name in ("Registered before the deadline", "Published for the full window", "Quota at the frozen date"):
        assert f"- {name}: nothing in the bundle to count it from" in said


async def test_it_is_said_which_checkpoint_a_witness_saw_first_and_which_last(log: Told, verifier: Verifier) -> None:
    kept = [await log.checkpoint(50, witnesses=WITNESSES), await log.checkpoint(len(log.rows), witnesses=WITNESSES[:1])]
    said = verifier.ask(await log.bundle(of_tenant(log.tenant_id), *kept), *BOTH, "--lang", "en").printed
    first, second = (witness.name for witness in WITNESSES)
    assert f"Witness {first} saw the checkpoint of size 50 " in said
    assert f"Witness {first} saw the checkpoint of size {len(log.rows)} " in said
    assert f"Witness {second} saw the checkpoint of size 50 " in said
    assert f"Witness {second} saw the checkpoint of size {len(log.rows)} " not in said


async def test_what_a_witness_has_seen_is_said_of_each_claim_and_no_more(log: Told, verifier: Verifier) -> None:
    day = next(row for row in log.rows if row.type == "award.published").recorded_at
    early = await log.checkpoint(len(log.rows), witnesses=WITNESSES, seen_at=int(day.timestamp()) - 86_400)
    said = verifier.ask(await log.bundle(of_tenant(log.tenant_id), early), *BOTH, "--lang", "en").printed
    assert "by the server's clock alone the decision came after its last day" in said


def test_a_note_may_be_as_large_for_the_verifier_as_for_whoever_writes_it() -> None:
    assert (of_verifier.NOTE_BYTES_MAX, of_verifier.SIGNATURES_MAX) == (notes.NOTE_BYTES_MAX, notes.SIGNATURES_MAX)


async def test_witnesses_that_are_required_must_have_seen_the_newest_checkpoint(log: Told, verifier: Verifier) -> None:
    size = len(log.rows)
    for seen, code in ((WITNESSES, 0), (WITNESSES[:1], 1), ((), 1)):
        bundle = await log.bundle(of_tenant(log.tenant_id), await log.checkpoint(size, witnesses=seen))
        assert verifier.ask(bundle, *BOTH, "--witnesses-required", "2").code == code


async def test_a_checkpoint_of_an_ended_epoch_is_left_out_where_its_history_is_lost(
    log: Told, verifier: Verifier
) -> None:
    newest = await log.checkpoint(len(log.rows), epoch=2)
    before, lost = await log.checkpoint(40), await (await told()).checkpoint(60)
    answer = verifier.ask(await log.bundle(of_tenant(log.tenant_id), before, lost, newest), "--json")
    assert answer.code == 0, answer.printed
    assert [each["size"] for each in answer.report["checkpoints"]] == [40, len(log.rows)]


async def test_a_checkpoint_of_an_ended_epoch_that_was_longer_keeps_nothing_from_being_exported(
    log: Told, verifier: Verifier
) -> None:
    size = len(log.rows)
    text = Checkpoint(origin=origin_of(LOG_NAME, log.tenant_id, 1), size=size + 9, root=bytes(32)).text()
    longer = Kept(epoch=1, size=size + 9, note=signed(text, [SIGNER]).whole())
    bundle = await log.bundle(of_tenant(log.tenant_id), longer, await log.checkpoint(size, epoch=2))
    assert verifier.ask(bundle).code == 0
    assert [name for name in files_of(bundle) if name.startswith("checkpoints/")] == [f"checkpoints/2-{size}.txt"]


async def test_what_no_checkpoint_covers_is_not_exported(log: Told) -> None:
    [award, *_] = await every_kind(log)
    with pytest.raises(NotCovered):
        await log.bundle(award, await log.checkpoint(20))


async def test_a_log_that_its_own_checkpoint_contradicts_is_not_exported(log: Told) -> None:
    with pytest.raises(HistoryDiffers, match="20"):
        await log.bundle(of_tenant(log.tenant_id), await (await told()).checkpoint(20), await log.checkpoint(99))


async def test_unknown_awards_and_campaigns_are_refused(log: Told) -> None:
    with pytest.raises(AwardUnknown):
        await of_award(log.store, log.tenant_id, fresh_id())
    with pytest.raises(CampaignUnknown):
        await of_campaign(log.store, log.tenant_id, fresh_id())


def test_gaps_are_complete_subtrees_that_stop_at_every_checkpoint() -> None:
    assert gaps(0, 8, [8]) == [(0, 8)]
    assert gaps(0, 8, [3, 8]) == [(0, 2), (2, 3), (3, 4), (4, 8)]
    assert gaps(5, 13, []) == [(5, 6), (6, 8), (8, 12), (12, 13)]
    assert gaps(7, 7, [7]) == []


# --- The file itself ------------------------------------------------------------------------


async def test_the_verifier_runs_where_nothing_but_python_and_cryptography_is(log: Told, tmp_path: Path) -> None:
    """An interpreter that sees the standard library and a folder with links to `cryptography` and what it stands on."""
    (tmp_path / "verify.py").write_text(one_file(), encoding="utf-8")
    (tmp_path / "bundle.zip").write_bytes(await log.bundle(of_tenant(log.tenant_id)))
    (tmp_path / "key.txt").write_text(f"# the log's key\n{SIGNER.public_line()}\n")
    ran = _ran_bare(tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.startswith("HỢP LỆ")
    assert ran.stderr == "['cryptography']\n", "nothing of ours, and nothing else, was imported"


def _ran_bare(folder: Path) -> subprocess.CompletedProcess[str]:
    """`verify.py` in an interpreter that sees the standard library and `cryptography` alone, and may open no socket."""
    bare, site = folder / "bare", Path(sysconfig.get_paths()["purelib"])
    bare.mkdir()
    for name in ("cryptography", "cffi", "_cffi_backend", "pycparser"):
        for found in site.glob(f"{name}*"):
            if not found.name.endswith(".dist-info"):
                (bare / found.name).symlink_to(found)
    script = f"""
import sys
sys.path = [each for each in sys.path if "site-packages" not in each] + [{str(bare)!r}]
def watched(event, arguments):
    assert not event.startswith("socket."), event
sys.addaudithook(watched)
sys.argv = ["verify.py", "bundle.zip", "--key", "key.txt", "--show", "1"]
import runpy
try:
    runpy.run_path("verify.py", run_name="__main__")
finally:
    roots = {{name.partition(".")[0] for name in sys.modules}} - set(sys.stdlib_module_names)
    print(sorted(root for root in roots if not root.startswith("_")), file=sys.stderr)
"""
    command = [sys.executable, "-I", "-S", "-c", script]
    return subprocess.run(
        command, cwd=folder, env={"PATH": os.defpath}, capture_output=True, text=True, check=False, timeout=60
    )


def test_the_verifier_is_one_file_with_each_name_once_and_says_how_it_is_used(tmp_path: Path) -> None:
    text = one_file()
    assert text == one_file()
    assert "adapters" not in text
    (tmp_path / "verify.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F", "verify.py"]
    checked = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--key", "no-key"], "no-key"),
        (["--key", WITNESSES[0].public_line()], "no key"),
        (["--witness", SIGNER.public_line()], "no key"),
        ([*BOTH, *BOTH], "twice"),
        (["--key", SIGNER.public_line()], "twice"),
        (["--witness", Cosigner(WITNESSES[0].name, fresh_private_key()).public_line(), *BOTH], "twice"),
        (["--key", os.devnull], "no key"),
        (["--key", "long+" * 1_000], "no key"),
        ([*BOTH, "--witnesses-required", "3"], "3 witnesses"),
        (["--show", "1000"], "1000"),
    ],
)
async def test_a_wrong_command_line_is_said_to_be_one(
    log: Told, verifier: Verifier, options: list[str], word: str
) -> None:
    answer = verifier.ask(await log.bundle(of_tenant(log.tenant_id)), "--lang", "en", *options)
    assert answer.code == 2
    assert word in answer.complained


async def test_both_keys_of_a_log_are_named_while_one_is_rotated(log: Told, verifier: Verifier) -> None:
    size, new = len(log.rows), Ed25519Signer(LOG_NAME, fresh_private_key())
    kept = [await log.checkpoint(50), await log.checkpoint(size, signer=new)]
    bundle = await log.bundle(of_tenant(log.tenant_id), *kept)
    assert verifier.ask(bundle, "--key", new.public_line()).code == 0
    assert verifier.refusal(bundle)["code"] == "unsigned"


async def test_only_who_has_signed_is_said_to_have(log: Told, verifier: Verifier) -> None:
    other = Ed25519Signer("other.example", fresh_private_key())
    answer = verifier.ask(await log.bundle(of_tenant(log.tenant_id)), "--key", other.public_line())
    assert answer.code == 0
    assert LOG_NAME in answer.printed
    assert "other.example" not in answer.printed


async def test_it_speaks_at_a_terminal_that_knows_ascii_alone(log: Told, tmp_path: Path) -> None:
    (tmp_path / "verify.py").write_text(one_file(), encoding="utf-8")
    (tmp_path / "bundle.zip").write_bytes(await log.bundle(of_tenant(log.tenant_id)))
    (tmp_path / "key.txt").write_text(f"# khóa của nhật ký\n{SIGNER.public_line()}\n", encoding="utf-8")
    for environment in ({"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}):
        ran = _ran_in(tmp_path, environment)
        assert (ran.returncode, ran.stderr) == (0, b"")
        assert ran.stdout.decode().startswith("HỢP LỆ")


def _ran_in(folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "verify.py", "bundle.zip", "--key", "key.txt"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False, timeout=60)


async def test_one_event_can_be_shown(log: Told, verifier: Verifier) -> None:
    answer = verifier.ask(await log.bundle(of_tenant(log.tenant_id)), "--json", "--show", "3")
    shown = json.loads(answer.printed.splitlines()[1])
    assert (shown["position"], shown["event_id"], shown["data"]) == (
        3,
        log.rows[2].event_id,
        json.loads(log.rows[2].data),
    )


async def test_each_file_of_a_bundle_is_named_in_its_manifest(log: Told) -> None:
    bundle = await log.bundle(of_tenant(log.tenant_id), await log.checkpoint(len(log.rows), seen_at=SEEN_AT))
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        assert archive.testzip() is None
    files = files_of(bundle)
    manifest = json.loads(files["manifest.json"])
    assert manifest["files"] == {
        name: sha256(content).hexdigest() for name, content in files.items() if name != "manifest.json"
    }
