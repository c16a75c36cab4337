"""Reads YAML 1.2 with the place of every key and value, and refuses what would be read in two ways.

PyYAML resolves YAML 1.1 (`NO` is false, `12:30` is 750, dates appear) and lets the last of two equal keys win. So only
its parser is used: scalars without quotes are null, true, false or a number if JSON or YAML's core schema spell them
so, and strings otherwise; a number with leading zeros is a string, because it is an id.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.reader import ReaderError

from insights_lint.errors import Mistake, RuleError
from insights_lint.model import Json, Pointer

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN: dict[str, Json] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)|0o[0-7]+|0x[0-9A-Fa-f]+")
_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_MAX_DEPTH = 64
"""Levels of a file; a rule's schema has hardly ten."""
_MAX_VALUES = 200_000
"""Values in one file, aliases written out; far above any rule file, far below what exhausts memory."""


@dataclass
class YamlText:
    """A parsed file: its value, and where each key and value stands (line and column from 1)."""

    file: str
    value: Json = None
    places: dict[Pointer, tuple[int, int]] = field(default_factory=dict)
    key_places: dict[Pointer, tuple[int, int]] = field(default_factory=dict)

    def place(self, pointer: Pointer) -> tuple[int, int]:
        """Where the value stands; where that is not in the text, the nearest value around it."""
        while pointer and pointer not in self.places:
            pointer = pointer[:-1]
        return self.places.get(pointer, (1, 1))

    def mistake(self, pointer: Pointer, message: str, *, on_key: bool = False) -> Mistake:
        line, column = self.key_places.get(pointer, self.place(pointer)) if on_key else self.place(pointer)
        return Mistake(self.file, line, column, message)


def parse_yaml(text: str, file: str) -> YamlText:
    """Parses one document. Raises RuleError with every duplicate key and tag, or with the first break of the syntax."""
    try:
        return _Reader(text, file).run()
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = ": ".join(part for part in (error.context, error.problem) if part)
        raise RuleError([Mistake(file, line, column, f"not YAML: {problem}")]) from None
    except ReaderError as error:
        before = text[: error.position]
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        raise RuleError([Mistake(file, line, column, f"not YAML: {error.reason}")]) from None


class _Reader:
    def __init__(self, text: str, file: str) -> None:
        self.events: Any = yaml.parse(text, Loader=_LOADER)
        self.result = YamlText(file)
        self.mistakes: list[Mistake] = []
        self.anchors: dict[str, Json] = {}
        self.count = 0

    def run(self) -> YamlText:
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if self.count:
                    self._blame(event, "a second document: one file holds one")
                    break
                self.result.value = self._value(next(self.events), ())
        if self.mistakes:
            raise RuleError(self.mistakes)
        return self.result

    def _blame(self, event: Any, message: str) -> None:
        self.mistakes.append(Mistake(self.result.file, *_place(event), message))

    def _value(self, event: Any, at: Pointer) -> Json:
        self.count += 1
        if self.count > _MAX_VALUES or len(at) > _MAX_DEPTH:
            limit = f"more than {_MAX_VALUES:,} values" if len(at) <= _MAX_DEPTH else f"deeper than {_MAX_DEPTH} levels"
            self._blame(event, limit)
            raise RuleError(self.mistakes)
        self.result.places[at] = _place(event)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if event.tag is not None:
            self._blame(event, f"the tag {event.tag}: tags are not allowed, quote a value to make it a string")
        value = self._collection(event, at)
        if event.anchor is not None:
            self.anchors[event.anchor] = value
        return value

    def _alias(self, event: Any) -> Json:
        if event.anchor not in self.anchors:
            self._blame(event, f"no anchor `&{event.anchor}` stands before this alias")
            return None
        value = self.anchors[event.anchor]
        self.count += _size(value)
        return value

    def _collection(self, event: Any, at: Pointer) -> Json:
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Json] = []
            while not isinstance(inner := next(self.events), yaml.SequenceEndEvent):
                items.append(self._value(inner, (*at, len(items))))
            return items
        members: dict[str, Json] = {}
        while not isinstance(inner := next(self.events), yaml.MappingEndEvent):
            if not isinstance(inner, yaml.ScalarEvent):
                self._blame(inner, "a key must be a plain word")
                self._value(inner, at)
                self._value(next(self.events), at)
                continue
            key = inner.value
            if inner.tag is not None:
                self._blame(inner, f"the tag {inner.tag}: tags are not allowed")
            if key in members:
                self._blame(inner, f'"{key}" stands twice')
            self.result.key_places[(*at, key)] = _place(inner)
            members[key] = self._value(next(self.events), (*at, key))
        return members

    def _scalar(self, event: Any) -> Json:
        text = event.value
        if event.style:  # None for a plain scalar, and "" with the C parser
            return text
        if text in _PLAIN:
            return _PLAIN[text]
        if len(text) > 100:  # no number of a rule, and too long for some
            return text
        if _INTEGER.fullmatch(text):
            return int(text, 0)
        if _NUMBER.fullmatch(text) and not math.isinf(float(text)):
            return float(text)
        return text


def _place(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _size(value: Json) -> int:
    if isinstance(value, dict):
        return 1 + sum(map(_size, value.values()))
    if isinstance(value, list):
        return 1 + sum(map(_size, value))
    return 1
