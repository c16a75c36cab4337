"""Knows where a JSON text stands in its source: its lines and columns, also where it is a string in another text."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from functools import cached_property

from insights_lint.json_text.spans import Lines, Spans
from insights_lint.recording import Embedding

# What stands for one character in a JSON string but is written with more; two halves of a pair are one character.
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.DOTALL)


class SourceText:
    """One JSON text and the lines around it; values are looked up only when something is wrong with one.

    `line` and `column` are the source's at which the text begins, or that in which it is embedded. `unique_keys` tells
    that no object of it has a key twice. `around` is the text in which it is embedded, where more is embedded in that.
    """

    def __init__(
        self,
        text: str,
        *,
        line: int = 1,
        column: int = 1,
        unique_keys: bool = False,
        embedding: Embedding | None = None,
        around: SourceText | None = None,
    ) -> None:
        self.text = text
        self.line = line
        self.column = column
        self.embedding = embedding
        self.around = around
        if embedding is not None and around is None:
            self.around = SourceText(embedding.text, line=line, column=column)
        self.spans = Spans(text, unique_keys=unique_keys)
        self.lines: Lines = Lines(text) if self.around is None else self.around.lines
        """The lines of the source, from that at which the text, or what it is embedded in, begins."""

    def offset(self, inner: int) -> int:
        """Where in the text of `lines` the character of this text stands."""
        if self.embedding is None:
            return inner
        ends, shifts = self._escapes
        return inner + shifts[bisect_right(ends, inner)]

    def place(self, inner: int) -> tuple[int, int]:
        """Line and column in the source."""
        line, column = self.lines.place(self.offset(inner))
        return line + self.line - 1, column + (self.column - 1 if line == 1 else 0)

    @cached_property
    def _escapes(self) -> tuple[array[int], array[int]]:
        """Offsets behind each escape of the string, and how far all is moved before the first and behind each."""
        if self.embedding is None or self.around is None:
            return array("Q"), array("Q", [0])
        start, end = self.around.spans.value(self.embedding.pointer)
        shift = start + 1  # behind the quote
        ends, shifts = array("Q"), array("Q", [shift])
        for found in _ESCAPE.finditer(self.around.text, start + 1, end - 1):
            ends.append(found.start() - shift + 1)
            shift += found.end() - found.start() - 1
            shifts.append(shift)
        return ends, shifts
