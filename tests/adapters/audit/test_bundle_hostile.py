"""What is no bundle, or one that is made to harm, is refused in one sentence: never valid, never a traceback."""

import asyncio
import io
import json
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from application.bundled import of_tenant
from tests.support.bundles import Answer, Told, Verifier, altered, files_of, packed, told


@pytest.fixture(scope="module")
def log() -> Told:
    return asyncio.run(told())


@pytest.fixture(scope="module")
def bundle(log: Told) -> bytes:
    async def written() -> bytes:
        kept = [await log.checkpoint(size) for size in (40, len(log.rows))]
        return await log.bundle(of_tenant(log.tenant_id), *kept)

    return asyncio.run(written())


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Verifier:
    return Verifier(tmp_path_factory.mktemp("verifier"))


def is_refused(answer: Answer) -> bool:
    """In one sentence, in Vietnamese, and nothing else."""
    return answer.code == 1 and answer.printed.startswith("TỪ CHỐI: ") and answer.printed.count("\n") == 1


def test_a_bundle_cut_short_anywhere_is_refused(bundle: bytes, verifier: Verifier) -> None:
    for length in [0, 1, 21, 22, *range(100, len(bundle), len(bundle) // 60), len(bundle) - 1]:
        assert is_refused(verifier.ask(bundle[:length])), length


def test_a_file_of_the_bundle_cut_short_is_refused(bundle: bytes, verifier: Verifier) -> None:
    files = files_of(bundle)
    del files["keys.txt"]  # A convenience: what is trusted comes from outside.
    for name, content in ((name, content.rstrip(b"\n")) for name, content in files.items()):
        for length in {0, 1, len(content) // 2, len(content) - 1} & set(range(len(content))):
            cut = altered(bundle, name, lambda content, length=length: content[:length], honest=name[:8] != "manifest")  # type: ignore[misc]
            assert is_refused(verifier.ask(cut)), (name, length)


HOSTILE_JSON = {
    "deep": b"[" * 200_000 + b"]" * 200_000,
    "deep-object": b'{"a":' * 200_000,
    "huge-integer": b'{"size": ' + b"9" * 1_000_000 + b"}",
    "exponent": b'{"size": 1e999999999}',
    "not-a-number": b'{"size": NaN}',
    "twice": b'{"format": "thidua-bundle", "format": "thidua-bundle"}',
    "other": b'["thidua-bundle"]',
    "nothing": b"null",
    "surrogate": b'"\\ud800"',
    "not-utf-8": b'{"a": "\xff\xfe"}',
}


@pytest.mark.parametrize("content", HOSTILE_JSON.values(), ids=HOSTILE_JSON.keys())
@pytest.mark.parametrize("name", ["manifest.json", "claims.jsonl", "schema/unit.established.2.json"])
def test_hostile_json_is_refused(bundle: bytes, verifier: Verifier, name: str, content: bytes) -> None:
    spoilt = altered(bundle, name, lambda _: content, honest=name != "manifest.json")
    assert is_refused(verifier.ask(spoilt))


MANIFESTS: dict[str, Callable[[dict[str, Any]], object]] = {
    "huge-size": lambda manifest: manifest | {"size": 10**400},
    "negative": lambda manifest: manifest | {"events": -1},
    "a-truth": lambda manifest: manifest | {"events": True},
    "a-fraction": lambda manifest: manifest | {"size": 99.0},
    "more-events": lambda manifest: manifest | {"size": 10**15, "events": 10**15},
    "later-version": lambda manifest: manifest | {"version": 2},
    "a-member-more": lambda manifest: manifest | {"more": 1},
    "no-tenant": lambda manifest: manifest | {"tenant_id": "x"},
    "another-tenant": lambda manifest: manifest | {"tenant_id": "00000000-0000-4000-8000-000000000000"},
    "another-kind": lambda manifest: manifest | {"exported": {"kind": "all", "id": "x"}},
    "a-list": lambda manifest: manifest | {"files": list(manifest["files"])},
    "a-path": lambda manifest: manifest | {"files": manifest["files"] | {"../../etc/passwd": "00"}},
    "no-hashes": lambda manifest: manifest | {"files": dict.fromkeys(manifest["files"], None)},
}


@pytest.mark.parametrize("change", MANIFESTS.values(), ids=MANIFESTS.keys())
def test_a_manifest_that_is_none_is_refused(bundle: bytes, verifier: Verifier, change: Any) -> None:
    spoilt = altered(
        bundle, "manifest.json", lambda content: json.dumps(change(json.loads(content))).encode(), honest=False
    )
    assert is_refused(verifier.ask(spoilt))


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd", "/etc/passwd", "checkpoints/../../x.txt", "checkpoints/1-99.txt/..", "rules\\..\\x.json",
        "EVENTS.BIN", "events.bin\n", "schema/" + "a" * 5_000 + ".1.json", "\x1b[2Jx", "schema/unknown.1.json",
        "checkpoints/01-99.txt", "rules/" + "0" * 64 + ".json",
    ],
)  # fmt: skip
def test_a_name_that_a_bundle_does_not_have_is_refused(bundle: bytes, verifier: Verifier, name: str) -> None:
    answer = verifier.ask(packed(files_of(bundle) | {name: b"{}"}))
    assert is_refused(answer)
    assert "\x1b" not in answer.printed


def test_a_name_twice_is_refused(bundle: bytes, verifier: Verifier) -> None:
    out = io.BytesIO(bundle)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as archive:
        archive.writestr("events.bin", b"another")
    assert is_refused(verifier.ask(out.getvalue()))


def bomb(name: str, megabytes: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(name, "w", force_zip64=True) as entry:
            for _ in range(megabytes):
                entry.write(bytes(1 << 20))
        if name != "manifest.json":
            archive.writestr("manifest.json", b"{}")
    return out.getvalue()


@pytest.mark.parametrize("name", ["manifest.json", "keys.txt", "events.bin", "proof.bin", "claims.jsonl", "leaves.bin"])
def test_a_zip_bomb_is_refused_before_it_is_unpacked(bundle: bytes, verifier: Verifier, name: str) -> None:
    assert is_refused(verifier.ask(bomb(name, 64)))
    if name in ("events.bin", "leaves.bin", "proof.bin", "claims.jsonl"):
        spoilt = altered(bundle, name, lambda content: content + bytes(64 << 20))
        assert is_refused(verifier.ask(spoilt))


def test_a_size_that_the_zip_file_lies_about_is_refused(bundle: bytes, verifier: Verifier) -> None:
    """The directory says that a file is shorter, or longer, than it is."""
    for size in (10, 1 << 30, 0xFFFFFFFF):
        spoilt = bytearray(bundle)
        at = spoilt.index(b"PK\x01\x02")
        struct.pack_into("<I", spoilt, at + 24, size)
        assert is_refused(verifier.ask(bytes(spoilt))), size


def test_encrypted_and_oddly_packed_files_are_refused(bundle: bytes, verifier: Verifier) -> None:
    for offset, value in ((8, 1), (10, 12), (10, 97)):  # The flags; the method: bzip2, and one that nobody has.
        spoilt = bytearray(bundle)
        for signature, shift in ((b"PK\x01\x02", 0), (b"PK\x03\x04", -2)):
            struct.pack_into("<H", spoilt, spoilt.index(signature) + offset + shift, value)
        assert is_refused(verifier.ask(bytes(spoilt)))


def test_what_is_no_zip_file_is_refused(verifier: Verifier) -> None:
    for content in (b"", b"PK", b"PK\x05\x06" + bytes(18), b"\x00" * 10_000, b"%PDF-1.7", json.dumps({}).encode()):
        assert is_refused(verifier.ask(content))


CHECKPOINTS = {
    "empty": lambda note: "",
    "no-signature": lambda note: note.rpartition("\n\n")[0] + "\n",
    "huge-size": lambda note: note.replace("\n99\n", f"\n{'9' * 5_000}\n"),
    "leading-zero": lambda note: note.replace("\n99\n", "\n099\n"),
    "other-origin": lambda note: note.replace("log.example/", "log.examples/"),
    "control": lambda note: note.replace("\n99\n", "\n99\x00\n"),
    "loose-base64": lambda note: note.replace("=\n", "\n", 1),
    "many-signatures": lambda note: note + note.rpartition("\n\n")[2] * 200,
    "windows": lambda note: note.replace("\n", "\r\n"),
}


@pytest.mark.parametrize("change", CHECKPOINTS.values(), ids=CHECKPOINTS.keys())
def test_a_checkpoint_that_is_none_is_refused(bundle: bytes, verifier: Verifier, change: Any) -> None:
    spoilt = altered(bundle, "checkpoints/1-99.txt", lambda content: change(content.decode()).encode())
    assert is_refused(verifier.ask(spoilt))


def test_hostile_json_in_an_event_of_a_log_whose_key_is_trusted_is_refused(log: Told, verifier: Verifier) -> None:
    """Whoever runs the log can sign anything: it must not end the verifier otherwise."""
    module: Any = verifier.module
    for content in HOSTILE_JSON.values():
        event = module.Event(1, 7, "award-x", 1, "award.decided", 1, b"", 0, None, "", "", None, b"", content)
        with pytest.raises(module.Refused):
            module.Claims().of(event)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_mutation_of_the_file_is_valid_unless_every_file_in_it_is_the_same(
    data: st.DataObject, bundle: bytes, verifier: Verifier
) -> None:
    """Bytes set, cut out or doubled, anywhere in the ZIP file."""
    spoilt = bytearray(bundle)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(spoilt) - 1))
        match data.draw(st.sampled_from(["set", "cut", "double"])):
            case "set":
                spoilt[at] = data.draw(st.integers(0, 255))
            case "cut":
                del spoilt[at : at + data.draw(st.integers(1, 64))]
            case _:
                spoilt[at:at] = spoilt[at : at + data.draw(st.integers(1, 64))]
    answer = verifier.ask(bytes(spoilt))
    assert is_refused(answer) or (answer.code == 0 and files_of(bytes(spoilt)) == files_of(bundle)), answer


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_mutation_of_what_proves_is_valid_though_the_manifest_is_mended(
    data: st.DataObject, bundle: bytes, verifier: Verifier
) -> None:
    """Any file but the keys, which are a convenience, and the schemas, which prove nothing."""
    files = files_of(bundle)
    name = data.draw(st.sampled_from([name for name in sorted(files) if not name.startswith(("keys", "schema"))]))
    content = bytearray(files[name] or b"\x00")
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] = data.draw(st.integers(0, 255).filter(lambda value: value != content[at]))
    answer = verifier.ask(altered(bundle, name, lambda _: bytes(content), honest=name != "manifest.json"))
    same = name == "manifest.json" and answer.code == 0 and content.split() == files[name].split()
    assert is_refused(answer) or same, (name, answer)


@pytest.mark.parametrize("due_on", ["2024-01-01", None, {"a": 1}, [[]], "\x1b[2J", 10**400])
@pytest.mark.anyio
async def test_figures_of_any_shape_are_told_and_harm_nobody(verifier: Verifier, due_on: object) -> None:
    """Whoever has a key of their own makes any bundle; an auditor looks at it without trusting it."""
    other = await told()
    row = next(row for row in other.rows if row.type == "registration.submitted")
    data = json.loads(row.data) | {"due_on": due_on, "read_at": []}
    other.rewrite(row.position, data=json.dumps(data).encode())
    answer = verifier.ask(await other.bundle(of_tenant(other.tenant_id)), key=None)
    assert (answer.code, answer.complained) == (3, "")
    assert answer.printed.replace("\n", "").isprintable()


def test_what_a_terminal_would_obey_is_written_out(verifier: Verifier) -> None:
    hostile = {"actor": "\x9b2J\u202e\ud800\U000e0041", "unit": "Hòa Đài"}
    said = verifier.module._json(hostile)
    assert said.isprintable()
    assert "Hòa Đài" in said
    assert json.loads(said) == hostile
