"""Opens zip archives: traces and archives of Playwright with what lies beside them, and files that somebody packed."""

from __future__ import annotations

import io
import re
import struct
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple, cast

from insights_lint.errors import SourceError
from insights_lint.readers.unpacking import DAMAGE, Unpacking
from insights_lint.sources import is_read_in_folders

_MAX_ATTACHED = 100_000_000
"""Bytes of one body in a file of its own; the API takes 2,000,000."""
_MAX_SPOOLED = 2_000_000_000
"""Bytes of an archive that comes through a pipe: it has to be put aside, for its list of contents is at its end."""
_STEP = 65_536
_OTHER_SUFFIXES = (".log", ".log.gz", ".zip")
_IN_RESOURCES = re.compile(r"(?:^|/)(?:resources/.*|[0-9a-f]{40}(?:\.[A-Za-z0-9]{1,8})?)$")
"""Where Playwright puts bodies, and what it calls them, by their SHA-1."""
_UNREADABLE: tuple[type[Exception], ...] = (
    *DAMAGE,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    struct.error,
)
"""What is raised by archives that are damaged, encrypted, or packed in a rare way."""
_ENCRYPTED = 1
"""Bit of a file's flags."""


class Member(NamedTuple):
    """A file in an archive, and how it is unpacked."""

    stream: io.BufferedReader
    unpacking: Unpacking


class Archive:
    """A zip archive. Raises SourceError if it cannot be opened."""

    def __init__(self, stream: io.BufferedIOBase, source: str) -> None:
        self.source = source
        try:
            self._zip = zipfile.ZipFile(cast("io.BufferedReader", stream))
        except _UNREADABLE as error:
            raise SourceError(source, f"not a zip archive that can be read: {_sentence(error)}") from None
        self._infos = {info.filename: info for info in self._zip.infolist() if not info.filename.endswith("/")}
        self._attached: set[str] = set()

    @property
    def kind(self) -> str:
        """What it is, if it is none that is read."""
        if any(name.startswith("raw/") and name.endswith("_c.txt") for name in self._infos):
            return "a Fiddler archive (.saz), which is not read: save it as HTTPArchive (HAR) instead"
        return ""

    def names(self) -> Iterator[str]:
        """The captures in it, and then all else that would be read in a folder, but for bodies that those put aside.

        Each name is to be read before the next is asked for, because only then is it known what is a body.
        """
        captures = [name for name in self._infos if name.lower().endswith((".har", ".network"))]
        yield from captures
        for name in self._infos:
            is_body = captures and (name in self._attached or _IN_RESOURCES.search(name) is not None)
            if name not in captures and _is_read(name) and not is_body:
                yield name

    def attached(self, name: str) -> bytes | None:
        """What is in a file that an archive or a trace names; None if it is not there, or too large for a body."""
        for path in (name, f"resources/{name}"):
            self._attached.add(path)
            info = self._infos.get(path)
            if info is not None and info.file_size <= _MAX_ATTACHED:
                try:
                    return self._zip.read(info)
                except _UNREADABLE:
                    return None
        return None

    def open(self, name: str) -> Member:
        """A file in it. Raises SourceError if it cannot be unpacked."""
        info = self._infos[name]
        if info.flag_bits & _ENCRYPTED:
            raise SourceError(f"{self.source}/{name}", "encrypted: unpack the archive first")
        try:
            stream = self._zip.open(info)
        except _UNREADABLE as error:
            raise SourceError(f"{self.source}/{name}", str(error)) from None
        packed = max(info.compress_size, 1)
        unpacking = Unpacking(cast("io.BufferedReader", stream), "zip", lambda: packed)
        return Member(io.BufferedReader(unpacking, _STEP), unpacking)


def _sentence(error: Exception) -> str:
    """What is wrong, also where the library takes what breaks off for another kind of file."""
    text = str(error)
    return "it breaks off, or its list of contents is damaged" if "not a zip file" in text else text


def _is_read(name: str) -> bool:
    return is_read_in_folders(name) or name.lower().endswith(_OTHER_SUFFIXES)


@contextmanager
def opened(stream: io.BufferedIOBase, source: str) -> Iterator[Archive]:
    """The archive, as long as it is read. What comes through a pipe is put aside."""
    if stream.seekable():
        yield Archive(stream, source)
        return
    with tempfile.TemporaryFile() as spooled:
        size = 0
        while data := stream.read(_STEP):
            size += len(data)
            if size > _MAX_SPOOLED:
                raise SourceError(source, "a zip archive of more than 2 GB cannot be read from a pipe: name the file")
            spooled.write(data)
        yield Archive(cast("io.BufferedIOBase", spooled), source)
