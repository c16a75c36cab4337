"""Turns rule files into rules: merges overrides, and refuses with every mistake what is not a rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from insights_lint.errors import Mistake, RuleError
from insights_lint.keywords.messages import unknown_names
from insights_lint.keywords.nearest import did_you_mean, nearest
from insights_lint.keywords.paths import PATH_PATTERN
from insights_lint.model import Example, Form, Json, Layer, Pointer, Rule, Severity
from insights_lint.ruleset.examples import EXAMPLE_KEYS, default_pointer, read_example
from insights_lint.ruleset.schemas import offered_names, schema_mistakes, vacuous_tests, validation_errors
from insights_lint.ruleset.yaml_text import YamlText, parse_yaml

_TEXT: dict[str, Json] = {"type": "string", "minLength": 1}
_TEXTS: dict[str, Json] = {"type": "array", "items": _TEXT, "minItems": 1, "uniqueItems": True}
_ID_PATTERN = "^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
_POINTERS: dict[str, Json] = {"type": "array", "items": {"type": "string", "pattern": "^(/.*)?$"}, "minItems": 1}
_SCHEMA: dict[str, Json] = {"type": ["object", "boolean"]}

EXAMPLE_SCHEMA: dict[str, Json] = {
    "type": "object",
    "properties": {
        "event": {"type": "object", "description": "Laid over a valid event."},
        "body": {"description": "A request body, or whatever was sent as one."},
        "json": {"type": "string", "description": "The text of one event, a list of events or a body."},
        "encoding": {
            "enum": ["utf-8", "utf-16", "latin-1", "windows-1252"],
            "description": "How the text of `json` becomes bytes.",
        },
        "omit": {"type": "array", "items": _TEXT, "description": "Keys taken from the valid event."},
        "repeat": {
            "type": "object",
            "additionalProperties": {"type": "integer", "minimum": 1, "maximum": 100000},
            "description": "How many items an array gets, its own in turn.",
        },
        "now": {"type": ["string", "integer"], "description": "The clock."},
        "at": {**_POINTERS, "description": "Pointers that the rule blames."},
        "also": {**_TEXTS, "description": "Other rules that report, too."},
    },
}
_EXAMPLES: dict[str, Json] = {"type": "array", "items": EXAMPLE_SCHEMA, "minItems": 1}

RULE_PROPERTIES: dict[str, dict[str, Json]] = {
    "title": {**_TEXT, "description": "What is wrong, in one sentence."},
    "severity": {"enum": ["error", "warning", "info"]},
    "layer": {"enum": [layer.value for layer in Layer], "description": "How far the event gets."},
    "target": {
        "anyOf": [
            {"enum": ["event", "payload", "text"]},
            {"type": "string", "pattern": PATH_PATTERN},
            {**_TEXTS, "items": {"type": "string", "pattern": PATH_PATTERN}},
        ],
        "description": "What the schema is about: `event`, `payload`, or paths from the event.",
    },
    "forms": {
        "type": "array",
        "items": {"enum": [form.value for form in Form]},
        "minItems": 1,
        "uniqueItems": True,
    },
    "nulls": {"type": "boolean", "description": "Whether the rule sees members that are null."},
    "gives_way": {"type": "boolean", "description": "Whether it is silent where a missing-rule speaks."},
    "telemetry": {"type": "boolean", "description": "Whether it judges InstantSearch's own events, too."},
    "when": {**_SCHEMA, "description": "Which events the rule looks at."},
    "schema": {**_SCHEMA, "description": "What the target must satisfy."},
    "reader": {"const": True, "description": "Reported while a text is read (topic `json`)."},
    "aliases": {**_TEXTS, "description": "Other names under which the required key is often written."},
    "message": _TEXT,
    "help": _TEXT,
    "why": _TEXT,
    "docs": {"type": "string", "pattern": "^https?://"},
    "source": _TEXT,
    "server_message": {"anyOf": [_TEXT, _TEXTS]},
    "enabled": {"type": "boolean"},
    "formerly": {"type": "array", "items": {"type": "string", "pattern": _ID_PATTERN}, "minItems": 1},
    "examples": {"type": "object", "properties": {"valid": _EXAMPLES, "invalid": _EXAMPLES}},
}
FILE_PROPERTIES: dict[str, dict[str, Json]] = {
    "topic": {"type": "string", "pattern": _ID_PATTERN},
    "summary": _TEXT,
    "docs": RULE_PROPERTIES["docs"],
    "rules": {"type": "object"},
}
_REQUIRED = ("title", "severity", "layer", "examples")
_JUDGES = ("schema", "when", "target")


@dataclass
class _Entry:
    """One rule as its files state it: the merged keys, and which file each came from."""

    topic: str
    keys: dict[str, Json]
    origins: dict[str, tuple[YamlText, Pointer]]
    file: YamlText
    at: Pointer
    overridden: bool = False

    def mistake(self, pointer: Pointer, message: str, *, on_key: bool = False) -> Mistake:
        if pointer and pointer[0] in self.origins:
            file, base = self.origins[str(pointer[0])]
            return file.mistake((*base, *pointer), message, on_key=on_key)
        return self.file.mistake(self.at, message, on_key=True)


def read_rule_files(texts: list[tuple[str, str]], *, trusted: int = 0) -> list[Rule]:
    """The rules of some files (name, text), later ones overriding earlier ones.

    The first `trusted` files are taken to be in order, which saves the import of jsonschema. Raises RuleError with
    every mistake of all files.
    """
    mistakes: list[Mistake] = []
    entries: dict[str, _Entry] = {}
    for number, (name, text) in enumerate(texts):
        try:
            file = parse_yaml(text, name)
        except RuleError as error:
            mistakes += error.mistakes
            continue
        mistakes += _file_mistakes(file, validate=number >= trusted)
        if isinstance(file.value, dict) and isinstance(file.value.get("rules"), dict):
            mistakes += _collect(file, entries, validate=number >= trusted)
    rules = []
    for rule_id, entry in entries.items():
        validate = bool(texts[trusted:]) and (entry.overridden or entry.file.file in dict(texts[trusted:]))
        found = list(_entry_mistakes(rule_id, entry, entries, validate=validate))
        mistakes += found
        if not found and not mistakes:
            rule, wrong = _build(rule_id, entry)
            rules.append(rule)
            mistakes += wrong
        elif not found:
            mistakes += _build(rule_id, entry)[1]
    if mistakes:
        order = {name: number for number, (name, _) in enumerate(texts)}
        unique = sorted(set(mistakes), key=lambda one: (order.get(one.file, 0), one.line, one.column, one.message))
        raise RuleError(unique)
    return rules


def _file_mistakes(file: YamlText, *, validate: bool) -> Iterator[Mistake]:
    if not isinstance(file.value, dict):
        yield file.mistake((), "a rule file is a mapping with `topic` and `rules`")
        return
    yield from _unknown_keys(file, (), file.value, FILE_PROPERTIES)
    for key in ("topic", "rules"):
        if key not in file.value:
            yield file.mistake((), f'"{key}" is missing')
    if validate:
        schema = {"properties": FILE_PROPERTIES}
        for path, message in validation_errors(schema, file.value):
            yield file.mistake(path, message)


def _unknown_keys(file: YamlText, at: Pointer, value: dict[str, Json], known: Any) -> Iterator[Mistake]:
    for key in value:
        if key not in known:
            yield file.mistake((*at, key), f'unknown key "{key}"{did_you_mean(key, known)}', on_key=True)


def _collect(file: YamlText, entries: dict[str, _Entry], *, validate: bool) -> Iterator[Mistake]:
    """Adds the file's entries; one whose id exists already is laid over it, key by key."""
    topic = str(file.value.get("topic", ""))
    for rule_id, keys in file.value["rules"].items():
        at: Pointer = ("rules", rule_id)
        if not isinstance(keys, dict):
            yield file.mistake(at, f'the rule "{rule_id}" is not a mapping')
            continue
        yield from _unknown_keys(file, at, keys, RULE_PROPERTIES)
        if validate:
            for path, message in validation_errors({"properties": RULE_PROPERTIES}, keys):
                yield file.mistake((*at, *path), message)
        origins = dict.fromkeys(keys, (file, at))
        if rule_id in entries:
            _override(entries[rule_id], keys, origins)
        else:
            if "docs" in file.value and "docs" not in keys:
                keys, origins["docs"] = {**keys, "docs": file.value["docs"]}, (file, ())
            entries[rule_id] = _Entry(topic, dict(keys), dict(origins), file, at)


