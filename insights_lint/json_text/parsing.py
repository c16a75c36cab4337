"""Parses JSON strictly, keeps what the usual parsers lose, and says in a sentence where a text breaks.

Kept: the text of numbers, duplicate keys, nulls and templates. Refused although `json.loads` takes it: NaN, Infinity,
numbers beyond a double, nesting deeper than 256 (the library's own limit moves between Python versions).
"""

# Without annotations as strings, as in model.py.
import codecs
import json
import re
import sys
from math import isfinite
from typing import Any, NamedTuple

from insights_lint.model import Json, Number, Template
from insights_lint.payload import TextFault

MAX_DEPTH = 256
"""Levels of arrays and objects that are read; the deepest documented payload has four."""

# Compiled where they are needed, which is seldom.
_LEXEME = r'"(?:[^"\\]|\\.)*+"|[\[{\]}]|-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?'
_TEMPLATE = r"(?s:\$\{.*?\}|\{\{.*?\}\})"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Parsed(NamedTuple):
    """A parsed text. With `error`, `document` is None; duplicate keys are no error: the last value counts."""

    document: Json = None
    error: TextFault | None = None
    duplicates: tuple[TextFault, ...] = ()
    has_null: bool = False
    templates: int = 0


def decode(data: bytes) -> tuple[str, TextFault | None]:
    """The text of `data`: UTF-8, or UTF-16 where a byte order mark says so; the mark itself is dropped.

    Where a byte does not belong, the fault stands at it, in a text in which such bytes are U+FFFD.
    """
    encoding, start = "utf-8", 0
    for bom, name in _BOMS:
        if data.startswith(bom):
            encoding, start = name, len(bom)
            break
    body = data[start:] if start else data
    try:
        return body.decode(encoding), None
    except UnicodeDecodeError as error:
        offset = len(body[: error.start].decode(encoding))
        text = body.decode(encoding, "replace")
        what = f"byte 0x{body[error.start]:02X}" if error.start < len(body) else "the end"
        name = encoding.upper().removesuffix("-LE").removesuffix("-BE")
        return text, TextFault("json-not-utf-8", offset, offset + 1, f"{what} is not valid {name}")


class _TooLargeError(ValueError):
    """A number that no double can hold; its text is the argument."""


class _NotJsonError(ValueError):
    """NaN, Infinity or -Infinity, which the library would take; its text is the argument."""


def parse(text: str, *, templates: bool = False) -> Parsed:
    """Parses one JSON value. With `templates`, strings that hold `${…}` or `{{…}}` become `Template`s."""
    duplicated = False
    has_null = False

    def build(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal duplicated, has_null
        members = dict(pairs)
        if len(members) != len(pairs):
            duplicated = True
        if None in members.values():
            has_null = True
        return members

    try:
        document = _decoder(build).decode(text)
    except (RecursionError, ValueError) as error:
        return Parsed(error=_fault(text, error))
    if text.count("[") + text.count("{") > MAX_DEPTH:
        deep = _too_deep(text)
        if deep is not None:
            return Parsed(error=deep)
    count = 0
    if templates and ("${" in text or "{{" in text):
        document, count = _with_templates(document)
    # Only now: finding duplicates walks the text once more.
    duplicates = tuple(_duplicates(text)) if duplicated else ()
    return Parsed(document, None, duplicates, has_null, count)


def _fault(text: str, error: RecursionError | ValueError) -> TextFault:
    """What the library's refusal means, and where."""
    if isinstance(error, _TooLargeError):
        return _number_too_large(text, str(error))
    if isinstance(error, _NotJsonError):
        return _not_json_constant(text, str(error))
    if isinstance(error, json.JSONDecodeError):
        from insights_lint.json_text.breaks import describe_break

        start, end, message = describe_break(text, error.pos, error.msg)
        return _too_deep(text[:start]) or TextFault("json-invalid", start, end, message)
    deep = _too_deep(text) if isinstance(error, RecursionError) else None
    # Otherwise int() refused more digits than sys.get_int_max_str_digits().
    return deep or _number_too_large(text, None)


def _decoder(build: Any) -> json.JSONDecoder:
    return json.JSONDecoder(object_pairs_hook=build, parse_float=_number, parse_constant=_constant)


def _number(literal: str) -> Number:
    number = Number(literal)
    if not isfinite(number):
        raise _TooLargeError(literal)
    return number


def _constant(literal: str) -> None:
    raise _NotJsonError(literal)


def _depth_offset(text: str) -> int | None:
    """Where the first value deeper than the limit begins."""
    depth = 0
    for token in re.finditer(_LEXEME, text, re.DOTALL):
        if token[0] in ("[", "{"):
            depth += 1
            if depth > MAX_DEPTH:
                return token.start()
        elif token[0] in ("]", "}"):
            depth -= 1
    return None


def _too_deep(text: str) -> TextFault | None:
    offset = _depth_offset(text)
    if offset is None:
        return None
    return TextFault("json-too-deep", offset, offset + 1, f"nested deeper than {MAX_DEPTH}")


def _number_too_large(text: str, literal: str | None) -> TextFault:
    most = sys.get_int_max_str_digits()
    for token in re.finditer(_LEXEME, text, re.DOTALL):
        found = token[0]
        if found[0] in '"[{]}':
            continue
        if found == literal or (literal is None and len(found) > most and found.lstrip("-").isdigit()):
            what = f"{found} is" if literal and len(found) <= 40 else f"a number of {len(found):,} characters is"
            return TextFault("json-number-too-large", token.start(), token.end(), f"{what} too large to represent")
    raise AssertionError("the parser refused a number that is not in the text")


def _not_json_constant(text: str, literal: str) -> TextFault:
    for token in re.finditer(r'"(?:[^"\\]|\\.)*+"|' + re.escape(literal), text, re.DOTALL):
        if token[0] == literal:
            return TextFault("json-invalid", token.start(), token.end(), f"{literal} is not JSON; use a number or null")
    raise AssertionError("the parser refused a constant that is not in the text")


def _with_templates(document: Json) -> tuple[Json, int]:
    if isinstance(document, str):
        return (Template(document), 1) if re.search(_TEMPLATE, document) else (document, 0)
    if isinstance(document, list):
        pairs = [_with_templates(item) for item in document]
        return [value for value, _ in pairs], sum(count for _, count in pairs)
    if isinstance(document, dict):
        members = {key: _with_templates(value) for key, value in document.items()}
        return {key: value for key, (value, _) in members.items()}, sum(count for _, count in members.values())
    return document, 0


def _duplicates(text: str) -> list[TextFault]:
    from insights_lint.json_text.spans import Spans
    from insights_lint.json_text.visible import shorten, visible

    spans = Spans(text)
    faults = []
    for pointer, key, first, last in spans.duplicate_keys():
        message = f"`{visible(shorten(key, 40))}` stands twice in one object; the last value counts"
        faults.append(TextFault("json-duplicate-key", *last, message, (*pointer, key), ((*first, "first here"),)))
    return faults
