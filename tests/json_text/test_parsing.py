"""JSON is parsed strictly, what usual parsers lose is kept, and every limit is a fault with a place."""

from __future__ import annotations

import codecs
import json
from pathlib import Path

import pytest

from insights_lint.json_text.parsing import MAX_DEPTH, Parsed, decode, parse
from insights_lint.model import Json, Number, Template
from insights_lint.payload import TextFault


def nested(levels: int, opening: str = "[", closing: str = "]") -> str:
    return opening * levels + closing * levels


def fault_of(text: str) -> TextFault:
    error = parse(text).error
    assert error is not None
    return error


# what is read


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{}", {}),
        (' \t\r\n[1, "a", true, false, null]\n', [1, "a", True, False, None]),
        ('"\\u0041\\n\\/\\ud83d\\ude00"', "A\n/😀"),
        ("-0", 0),
        ("1e3", 1000.0),
        ("5e-324", 5e-324),
        ("1e-400", 0.0),
        ("1.7976931348623157e308", 1.7976931348623157e308),
        ("12345678901234567890123", 12345678901234567890123),
        ('"\\ud800"', "\ud800"),
        ('{"a": {"a": 1}}', {"a": {"a": 1}}),
    ],
)
def test_values(text: str, value: Json) -> None:
    assert parse(text) == Parsed(value, None, (), has_null="null" in text and "{" in text)


@pytest.mark.parametrize("literal", ["19.90", "1E5", "0.1000", "-0.0", "1e+2", "100.00000000000000000001"])
def test_a_number_keeps_its_literal(literal: str) -> None:
    value = parse(f"[{literal}]").document[0]
    assert isinstance(value, Number)
    assert (value, value.literal) == (float(literal), literal)


@pytest.mark.parametrize(
    ("text", "has_null"),
    [
        ('{"a": null}', True),
        ('[{"a": {"b": null}}]', True),
        ("[null]", False),
        ("null", False),
        ('{"a": [null], "b": 0, "c": false, "d": ""}', False),
    ],
)
def test_null_members_are_noticed(text: str, has_null: bool) -> None:
    assert parse(text).has_null is has_null


@pytest.mark.parametrize(
    ("text", "is_template"),
    [
        ("${TOKEN}", True),
        ("a-{{ user.token }}-b", True),
        ("{{ a\nb }}", True),
        ("$TOKEN", False),
        ("${TOKEN", False),
        ("{token}", False),
        ("{{token}", False),
    ],
)
def test_templates(text: str, is_template: bool) -> None:
    document = json.dumps({"a": [text, 1]})
    parsed = parse(document, templates=True)
    value = parsed.document["a"][0]
    assert (value, isinstance(value, Template), parsed.templates) == (text, is_template, int(is_template))
    plain = parse(document)
    assert (type(plain.document["a"][0]), plain.templates) == (str, 0)


# duplicate keys


@pytest.mark.parametrize(
    ("text", "value", "pointer", "first", "last"),
    [
        ('{"a": 1, "a": 2}', {"a": 2}, ("a",), 1, 9),
        ('{"ab": 1, "a\\u0062": 2}', {"ab": 2}, ("ab",), 1, 10),
        ('{"x": [0, {"k": 1, "k": 2}]}', {"x": [0, {"k": 2}]}, ("x", 1, "k"), 11, 19),
        ('{"a": {"b": 1}, "a": {"c": 2}}', {"a": {"c": 2}}, ("a",), 1, 16),
        ('{"": 1, "": 2}', {"": 2}, ("",), 1, 8),
    ],
)
def test_a_duplicate_key_is_placed_and_the_last_value_counts(
    text: str, value: Json, pointer: tuple[str | int, ...], first: int, last: int
) -> None:
    parsed = parse(text)
    assert parsed.error is None
    assert parsed.document == value
    (fault,) = parsed.duplicates
    assert (fault.rule, fault.pointer, fault.start) == ("json-duplicate-key", pointer, last)
    assert json.loads(text[fault.start : fault.end]) == pointer[-1]
    assert f"`{pointer[-1]}` stands twice" in fault.message
    ((start, end, _),) = fault.related
    assert start == first
    assert json.loads(text[start:end]) == pointer[-1]


def test_each_further_duplicate_is_a_fault() -> None:
    parsed = parse('{"a": 1, "a": 2, "b": {"c": 0, "c": 1}, "a": 3}')
    assert parsed.document == {"a": 3, "b": {"c": 1}}
    assert [(fault.pointer, fault.start) for fault in parsed.duplicates] == [
        (("a",), 9),
        (("a",), 40),
        (("b", "c"), 31),
    ]


def test_the_same_key_in_different_objects_is_no_duplicate() -> None:
    assert parse('[{"a": 1}, {"a": 2, "A": 3, "b": {"a": 4}}]').duplicates == ()


# depth


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_depth_at_the_limit_is_read(opening: str, closing: str) -> None:
    text = opening * MAX_DEPTH + "1" + closing * MAX_DEPTH
    parsed = parse(text)
    assert parsed.error is None
    assert parsed.document


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("levels", [MAX_DEPTH + 1, 1_000, 3_000, 20_000, 100_000])
def test_depth_beyond_the_limit_is_a_fault_where_it_begins(opening: str, closing: str, levels: int) -> None:
    text = opening * levels + "1" + closing * levels
    fault = fault_of(text)
    assert (fault.rule, fault.message) == ("json-too-deep", "nested deeper than 256")
    assert (fault.start, fault.end) == (len(opening) * MAX_DEPTH, len(opening) * MAX_DEPTH + 1)


