"""Signed notes and checkpoints as text, held to the C2SP specifications `signed-note` and `tlog-checkpoint`."""

from base64 import b64encode

import pytest

from application.notes import (
    NOTE_BYTES_MAX,
    SIGNATURES_MAX,
    Checkpoint,
    Note,
    NoteRefused,
    Signature,
    is_name,
    key_id,
    parse_checkpoint,
    parse_note,
)

LINE = "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"  # noqa: E501
POEM = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n"
ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
CHECKPOINT = f"example.com/behind-the-sofa\n20852163\n{ROOT}\n"


def line(count: int = 5, name: str = "n") -> str:
    return f"— {name} {b64encode(bytes(count)).decode()}\n"


def test_the_text_ends_at_the_last_empty_line_and_the_note_is_written_as_it_was_read() -> None:
    whole = f"{POEM}\n{LINE}"
    note = parse_note(whole)
    assert note.text == POEM
    assert [(each.name, each.key_id.hex(), len(each.signature)) for each in note.signatures] == [
        ("quasimodo.example/salvatore", "367ba04b", 64)
    ]
    assert note.whole() == whole


def test_a_key_is_named_by_its_name_kind_and_bytes() -> None:
    public = bytes.fromhex("1a5cd907143c384c41e830c5bce12aa8817ec5649aaabf2c31388b35b2d744d6")
    assert key_id("PeterNeumann", 1, public).hex() == "c74f20a3"
    assert key_id("PeterNeumann", 4, public) != key_id("PeterNeumann", 1, public)


def test_sixteen_signatures_of_the_longest_kind_are_read() -> None:
    whole = f"{CHECKPOINT}\n" + line(5_000) * 16
    assert len(parse_note(whole).signatures) == 16


@pytest.mark.parametrize(
    "whole",
    [
        "",
        "\n",
        POEM,
        f"{POEM}\n",
        f"{POEM}{LINE}",
        f"{POEM}\n{LINE.rstrip()}",
        f"{POEM}\n{LINE}\n",
        f"{POEM}\n{LINE}x",
        f"{POEM}\n{LINE}no signature\n",
        f"{POEM}\n{LINE.replace('— ', '- ')}",
        f"{POEM}\n{LINE.replace('— ', '—')}",
        f"{POEM}\n{LINE.replace('salvatore ', 'salvatore  ')}",
        f"{POEM}\n{LINE.replace('salvatore', 'sal+vatore')}",
        f"{POEM}\n{LINE.replace('quasimodo.example/salvatore', '')}",
        f"{POEM}\n{LINE.replace('=', '')}",
        f"{POEM}\n{LINE.replace('=', '==')}",
        f"{POEM}\n{LINE.replace('NnugS', 'Nnug_')}",
        f"{POEM}\n{line(4)}",
        f"{POEM}\t\n{LINE}",
        f"{POEM}\r\n{LINE}",
        f"{POEM}\x00\n\n{LINE}",
        f"{POEM}\n{line() * (SIGNATURES_MAX + 1)}",
        f"{'x' * NOTE_BYTES_MAX}\n\n{LINE}",
    ],
)
def test_what_is_no_signed_note_is_refused(whole: str) -> None:
    with pytest.raises(NoteRefused):
        parse_note(whole)


@pytest.mark.parametrize(("name", "held"), [("a.vn/b", True), ("liên-đoàn", True), ("a b", False), ("a+b", False)])
def test_a_name_has_no_space_and_no_plus(name: str, held: bool) -> None:
    assert is_name(name) is held
    assert not is_name(name.replace(" ", "\u00a0").replace("+", "\u3000") if not held else "")


def test_a_checkpoint_is_read_and_written_as_the_specification_shows_it() -> None:
    found = parse_checkpoint(CHECKPOINT)
    assert (found.origin, found.size) == ("example.com/behind-the-sofa", 20852163)
    assert found.text() == CHECKPOINT
    assert parse_checkpoint(f"{CHECKPOINT}more\n") == found
    assert parse_checkpoint(f"o\n0\n{ROOT}\n") == Checkpoint(origin="o", size=0, root=found.root)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o\n",
        "o\n1\n",
        f"\n1\n{ROOT}\n",
        f"o\n01\n{ROOT}\n",
        f"o\n-1\n{ROOT}\n",
        f"o\n+1\n{ROOT}\n",
        f"o\n1.0\n{ROOT}\n",
        f"o\n١\n{ROOT}\n",
        f"o\n{2**63}\n{ROOT}\n",
        f"o\n1\n{ROOT}",
        f"o\n1\n{ROOT[:-4]}\n",
        f"o\n1\n{ROOT} \n",
        f"o\n1\n{ROOT[:-2]}J=\n",
        f"o\n1\n{ROOT}\n\n",
        f"o\n1\n{ROOT}\n\nmore\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteRefused):
        parse_checkpoint(text)


def test_a_note_holds_any_number_of_lines_in_their_order() -> None:
    signatures = tuple(Signature(name=f"n{number}", key_id=bytes(4), signature=bytes([number])) for number in range(3))
    note = Note(text=CHECKPOINT, signatures=signatures)
    assert parse_note(note.whole()) == note
