"""Says in a sentence what is wrong where a JSON text breaks, the same on every version of Python."""

from __future__ import annotations

import re

from insights_lint.payload import TextFault

_WORD = re.compile(r"[A-Za-z_$][A-Za-z0-9_$.]*")
_NUMBER = re.compile(r"[-+.0-9][-+.0-9A-Za-z_]*")
_RIGHT = re.compile(r"true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_NUMBER_CHARACTERS = frozenset("+-.0123456789eE_")
_LITERALS = {"True": "true", "False": "false", "None": "null", "undefined": "null", "nil": "null"}
_BLANK = " \t\r\n"


_CUT_OFF = "cut off: "
_TRAILING_TEXT = "text after the end of the JSON value"


def is_cut_off(text: str, fault: TextFault) -> bool:
    """Whether the text breaks because it ends too soon, also in the middle of a number or word."""
    at_end = fault.end == len(text) and fault.message != _TRAILING_TEXT
    return fault.message.startswith(_CUT_OFF) or (at_end and fault.rule == "json-invalid" and fault.start < fault.end)


def describe_break(text: str, offset: int, reason: str) -> tuple[int, int, str]:
    """Start and end of what does not belong, and what was expected.

    `offset` and `reason` are those of `json.JSONDecodeError`; only the reasons that point away from `offset` are read.
    """
    if reason.startswith("Unterminated string"):
        return offset, offset + 1, f"{_CUT_OFF}this string is never closed"
    if reason.startswith("Invalid control character"):
        return offset, offset + 1, _control(text[offset])
    if reason.startswith("Invalid \\"):  # of `\u` escapes the library names the letter
        start = offset - 1 if text[offset - 1 : offset + 1] == "\\u" else offset
        return start, min(start + 2, len(text)), "invalid escape in a string"
    while offset < len(text) and text[offset] in _BLANK:
        offset += 1
    before = _before(text, offset)
    if not text.strip(_BLANK):
        return 0, len(text), "empty: expected JSON"
    if reason.startswith("Illegal trailing comma"):  # Python 3.13 points at the comma, older ones behind it
        return offset, offset + 1, _trailing(text, offset)
    if offset >= len(text):
        return len(text), len(text), f"{_CUT_OFF}expected {_expected(text, before, reason)}"
    return _describe_text(text, offset, before, reason)


def _describe_text(text: str, offset: int, before: int, reason: str) -> tuple[int, int, str]:
    character = text[offset]
    expected = _expected(text, before, reason)
    if character in "]}" and before >= 0 and text[before] == ",":
        return before, before + 1, _trailing(text, before)
    if text.startswith(("//", "/*"), offset) or character == "#":
        return offset, offset + (2 if character == "/" else 1), "comments are not JSON"
    if character == "\x00":
        return offset, offset + 1, _control(character)
    if character in "'`\u2018\u2019\u201c\u201d":
        return offset, offset + 1, "strings and keys take straight double quotes"
    start = _number_start(text, offset)
    if start < offset and (number := _NUMBER.match(text, start)) and number.end() > offset:
        return start, number.end(), f"`{number[0][:40]}` is not a number in JSON"
    if reason.startswith("Extra data"):
        return offset, len(text.rstrip(_BLANK)), _TRAILING_TEXT
    return _describe_word(text, offset, expected)


def _describe_word(text: str, offset: int, expected: str) -> tuple[int, int, str]:
    if right := _RIGHT.match(text, offset):
        return offset, right.end(), f"expected {expected}, found `{right[0][:40]}`"
    if word := _WORD.match(text, offset):
        literal = _LITERALS.get(word[0])
        hint = f"; write {literal}" if literal else ""
        return offset, word.end(), f"`{word[0][:40]}` is not JSON{hint}: expected {expected}"
    if number := _NUMBER.match(text, offset):
        return offset, number.end(), f"`{number[0][:40]}` is not a number in JSON: expected {expected}"
    return offset, offset + 1, f"expected {expected}, found {_shown(text[offset])}"


def _control(character: str) -> str:
    if character == "\x00":
        return "a NUL byte is not JSON"
    return f"control character U+{ord(character):04X} must be escaped in a string"


def _number_start(text: str, offset: int) -> int:
    """Where the number begins in the middle of which the text breaks; `offset` itself if it is in none."""
    start = offset
    while start > 0 and text[start - 1] in _NUMBER_CHARACTERS:
        start -= 1
    return start if start < offset and text[start] in "-0123456789" else offset


def _before(text: str, offset: int) -> int:
    """Offset of the last character before this one that is not blank; -1 if there is none."""
    offset -= 1
    while offset >= 0 and text[offset] in _BLANK:
        offset -= 1
    return offset


def _expected(text: str, before: int, reason: str) -> str:
    if reason.startswith("Expecting property name"):
        return "a key in double quotes" + (" or `}`" if before >= 0 and text[before] == "{" else "")
    if reason.startswith("Expecting ':'"):
        return "`:` after the key"
    if reason.startswith("Expecting ','"):
        return "`,` or the closing bracket"
    if before >= 0 and text[before] == "[":
        return "a value or `]`"
    return "a value"


def _trailing(text: str, comma: int) -> str:
    after = text[comma + 1 :].lstrip(_BLANK)[:1]
    return f"trailing comma before `{after}`" if after else "trailing comma"


def _shown(character: str) -> str:
    return f"`{character}`" if character.isprintable() else f"U+{ord(character):04X}"