@pytest.mark.parametrize("levels", [MAX_DEPTH + 1, 20_000])
def test_depth_counts_although_the_text_is_cut_off(levels: int) -> None:
    assert fault_of("[" * levels).rule == "json-too-deep"


def test_brackets_in_strings_and_beside_each_other_are_no_depth() -> None:
    text = json.dumps(["[" * 1000, "\\" + "{" * 1000, '"[' * 500, *[[]] * 1000])
    parsed = parse(text)
    assert parsed.error is None
    assert parsed.document == json.loads(text)


def test_a_break_before_the_depth_is_what_is_told() -> None:
    assert fault_of("[1 2, " + nested(300) + "]").rule == "json-invalid"


# numbers


@pytest.mark.parametrize(
    "literal",
    [
        "1e400",
        "-1e400",
        "1E+309",
        "12.5e400",
        "9" * 5_000,
        "-" + "9" * 5_000,
        "1" + "0" * 400 + ".5",
        "-" + "9" * 400 + ".0",
        "9" * 5_000 + ".5",
    ],
    ids=lambda literal: literal if len(literal) < 20 else f"{literal[:3]}…{literal[-3:]}-{len(literal)}",
)
def test_a_number_beyond_a_double_is_a_fault_at_its_place(literal: str) -> None:
    text = f'{{"quoted": "{literal}", "a": [1, {literal}, 2]}}'
    fault = fault_of(text)
    assert fault.rule == "json-number-too-large"
    assert text[fault.start : fault.end] == literal
    assert fault.start > text.index('"a"')
    assert fault.message.endswith(" too large to represent")
    assert len(fault.message) < 100


def test_the_largest_integers_are_read_exactly() -> None:
    text = "9" * 4_000
    assert parse(f"[{text}]").document == [int(text)]


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_words_for_numbers_are_not_json(word: str) -> None:
    text = f'{{"{word}": "{word} \\" {word}", "a": [1, {word}]}}'
    fault = fault_of(text)
    assert (fault.rule, fault.message) == ("json-invalid", f"{word} is not JSON; use a number or null")
    assert (fault.start, fault.end) == (text.rindex(word), text.rindex(word) + len(word))


# encodings


@pytest.mark.parametrize(
    "data",
    [
        b'{"a": "\xc3\xa9\xf0\x9f\x98\x80"}',
        codecs.BOM_UTF8 + b'{"a": "\xc3\xa9\xf0\x9f\x98\x80"}',
        codecs.BOM_UTF16_LE + '{"a": "é😀"}'.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + '{"a": "é😀"}'.encode("utf-16-be"),
    ],
)
def test_encodings_that_are_read(data: bytes) -> None:
    assert decode(data) == ('{"a": "é😀"}', None)


@pytest.mark.parametrize(
    ("data", "start", "message"),
    [
        (b'{"a": "caf\xe9"}', 10, "byte 0xE9 is not valid UTF-8"),
        (b'{"\xc3\xa9": "\x92"}', 7, "byte 0x92 is not valid UTF-8"),
        (codecs.BOM_UTF8 + b'{"a": "\xff"}', 7, "byte 0xFF is not valid UTF-8"),
        (b'["\xed\xa0\x80"]', 2, "byte 0xED is not valid UTF-8"),
        (b'["\xc0\xaf"]', 2, "byte 0xC0 is not valid UTF-8"),
        (b'["\xf0\x9f\x98', 2, "byte 0xF0 is not valid UTF-8"),
        (codecs.BOM_UTF16_LE + '["a"]'.encode("utf-16-le") + b"\x00", 5, "byte 0x00 is not valid UTF-16"),
        (codecs.BOM_UTF16_BE + '["'.encode("utf-16-be") + b"\xdc\x00", 2, "byte 0xDC is not valid UTF-16"),
    ],
)
def test_a_byte_that_does_not_belong_has_its_place(data: bytes, start: int, message: str) -> None:
    text, fault = decode(data)
    assert fault is not None
    assert (fault.rule, fault.start, fault.end, fault.message) == ("json-not-utf-8", start, start + 1, message)
    assert text[start] == "\N{REPLACEMENT CHARACTER}"


def test_utf_16_without_a_mark_is_not_read() -> None:
    text, fault = decode('{"a": 1}'.encode("utf-16-le"))
    assert fault is None
    assert fault_of(text).rule == "json-invalid"


# the official suite


def test_json_test_suite(corpus: Path) -> None:
    files = sorted((corpus / "json-test-suite").glob("*.json"))
    assert len(files) > 300
    for file in files:
        text, error = decode(file.read_bytes())
        parsed = parse(text) if error is None else Parsed(error=error)
        kind = file.name[0]
        assert kind == "i" or (parsed.error is not None) == (kind == "n"), file.name
        if parsed.error is not None:
            assert 0 <= parsed.error.start <= parsed.error.end <= len(text), file.name
            assert parsed.error.message, file.name
        elif kind == "y":
            assert parsed.document == json.loads(text), file.name
