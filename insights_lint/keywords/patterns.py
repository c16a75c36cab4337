"""Patterns that mean the same in ECMAScript and in Python; all others are refused.

Allowed: literals, classes, groups, alternation, quantifiers, `^` and `$`; short classes for digits, words and blanks
are ASCII. Patterns are searched for, so anchor them. A quantifier inside a quantified group is refused, because it can
take for ever.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NoReturn

from insights_lint.model import Json

PATTERN: dict[str, Json] = {"type": "string"}

_CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": r" \t\n\r\f\v"}
_CONTROLS = frozenset("tnrfv")
_CHARACTERS = {"\\t": "\t", "\\n": "\n", "\\r": "\r", "\\f": "\f", "\\v": "\v"}
_MAX_REPEAT = 10_000
_PUNCTUATION = frozenset(r"^$\.*+?()[]{}|/-!#%&,:;<=>@_`~'" + '" ')
_ANY = r"[^\n\r\u2028\u2029]"
_HEX = frozenset("0123456789abcdefABCDEF")


class PatternError(ValueError):
    """A pattern outside the subset; `offset` is that of the character to blame."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


@lru_cache(maxsize=512)
def translate(pattern: str) -> str:
    """The pattern for Python's `re.search`. Raises PatternError."""
    return _Translation(pattern).run()


class _Translation:
    """Reads a pattern once from left to right."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.offset = 0

    def run(self) -> str:
        source, _ = self._alternatives()
        if self.offset < len(self.pattern):
            self._refuse("unbalanced `)`")
        return source

    def _refuse(self, message: str, offset: int | None = None) -> NoReturn:
        raise PatternError(message, self.offset if offset is None else offset)

    def _peek(self) -> str:
        return self.pattern[self.offset : self.offset + 1]

    def _alternatives(self) -> tuple[str, bool]:
        """The source up to `)` or the end, and whether anything in it repeats a varying number of times."""
        parts: list[str] = []
        repeats = False
        while (character := self._peek()) and character != ")":
            if character == "|":
                self.offset += 1
                parts.append("|")
                continue
            start = self.offset
            atom, inner = self._atom(character)
            quantifier, most, varies = self._quantifier(start, atom in ("^", r"\Z"))
            if inner and most > 1:
                self._refuse("a quantifier inside a quantified group can take for ever", start)
            repeats = repeats or inner or varies
            parts.append(atom + quantifier)
        return "".join(parts), repeats

    def _atom(self, character: str) -> tuple[str, bool]:
        self.offset += 1
        if character == "(":
            return self._group()
        if character == "[":
            return self._class(), False
        if character == "\\":
            source, is_class = self._escape()
            return (f"[{source}]" if is_class else source), False
        if character in "*+?{":
            self._refuse(f"nothing to repeat before `{character}`", self.offset - 1)
        if character in "]}":
            self._refuse(f"`{character}` must be escaped", self.offset - 1)
        if character == "$":
            return r"\Z", False
        if character == ".":
            return _ANY, False
        return (character if character == "^" else _literal(character)), False

    def _group(self) -> tuple[str, bool]:
        start = self.offset - 1
        if self._peek() == "?":
            if self.pattern[self.offset : self.offset + 2] != "?:":
                self._refuse("only plain groups `(…)` and `(?:…)` are allowed: no lookaround, names or flags", start)
            self.offset += 2
        source, repeats = self._alternatives()
        if self._peek() != ")":
            self._refuse("this group is never closed", start)
        self.offset += 1
        return f"(?:{source})", repeats

    def _escape(self) -> tuple[str, bool]:
        """The source of one escape, and whether it stands for a class (its inside only)."""
        start = self.offset - 1
        character = self._peek()
        self.offset += 1
        if character in _CLASSES and character:
            return _CLASSES[character], True
        if character in ("D", "W", "S"):
            return "^" + _CLASSES[character.lower()], True
        if character in _CONTROLS and character:
            return "\\" + character, False
        if character in ("x", "u"):
            length = 2 if character == "x" else 4
            digits = self.pattern[self.offset : self.offset + length]
            if len(digits) == length and _HEX.issuperset(digits):
                self.offset += length
                return _literal(chr(int(digits, 16))), False
        if character in _PUNCTUATION and character:
            return _literal(character), False
        raise PatternError(f"the escape `\\{character}` does not mean the same everywhere", start)

    def _class(self) -> str:
        start = self.offset - 1
        source = "["
        if self._peek() == "^":
            source += "^"
            self.offset += 1
        if self._peek() == "]":
            self._refuse("a class that is empty or begins with `]`", start)
        while self._peek() != "]":
            begin = self.offset
            first = self._class_member(start)
            if self._peek() == "-" and self.pattern[self.offset + 1 : self.offset + 2] not in ("]", ""):
                self.offset += 1
                last = self._class_member(start)
                if len(first) > 1 or len(last) > 1 or first > last:
                    self._refuse("a range needs two characters in order; escape a literal `-`", begin)
                source += f"{_literal(first)}-{_literal(last)}"
            else:
                source += _literal(first) if len(first) == 1 else first
        self.offset += 1
        return source + "]"

    def _class_member(self, start: int) -> str:
        """One character of a class; or the inside of `\\d`, `\\w` or `\\s`, which is longer."""
        character = self._peek()
        if not character:
            self._refuse("this class is never closed", start)
        self.offset += 1
        if character != "\\":
            return character
        source, is_class = self._escape()
        if is_class and source.startswith("^"):
            self._refuse("a negated class inside a class", self.offset - 2)
        return source if is_class else _CHARACTERS.get(source, source[-1])

    def _quantifier(self, start: int, on_anchor: bool) -> tuple[str, float, bool]:
        """The source, how often at most, and whether it repeats a varying number of times."""
        begin = self.offset
        character = self._peek()
        least, most = 1, 1.0
        if character and character in "*+?":
            self.offset += 1
            least, most = {"*": (0, float("inf")), "+": (1, float("inf")), "?": (0, 1.0)}[character]
        elif character == "{":
            end = self.pattern.find("}", self.offset)
            low, comma, high = self.pattern[self.offset + 1 : end].partition(",")
            if end < 0 or not _is_count(low) or not (high == "" or _is_count(high)):
                self._refuse(f"expected `{{n}}`, `{{n,}}` or `{{n,m}}` up to {_MAX_REPEAT:,}; escape a literal `{{`")
            least = int(low)
            most = float("inf") if comma and not high else float(high or low)
            if most < least:
                self._refuse("the limits of this quantifier are in the wrong order")
            self.offset = end + 1
        if begin == self.offset:
            return "", 1, False
        if on_anchor:
            self._refuse("an anchor cannot be repeated", start)
        if self._peek() and self._peek() in "?+*":
            self._refuse("lazy and possessive quantifiers are not in the subset")
        return self.pattern[begin : self.offset], most, most != least


def _is_count(digits: str) -> bool:
    return digits.isascii() and digits.isdigit() and len(digits) <= 5 and int(digits) <= _MAX_REPEAT


def _literal(character: str) -> str:
    """The character as it stands for itself both inside and outside a class."""
    return "\\" + character if character in r"^$\.*+?()[]{}|-&~#" else character
