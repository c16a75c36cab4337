"""`insights-lint explain`: what a rule wants, and which rule a refusal of the API means."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator

import click

from insights_lint.cli.endings import OK
from insights_lint.cli.words import did_you_mean
from insights_lint.example import Example
from insights_lint.model import Rule
from insights_lint.refusals import rules_for_message
from insights_lint.ruleset import load_rules

_LAYERS = {
    "arrival": "the API refuses the event, and its whole request",
    "usability": "accepted, but features cannot use it",
    "attribution": "accepted, but credited to nothing",
    "style": "accepted; consistency",
}


@click.command("explain", short_help="Say what a rule wants, or what a refusal means.")
@click.argument("what", metavar="ID|MESSAGE")
@click.option("--rules", multiple=True, metavar="PATH", help="Add or override rules: YAML file or folder.")
def command(what: str, rules: tuple[str, ...]) -> int:
    """Explain the rule ID, or the rules behind a MESSAGE of the API.

    \b
    Example: insights-lint explain positions-missing
             insights-lint explain "The index field is required"
    """
    known = load_rules(rules, examples=True)
    found = [rule for rule in known if what == rule.id or what in rule.formerly] or rules_for_message(what, known)
    if not found:
        raise click.UsageError(f'No rule and no message "{what}".{did_you_mean(what, [rule.id for rule in known])}')
    click.echo("\n\n".join("\n".join(_explanation(rule)) for rule in found))
    return OK


def _explanation(rule: Rule) -> Iterator[str]:
    yield f"{rule.id}: {rule.title}"
    state = "on" if rule.enabled else "off; --select it by its id to turn it on"
    yield f"  {rule.severity.label}, {state}; layer {rule.layer.value}: {_LAYERS[rule.layer.value]}"
    for name, text in (("why", rule.why), ("help", rule.help), ("source", rule.source)):
        if text:
            yield ""
            yield from textwrap.wrap(f"{name}: {text}", 88, initial_indent="  ", subsequent_indent="    ")
    for message in rule.server_messages:
        yield f'  server: "{message}"'
    if rule.docs:
        yield f"  docs: {rule.docs}"
    yield ""
    for example in _shortest(rule):
        yield f"  {'valid' if example.valid else 'invalid'}:"
        text = example.content if example.kind == "json" else json.dumps(example.content, ensure_ascii=False)
        yield f"    {text if len(text) <= 600 else text[:600] + ' …'}"
        if example.at and example.at != ("",):
            yield f"    at {', '.join(example.at)}"


def _shortest(rule: Rule) -> Iterator[Example]:
    """One example of each kind: the shortest says it best."""
    for valid in (False, True):
        examples = [example for example in rule.examples if example.valid is valid]
        if examples:
            yield min(examples, key=lambda example: len(str(example.content)))
