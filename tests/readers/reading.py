"""Reads texts as the tests of readers need it, holds what is in them against rules, and looks at places again."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence

from insights_lint.checks import CompiledChecks
from insights_lint.linter import Linter
from insights_lint.model import Form, Json, Pointer, Rule, pointer_text
from insights_lint.payload import Payload, Unjudged
from insights_lint.readers import read
from insights_lint.readers.payloads import Found
from insights_lint.readers.wanted import Path, Wanted
from insights_lint.ruleset import select_rules
from insights_lint.violation import Location, Violation


def found_in(
    source: Json | bytes, *at: str, form: Form | None = None, input_format: str | None = "json"
) -> list[Found]:
    """What is found in a source: its bytes, or the document that it holds."""
    data = source if isinstance(source, bytes) else json.dumps(source).encode()
    return list(read(io.BytesIO(data), "a.json", Wanted(form, tuple(map(Path.parse, at))), input_format))


def payloads_of(found: Sequence[Found]) -> list[Payload]:
    return [one for one in found if isinstance(one, Payload)]


def reasons_of(found: Sequence[Found]) -> list[str]:
    return [one.reason for one in found if isinstance(one, Unjudged)]


def payloads_in(
    source: Json | bytes, *at: str, form: Form | None = None, input_format: str | None = "json"
) -> list[Payload]:
    """The payloads of a source in which there is nothing else."""
    found = found_in(source, *at, form=form, input_format=input_format)
    assert reasons_of(found) == []
    return payloads_of(found)


def lint(payloads: Sequence[Payload], rules: Sequence[Rule]) -> list[Violation]:
    """The violations of those of the rules that are on."""
    linter = Linter(CompiledChecks(select_rules(rules).rules))
    return [violation for one in payloads for violation in linter.lint(one)]


def told(violations: Sequence[Violation]) -> list[tuple[str, str]]:
    """The rule of each, and the pointer from the payload."""
    return [(one.rule.id, pointer_text(one.location.pointer)) for one in violations]


def places(payloads: Sequence[Payload]) -> list[str]:
    """The pointer to each from the root of its document."""
    return [pointer_text(one.document_pointer) for one in payloads]


def stretch(text: str, at: Location) -> str:
    """What stands at the place in a text whose lines end with LF."""
    lines = text.split("\n")[at.line - 1 : at.end_line]
    lines[-1] = lines[-1][: at.end_column - 1]
    return "\n".join([lines[0][at.column - 1 :], *lines[1:]])


def value_at(document: Json, pointer: Pointer) -> Json:
    for token in pointer:
        document = document[token]
    return document
