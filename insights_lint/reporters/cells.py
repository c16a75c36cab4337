"""Measures text in the columns of a terminal, after everything that cannot be seen has become an escape."""

from __future__ import annotations

from unicodedata import category, east_asian_width

from insights_lint.json_text.visible import visible

# One width wherever it stands: a real tab stop would depend on the gutter and on where a line was cut.
_TAB = "  "


def cells(text: str) -> list[str]:
    """What is printed for each code point."""
    return [_TAB if character == "\t" else visible(character) for character in text]


def columns(shown: list[str]) -> list[int]:
    """The column at which each cell begins, from 0, and the one behind the last."""
    places = [0]
    for cell in shown:
        places.append(places[-1] + sum(map(_width, cell)))
    return places


def width(text: str) -> int:
    """How many columns the text takes."""
    return columns(cells(text))[-1]


def _width(character: str) -> int:
    if " " <= character <= "~":
        return 1
    if category(character) in ("Mn", "Me"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1
