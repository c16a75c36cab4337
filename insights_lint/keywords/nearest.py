"""The nearest right words for a wrong one: at most three, nearest first."""

from __future__ import annotations

from collections.abc import Iterable


def distance(left: str, right: str) -> int:
    """How many letters must be inserted, dropped, replaced or swapped with their neighbour to make them equal."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        before, previous, row = row, before, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, previous[j - 2] + 1)
            row.append(cost)
    return row[-1]


def nearest(word: str, candidates: Iterable[str], limit: int = 3) -> list[str]:
    """The candidates that `word` may have been meant for, nearest first; ties in alphabetical order.

    A candidate is near if a third of its letters at most differ, or if one of the two begins with the other.
    """
    wanted = word.casefold()[:80]
    scored = []
    for candidate in dict.fromkeys(candidates):
        other = candidate.casefold()
        most = max(1, max(len(wanted), len(other)) // 3)
        begins = len(wanted) >= 3 and (other.startswith(wanted) or wanted.startswith(other))
        if abs(len(wanted) - len(other)) > most and not begins:
            continue
        steps = distance(wanted, other)
        if steps <= most or begins:
            scored.append((steps, candidate))
    return [candidate for _, candidate in sorted(scored)[:limit]]


def did_you_mean(word: str, candidates: Iterable[str], quote: str = '"') -> str:
    """`, did you mean "a" or "b"?`, or nothing if no candidate is near."""
    near = [f"{quote}{candidate}{quote}" for candidate in nearest(word, candidates)]
    if not near:
        return ""
    return f", did you mean {' or '.join([', '.join(near[:-1]), near[-1]] if near[1:] else near)}?"
