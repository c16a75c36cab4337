"""Unpacks gzip, bzip2, zstd and zlib as streams, within limits, and says where one breaks off."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import zipfile
import zlib
from collections.abc import Callable
from typing import Any, Protocol

MAX_RATIO = 1000
"""Bytes that may come out for each that goes in; events pack to a tenth of their size, seldom to a hundredth."""
FREE_BYTES = 100_000_000
"""Bytes that may come out however few go in: too few to do harm."""

DAMAGE: tuple[type[Exception], ...] = (OSError, zlib.error, zipfile.BadZipFile)
"""What is raised where packed data is damaged."""
try:
    from lzma import LZMAError
except ImportError:  # Python can be built without it; then zip archives cannot use it either
    pass
else:
    DAMAGE = (*DAMAGE, LZMAError)

_STEP = 65_536
"""Bytes that are read, and come out, at once at most, so that a limit is noticed soon."""


class _Plain(Protocol):
    def read1(self, size: int, /) -> bytes: ...


class Unpacking(io.RawIOBase):
    """What comes out of a packed stream. Where that breaks the stream ends, and `broken` says why.

    `stream` gives what comes out, `size` how many packed bytes that took. Reading raises OSError where the device
    fails, or far too much comes out.
    """

    def __init__(self, stream: _Plain, name: str, size: Callable[[], int]) -> None:
        self.broken = ""
        self.lines = 0
        """Ends of lines that came out."""
        self._name = name
        self._stream = stream
        self._packed_size = size
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, target: memoryview) -> int:  # type: ignore[override]  # its reader gives no other buffer
        data = b"" if self.broken else self._next(min(len(target), _STEP))
        target[: len(data)] = data
        return len(data)

    def _next(self, size: int) -> bytes:
        try:
            data = self._stream.read1(size)  # what came out before it breaks is not lost
        except EOFError:
            self.broken = f"the {self._name} data breaks off"
            return b""
        except Exception as error:  # of libraries that are imported only where they are needed, no name is known here
            if isinstance(error, OSError) and error.errno is not None:
                raise  # the device is to blame
            if not isinstance(error, DAMAGE) and type(error).__name__ != "ZstdError":
                raise
            self.broken = f"the {self._name} data is damaged: {error}"
            return b""
        self._size += len(data)
        if self._size > max(FREE_BYTES, MAX_RATIO * self._packed_size()):
            raise OSError(errno.EFBIG, f"the {self._name} data unpacks to more than {MAX_RATIO:,} times its size")
        self.lines += data.count(b"\n")
        return data


def _zstd(packed: io.RawIOBase) -> _Plain:
    try:
        from compression.zstd import ZstdFile  # type: ignore[import-not-found, unused-ignore]  # from Python 3.14 on
    except ImportError:
        try:
            from backports.zstd import ZstdFile  # type: ignore[import-not-found, no-redef, unused-ignore]
        except ImportError:
            raise OSError("zstd data, which needs Python 3.14 or: pip install 'insights-lint[zstd]'") from None
    file: _Plain = ZstdFile(packed)
    return file


class _Zlib:
    """A reader of bare zlib data, as mitmproxy writes its .zhar."""

    def __init__(self, packed: io.RawIOBase) -> None:
        self._packed = packed
        self._unpacking = zlib.decompressobj()
        self._pending = b""

    def read1(self, size: int, /) -> bytes:
        while True:
            pending = self._pending or self._packed.read(_STEP) or b""
            if not pending and self._unpacking.eof:
                return b""
            if not pending:
                raise EOFError
            if self._unpacking.eof:
                self._unpacking = zlib.decompressobj()
            data = self._unpacking.decompress(pending, size)
            self._pending = self._unpacking.unconsumed_tail or self._unpacking.unused_data
            if data:
                return data


UNPACK: dict[str, Callable[[Any], _Plain]] = {
    "gzip": lambda packed: gzip.GzipFile(fileobj=packed),
    "bzip2": bz2.BZ2File,
    "zstd": _zstd,
    "zlib": _Zlib,
}
"""Packing → what makes of a packed stream a plain one. Raises OSError if its library is not installed."""
