"""Cuts the lines that a violation is about out of a text: windowed, masked, and marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from insights_lint.json_text.masks import mask_text
from insights_lint.json_text.spans import Lines
from insights_lint.violation import Excerpt, ExcerptLine, Mark

WINDOW = 240
"""Code points of one line that an excerpt keeps; a terminal shows fewer."""
_REACH = 65_536
"""Code points before a window in which a string may begin that reaches into it, and after it in which it may end."""
_QUOTES = 6
"""Quotes before a window that are looked at: those of a string that reaches into it, of its key, and one pair more."""
_UNQUOTED = 256
"""Code points around a window that are looked at in a text without quotes, such as a line of a log."""


class Stretch(NamedTuple):
    """A part of the text to show: offsets, a word for it, and whether it is the place itself."""

    start: int
    end: int
    label: str
    primary: bool


def excerpt(lines: Lines, stretches: Sequence[Stretch], first_line: int, *, show_values: bool) -> Excerpt:
    """One excerpt line for each line of the text on which a stretch begins, in order.

    `first_line` is the source's line at which the text begins. Stretches of one line that are too far apart for one
    window get a line each.
    """
    windows: list[tuple[int, list[Stretch]]] = []
    for stretch in sorted(stretches):
        number, _ = lines.place(stretch.start)
        if windows and windows[-1][0] == number and stretch.start - windows[-1][1][0].start < WINDOW // 2:
            windows[-1][1].append(stretch)
        else:
            windows.append((number, [stretch]))
    return tuple(_line(lines, number, inside, first_line, show_values) for number, inside in windows)


def _line(lines: Lines, number: int, stretches: list[Stretch], first_line: int, show_values: bool) -> ExcerptLine:
    begin, finish = lines.line(number)
    start, end = begin, finish
    if finish - begin > WINDOW:
        last = max(min(stretch.end, stretch.start + WINDOW // 2) for stretch in stretches)
        room = max(0, WINDOW - (last - stretches[0].start))
        start = max(begin, min(stretches[0].start - room // 2, finish - WINDOW))
        end = min(finish, start + WINDOW)
    text = lines.text[start:end] if show_values else masked(lines.text, start, end)
    marks = tuple(
        Mark(stretch.start - start, max(stretch.start, min(stretch.end, end)) - start, stretch.label, stretch.primary)
        for stretch in stretches
    )
    return ExcerptLine(number + first_line - 1, text, start > begin, end < finish, marks)


def masked(text: str, start: int, end: int) -> str:
    """The stretch with secrets hidden, also those that begin before it or are named on an earlier line."""
    before, after = start, text.find('"', end, end + _REACH)
    for _ in range(_QUOTES):
        before = max(text.rfind('"', max(0, start - _REACH), before), 0)
    before = min(before, max(0, start - _UNQUOTED))
    after = max(after + 1, end + _UNQUOTED)
    return mask_text(text[before:after])[start - before : end - before]
