"""Turns the faults of a payload into violations: where they stand in the source, in which words, with which excerpt."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from insights_lint.json_text.excerpts import Stretch, excerpt, masked
from insights_lint.json_text.masks import MASK, is_sensitive, mask_text
from insights_lint.json_text.pretty import pretty
from insights_lint.json_text.source_text import SourceText
from insights_lint.json_text.visible import shorten, visible
from insights_lint.keywords.keyword import Fault, Quoted
from insights_lint.keywords.messages import fill, names_in
from insights_lint.keywords.spelling import folded
from insights_lint.keywords.values import show
from insights_lint.model import Json, Pointer, Rule
from insights_lint.payload import Payload, Shape, TextFault
from insights_lint.recording import Embedding
from insights_lint.violation import Excerpt, Location, Related, Violation

MAX_VALUE = 40
"""Code points of a value that a message shows."""

MAX_SENTENCE = 240
"""Code points of an answer of the API that are shown; the longest published one has 125."""


class _Place(NamedTuple):
    """One place that a violation is about."""

    pointer: Pointer
    """From the payload."""
    label: str
    on_key: bool = False
    span: tuple[int, int] | None = None
    """Offsets in the payload's text, where that does not parse."""

    def within(self, text: SourceText, pointer: Pointer) -> tuple[int, int]:
        """Offsets in a text in which the place has that pointer."""
        if self.span is not None:
            return self.span
        return text.spans.key(pointer) if self.on_key else text.spans.value(pointer)


@lru_cache(maxsize=256)
def _masked_key(key: str) -> str:
    return mask_text(key)


