"""Reads a stream of lines in parts, each of which another process can judge by itself.

A part is some whole lines of a stream and the number of the first. It stands by itself if each of its lines does:
payloads do, and so does what is no JSON and tells of no request. Records of requests do not, because they are
numbered, may go on over several lines and tell of earlier ones: from the first part that holds one, the stream is read
in order, as if there were no parts.
"""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Iterator
from itertools import chain

from insights_lint.errors import SourceError
from insights_lint.payload import PassedOver, Payload
from insights_lint.readers.line_texts import LineText
from insights_lint.readers.ndjson import Lines
from insights_lint.readers.payloads import Found
from insights_lint.readers.recorded import Recorded
from insights_lint.readers.sharing import Part
from insights_lint.readers.source import MAX_LINE, Input, Passes, Record, nothing_passes
from insights_lint.readers.wanted import Wanted

_PIECE = 65_536
"""Bytes that are read at once, if there are so many."""


def read(source: Input) -> Iterator[Found]:
    """What the lines of a source hold that is shared out."""
    return SharedLines(source).read()


class NotByItselfError(Exception):
    """What a line of a part holds depends on the lines before or after it."""


class PartLines(Lines):
    """The lines of a part; reading raises NotByItselfError where they are not enough."""

    def __init__(self, part: Part, wanted: Wanted, passes: Passes = nothing_passes) -> None:
        source = Input(io.BytesIO(part.data), part.source, wanted, passes=passes)
        super().__init__(source, strict=True, first=part.line)
        self.recorded = _NoRecords(self.source, self.payloads)
        self.payloads.records = self.recorded.read

    def read(self) -> Iterator[Found]:
        """What each line holds; what the other lines are is not told, but counted in `others`."""
        for found in self.each():
            if isinstance(found, Payload) and found.request is not None:  # entries of the API's log are numbered
                raise NotByItselfError
            yield found

    def _garbled(self, broken: Payload, text: str, told: LineText | None, number: int) -> Payload | PassedOver | None:
        if super()._garbled(broken, text, told, number) is not None:
            raise NotByItselfError
        return None

    def _joined(self, number: int, line: bytes) -> Iterator[Found] | None:  # noqa: ARG002  # they may go on in the next part
        raise NotByItselfError


class _NoRecords(Recorded):
    def read(self, record: Record) -> None:
        if super().read(record) is not None:
            raise NotByItselfError


class SharedLines(Lines):
    """The lines of a stream that is shared out: the first of them are read here, then others read its parts."""

    def __init__(self, source: Input) -> None:
        super().__init__(source, strict=True)
        if source.share is None:
            raise AssertionError("there is nobody to share the lines with")
        self._share = source.share
        self._parts: deque[Part] = deque()
        """Those that were handed out, and of which nothing was heard."""
        self._rest: list[bytes] = []
        """What was read behind the last part."""
        self._failure: SourceError | None = None
        self._line = 0
        """The number of the first line that is in no part yet; 0 until there are parts."""
        self._joins = False
        """Whether a record may go on over several lines."""

    def read(self) -> Iterator[Found]:
        """What each line holds, or what others found in many of them; and at the end what the other lines were."""
        numbered = self._numbered
        self._numbered = self._first(numbered)
        requests = False
        for found in self.each():
            requests = requests or (isinstance(found, Payload) and found.request is not None)
            yield found
        self._numbered = numbered
        if self._line and not requests:  # where there is one, there are more
            yield from self._apart()
        yield from super().read()

    def _first(self, numbered: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
        size = 0
        for number, line in numbered:
            yield number, line
            size += len(line)
            if size >= self._share.first_bytes and not self._joins:
                self._line = number + 1
                return

    def _joined(self, number: int, line: bytes) -> Iterator[Found] | None:
        self._joins = True  # it may want any number of the following lines
        return super()._joined(number, line)

    def _apart(self) -> Iterator[Found]:
        """What others found in the parts; the lines that are left are those of the first part that they gave back."""
        answers = self._share(self._cut())
        for answer in answers:
            if answer is None:
                break
            self._parts.popleft()
            self.others.update(answer.others)
            self.payloads.missed -= answer.matched
            yield answer
        answers.close()
        if self._parts:
            self._line = self._parts[0].line
        given_back = chain.from_iterable(io.BytesIO(part.data) for part in self._parts)
        self._numbered = enumerate(chain(given_back, self._behind()), self._line)

    def _cut(self) -> Iterator[Part | None]:
        """The parts of the stream, and None whenever nothing more comes for the moment.

        A last line without an end is in none of them: what is packed may break off in it.
        """
        source = self.source
        while True:
            pieces: list[bytes] = []
            size = 0
            over = waits = False
            while size < self._share.part_bytes and not over:
                waits = self._share.waits()
                if waits and pieces:
                    break
                if waits:
                    yield None
                piece, over = self._piece()
                pieces.append(piece)
                size += len(piece)
            data = b"".join(pieces)
            if data:
                part = Part(source.name, self._line, data)
                self._line += data.count(b"\n")
                self._parts.append(part)
                yield part
            if over:
                return

    def _piece(self) -> tuple[bytes, bool]:
        """The next whole lines, a few of them, and whether they are the last; then the rest is kept for later."""
        stream = self.source.stream
        begun = b""
        try:
            begun = stream.read1(min(_PIECE, self._share.part_bytes))
            whole = begun.rfind(b"\n") + 1
            if begun and whole < len(begun):
                begun += stream.readline(MAX_LINE + 1)
                if len(begun) - whole > MAX_LINE:
                    raise SourceError(self.source.name, "one line is larger than 1 GB")
                whole = len(begun) if begun.endswith(b"\n") else whole
        except (OSError, SourceError) as error:
            told = error.strerror or str(error) if isinstance(error, OSError) else error.reason
            self._failure = SourceError(self.source.name, told)
            return begun[: begun.rfind(b"\n") + 1], True
        if whole < len(begun) or not begun:
            self._rest = [begun[whole:]] if begun else []
            return begun[:whole], True
        return begun, False

    def _behind(self) -> Iterator[bytes]:
        """The lines behind the last part; what keeps others from being read counts only when all else was told."""
        yield from self._rest
        if self._failure is not None:
            raise self._failure
        yield from self.source.lines()
