"""Walks a JSON text of any length of which only one value at a time is held, such as an entry of an archive."""

from __future__ import annotations

import codecs
import io
import json
import re
from typing import NamedTuple

from insights_lint.json_text.breaks import describe_break
from insights_lint.model import Json

MAX_VALUE = 256_000_000
"""Characters of one value; an archive's largest entry is a fraction of that, and a text that breaks has no end."""
_CHUNK = 262_144
_BLANK = re.compile(r"[ \t\r\n]*")
_NUMBER_TO_END = re.compile(r"[0-9][-+.0-9eE]*\Z")
_NEAR_END = 16
"""Characters before the end of what was read in which a literal or an escape may only be cut in two."""
_MARK = 2
"""Bytes that tell UTF-16."""


class BrokenJsonError(Exception):
    """Where a text is no JSON, and why: line and column from 1, a sentence, and the text around the place."""

    def __init__(self, message: str, line: int, column: int, around: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
        self.around = around
        self.offset = offset


class Value(NamedTuple):
    """A parsed value, its text, and the line and column at which it begins."""

    value: Json
    text: str
    line: int
    column: int


class JsonStream:
    """Reads one token or value after the other; each method skips blanks first.

    Control characters in strings are let through, because some recorders write them. Bytes that are not UTF-8 become
    half surrogate pairs, from which they can be had back.
    """

    def __init__(self, stream: io.BufferedIOBase) -> None:
        self._stream = stream
        self._text = ""
        self._at = 0
        self._ended = False
        self._line = self._column = 1
        self._after_return = False
        """Whether CR was passed last, so that LF ends no other line."""
        self._decoder: codecs.IncrementalDecoder | None = None
        self._json = json.JSONDecoder(strict=False)

    def peek(self) -> str:
        """The next character that is not blank; none at the end."""
        while True:
            found = _BLANK.match(self._text, self._at)
            self._pass(found.end() if found else self._at)
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def take(self, character: str) -> bool:
        """Passes the next character if it is that one."""
        if self.peek() != character:
            return False
        self._pass(self._at + 1)
        return True

    def skip_until(self, character: str) -> None:
        """Passes everything before the character."""
        while self.peek() not in (character, ""):
            self._pass(self._at + 1)

    def key(self) -> str | None:
        """The key of the next member, and passes its colon; None at the end of the object."""
        self.take(",")
        if self.take("}"):
            return None
        if (following := self.peek()) != '"':
            raise self.broken("expected a key in double quotes" if following else "cut off: expected a key or `}`")
        key = self.value().value
        if not self.take(":"):
            raise self.broken("expected `:` after the key")
        return str(key)

    def value(self) -> Value:
        """The next value. Raises BrokenJsonError."""
        if not self.peek():
            raise self.broken("cut off: expected a value")
        line, column = self._line, self._column
        while True:
            try:
                value, end = self._json.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if not self._may_go_on(error) or not self._more():
                    raise self._broken_at(error.pos, error.msg) from None
            except RecursionError:
                raise self.broken("nested too deep to be read") from None
            except ValueError:  # more digits than sys.get_int_max_str_digits()
                raise self.broken("holds a number that is too large to represent") from None
            else:
                # A number at the end of what was read may go on.
                if _NUMBER_TO_END.match(self._text, end - 1) and self._more():
                    continue
                text = self._text[self._at : end]
                self._pass(end)
                return Value(value, text, line, column)

    def broken(self, message: str) -> BrokenJsonError:
        """The error that something is wrong where the stream is now."""
        return self._error(self._at, message)

    def _may_go_on(self, error: json.JSONDecodeError) -> bool:
        """Whether the value breaks only because no more of it was read."""
        if not error.msg.startswith("Unterminated") and error.pos < len(self._text) - _NEAR_END:
            return False
        if len(self._text) - self._at > MAX_VALUE:
            raise self.broken("a value of more than 256 MB, or a string that does not end") from None
        return True

    def _broken_at(self, offset: int, reason: str) -> BrokenJsonError:
        start, _, message = describe_break(self._text, offset, reason)
        return self._error(start, message)

    def _error(self, offset: int, message: str) -> BrokenJsonError:
        before = self._text[self._at : offset]
        line, column = _moved(self._line, self._column, before)
        begin = max(0, offset - 200)
        return BrokenJsonError(message, line, column, self._text[begin : offset + 200], offset - begin)

    def _pass(self, offset: int) -> None:
        if offset == self._at:
            return
        start = self._at + (self._after_return and self._text[self._at] == "\n")
        self._line, self._column = _moved(self._line, self._column, self._text[start:offset])
        self._after_return = self._text[offset - 1] == "\r"
        self._at = offset

    def _more(self) -> bool:
        """Reads on, twice as much each time, so that a long value costs no more than its length.

        At the end everything stays as it is.
        """
        if self._ended:
            return False
        data = self._stream.read(max(_CHUNK, len(self._text) - self._at))
        if self._decoder is None:
            while len(data) < _MARK and (following := self._stream.read(_CHUNK)):
                data += following
            self._decoder = _decoder(data)
        text = self._decoder.decode(data, final=not data)
        self._ended = not data
        if self._ended and not text:
            return False
        self._text = self._text[self._at :] + text
        self._at = 0
        return True


def _decoder(beginning: bytes) -> codecs.IncrementalDecoder:
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return codecs.getincrementaldecoder("utf-16")("replace")
    return codecs.getincrementaldecoder("utf-8-sig")("surrogateescape")


def _moved(line: int, column: int, text: str) -> tuple[int, int]:
    """Line and column behind the text; LF, CRLF and CR end a line."""
    if not text:
        return line, column
    breaks = text.count("\n")
    returns = text.count("\r")
    if returns:
        breaks += returns - text.count("\r\n")
    if not breaks:
        return line, column + len(text)
    return line + breaks, len(text) - max(text.rfind("\n"), text.rfind("\r"))
