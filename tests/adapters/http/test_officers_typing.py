"""What a tired officer types: it is understood where it can be, and else answered in words that say what to do."""

import unicodedata
from datetime import date

import msgspec
import pytest

from adapters.http import decoding
from adapters.http.decoding import from_json
from adapters.http.problems import Problem, body_of
from domain.award.messages import PublishForComment
from domain.registration.messages import ReturnRegistration, SubmitRegistration

ID = "00000000-0000-4000-8000-000000000001"
TYPED = {"campaign_id": ID, "unit_id": ID, "kind": "work", "subject": {"kind": "collective"}, "name": "Bể nước sạch"}


def read(body: bytes) -> SubmitRegistration:
    return from_json(body, SubmitRegistration)


def refusal(**parts: object) -> str:
    """The Vietnamese detail that a registration with these parts is refused with."""
    with pytest.raises(Problem) as refused:
        read(msgspec.json.encode({**TYPED, **parts}))
    detail: str = msgspec.json.decode(body_of(refused.value, language="vi", instance=ID))["detail"]
    return detail


@pytest.mark.parametrize("escaped", [False, True])
def test_letters_with_loose_marks_are_the_same_letters(escaped: bool) -> None:
    loose = unicodedata.normalize("NFD", "Bể nước sạch")
    shown = loose.encode("ascii", "backslashreplace").decode() if escaped else loose
    body = msgspec.json.encode(TYPED).decode().replace("Bể nước sạch", shown).encode()
    assert read(body) == read(msgspec.json.encode(TYPED))


def test_a_file_that_windows_saved_is_read() -> None:
    assert read(b"\xef\xbb\xbf" + msgspec.json.encode(TYPED)) == read(msgspec.json.encode(TYPED))


@pytest.mark.parametrize("name", ["", "   ", "\u00a0\u200b", "\n\t"])
def test_a_blank_name_is_no_name(name: str) -> None:
    assert "(name: " in refusal(name=name)


@pytest.mark.parametrize("code", [0x01, 0x0B, 0x1B, 0x85, 0x2028, 0x202E, 0x2066, 0xFFFE])
def test_a_character_that_nobody_sees_is_named_and_refused(code: int) -> None:
    """With it a name would look like another one, or begin a line of its own in whatever shows it."""
    assert "(name: có ký tự điều khiển hoặc ký tự đổi chiều viết" in refusal(name=f"Tổ{chr(code)}Một")


def test_a_long_text_may_have_lines_and_tabs() -> None:
    assert read(msgspec.json.encode({**TYPED, "content": "Dòng một\r\n\tDòng hai"})).content == "Dòng một\r\n\tDòng hai"


def test_a_blank_reason_is_no_reason() -> None:
    for reason in ("", "  "):
        with pytest.raises(Problem):
            from_json(msgspec.json.encode({"reason": reason}), ReturnRegistration)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"happened_on": "15/3/2023"}, "phải là ngày có thật, viết năm-tháng-ngày, ví dụ 2023-03-15"),
        ({"unit_id": "cdcs-may-trang"}, "phải là id do hệ thống cấp"),
        ({"phase": "Đợt 1"}, "phải là mã: chữ thường không dấu"),
        ({"name": "Ố" * 501}, "dài quá 500 ký tự"),
        ({"kind": "công trình"}, "'công trình'; chọn một trong: "),
        ({"subject": {"kind": "tập thể"}}, "chọn một trong: cá nhân (individual), tập thể (collective)"),
        ({"quantity": "mười"}, "phải là số nguyên"),
        ({"quantity": -3}, "phải từ 0 trở lên"),
        ({"subject": "collective"}, "phải là nhóm trường { … }"),
        ({"subject": {"kind": "pair", "parties": [{"unit_id": ID}]}}, "phải có ít nhất 2 mục"),
    ],
)
def test_a_mistake_is_answered_in_the_officers_words(parts: dict[str, object], words: str) -> None:
    said = refusal(**parts)
    assert words in said
    assert "expected" not in said
    assert "regex" not in said


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "trống hoặc bị cắt ngang"),
        (b'{"channel": "x",}', "thừa dấu phẩy cuối"),
        (b"{'name': 'x'}", "dấu nháy kép"),
        ('{"name": "x"}'.encode("utf-16"), "UTF-8"),
    ],
)
def test_json_that_is_none_is_answered_in_the_officers_words(body: bytes, words: str) -> None:
    with pytest.raises(Problem) as refused:
        from_json(body, PublishForComment)
    assert words in body_of(refused.value, language="vi", instance=ID).decode()


def test_what_stands_in_the_way_is_said_with_its_rule_and_its_source() -> None:
    obstacle = {"rule": "registered", "outcome": "against", "facts": {"registered": False}, "cites": "Quy định"}
    said = body_of(Problem(409, "award.not-eligible", facts={"obstacles": [obstacle]}), language="vi", instance=ID)
    assert "phải đăng ký thi đua: không đạt (registered = False; theo Quy định)" in said.decode()
    state = body_of(Problem(409, "award.wrong-state", facts={"status": "published"}), language="vi", instance=ID)
    assert "hiện nay: đang công khai (published)" in state.decode()


def test_what_is_let_through_at_a_glance_has_no_fault() -> None:
    """The glance may only be stricter than the look that names the fault."""
    glanced = [chr(code) for code in range(0x110000) if decoding._is_plain(chr(code))]
    assert "ế" in glanced
    assert [text for text in glanced if list(decoding._unstorable(text, ""))] == []


@pytest.mark.parametrize("value", ["", " ", "a\u202eb", date(1899, 12, 31), ("a", ""), {"a": "b"}, 1.5])
def test_what_may_have_a_fault_is_looked_at(value: object) -> None:
    assert not decoding._is_plain(value)
