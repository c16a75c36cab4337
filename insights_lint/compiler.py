"""Compiles rules into Python that tells which of them a value breaks, and finds the places that are to blame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from insights_lint.keywords.dialect import KEYWORDS
from insights_lint.keywords.keyword import Emitter, Evaluation, Fault, walk_schema
from insights_lint.keywords.paths import ROOTS, steps, values_at
from insights_lint.model import Form, Json, Rule
from insights_lint.payload import Known

Failing = Callable[[Json, Known], list[int]]
"""(event or payload, what else is known) → numbers of the rules that it breaks."""


def evaluate(evaluation: Evaluation, rule: Rule, value: Json) -> Iterator[Fault]:
    """Every place at which the value breaks the rule, by the meaning of its keywords."""
    if evaluation.known.now is None and needs_clock(rule):
        return
    if evaluation.looks(rule.when, value) or not evaluation.holds(rule.when, value):
        return
    yield from _blamed(evaluation, rule, value)


def places(
    rules: Iterable[Rule], form: Form, value: Json, known: Known, *, failed: bool
) -> Iterator[tuple[Rule, Fault]]:
    """Every place at which the value breaks one of the rules, rule by rule.

    With `failed` a `Failing` has told that it breaks each of them, and there are no templates in it.
    """
    evaluation = Evaluation(KEYWORDS, form, known, plain=failed)
    for rule in rules:
        faults = list((_blamed if failed else evaluate)(evaluation, rule, value))
        if failed and not faults:
            raise AssertionError(f"{rule.id}: the compiled check and the meaning of its keywords differ")
        for fault in faults:
            yield rule, fault


def _blamed(evaluation: Evaluation, rule: Rule, value: Json) -> Iterator[Fault]:
    """Every place to blame in a value that the rule is for."""
    seen = set()
    for target in rule.targets:
        for at, found in values_at(target, value):
            for fault in evaluation.faults(rule.schema, found, at):
                if fault.at not in seen:
                    seen.add(fault.at)
                    yield fault


def needs_clock(rule: Rule) -> bool:
    """Whether the rule is silent without a clock."""
    return _has_keyword(rule, "age")


def needs_number_text(rule: Rule) -> bool:
    """Whether the rule looks at how a number is written, which is lost where a recorder wrote it anew."""
    return _has_keyword(rule, "writtenAs")


def _has_keyword(rule: Rule, name: str) -> bool:
    return any(
        isinstance(schema, dict) and name in schema
        for root in (rule.when, rule.schema)
        for _, schema in walk_schema(KEYWORDS, root)
    )


def compiled(rules: Sequence[Rule], form: Form) -> Failing:
    """The check of the rules, made by running what `generate` writes."""
    namespace: dict[str, Json] = {}
    # The source is made of the rules alone: names, numbers and string literals written by repr().
    exec(compile(generate(rules, form, "make"), "<rules>", "exec"), namespace)  # noqa: S102
    failing: Failing = namespace["make"]()
    return failing


def generate(rules: Sequence[Rule], form: Form, name: str) -> str:
    """Source of a function of that name, which makes a `Failing` for values that are objects."""
    emitter = Emitter(KEYWORDS, form, "e")
    body: list[str] = []
    for number, rule in enumerate(rules):
        condition = broken(emitter, rule)
        if condition is not None:
            body.append(f"        if {condition}:  # {rule.id}\n            failed.append({number})")
    lines = [f"def {name}():", "    import re", "    from importlib import import_module", "    MISSING = object()"]
    for source, constant in emitter.constants.items():
        is_function = constant in emitter.functions
        lines += _made_when_called(constant, source) if is_function else [f"    {constant} = {source}"]
    lines += ["    def failing(e, known):", "        now, size, sent_at, searches = known", "        failed = []"]
    if emitter.members:
        lines.append("        get = e.get")
    lines += [f"        {member} = get({key!r}, MISSING)" for key, member in emitter.members.items()]
    return "\n".join([*lines, *body, "        return failed", "    return failing", ""])


def _made_when_called(name: str, source: str) -> list[str]:
    """A function that gives way to the right one: most patterns and modules are for members that few events have."""
    return [
        f"    def {name}(*arguments):",
        f"        nonlocal {name}",
        f"        {name} = {source}",
        f"        return {name}(*arguments)",
    ]


def broken(emitter: Emitter, rule: Rule) -> str | None:
    """An expression: the object `e` breaks the rule. None if nothing does."""
    tests = [test for test in (_target_test(emitter, rule, target) for target in rule.targets) if test]
    if not tests:
        return None
    when = emitter.expression(rule.when, "e")
    parts = ["now is not None"] if needs_clock(rule) else []
    return " and ".join([*parts, *([when] if when else []), f"not ({' and '.join(tests)})"])


def _target_test(emitter: Emitter, rule: Rule, target: str) -> str | None:
    """An expression: every value at the target satisfies the rule's schema."""
    if target in ROOTS:
        return emitter.expression(rule.schema, "e")
    return _path_test(emitter, rule, steps(target), "e")


def _path_test(emitter: Emitter, rule: Rule, path: tuple[str, ...], x: str) -> str | None:
    if not path:
        return emitter.expression(rule.schema, x)
    step, rest = path[0], path[1:]
    inner = emitter.fresh()
    test = _path_test(emitter, rule, rest, inner)
    if test is None:
        return None
    if step == "[]":
        return f"({x}.__class__ is not list or all([{test} for {inner} in {x}]))"
    if x == "e":
        return f"(({inner} := {emitter.get(x, step)}) is MISSING or {test})"
    return f"({x}.__class__ is not dict or ({inner} := {emitter.get(x, step)}) is MISSING or {test})"
