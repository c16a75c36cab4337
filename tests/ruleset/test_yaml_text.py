"""Rule files are YAML 1.2, every value has its place, and what could be read in two ways is refused."""

from __future__ import annotations

import pytest

from insights_lint.errors import RuleError
from insights_lint.model import Json
from insights_lint.ruleset.yaml_text import parse_yaml


def value_of(text: str) -> Json:
    return parse_yaml(text, "f.yaml").value


def mistakes_of(text: str) -> list[str]:
    with pytest.raises(RuleError) as refused:
        parse_yaml(text, "f.yaml")
    return str(refused.value).splitlines()


def parsed_or_refused(text: str) -> tuple[Json, list[tuple[int, int]]]:
    """The value, or the places of what is wrong; anything but a RuleError is a fault of ours."""
    try:
        return value_of(text), []
    except RuleError as refused:
        return None, [(mistake.line, mistake.column) for mistake in refused.mistakes]


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        # words that YAML 1.1 takes for true and false
        ("no", "no"),
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("n", "n"),
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("false", False),
        ("tRUE", "tRUE"),
        # null
        ("", None),
        ("~", None),
        ("null", None),
        ("Null", None),
        ("NULL", None),
        ("nULL", "nULL"),
        ("none", "none"),
        ("None", "None"),
        # numbers
        ("0", 0),
        ("-0", 0),
        ("42", 42),
        ("-42", -42),
        ("123456789012345678901234567890", 123456789012345678901234567890),
        ("19.99", 19.99),
        ("1e3", 1000.0),
        ("-1.5E-3", -0.0015),
        # what YAML 1.1 takes for numbers, and dates
        ("12:30", "12:30"),
        ("190:20:30", "190:20:30"),
        ("1_000", "1_000"),
        ("0b101", "0b101"),
        ("2026-11-22", "2026-11-22"),
        ("2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z"),
        ("=", "="),
        ("<<", "<<"),
        # ids
        ("007", "007"),
        ("-01", "-01"),
        ("00000000000000000000000000000017", "00000000000000000000000000000017"),
        ("4006381333931x", "4006381333931x"),
        ("1.2.3", "1.2.3"),
        ("1e", "1e"),
        # in quotes
        ("'no'", "no"),
        ('"42"', "42"),
        ("'~'", "~"),
        ("''", ""),
        ('"a\\u00e9\\n"', "aé\n"),
        ("'it''s'", "it's"),
        ("^[0-9]{1,3}$", "^[0-9]{1,3}$"),
    ],
)
def test_scalars(scalar: str, value: Json) -> None:
    found = value_of(f"a: {scalar}\n")["a"]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("scalar", "value"), [("0o17", 15), ("0x1F", 31), ("+12", 12), (".5", 0.5), ("1.", 1.0), ("+1.5e+3", 1500.0)]
)
def test_numbers_as_the_core_schema_spells_them(scalar: str, value: float) -> None:
    found = value_of(f"a: {scalar}\n")["a"]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("scalar", ["1e999", "-1e400"])
def test_a_number_beyond_a_double_does_not_become_infinite(scalar: str) -> None:
    value, places = parsed_or_refused(f"a: {scalar}\n")
    assert (value, places) in [({"a": scalar}, []), (None, [(1, 4)])]


def test_collections_and_block_scalars() -> None:
    text = "a:\n- 1\n- [x, {b: no}]\n- - c\nd: {}\ne: []\nf: >\n  one\n  two\ng: |\n  on\n? h\n: i\n"
    assert value_of(text) == {
        "a": [1, ["x", {"b": "no"}], ["c"]],
        "d": {},
        "e": [],
        "f": "one two\n",
        "g": "on\n",
        "h": "i",
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("# only a comment\n", None),
        ("---\n", None),
        ("--- a\n...\n", "a"),
        ("%YAML 1.2\n---\na: on\n", {"a": "on"}),
        ("\ufeffa: 1\n", {"a": 1}),
        ("a: 1\r\nb: 2\r\n", {"a": 1, "b": 2}),
        ("1: a\nno: b\n~: c\n", {"1": "a", "no": "b", "~": "c"}),
    ],
)
def test_documents(text: str, value: Json) -> None:
    assert value_of(text) == value


def test_every_key_and_value_has_its_place() -> None:
    text = parse_yaml("topic: a\nrules:\n  x:\n    é: [1, {k: v}]\n", "f.yaml")
    assert {pointer: text.place(pointer) for pointer in text.places} == {
        (): (1, 1),
        ("topic",): (1, 8),
        ("rules",): (3, 3),
        ("rules", "x"): (4, 5),
        ("rules", "x", "é"): (4, 8),
        ("rules", "x", "é", 0): (4, 9),
        ("rules", "x", "é", 1): (4, 12),
        ("rules", "x", "é", 1, "k"): (4, 16),
    }
    assert text.key_places["rules", "x", "é", 1, "k"] == (4, 13)
    assert text.key_places["rules",] == (2, 1)


