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
# The C scanner skips a sibling without our looking into it.
_scan: Callable[[str, int], tuple[object, int]] = json.JSONDecoder().scan_once  # type: ignore[attr-defined]  # not in typeshed


class Member(NamedTuple):
    """Offsets of one member's key and value, ends exclusive; items of an array have their value as key."""

    key_start: int
    key_end: int
    start: int
    end: int


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
    """Offsets of the values of one valid JSON text, found when they are asked for.

    The members of every container that was walked are remembered, so that many violations in one list cost one walk.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._root = self._skip(0)
        self._objects: dict[int, dict[str | int, Member]] = {}
        self._arrays: dict[int, array[int]] = {}
        """Begin and end of each item in turn, as numbers: a list may have hundreds of thousands."""

    def value(self, pointer: Pointer) -> tuple[int, int]:
        start, end = self._root, len(self.text.rstrip(" \t\r\n"))
        for token in pointer:
            member = self._member(start, token)
            start, end = member.start, member.end
        return start, end

    def key(self, pointer: Pointer) -> tuple[int, int]:
        """The span of the key, quotes included; of the value, where the pointer leads to an item or the root."""
        if not pointer:
            return self.value(pointer)
        member = self._member(self.value(pointer[:-1])[0], pointer[-1])
        return member.key_start, member.key_end

    def duplicate_keys(self) -> Iterator[tuple[Pointer, str, tuple[int, int], tuple[int, int]]]:
        """Each key that stands again in its object: pointer of the object, key, span of the first and of this one."""
        todo: list[tuple[Pointer, int]] = [((), self._root)]
        while todo:
            pointer, start = todo.pop()
            seen: dict[str | int, Member] = {}
            inner = []
            for token, member in self._walk(start):
                if token in seen:
                    first = seen[token]
                    last = (member.key_start, member.key_end)
                    yield pointer, str(token), (first.key_start, first.key_end), last
                else:
                    seen[token] = member
                if self.text[member.start] in "[{":
                    inner.append(((*pointer, token), member.start))
            todo.extend(reversed(inner))

    def _skip(self, offset: int) -> int:
        found = _SKIP.match(self.text, offset)
        return found.end() if found else offset

    def _member(self, start: int, token: str | int) -> Member:
        """The member of the container that begins there; of equal keys the last, which is the one that counts."""
        if isinstance(token, str):
            if start not in self._objects:
                self._objects[start] = dict(self._walk(start))
            return self._objects[start][token]
        if start not in self._arrays:
            self._arrays[start] = array("Q", (end for _, item in self._walk(start) for end in (item.start, item.end)))
        begin, end = self._arrays[start][2 * token], self._arrays[start][2 * token + 1]
        return Member(begin, end, begin, end)

    def _walk(self, start: int) -> Iterator[tuple[str | int, Member]]:
        text = self.text
        opener = text[start]
        if opener not in "[{":
            return
        offset = self._skip(start + 1)
        index = 0
        while text[offset] not in "]}":
            key_start = offset
            token: str | int = index
            if opener == "{":
                key, key_end = _scan(text, offset)
                token = str(key)
                offset = self._skip(key_end)
            _, end = _scan(text, offset)
            if opener == "[":
                key_end = end
            yield token, Member(key_start, key_end, offset, end)
            offset = self._skip(end)
            index += 1
