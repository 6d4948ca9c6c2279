"""What is laid into a dossier besides its report: files by the hash of what is stored, and the word of other bodies."""

from typing import Annotated, Literal

import msgspec

from domain.decider import Command as Asked
from domain.decider import Message, Name, Personal, Sealed
from domain.ids import Slug
from domain.paper import Document

PartKind = Literal["submission", "achievement-report", "minutes", "initiative-certificate", "electronic-file", "other"]
"""R13: tờ trình, báo cáo thành tích, biên bản, giấy công nhận sáng kiến, tệp điện tử."""
MediaType = Literal[
    "application/pdf",
    "image/png",
    "image/jpeg",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.text",
    "application/xml",
    "application/zip",
]
Address = Annotated[
    str,
    msgspec.Meta(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the stored bytes, which are sealed; hexadecimal."),
]
FILES_MAX = 100
"""What one dossier may hold: a paper one has a dozen, and each file is read whole."""


class AttachPart(Asked, frozen=True, kw_only=True):
    """Lay a stored file into the dossier. `name` is what its sender calls it."""

    part: PartKind
    name: Personal
    media_type: MediaType
    size_bytes: Annotated[int, msgspec.Meta(ge=1)]
    address: Address
    content_sha256: Personal


class RemovePart(Asked, frozen=True, kw_only=True):
    """Take a file out of the dossier, before the council votes on it."""

    part: PartKind
    address: Address


class RecordConcurrence(Asked, frozen=True, kw_only=True):
    """Hiệp y (R8): what another body, called `body`, answered, by its document."""

    body: Slug
    body_name: Name
    agrees: bool
    document: Document


class PartAttached(Message, frozen=True, kw_only=True):
    """`address` can be checked in the storage without any key. The content's own hash would outlive an erasure in
    clear, so it is sealed."""

    part: PartKind
    name: Sealed
    media_type: MediaType
    size_bytes: int
    address: Address
    content_sha256: Sealed


class PartRemoved(Message, frozen=True, kw_only=True):
    part: PartKind
    address: Address


class ConcurrenceRecorded(Message, frozen=True, kw_only=True):
    body: Slug
    body_name: Name
    agrees: bool
    document: Document
