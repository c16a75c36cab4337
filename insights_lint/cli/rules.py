"""`insights-lint rules`: lists the rules, and tests rule files against their own examples."""

from __future__ import annotations

import json

import click

from insights_lint.cli.endings import OK, VIOLATIONS
from insights_lint.cli.options import SEVERITY, Word, rule_options
from insights_lint.contract import broken_examples
from insights_lint.model import Form, Layer, Rule, Severity
from insights_lint.ruleset import load_rules, matches, select_rules
from insights_lint.ruleset.documents import editor_schema, markdown

_STATES = ("on", "off", "all")


@click.group("rules", short_help="List the rules, or test rule files.", invoke_without_command=True)
@rule_options
@click.option("--severity", type=SEVERITY, help="Only rules of this severity.")
@click.option("--layer", type=Word([layer.value for layer in Layer]), help="Only rules of this layer.")
@click.option("--form", type=Word([form.value for form in Form]), help="Only rules that judge this form.")
@click.option("--state", type=Word(_STATES), default="all", help="Only rules that are on, or off.")
@click.option("--output", type=Word(["text", "json", "markdown", "json-schema"]), default="text", help="Format.")
@click.pass_context
def command(
    ctx: click.Context,
    rules: tuple[str, ...],
    no_builtin_rules: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    severity: Severity | None,
    layer: str | None,
    form: str | None,
    state: str,
    output: str,
) -> int:
    """List the rules: what each finds, how bad that is, and whether the rule is on.

    \b
    Example: insights-lint rules --select positions --severity error
             insights-lint rules test my-rules.yaml
    """
    if ctx.invoked_subcommand is not None:
        return OK
    if output == "json-schema":
        click.echo(editor_schema(), nl=False)
        return OK
    known = load_rules(rules, builtin=not no_builtin_rules, examples=output == "markdown")
    listed = _named(known, select, ignore)
    listed = [
        rule
        for rule in listed
        if (severity is None or rule.severity is severity)
        and (layer is None or rule.layer.value == layer)
        and (form is None or Form(form) in rule.forms)
        and state in ("all", "on" if rule.enabled else "off")
    ]
    if output == "json":
        click.echo(json.dumps([_entry(rule) for rule in listed], indent=2))
    elif output == "markdown":
        click.echo(markdown(listed), nl=False)
    else:
        _print_table(listed)
    return OK


def _named(rules: list[Rule], select: tuple[str, ...], ignore: tuple[str, ...]) -> list[Rule]:
    """The rules that are selected and not ignored, on or off: a list is no run."""
    select_rules(rules, select, ignore)  # refuses names that match nothing
    return [
        rule
        for rule in rules
        if (not select or any(matches(name, rule) for name in select))
        and not any(matches(name, rule) for name in ignore)
    ]


def _entry(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "topic": rule.topic,
        "title": rule.title,
        "severity": rule.severity.label,
        "layer": rule.layer.value,
        "enabled": rule.enabled,
        "forms": [form.value for form in Form if form in rule.forms],
        "target": list(rule.targets),
        "telemetry": rule.telemetry,
        "why": rule.why,
        "help": rule.help,
        "docs": rule.docs,
        "source": rule.source,
        "server_messages": list(rule.server_messages),
        "formerly": list(rule.formerly),
        "file": rule.file,
        "line": rule.line,
    }


def _print_table(rules: list[Rule]) -> None:
    width = max((len(rule.id) for rule in rules), default=0)
    for rule in rules:
        state = "" if rule.enabled else " (off)"
        click.echo(f"{rule.severity.label:<8}{rule.layer.value:<12}{rule.id:<{width}}  {rule.title}{state}")
    off = sum(not rule.enabled for rule in rules)
    click.echo(f"{_count(len(rules), 'rule')}, {off} of them off.")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


@command.command("test", short_help="Hold rule files to their own examples.")
@click.argument("files", nargs=-1)
@click.option("--no-builtin-rules", is_flag=True, help="Test the files without the built-in rules beside them.")
def test(files: tuple[str, ...], no_builtin_rules: bool) -> int:
    """Hold the rules of FILES to their own examples; without FILES, the built-in rules.

    Every example is judged twice: by the compiled checks, and by the jsonschema library.

    \b
    Example: insights-lint rules test my-rules.yaml
    Exit status: 0 all examples hold, 1 some do not, 2 a file holds no rules.
    """
    from insights_lint.checks import CompiledChecks
    from insights_lint.reference import ReferenceChecks

    rules = load_rules(files, builtin=not no_builtin_rules, examples=True)
    builtin = {rule.file for rule in load_rules()} if files else set()
    tested = [rule for rule in rules if rule.file not in builtin]
    broken: dict[str, list[str]] = {}
    for engine, name in ((CompiledChecks, "compiled"), (ReferenceChecks, "jsonschema")):
        for found in broken_examples(rules, tested, engine):
            broken.setdefault(str(found), []).append(name)
    for text, names in broken.items():
        click.echo(text if len(names) == 2 else f"{text} (by the {names[0]} checks only)")
    examples = sum(len(rule.examples) for rule in tested)
    fails = f"{len(broken)} {'does' if len(broken) == 1 else 'do'} not hold"
    result = fails if broken else "all hold, compiled and with jsonschema"
    click.echo(f"{_count(len(tested), 'rule')}, {_count(examples, 'example')}: {result}.")
    return VIOLATIONS if broken else OK
