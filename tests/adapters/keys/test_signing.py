"""Keys of signed notes, held to the vectors of Go's `sumdb/note` and to the C2SP specifications."""

import pytest

from adapters.keys.signing import (
    Cosigner,
    Ed25519Signer,
    Ed25519Verifier,
    KeyRefused,
    fresh_private_key,
    read_signer,
    read_verifier,
)
from application.notes import COSIGNATURE, ED25519, NoteRefused, cosigned_text, parse_note, signed, signed_by

NEUMANN_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
BY_NEUMANN = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
BY_ENOCH = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
CHECKPOINT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"


def test_the_reference_key_signs_the_reference_note_as_the_reference_does() -> None:
    signer = read_signer(NEUMANN_PRIVATE)
    assert isinstance(signer, Ed25519Signer)
    assert signer.public_line() == NEUMANN
    assert signer.private_line() == NEUMANN_PRIVATE
    assert signed(TEXT, [signer]).whole() == f"{TEXT}\n{BY_NEUMANN}"


def test_a_note_of_two_tells_which_of_the_known_keys_signed() -> None:
    neumann, enoch = read_verifier(NEUMANN), read_verifier(ENOCH)
    stranger = read_verifier(Ed25519Signer("Stranger", fresh_private_key()).public_line())
    note = parse_note(f"{TEXT}\n{BY_NEUMANN}{BY_ENOCH}")
    assert signed_by(note, [enoch, stranger, neumann]) == [enoch, neumann]
    assert signed_by(note, [stranger]) == []
    assert [verifier.line() for verifier in (neumann, enoch)] == [NEUMANN, ENOCH]


def test_a_note_that_bears_a_known_keys_line_over_another_text_is_refused_whole() -> None:
    note = parse_note(f"{TEXT}no.\n\n{BY_NEUMANN}{BY_ENOCH}")
    with pytest.raises(NoteRefused, match="PeterNeumann"):
        signed_by(note, [read_verifier(NEUMANN)])


def test_a_key_of_the_same_name_and_another_id_is_another_key() -> None:
    other = read_verifier(Ed25519Signer("PeterNeumann", fresh_private_key()).public_line())
    assert signed_by(parse_note(f"{TEXT}\n{BY_NEUMANN}"), [other]) == []


def test_a_cosignature_is_over_the_header_the_time_and_the_whole_text() -> None:
    assert cosigned_text(CHECKPOINT, 1679315147) == f"cosignature/v1\ntime 1679315147\n{CHECKPOINT}".encode()
    private = fresh_private_key()
    witness = Cosigner("witness.example.com/w1", private)
    made = witness.sign(CHECKPOINT, 1679315147)
    assert made.signature == (1679315147).to_bytes(8, "big") + private.sign(cosigned_text(CHECKPOINT, 1679315147))
    assert read_verifier(witness.public_line()).verify(CHECKPOINT, made.signature)
    assert read_signer(witness.private_line()).public_line() == witness.public_line()


def test_a_cosignature_holds_for_no_other_time_and_no_plain_signature_passes_for_one() -> None:
    private = fresh_private_key()
    witness, log = Cosigner("w", private), Ed25519Signer("w", private)
    verifier = read_verifier(witness.public_line())
    made = witness.sign(CHECKPOINT, 7).signature
    assert witness.key_id != log.key_id
    assert not verifier.verify(CHECKPOINT, (8).to_bytes(8, "big") + made[8:])
    assert not verifier.verify(CHECKPOINT, log.sign(CHECKPOINT).signature)
    assert not read_verifier(log.public_line()).verify(CHECKPOINT, made)


def test_a_time_beyond_63_bits_is_no_time() -> None:
    private = fresh_private_key()
    verifier = Ed25519Verifier("w", COSIGNATURE, private.public_key().public_bytes_raw())
    for time_s, held in ((2**63 - 1, True), (2**63, False)):
        made = time_s.to_bytes(8, "big") + private.sign(cosigned_text(CHECKPOINT, time_s))
        assert verifier.verify(CHECKPOINT, made) is held


@pytest.mark.parametrize("length", [0, 1, 7, 8, 63, 65, 71, 73])
@pytest.mark.parametrize("kind", [ED25519, COSIGNATURE])
def test_a_signature_of_another_length_does_not_hold(kind: int, length: int) -> None:
    assert not Ed25519Verifier("w", kind, bytes([1, *bytes(31)])).verify(CHECKPOINT, bytes(length))


@pytest.mark.parametrize(
    "line",
    [
        "",
        "PeterNeumann",
        NEUMANN_PRIVATE,
        NEUMANN.replace("c74f20a3", "c74f20a4"),
        NEUMANN.replace("c74f20a3", "C74F20A3"),
        NEUMANN.replace("c74f20a3", "c7 4f 20 a3"),
        NEUMANN.replace("c74f20a3", "c74f20"),
        NEUMANN.replace("Peter", "Peter "),
        NEUMANN.replace("PeterNeumann", ""),
        NEUMANN.replace("ARpc", "ARpé"),
        NEUMANN.replace("ARpc", "BRpc"),
        NEUMANN + "=",
        NEUMANN[:-4],
    ],
)
def test_a_line_that_is_no_public_key_is_refused(line: str) -> None:
    with pytest.raises(KeyRefused):
        read_verifier(line)


@pytest.mark.parametrize("line", ["", NEUMANN, NEUMANN_PRIVATE[:-1], NEUMANN_PRIVATE.replace("c74f", "c74e")])
def test_a_line_that_is_no_private_key_is_refused_without_being_repeated(line: str) -> None:
    with pytest.raises(KeyRefused) as caught:
        read_signer(line)
    assert line.rpartition("+")[2][:8] not in str(caught.value) or not line