def test_what_is_not_in_the_text_has_the_place_of_what_is_around_it() -> None:
    text = parse_yaml("a:\n  b: 1\n", "f.yaml")
    assert text.place(("a", "b", "c", 3)) == (2, 6)
    assert text.place(("z",)) == (1, 1)
    assert str(text.mistake(("a", "b"), "wrong", on_key=True)) == "f.yaml:2:3: wrong"
    assert str(text.mistake(("a", "b"), "wrong")) == "f.yaml:2:6: wrong"


# anchors


def test_anchors_may_be_used() -> None:
    text = "a: &one {k: [1, 2]}\nb: *one\nc: [*one, &two x, *two]\na2: &one y\nd: *one\n"
    one = {"k": [1, 2]}
    assert value_of(text) == {"a": one, "b": one, "c": [one, "x", "x"], "a2": "y", "d": "y"}


@pytest.mark.parametrize(
    ("text", "place"),
    [("a: *x\n", "1:4"), ("a: &x [*x]\n", "1:8"), ("a:\n- *later\n- &later 1\n", "2:3")],
)
def test_an_alias_without_an_anchor_before_it(text: str, place: str) -> None:
    (mistake,) = mistakes_of(text)
    assert mistake.startswith(f"f.yaml:{place}: no anchor `&")


@pytest.mark.parametrize("width", [2, 9, 100])
def test_aliases_cannot_be_multiplied_without_end(width: int) -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, 40)]
    (mistake,) = mistakes_of("\n".join(lines))
    assert mistake.endswith("more than 200,000 values")


def test_a_large_file_is_read() -> None:
    assert value_of("[" + ", ".join(["x"] * 150_000) + "]") == ["x"] * 150_000


# what is refused


@pytest.mark.parametrize(
    ("text", "mistakes"),
    [
        ("a: 1\nb: 2\na: 3\n", ['f.yaml:3:1: "a" stands twice']),
        ('a: 1\n"a": 2\n', ['f.yaml:2:1: "a" stands twice']),
        ("1: a\n'1': b\n", ['f.yaml:2:1: "1" stands twice']),
        ("x:\n  - {k: 1, k: 2, k: 3}\n", ['f.yaml:2:12: "k" stands twice', 'f.yaml:2:18: "k" stands twice']),
        ("a: 1\n---\nb: 2\n", ["f.yaml:2:1: a second document: one file holds one"]),
        ("a: 1\n...\n---\n", ["f.yaml:3:1: a second document: one file holds one"]),
        ("[a]: b\n", ["f.yaml:1:1: a key must be a plain word"]),
        (
            "? {a: b}\n: c\n? *x\n: d\n",
            ["f.yaml:1:3: a key must be a plain word", "f.yaml:3:3: a key must be a plain word"],
        ),
    ],
)
def test_refused(text: str, mistakes: list[str]) -> None:
    found = mistakes_of(text)
    assert [mistake for mistake in found if "anchor" not in mistake] == mistakes


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: !!str no\n", "1:4"),
        ("a: !!python/object/apply:os.system [ls]\n", "1:4"),
        ("a: !custom {b: c}\n", "1:4"),
        ("a: ! no\n", "1:4"),
        ("- !!int '3'\n", "1:3"),
        ("!!map {a: 1}\n", "1:1"),
        ("!custom a: 1\n", "1:1"),
    ],
)
def test_tags_are_refused(text: str, place: str) -> None:
    (mistake,) = mistakes_of(text)
    assert mistake.startswith((f"f.yaml:{place}: the tag !", f"f.yaml:{place}: the tag tag:"))


def test_every_duplicate_and_tag_is_reported() -> None:
    assert [mistake.split(":")[1] for mistake in mistakes_of("a: 1\na: 2\nb: !x 1\nc: *z\nd: {e: 1, e: 2}\n")] == [
        "2",
        "3",
        "4",
        "5",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: b: c\n", 1),
        ("a:\n\t- b\n", 2),
        ('a: "x\n', 1),
        ("a: [1\nb: 2\n", 2),
        ("a: 1\n  b: 2\n", 2),
        ("a: @x\n", 1),
        ("a: `x`\n", 1),
        ("a: %x\n", 1),
        ('a: "\\q"\n', 1),
        ('x: 1\na: "\\ud800"\n', 2),
        ("a: {b: c\n", 1),
        ("- a\nb: c\n", 2),
        ("a: 1\n\x07\n", 2),
        ("a: 1\nb: 2\nc: \x00\n", 3),
    ],
)
def test_syntax_errors_have_their_line(text: str, line: int) -> None:
    (mistake,) = mistakes_of(text)
    file, found, column, message = mistake.split(":", 3)
    assert (file, int(found)) in [("f.yaml", line), ("f.yaml", line + 1)]
    assert int(column) >= 1
    assert message.startswith(" not YAML: ")


@pytest.mark.parametrize("levels", [300, 900, 5_000, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ("{a: ", "}")])
def test_nesting_without_end_is_refused(levels: int, opening: str, closing: str) -> None:
    _, places = parsed_or_refused(opening * levels + closing * levels)
    assert len(places) == 1 or levels <= 900
