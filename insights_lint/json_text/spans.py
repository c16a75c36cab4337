"""Finds where the value or key at a JSON Pointer stands in the text that it was parsed from."""

from __future__ import annotations

import json
import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import NamedTuple

from insights_lint.model import Pointer

_SKIP = re.compile(r"[ \t\r\n,:]*")
_BREAK = re.compile(r"\r\n|\r|\n")
# The C scanner skips a sibling without our looking into it; control characters are the business of whoever parsed it.
_scan: Callable[[str, int], tuple[object, int]] = json.JSONDecoder(strict=False).scan_once  # type: ignore[attr-defined]  # not in typeshed


class Member(NamedTuple):
    """Offsets of one member of an object: its key, quotes included, and where its value begins."""

    key_start: int
    key_end: int
    start: int


class Lines:
    """Turns offsets of a text into lines and columns, both from 1; LF, CRLF and CR end a line."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(found.end() for found in _BREAK.finditer(text))]

    def place(self, offset: int) -> tuple[int, int]:
        index = bisect_right(self.starts, offset) - 1
        return index + 1, offset - self.starts[index] + 1

    def line(self, number: int) -> tuple[int, int]:
        """Offsets of the line's text, without what ends it."""
        start = self.starts[number - 1]
        end = self.starts[number] if number < len(self.starts) else len(self.text)
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return start, end


class Spans:
    """Offsets of the values of one valid JSON text, found when they are asked for; strings may hold control characters.

    What was walked is remembered, so that many violations in one list cost one walk. Nothing larger than an item of a
    list is ever built again. `unique_keys` tells that no object has a key twice; then a walk stops where it finds one.
    """

    def __init__(self, text: str, *, unique_keys: bool = False) -> None:
        self.text = text
        self.unique_keys = unique_keys
        self._root = self._skip(0)
        self._objects: dict[int, tuple[Iterator[tuple[str, Member]], dict[str, Member]]] = {}
        """Where an object begins → the rest of its walk, and the members found so far."""
        self._arrays: dict[int, array[int]] = {}
        """Where an array begins → where each item begins and ends in turn, and behind them the end of the array."""

    def value(self, pointer: Pointer) -> tuple[int, int]:
        if not pointer:
            return self._root, len(self.text.rstrip(" \t\r\n"))
        start = self._start(pointer)
        return start, self._end(start)

    def key(self, pointer: Pointer) -> tuple[int, int]:
        """The span of the key, quotes included; of the value, where the pointer leads to an item or the root."""
        if not pointer or not isinstance(pointer[-1], str):
            return self.value(pointer)
        member = self._member(self._start(pointer[:-1]), pointer[-1])
        return member.key_start, member.key_end

    def duplicate_keys(self) -> Iterator[tuple[Pointer, str, tuple[int, int], tuple[int, int]]]:
        """Each key that stands again in its object: pointer of the object, key, span of the first and of this one."""
        todo: list[tuple[Pointer, int]] = [((), self._root)]
        while todo:
            pointer, start = todo.pop()
            inner: list[tuple[Pointer, int]] = []
            if self.text[start] == "[":
                items = self._items(start)[:-1:2]
                inner = [((*pointer, index), item) for index, item in enumerate(items)]
            elif self.text[start] == "{":
                seen: dict[str, Member] = {}
                for key, member in self._members(start):
                    first = seen.setdefault(key, member)
                    if first is not member:
                        yield pointer, key, first[:2], member[:2]
                    inner.append(((*pointer, key), member.start))
            todo.extend(reversed(inner))

    def _skip(self, offset: int) -> int:
        found = _SKIP.match(self.text, offset)
        return found.end() if found else offset

    def _start(self, pointer: Pointer) -> int:
        start = self._root
        for token in pointer:
            start = self._member(start, token).start if isinstance(token, str) else self._item(start, token)
        return start

    def _end(self, start: int) -> int:
        return self._items(start)[-1] if self.text[start] == "[" else _scan(self.text, start)[1]

    def _member(self, start: int, key: str) -> Member:
        """The member of the object that begins there; of equal keys the last, which is the one that counts."""
        if start not in self._objects:
            self._objects[start] = (self._members(start), {})
        rest, found = self._objects[start]
        if not (self.unique_keys and key in found):
            for name, member in rest:
                found[name] = member
                if self.unique_keys and name == key:
                    break
        return found[key]

    def _members(self, start: int) -> Iterator[tuple[str, Member]]:
        """The members in order; a value is skipped only when the next member is asked for."""
        if self.text[start] != "{":
            return
        offset = self._skip(start + 1)
        while self.text[offset] != "}":
            key, key_end = _scan(self.text, offset)
            value = self._skip(key_end)
            yield str(key), Member(offset, key_end, value)
            offset = self._skip(self._end(value))

    def _item(self, start: int, index: int) -> int:
        items = self._items(start)
        if 2 * index + 1 >= len(items):
            raise IndexError(index)
        return items[2 * index]

    def _items(self, start: int) -> array[int]:
        ends = self._arrays.get(start)
        if ends is None and self.text[start] == "[":
            ends = array("Q")
            offset = self._skip(start + 1)
            while self.text[offset] != "]":
                _, end = _scan(self.text, offset)
                ends.extend((offset, end))
                offset = self._skip(end)
            ends.append(offset + 1)
            self._arrays[start] = ends
        return ends or array("Q")
