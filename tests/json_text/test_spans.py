"""The span of every pointer is exactly its value's text, and offsets become the lines and columns that editors show."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence

import pytest

from insights_lint.json_text.parsing import decode
from insights_lint.json_text.spans import Lines, Spans
from insights_lint.model import Json, Pointer

STRINGS = ["", "a", "queryID", "é", "😀", 'a"b', "a\\", "{[,:]}", "\n\t", "\u2028", "\ud800", "user Token", "0"]
LIKE_KEYS = ["", "a", "b", ",", ":", ",:", ":,", "a:", "{", "}", "é", "a b"]


INDENTS: list[int | str] = [1, 2, 4, "\t"]


def random_value(source: random.Random, depth: int, strings: Sequence[str] = STRINGS) -> Json:
    kind = source.randrange(8 if depth else 6)
    if kind < 2:
        return source.choice(strings)
    if kind < 6:
        return source.choice([None, True, False, 0, -1, 1.5, 1e300, 10**30, source.randrange(10**6)])
    count = source.randrange(4)
    if kind == 6:
        return [random_value(source, depth - 1, strings) for _ in range(count)]
    return {source.choice(strings): random_value(source, depth - 1, strings) for _ in range(count)}


def dump(source: random.Random, value: Json) -> str:
    """The value as JSON with blanks wherever they may stand, and characters escaped or not."""

    def blank() -> str:
        return source.choice(["", "", " ", "\n", "\r\n", "\r", "\t", "  \n "])

    def scalar(inner: Json) -> str:
        return json.dumps(inner, ensure_ascii=source.random() < 0.5)

    def parts(inner: Json) -> Iterator[str]:
        if isinstance(inner, dict):
            members = [f"{scalar(key)}{blank()}:{write(member)}" for key, member in inner.items()]
            yield "{" + f"{blank()},{blank()}".join(members) + blank() + "}"
        elif isinstance(inner, list):
            yield "[" + ",".join(map(write, inner)) + blank() + "]"
        else:
            yield scalar(inner)

    def write(inner: Json) -> str:
        return blank() + "".join(parts(inner)) + blank()

    style = source.randrange(4)
    if style == 0:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    if style == 1:
        return json.dumps(value, indent=source.choice(INDENTS)) + "\n"
    if style == 2:
        return json.dumps(value, indent=2, ensure_ascii=False).replace("\n", "\r\n")
    return write(value)


def pointers(value: Json, at: Pointer = ()) -> Iterator[tuple[Pointer, Json]]:
    yield at, value
    if isinstance(value, dict):
        for key, member in value.items():
            yield from pointers(member, (*at, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from pointers(item, (*at, index))


def naive_place(text: str, offset: int) -> tuple[int, int]:
    line = column = 1
    for index, character in enumerate(text[:offset]):
        ends = character == "\n" or (character == "\r" and text[index + 1 : index + 2] != "\n")
        line, column = (line + 1, 1) if ends else (line, column + 1)
    return line, column


@pytest.mark.parametrize("seed", range(150))
def test_every_pointer_leads_to_its_value_and_key(seed: int) -> None:
    source = random.Random(seed)  # noqa: S311  # repeatable, and no secret
    value = random_value(source, 5)
    text = dump(source, value)
    assert json.loads(text) == value
    spans, lines = Spans(text), Lines(text)
    for pointer, expected in pointers(value):
        start, end = spans.value(pointer)
        assert json.loads(text[start:end]) == expected
        assert text[start:end] == text[start:end].strip(" \t\r\n")
        key_start, key_end = spans.key(pointer)
        if pointer and isinstance(pointer[-1], str):
            assert json.loads(text[key_start:key_end]) == pointer[-1]
            assert text[key_end:start].strip(" \t\r\n") == ":"
        else:
            assert (key_start, key_end) == (start, end)
        for offset in (start, end, key_start):
            assert lines.place(offset) == naive_place(text, offset)


@pytest.mark.parametrize("seed", range(300))
def test_what_is_searched_for_stands_where_it_is_found_by_a_walk(seed: int) -> None:
    source = random.Random(seed)  # noqa: S311  # as above
    value = [random_value(source, 5, LIKE_KEYS if seed % 3 else STRINGS) for _ in range(5)]
    text = dump(source, value)
    walked, searched = Spans(text), Spans(text, unique_keys=True)
    asked = [pointer for pointer, _ in pointers(value)]
    for pointer in source.sample(asked, len(asked)):
        assert searched.value(pointer) == walked.value(pointer)
        assert searched.key(pointer) == walked.key(pointer)


@pytest.mark.parametrize(
    ("text", "key", "start"),
    [
        ('{"a":"b","b":1}', "b", 13),
        ('{"a":["b"],"b":1}', "b", 15),
        ('{"a":{"b":0},"b":1}', "b", 17),
        ('{"a":"{","b":1}', "b", 13),
        ('{"a":"}","b":1}', "b", 13),
        ('{"a":"x",":y":1,",":2}', ",", 20),
        ('{"a":"\\"b\\":","b":1}', "b", 18),
        ('{"\\u0062":"b","a":1}', "b", 10),
        ('{"b" :1}', "b", 6),
    ],
)
def test_a_key_is_not_taken_for_what_only_looks_like_it(text: str, key: str, start: int) -> None:
    assert Spans(text, unique_keys=True).value((key,))[0] == start


def test_the_random_values_are_of_every_kind() -> None:
    kinds: set[type] = set()
    deepest = 0
    for seed in range(150):
        for pointer, value in pointers(random_value(random.Random(seed), 5)):  # noqa: S311  # as above
            kinds.add(type(value))
            deepest = max(deepest, len(pointer))
    assert kinds == {dict, list, str, int, float, bool, type(None)}
    assert deepest >= 4


PRETTY = '{\n  "events": [\n    {"index": "p", "positions": [3]}\n  ]\n}\n'


@pytest.mark.parametrize(
    ("data", "line", "column", "end_column"),
    [
        (PRETTY.encode(), 3, 33, 36),
        (json.dumps(json.loads(PRETTY), separators=(",", ":")).encode(), 1, 37, 40),
        (PRETTY.replace("\n", "\r\n").encode(), 3, 33, 36),
        (PRETTY.replace("\n", "\r").encode(), 3, 33, 36),
        (b"\xef\xbb\xbf" + PRETTY.encode(), 3, 33, 36),
        (("\ufeff" + PRETTY).encode("utf-16-le"), 3, 33, 36),
        (PRETTY.replace('"p"', '"😀é"').encode(), 3, 34, 37),
        (b"\xef\xbb\xbf" + json.dumps(json.loads(PRETTY)).replace('"p"', '"😀"').encode(), 1, 41, 44),
        (PRETTY.replace("\n", "\n\n").encode(), 5, 33, 36),
    ],
    ids=["pretty", "minified", "crlf", "cr", "bom", "utf-16", "non-bmp", "bom-minified", "blank-lines"],
)
def test_places_in_every_layout(data: bytes, line: int, column: int, end_column: int) -> None:
    text, fault = decode(data)
    assert fault is None
    start, end = Spans(text).value(("events", 0, "positions"))
    assert text[start:end] == "[3]"
    lines = Lines(text)
    assert (lines.place(start), lines.place(end)) == ((line, column), (line, end_column))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("a", ["a"]),
        ("a\n", ["a", ""]),
        ("a\r\nb\rc\nd", ["a", "b", "c", "d"]),
        ("\r\r\n\n", ["", "", "", ""]),
        ("a\u2028b\x0bc\x85d", ["a\u2028b\x0bc\x85d"]),
    ],
)
def test_lines_end_at_lf_crlf_and_cr_only(text: str, lines: list[str]) -> None:
    found = Lines(text)
    assert [text[slice(*found.line(number))] for number in range(1, len(found.starts) + 1)] == lines
    assert [found.place(offset) for offset in range(len(text) + 1)] == [
        naive_place(text, offset) for offset in range(len(text) + 1)
    ]


def test_of_duplicate_keys_the_last_is_the_one_that_a_pointer_means() -> None:
    text = '{"a": {"b": 1}, "a": {"b": 2}}'
    spans = Spans(text)
    assert spans.value(("a", "b")) == (27, 28)
    assert spans.key(("a",)) == (16, 19)


def test_the_root_is_the_value_without_blanks_around_it() -> None:
    assert Spans(" \r\n [1] \n").value(()) == (4, 7)
    assert Spans("7").key(()) == (0, 1)


@pytest.mark.parametrize(("text", "pointer"), [("[1]", (1,)), ('{"a": 1}', ("b",)), ('{"a": 1}', ("a", 0))])
def test_a_pointer_to_nothing_is_an_error(text: str, pointer: Pointer) -> None:
    with pytest.raises(LookupError):
        Spans(text).value(pointer)
