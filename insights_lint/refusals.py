"""Tells which rules a refusal of the API means, and compares what it answered with what the rules say."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from insights_lint.keywords.nearest import distance
from insights_lint.model import Rule
from insights_lint.payload import Payload, Shape
from insights_lint.recording import Answer, Answered, Outcome

_WORD = re.compile(r"[a-z0-9]+")
_FILLERS = frozenset({"a", "an", "field", "the"})
_SPELLING = 2
"""Letters in which two spellings of a message differ; with more, another field could stand in it."""
_MOST_NAMED = 3
"""Rules that are named of those which one message may mean."""


def rules_for_message(text: str, rules: Sequence[Rule]) -> list[Rule]:
    """The rules whose server message is the text, or stands in it; case, punctuation and quotes do not count.

    Neither do articles. If none is equal, the nearest one counts that only is spelled in another way.
    """
    return list(_meant(_folded(text), tuple(rules)))


@lru_cache(maxsize=1024)  # a log repeats few messages many times, and to look for the nearest takes long
def _meant(wanted: str, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    # Nothing is left of a message without a Latin letter or digit, and nothing stands in everything.
    known = {rule: {_folded(message) for message in rule.server_messages} - {""} for rule in rules}
    found = tuple(rule for rule, messages in known.items() if any(f" {one} " in f" {wanted} " for one in messages))
    if found or not wanted:
        return found
    near: dict[int, set[str]] = {}
    for message in {message for messages in known.values() for message in messages}:
        if abs(len(message) - len(wanted)) <= _SPELLING:
            near.setdefault(distance(wanted, message), set()).add(message)
    best = min(near, default=_SPELLING + 1)
    return tuple(rule for rule, messages in known.items() if best <= _SPELLING and messages & near[best])


def _folded(text: str) -> str:
    # What stands between backticks differs from event to event.
    words = _WORD.findall(re.sub(r"`[^`]*`", "", text).lower())
    return " ".join(word for word in words if word not in _FILLERS)


def compared(payload: Payload, broken: Sequence[Rule], rules: Sequence[Rule], shown: Callable[[str], str]) -> Answered:
    """The recorded answer to a payload beside the rules that it breaks; `shown` hides what is private in a message."""
    answer = payload.answer or Answer(None)
    captured = payload.captured
    request = {} if captured is None else captured.value
    refused = any(rule.refuses for rule in broken)
    refusals = answer.messages if answer.refused else ()
    return Answered(
        source=payload.source,
        request=payload.request,
        line=payload.line,
        pointer=payload.document_pointer,
        status=answer.status,
        messages=tuple(shown(message) for message in answer.messages),
        meant=tuple(tuple(rule.id for rule in rules_for_message(message, rules)) for message in refusals),
        refused=refused,
        outcome=_outcome(answer, refused, payload.shape) if payload.has_body else Outcome.UNKNOWN,
        sent_at=payload.sent_at,
        method=shown(request.get("method", "")),
        path=shown(request.get("path", "")),
        unseen="" if captured is None else captured.unseen or _sent_by(shown(captured.unwanted)),
    )


def _sent_by(method: str) -> str:
    return f"sent by {method}" if method else ""


def _outcome(answer: Answer, refused: bool, shape: Shape) -> Outcome:
    if answer.accepted:
        return Outcome.WE_REFUSE if refused else Outcome.BOTH_ACCEPT
    if not answer.refused:
        return Outcome.UNKNOWN
    if refused:
        return Outcome.BOTH_REFUSE
    return Outcome.API_REFUSES if answer.messages or shape is not Shape.RECORD else Outcome.LOST


def answer_words(answered: Answered, broken: Sequence[Rule], shape: Shape) -> str:
    """What follows a refusal's status: each message, and the rules that it means."""
    ids = {rule.id for rule in broken}
    words = [
        f'"{text}" ({_meaning(meant, ids)})' for text, meant in zip(answered.messages, answered.meant, strict=False)
    ]
    if words:
        return f": {'; '.join(words)}"
    return " and no reason: mostly another event of its request was refused" if shape is Shape.RECORD else ""


def _meaning(meant: tuple[str, ...], broken: set[str]) -> str:
    reported = [rule for rule in meant if rule in broken]
    if reported:
        return f"here {' and '.join(reported)}"
    if meant:
        more = f" or {len(meant) - _MOST_NAMED} more" if len(meant) > _MOST_NAMED else ""
        return f"{' or '.join(meant[:_MOST_NAMED])}{more}, not reported here"
    return "no rule of this run knows it"
