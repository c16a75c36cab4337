"""A stream that is read in parts gives what it gives in one piece; a part says when it does not stand by itself."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path as File
from typing import Any

import pytest

from insights_lint.errors import SourceError
from insights_lint.payload import Payload
from insights_lint.readers import read
from insights_lint.readers.parts import NotByItselfError, PartLines
from insights_lint.readers.payloads import Found
from insights_lint.readers.sharing import JudgedPart, Part
from insights_lint.readers.wanted import Path, Wanted
from insights_lint.report import Report
from tests.readers.test_ndjson import BODY, EVENT

LOGS = File(__file__).parent / "captures" / "logs"
ENTRY = f'{{"event": {EVENT}, "status": 422, "errors": ["no"]}}'
RECORD = json.dumps({"url": "https://insights.algolia.io/1/events", "method": "POST", "body": BODY})
ANY = Wanted()
OTHER = '{"name": "shop", "n": 1}'


class Reading:
    """Reads the parts of a stream in this process, as another one would."""

    def __init__(
        self, wanted: Wanted, *, first_bytes: int = 0, part_bytes: int = 1, waiting: frozenset[int] = frozenset()
    ) -> None:
        self.first_bytes = first_bytes
        self.part_bytes = part_bytes
        self.parts: list[Part] = []
        self.found: list[Found] = []
        """What was found in the parts, and then in the rest."""
        self.gave_back = 0
        self._wanted = wanted
        self._waiting = waiting
        self._asked = 0
        self.breaks = 0

    def __call__(self, parts: Iterator[Part | None]) -> Generator[JudgedPart | None]:
        ahead: list[Part] = []
        for part in parts:
            if part is None:
                self.breaks += 1
            else:
                self.parts.append(part)
                ahead.append(part)
            if part is None or len(ahead) > 3:  # others are handed out before the first is answered
                yield from map(self._read, ahead)
                ahead.clear()
        yield from map(self._read, ahead)

    def _read(self, part: Part) -> JudgedPart | None:
        lines = PartLines(part, self._wanted)
        try:
            found = list(lines.read())
        except NotByItselfError:
            self.gave_back += 1
            return None
        self.found += found
        matched = {path.text for path in self._wanted.at} - lines.payloads.missed
        return JudgedPart(Report(), lines.others, frozenset(matched))

    def waits(self) -> bool:
        self._asked += 1
        return self._asked in self._waiting


def in_parts(
    stream: io.BufferedIOBase | bytes,
    wanted: Wanted = ANY,
    **settings: Any,
) -> tuple[list[Found], Reading]:
    reading = Reading(wanted, **settings)
    stream = io.BytesIO(stream) if isinstance(stream, bytes) else stream
    found = reading.found
    for one in read(stream, "a.ndjson", wanted, "ndjson", share=reading):
        if not isinstance(one, JudgedPart):
            found.append(one)
    return found, reading


def whole(data: bytes, wanted: Wanted = ANY) -> list[Found]:
    return list(read(io.BytesIO(data), "a.ndjson", wanted, "ndjson"))


BY_THEMSELVES = {
    "body": BODY,
    "event": EVENT,
    "list": f"[{EVENT}, {EVENT}]",
    "call": f'["viewedObjectIDs", {EVENT}]',
    "other": OTHER,
    "number": "7",
    "cut off": BODY[:-9],
    "not json": "{'userToken': 3}",
    "words": "no JSON at all",
    "duplicate": BODY.replace('"index"', '"index": "q", "index"'),
    "null": "null",
    "another request": RECORD.replace("insights.algolia.io/1/events", "shop.example/cart"),
    "foreign search": '{"query": "shoe", "indexName": "p", "userToken": "t"}',
}
IN_ORDER = {
    "record": RECORD,
    "entry": ENTRY,
    "entries": f"[{ENTRY}, {ENTRY}]",
    "behind a prefix": f"2026-01-01T00:00:00Z {RECORD}",
    "garbled": '{"url": "https://insights.algolia.io/1/events", "body": ',
    "preflight": RECORD.replace("POST", "OPTIONS"),
}


@pytest.mark.parametrize("line", BY_THEMSELVES.values(), ids=BY_THEMSELVES)
def test_what_stands_by_itself(line: str) -> None:
    data = f"{EVENT}\n{line}\n{BODY}\n{line}\n{line}".encode()
    found, reading = in_parts(data)
    assert found == whole(data)
    assert reading.gave_back == 0
    assert [part.line for part in reading.parts] == [2, 3, 4]  # the last line does not end


@pytest.mark.parametrize("line", IN_ORDER.values(), ids=IN_ORDER)
@pytest.mark.parametrize("before", range(7))
def test_what_is_read_in_order(line: str, before: int) -> None:
    data = "\n".join([EVENT] * before + [line, OTHER, BODY, line, line, "{", EVENT, line]).encode()
    found, reading = in_parts(data)
    assert found == whole(data)
    assert reading.gave_back == 1 or (reading.gave_back, before) == (0, 0)


@pytest.mark.parametrize("log", sorted(LOGS.glob("*.log")), ids=lambda log: log.name)
def test_logs_are_read_in_order(log: File) -> None:
    data = f"{BODY}\n".encode() * 3 + log.read_bytes() + f"\n{OTHER}\n{BODY}\n".encode()
    for first_bytes in (0, len(data) // 2):
        found, _ = in_parts(data, first_bytes=first_bytes, part_bytes=300)
        assert found == whole(data)


def test_a_record_that_goes_on_over_the_first_bytes() -> None:
    """Its first line is read here, and the others would be in a part."""
    text = '10.0.0.1 POST /1/events 200 body={"events":[\n' + EVENT + "\n]}\n" + f"{EVENT}\n" * 3
    for first_bytes in range(0, len(text), 7):
        found, _ = in_parts(text.encode(), first_bytes=first_bytes)
        assert found == whole(text.encode())


@pytest.mark.parametrize("part_bytes", [1, 100, 250, 1000, 100_000])
@pytest.mark.parametrize("first_bytes", [0, 1, 300, 100_000])
@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n\n", "{", "\ufeff"])
def test_parts_of_any_size(part_bytes: int, first_bytes: int, end: str) -> None:
    lines = ["\ufeff" + EVENT, "", "  \t", EVENT + "\r", "{", BODY, OTHER, "x" * 500, f"[{EVENT}]", "\r", OTHER, EVENT]
    data = ("\n".join(lines) + end).encode()
    found, reading = in_parts(data, first_bytes=first_bytes, part_bytes=part_bytes)
    assert found == whole(data)
    assert reading.gave_back == 0
    joined = b"".join(part.data for part in reading.parts)
    assert joined in data
    for part in reading.parts:
        assert part.data.endswith(b"\n")
        start = data.index(joined) + sum(len(one.data) for one in reading.parts[: reading.parts.index(part)])
        assert part.line == data[:start].count(b"\n") + 1


def test_paths_that_lead_somewhere_in_some_part() -> None:
    wanted = Wanted(at=(Path.parse("/a"), Path.parse("/b"), Path.parse("/c")))
    for lines in (["a", "b"], ["a", "a", "a"], ["x", "x"], ["x", "c", "x"]):
        data = "".join(f'{{"{key}": {BODY}}}\n' for key in ["a", *lines]).encode()
        found, reading = in_parts(data, wanted)
        assert found == whole(data, wanted)
        assert len(reading.parts) == len(lines)


def test_what_other_lines_are_is_counted_over_all_parts() -> None:
    data = "".join(f"{line}\n" for line in [EVENT, OTHER, "[]", OTHER, '{"events": []}', "[]", "3", OTHER]).encode()
    found, reading = in_parts(data)
    assert found == whole(data)
    assert reading.gave_back == 0


class Failing(io.BytesIO):
    """A device that fails where its data ends."""

    def read1(self, size: int | None = -1, /) -> bytes:
        data = super().read1(size)
        if not data:
            raise OSError(5, "Input/output error")
        return data


@pytest.mark.parametrize("part_bytes", [1, 200, 100_000])
@pytest.mark.parametrize("end", ["", "\n", '\n{"eve'])
def test_what_was_read_before_a_device_fails_counts(part_bytes: int, end: str) -> None:
    data = (f"{EVENT}\n" * 20 + EVENT + end).encode()
    before: list[Found] = []
    with pytest.raises(SourceError, match=r"a\.ndjson: Input/output error"):
        before.extend(read(Failing(data), "a.ndjson", Wanted(), "ndjson"))
    reading = Reading(Wanted(), part_bytes=part_bytes)
    found = read(Failing(data), "a.ndjson", Wanted(), "ndjson", share=reading)
    with pytest.raises(SourceError, match=r"a\.ndjson: Input/output error"):
        reading.found.extend(one for one in found if not isinstance(one, JudgedPart))
    assert reading.found == before
    assert len(before) >= 20


def test_a_pipe_that_waits_has_its_lines_read_at_once() -> None:
    data = f"{EVENT}\n".encode() * 2000
    found, reading = in_parts(data, part_bytes=1_000_000, waiting=frozenset({2, 3, 5}))
    assert found == whole(data)
    # Waiting with something in hand ends the part; waiting with nothing has all parts judged.
    assert reading.breaks == 1
    assert len(reading.parts) == 3


def test_lines_are_not_read_before_they_are_wanted() -> None:
    stream = io.BytesIO(f"{EVENT}\n".encode() * 50_000)
    found = read(stream, "a.ndjson", Wanted(), "ndjson", share=Reading(Wanted(), part_bytes=10_000))
    assert isinstance(next(found), Payload)
    assert next(found) == JudgedPart(Report(), Counter(), frozenset())
    assert stream.tell() < 500_000 < len(stream.getvalue())
