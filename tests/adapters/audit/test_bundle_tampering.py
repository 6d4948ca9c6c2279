"""Whatever is done to a bundle by whoever does not hold the log's key is found, and the position named."""

import json
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from msgspec import structs

from adapters.keys.signing import Cosigner, Ed25519Signer, fresh_private_key
from application.bundled import of_award, of_campaign, of_tenant
from application.envelope import envelope_v1
from application.merkle import leaf_hash
from application.ports import Recorded
from tests.support.bundles import (
    LOG_NAME,
    WITNESSES,
    Told,
    Verifier,
    altered,
    envelopes_of,
    files_of,
    joined,
    packed,
    told,
)

pytestmark = pytest.mark.anyio
BOTH = [option for witness in WITNESSES for option in ("--witness", witness.public_line())]
STOPS = (10, 40, 70)


@pytest.fixture(scope="module")
async def log() -> Told:
    return await told()


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Verifier:
    return Verifier(tmp_path_factory.mktemp("verifier"))


@pytest.fixture(scope="module", params=["award", "campaign", "tenant"])
async def bundle(log: Told, request: pytest.FixtureRequest) -> bytes:
    exported = {
        "award": await of_award(log.store, log.tenant_id, log.story.id("award-an")),
        "campaign": await of_campaign(log.store, log.tenant_id, log.story.id("campaign")),
        "tenant": of_tenant(log.tenant_id),
    }[request.param]
    return await log.bundle(exported, *[await log.checkpoint(size) for size in (*STOPS, len(log.rows))])


def positions_of(bundle: bytes) -> list[int]:
    leaves = files_of(bundle)["leaves.bin"]
    return [int.from_bytes(leaves[at : at + 8], "big") for at in range(0, len(leaves), 40)]


def flipped(content: bytes, bit: int) -> bytes:
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


