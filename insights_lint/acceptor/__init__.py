"""Accepts lines with events that break none of some rules, faster than they could be parsed into dictionaries.

Made from the rules: their targets and schemas tell the types that msgspec decodes and tests in one go, and the code
that `insights_lint.compiler` writes for them tells what is left to be tested on what was decoded. It may only accept:
what it does not accept is for the exact checks to judge.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from insights_lint.acceptor.counting import can_be_counted
from insights_lint.acceptor.decoding import PLAIN, EventTypes, KeyPath, Usual, unknown_in
from insights_lint.acceptor.ready import READY
from insights_lint.acceptor.runtime import colons_of_members
from insights_lint.builtin import RULES
from insights_lint.model import Form, Json, Rule

Accept = Callable[[bytes], int]
"""A line → how many events it holds if it is a body, 0 if it is a bare event; -1 if it is not accepted."""

TestEvents = Callable[[Sequence[Any]], int]
TestBody = Callable[[Sequence[Any], int], int]
Colons = Callable[[Any], int]

_NUMBERS = {rule: number for number, rule in enumerate(RULES)}


class Acceptor:
    """Accepts bodies and bare events that break none of the rules, but for those of `counted`, whose faults it counts.

    `now` is the clock. `usual` tells what it should accept besides what the rules look at, and in which order members
    are found fastest.
    """

    def __init__(
        self,
        rules: Iterable[Rule],
        *,
        now: int | None,
        counted: Iterable[Rule] = (),
        usual: Usual = PLAIN,
    ) -> None:
        apart = [rule for rule in counted if Form.WIRE in rule.forms]
        chosen = [rule for rule in rules if Form.WIRE in rule.forms and rule not in apart]
        countable = [rule for rule in apart if can_be_counted(rule)]
        types = EventTypes(chosen, countable, usual)
        tests = _tests(chosen, countable, types, clock=now is not None)
        self.beside = types.beside.keys()
        """Members that an accepted body may have beside its events."""
        self._event = types.value
        self.counted = tests.counted
        """Rules that it accepts breaches of."""
        self.broken: list[int] = []
        """For each fault in the last line that was accepted the number of its rule in `counted`."""
        self.left_out = [rule for rule in apart if rule not in tests.counted] + tests.left_out
        """Rules that it knows nothing of."""
        test_events, colons = tests.make_events(now, self.broken)
        self.accept = _accept(types, test_events, colons, tests.make_body(now, test_events), self.broken)
        self._accept_event = _accept_event(types.type, test_events, self.broken)

    def unknown_in(self, event: dict[str, Json]) -> set[KeyPath]:
        """The members that keep an event from being accepted, whatever they are."""
        return set(unknown_in(event, self._event))

    def suspects(self, body: bytes) -> dict[int, int] | None:
        """Number of each event of a body that may break a rule by itself → where it begins; None if it is not known."""
        # What is null may be taken for a member that is not there.
        if not body.startswith(_BODY) or b"null" in body:
            return None
        try:
            events = _decode_events(body).events
        except _ERRORS:
            return None
        suspects: dict[int, int] = {}
        end = body.find(b"[") + 1
        for number, event in enumerate(events):
            start = _end_of_gap(body, end)
            end = start + len(event)
            if not self._accept_event(event):
                suspects[number] = start
        return suspects


class Tests(NamedTuple):
    """What makes the tests for some rules (`insights_lint.acceptor.generation.Written`)."""

    make_events: Callable[[int | None, list[int]], tuple[TestEvents, Colons]]
    make_body: Callable[[int | None, TestEvents], TestBody]
    counted: list[Rule]
    left_out: list[Rule]


def is_ready(rules: Iterable[Rule], now: int | None) -> bool:
    """Whether the tests for the rules need not be written."""
    return _in_wheel([rule for rule in rules if Form.WIRE in rule.forms], clock=now is not None) in READY


def _in_wheel(rules: Sequence[Rule], *, clock: bool) -> tuple[tuple[int, ...], bool]:
    return tuple(_NUMBERS.get(rule, -1) for rule in rules), clock


def _tests(rules: Sequence[Rule], counted: Sequence[Rule], types: EventTypes, *, clock: bool) -> Tests:
    """The tests, which a wheel has ready for the built-in rules that are on by default."""
    ready = READY.get(_in_wheel(rules, clock=clock))
    if ready is not None and not (counted or types.extra or types.beside or types.fractions):
        make_events, make_body, left_out = ready
        return Tests(make_events, make_body, [], [RULES[number] for number in left_out])
    from insights_lint.acceptor.generation import written  # imports all keywords

    found = written(rules, counted, types, clock=clock)
    made: dict[str, Any] = {}
    exec(compile(found.source, "<acceptor>", "exec"), made)  # noqa: S102  # made of the rules alone
    return Tests(made["make_events"], made["make_body"], found.counted, found.left_out)


_BODY = b'{"events"'
"""How nearly all bodies begin."""
_MAY_TELL_OF_REQUEST = re.compile(rb"/1/events|algolia\.io|\\")
"""In a line with members beside the events, which may be a record that readers know by the API's name or address."""
_BEGINS, _BEGINS_BESIDE = 24, 400
"""Bytes in which the events of a body begin, if there are members beside them."""

_ERRORS = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, TypeError)
"""Of what is not accepted. A TypeError is one of a condition whose guard another one implies that is tested later."""


_GAP = re.compile(rb"[ \t\r\n,]*")
"""What stands between two events."""


class _Body(msgspec.Struct):
    """A body whose events are not decoded yet."""

    events: list[msgspec.Raw]


_decode_events = msgspec.json.Decoder(_Body).decode


def _end_of_gap(body: bytes, start: int) -> int:
    found = _GAP.match(body, start)
    return found.end() if found else start


def _accept_event(type_: Any, test_events: TestEvents, broken: list[int]) -> Callable[[msgspec.Raw], bool]:
    decode: Callable[[msgspec.Raw], Any] = msgspec.json.Decoder(type_).decode

    def accept_event(event: msgspec.Raw) -> bool:
        broken.clear()
        try:
            return test_events((decode(event),)) > 0 and not broken
        except _ERRORS:
            return False

    return accept_event


def _accept(
    types: EventTypes, test_events: TestEvents, colons_in_strings: Colons, test_body: TestBody, broken: list[int]
) -> Accept:
    decode_event: Callable[[bytes], Any] = msgspec.json.Decoder(types.type).decode
    decode_body: Callable[[bytes], Any] = msgspec.json.Decoder(types.body).decode
    beside = types.body.__struct_fields__[1:]
    begins = _BEGINS_BESIDE if beside else _BEGINS

    def accept(line: bytes) -> int:
        if broken:
            broken.clear()
        try:
            if line.startswith(_BODY) or b'"events"' in line[:begins]:
                body = decode_body(line)
                events = body.events
                members = test_body(events, len(line.strip()))
                if beside and members and (found := colons_of_members(body, beside)):
                    if _MAY_TELL_OF_REQUEST.search(line):
                        return -1
                    members += found
                result = len(events)
            else:
                events = (decode_event(line),)
                members = test_events(events)
                result = 0
        except _ERRORS:
            return -1
        if not members:
            return -1
        # Of a key that stands twice only the last value was decoded. Every member has a colon, and every other colon
        # stands in a string.
        colons = line.count(b":")
        if members != colons and members + sum(map(colons_in_strings, events)) != colons:
            return -1
        if b"\\" in line and (b"\\u003a" in line or b"\\u003A" in line):
            return -1
        return result

    return accept
