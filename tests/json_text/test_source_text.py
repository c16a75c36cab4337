"""Every character of a JSON text in a string has the place at which it is written, however it is escaped there."""

from __future__ import annotations

import json
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insights_lint.json_text.source_text import SourceText
from insights_lint.model import Json, Pointer
from insights_lint.recording import Embedding
from tests.json_text.test_spans import naive_place


def text_in_string(outer: str, pointer: Pointer, line: int = 1) -> SourceText:
    """What the string at the pointer says, with its place in the text around it."""
    inner: Json = json.loads(outer)
    for token in pointer:
        inner = inner[token]
    return SourceText(inner, line=line, embedding=Embedding(outer, pointer))


def beginnings(pieces: list[str], start: int) -> list[int]:
    """Where each piece begins, and where the last one ends, if they stand one after the other."""
    return list(accumulate(map(len, pieces), initial=start))


@pytest.mark.parametrize(
    "pieces",
    [
        [],
        ["a"],
        ["a", "b", "c"],
        [r"\""],
        ["a", r"\"", "b"],
        ["{", r"\"", "a", r"\"", ":", "7", "}"],
        ["a", r"\n", "b"],
        [r"\b", r"\f", r"\n", r"\r", r"\t", "x"],
        [r"\\"],
        ["a", r"\\", "n"],
        [r"\\", r"\\", r"\"", "u", "0", "0", "e", "9"],
        [r"\\", "u", "0", "0", "e", "9"],
        [r"\/", "a", "/", r"\/"],
        [r"\u00e9", "t", "é"],
        [r"\u00E9", r"\u0022", r"\u005c", "n"],
        [r"\ud83d\ude00"],
        ["a", r"\uD83D\uDE00", "b", "😀", r"\ud83d\ude00", "c"],
        [r"\ud83d"],
        [r"\ud83d", "a"],
        [r"\ude00", "a"],
        [r"\ude00", r"\ud83d", "a"],
        [r"\ud83d", r"\ud83d\ude00", "a"],
        [r"\ud83d", r"\n", r"\ude00", "a"],
        [r"\ud83d", r"\u0041", "a"],
        ["\u2028", "\x7f", r"\u2028", "a"],
    ],
    ids="".join,
)
def test_a_character_stands_where_its_spelling_begins(pieces: list[str]) -> None:
    outer = '{"log": "' + "".join(pieces) + '", "b": "\\n\\u00e9"}'
    text = text_in_string(outer, ("log",))
    assert len(text.text) == len(pieces)
    places = [text.offset(number) for number in range(len(pieces) + 1)]
    assert places == beginnings(pieces, len('{"log": "'))
    assert outer[places[-1]] == '"'
    assert [text.place(number) for number in range(len(pieces) + 1)] == [(1, place + 1) for place in places]


MANY_LINES = '{\n  "a": "\\n",\r\n  "b": [\r    {},\n    {"log": "a\\"\\u00e9\\ud83d\\ude00b"}\n  ]\n}\n'


@pytest.mark.parametrize(
    ("outer", "pointer", "line", "places"),
    [
        (MANY_LINES, ("b", 1, "log"), 1, [(5, 14), (5, 15), (5, 17), (5, 23), (5, 35), (5, 36)]),
        (MANY_LINES, ("a",), 1, [(2, 9), (2, 11)]),
        (MANY_LINES, ("b", 1, "log"), 40, [(44, 14), (44, 15), (44, 17), (44, 23), (44, 35), (44, 36)]),
        ('[[1], ["x", ["a\\tb"]]]', (1, 1, 0), 1, [(1, 15), (1, 16), (1, 18), (1, 19)]),
        ('"a\\/b"', (), 7, [(7, 2), (7, 3), (7, 5), (7, 6)]),
        (' \n "a"', (), 1, [(2, 3), (2, 4)]),
        ('{"": {"": "ab"}}', ("", ""), 1, [(1, 12), (1, 13), (1, 14)]),
        ('["é😀", "\\u00e9"]', (1,), 1, [(1, 9), (1, 15)]),
        # of equal keys the last counts, also on the way
        ('{"a": {"b": "x"}, "a": {"b": "\\"y", "b": "\\"z"}}', ("a", "b"), 1, [(1, 43), (1, 45), (1, 46)]),
        ('{"\\u0061": ["x"], "a": ["\\\\"]}', ("a", 0), 1, [(1, 26), (1, 28)]),
    ],
)
def test_lines_and_columns_are_those_of_the_source(
    outer: str, pointer: Pointer, line: int, places: list[tuple[int, int]]
) -> None:
    text = text_in_string(outer, pointer, line)
    assert [text.place(number) for number in range(len(text.text) + 1)] == places


