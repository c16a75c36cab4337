"""Unpacks gzip and bzip2 as streams, within limits, and says where one breaks off."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import zlib

MAX_RATIO = 1000
"""Bytes that may come out for each that goes in; events pack to a tenth of their size, seldom to a hundredth."""
FREE_BYTES = 100_000_000
"""Bytes that may come out however few go in: too few to do harm."""

_PACKINGS = {b"\x1f\x8b": "gzip", b"BZh": "bzip2"}
_STEP = 65_536
"""Bytes that are read, and come out, at once at most, so that a limit is noticed soon."""


class Unpacking(io.RawIOBase):
    """What comes out of a packed stream. Where that breaks the stream ends, and `broken` says why.

    Reading raises OSError where the device fails, or far too much comes out.
    """

    def __init__(self, packed: _Rejoined, name: str) -> None:
        self.broken = ""
        self.lines = 0
        """Ends of lines that came out."""
        self._name = name
        self._packed = packed
        self._stream = gzip.GzipFile(fileobj=packed) if name == "gzip" else bz2.BZ2File(packed)
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
        except (OSError, zlib.error) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise  # the device is to blame
            self.broken = f"the {self._name} data is damaged: {error}"
            return b""
        self._size += len(data)
        if self._size > max(FREE_BYTES, MAX_RATIO * self._packed.size):
            raise OSError(errno.EFBIG, f"the {self._name} data unpacks to more than {MAX_RATIO:,} times its size")
        self.lines += data.count(b"\n")
        return data


class _Rejoined(io.RawIOBase):
    """A stream of which the beginning was read already, and of which it is counted how much was read."""

    def __init__(self, beginning: bytes, rest: io.BufferedIOBase) -> None:
        self.size = 0
        self._beginning = beginning
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, target: memoryview) -> int:  # type: ignore[override]  # its reader gives no other buffer
        # read1, because whoever pipes lines to us wants each judged when it comes.
        data = self._beginning[: len(target)] or self._rest.read1(len(target))
        self._beginning = self._beginning[len(data) :]
        self.size += len(data)
        target[: len(data)] = data
        return len(data)


def unpacked(stream: io.BufferedIOBase) -> tuple[io.BufferedReader, Unpacking | None]:
    """The stream as it is to be read, and how it is unpacked, if its first bytes say that it is packed."""
    beginning = stream.read(max(map(len, _PACKINGS)))
    whole = _Rejoined(beginning, stream)
    for magic, name in _PACKINGS.items():
        if beginning.startswith(magic):
            unpacking = Unpacking(whole, name)
            return io.BufferedReader(unpacking, _STEP), unpacking
    return io.BufferedReader(whole, _STEP), None
