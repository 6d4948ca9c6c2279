"""Whether a file is what its sender calls it, by the bytes that such a file begins with. Nothing is unpacked."""

from typing import assert_never

from domain.award.parts import MediaType

_ZIP = b"PK\x03\x04"
_ODT = b"application/vnd.oasis.opendocument.text"
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def is_of_type(content: bytes, media_type: MediaType) -> bool:
    """Names of a ZIP's parts stand in it unpacked, so that a document is told from any other ZIP."""
    match media_type:
        case "application/pdf":
            return content.startswith(b"%PDF-")
        case "image/png":
            return content.startswith(b"\x89PNG\r\n\x1a\n")
        case "image/jpeg":
            return content.startswith(b"\xff\xd8\xff")
        case "application/zip":
            return content.startswith((_ZIP, b"PK\x05\x06"))
        case "application/vnd.openxmlformats-officedocument.wordprocessingml.document":
            return _is_office(content, b"word/document.xml")
        case "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":
            return _is_office(content, b"xl/workbook.xml")
        case "application/vnd.oasis.opendocument.text":
            # The format demands that this comes first, not packed.
            return content.startswith(_ZIP) and content[30:38] == b"mimetype" and content[38:].startswith(_ODT)
        case "application/xml":
            return _begins_as_xml(content)
        case _:
            assert_never(media_type)


def _is_office(content: bytes, document: bytes) -> bool:
    return content.startswith(_ZIP) and b"[Content_Types].xml" in content and document in content


def _begins_as_xml(content: bytes) -> bool:
    head = content[:200]
    for bom in _BOMS:
        head = head.removeprefix(bom)
    # UTF-16 has a zero byte beside each letter of the markup.
    head = head.replace(b"\x00", b"").lstrip()
    lowered = head.lower()
    return head.startswith(b"<") and not lowered.startswith((b"<!doctype html", b"<html", b"<script", b"<svg"))