def test_a_text_that_is_no_string_stands_where_it_stands() -> None:
    text = SourceText('{"a":\n "\\u00e9b"}', line=3)
    assert [text.offset(number) for number in range(len(text.text) + 1)] == list(range(len(text.text) + 1))
    assert (text.place(0), text.place(7)) == ((3, 1), (4, 2))
    assert text.lines.text == text.text


def test_strings_of_one_text_share_what_is_known_about_it() -> None:
    outer = '{"a": "\\n[1]", "b": "\\"7"}'
    around = SourceText(outer, line=2)
    first = SourceText("\n[1]", line=2, embedding=Embedding(outer, ("a",)), around=around)
    second = SourceText('"7', line=2, embedding=Embedding(outer, ("b",)), around=around)
    assert first.lines is second.lines
    assert first.lines is around.lines
    assert first.spans.value(()) == (1, 4)  # of its own text
    assert (first.place(1), second.place(1)) == ((2, 10), (2, 24))


# any text in any document

PLACE = "@@the place@@"
TOKENS = st.lists(st.one_of(st.text(max_size=4), st.integers(0, 3)), max_size=4)


def around(pointer: list[str | int], string: str, indent: int | None) -> tuple[str, int]:
    """A document with the string, as it is written, at the pointer; and where its content begins."""
    document: Json = PLACE
    for token in reversed(pointer):
        if isinstance(token, str):
            document = {f"{token} before": "\n", token: document, f"{token} after": ["\u00e9"]}
        else:
            document = [*["\\"] * token, document, "\U0001f600"]
    before, after = json.dumps(document, indent=indent).split(json.dumps(PLACE))
    return before + string + after, len(before) + 1


def assert_every_character_has_its_place(pieces: list[str], pointer: list[str | int], indent: int | None) -> None:
    outer, start = around(pointer, f'"{"".join(pieces)}"', indent)
    text = text_in_string(outer, tuple(pointer))
    assert len(text.text) == len(pieces)
    places = beginnings(pieces, start)
    assert [text.offset(number) for number in range(len(pieces) + 1)] == places
    assert outer[places[-1]] == '"'
    for number in (0, len(pieces) // 2, len(pieces)):
        assert text.place(number) == naive_place(outer, places[number])


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.text(), TOKENS, st.sampled_from([None, 0, 2]), st.booleans())
def test_any_text_that_json_dumps_writes(
    content: str, pointer: list[str | int], indent: int | None, ensure_ascii: bool
) -> None:
    pieces = [json.dumps(character, ensure_ascii=ensure_ascii)[1:-1] for character in content]
    assert json.dumps(content, ensure_ascii=ensure_ascii) == f'"{"".join(pieces)}"'
    assert_every_character_has_its_place(pieces, pointer, indent)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.text(st.sampled_from('a\\"\n\ud83d\ude00\ud800\udfff\u00e9\U0001f600')), TOKENS)
def test_any_halves_of_pairs(content: str, pointer: list[str | int]) -> None:
    content = json.loads(json.dumps(content))  # two halves that meet become one character
    pieces = [json.dumps(character)[1:-1] for character in content]
    assert_every_character_has_its_place(pieces, pointer, None)


def spellings(character: str) -> st.SearchStrategy[str]:
    """The ways to write the character in a JSON string."""
    utf_16 = character.encode("utf-16-be").hex()
    units = [utf_16[:4], utf_16[4:]] if utf_16[4:] else [utf_16]
    found = ["".join(f"\\u{unit}" for unit in units), "".join(f"\\u{unit.upper()}" for unit in units)]
    found += [json.dumps(character)[1:-1], json.dumps(character, ensure_ascii=False)[1:-1]]
    return st.sampled_from([*found, "\\/"] if character == "/" else found)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.text(max_size=20).flatmap(lambda content: st.tuples(*map(spellings, content))), TOKENS)
def test_any_spelling(pieces: tuple[str, ...], pointer: list[str | int]) -> None:
    assert_every_character_has_its_place(list(pieces), pointer, 1)
