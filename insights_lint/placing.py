"""Turns the faults of a payload into violations: where they stand in the source, in which words, with which excerpt."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from insights_lint.json_text.excerpts import Stretch, excerpt, masked
from insights_lint.json_text.masks import MASK, is_sensitive, mask_text
from insights_lint.json_text.source_text import SourceText
from insights_lint.json_text.visible import shorten, visible
from insights_lint.keywords.keyword import Fault, Quoted
from insights_lint.keywords.messages import fill
from insights_lint.keywords.relations import folded
from insights_lint.keywords.values import show
from insights_lint.model import Json, Location, Pointer, Related, Rule, Violation
from insights_lint.payload import Embedding, Payload, Shape, TextFault

MAX_VALUE = 40
"""Code points of a value that a message shows."""

MAX_SENTENCE = 240
"""Code points of an answer of the API that are shown; the longest published one has 125."""


@lru_cache(maxsize=256)
def _masked_key(key: str) -> str:
    return mask_text(key)


class Placer:
    """Places the faults of payloads; a text is walked once, and only if something is wrong with it."""

    def __init__(self, *, show_values: bool) -> None:
        self.show_values = show_values
        self._source_text: SourceText | None = None
        self._around: SourceText | None = None

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
            related = [(start, end, label, fault.pointer) for start, end, label in fault.related]
            return self._violation(payload, rule, fault, self._text_message(payload, fault), "", related, event)
        spans = self._text_of(payload).spans
        stands_in = _stand_ins(payload, rule, fault)
        related = [(*spans.value((*payload.root, *at)), label, at) for at, label in fault.related]
        related += [(*spans.key((*payload.root, *at)), "this instead?", at) for at in stands_in]
        message = fill(rule.message, {**self._names(payload, fault, stands_in), **names})
        return self._violation(payload, rule, fault, message, _label(fault), related, event)

    def sentence(self, text: str) -> str:
        """Somebody else's sentence, as it may be shown."""
        return visible(shorten(text if self.show_values else mask_text(text), MAX_SENTENCE))

    def _text_of(self, payload: Payload) -> SourceText:
        """The payload's text; payloads of one document share it, and what was found out about it."""
        known, embedding = self._source_text, payload.embedding
        # The same text may stand elsewhere, too: Python has but one "3", and one "".
        if (
            known is None
            or known.text is not payload.text
            or known.embedding is not embedding
            or known.line != payload.line
        ):
            # Of a part of a document it is not known whether a key stands twice on the way to it.
            unique_keys = not payload.duplicates and payload.root == ()
            around = None if embedding is None else self._text_around(embedding, payload.line)
            known = SourceText(
                payload.text, line=payload.line, unique_keys=unique_keys, embedding=embedding, around=around
            )
            self._source_text = known
        return known

    def _text_around(self, embedding: Embedding, line: int) -> SourceText:
        """The text in which a string stands; a document may hold thousands of such strings."""
        known = self._around
        if known is None or known.text is not embedding.text or known.line != line:
            known = self._around = SourceText(embedding.text, line=line)
        return known

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
        self,
        payload: Payload,
        rule: Rule,
        fault: Fault | TextFault,
        message: str,
        label: str,
        related: list[tuple[int, int, str, Pointer]],
        event: int | None,
    ) -> Violation:
        source_text = self._text_of(payload)
        start, end = self._span(payload, fault)
        # Of an object its brace is enough: it may go on for pages.
        marked = start + 1 if payload.text[start : start + 1] == "{" else end
        places = [(start, marked, label, True)] + [(first, last, word, False) for first, last, word, _ in related]
        stretches = [
            Stretch(source_text.offset(first), source_text.offset(last), word, primary)
            for first, last, word, primary in places
        ]
        at = fault.pointer if isinstance(fault, TextFault) else fault.at
        return Violation(
            rule=rule,
            location=self._location(payload, start, end, at),
            message=message,
            event=event,
            label=label,
            related=tuple(
                Related(self._location(payload, first, last, pointer), word) for first, last, word, pointer in related
            ),
            recorded_status=payload.answer.status if payload.answer is not None else None,
            excerpt=excerpt(source_text.lines, stretches, payload.line, show_values=self.show_values),
        )

    def _location(self, payload: Payload, start: int, end: int, at: Pointer) -> Location:
        source_text = self._text_of(payload)
        document_pointer = payload.document_pointer
        if not self.show_values:  # a key may be personal, too
            at, document_pointer = _masked_keys(at), _masked_keys(document_pointer)
        places = (*source_text.place(start), *source_text.place(end))
        # A log's entry is found by its line, a request by its number.
        by_line = payload.request is None or payload.shape is Shape.RECORD
        return Location(payload.source, *places, at, document_pointer, payload.request, by_line)

    def _names(self, payload: Payload, fault: Fault, stands_in: list[Pointer]) -> dict[str, str]:
        names = {
            name: self._shown(text, fault.at) if isinstance(text, Quoted) else text
            for name, text in fault.names.items()
        }
        names["value"] = self._shown(show(_at(payload, fault.at)), fault.at)
        names.setdefault("key", self._shown(next((key for key in reversed(fault.at) if isinstance(key, str)), ""), ()))
        instead = " and ".join(f"`{self._shown(str(at[-1]), ())}`" for at in stands_in)
        names["instead"] = f"; {instead} stands in its place" if instead else ""
        return names

    def _shown(self, text: str, at: Pointer) -> str:
        """What a keyword says of the value at the pointer, as a message may show it."""
        keys = [key for key in at if isinstance(key, str)]
        if not self.show_values:
            if any(map(is_sensitive, keys)):
                return MASK * min(len(text), MAX_VALUE)
            text = mask_text(text, query_id=keys[-1:] == ["queryID"])
        return visible(shorten(text, MAX_VALUE))


def _masked_keys(at: Pointer) -> Pointer:
    return tuple(_masked_key(token) if isinstance(token, str) else token for token in at)


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