def _override(entry: _Entry, keys: dict[str, Json], origins: dict[str, tuple[YamlText, Pointer]]) -> None:
    if any(key in keys for key in _JUDGES):
        entry.keys.pop("examples", None)
        entry.origins.pop("examples", None)
    if "schema" in keys and "message" not in keys:
        entry.keys.pop("message", None)  # its names may not be offered any more
    entry.keys |= keys
    entry.origins |= origins
    entry.overridden = True
    entry.file, entry.at = next(iter(origins.values()), (entry.file, entry.at))


def _entry_mistakes(rule_id: str, entry: _Entry, entries: dict[str, _Entry], *, validate: bool) -> Iterator[Mistake]:
    keys = entry.keys
    missing = [key for key in _REQUIRED if key not in keys]
    if "schema" not in keys and "reader" not in keys:
        missing.append("schema")
    # A misspelt key is reported as such; that the right one is missing would be a second message for one mistake.
    misspelt = {right for key in keys if key not in RULE_PROPERTIES for right in nearest(key, RULE_PROPERTIES, limit=1)}
    missing = [key for key in missing if key not in misspelt]
    if missing:
        near = [other for other in nearest(rule_id, entries) if other != rule_id]
        meant = f'; did you mean to override "{near[0]}"?' if near and "title" in missing else ""
        yield entry.mistake((), f'"{rule_id}" lacks {", ".join(f"`{key}`" for key in missing)}{meant}')
    if validate:
        for path, message in validation_errors({"pattern": _ID_PATTERN}, rule_id):
            yield entry.mistake(path, f"a rule id is kebab-case: {message}")
    for key in ("when", "schema"):
        if key in keys:
            yield from _schema_mistakes(entry, key, validate=validate)
    yield from _example_key_mistakes(entry)


