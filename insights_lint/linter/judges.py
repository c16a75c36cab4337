"""The judges for each kind of value that payloads hold."""

from __future__ import annotations

from insights_lint.checks import Checks, Judge
from insights_lint.model import Form, Rule

_REQUEST_TOPIC = "body"
"""Rules of this topic are about a request as a whole, which a list of events in a file is not."""


class Judges:
    """A judge for each kind of value that payloads of one form hold, and the rules that their reader reports."""

    def __init__(self, checks: Checks, form: Form) -> None:
        def judge(about: str, *, nulls: bool = False, telemetry: bool | None = None, but: str = "") -> Judge:
            chosen = [rule for rule in rules if rule.about == about and rule.nulls is nulls and rule.topic != but]
            return checks.judge([rule for rule in chosen if telemetry in (None, rule.telemetry)], form)

        rules = [rule for rule in checks.rules if form in rule.forms]
        self.reader = {rule.id: rule for rule in rules if rule.about == "text"}
        self.event = judge("event")
        self.telemetry = judge("event", telemetry=True)
        self.nulls = judge("event", nulls=True)
        self.nulls_telemetry = judge("event", nulls=True, telemetry=True)
        self.not_object = checks.judge([rule for rule in rules if _is_about_type(rule)], form)
        # Each time: the rules that see telemetry events, and those that do not.
        self.body = (judge("payload", telemetry=True), judge("payload", telemetry=False))
        self.list = (
            judge("payload", telemetry=True, but=_REQUEST_TOPIC),
            judge("payload", telemetry=False, but=_REQUEST_TOPIC),
        )
        self.call = judge("call")
        self.call_nulls = judge("call", nulls=True)
        self.request = judge("request")


def _is_about_type(rule: Rule) -> bool:
    """Whether the rule has something to say of an event that is no object: that it should be one."""
    about_event = rule.targets == ("event",) and rule.when is True
    return about_event and isinstance(rule.schema, dict) and "type" in rule.schema
