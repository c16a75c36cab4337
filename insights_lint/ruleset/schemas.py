"""Finds every mistake in a rule's schemas: unknown keywords, wrong arguments, tests that hold for nothing at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from insights_lint.keywords.dialect import KEYWORDS
from insights_lint.keywords.keyword import COMMON_NAMES
from insights_lint.keywords.nearest import did_you_mean
from insights_lint.keywords.patterns import PatternError, translate
from insights_lint.keywords.values import TYPE_WORDS
from insights_lint.model import Json, Pointer, Schema

# Keywords of JSON Schema that a rule author may look for in vain.
_NOT_IN_DIALECT = frozenset(
    {
        "$anchor", "$defs", "$dynamicRef", "$id", "$ref", "$schema", "contentEncoding", "contentMediaType", "default",
        "definitions", "dependencies", "dependentSchemas", "deprecated", "description", "examples", "format",
        "maxContains", "maxProperties", "minContains", "minProperties", "multipleOf", "patternProperties",
        "prefixItems", "propertyNames", "readOnly", "title", "unevaluatedItems", "unevaluatedProperties", "writeOnly",
    }
)  # fmt: skip


class SchemaMistake(NamedTuple):
    """What is wrong, at which pointer of the schema, and whether its key is to blame."""

    at: Pointer
    message: str
    on_key: bool = False


def schema_mistakes(schema: Json, *, validate: bool) -> Iterator[SchemaMistake]:
    """Unknown keywords and wrong arguments at any depth.

    With `validate`, arguments are checked with the jsonschema library against the schema that each keyword has for its
    argument; without, they are trusted (the built-in rules are checked by the tests).
    """
    if isinstance(schema, bool):
        return
    if not isinstance(schema, dict):
        yield SchemaMistake((), "a schema is a mapping, or true or false")
        return
    for name, argument in schema.items():
        keyword = KEYWORDS.get(name)
        if keyword is None:
            known = "is not in the rule dialect" if name in _NOT_IN_DIALECT else "is no keyword"
            yield SchemaMistake((name,), f'unknown keyword "{name}": it {known}{did_you_mean(name, KEYWORDS)}', True)
            continue
        wrong = list(_argument_mistakes(name, argument)) if validate else []
        yield from wrong
        if not wrong:
            for at, subschema in keyword.subschemas(argument):
                for found in schema_mistakes(subschema, validate=validate):
                    yield found._replace(at=(name, *at, *found.at))


def _argument_mistakes(name: str, argument: Json) -> Iterator[SchemaMistake]:
    for path, message in validation_errors(
        {**KEYWORDS[name].argument, "$defs": {"schema": {"type": ["object", "boolean"]}}}, argument
    ):
        yield SchemaMistake((name, *path), f"`{name}`: {message}")
    if name == "pattern" and isinstance(argument, str):
        try:
            translate(argument)
        except PatternError as error:
            yield SchemaMistake((name,), f"`pattern`: {error}, at character {error.offset + 1} of `{argument}`")


def validation_errors(schema: dict[str, Any], value: Json) -> list[tuple[Pointer, str]]:
    """(pointer, message) of everything that the jsonschema library has against the value, in order of place."""
    from jsonschema import Draft202012Validator  # 100 ms: only a user's rule files are validated
    from jsonschema.exceptions import relevance

    found: list[tuple[Pointer, str]] = []
    for error in Draft202012Validator(schema).iter_errors(value):
        while error.context:  # of alternatives, the one that was meant: it fails deepest
            error = min(error.context, key=relevance)
        found.append((tuple(error.absolute_path), _plain(error.message)))
    return found


def _plain(message: str) -> str:
    return message if len(message) <= 200 else f"{message[:120]} … {message[-60:]}"


@dataclass(frozen=True)
class _Facts:
    """What an enclosing schema already says of the same value."""

    typed: bool
    required: frozenset[str] = frozenset()

    def with_schema(self, schema: dict[str, Json]) -> _Facts:
        typed = self.typed or not {"type", "const", "enum"}.isdisjoint(schema)
        return _Facts(typed, self.required | frozenset(schema.get("required", ())))


def vacuous_tests(schema: Schema, *, speaks: bool, on_object: bool) -> Iterator[SchemaMistake]:
    """Tests that hold where there is nothing to test, and so make a rule speak that should be silent.

    `speaks` tells whether the rule speaks where the schema is satisfied (`when`), `on_object` whether the value is an
    object for certain (the root of an event or a payload).
    """
    yield from _vacuous(schema, speaks, _Facts(on_object))


def _vacuous(schema: Schema, speaks: bool, facts: _Facts) -> Iterator[SchemaMistake]:
    if isinstance(schema, bool):
        return
    facts = facts.with_schema(schema)
    for name, argument in schema.items():
        types = KEYWORDS[name].types
        if speaks and types and not facts.typed:
            words = " or ".join(TYPE_WORDS[one] for one in types)
            message = f"`{name}` holds for everything that is not {words}; put `type` beside it"
            yield SchemaMistake((name,), message, True)
        if name == "properties" and speaks:
            for key, test in argument.items():
                # `true` tests nothing; it names a member for `additionalProperties`.
                if key not in facts.required and test is not True:
                    message = f'this holds where "{key}" is absent; add it to `required` beside `properties`'
                    yield SchemaMistake((name, key), message, True)
        for at, subschema in KEYWORDS[name].subschemas(argument):
            below = _below(name, schema, facts)
            inner_speaks = not speaks if name == "not" else speaks or name in ("if", "oneOf")
            for found in _vacuous(subschema, inner_speaks, below):
                yield found._replace(at=(name, *at, *found.at))


def _below(name: str, schema: dict[str, Json], facts: _Facts) -> _Facts:
    """What is known of the value that the subschemas of the keyword are about."""
    if name == "then" and isinstance(schema.get("if"), dict):
        return facts.with_schema(schema["if"])
    if name in ("allOf", "anyOf", "oneOf", "not", "if", "then", "else"):
        return facts
    return _Facts(typed=name in ("writtenAs", "decodesTo"))


def offered_names(schema: Schema) -> frozenset[str]:
    """Names that a message may use: those that every keyword offers which the rule can blame."""
    blamed = list(_blamed(schema))
    common = frozenset(COMMON_NAMES)
    return common.union(frozenset.intersection(*blamed)) if blamed else common


def _blamed(schema: Schema) -> Iterator[frozenset[str]]:
    if isinstance(schema, bool):
        if not schema:
            yield frozenset()
        return
    for name, argument in schema.items():
        keyword = KEYWORDS[name]
        if keyword.blames:
            yield frozenset(keyword.names)
        elif name != "if":
            for _, subschema in keyword.subschemas(argument):
                yield from _blamed(subschema)
