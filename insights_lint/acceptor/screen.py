"""Lets the clean lines of streams pass, and learns from the others what most lines are like.

Systematic faults are the normal case: one misnamed event in all of the traffic. So a rule that many lines break leaves
the acceptor while they do. It is counted line by line, and a line is judged exactly only if one of its violations is to
be shown. The same goes for members that no rule minds: connectors send all that they know.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from insights_lint.acceptor import Acceptor, is_ready
from insights_lint.acceptor.decoding import PLAIN, KeyPath, Usual, tells_otherwise
from insights_lint.model import Form, Json, Number, Rule
from insights_lint.payload import Payload, Shape

_WARM_UP, _LONG_WARM_UP = 20_000, 100_000
"""Bytes that are judged exactly before an acceptor is made: enough to see in which order members come; and if tests
have to be written first, as many as are judged in the time that it takes."""
_WINDOW = 500
"""Lines after which it is decided anew what is usual."""
_FIRST_WINDOW = 100
"""The same at the beginning: what breaks every line, or stands in every one, is seen at once."""
_OFTEN, _SELDOM = 0.03, 0.01
"""Share of lines from which on something is usual, and below which it no longer is."""
_MOST_CHANGES, _MOST_EXTRA, _MOST_REMEMBERED = 40, 60, 1000


class Screen:
    """Stands before the exact checks of streams.

    `full` tells whether no more violations of a rule are to be shown, `alone` finds the rules that a payload breaks
    among some, once for each violation, and `count` counts payloads that are alike: shape, events in each, how many
    payloads, and rules that they break.
    """

    def __init__(
        self,
        rules: Iterable[Rule],
        now: int | None,
        *,
        full: Callable[[Rule], bool],
        alone: Callable[[Payload, tuple[Rule, ...]], list[Rule]],
        count: Callable[[Shape, int, int, Sequence[Rule]], None],
        warm_up: int | None = None,
    ) -> None:
        self._rules = tuple(rules)
        self._now = now
        self._full, self._alone, self._count = full, alone, count
        if warm_up is None:
            warm_up = _WARM_UP if is_ready(self._rules, now) else _LONG_WARM_UP
        self._to_warm_up = warm_up
        self._acceptor: Acceptor | None = None
        self._lines = self._changes = 0
        self._window = min(_FIRST_WINDOW, _WINDOW)
        self._broken: Counter[Rule] = Counter()
        self._unknown: Counter[KeyPath] = Counter()
        self._beside: Counter[KeyPath] = Counter()
        self._fractions = 0
        self._order: dict[str, None] = {}
        self._usual: set[Rule] = set()
        """Rules that many lines break, of which no more violations are to be shown."""
        self._learnt = PLAIN
        """What many events and bodies have and no rule minds."""
        self._passed: Counter[tuple[int, tuple[int, ...]]] = Counter()
        """Number of events, or 0 for a bare event, and numbers of the rules that they break → lines that passed so."""
        self._minds: dict[tuple[KeyPath, Shape], set[Rule]] = {}
        self._decode = msgspec.json.Decoder(float_hook=Number).decode

    def passes(self, line: bytes) -> bool:
        """Whether the line need not be judged exactly. It is counted then, some time before `settle` returns."""
        self._lines += 1
        if self._lines > self._window:
            self._decide()
        acceptor = self._acceptor
        if acceptor is None:
            self._to_warm_up -= len(line)
            if self._to_warm_up < 0:
                self._make(set(), Usual(order=tuple(self._order)))
            return False
        events = acceptor.accept(line)
        if events < 0:
            return False
        if acceptor.left_out:
            return self._passes_with_others(acceptor, line, events)
        # Of the rules that are counted no more violations are to be shown.
        self._passed[events, tuple(acceptor.broken)] += 1
        return True

    def suspects(self, payload: Payload) -> dict[int, int] | None:
        """Number of each event of a body that may break a rule by itself → where in the text it begins.

        None if it is not known. All others are clean.
        """
        acceptor = self._acceptor
        if acceptor is None or acceptor.left_out or payload.shape is not Shape.BODY or payload.error is not None:
            return None
        if payload.duplicates:  # there may be more lists of events than the one that counts
            return None
        body = payload.text.encode("utf-8", "surrogatepass")
        suspects = acceptor.suspects(body)
        if suspects and len(body) != len(payload.text):
            return {number: len(body[:start].decode("utf-8", "surrogatepass")) for number, start in suspects.items()}
        return suspects

    def settle(self) -> None:
        """Counts what passed and was not counted yet."""
        passed, self._passed = self._passed, Counter()
        counted = self._acceptor.counted if self._acceptor is not None else []
        for (events, numbers), payloads in passed.items():
            broken = [counted[number] for number in numbers]
            self._count(*_shape(events), payloads, broken)
            for rule in set(broken):
                self._broken[rule] += payloads

    def saw(self, payload: Payload, broken: Sequence[Rule], suspects: Iterable[int] | None = None) -> None:
        """Learns from a payload that was judged exactly; with `suspects`, other events hold nothing unknown."""
        for rule in set(broken):
            self._broken[rule] += 1
        acceptor = self._acceptor
        events = [event.value for event in payload.events(suspects) if isinstance(event.value, dict)]
        if acceptor is None:
            for event in events:
                self._order.update(dict.fromkeys(_keys(event)))
            return
        for event in events:
            self._unknown.update(acceptor.unknown_in(event))
        if ".0" in payload.text:
            self._fractions += any(map(_has_fraction, events))
        if payload.shape is Shape.BODY and payload.error is None and len(payload.document) > 1:
            self._beside.update((key,) for key in payload.document.keys() - {"events", *acceptor.beside})

    def _passes_with_others(self, acceptor: Acceptor, line: bytes, events: int) -> bool:
        """Whether nothing is to be shown of the rules that the acceptor leaves out, which are judged by themselves."""
        if b"null" in line:
            return False  # members that are null are not there for most rules
        shape, number = _shape(events)
        if acceptor.broken and any(rule.gives_way for rule in acceptor.left_out):
            return False  # it has to know of the others' faults
        payload = Payload("", self._decode(line), shape, Form.WIRE, "", sent_size=len(line.strip()), streamed=True)
        broken = self._alone(payload, tuple(acceptor.left_out))
        if not all(map(self._full, broken)):
            return False
        broken += [acceptor.counted[one] for one in acceptor.broken]
        self._broken.update(set(broken))
        self._count(shape, number, 1, broken)
        return True

    def _decide(self) -> None:
        """Makes another acceptor if something else is usual now."""
        self.settle()
        usual = {
            rule
            for rule, lines in self._broken.items()
            if lines > self._lines * (_SELDOM if rule in self._usual else _OFTEN)
            and rule.about != "text"
            and self._full(rule)
        }
        learnt = Usual(
            order=tuple(self._order),
            extra=self._harmless(self._learnt.extra, self._unknown, usual, Shape.EVENT, {}),
            beside=self._harmless(self._learnt.beside, self._beside, usual, Shape.BODY, {"events": []}),
            fractions=self._learnt.fractions or self._fractions > self._lines * _OFTEN,
        )
        self._lines = self._fractions = 0
        self._window = _WINDOW
        for counts in (self._broken, self._unknown, self._beside):
            counts.clear()
        changed = self._acceptor is not None and (usual, learnt) != (self._usual, self._learnt)
        if changed and self._changes < _MOST_CHANGES:
            self._changes += 1
            self._make(usual, learnt)

    def _harmless(
        self,
        known: tuple[KeyPath, ...],
        seen: Counter[KeyPath],
        usual: set[Rule],
        shape: Shape,
        document: dict[str, Json],
    ) -> tuple[KeyPath, ...]:
        """The members that are known, and those that were seen often in such documents, if only `usual` rules mind."""
        often = [path for path, lines in seen.items() if lines > self._lines * _OFTEN and path not in known]
        paths = [path for path in (*known, *often[: _MOST_EXTRA - len(known)]) if not tells_otherwise(path[0])]
        return tuple(sorted(path for path in paths if self._minding(path, shape, document) <= usual))

    def _minding(self, path: KeyPath, shape: Shape, document: dict[str, Json]) -> set[Rule]:
        """The rules that mind that a document has such a member."""
        minding = self._minds.get((path, shape))
        if minding is None:
            if len(self._minds) >= _MOST_REMEMBERED:
                self._minds.clear()
            minding = self._minds[path, shape] = set()
            for pair in _grown(path):
                without, with_it = (Payload("", {**document, **one}, shape, Form.WIRE, "") for one in pair)
                # Rule by rule: some give way to others.
                more = (rule for rule in self._rules if self._faults(rule, with_it) > self._faults(rule, without))
                minding.update(more)
        return minding

    def _faults(self, rule: Rule, payload: Payload) -> int:
        return len(self._alone(payload, (rule,)))

    def _make(self, usual: set[Rule], learnt: Usual) -> None:
        self._usual, self._learnt = usual, learnt
        self._acceptor = Acceptor(self._rules, now=self._now, counted=usual, usual=learnt)


def _grown(path: KeyPath) -> Iterator[tuple[dict[str, Json], dict[str, Json]]]:
    """Objects without a member and with it; what it stands in may be an object or an array of some."""
    key, below = path[0], path[1:]
    if not below:
        yield {}, {key: "any"}
        return
    for without, with_it in _grown(below):
        yield {key: without}, {key: with_it}
        yield {key: [without]}, {key: [with_it]}


def _shape(events: int) -> tuple[Shape, int]:
    """What an accepted line is, and how many events it holds."""
    return (Shape.BODY, events) if events else (Shape.EVENT, 1)


def _keys(value: Json) -> Iterable[str]:
    """The keys of an object and of the objects in its arrays, in their order."""
    for key, member in value.items():
        yield key
        if isinstance(member, list) and member and isinstance(member[0], dict):
            yield from _keys(member[0])


def _has_fraction(value: Json) -> bool:
    """Whether an integer in it is written as a fraction."""
    if isinstance(value, (dict, list)):
        return any(map(_has_fraction, value.values() if isinstance(value, dict) else value))
    return isinstance(value, float) and value.is_integer()
