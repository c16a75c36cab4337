"""The nouns of captures: one request with its answer, as whatever recorded it wrote it down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from insights_lint.model import Json, Pointer

EMPTY = b""


class BodyText(NamedTuple):
    """A body that stands in the record as the content of a string."""

    text: str
    at: Pointer = ()
    """From the root of the record to the string."""
    ends_unseen: bool = False
    """Whether the recorder may have cut it off, so that a text which ends too soon is no fault of the sender."""


class BodyBytes(NamedTuple):
    """A body as the bytes that were sent, decoded from what stands in the record."""

    data: bytes
    at: Pointer = ()


class BodyValue(NamedTuple):
    """A body that the recorder parsed, and wrote into the record as JSON."""

    value: Json
    at: Pointer = ()
    whole: bool = True
    """Whether `value` is what stands at `at`; otherwise it was put together from there."""
    numbers_altered: bool = False


class Unseen(NamedTuple):
    """No body, or one that is not what was sent: how the recorder lost it, and what to do about that."""

    reason: str


Body = BodyText | BodyBytes | BodyValue | Unseen


class Exchange(NamedTuple):
    """One request, and its answer if that was recorded."""

    url: str
    """Without scheme and host where those were not recorded."""
    method: str
    """In capitals; empty if it was not recorded."""
    body: Body
    headers: Mapping[str, str] | None = None
    """Names in small letters; None: not recorded."""
    time: int | None = None
    """Milliseconds since the epoch."""
    status: int | None = None
    answer: str = ""
    """The body of the answer."""


class Nested(NamedTuple):
    """What a record holds in a string: JSON texts, perhaps packed, that are records or payloads themselves."""

    content: bytes | str
    at: Pointer
    time: int | None = None
