"""Indenting changes where a JSON text breaks into lines, and nothing that stands in it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights_lint.json_text.parsing import parse
from insights_lint.json_text.pretty import pretty
from tests.running import no_hanging

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=30,
)
BLANKS = st.text(" \t\r\n", max_size=3)
# Numbers and strings as somebody may write them, of whom Python's own library is not one.
LITERALS = st.sampled_from(
    [
        *("1.50", "-0", "-0.0", "1E5", "1e+05", "0.1e-7", "9007199254740993", "1e400", "true", "false", "null"),
        *(
            '""',
            r'"\u00e9"',
            r'"\u00E9"',
            r'"\/"',
            r'"\\"',
            r'"\""',
            r'"\\\""',
            r'"\ud83d\ude00"',
            r'"\ud800"',
            '"é😀"',
        ),
        *('"[1, 2]"', '"{a: 1}"', '"a, b: c"', r'"[\"]\\"', r'"]}"', '"  "', '"//"', '"\u2028"', '"\u00a0"'),
    ]
)
KEYS = st.sampled_from(['"a"', r'"\u0061"', '"b:{"', '""'])


@st.composite
def texts(draw: st.DrawFn, depth: int = 4) -> str:
    """JSON with blanks between any two tokens, and with keys that stand twice."""

    def blank() -> str:
        return draw(BLANKS)

    kind = draw(st.sampled_from(["literal", "list", "object"])) if depth else "literal"
    if kind == "literal":
        return blank() + draw(LITERALS) + blank()
    items = [draw(texts(depth - 1)) for _ in range(draw(st.integers(0, 4)))]
    if kind == "list":
        inner, around = ",".join(items), "[]"
    else:
        keys = [blank() + draw(KEYS) + blank() for _ in items]
        inner, around = ",".join(f"{key}:{item}" for key, item in zip(keys, items, strict=True)), "{}"
    return f"{blank()}{around[0]}{inner or blank()}{around[1]}{blank()}"


def pairs(text: str) -> Any:
    """What the text holds, with members as pairs and numbers as they are written."""
    return json.loads(text, object_pairs_hook=list, parse_int=str, parse_float=str)


def tokens(text: str) -> list[str]:
    """Strings as they are written, and everything else between blanks and marks."""
    return re.findall(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+', text)


@given(VALUES, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_a_value_stays_what_it_is(value: Any, indent: int | str | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert json.loads(pretty(text)) == json.loads(text)


@given(texts())
def test_every_token_stays_as_it_is_written(text: str) -> None:
    assert tokens(pretty(text)) == tokens(text)
    assert pairs(pretty(text)) == pairs(text)


@given(texts())
def test_to_do_it_twice_changes_nothing(text: str) -> None:
    assert pretty(pretty(text)) == pretty(text)


@given(texts())
def test_blanks_do_not_count(text: str) -> None:
    assert pretty("".join(tokens(text))) == pretty(text)
    assert pretty((" " * 100).join(["", *tokens(text), ""])) == pretty(text)


@given(texts())
def test_how_lines_begin_and_end(text: str) -> None:
    depth = 0
    for line in pretty(text).split("\n"):
        inner = line.lstrip(" ")
        assert inner == inner.strip(" \t\r")
        depth -= inner[:1] in ("]", "}")
        assert len(line) - len(inner) == 2 * depth
        depth += inner[-1:] in ("[", "{")
    assert depth == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", "3"),
        (' "a" ', '"a"'),
        ("{}", "{}"),
        ("[]", "[]"),
        ("{ \n }", "{}"),
        ("[ \n ]", "[]"),
        ("[[],{}]", "[\n  [],\n  {}\n]"),
        ('{"a":{}}', '{\n  "a": {}\n}'),
        ('{"a":1,"a":1.50}', '{\n  "a": 1,\n  "a": 1.50\n}'),
        (r'{"\u0061":"\/\u00e9","é":-0.0}', '{\n  "\\u0061": "\\/\\u00e9",\n  "é": -0.0\n}'),
        ('{"a":[1,"b" ,\n null]}', '{\n  "a": [1, "b", null]\n}'),
        ('{"a":["]",", ","\\""]}', '{\n  "a": ["]", ", ", "\\""]\n}'),
        ('{"a":[{"b":1},2]}', '{\n  "a": [\n    {\n      "b": 1\n    },\n    2\n  ]\n}'),
        ("[1,[2,3]]", "[\n  1,\n  [2, 3]\n]"),
        ('{"a":1}\n', '{\n  "a": 1\n}'),
    ],
)
def test_layout(text: str, expected: str) -> None:
    assert pretty(text) == expected
    assert pretty(expected) == expected


def test_a_body_as_it_is_sent() -> None:
    text = (
        '{"events":[{"eventType":"click","eventName":"Product Clicked","index":"products","userToken":"anonymous-1",'
        '"queryID":"43b15df305339e827f0ac0bdc5ebcaa7","objectIDs":["9780545139700","9780439784542"],"positions":[7,6]}]}'
    )
    assert pretty(text) == (
        """\
{
  "events": [
    {
      "eventType": "click",
      "eventName": "Product Clicked",
      "index": "products",
      "userToken": "anonymous-1",
      "queryID": "43b15df305339e827f0ac0bdc5ebcaa7",
      "objectIDs": ["9780545139700", "9780439784542"],
      "positions": [7, 6]
    }
  ]
}"""
    )


@pytest.mark.parametrize("mark", [",", ", ", " ,\n", f",{' ' * 100}"])
def test_a_list_that_is_too_long_for_a_line_has_an_item_a_line(mark: str) -> None:
    """As it will be written, it has 80 characters at most."""
    for number in (76, 77, 78):
        items = ['"a"', "1", f'"{"b" * (number - 10)}"']
        one_line = f"[{', '.join(items)}]"
        assert len(one_line) == number + 2
        expected = one_line if len(one_line) <= 80 else "[\n  " + ",\n  ".join(items) + "\n]"
        assert pretty(f"[{mark.join(items)}]") == pretty(expected) == expected
    items = [f'"{number:010}"' for number in range(20)]
    assert pretty(f"[{mark.join(items)}]") == "[\n  " + ",\n  ".join(items) + "\n]"


def test_what_is_large_or_deep_takes_no_longer_than_it_must() -> None:
    with no_hanging(10):
        deep = "[" * 256 + "]" * 256
        assert parse(pretty(deep)).error is None
        assert json.loads(pretty(deep)) == json.loads(deep)
        for text in ('["' + "a" * 1_000_000 + '"]', '["' + '\\"' * 500_000 + '"]', f"[{'1,' * 300_000}1]"):
            assert json.loads(pretty(text)) == json.loads(text)
        lists = f"[{','.join(['[' + '1,' * 2000 + '{}]'] * 100)}]"
        assert json.loads(pretty(lists)) == json.loads(lists)
