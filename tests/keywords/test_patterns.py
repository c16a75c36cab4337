"""Patterns: what is refused and where, what the others are for Python, and what they match."""

from __future__ import annotations

import random
import re
import warnings

import pytest

from insights_lint.keywords.patterns import PatternError, translate


@pytest.mark.parametrize(
    ("pattern", "offset", "word"),
    [
        # Escapes that Python and ECMAScript do not share.
        (r"\p{Letter}", 0, r"\p"),
        (r"^\cA$", 1, r"\c"),
        (r"\Aabc", 0, r"\A"),
        (r"abc\Z", 3, r"\Z"),
        (r"abc\z", 3, r"\z"),
        (r"a\b", 1, r"\b"),
        (r"a\B", 1, r"\B"),
        (r"(a)\1", 3, r"\1"),
        (r"\0", 0, r"\0"),
        (r"\a", 0, r"\a"),
        (r"\k<n>", 0, r"\k"),
        (r"ab\x4", 2, r"\x"),
        (r"\x4g", 0, r"\x"),
        (r"\u00e", 0, r"\u"),
        (r"\u{1F600}", 0, r"\u"),
        (r"\U0001F600", 0, r"\U"),
        (r"\N{BULLET}", 0, r"\N"),
        ("\\\N{GRINNING FACE}", 0, "escape"),
        ("\\é", 0, "escape"),
        ("ab\\", 2, "escape"),
        (r"[a\b]", 2, r"\b"),
        # Groups with a question mark, but for `(?:…)`.
        ("(?=a)", 0, "lookaround"),
        ("a(?!b)", 1, "lookaround"),
        ("(?<=a)b", 0, "lookaround"),
        ("(?<n>a)", 0, "names"),
        ("a(?P<n>b)", 1, "names"),
        ("(?P=n)", 0, "names"),
        ("(?i)a", 0, "flags"),
        ("(?i:a)", 0, "flags"),
        ("a(?#b)", 1, "only plain groups"),
        ("(?>a)", 0, "only plain groups"),
        # Brackets that do not match.
        ("a)", 1, "unbalanced"),
        ("(a", 0, "never closed"),
        ("a(b(c)", 1, "never closed"),
        ("x[a", 1, "never closed"),
        ("[]", 0, "empty"),
        ("a[]b]", 1, "begins with"),
        ("[^]", 0, "empty"),
        ("a]", 1, "must be escaped"),
        ("a}", 1, "must be escaped"),
        # Quantifiers.
        ("*a", 0, "nothing to repeat"),
        ("a|+", 2, "nothing to repeat"),
        ("(?:?a)", 3, "nothing to repeat"),
        ("{2}", 0, "nothing to repeat"),
        ("^*", 0, "anchor"),
        ("a$+", 1, "anchor"),
        ("a{", 1, "expected"),
        ("a{,3}", 1, "expected"),
        ("a{x}", 1, "expected"),
        ("a{1,x}", 1, "expected"),
        ("a{-1}", 1, "expected"),
        ("ab{2,1}", 2, "wrong order"),
        ("a*?", 2, "lazy"),
        ("a+?b", 2, "lazy"),
        ("a??", 2, "lazy"),
        ("a++", 2, "possessive"),
        ("a{2}?", 4, "lazy"),
        # Quantifiers inside quantified groups.
        ("(a+)+", 0, "quantified group"),
        ("x(a*)*", 1, "quantified group"),
        ("(?:a+b)*", 0, "quantified group"),
        ("((a+))+", 0, "quantified group"),
        ("(?:a|b+){2,}", 0, "quantified group"),
        ("(?:[a-z]{1,3}){2}", 0, "quantified group"),
        ("(?:x(?:a{2,}))*", 0, "quantified group"),
        # A negated class inside a class.
        (r"[a\D]", 2, "negated"),
        (r"[^\S]", 2, "negated"),
        (r"[\W]", 1, "negated"),
    ],
)
def test_refused(pattern: str, offset: int, word: str) -> None:
    with pytest.raises(PatternError) as caught:
        translate(pattern)
    assert caught.value.offset == offset
    assert word in str(caught.value)


