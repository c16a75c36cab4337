"""Draws an excerpt: source lines cut to the terminal, line numbers beside them, marks and labels under them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from insights_lint.json_text.visible import shorten, visible
from insights_lint.reporters.cells import cells, columns, width
from insights_lint.reporters.paint import Paint
from insights_lint.violation import Excerpt, ExcerptLine, Mark

_MIN_ROOM = 24
"""Columns that a source line gets however narrow the terminal: enough for an escape and some neighbours."""
_GAP = 2
"""Columns between two marks of one row."""
_CUT = "…"


class _Window(NamedTuple):
    """A part of a source line, from `begin` to `end` (code points), and the marks that begin in it."""

    begin: int
    end: int
    marks: list[Mark]


class _Piece(NamedTuple):
    """Something to draw under a source line, and the column at which it begins."""

    column: int
    text: str
    style: str


def gutter_width(excerpt: Excerpt) -> int:
    """How many digits the largest line number has."""
    return max((len(str(line.number)) for line in excerpt), default=1)


def frame(excerpt: Excerpt, style: str, columns_wide: int, paint: Paint) -> Iterator[str]:
    """The lines of the frame, cut to so many columns. `style` is that of the primary mark."""
    gutter = gutter_width(excerpt)
    room = max(_MIN_ROOM, columns_wide - gutter - 4)
    margin = paint("gutter", " " * (gutter + 2) + "|")
    previous = None
    yield margin
    for line in excerpt:
        if previous is not None and line.number > previous + 1:
            yield paint("gutter", "...")
        previous = line.number
        number = paint("gutter", f" {line.number:>{gutter}} |")
        for text, rows in _drawn(line, style, room):
            yield f"{number} {text}" if text else number
            for row in rows:
                yield f"{margin} {_painted(row, paint)}"
    yield margin


def _drawn(line: ExcerptLine, style: str, room: int) -> Iterator[tuple[str, list[list[_Piece]]]]:
    """What is shown of the line, mostly all of it at once, each with the rows under it."""
    shown = cells(line.text)
    places = columns(shown)
    size = len(shown)
    # A place behind the last character, such as the end of a text that breaks off, may lie beyond what was excerpted.
    marks = [mark._replace(start=min(mark.start, size), end=min(mark.end, size)) for mark in line.marks]
    fits = places[-1] + line.cut_before + line.cut_after <= room
    for begin, end, inside in [_Window(0, size, marks)] if fits else _windows(marks, places, room):
        before = _CUT if begin or line.cut_before else ""
        after = _CUT if end < size or line.cut_after else ""
        pieces = []
        for mark in sorted(inside, key=lambda mark: (mark.start, mark.end)):
            column = places[mark.start] - places[begin] + len(before)
            wide = places[min(mark.end, end)] - places[mark.start]
            sign = "^" if mark.primary else "-"
            pieces.append((_Piece(column, sign * max(1, wide), style if mark.primary else "gutter"), mark.label))
        yield before + "".join(shown[begin:end]) + after, _rows(pieces, room)


def _windows(marks: list[Mark], places: list[int], room: int) -> list[_Window]:
    """The parts of a long line that show where every mark begins: one for all of them if they are close enough."""
    windows = []
    inner = room - 2 * len(_CUT)
    size = len(places) - 1
    pending = marks
    while pending:
        first, last = _extent(pending, places)
        focus = next((mark for mark in pending if mark.primary), pending[0])
        if last - first > inner:
            first, last = _extent([focus], places)
        # What is too long to be seen whole still needs what stands before it, such as its key.
        need = last - first if last - first <= inner else inner // 2
        left = max(0, min(first - (inner - need) // 2, places[-1] - inner))
        # An accent must not be cut off from its letter: of the code points at one column, the last is the letter.
        begin = bisect_right(places, places[bisect_left(places, left)], hi=focus.start + 1) - 1
        end = bisect_right(places, left + inner) - 1
        inside = [mark for mark in pending if mark is focus or begin <= mark.start < end or begin <= mark.start == size]
        windows.append(_Window(begin, end, inside))
        pending = [mark for mark in pending if mark not in inside]
    return sorted(windows, key=lambda window: window.begin)


def _extent(marks: Sequence[Mark], places: list[int]) -> tuple[int, int]:
    """From the first column of the marks to the last that they or their labels take."""
    last = (places[min(max(mark.end, mark.start + 1), len(places) - 1)] + 1 + width(mark.label) for mark in marks)
    return min(places[mark.start] for mark in marks), max(last)


def _rows(pieces: list[tuple[_Piece, str]], room: int) -> list[list[_Piece]]:
    """The pieces, in order, with their labels beside them, or below where there is no room, in rows without overlap."""
    rows: list[list[_Piece]] = []
    taken = 0
    for (column, carets, style), label in pieces:
        word = visible(shorten(label, room))
        wide = width(word)
        below: list[_Piece] = []
        if word and column + len(carets) + 1 + wide <= room:
            piece = _Piece(column, f"{carets} {word}", style)
        elif word and column > wide:
            piece = _Piece(column - 1 - wide, f"{word} {carets}", style)
        else:
            piece = _Piece(column, carets, style)
            below = [_Piece(max(0, min(column, room - wide)), word, style)] if word else []
        if rows and piece.column >= taken:
            rows[-1].append(piece)
        else:
            rows.append([piece])
        taken = piece.column + width(piece.text) + _GAP
        if below:
            rows.append(below)
            # Nothing more in the row of a label: it would seem to belong to it.
            taken = room + _GAP
    return rows


def _painted(row: list[_Piece], paint: Paint) -> str:
    written = 0
    parts = []
    for column, text, style in row:
        parts += [" " * (column - written), paint(style, text)]
        written = column + width(text)
    return "".join(parts)
