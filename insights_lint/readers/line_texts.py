"""Finds what a line of a log tells: JSON behind a prefix or with odd escapes, or the parts of a request as words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from insights_lint.json_text.parsing import parse
from insights_lint.model import Json
from insights_lint.readers.endpoints import mentions_api
from insights_lint.readers.shapes import shape_of

_HEX = re.compile(r"\\x([0-9A-Fa-f]{2})")
_HASH = re.compile(r"#([0-9A-F]{2})")
"""How HAProxy writes what it captured of a request."""
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_LEFT_OUT = re.compile(r":\s*(?=[,}])")
_NO_NUMBER = re.compile(r"(?<=[:,\[])\s*(?:NaN|-?Infinity)(?=\s*[,}\]])")
_METHODS = "GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS"
_REQUEST_LINE = re.compile(rf"\b(?:{_METHODS})[ \t]+(\S+)")
_METHOD = re.compile(rf"\b({_METHODS})\b")
_HOST = re.compile(r"\binsights(?:\.[a-z0-9-]+)?\.algolia\.io(?![a-z.])")
_OTHER_HOST = re.compile(r"(?<![\w./@-])(?:[a-z0-9-]+\.)+[a-z]{2,24}(?::[0-9]+)?(?![\w./@-])", re.IGNORECASE)
_TARGET = re.compile(r"(?:https?://[^\s\"'/]+|(?<![^\s\"'=(]))/[^\s\"']*?1/events(?:\?[^\s\"']*)?(?=[\s\"']|$)")
_TIME = re.compile(
    r"[0-9]{1,2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9:.]{8,}(?: [-+][0-9]{4})?"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]{8,}(?:Z|[-+][0-9:]{5,6})?"
)
_STATUS = re.compile(r"(?:status\W{1,3}|HTTP/[0-9.]+\"?\s+|\t)([1-5][0-9]{2})(?![0-9.])")
_LENGTH = re.compile(r"\b(?:cl|content_?length)[=:]\"?([0-9]{1,12})", re.IGNORECASE)
_AROUND = re.compile(rf"[}}|]?\s*\"?(?:{_METHODS})?\s*$")
"""What may stand between a body that was cut off and the URL behind it."""
_BODY = re.compile(r"\{\s*\"events\"\s*:|\[\s*\{\s*\"event")
_OPEN = re.compile(r"[{\[]\s*$")
_LOGGED = re.compile(r"[0-9]{2}:[0-9]{2}|[0-9]{9,}|^\s*<[0-9]{1,3}>|\t")


class LineText(NamedTuple):
    """What a line holds, and the text that it was parsed from."""

    value: Json
    text: str
    column: int = 1
    """Where in the line the body begins, if the text does not stand in the line as it is."""
    exact: bool = False
    goes_on: bool = False
    """Whether the body that begins in it may end in one of the following lines."""
    garbled: bool = False
    """Whether it was JSON once, of which not enough is left to know the body."""


def texts_in(text: str) -> Iterator[str]:
    """The JSON texts of a string: itself, or those of its lines, each perhaps behind a prefix."""
    if parse(text).error is None:
        yield text
        return
    for line in filter(str.strip, text.splitlines()):
        found = line if parse(line).error is None else _behind_prefix(line)
        if found is not None:
            yield found


def line_text(line: str) -> LineText | None:
    """What a line tells, which is no JSON by itself; None if that is nothing."""
    text = _behind_prefix(line)
    if text is not None:
        document = parse(text).document
        # A body by itself is not all that is known of its request.
        words = None if shape_of(document) is None else _told_in_words(line)
        return words or LineText(document, text, exact=True)
    for text in _repaired(line):
        document = parse(text).document
        if isinstance(document, dict):
            body = re.search(r"[\[{]\\", line)
            value = _decoded(document) if _HEX.search(line) else document
            return LineText(value, text, body.start() + 1 if body else 1)
    return _told_in_words(line)


def is_log_line(line: str) -> bool:
    """Whether it is a line of a log: JSON behind or between other words, or a request as words."""
    if line.startswith(("{", "[")):
        return any(isinstance(parse(text).document, dict) for text in _repaired(line))
    return _LOGGED.search(line) is not None and (
        _behind_prefix(line) is not None or _REQUEST_LINE.search(line) is not None or mentions_api(line)
    )


def _behind_prefix(line: str) -> str | None:
    """The line with blanks for what stands before its JSON; None if there is none."""
    start = min((at for at in (line.find("{"), line.find('["')) if at > 0), default=0)
    if not start:
        return None
    text = " " * start + line[start:]
    return text if parse(text).error is None else None


def _repaired(line: str) -> Iterator[str]:
    """The line as JSON, if it is one of the ways in which servers write something that only looks like it."""
    text = _HEX.sub(r"\\u00\1", line)  # nginx, of each byte
    if text != line:
        yield text
    if "NaN" in text or "Infinity" in text:
        yield _NO_NUMBER.sub(" null", text)  # Python
    yield _LEFT_OUT.sub(": null", text)  # nginx, unescaped, of a body that it did not keep
    yield _ESCAPE.sub(lambda found: found[0] if found[1] in '"\\/bfnrtu' else found[1], text)  # HAProxy


def _told_in_words(line: str) -> LineText | None:
    """The parts of a request to the API that an access log wrote as words; None if it is none."""
    escape = _HEX if _HEX.search(line) else _HASH if "#22" in line else None
    text = line if escape is None else _decoded(escape.sub(lambda found: chr(int(found[1], 16)), line))
    body = _BODY.search(text)
    start = end = len(text)
    closed = _OPEN.search(text) is None
    if body is not None:
        start = body.start()
        length = _length_of_first_value(text[start:])
        closed = length is not None
        behind = None if closed else _TARGET.search(text, start)
        end = start + length if length is not None else behind.start() if behind else len(text)
    words = f"{text[:start]} {text[end:]}"
    target = _TARGET.search(words)
    if target is None:
        return None
    value: dict[str, Json] = {"url": target[0]}
    host = _HOST.search(words) or _OTHER_HOST.search(words.replace(target[0], " "))
    found = {"method": _METHOD.search(words), "host": host, "time": _TIME.search(words)}
    found |= {"status": _STATUS.search(words), "content_length": _LENGTH.search(words)}
    value |= {key: match[0] if key in ("time", "host") else match[1] for key, match in found.items() if match}
    if body is not None:
        value["request_body"] = text[start:end] if closed else _AROUND.sub("", text[start:end])
    column = (start if body else target.start()) + 1
    return LineText(value, "", column, goes_on=not closed, garbled=body is None and line.startswith("{"))


def _length_of_first_value(text: str) -> int | None:
    """How long the JSON is with which the text begins; None if it does not end."""
    try:
        _, end = json.JSONDecoder(strict=False).raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return end


def _decoded(value: Json) -> Json:
    """The value with its strings decoded, in which each character was a byte."""
    if isinstance(value, dict):
        return {key: _decoded(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_decoded(item) for item in value]
    if not isinstance(value, str) or value.isascii():
        return value
    try:
        return value.encode("latin-1").decode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # the line was not ASCII before
        return value
