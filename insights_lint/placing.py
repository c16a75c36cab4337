"""Turns the faults of a payload into violations: where they stand in the source, in which words, with which excerpt."""

from __future__ import annotations

from functools import cached_property, lru_cache

from insights_lint.json_text.excerpts import Stretch, excerpt, masked
from insights_lint.json_text.masks import MASK, is_sensitive, mask_text
from insights_lint.json_text.spans import Lines, Spans
from insights_lint.json_text.visible import shorten, visible
from insights_lint.keywords.keyword import Fault, Quoted
from insights_lint.keywords.messages import fill
from insights_lint.keywords.relations import folded
from insights_lint.keywords.values import show
from insights_lint.model import Json, Location, Payload, Pointer, Related, Rule, TextFault, Violation

MAX_VALUE = 40
"""Code points of a value that a message shows."""


@lru_cache(maxsize=256)
def _masked_key(key: str) -> str:
    return mask_text(key)


class Placer:
    """Places the faults of one payload; its text is walked once, and only if something is wrong."""

    def __init__(self, payload: Payload, *, show_values: bool) -> None:
        self.payload = payload
        self.show_values = show_values

    @cached_property
    def _spans(self) -> Spans:
        return Spans(self.payload.text, unique_keys=not self.payload.duplicates)

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.payload.text)

    def span(self, fault: Fault | TextFault) -> tuple[int, int]:
        """Offsets of what is to blame in the payload's text."""
        if isinstance(fault, TextFault):
            return fault.start, fault.end
        return self._spans.key(fault.at) if fault.on_key else self._spans.value(fault.at)

    def violation(self, rule: Rule, fault: Fault | TextFault, event: int | None) -> Violation:
        """The violation of a rule; pointers of the fault are from the payload."""
        if isinstance(fault, TextFault):
            related = [(start, end, label, fault.pointer) for start, end, label in fault.related]
            return self._violation(rule, fault, fault.pointer, self._text_message(fault), "", related, event)
        stands_in = self._stand_ins(rule, fault)
        related = [(*self._spans.value(at), label, at) for at, label in fault.related]
        related += [(*self._spans.key(at), "this instead?", at) for at in stands_in]
        message = fill(rule.message, self._names(fault, stands_in))
        return self._violation(rule, fault, fault.at, message, self._label(fault), related, event)

    def _text_message(self, fault: TextFault) -> str:
        """The reader's sentence; what it quotes is hidden where the excerpt hides it."""
        if self.show_values:
            return fault.message
        found = self.payload.text[fault.start : fault.end][:MAX_VALUE]
        hidden = masked(self.payload.text, fault.start, fault.start + len(found))
        return mask_text(fault.message.replace(found, hidden) if found and hidden != found else fault.message)

    def _violation(
        self,
        rule: Rule,
        fault: Fault | TextFault,
        at: Pointer,
        message: str,
        label: str,
        related: list[tuple[int, int, str, Pointer]],
        event: int | None,
    ) -> Violation:
        start, end = self.span(fault)
        # Of an object its brace is enough: it may go on for pages.
        marked = start + 1 if self.payload.text[start : start + 1] == "{" else end
        stretches = [Stretch(start, marked, label, True)]
        stretches += [Stretch(first, last, word, False) for first, last, word, _ in related]
        return Violation(
            rule=rule,
            location=self._location(start, end, at),
            message=message,
            event=event,
            label=label,
            related=tuple(
                Related(self._location(first, last, pointer), word) for first, last, word, pointer in related
            ),
            excerpt=excerpt(self._lines, stretches, self.payload.line, show_values=self.show_values),
        )

    def _location(self, start: int, end: int, at: Pointer) -> Location:
        line, column = self._lines.place(start)
        end_line, end_column = self._lines.place(end)
        above = self.payload.line - 1
        if not self.show_values:  # a key may be personal, too
            at = tuple(_masked_key(token) if isinstance(token, str) else token for token in at)
        return Location(self.payload.source, line + above, column, end_line + above, end_column, at)

    def _stand_ins(self, rule: Rule, fault: Fault) -> list[Pointer]:
        """Pointers of members that stand where a missing key should: known aliases, and other spellings of it."""
        value = self._at(fault.at)
        if not fault.missing or fault.on_key or not isinstance(value, dict):
            return []
        wanted = {folded(key) for key in (*fault.missing, *rule.aliases)}
        return [(*fault.at, key) for key in value if key not in fault.missing and folded(key) in wanted]

    def _at(self, pointer: Pointer) -> Json:
        value = self.payload.document
        for token in pointer:
            value = value[token]
        return value

    def _names(self, fault: Fault, stands_in: list[Pointer]) -> dict[str, str]:
        names = {
            name: self._shown(text, fault.at) if isinstance(text, Quoted) else text
            for name, text in fault.names.items()
        }
        names["value"] = self._shown(show(self._at(fault.at)), fault.at)
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

    def _label(self, fault: Fault) -> str:
        if fault.label or not fault.missing or fault.on_key:
            return fault.label
        return "no " + " or ".join(f"`{key}`" for key in fault.missing)
