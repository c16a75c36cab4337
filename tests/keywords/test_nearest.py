"""The nearest right words: how far words are apart, and which are offered in which order."""

from __future__ import annotations

import pytest

from insights_lint.keywords.nearest import did_you_mean, distance, nearest


@pytest.mark.parametrize(
    ("left", "right", "steps"),
    [
        ("", "", 0),
        ("abc", "abc", 0),
        ("", "abc", 3),
        ("abc", "", 3),
        ("abc", "abd", 1),
        ("abc", "abxc", 1),
        ("abc", "ac", 1),
        ("abc", "acb", 1),
        ("abcd", "badc", 2),
        ("requried", "required", 1),
        ("sevrity", "severity", 1),
        ("kitten", "sitting", 3),
        ("abc", "xyz", 3),
        ("ca", "abc", 3),
    ],
)
def test_distance(left: str, right: str, steps: int) -> None:
    assert distance(left, right) == distance(right, left) == steps


@pytest.mark.parametrize(
    ("word", "candidates", "expected"),
    [
        ("requried", ["properties", "required", "pattern"], ["required"]),
        ("selct", ["--help", "select", "self"], ["select"]),
        # Nearest first, ties in alphabetical order, at most three.
        ("item", ["stem", "items", "item"], ["item", "items", "stem"]),
        ("aaaa", ["aaad", "aaac", "aaab", "aaae"], ["aaab", "aaac", "aaad"]),
        ("abcd", ["abxd", "abcd", "abcde"], ["abcd", "abcde", "abxd"]),
        # Case does not count.
        ("QUERYID", ["queryID"], ["queryID"]),
        # One begins with the other, from three letters on.
        ("positions-count", ["positions-count-mismatch", "positions"], ["positions", "positions-count-mismatch"]),
        ("pos", ["positions"], ["positions"]),
        ("po", ["positions"], []),
        # A third of the letters may differ, one always.
        ("ab", ["ac"], ["ac"]),
        ("ab", ["cd"], []),
        ("abcdef", ["abcdxy"], ["abcdxy"]),
        ("abcdef", ["abcxyz"], []),
        ("abc", [], []),
        ("abc", ["abc", "abc"], ["abc"]),
        ("", ["a", "ab"], ["a"]),
    ],
)
def test_nearest(word: str, candidates: list[str], expected: list[str]) -> None:
    assert nearest(word, candidates) == expected


def test_limit() -> None:
    assert nearest("aaaa", ["aaab", "aaac", "aaad"], limit=1) == ["aaab"]


def test_long_words_are_cut() -> None:
    assert nearest("a" * 100_000, ["a" * 80, "b"]) == ["a" * 80]


@pytest.mark.parametrize(
    ("candidates", "words"),
    [
        (["zzz"], ""),
        ([], ""),
        (["item"], ', did you mean "item"?'),
        (["item", "items"], ', did you mean "item" or "items"?'),
        (["item", "items", "stem"], ', did you mean "item", "items" or "stem"?'),
        (["item", "items", "stem", "idem"], ', did you mean "item", "idem" or "items"?'),
    ],
)
def test_did_you_mean(candidates: list[str], words: str) -> None:
    assert did_you_mean("item", candidates) == words


def test_did_you_mean_with_other_quotes() -> None:
    assert did_you_mean("purchas", ["purchase", "addToCart"], "`") == ", did you mean `purchase`?"