def _schema_mistakes(entry: _Entry, key: str, *, validate: bool) -> Iterator[Mistake]:
    keys = entry.keys
    wrong = list(schema_mistakes(keys[key], validate=validate))
    if not wrong:
        on_object = key == "when" or _targets(keys) in (("event",), ("payload",))
        wrong = list(vacuous_tests(keys[key], speaks=key == "when", on_object=on_object))
    for found in wrong:
        yield entry.mistake((key, *found.at), found.message, on_key=found.on_key)
    if key == "schema" and not wrong and isinstance(keys.get("message"), str):
        offered = offered_names(keys[key])
        for name in unknown_names(keys["message"], offered):
            hint = did_you_mean(name, sorted(offered))
            yield entry.mistake(("message",), f"`{{{name}}}`: not every keyword that can fail here offers it{hint}")


def _example_key_mistakes(entry: _Entry) -> Iterator[Mistake]:
    examples = entry.keys.get("examples")
    if not isinstance(examples, dict) or "examples" not in entry.origins:
        return
    file, base = entry.origins["examples"]
    yield from _unknown_keys(file, (*base, "examples"), examples, ("valid", "invalid"))
    for kind in ("valid", "invalid"):
        if kind not in examples:
            yield entry.mistake(("examples",), f"no {kind} example")
        for number, raw in enumerate(examples.get(kind) or ()):
            if isinstance(raw, dict):
                yield from _unknown_keys(file, (*base, "examples", kind, number), raw, EXAMPLE_KEYS)


def _targets(keys: dict[str, Json]) -> tuple[str, ...]:
    target = keys.get("target", "event")
    return (target,) if isinstance(target, str) else tuple(target)


def _build(rule_id: str, entry: _Entry) -> tuple[Rule, list[Mistake]]:
    """The rule, and what is wrong with its examples."""
    keys = entry.keys
    examples, mistakes = _examples(entry)
    messages = keys.get("server_message", ())
    line, _ = entry.file.key_places.get(entry.at, (1, 1))
    try:
        severity, layer = Severity[str(keys["severity"]).upper()], Layer(keys["layer"])
        forms = frozenset(map(Form, keys.get("forms", ("wire", "call"))))
    except (KeyError, ValueError, TypeError):  # reported already, as the structure was
        severity, layer, forms = Severity.ERROR, Layer.STYLE, frozenset({Form.WIRE})
    rule = Rule(
        id=rule_id,
        topic=entry.topic,
        title=str(keys["title"]),
        severity=severity,
        layer=layer,
        schema=keys.get("schema", True),
        targets=_targets(keys),
        when=keys.get("when", True),
        forms=forms,
        nulls=keys.get("nulls", False),
        gives_way=keys.get("gives_way", False),
        telemetry=keys.get("telemetry", False),
        enabled=keys.get("enabled", True),
        aliases=tuple(keys.get("aliases", ())),
        message=" ".join(str(keys.get("message", keys["title"].rstrip("."))).split()),
        help=" ".join(str(keys.get("help", "")).split()),
        why=" ".join(str(keys.get("why", "")).split()),
        docs=keys.get("docs", ""),
        source=" ".join(str(keys.get("source", "")).split()),
        server_messages=(messages,) if isinstance(messages, str) else tuple(messages),
        formerly=tuple(keys.get("formerly", ())),
        examples=tuple(examples),
        file=entry.file.file,
        line=line,
    )
    return rule, mistakes


def _examples(entry: _Entry) -> tuple[list[Example], list[Mistake]]:
    examples: list[Example] = []
    mistakes: list[Mistake] = []
    for kind in ("valid", "invalid"):
        for number, raw in enumerate(entry.keys["examples"].get(kind) or ()):
            if not isinstance(raw, dict):
                continue
            at: Pointer = ("examples", kind, number)
            file, base = entry.origins["examples"]
            line, _ = file.place((*base, *at))
            default = default_pointer(_targets(entry.keys), tuple(raw))
            example = read_example(raw, valid=kind == "valid", default_at=default, line=line)
            if isinstance(example, Example):
                examples.append(example)
            else:
                mistakes += [entry.mistake(at, message) for message in example]
    return examples, mistakes
