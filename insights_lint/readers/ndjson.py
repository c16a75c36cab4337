"""Reads NDJSON (JSON Lines): a JSON text a line, which is a payload or a record that tells of requests."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator

from insights_lint.json_text.breaks import is_cut_off
from insights_lint.model import Form
from insights_lint.payload import PassedOver, Payload, Unjudged
from insights_lint.readers.endpoints import mentions_api
from insights_lint.readers.line_texts import LineText, line_text
from insights_lint.readers.moments import moment
from insights_lint.readers.payloads import Found, Payloads
from insights_lint.readers.recorded import Recorded
from insights_lint.readers.shapes import mentions_events, shape_of
from insights_lint.readers.source import Input, Passes, Record, nothing_passes

_BODY = b'{"events"'
_MAY_MENTION = re.compile(rb"\\u00[0-7]|1\\/events|algolia")
"""Escapes of ASCII, behind which anything may stand, or what is escaped of a URL."""
_MAX_JOINED = 200_000
"""Bytes of a record that goes on over several lines, because a body with line breaks was written into it."""
_MAX_RECORD = 10_000_000
"""Bytes of a line that may be a record in spite of being no JSON; the API takes bodies of 2,000,000."""


def read(source: Input) -> Iterator[Found]:
    """The payloads of NDJSON: a line that is no JSON is a violation."""
    return Lines(source, strict=True).read()


class Lines:
    """The lines of one source. `strict` tells that each of them should be JSON; `first` is the number of the first."""

    def __init__(self, source: Input, *, strict: bool, first: int = 1) -> None:
        self.source = source
        self.strict = strict
        self.payloads = Payloads(source.name, source.wanted, sent=True, streamed=True)
        self.recorded = Recorded(source, self.payloads)
        self.payloads.records = self.recorded.read
        self.others: Counter[str] = Counter()
        self.plain_lines = 0
        self._again: deque[tuple[int, bytes]] = deque()
        self._numbered: Iterator[tuple[int, bytes]] = enumerate(source.lines(), first)

    def read(self) -> Iterator[Found]:
        """What each line holds, and at the end what the other lines were."""
        yield from self.each()
        for reason, count in self.others.most_common(3):
            yield Unjudged(self.source.name, f"{count:,} line{'s' if count > 1 else ''}: {reason}")
        if self.plain_lines:
            lines_word = "line" if self.plain_lines == 1 else "lines"
            yield Unjudged(self.source.name, f"{self.plain_lines:,} {lines_word} without JSON")
        yield from self.recorded.rest("record")
        yield from self.payloads.unmatched()

    def each(self) -> Iterator[Found]:
        """What each line holds; what is none of ours is counted."""
        passes = self._passes()
        for number, line in self._lines():
            if passes is not None and (line.startswith(_BODY) or not _may_tell_of_request(line)) and passes(line):
                continue
            if not line.strip():
                continue
            for found in self.payloads.of(line.rstrip(b"\r\n"), number):
                if isinstance(found, Unjudged):
                    self.others[found.reason] += 1
                elif isinstance(found, Payload) and _is_whole_line(found) and len(line) <= _MAX_RECORD:
                    yield from self._recovered(found, number, line)
                else:
                    yield found

    def _passes(self) -> Passes | None:
        """What lets lines pass that are payloads, if lines with events are taken for those on the wire."""
        wanted = self.source.wanted
        plain = not wanted.at and not wanted.fields and wanted.form in (None, Form.WIRE)
        return self.source.passes if plain and self.source.passes is not nothing_passes else None

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        while True:
            while self._again:
                yield self._again.popleft()
            for following in self._numbered:
                yield following
                if self._again:
                    break
            else:
                return

    def _recovered(self, broken: Payload, number: int, line: bytes) -> Iterator[Found]:
        """What a line tells that is no JSON as it stands, or the violation that it is."""
        text = _text(line)
        told = line_text(text)
        recorded = None if told is not None and told.garbled else self._record(told, number)
        goes_on = told.goes_on if told is not None else text.startswith("{") and _is_cut_off(broken)
        if goes_on and mentions_api(text):
            recorded = self._joined(number, line) or recorded
        if recorded is not None:
            yield from recorded
        elif mentions_api(text) and (garbled := self._garbled(broken, text, told, number)) is not None:
            yield garbled
        elif self.strict or (
            (told is None or told.garbled) and (text.startswith(("{", '["')) or mentions_events([text]))
        ):
            yield broken
        elif told is not None:
            self.recorded.records.captures.others += 1
        else:
            self.plain_lines += 1

    def _garbled(self, broken: Payload, text: str, told: LineText | None, number: int) -> Payload | PassedOver | None:
        time = moment(told.value.get("time")) if told is not None and told.garbled else None
        record = Record(None, "", number, 1, exact=False)
        return self.recorded.records.captures.garbled(text, record, time, cut_off=_is_cut_off(broken))

    def _joined(self, number: int, line: bytes) -> Iterator[Found] | None:
        """What a record tells that goes on over the following lines; those come again if there is none."""
        joined, size = [line], len(line)
        for _, following in self._lines():
            joined.append(following)
            size += len(following)
            is_record = following.startswith(b'{"') and following.rstrip().endswith(b"}")
            if is_record or mentions_api(_text(following)) or size > _MAX_JOINED:
                break
            told = line_text(_text(b"".join(joined))) if following.rstrip().endswith((b"}", b'"')) else None
            if told is not None and not told.goes_on and (found := self._record(told, number)):
                return found
        self._again.extendleft(reversed(list(enumerate(joined[1:], number + 1))))
        return None

    def _record(self, told: LineText | None, number: int) -> Iterator[Found] | None:
        if told is None:
            return None
        column = 1 if told.exact else told.column
        found = self.recorded.read(Record(told.value, told.text, number, column, exact=told.exact))
        if found is None and told.exact and shape_of(told.value) is not None:
            return self.payloads.of(told.text, number)
        return found


def _may_tell_of_request(line: bytes) -> bool:
    """Whether a line may speak of the API, as a record does in which an event's members stand beside a URL."""
    if b"\\" in line and _MAY_MENTION.search(line):
        return True
    return b"/1/events" in line or b"algolia.io" in line


def _text(line: bytes) -> str:
    return line.rstrip(b"\r\n").decode("utf-8", "surrogateescape")


def _is_whole_line(found: Payload) -> bool:
    return found.error is not None and found.captured is None and found.embedding is None


def _is_cut_off(found: Payload) -> bool:
    return found.error is not None and is_cut_off(found.text, found.error)
