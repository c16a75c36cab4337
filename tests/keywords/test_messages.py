"""Message templates: names are replaced, nothing else means anything."""

from __future__ import annotations

import pytest

from insights_lint.keywords.messages import fill, unknown_names

NAMES = {"length": "3", "maximum": "2", "value": "{length}", "first_length": "7"}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("", ""),
        ("plain", "plain"),
        ("{length} of {maximum}", "3 of 2"),
        ("{length}{length}", "33"),
        ("{first_length} items", "7 items"),
        # What is filled in is not looked at again.
        ("{value}", "{length}"),
        # Unknown names and all other brackets stay.
        ("{unknown}", "{unknown}"),
        ("{Length}", "{Length}"),
        ("{{length}}", "{3}"),
        ("{}", "{}"),
        ("{", "{"),
        ("{ length }", "{ length }"),
        ("{0}", "{0}"),
        # Not str.format.
        ("{length.__class__}", "{length.__class__}"),
        ("{length!r}", "{length!r}"),
        ("{length:>10}", "{length:>10}"),
        ("{length[0]}", "{length[0]}"),
    ],
)
def test_fill(template: str, expected: str) -> None:
    assert fill(template, NAMES) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("", []),
        ("{length} {value}", []),
        ("{lenght} of {maximun}", ["lenght", "maximun"]),
        ("{b} {a} {b}", ["b", "a"]),
        ("{Value}", ["Value"]),
        ("{} {0} {x.y} {x!r}", []),
    ],
)
def test_unknown_names(template: str, expected: list[str]) -> None:
    assert list(unknown_names(template, frozenset(NAMES))) == expected
