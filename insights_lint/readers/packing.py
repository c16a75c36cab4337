"""Tells by how a source begins whether it is packed, and how."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from insights_lint.readers.streams import Rejoined, rejoined

if TYPE_CHECKING:
    from insights_lint.readers.unpacking import Unpacking

_PACKINGS = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"x\x01": "zlib",
    b"x\x9c": "zlib",
    b"x\xda": "zlib",
}
_MAGIC = tuple(_PACKINGS)
_LONGEST = max(map(len, _MAGIC))
_STEP = 65_536
"""Bytes that are read at once at most."""


def is_packed(head: bytes) -> bool:
    """Whether a source that begins so is packed."""
    return head.startswith(_MAGIC)


def unpacked(stream: io.BufferedIOBase) -> tuple[io.BufferedIOBase, Unpacking | None]:
    """The stream as it is to be read, and how it is unpacked, if its first bytes say that it is packed.

    Raises OSError if the device fails, or if it takes a library that is not installed.
    """
    beginning = stream.read(_LONGEST)
    if not is_packed(beginning):
        return rejoined(beginning, stream, _STEP), None
    from insights_lint.readers.unpacking import UNPACK, Unpacking  # imports libraries that few sources need

    whole = Rejoined(beginning, stream)
    name = next(name for magic, name in _PACKINGS.items() if beginning.startswith(magic))
    unpacking = Unpacking(UNPACK[name](whole), name, lambda: whole.size)
    return io.BufferedReader(unpacking, _STEP), unpacking
