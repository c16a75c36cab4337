"""Tells which rules a refusal of the API means, and compares what it answered with what the rules say."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from insights_lint.keywords.nearest import nearest
from insights_lint.model import Rule
from insights_lint.payload import Answer, Payload
from insights_lint.report import Answered, Outcome

_WORD = re.compile(r"[a-z0-9]+")
_MOST_NAMED = 3
"""Rules that are named of those which one message may mean."""


def rules_for_message(text: str, rules: Sequence[Rule]) -> list[Rule]:
    """The rules whose server message is the text, or stands in it; case, punctuation and quotes do not count.

    Two spellings of a message differ in a word or two, so the nearest one counts if none is equal.
    """
    wanted = _folded(text)
    found = [rule for rule in rules if any(_folded(message) in wanted for message in rule.server_messages)]
    if found or not wanted:
        return found
    messages = {_folded(message): message for rule in rules for message in rule.server_messages}
    near = nearest(wanted, [message for message in messages if abs(len(message) - len(wanted)) < 12], limit=1)
    return [rule for rule in rules if near and any(_folded(message) == near[0] for message in rule.server_messages)]


def _folded(text: str) -> str:
    # What stands between backticks differs from event to event.
    return " ".join(_WORD.findall(re.sub(r"`[^`]*`", "", text).lower()))


def compared(
    payload: Payload, answer: Answer, broken: Sequence[Rule], rules: Sequence[Rule], shown: Callable[[str], str]
) -> Answered:
    """The recorded answer to a payload beside the rules that it breaks; `shown` hides what is private in a message."""
    refused = any(rule.refuses for rule in broken)
    return Answered(
        source=payload.source,
        request=payload.request,
        line=payload.line,
        pointer=payload.document_pointer,
        status=answer.status,
        messages=tuple(shown(message) for message in answer.messages),
        meant=tuple(
            tuple(rule.id for rule in rules_for_message(message, rules))
            for message in answer.messages
            if answer.refused
        ),
        refused=refused,
        outcome=_outcome(answer, refused),
    )


def _outcome(answer: Answer, refused: bool) -> Outcome:
    if answer.accepted:
        return Outcome.WE_REFUSE if refused else Outcome.BOTH_ACCEPT
    if not answer.refused:
        return Outcome.UNKNOWN
    if refused:
        return Outcome.BOTH_REFUSE
    return Outcome.API_REFUSES if answer.messages else Outcome.LOST


def answer_words(answered: Answered, broken: Sequence[Rule]) -> str:
    """What follows a refusal's status: each message, and the rules that it means."""
    ids = {rule.id for rule in broken}
    words = [
        f'"{text}" ({_meaning(meant, ids)})' for text, meant in zip(answered.messages, answered.meant, strict=False)
    ]
    return f": {'; '.join(words)}" if words else " and no reason: mostly another event of its request was refused"


def _meaning(meant: tuple[str, ...], broken: set[str]) -> str:
    reported = [rule for rule in meant if rule in broken]
    if reported:
        return f"here {' and '.join(reported)}"
    if meant:
        more = f" or {len(meant) - _MOST_NAMED} more" if len(meant) > _MOST_NAMED else ""
        return f"{' or '.join(meant[:_MOST_NAMED])}{more}, not reported here"
    return "no rule of this run knows it"
