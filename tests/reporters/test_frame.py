"""Proves that marks stay under what they mark, whatever the line holds and however narrow the terminal."""

from __future__ import annotations

import random
from bisect import bisect_right

import pytest

from insights_lint.reporters.cells import cells, columns, width
from insights_lint.reporters.frame import frame
from insights_lint.reporters.paint import painter
from insights_lint.violation import ExcerptLine, Mark

ALPHABET = ["a", "b", " ", '"', "é", "e\u0301", "購", "👍", "\t", "\x1b", "\u202e", "\ud800"]


def drawn(line: ExcerptLine, wide: int = 80) -> list[str]:
    """The frame's lines without the gutter."""
    return [row[5:] for row in frame((line,), "error", wide, painter(color=False))][1:-1]


def at(row: str, column: int) -> str:
    """What stands at the column; of an accent and the letter behind it, the letter."""
    shown = cells(row)
    return shown[bisect_right(columns(shown), column) - 1]


@pytest.mark.parametrize("wide", [20, 40, 80, 200])
def test_carets_stand_under_the_marked_character(wide: int) -> None:
    chance = random.Random(wide)  # noqa: S311  # a seed, so that a failure can be repeated
    for _ in range(300):
        before = "".join(chance.choices(ALPHABET, k=chance.randrange(200)))
        after = "".join(chance.choices(ALPHABET, k=chance.randrange(200)))
        mark = Mark(len(before), len(before) + 1, "x" * chance.randrange(12), True)
        text, *rows = drawn(ExcerptLine(1, f"{before}#{after}", before.count(" ") > 3, " " in after, (mark,)), wide)
        assert at(text, rows[0].index("^")) == "#"
        assert all(width(row) <= max(24, wide - 5) for row in (text, *rows))


@pytest.mark.parametrize("wide", [30, 80])
def test_every_mark_is_drawn_with_its_label_and_none_over_another(wide: int) -> None:
    chance = random.Random(wide)  # noqa: S311  # a seed, so that a failure can be repeated
    for _ in range(300):
        size = chance.randrange(1, 240)
        starts = chance.choices(range(size + 1), k=chance.randrange(1, 6))
        marks = tuple(
            Mark(start, min(size, start + chance.randrange(9)), f"L{number}", number == 0)
            for number, start in enumerate(starts)
        )
        rows = drawn(ExcerptLine(1, "." * size, False, False, marks), wide)
        under = [row for row in rows if set(row) - set(".…")]
        words = " ".join(under).split()
        assert sorted(word for word in words if word.startswith("L")) == sorted(mark.label for mark in marks)
        signs = [word for word in words if not word.startswith("L")]
        assert len(signs) == len(marks)
        assert all(set(sign) in ({"^"}, {"-"}) for sign in signs)


@pytest.mark.parametrize(
    ("text", "mark", "expected"),
    [
        ("{}", Mark(1, 1, "", True), ["{}", " ^"]),
        ("{", Mark(5, 9, "expected `}`", True), ["{", " ^ expected `}`"]),
        ("abc", Mark(1, 99, "rest", True), ["abc", " ^^ rest"]),
        ("a\x00b", Mark(1, 2, "NUL", True), ["a\\x00b", " ^^^^ NUL"]),
        ("\t購1", Mark(2, 3, "one", True), ["  購1", "    ^ one"]),
        ("e\u0301x", Mark(2, 3, "", True), ["e\u0301x", "  ^"[1:]]),
        ("ab", Mark(0, 1, "two\nlines", True), ["ab", "^ two\\nlines"]),
    ],
)
def test_one_mark(text: str, mark: Mark, expected: list[str]) -> None:
    assert drawn(ExcerptLine(1, text, False, False, (mark,))) == expected


def test_a_label_wider_than_the_terminal_is_shortened() -> None:
    _, _, label = drawn(ExcerptLine(1, "ab", False, False, (Mark(0, 1, "y" * 500, True),)), 40)
    assert label == "y" * 34 + "…"
