"""Finds where the value or key at a JSON Pointer stands in the text that it was parsed from."""

from __future__ import annotations

import json
import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import NamedTuple

from insights_lint.model import Pointer

_MOST_BUILT = 100_000
"""Code points of a text of which arrays are skipped by building them: faster, but they are all in memory at once."""
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
        self.starts = [0]
        if "\n" in text or "\r" in text:  # most lines of streams are searched for the pattern in vain
            self.starts += [found.end() for found in _BREAK.finditer(text)]

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

    What was walked is remembered, so that many violations in one list cost one walk. Of large texts nothing larger than
    an item of a list is ever built again. `unique_keys` tells that no object has a key twice; then a walk stops where
    it finds one.
    """

    def __init__(self, text: str, *, unique_keys: bool = False) -> None:
        self.text = text
        self.unique_keys = unique_keys
        self._root = self._skip(0)
        self.starts: dict[Pointer, int] = {(): self._root}
        """Where values begin, as far as somebody knows."""
        self._plain_keys = unique_keys and "\\" not in text
        """Whether each key stands in the text as it is, and once in its object."""
        self._objects: dict[int, tuple[Iterator[tuple[str, Member]], dict[str, Member]]] = {}
        """Where an object begins → the rest of its walk, and the members found so far."""
        self._arrays: dict[int, _Items] = {}
        """Where an array begins → what was found of its items."""

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
                inner = [((*pointer, index), item) for index, item in enumerate(self._items(start).all())]
            elif self.text[start] == "{":
                seen: dict[str, Member] = {}
                for key, member in self._members(start):
                    first = seen.setdefault(key, member)
                    if first is not member:
                        yield pointer, key, first[:2], member[:2]
                    inner.append(((*pointer, key), member.start))
            todo.extend(reversed(inner))

    def _skip(self, offset: int) -> int:
        return _blanks_end(self.text, offset)

    def _start(self, pointer: Pointer) -> int:
        start = self.starts.get(pointer)
        if start is None:
            above, token = self._start(pointer[:-1]), pointer[-1]
            start = self._member(above, token).start if isinstance(token, str) else self._item(above, token)
            self.starts[pointer] = start
        return start

    def _end(self, start: int) -> int:
        if self.text[start] == "[" and len(self.text) > _MOST_BUILT:
            return self._items(start).end()
        return _scan(self.text, start)[1]

    def _member(self, start: int, key: str) -> Member:
        """The member of the object that begins there; of equal keys the last, which is the one that counts."""
        if self._plain_keys and (member := self._searched(start, key)) is not None:
            return member
        if start not in self._objects:
            self._objects[start] = (self._members(start), {})
        rest, found = self._objects[start]
        if not (self.unique_keys and key in found):
            for name, member in rest:
                found[name] = member
                if self.unique_keys and name == key:
                    break
        return found[key]

    def _searched(self, start: int, key: str) -> Member | None:
        """The member of the object that begins there, if it can be found without a walk.

        Up to the first brace there are but members of this object, and items of those. A quoted word with a colon
        behind it is a key there, unless it goes from the end of one string to the beginning of another.
        """
        if self.text[start] != "{" or "," in key or ":" in key:
            return None
        end = self.text.find("}", start)
        brace = self.text.find("{", start + 1, end)
        quoted = f'"{key}"'
        key_start = self.text.find(quoted, start, end if brace < 0 else brace)
        key_end = key_start + len(quoted)
        if key_start < 0 or self.text[key_end] != ":":
            return None
        return Member(key_start, key_end, self._skip(key_end))

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
        return self._items(start)[index]

    def _items(self, start: int) -> _Items:
        items = self._arrays.get(start)
        if items is None:
            items = self._arrays[start] = _Items(self.text, start)
        return items


class _Items:
    """Where the items of an array begin; it is walked as far as somebody asks."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self._starts = array("Q")
        self._next = _blanks_end(text, start + 1) if text[start] == "[" else -1
        """Where the walk goes on: at an item or the bracket; -1 where there is no array."""

    def __getitem__(self, index: int) -> int:
        while len(self._starts) <= index and self._step():
            pass
        return self._starts[index]

    def all(self) -> array[int]:
        while self._step():
            pass
        return self._starts

    def end(self) -> int:
        """Where the array ends."""
        self.all()
        return self._next + 1

    def _step(self) -> bool:
        if self._next < 0 or self.text[self._next] == "]":
            return False
        self._starts.append(self._next)
        self._next = _blanks_end(self.text, _scan(self.text, self._next)[1])
        return True


def _blanks_end(text: str, offset: int) -> int:
    found = _SKIP.match(text, offset)
    return found.end() if found else offset
