"""What rules want of the events that they judge, as far as types can say it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from insights_lint.keywords.paths import ROOTS, steps
from insights_lint.model import Json, Rule, Schema

_MAX_TEXTS = 16
"""Strings of an enumeration that are tested while parsing."""
_MAX_LIMIT = 2**63 - 1
"""Of what msgspec tests."""
_LIMITS = {
    "minLength": ("least", max),
    "minItems": ("least", max),
    "minimum": ("low", max),
    "maxLength": ("most", min),
    "maxItems": ("most", min),
    "maximum": ("high", min),
}


class Wish:
    """What the rules want of the value at one place."""

    def __init__(self, types: set[str] | None = None) -> None:
        self.types = types
        self.texts: set[str] | None = None
        self.limits: dict[str, int] = {}
        self.required = False
        self.as_written = False
        """Whether it matters how a number is written."""
        self.searched = False
        """Whether patterns are searched for in it."""
        self.kept = False
        """Whether it is decoded although no rule wants anything of it."""
        self.members: dict[str, Wish] = {}
        self.item: Wish | None = None

    def member(self, key: str) -> Wish:
        return self.members.setdefault(key, Wish())

    def of_items(self) -> Wish:
        if self.item is None:
            self.item = Wish()
        return self.item

    def note(self, other: Wish) -> None:
        """Makes a place for whatever the other looks at, without wanting anything of it."""
        self.as_written = self.as_written or other.as_written
        self.searched = self.searched or other.searched
        for key, below in other.members.items():
            self.member(key).note(below)
        if other.item is not None:
            self.of_items().note(other.item)

    def wants_something(self) -> bool:
        return bool(self.types or self.texts or self.limits or self.required or self.members or self.item)


def wishes(rules: Sequence[Rule]) -> Wish:
    """What the rules want of an event; of those about a whole body, or about nulls, it is enough what they look at."""
    root = _wishes(rule for rule in rules if rule.about == "event" and not rule.nulls)
    root.note(_wishes(rule for rule in rules if rule.about == "event" and rule.nulls))
    root.note(wishes_of_bodies(rules).member("events").of_items())
    return root


def wishes_of_bodies(rules: Iterable[Rule]) -> Wish:
    """What those of the rules that are about a whole body want of it."""
    return _wishes(rule for rule in rules if rule.about == "payload")


def _wishes(rules: Iterable[Rule]) -> Wish:
    root = Wish(types={"object"})
    for rule in rules:
        for target in rule.targets:
            _add(_at(root, () if target in ROOTS else steps(target)), rule.schema, always=rule.when is True)
        _mention(root, rule.when)
    return root


def _at(wish: Wish, path: Iterable[str]) -> Wish:
    for step in path:
        wish = wish.of_items() if step == "[]" else wish.member(step)
    return wish


def _add(wish: Wish, schema: Schema, *, always: bool) -> None:
    """Adds what a schema wants; not `always` if it is wanted of some objects only."""
    if isinstance(schema, bool):
        return
    _add_assertions(wish, schema, always=always)
    for key, below in schema.get("properties", {}).items():
        _add(wish.member(key), below, always=always)
    if "items" in schema:
        _add(wish.of_items(), schema["items"], always=always)
    for below in schema.get("allOf", ()):
        _add(wish, below, always=always)
    for below in schema.get("anyOf", ())[:1]:
        if isinstance(below, dict) and "type" in below:
            _add(wish, below, always=False)
    if isinstance(schema.get("if"), dict) and "type" in schema["if"]:
        _add(wish, schema.get("then", True), always=always)
    _mention(wish, schema)


def _add_assertions(wish: Wish, schema: dict[str, Json], *, always: bool) -> None:
    types = schema.get("type")
    if types is not None:
        named = {types} if isinstance(types, str) else set(types)
        wish.types = named if wish.types is None else wish.types & named or wish.types
    texts = schema.get("enum", [schema["const"]] if "const" in schema else [])
    if texts and len(texts) <= _MAX_TEXTS and all(isinstance(text, str) for text in texts):
        wish.texts = set(texts) if wish.texts is None else wish.texts & set(texts) or wish.texts
    for keyword, (limit, stricter) in _LIMITS.items():
        number = schema.get(keyword)
        # A lower limit for some events suits the others, too; an upper one may be 0 for some.
        if isinstance(number, int) and 0 < number <= _MAX_LIMIT and (always or keyword.startswith("min")):
            wish.limits[limit] = stricter(number, wish.limits.get(limit, number))
            if keyword.endswith("Items"):
                wish.of_items()
    for key in schema.get("required", ()) if always else ():
        wish.member(key).required = True


def _mention(wish: Wish, schema: Schema) -> None:
    """Makes a place for every member that a schema looks at."""
    if isinstance(schema, bool):
        return
    wish.as_written = wish.as_written or "writtenAs" in schema
    wish.searched = wish.searched or "pattern" in schema
    dependent = schema.get("dependentRequired", {})
    names = (*schema.get("required", ()), *schema.get("sameLength", ()), *schema.get("differ", ()), *dependent)
    for name in (*names, *(one for needed in dependent.values() for one in needed)):
        wish.member(name)
    if "spelledAlike" in schema:
        _at(wish, steps(schema["spelledAlike"]))
    if "allOrNone" in schema:
        wish.of_items().member(schema["allOrNone"])
    for key, below in schema.get("properties", {}).items():
        _mention(wish.member(key), below)
    for keyword in ("items", "contains"):
        _mention_below(wish, keyword, schema)
    for keyword in ("allOf", "anyOf", "oneOf"):
        for below in schema.get(keyword, ()):
            _mention(wish, below)
    for keyword in ("not", "if", "then", "else"):
        _mention(wish, schema.get(keyword, True))


def _mention_below(wish: Wish, keyword: str, schema: dict[str, Json]) -> None:
    if keyword in schema:
        _mention(wish.of_items(), schema[keyword])
