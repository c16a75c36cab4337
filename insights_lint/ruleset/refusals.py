"""Finds the rules that a refusal of the API may mean."""

from __future__ import annotations

import re
from collections.abc import Sequence

from insights_lint.keywords.nearest import nearest
from insights_lint.model import Rule

_WORD = re.compile(r"[a-z0-9]+")


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
