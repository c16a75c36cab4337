"""A JSON text is walked value by value, wherever what is read at once ends, and where it breaks is told exactly."""

from __future__ import annotations

import io
import json
import sys

import pytest

from insights_lint.model import Json
from insights_lint.readers import json_stream
from insights_lint.readers.json_stream import BrokenJsonError, JsonStream, Value

STEPS = [1, 2, 3, 4, 5, 6, 7, 1_000_000]


class Slow(io.BytesIO):
    """Gives a few bytes at a time, however many are asked for."""

    def __init__(self, data: bytes, step: int) -> None:
        super().__init__(data)
        self.step = step

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self.step if size is None or size < 0 else min(self.step, size))


def walk(stream: JsonStream) -> list[Value]:
    """Every value of texts that follow one another; of a list, its items, and of an object, its members."""
    found: list[Value] = []
    while stream.peek():
        if stream.take("["):
            while not stream.take("]"):
                found.append(stream.value())
                if not stream.take(",") and stream.peek() != "]":
                    raise stream.broken("expected `,`")
        elif stream.take("{"):
            while stream.key() is not None:
                found.append(stream.value())
        else:
            found.append(stream.value())
    return found


def walked(data: bytes, step: int) -> list[Value]:
    return walk(JsonStream(Slow(data, step)))


def break_of(data: bytes, step: int) -> BrokenJsonError:
    with pytest.raises(BrokenJsonError) as broken:
        walked(data, step)
    return broken.value


ITEMS: list[Json] = [
    *(
        None,
        True,
        False,
        0,
        -1,
        1.5,
        -1.25e-7,
        1e300,
        12345678901234567890,
        "",
        "a",
        "é😀\u2028",
        '\\"/\b\f\n\r\t',
        "\ud83d",
    ),
    *([], {}, [[], [[]], {"a": {}}], {"a": [1, {"b": None}], "c": "x]}"}, "}" * 30, ["," * 30, {"k" * 30: 1.5}]),
]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("indent", [None, 0, 40])
def test_values_are_the_same_wherever_a_chunk_ends(step: int, ascii_only: bool, indent: int | None) -> None:
    items = ITEMS if ascii_only else [one for one in ITEMS if one != "\ud83d"]  # which is no UTF-8
    text = json.dumps(items, ensure_ascii=ascii_only, indent=indent)
    found = walked(text.encode(), step)
    assert [one.value for one in found] == items
    lines = text.split("\n")
    for one in found:
        assert lines[one.line - 1][one.column - 1 :].startswith(one.text.split("\n")[0])
        assert json.loads(one.text) == one.value


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    "text",
    [
        *("1", "-1.5e+10", "123456789012345678901234567890", "true", "null", '"a"', "[]", "{}", '{"a": 1}', "", " \n "),
        *("1 2\n3", '"a""b"[1]{"c": 2}', "[1e5,1E-5 , -0]", "NaN", "[Infinity, -Infinity]", "[ \n ]", "{ }"),
    ],
)
def test_texts_that_follow_one_another(text: str, step: int) -> None:
    assert [one.text for one in walked(text.encode(), step)] == [one.text for one in walked(text.encode(), 10**6)]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_lines_and_columns(end: str, step: int) -> None:
    text = f'[1,{end}  "é😀", {end}{end}\t{{"a":{end}  2}}, "x"{end}]'
    assert [(one.line, one.column) for one in walked(text.encode(), step)] == [(1, 2), (2, 3), (4, 2), (5, 7)]
    broken = break_of(f'[1,{end}{end}  "a",{end} x]'.encode(), step)
    assert (broken.line, broken.column) == (4, 2)


def test_line_breaks_within_strings_count() -> None:
    text = '["a\nb\r\nc", 1]'
    assert [(one.value, one.line, one.column) for one in walked(text.encode(), 3)] == [("a\nb\r\nc", 1, 2), (1, 3, 5)]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(encoding: str, step: int) -> None:
    found = walked('[1, "é😀", {"a": "\ufeff"}]'.encode(encoding), step)
    assert [(one.value, one.column) for one in found] == [(1, 2), ("é😀", 5), ({"a": "\ufeff"}, 11)]


@pytest.mark.parametrize("step", STEPS)
def test_other_encodings_of_two_bytes(step: int) -> None:
    text = '\ufeff["é😀"]'
    assert [one.value for one in walked(text.encode("utf-16-be"), step)] == ["é😀"]
    assert [one.value for one in walked(text.encode("utf-16-le"), step)] == ["é😀"]


@pytest.mark.parametrize("step", STEPS)
def test_bytes_that_are_not_utf_8_can_be_had_back(step: int) -> None:
    (found,) = walked(b'["Caf\xe9 \xf0\x9f\x98 \xc3"]', step)
    assert found.value.encode("utf-8", "surrogateescape") == b"Caf\xe9 \xf0\x9f\x98 \xc3"


