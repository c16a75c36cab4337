"""Turns rule files into rules: merges overrides, and refuses with every mistake what is not a rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from insights_lint.errors import Mistake, RuleError
from insights_lint.example import Example
from insights_lint.keywords.messages import unknown_names
from insights_lint.keywords.nearest import did_you_mean, nearest
from insights_lint.keywords.paths import ROOTS
from insights_lint.model import Form, Json, Layer, Pointer, Rule, Severity
from insights_lint.ruleset.examples import EXAMPLE_KEYS, default_pointer, read_example
from insights_lint.ruleset.format import FILE_PROPERTIES, ID_PATTERN, RULE_PROPERTIES
from insights_lint.ruleset.schemas import offered_names, schema_mistakes, vacuous_tests, validation_errors
from insights_lint.ruleset.yaml_text import YamlText, parse_yaml

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
    rejected: frozenset[str] = frozenset()
    """Keys that are reported already and left out: unknown ones, and those with a wrong value."""

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
        if not found and not entry.rejected:
            rule, wrong = _build(rule_id, entry)
            rules.append(rule)
            mistakes += wrong
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
        errors = validation_errors({"properties": RULE_PROPERTIES}, keys) if validate else []
        for path, message in errors:
            yield file.mistake((*at, *path), message)
        rejected = {str(path[0]) for path, _ in errors} | (keys.keys() - RULE_PROPERTIES.keys())
        origins = {key: (file, at) for key in keys if key not in rejected}
        keys = {key: keys[key] for key in origins}
        if rule_id in entries:
            _override(entries[rule_id], keys, origins)
        else:
            if isinstance(file.value.get("docs"), str) and "docs" not in keys:
                keys["docs"], origins["docs"] = file.value["docs"], (file, ())
            entries[rule_id] = _Entry(topic, keys, dict(origins), file, at)
        entries[rule_id].rejected |= rejected


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
    meant = {right for key in entry.rejected for right in (key, *nearest(key, RULE_PROPERTIES, limit=1))}
    missing = [key for key in missing if key not in meant]
    if missing:
        near = [other for other in nearest(rule_id, entries) if other != rule_id]
        hint = f'; did you mean to override "{near[0]}"?' if near and "title" in missing else ""
        yield entry.mistake((), f'"{rule_id}" lacks {", ".join(f"`{key}`" for key in missing)}{hint}')
    if validate:
        for path, message in validation_errors({"pattern": ID_PATTERN}, rule_id):
            yield entry.mistake(path, f"a rule id is kebab-case: {message}")
    for key in ("when", "schema"):
        if key in keys:
            yield from _schema_mistakes(entry, key, validate=validate)
    yield from _example_key_mistakes(entry)


def _schema_mistakes(entry: _Entry, key: str, *, validate: bool) -> Iterator[Mistake]:
    keys = entry.keys
    wrong = list(schema_mistakes(keys[key], validate=validate))
    if not wrong:
        on_object = key == "when" or _targets(keys)[0] in ROOTS
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
    rule = Rule(
        id=rule_id,
        topic=entry.topic,
        title=str(keys["title"]),
        severity=Severity[keys["severity"].upper()],
        layer=Layer(keys["layer"]),
        schema=keys.get("schema", True),
        targets=_targets(keys),
        when=keys.get("when", True),
        forms=frozenset(map(Form, keys.get("forms", ("wire", "call")))),
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
            example = read_example(raw, valid=kind == "valid", default_at=default, file=file.file, line=line)
            if isinstance(example, Example):
                examples.append(example)
            else:
                mistakes += [entry.mistake(at, message) for message in example]
    return examples, mistakes
