"""The second opinion: judges with the jsonschema library instead of the compiled checks.

Which rules are broken, and where, is the library's word alone; the words of the report are those of the keywords.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from insights_lint.checks import Faults, Judge
from insights_lint.compiler import evaluate, needs_clock
from insights_lint.keywords.dialect import CHECKS, KEYWORDS
from insights_lint.keywords.keyword import Evaluation, Fault
from insights_lint.keywords.paths import values_at
from insights_lint.keywords.patterns import translate
from insights_lint.model import Form, Json, Pointer, Rule, Schema, Template
from insights_lint.payload import Known

Validate = Callable[[Any, Json, Json, Mapping[str, Json]], Iterator[ValidationError]]

# Keywords for which the library gives no pointer to the member or item, or reads the argument otherwise.
_OURS = frozenset({keyword.name for keyword in CHECKS} | {"additionalProperties", "uniqueItems"})
# Keywords of the library that give one result for all that is below the value.
_DECIDING = frozenset({"enum", "const", "contains", "anyOf", "oneOf", "not", "if"})


def translated(schema: Schema) -> Schema:
    """The schema as the library needs it: patterns for Python, and `{not: {}}` for false, whose path it loses."""
    if isinstance(schema, bool):
        return schema or {"not": {}}
    result: dict[str, Json] = {}
    for name, argument in schema.items():
        if name == "pattern":
            result[name] = translate(argument)
        elif name in _OURS or not any(True for _ in KEYWORDS[name].subschemas(argument)):
            result[name] = argument
        elif isinstance(argument, list):
            result[name] = [translated(one) for one in argument]
        elif name == "properties":
            result[name] = {key: translated(one) for key, one in argument.items()}
        else:
            result[name] = translated(argument)
    return result


class ReferenceChecks:
    """Checks by the jsonschema library; the same interface as the compiled ones, a hundred times slower."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)

    def judge(self, rules: Sequence[Rule], form: Form) -> Judge:
        return _ReferenceJudge(rules, form)


class _ReferenceJudge:
    def __init__(self, rules: Sequence[Rule], form: Form) -> None:
        self.rules = rules
        self.form = form
        self.schemas = {rule.id: (translated(rule.when), translated(rule.schema)) for rule in rules}

    def __call__(self, value: Json, *, known: Known, plain: bool) -> Faults:
        evaluation = Evaluation(KEYWORDS, self.form, known)
        validator = _validator_class(evaluation, lenient=not plain)
        for rule in self.rules:
            if known.now is None and needs_clock(rule):
                continue
            places = self._places(rule, value, validator, evaluation)
            words = {fault.at: fault for fault in evaluate(evaluation, rule, value)} if places else {}
            for at in places:
                yield rule, words.get(at, Fault(at, "reference"))

    def _places(self, rule: Rule, value: Json, validator: Any, evaluation: Evaluation) -> list[Pointer]:
        when, schema = self.schemas[rule.id]
        if evaluation.looks(rule.when, value) or not validator(when).is_valid(value):
            return []
        found: dict[Pointer, None] = {}
        for target in rule.targets:
            for at, inner in values_at(target, value):
                for error in validator(schema).iter_errors(inner):
                    found[(*at, *error.absolute_path)] = None
        return list(found)


def _validator_class(evaluation: Evaluation, *, lenient: bool) -> Any:
    """The library's validator with the check keywords; `lenient` about templates, which satisfy what looks at them."""
    validators: dict[str, Validate] = {name: _ours(name, evaluation) for name in _OURS}
    if lenient:
        library = {**Draft202012Validator.VALIDATORS, **validators}
        validators |= {name: _lenient(name, library[name], evaluation) for name in KEYWORDS if name in library}
    return extend(Draft202012Validator, validators)  # type: ignore[no-untyped-call]  # the stubs leave it open


def _ours(name: str, evaluation: Evaluation) -> Validate:
    keyword = KEYWORDS[name]

    def validate(_: Any, argument: Json, value: Json, schema: Mapping[str, Json]) -> Iterator[ValidationError]:
        if keyword.types and not any(Draft202012Validator.TYPE_CHECKER.is_type(value, one) for one in keyword.types):
            return
        for fault in keyword.faults(evaluation, argument, value, (), dict(schema)):
            yield ValidationError(name, path=fault.at)

    return validate


def _lenient(name: str, validate: Any, evaluation: Evaluation) -> Validate:
    """The library's keyword, but satisfied where its result would hang on what a template says."""
    decides = name in _DECIDING
    asserts = KEYWORDS[name].blames

    def wrapped(validator: Any, argument: Json, value: Json, schema: Mapping[str, Json]) -> Iterator[ValidationError]:
        hangs = decides or (asserts and isinstance(value, Template))
        if not (hangs and evaluation.looks({name: argument}, value)):
            yield from validate(validator, argument, value, schema) or ()

    return wrapped
