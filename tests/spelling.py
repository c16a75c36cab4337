"""Writes JSON in many ways that mean the same."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from tests.mutator import Twice, write


class Spelling:
    """One way of writing JSON: with or without spaces, with few or many escapes."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.spaces = random.choice(([""], [""], [""], ["", " "], ["", " ", "\t", "  ", "\r"]))
        self.escapes = random.choice((0.0, 0.0, 0.0, 0.0, 0.02, 0.3))
        self.ascii = random.random() < 0.5

    def text(self, node: Any) -> bytes:
        if self.spaces == [""] and not self.escapes:
            return write(node, self._string).encode()
        return self._written(node).encode()

    def _written(self, node: Any) -> str:
        if isinstance(node, Twice):
            node = node.second
        if isinstance(node, dict):
            members = [pair for key, value in node.items() for pair in self._members(key, value)]
            return self._enclosed("{", members, "}")
        if isinstance(node, list):
            return self._enclosed("[", [self._written(item) for item in node], "]")
        return write(node, self._string)

    def _members(self, key: str, value: Any) -> list[str]:
        values = value if isinstance(value, Twice) else (value,)
        return [f"{self._string(key)}{self._space()}:{self._space()}{self._written(one)}" for one in values]

    def _enclosed(self, start: str, parts: list[str], end: str) -> str:
        inner = ",".join(f"{self._space()}{part}{self._space()}" for part in parts)
        return f"{start}{inner or self._space()}{end}"

    def _space(self) -> str:
        return self.random.choice(self.spaces)

    def _string(self, text: str) -> str:
        if not self.escapes or self.random.random() < 0.6:
            lone = any("\ud800" <= character <= "\udfff" for character in text)
            return json.dumps(text, ensure_ascii=self.ascii or lone)
        return '"' + "".join(map(self._character, text)) + '"'

    def _character(self, character: str) -> str:
        plain = json.dumps(character)[1:-1]
        if self.random.random() >= self.escapes:
            return plain
        if character == "/":
            return "\\/"
        if len(plain) > 1:
            return plain
        return f"\\u{ord(character):04x}" if self.random.random() < 0.5 else f"\\u{ord(character):04X}"