@pytest.mark.parametrize(
    "pattern",
    [
        # Ranges that are none: the wrong way round, or with a class at one end.
        "[z-a]",
        "[é-a]",
        "[a--b]",
        r"[a-\d]",
        # More repetitions than Python counts, and digits that are not ASCII.
        "a{99999999999}",
        "a{٣}",
        # A quantifier inside a quantified group: 2 to the power of 30 ways.
        "^(?:a?){30}a{30}$",
    ],
)
def test_refused_somewhere(pattern: str) -> None:
    with pytest.raises(PatternError) as caught:
        translate(pattern)
    assert 0 <= caught.value.offset < len(pattern)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("", ""),
        ("abc", "abc"),
        ("^a$", r"^a\Z"),
        ("a|b$", r"a|b\Z"),
        ("(a)(?:b)", "(?:a)(?:b)"),
        (".", r"[^\n\r\u2028\u2029]"),
        (r"\d\w\s", r"[0-9][A-Za-z0-9_][ \t\n\r\f\v]"),
        (r"\D\W\S", r"[^0-9][^A-Za-z0-9_][^ \t\n\r\f\v]"),
        (r"[\d_]", "[0-9_]"),
        (r"[^\s]", r"[^ \t\n\r\f\v]"),
        (r"\t\n\r\f\v", r"\t\n\r\f\v"),
        (r"\x41\u0042", "AB"),
        (r"\x2e\u002a", r"\.\*"),
        (r"\/\-\ ", r"/\- "),
        (r"\.\$\{", r"\.\$\{"),
        ("[-a]", r"[\-a]"),
        ("[a-]", r"[a\-]"),
        ("[^-a]", r"[^\-a]"),
        ("[a-c]", "[a-c]"),
        (r"[\]\[]", r"[\]\[]"),
        ("[[&]", r"[\[\&]"),
        ("[a^]", r"[a\^]"),
        ("[$.*]", r"[\$\.\*]"),
        ("a*b+c?d{2}e{2,}f{2,3}", "a*b+c?d{2}e{2,}f{2,3}"),
        ("(a+)?", "(?:a+)?"),
        ("(a{3})+", "(?:a{3})+"),
        ("(a*){1}", "(?:a*){1}"),
        ("(?:ab|c)*", "(?:ab|c)*"),
        ("é😀", "é😀"),
        ("()", "(?:)"),
    ],
)
def test_translated(pattern: str, expected: str) -> None:
    assert translate(pattern) == expected


@pytest.mark.parametrize(
    ("pattern", "found", "not_found"),
    [
        ("^a$", ["a"], ["a\n", "\na", "b\na\nc", "ab"]),
        ("a", ["a", "xax", "\na\n"], ["A", ""]),
        (r"^\d$", ["0", "9"], ["٣", "a", "\uff10"]),
        (r"^\w$", ["a", "Z", "0", "_"], ["é", "-", "\u017f"]),
        (r"^\s$", [" ", "\t", "\n", "\v"], ["\u00a0", "\u2028", "\ufeff", "a", "\x1c"]),
        (r"^\S$", ["\u00a0", "a"], [" ", "\n"]),
        ("^.$", ["a", "é", "😀", "\x85", "\v"], ["\n", "\r", "\u2028", "\u2029", "", "ab"]),
        ("^[^a]$", ["b", "\n", "😀"], ["a", "bb"]),
        ("^[a-c]{2}$", ["ab", "cc"], ["a", "abc", "ad"]),
        (r"^[\w.-]+$", ["a.b-c_1"], ["a b", ""]),
        ("^(?:a|b){1,2}$", ["a", "ba"], ["", "aba", "c"]),
        ("^a|b$", ["ax", "xb"], ["xax", "bx"]),
        (r"^\u00e9$", ["é"], ["e", "É"]),
        ("^$", [""], ["a", "\n"]),
        ("^[|&~]+$", ["|&~", "&&"], ["a"]),
        ("^#a b$", ["#a b"], ["a b", "#ab"]),
    ],
)
def test_matches(pattern: str, found: list[str], not_found: list[str]) -> None:
    search = re.compile(translate(pattern)).search
    assert [text for text in found if not search(text)] == []
    assert [text for text in not_found if search(text)] == []


def test_what_is_accepted_compiles() -> None:
    """Made at random: whatever is not refused is a pattern to Python, too, which does not even warn."""
    dice = random.Random(20261122)  # noqa: S311  # repeatable, not secret
    signs = [*"aabz09-]^[(){}|*+?,.$&é ", "(?:", "[^", "[a-z]", r"\d", r"\w", r"\S", r"\x41", r"\-", "{2}", "{1,2}"]
    accepted = 0
    broken = []
    for _ in range(60_000):
        pattern = "".join(dice.choice(signs) for _ in range(dice.randint(1, 7)))
        try:
            source = translate(pattern)
        except PatternError:
            continue
        accepted += 1
        try:
            with warnings.catch_warnings(action="error"):
                re.compile(source)
        except (re.error, FutureWarning) as error:
            broken.append((pattern, str(error)))
    assert broken == []
    assert accepted > 5_000
