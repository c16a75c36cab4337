"""Conditions on strings are decided as trying all short strings decides them."""

from __future__ import annotations

import ast
import re
from itertools import product
from random import Random
from typing import Any

import pytest

from insights_lint.acceptor import languages
from insights_lint.acceptor.languages import Language, UnknownError

ALPHABET = "ab0 \n"
STRINGS = ["".join(letters) for length in range(5) for letters in product(ALPHABET, repeat=length)]

PATTERNS = (
    *("a", "^a", r"a\Z", r"^a*\Z", r"^[ab]+\Z", r"^[^a]\Z", r"^a{2}\Z", r"^a{0,2}b?\Z", "^(a|b0)+", r"^\Z"),
    *(
        r"(^a|b\Z)",
        "[0-9]",
        r"^(?:a|ab)(?:b|0)\Z",
        r"^[^ \n]*\Z",
        "b{3,}",
        r"^ | \Z",
        r"^(a*b){1,2}\Z",
        "",
        r"[^b]a|0\n",
    ),
)
CONSTANTS: dict[str, Any] = {f"P{number}": re.compile(pattern).search for number, pattern in enumerate(PATTERNS)}
CONSTANTS["TEXTS"] = frozenset({"a", "ab", "", "b0"})


def language(condition: str) -> Language:
    return Language(ast.parse(condition, mode="eval").body, "x", CONSTANTS)


def holds_for_all(condition: str) -> bool:
    code = compile(condition, "<condition>", "eval")
    return all(eval(code, {**CONSTANTS, "x": text}) for text in STRINGS)  # noqa: S307  # made here


def made(random: Random, depth: int) -> str:
    """A condition of any shape on `x`."""
    kind = random.randrange(9 if depth else 5)
    if kind <= 1:
        return f"P{random.randrange(len(PATTERNS))}(x) is {random.choice(('', 'not '))}None"
    if kind == 2:
        return f"len(x) {random.choice(('<', '<=', '>', '>=', '==', '!='))} {random.randrange(4)}"
    if kind == 3:
        return f"x {random.choice(('==', '!='))} {random.choice(('a', '', 'b0'))!r}"
    if kind == 4:
        return f"x {random.choice(('', 'not '))}in TEXTS"
    one, other, third = (f"({made(random, depth - 1)})" for _ in range(3))
    return random.choice((f"{one} or {other}", f"{one} and {other}", f"not {one}", f"{one} if {other} else {third}"))


@pytest.mark.parametrize("pattern", range(len(PATTERNS)))
def test_patterns(pattern: int) -> None:
    other = f"P{(pattern + 7) % len(PATTERNS)}(x)"
    for condition in (f"P{pattern}(x) is not None", f"P{pattern}(x) is None or {other} is not None"):
        assert language(condition).is_all() == holds_for_all(condition)


def test_conditions() -> None:
    """What is true of all strings is true of the short ones, and the short ones tell most of the others."""
    random = Random(1)  # noqa: S311  # repeatable, not secret
    conditions = [made(random, 3) for _ in range(1500)]
    conditions += [f"({condition}) or not ({condition})" for condition in conditions[:50]]
    decided = [(language(condition).is_all(), holds_for_all(condition)) for condition in conditions]
    assert not [condition for condition, (said, true) in zip(conditions, decided, strict=True) if said and not true]
    assert sum(said for said, _ in decided) > 60
    # A string that tells may be longer than those that are tried.
    assert sum(true and not said for said, true in decided) < 10


def test_characters_that_are_not_in_patterns() -> None:
    assert not language(f"P{PATTERNS.index('[0-9]')}(x) is not None or x in TEXTS or len(x) > 1").is_all()
    assert Language(ast.parse("S(x) is not None", mode="eval").body, "x", {"S": re.compile("^[^é]*|é").search}).is_all()
    assert not Language(
        ast.parse("S(x) is None", mode="eval").body, "x", {"S": re.compile("[\U0010ffff]").search}
    ).is_all()


@pytest.mark.parametrize(
    "condition",
    ["f(x)", "x < 'a'", "y == 'a'", "len(y) > 1", "len(x) > y", "x.isascii()", "x in OTHERS", "G(x) is None"],
)
def test_what_is_not_known(condition: str) -> None:
    constants = {**CONSTANTS, "OTHERS": ["a"], "G": len}
    with pytest.raises(UnknownError):
        Language(ast.parse(condition, mode="eval").body, "x", constants).is_all()


@pytest.mark.parametrize("pattern", [r"a$", r"\ba", r"(?=a)b", r"(a)\1", r"\d", r"a*?b", r"a.b"])
def test_patterns_that_are_not_known(pattern: str) -> None:
    with pytest.raises(UnknownError):
        Language(ast.parse("S(x) is None", mode="eval").body, "x", {"S": re.compile(pattern).search}).is_all()


def test_too_many_states(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "_MOST_STATES", 3)
    assert not language("len(x) >= 0 or len(x) == 9").is_all()