@pytest.mark.parametrize("step", [1, 3, 1_000_000])
def test_a_text_cut_anywhere(step: int) -> None:
    text = json.dumps(ITEMS, indent=1).encode()
    whole = [one.text for one in walked(text, step)]
    for end in range(1, len(text)):
        stream = JsonStream(Slow(text[:end], step))
        assert stream.take("[")
        found: list[str] = []
        with pytest.raises(BrokenJsonError) as broken:  # noqa: PT012  # what came before counts
            while True:
                found.append(stream.value().text)
                if not stream.take(","):
                    raise stream.broken("the list breaks off")
        assert found[:-1] == whole[: len(found)][:-1]
        assert broken.value.message
        lines = text[:end].split(b"\n")
        assert (1, 1) <= (broken.value.line, broken.value.column) <= (len(lines), len(lines[-1]) + 1)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("before", [0, 100])
@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("[1, nul]", 4, "`nul` is not JSON: expected a value"),
        ("[1, True]", 4, "`True` is not JSON; write true: expected a value"),
        ('[1, "a\\x"]', 6, "invalid escape in a string"),
        ('[1, "a\\u12"]', 6, "invalid escape in a string"),
        ('[1, {"a" 1}]', 9, "expected `:` after the key, found `1`"),
        ('[1, {"a": 1, b}]', 13, "`b` is not JSON: expected a key in double quotes"),
        ("[1, 'a']", 4, "strings and keys take straight double quotes"),
        ("[1, [2 3]]", 7, "expected `,` or the closing bracket, found `3`"),
        ("[1, 2 3]", 6, "expected `,`"),
        ("[1, /* a */ 2]", 4, "comments are not JSON"),
        ('[1, "a', 4, "cut off: this string is never closed"),
        ("[1, [2", 6, "cut off: expected `,` or the closing bracket"),
        ("[1,", 3, "cut off: expected a value"),
        ('{"a" 1}', 5, "expected `:` after the key"),
        ("{1: 2}", 1, "expected a key in double quotes"),
        ("{'a': 2}", 1, "expected a key in double quotes"),
    ],
)
def test_where_a_text_breaks(text: str, offset: int, message: str, before: int, step: int) -> None:
    blank = " \n" * before
    broken = break_of(f"{blank}{text}".encode(), step)
    assert (broken.message, broken.line, broken.column) == (message, before + 1, offset + 1)
    assert text[offset:].startswith(broken.around[broken.offset :])


def test_what_stands_around_a_break_is_short() -> None:
    long = "x" * 100_000
    broken = break_of(f'["{long}", nul, "{long}"]'.encode(), 1_000_000)
    assert broken.around[broken.offset :].startswith("nul")
    assert (broken.column, len(broken.around)) == (100_006, 400)


@pytest.mark.parametrize("step", [4, 1_000_000])
def test_what_cannot_be_parsed(step: int) -> None:
    assert break_of(b"[1, " + b"[" * 100_000, step if step > 4 else 65_536).message == "nested too deep to be read"
    digits = sys.get_int_max_str_digits() + 1
    assert break_of(b"[" + b"9" * digits + b"]", step).message == "holds a number that is too large to represent"


def test_values_longer_than_what_is_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "_CHUNK", 10)
    values: list[Json] = ["é" * length for length in range(40)] + [list(range(length)) for length in range(20)]
    assert [one.value for one in walked(json.dumps(values, ensure_ascii=False).encode(), 1_000)] == values


def test_a_value_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "MAX_VALUE", 1_000)
    monkeypatch.setattr(json_stream, "_CHUNK", 100)
    assert len(walked(json.dumps(["a" * 900, "b" * 900]).encode(), 10**6)) == 2
    broken = break_of(b'[1,\n "' + b"a" * 100_000, 10**6)
    assert (broken.message[:33], broken.line, broken.column) == ("a value of more than 256 MB, or a", 2, 2)


def test_what_is_skipped() -> None:
    stream = JsonStream(io.BytesIO(b"a(\n b \xff{} c"))
    stream.skip_until("{")
    assert (stream.value().value, stream.peek()) == ({}, "c")
    stream.skip_until("{")
    assert stream.peek() == ""
    assert not stream.take("{")


def test_long_texts_cost_no_more_than_their_length() -> None:
    """What is read at once doubles while a value has not ended; otherwise this takes minutes."""
    text = json.dumps(["x" * 30_000_000]).encode()
    reads: list[int] = []

    class Counted(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            reads.append(size or 0)
            return super().read(size)

    assert len(walk(JsonStream(Counted(text)))) == 1
    assert len(reads) < 15
