"""What is printed cannot move the cursor, turn the text around, or fail to be encoded."""

from __future__ import annotations

import unicodedata

import pytest

from insights_lint.json_text.visible import shorten, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Product Clicked", "Product Clicked"),
        ("é 😀 日本語 العربية", "é 😀 日本語 العربية"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\x00\x1b[31m\x7f\x9b", "\\x00\\x1b[31m\\x7f\\x9b"),
        ("a\u202eb\u2066c", "a\\u202eb\\u2066c"),
        ("\u200b\u2028\ufeff", "\\u200b\\u2028\\ufeff"),
        ("\ud800", "\\ud800"),
        ("back\\slash", "back\\slash"),
    ],
)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_every_control_and_every_sign_of_direction_is_escaped() -> None:
    directions = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    marks = "\u061c\u200e\u200f"
    for character in map(chr, range(0x110000)):
        category = unicodedata.category(character)
        if (
            category in ("Cc", "Cs", "Zl", "Zp")
            or unicodedata.bidirectional(character) in directions
            or character in marks
        ):
            assert visible(character) == visible(visible(character)) != character, f"U+{ord(character):04X}"
            visible(character).encode("ascii")


def test_letters_digits_and_signs_are_shown_as_they_are() -> None:
    for character in map(chr, range(0x20, 0x110000)):
        if unicodedata.category(character)[0] in "LNPS":
            assert visible(character) == character


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [("", 1, ""), ("abc", 3, "abc"), ("abcd", 3, "ab…"), ("😀" * 5, 4, "😀😀😀…"), ("ab", 1, "…")],
)
def test_shorten(text: str, limit: int, short: str) -> None:
    assert shorten(text, limit) == short
