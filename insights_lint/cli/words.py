"""What the words mean that options take. All raise ValueError with a sentence for a word that means nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from insights_lint.model import Severity

COLORS = ("auto", "always", "never")
SEVERITIES = tuple(severity.label for severity in sorted(Severity, reverse=True))
_DIGITS = frozenset("0123456789")


def did_you_mean(word: str, candidates: Sequence[str]) -> str:
    """` Did you mean a or b?` with at most three candidates, nearest first; nothing if none is near."""
    from insights_lint.keywords.nearest import nearest  # most words are right

    near = nearest(word, candidates)
    return f" Did you mean {' or '.join(near)}?" if near else ""


def one_of(word: str, words: Sequence[str]) -> str:
    """The word itself, if it is one of these; a wrong one is answered with the nearest."""
    if word not in words:
        hint = did_you_mean(word, words) or f" Choose from {', '.join(words)}."
        raise ValueError(f'"{word}" is not known.{hint}')
    return word


def color(word: str) -> str:
    """When to write ANSI colours."""
    return one_of(word, COLORS)


def severity(word: str) -> Severity:
    """A severity by its name."""
    return Severity[one_of(word, SEVERITIES).upper()]


def moment(word: str) -> int:
    """A moment as ISO 8601, as milliseconds since the epoch, or `now`; gives milliseconds."""
    if len(word) <= 16 and word and _DIGITS.issuperset(word):
        return int(word)
    if word == "now":
        import time

        return time.time_ns() // 1_000_000
    from insights_lint.ruleset.examples import parse_time

    try:
        return parse_time(word)
    except ValueError:
        raise ValueError(f'"{word}" is neither ISO 8601 nor milliseconds since the epoch nor "now".') from None


def processes(word: str) -> int:
    """How many processes, or `auto` for as many as can run at once."""
    if word == "auto":
        from insights_lint.jobs.settings import usable_processors  # other commands have no jobs

        return usable_processors()
    if not 1 <= len(word) <= 4 or not _DIGITS.issuperset(word) or word.startswith("0"):
        raise ValueError(f'"{word}" is neither a number from 1 nor "auto".')
    return int(word)


def names(words: Iterable[str]) -> tuple[str, ...]:
    """The names of a repeatable option that also takes several with commas."""
    return tuple(name.strip() for one in words for name in one.split(",") if name.strip())
