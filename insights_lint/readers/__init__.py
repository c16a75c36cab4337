"""Reads sources into payloads: the table of formats, and what is packed unpacked."""

from __future__ import annotations

import io
from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING

from insights_lint.errors import SourceError
from insights_lint.payload import Payload, Unjudged
from insights_lint.readers.packing import is_packed, unpacked
from insights_lint.readers.payloads import Found, Payloads
from insights_lint.readers.sharing import Share
from insights_lint.readers.sniffing import head_of, is_utf_16, is_zip, sniff
from insights_lint.readers.source import Attached, Input, Passes, nothing_attached, nothing_passes
from insights_lint.readers.streams import Recoded, rejoined
from insights_lint.readers.unread import unread_bytes
from insights_lint.readers.wanted import Wanted

if TYPE_CHECKING:
    from insights_lint.readers.archives import Archive
    from insights_lint.readers.unpacking import Unpacking

FORMATS: dict[str, str] = {
    "json": "insights_lint.readers.json_document",
    "ndjson": "insights_lint.readers.ndjson",
    "concatenated": "insights_lint.readers.concatenated",
    "log": "insights_lint.readers.log",
    "har": "insights_lint.readers.har",
    "mitmproxy": "insights_lint.readers.flows",
}
"""Format name → the module whose function `read` gives what a source of that format holds."""

SHARED_FORMATS = {"ndjson": "insights_lint.readers.parts"}
"""And where others judge parts of it."""

_LINE_FORMATS = ("ndjson", "log")
_BUFFER = 65_536
_MAX_DEPTH = 3
"""Archives in archives."""


def read(
    stream: io.BufferedIOBase,
    source: str,
    wanted: Wanted,
    input_format: str | None,
    attached: Attached = nothing_attached,
    passes: Passes = nothing_passes,
    share: Share | None = None,
) -> Iterator[Found]:
    """The payloads of one source. Its content decides how it is read, unless `input_format` names a format.

    `attached` gives what a recorder wrote into files beside it, and `share` has parts of a stream judged by others.
    Lines with payloads that pass are left out. Raises SourceError if the source cannot be read, or if one payload is
    too large.
    """
    try:
        whole = Input(stream, source, wanted, attached=attached, passes=passes, share=share)
        yield from _read(whole, input_format, 0)
    except OSError as error:
        raise SourceError(source, error.strerror or str(error)) from None


def _read(packed: Input, input_format: str | None, depth: int) -> Iterator[Found]:
    plain, unpacking = unpacked(packed.stream)
    source = packed if plain is packed.stream else packed._replace(stream=plain)
    found = _read_plain(source, packed, input_format, depth, unpacking)
    yield from found if unpacking is None else _until_broken(found, source, unpacking)


def _until_broken(found: Iterator[Found], source: Input, unpacking: Unpacking) -> Iterator[Found]:
    for one in found:
        # A text that ends too soon because the packed data does is no fault of its own.
        if not (unpacking.broken and isinstance(one, Payload) and one.error is not None):
            yield one
    if unpacking.broken:
        yield from Payloads(source.name, source.wanted).broken(unpacking.broken, unpacking.lines + 1)


def _read_plain(
    source: Input, packed: Input, input_format: str | None, depth: int, unpacking: Unpacking | None
) -> Iterator[Found]:
    head = head_of(source)
    if input_format is None and is_zip(head) and depth < _MAX_DEPTH:
        from insights_lint.readers.archives import opened  # few sources are archives

        whole = packed.stream
        if unpacking is None and whole.seekable():
            whole.seek(0)
        else:
            whole = rejoined(head, source.stream, _BUFFER)
        with opened(whole, source.name) as archive:
            yield from _read_archive(archive, source, depth)
        return
    if is_packed(head) and depth < _MAX_DEPTH:  # once more
        again = source._replace(stream=rejoined(head, source.stream, _BUFFER))
        yield from _read(again, input_format, depth + 1)
        return
    if input_format is None and (unread := unread_bytes(head)):
        yield Unjudged(source.name, unread)
        return
    name = input_format or _sniffed(head, source.name)
    if source.wanted.at and name == "har":
        name = "json"  # its user knows where the payloads stand
    stream = rejoined(head, source.stream, _BUFFER)
    if is_utf_16(head) and name in _LINE_FORMATS:  # whose lines end with other bytes
        stream = io.BufferedReader(Recoded(stream), _BUFFER)
    module = FORMATS[name] if source.share is None else SHARED_FORMATS.get(name, FORMATS[name])
    yield from import_module(module).read(source._replace(stream=stream, head=head))


def is_shared(stream: io.BufferedIOBase, source: str, input_format: str | None) -> bool:
    """Whether a source has parts that others can judge. Raises SourceError if it cannot be read."""
    try:
        plain, _ = unpacked(stream)
        return (input_format or _sniffed(head_of(Input(plain, source, Wanted())), source)) in SHARED_FORMATS
    except OSError as error:
        raise SourceError(source, error.strerror or str(error)) from None


def _sniffed(head: bytes, source: str) -> str:
    text = head.decode("utf-16", "ignore").encode("utf-8", "ignore") if is_utf_16(head) else head
    return sniff(text, source)


def _read_archive(archive: Archive, packed: Input, depth: int) -> Iterator[Found]:
    """What its files hold; one that cannot be unpacked does not keep the others from being read."""
    empty = True
    for name in () if archive.kind else archive.names():
        empty = False
        path = f"{archive.source}/{name}"
        try:
            stream, unpacking = archive.open(name)
        except SourceError as error:
            yield from Payloads(path, packed.wanted).broken(error.reason, 1)
            continue
        member = packed._replace(stream=stream, name=path, attached=archive.attached)
        yield from _until_broken(_read(member, None, depth + 1), member, unpacking)
    if empty:
        yield Unjudged(archive.source, archive.kind or "a zip archive without captures and JSON files")