async def test_a_flipped_bit_of_an_event_is_found_and_its_position_named(bundle: bytes, verifier: Verifier) -> None:
    """150 bits of each kind of bundle, wherever they fall, the frame between the events too."""
    positions, events = positions_of(bundle), files_of(bundle)["events.bin"]
    ends, at = [], 0
    for row in envelopes_of(events):
        at += 4 + len(row)
        ends.append(at)
    random = Random(20_240_301)  # noqa: S311
    for bit in random.sample(range(len(events) * 8), 150):
        spoilt = altered(bundle, "events.bin", lambda content, bit=bit: flipped(content, bit))  # type: ignore[misc]
        position = next(position for position, end in zip(positions, ends, strict=True) if bit // 8 < end)
        refusal = verifier.refusal(spoilt)
        assert (refusal["code"].partition("-")[0], refusal["position"]) == ("event", position), refusal


async def test_every_bit_of_a_thousand_events_counts(log: Told, verifier: Verifier) -> None:
    """Each bit of each of them flipped, and held against the leaf as the verifier does it: some three million times."""
    module: Any = verifier.module
    random, beginning, flips = Random(7), module.beginning_of(log.tenant_id), 0  # noqa: S311
    for row in random_rows(log, random, 1_000):
        envelope = envelope_v1(row)
        digest = leaf_hash(envelope)
        assert module.held(envelope, row.position, digest, beginning).position == row.position
        spoilt = bytearray(envelope)
        for bit in range(len(envelope) * 8):
            spoilt[bit >> 3] ^= 1 << (bit & 7)
            try:
                module.held(bytes(spoilt), row.position, digest, beginning)
            except module.Refused as refused:
                flips += refused.facts == {"position": row.position}
            spoilt[bit >> 3] ^= 1 << (bit & 7)
        flips -= len(envelope) * 8
        assert flips == 0


def random_rows(log: Told, random: Random, count: int) -> list[Recorded]:
    """Events of the log, each at another place, of another command and by somebody else."""
    places = sorted(random.sample(range(1, 10**9), count))
    return [
        structs.replace(
            random.choice(log.rows),
            position=place,
            event_id=str(UUID(int=random.getrandbits(128))),
            command_id=str(UUID(int=random.getrandbits(128))),
            actor="".join(random.choices("abcđêôơư ", k=random.randint(1, 20))),
        )
        for place in places
    ]


async def test_an_event_that_was_rewritten_together_with_its_leaf_lies_between_two_checkpoints(
    bundle: bytes, verifier: Verifier, log: Told
) -> None:
    files = files_of(bundle)
    rows, positions = envelopes_of(files["events.bin"]), positions_of(bundle)
    stops = (*STOPS, len(log.rows))
    for index in range(0, len(rows), 7):
        row = flipped(rows[index], len(rows[index]) * 8 - 12)  # In the data's last characters.
        leaves = bytearray(files["leaves.bin"])
        leaves[index * 40 + 8 : index * 40 + 40] = leaf_hash(row)
        spoilt = files | {"events.bin": joined([*rows[:index], row, *rows[index + 1 :]]), "leaves.bin": bytes(leaves)}
        refusal = verifier.refusal(packed(spoilt))
        if refusal["code"] in ("json", "content", "claims", "rules"):
            continue  # It was an event whose content is looked at, and made no sense any more.
        last = next(stop for stop in stops if stop >= positions[index])
        first = max([0, *(stop for stop in stops if stop < positions[index])]) + 1
        assert (refusal["code"], refusal["first"], refusal["last"]) == ("other-root", first, last)


async def test_events_deleted_swapped_doubled_or_cut_off_are_named(bundle: bytes, verifier: Verifier) -> None:
    rows, positions = envelopes_of(files_of(bundle)["events.bin"]), positions_of(bundle)
    for index in range(0, len(rows) - 1, 5):
        deleted = [*rows[:index], *rows[index + 1 :]]
        swapped = [*rows[:index], rows[index + 1], rows[index], *rows[index + 2 :]]
        doubled = [*rows[: index + 1], *rows[index:]]
        for changed, position in (
            (deleted, positions[index]),
            (swapped, positions[index]),
            (doubled, positions[index + 1]),
            (rows[:index], positions[index]),
        ):
            spoilt = altered(bundle, "events.bin", lambda _, changed=changed: joined(changed))  # type: ignore[misc]
            refusal = verifier.refusal(spoilt)
            assert (refusal["code"].partition("-")[0], refusal["position"]) == ("event", position)


async def test_an_event_taken_out_with_its_leaf_leaves_a_hole(bundle: bytes, verifier: Verifier) -> None:
    files = files_of(bundle)
    rows = envelopes_of(files["events.bin"])
    for index in range(0, len(rows), 9):
        manifest = json.loads(files["manifest.json"])
        manifest["events"] -= 1
        spoilt = files | {
            "events.bin": joined([*rows[:index], *rows[index + 1 :]]),
            "leaves.bin": files["leaves.bin"][: index * 40] + files["leaves.bin"][index * 40 + 40 :],
            "manifest.json": json.dumps(manifest).encode(),
        }
        assert verifier.refusal(packed(spoilt))["code"] in (
            "manifest", "proof", "other-root", "event-version", "claims", "rules", "exported"
        )  # fmt: skip


async def test_swapped_and_altered_proofs_are_refused(log: Told, verifier: Verifier) -> None:
    names = ("award-an", "award-binh")
    bundles = [
        await log.bundle(await of_award(log.store, log.tenant_id, log.story.id(name)), await log.checkpoint(99))
        for name in names
    ]
    first, second = (files_of(each) for each in bundles)
    assert first["proof.bin"] != second["proof.bin"]
    for proof in (
        second["proof.bin"],
        b"",
        first["proof.bin"][:-1],
        first["proof.bin"] + bytes(32),
        first["proof.bin"][32:64] + first["proof.bin"][:32] + first["proof.bin"][64:],
        flipped(first["proof.bin"], 77),
    ):
        assert verifier.refusal(packed(first | {"proof.bin": proof}))["code"] in ("proof", "other-root")


async def test_a_bundle_that_was_signed_again_with_another_key_is_refused(log: Told, verifier: Verifier) -> None:
    other = Ed25519Signer(LOG_NAME, fresh_private_key())
    forged = await log.bundle(of_tenant(log.tenant_id), await log.checkpoint(len(log.rows), signer=other))
    forged = altered(forged, "keys.txt", lambda _: f"{other.public_line()}\n".encode())
    assert verifier.refusal(forged)["code"] == "unsigned"
    assert verifier.ask(forged, key=None).code == 3, "by its own keys it is only what anybody can make"
    note = (await log.checkpoint(len(log.rows))).note
    head, _, line = note.rpartition(" ")
    bad = f"{head} {line[:20]}{'A' if line[20] != 'A' else 'B'}{line[21:]}"
    spoilt = altered(forged, f"checkpoints/1-{len(log.rows)}.txt", lambda _: bad.encode())
    assert verifier.refusal(spoilt)["code"] == "forged"


async def test_two_views_shown_to_two_witnesses_are_neither_accepted_where_both_must_have_seen_it(
    verifier: Verifier,
) -> None:
    """The operator signs two histories with the log's own key, and shows each to one witness."""
    views = [await told(), await told()]
    for view, witness in zip(views, WITNESSES, strict=True):
        kept = await view.checkpoint(len(view.rows), witnesses=[witness])
        bundle = await view.bundle(of_tenant(view.tenant_id), kept)
        assert verifier.ask(bundle, *BOTH, "--witnesses-required", "1").code == 0
        refusal = verifier.refusal(bundle, *BOTH, "--witnesses-required", "2")
        assert (refusal["code"], refusal["found"], refusal["required"]) == ("witnesses", 1, 2)


async def test_two_views_in_one_bundle_are_refused(log: Told, verifier: Verifier) -> None:
    """A checkpoint of another history under the log's key, at the same size in a later epoch and at a smaller one."""
    bundle = await log.bundle(of_tenant(log.tenant_id), await log.checkpoint(50), await log.checkpoint(99, epoch=2))
    other = await told()
    other.tenant_id = log.tenant_id
    for name, kept, code in (
        ("checkpoints/1-99.txt", await other.checkpoint(99), "two-views"),
        ("checkpoints/1-50.txt", await other.checkpoint(50), "other-root"),
    ):
        files = files_of(bundle) | {name: kept.note.encode()}
        refusal = verifier.refusal(packed(files))
        assert refusal["code"] == code


async def test_a_witness_that_has_not_signed_what_it_is_said_to_have_is_refused(log: Told, verifier: Verifier) -> None:
    impostor = Cosigner(WITNESSES[0].name, fresh_private_key())
    bundle = await log.bundle(of_tenant(log.tenant_id), await log.checkpoint(99, witnesses=[impostor]))
    refusal = verifier.refusal(bundle, *BOTH, "--witnesses-required", "1")
    assert refusal["code"] == "witnesses", "another key under a witness's name is nobody"


async def test_bundles_of_two_tenants_do_not_mix(log: Told, verifier: Verifier) -> None:
    other = await told()
    ours = files_of(await log.bundle(of_tenant(log.tenant_id)))
    theirs = files_of(await other.bundle(of_tenant(other.tenant_id)))
    newest = f"checkpoints/1-{len(log.rows)}.txt"
    for names, code in (
        (["events.bin"], "event-altered"),
        (["events.bin", "leaves.bin", "claims.jsonl"], "event-altered"),
        ([newest], "newest"),
        (["leaves.bin"], "event-altered"),
    ):
        mixed = ours | {name: theirs[name] for name in names}
        assert verifier.refusal(packed(mixed))["code"] == code
    mixed = ours | {"checkpoints/1-10.txt": (await other.checkpoint(10)).note.encode()}
    assert verifier.refusal(packed(mixed))["code"] == "other-log"


@pytest.mark.parametrize("name", ["claims.jsonl", "rules/", "schema/", "keys.txt"])
async def test_what_lies_beside_the_events_must_fit_them(bundle: bytes, verifier: Verifier, name: str) -> None:
    files = files_of(bundle)
    [full, *_] = [each for each in files if each.startswith(name)]
    changed = files[full].replace(b"shown", b"SHOWN").replace(b"{", b"{ ", 1) + b"x"
    assert verifier.ask(altered(bundle, full, lambda _: changed)).code == 1
    assert verifier.ask(packed({each: files[each] for each in files if each != full})).code == 1


async def test_a_bundle_is_of_what_it_says_it_is_of(log: Told, verifier: Verifier) -> None:
    bundle = await log.bundle(await of_award(log.store, log.tenant_id, log.story.id("award-an")))
    other = log.story.id("class-an").encode()
    spoilt = altered(bundle, "manifest.json", lambda content: content.replace(log.story.id("award-an").encode(), other))
    assert verifier.refusal(spoilt)["code"] == "exported"


async def test_an_event_that_was_dated_back_before_it_was_signed_is_refused(verifier: Verifier) -> None:
    """The platform's clock never runs backwards in a log, whatever the machine's does."""
    log = await told()
    row = next(row for row in log.rows if row.type == "award.decided")
    log.rewrite(row.position, recorded_at=row.recorded_at - timedelta(days=200))
    refusal = verifier.refusal(await log.bundle(of_tenant(log.tenant_id)))
    assert (refusal["code"], refusal["position"]) == ("event-time", row.position)


@pytest.mark.parametrize("kind", ["registration", "council", "campaign"])
async def test_what_a_decision_has_read_is_not_left_out(log: Told, verifier: Verifier, kind: str) -> None:
    """Or a registration that came late would simply not be there."""
    of = [of_award(log.store, log.tenant_id, log.story.id("award-an"))]
    of.append(of_campaign(log.store, log.tenant_id, log.story.id("campaign")))
    for exported in [await each for each in of][: 1 if kind == "campaign" else 2]:
        assert exported.streams is not None
        kept = {name: version for name, version in exported.streams.items() if not name.startswith(f"{kind}-")}
        refusal = verifier.refusal(await log.bundle(structs.replace(exported, streams=kept)))
        assert refusal["code"] == "cited"
        assert refusal["stream"].startswith(f"{kind}-")