class Placer:
    """Places the faults of payloads; a text is walked once, and only if something is wrong with it.

    `excerpts` tells whether somebody looks at the violations' excerpts, which cost more than all the rest of them.
    """

    def __init__(self, *, show_values: bool, excerpts: bool = True) -> None:
        self.show_values = show_values
        self.excerpts = excerpts
        self._source_text: SourceText | None = None
        self._around: SourceText | None = None
        self._pretty: tuple[str, Pointer, SourceText] | None = None
        self._request: tuple[Payload, Payload] | None = None

    def know(self, payload: Payload, events: Mapping[int, int]) -> None:
        """Takes note of where in the payload's text some of its events begin."""
        self._text_of(payload).spans.starts.update({("events", number): start for number, start in events.items()})

    def start(self, payload: Payload, fault: Fault | TextFault) -> int:
        """Where in the payload's text the blame begins."""
        return self._span(payload, fault)[0]

    def violation(
        self,
        payload: Payload,
        rule: Rule,
        fault: Fault | TextFault,
        event: int | None,
        names: Mapping[str, str],
    ) -> Violation:
        """The violation of a rule; pointers of the fault are from the payload, `names` go into the rule's message."""
        if isinstance(fault, TextFault):
            places = [_Place(fault.pointer, "", span=(fault.start, fault.end))]
            places += [_Place(fault.pointer, label, span=(start, end)) for start, end, label in fault.related]
            return self._violation(payload, rule, self._text_message(payload, fault), places, event)
        stands_in = _stand_ins(payload, rule, fault)
        places = [_Place(fault.at, _label(fault), fault.on_key)]
        places += [_Place(at, label) for at, label in fault.related]
        places += [_Place(at, "this instead?", on_key=True) for at in stands_in]
        message = fill(rule.message, {**self._names(payload, rule, fault, stands_in), **names})
        return self._violation(payload, rule, message, places, event)

    def request_view(self, payload: Payload) -> Payload:
        """What was captured of the payload's request as a payload of its own, for rules that look at that."""
        captured = payload.captured
        if captured is None:
            raise AssertionError("nothing was captured of the payload's request")
        if self._request is None or self._request[0] is not payload:
            document = {key: value for key, value in captured.value.items() if key != "body"}
            view = payload._replace(
                document=document,
                text=json.dumps(document, ensure_ascii=False),
                root=(),
                embedding=None,
                document_pointer=captured.entry,
                error=None,
                duplicates=(),
                captured=captured._replace(exact=False),
            )
            self._request = payload, view
        return self._request[1]

    def sentence(self, text: str, secrets: Iterable[str] = ()) -> str:
        """Somebody else's sentence, as it may be shown; it may quote one of the `secrets`."""
        if not self.show_values:
            for secret in secrets:
                text = text.replace(secret, MASK * len(secret))
            text = mask_text(text)
        return visible(shorten(text, MAX_SENTENCE))

    def pointer(self, at: Pointer) -> Pointer:
        """A pointer, as it may be shown: a key may be personal, too."""
        return at if self.show_values or not at else _masked_keys(at)

    def _text_of(self, payload: Payload) -> SourceText:
        """The payload's text; payloads of one document share it, and what was found out about it."""
        known, embedding = self._source_text, payload.embedding
        # The same text may stand elsewhere, too: Python has but one "3", and one "".
        if (
            known is None
            or known.text is not payload.text
            or known.embedding is not embedding
            or known.line != payload.line
            or known.column != payload.column
        ):
            # Of a part of a document it is not known whether a key stands twice on the way to it.
            unique_keys = not payload.duplicates and payload.root == ()
            around = None if embedding is None else self._text_around(embedding, payload.line, payload.column)
            known = SourceText(
                payload.text,
                line=payload.line,
                column=payload.column,
                unique_keys=unique_keys,
                embedding=embedding,
                around=around,
            )
            self._source_text = known
        return known

    def _text_around(self, embedding: Embedding, line: int, column: int) -> SourceText:
        """The text in which a string stands; a document may hold thousands of such strings."""
        known = self._around
        if known is None or known.text is not embedding.text or (known.line, known.column) != (line, column):
            known = self._around = SourceText(embedding.text, line=line, column=column)
        return known

    def _shown_text(self, payload: Payload, places: Sequence[_Place]) -> tuple[SourceText, int]:
        """The text that an excerpt is cut from, and how many keys of the pointers lead to it.

        Of what was captured it is the event, or all of it if the places are not of one event, indented as people read
        it: recorders write it as a string, and on one line.
        """
        if payload.captured is None or places[0].span is not None:
            return self._text_of(payload), 0
        event = places[0].pointer[:2] if payload.shape is Shape.BODY and places[0].pointer[:1] == ("events",) else ()
        if len(event) < 2 or any(place.pointer[:2] != event for place in places):
            event = ()
        known = self._pretty
        if known is None or known[0] is not payload.text or known[1] != event:
            start, end = self._text_of(payload).spans.value((*payload.root, *event))
            known = self._pretty = payload.text, event, SourceText(pretty(payload.text[start:end]))
        return known[2], len(event)

    def _span(self, payload: Payload, fault: Fault | TextFault) -> tuple[int, int]:
        if isinstance(fault, TextFault):
            return fault.start, fault.end
        spans, at = self._text_of(payload).spans, (*payload.root, *fault.at)
        return spans.key(at) if fault.on_key else spans.value(at)

    def _text_message(self, payload: Payload, fault: TextFault) -> str:
        """The reader's sentence; what it quotes is hidden where the excerpt hides it."""
        if self.show_values:
            return fault.message
        found = payload.text[fault.start : fault.end][:MAX_VALUE]
        hidden = masked(payload.text, fault.start, fault.start + len(found))
        return mask_text(fault.message.replace(found, hidden) if found and hidden != found else fault.message)

    def _violation(
        self, payload: Payload, rule: Rule, message: str, places: Sequence[_Place], event: int | None
    ) -> Violation:
        """The violation that blames the first of the places; the others are related."""
        primary, *related = places
        return Violation(
            rule=rule,
            location=self._location(payload, primary),
            message=message,
            event=event,
            label=primary.label,
            related=tuple(Related(self._location(payload, place), place.label) for place in related),
            recorded_status=payload.answer.status if payload.answer is not None else None,
            excerpt=self._excerpt(payload, places) if self.excerpts else (),
        )

    def _excerpt(self, payload: Payload, places: Sequence[_Place]) -> Excerpt:
        shown, above = self._shown_text(payload, places)
        root = payload.root if payload.captured is None or places[0].span is not None else ()
        stretches = []
        for number, place in enumerate(places):
            start, end = place.within(shown, (*root, *place.pointer[above:]))
            # Of an object its brace is enough: it may go on for pages.
            if number == 0 and shown.text[start : start + 1] == "{":
                end = start + 1
            stretches.append(Stretch(shown.offset(start), shown.offset(end), place.label, number == 0))
        # An excerpt of what stands in the source otherwise has lines of its own.
        line = payload.line if payload.captured is None or (payload.captured.exact and root) else 1
        return excerpt(shown.lines, stretches, line, show_values=self.show_values)

    def _location(self, payload: Payload, place: _Place) -> Location:
        captured = payload.captured
        at, document_pointer = self.pointer(place.pointer), self.pointer(payload.document_pointer)
        if captured is not None and not captured.exact:
            line, column = captured.origin
            lines = (line, column, line, column + 1)
        else:
            text = self._text_of(payload)
            start, end = place.within(text, (*payload.root, *place.pointer))
            lines = (*text.place(start), *text.place(end))
        # A log's entry is found by its line, the request of an archive by its number.
        by_line = (
            payload.request is None or payload.shape is Shape.RECORD or (captured is not None and captured.by_line)
        )
        title = "" if captured is None else self.sentence(captured.title)
        return Location(payload.source, *lines, at, document_pointer, payload.request, title, by_line)

    def _names(self, payload: Payload, rule: Rule, fault: Fault, stands_in: list[Pointer]) -> dict[str, str]:
        """What the rule's message says of the fault; only what it does say, because masks cost time."""
        wanted = names_in(rule.message)
        names = {
            name: self._shown(text, fault.at) if isinstance(text, Quoted) else text
            for name, text in fault.names.items()
            if name in wanted
        }
        if "value" in wanted:
            names["value"] = self._shown(show(_at(payload, fault.at)), fault.at)
        if "key" in wanted and "key" not in names:
            names["key"] = self._shown(next((key for key in reversed(fault.at) if isinstance(key, str)), ""), ())
        if "instead" in wanted:
            instead = " and ".join([f"`{self._shown(str(at[-1]), ())}`" for at in stands_in])
            names["instead"] = f"; {instead} stands in its place" if instead else ""
        return names

    def _shown(self, text: str, at: Pointer) -> str:
        """What a keyword says of the value at the pointer, as a message may show it."""
        if not self.show_values:
            keys = [key for key in at if isinstance(key, str)]
            if any(map(is_sensitive, keys)):
                return MASK * min(len(text), MAX_VALUE)
            text = mask_text(text, query_id=keys[-1:] == ["queryID"])
        return visible(shorten(text, MAX_VALUE))


def _masked_keys(at: Pointer) -> Pointer:
    """The pointer with everything hidden in its keys that looks private."""
    return tuple([_masked_key(token) if isinstance(token, str) else token for token in at])


def _stand_ins(payload: Payload, rule: Rule, fault: Fault) -> list[Pointer]:
    """Pointers of members that stand where a missing key should: known aliases, and other spellings of it."""
    value = _at(payload, fault.at)
    if not fault.missing or fault.on_key or not isinstance(value, dict):
        return []
    wanted = {folded(key) for key in (*fault.missing, *rule.aliases)}
    return [(*fault.at, key) for key in value if key not in fault.missing and folded(key) in wanted]


def _at(payload: Payload, pointer: Pointer) -> Json:
    value = payload.document
    for token in pointer:
        value = value[token]
    return value


def _label(fault: Fault) -> str:
    if fault.label or not fault.missing or fault.on_key:
        return fault.label
    return "no " + " or ".join(f"`{key}`" for key in fault.missing)
