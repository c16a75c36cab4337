"""Streams that were begun to be read, and streams whose text is wanted in another encoding."""

from __future__ import annotations

import codecs
import io

_STEP = 65_536


class Rejoined(io.RawIOBase):
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


def rejoined(beginning: bytes, rest: io.BufferedIOBase, step: int) -> io.BufferedIOBase:
    """The stream from its beginning again, which was read already; at most `step` bytes are read at once."""
    if type(rest) is io.BytesIO:
        rest.seek(-len(beginning), io.SEEK_CUR)
        return rest
    return io.BufferedReader(Rejoined(beginning, rest), step)


class Recoded(io.RawIOBase):
    """A stream of UTF-16 as UTF-8, for readers that look for the ends of lines."""

    def __init__(self, stream: io.BufferedIOBase) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-16")("replace")
        self._text = b""

    def readable(self) -> bool:
        return True

    def readinto(self, target: memoryview) -> int:  # type: ignore[override]  # its reader gives no other buffer
        while not self._text:
            data = self._stream.read1(_STEP)
            self._text = self._decoder.decode(data, final=not data).encode("utf-8", "surrogatepass")
            if not data:
                break
        data, self._text = self._text[: len(target)], self._text[len(target) :]
        target[: len(data)] = data
        return len(data)
