"""Gives the bytes that were sent back out of what a recorder made of them."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Mapping

from insights_lint.json_text.breaks import is_cut_off
from insights_lint.json_text.parsing import parse
from insights_lint.model import Pointer
from insights_lint.readers.exchange import BodyBytes, BodyText, Unseen

MAX_BODY = 100_000_000
"""Bytes of an unpacked body; the API takes 2,000,000."""

GZIP = b"\x1f\x8b"
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_BEGINS_PACKED = re.compile("\x1f[\x8b\ufffd\udc8b\x08]")
_REPLACED = "\ufffd"

CUT_MARK = re.compile(r"\s*(?:\.\.\.|…)?\s*(?:\[truncated\]|\(truncated\)|…)\s*$", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\s*(?:[\[<(][A-Za-z][^{}\"]*[\])>]|\*{3,}|[xX]{3,}|\[object Object\])\s*")
RECORD_ELSEWHERE = "record with mitmproxy or Firefox"
LEFT_OUT = f"the recorder left the body out: {RECORD_ELSEWHERE}"
MASKED = "the recorder put something else in place of the body: let it keep bodies, or record with mitmproxy"
CUT_OFF = f"the recorder cut the body off: {RECORD_ELSEWHERE}, or raise its limit"
GARBLED = f"the recorder altered the body: {RECORD_ELSEWHERE}, or record it as Base64"
PACKED = "the body is compressed in a way that is not read here: record it before it is compressed"


def unpacked_body(data: bytes, encoding: str) -> bytes:
    """The body before its Content-Encoding; as it is if it is not packed, or not in the way that the header says.

    Recorders often write what they unpacked beside the header of what was packed. What does not unpack is judged as
    what was sent.
    """
    if data.startswith(GZIP):
        return _inflated(data, 31)
    if encoding == "deflate" and data[:1] not in b"{[ \t\r\n":
        plain = _inflated(data, 15)
        return plain if plain is not data else _inflated(data, -15)
    return data


def _inflated(data: bytes, window: int) -> bytes:
    unpacking = zlib.decompressobj(wbits=window)
    try:
        plain = unpacking.decompress(data, MAX_BODY)
    except zlib.error:
        return data
    return plain if unpacking.eof else data


def as_bytes(text: str) -> bytes:
    """The bytes of a text in which those that are not UTF-8 stand as halves of surrogate pairs."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # other halves: somebody wrote them so
        return text.encode("utf-8", "surrogatepass")


def from_base64(text: str) -> bytes | None:
    """The bytes that the text stands for; None if it is no Base64."""
    compact = "".join(text.split())
    try:
        return base64.b64decode(compact.replace("-", "+").replace("_", "/") + "=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def looks_like_base64(text: str) -> bool:
    """Whether the text may be JSON, or packed JSON, in Base64."""
    return text.startswith(("ey", "W3", "Wy", "H4sI", "ewo", "ew0", "CiAg")) and _BASE64.fullmatch(text) is not None


def recorded_text(
    text: str, at: Pointer, *, size: int | None, headers: Mapping[str, str], logged: bool = False
) -> BodyText | BodyBytes | Unseen:
    """The body that a recorder wrote as a string.

    `size` is how many bytes it says that were sent. What a server `logged` may be cut off without a word, and may have
    a character for each byte.
    """
    if _BEGINS_PACKED.match(text):
        return _packed_as_text(text, at)
    if CUT_MARK.search(text):
        return Unseen(CUT_OFF)
    if _PLACEHOLDER.fullmatch(text):
        return Unseen(MASKED)
    if logged and (data := _each_a_byte(text, size)) is not None:
        return BodyBytes(data, at)
    if _is_plain(headers) and size is not None and size > 0:
        length = len(as_bytes(text))
        # Even if it is as long in characters: each byte that is not UTF-8 became one.
        if _REPLACED in text and size != length:
            return Unseen(GARBLED)
        if size > length:
            return Unseen(CUT_OFF if _ends_too_soon(text) else GARBLED)
    return BodyText(text, at, ends_unseen=logged and (size is None or size <= 0))


def _each_a_byte(text: str, size: int | None) -> bytes | None:
    """The bytes of a text in which each character stands for one; None if it is not so for certain."""
    if text.isascii():
        return None
    try:
        data = text.encode("latin-1")
        if size != len(text):
            data.decode()  # a text that happens to be UTF-8 once more was decoded in the wrong way
    except UnicodeError:
        return None
    return data if size in (None, len(text)) else None


def recorded_bytes(data: bytes, at: Pointer, *, size: int | None, headers: Mapping[str, str]) -> BodyBytes | Unseen:
    """The body that a recorder wrote in a way that keeps every byte, unless `size` says that more were sent."""
    if _is_plain(headers) and size is not None and size > len(data) and not data.startswith(GZIP):
        return Unseen(CUT_OFF)
    return BodyBytes(data, at)


def _is_plain(headers: Mapping[str, str]) -> bool:
    """Whether the body has no Content-Encoding, so that its size is that of its text."""
    return headers.get("content-encoding", "").strip().lower() in ("", "identity")


def _packed_as_text(text: str, at: Pointer) -> BodyBytes | Unseen:
    """A packed body of which a recorder made text, perhaps in a way that cannot be undone."""
    for encode in (as_bytes, lambda one: one.encode("latin-1")):
        try:
            data = encode(text)
        except UnicodeEncodeError:
            continue
        plain = unpacked_body(data, "gzip")
        if plain is not data:
            return BodyBytes(data, at)
    return Unseen(
        "the recorder kept the compressed body as text, which garbles it: record it as Base64 or with mitmproxy"
    )


def _ends_too_soon(text: str) -> bool:
    error = parse(text).error
    return error is not None and is_cut_off(text, error)
