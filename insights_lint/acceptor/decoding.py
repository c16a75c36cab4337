"""Which types events are decoded to: what most of the rules want, as far as msgspec can test it while it parses.

Nothing depends on these types being those that the rules say: whatever is decoded is judged by all rules. A type that
is too narrow sends values the long way round, one that is too wide leaves more to the conditions.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple

import msgspec

from insights_lint.acceptor.values import SCALARS, Value
from insights_lint.acceptor.wishes import Wish, wishes, wishes_of_bodies
from insights_lint.model import Json, Rule

TYPES = ("click", "conversion", "view")
MARKS = (
    *("eventName", "userToken", "objectIDs", "queryID", "objectData"),
    *("eventSubtype", "index", "filters", "positions"),
)
"""Members by which readers know events, beside their type."""
_TELLING = frozenset({"events", "event", "status", "method", "args", "0"})
"""Members by which readers know bodies, entries of the API's log, and calls."""
_NAMEABLE = re.compile(r'[^\\"\x00-\x1f\ud800-\udfff]*').fullmatch
"""Keys that msgspec can find; an object with any other goes the long way round."""
KeyPath = tuple[str, ...]
"""The key of a member of an event or a body, perhaps with that of a member of the objects in it, and so on."""


class Usual(NamedTuple):
    """What is usual in a stream, besides what the rules want."""

    order: tuple[str, ...] = ()
    """In which members come, those of an event and of what is in it."""
    extra: tuple[KeyPath, ...] = ()
    """Members of events that no rule looks at; they are kept as they are written, others are not let through."""
    beside: tuple[KeyPath, ...] = ()
    """The same of a body, beside its events."""
    fractions: bool = False
    """Whether integers are written like 1.0."""


PLAIN = Usual()


class EventTypes:
    """The type that events are decoded to for rules, and what is known of what it lets through.

    Rules of `counted` may be broken by what it lets through. `usual` tells what else it should let through, and in
    which order members are found fastest.
    """

    def __init__(self, rules: Sequence[Rule], counted: Sequence[Rule] = (), usual: Usual = PLAIN) -> None:
        self.attributes: dict[str, str] = {}
        """Key of a member → its name in structures."""
        self.as_written: set[str] = set()
        """Attributes that, somewhere, are kept as they are written, or whose items are."""
        self.fractions = usual.fractions
        self._order = {key: number for number, key in enumerate(usual.order)}
        wish = wishes(rules)
        for key in ("eventType", *MARKS, *wishes(counted).members):
            wish.member(key).kept = True
        wish.members = {key: below for key, below in wish.members.items() if not tells_otherwise(key)}
        self.extra = tuple(path for path in usual.extra if not tells_otherwise(path[0]))
        self.type, self.value = self.structure(wish, self.extra)
        looked_at = wishes_of_bodies((*rules, *counted)).members
        named = (key for (key,) in usual.beside if not tells_otherwise(key) and key not in self.attributes)
        self.beside = {key: f"b{number}" for number, key in enumerate(filter(_NAMEABLE, named)) if key not in looked_at}
        """Key of a member of a body beside its events → its name in structures."""
        self.body = self._body()

    def _body(self) -> Any:
        """The type of a body; members beside its events are kept as they are written."""
        beside = [(attribute, msgspec.Raw, None) for attribute in self.beside.values()]
        return msgspec.defstruct(
            "Body",
            [("events", list.__class_getitem__(self.type)), *beside],
            rename={attribute: key for key, attribute in self.beside.items()},
            forbid_unknown_fields=True,
            gc=False,
        )

    def _attribute(self, key: str) -> str:
        return self.attributes.setdefault(key, f"a{len(self.attributes)}")

    def structure(self, wish: Wish, extra: Collection[KeyPath] = ()) -> tuple[Any, Value]:
        """A structure with these members, which has no others but `extra` ones that are kept as they are written."""
        # A member that is not there is None, which is the fastest to test; null is refused for all of these types, or
        # else counted as no member while its key has a colon.
        fields: dict[str, tuple[Any, ...]] = {}
        members: dict[str, Value] = {}
        # Of what no rule wants anything but that it is not there, it is enough to know that.
        unread = {path[0] for path in extra if len(path) == 1}
        named = {key for key, below in wish.members.items() if below.wants_something() or below.kept}
        for key in sorted(filter(_NAMEABLE, named | unread)):
            below = wish.members.get(key)
            if below is None:
                kind, value = msgspec.Raw, Value(unread=True)
            else:
                kind, value = self._type(below, [path[1:] for path in extra if path[0] == key and len(path) > 1])
            attribute = self._attribute(key)
            if value.literal or (value.item is not None and value.item.literal):
                self.as_written.add(attribute)
            if below is not None and below.required:
                fields[key] = attribute, kind
                members[key] = value
            else:
                fields[key] = attribute, kind, None
                members[key] = value._replace(missing=None)
        made = msgspec.defstruct(
            "Object",
            [fields[key] for key in sorted(fields, key=lambda key: self._order.get(key, len(self._order)))],
            rename={self.attributes[key]: key for key in fields},
            forbid_unknown_fields=True,
            gc=False,
            kw_only=True,
        )
        return made, Value(frozenset({"dict"}), members=members)

    def _type(self, wish: Wish, extra: Collection[KeyPath] = ()) -> tuple[Any, Value]:
        """The type of a value; `extra` are members of the objects that it is or holds."""
        types = wish.types or set()
        limits = wish.limits
        if wish.texts and (not types or "string" in types):
            return Literal[tuple(sorted(wish.texts))], Value(frozenset({"str"}), texts=frozenset(wish.texts))
        if wish.as_written and (types & {"number", "integer"} or not types) and "low" not in limits:
            return msgspec.Raw, Value(frozenset({"str", "int", "float"}), literal=True)
        if types == {"string"} or (not types and {"least", "most"} & limits.keys() and not wish.item):
            known = Value(frozenset({"str"}), least=limits.get("least", 0), most=limits.get("most"))
            return _limited(str, wish), known._replace(searched=wish.searched)
        if types and types <= {"number", "integer"} and self.fractions:
            known = Value(frozenset({"int", "float"}), low=limits.get("low"), high=limits.get("high"))
            return _limited(int, wish) | _limited(float, wish), known
        if types and types <= {"number", "integer"}:
            return _limited(int, wish), Value(frozenset({"int"}), low=limits.get("low"), high=limits.get("high"))
        if types == {"array"} or (not types and wish.item is not None):
            item, known = self._type(wish.item or Wish(), extra)
            value = Value(frozenset({"list"}), least=limits.get("least", 0), most=limits.get("most"), item=known)
            return _limited(list.__class_getitem__(item), wish), value._replace(loose=known.loose)
        if types == {"object"} or (not types and wish.members):
            return self.structure(wish, extra)
        # Where no rule wants anything, objects may be what is usual.
        items = SCALARS if wish.wants_something() else SCALARS | {"dict"}
        return object, Value(items | {"list"}, item=Value(items), loose=True)


def unknown_in(value: Json, known: Value) -> Iterator[KeyPath]:
    """The members of a value that structures do not have."""
    members = known.members if known.item is None else known.item.members
    if members is None:
        return
    for one in value if isinstance(value, list) else (value,):
        if isinstance(one, dict):
            for key, below in one.items():
                if key not in members:
                    yield (key,)
                elif isinstance(below, (dict, list)):
                    yield from ((key, *path) for path in unknown_in(below, members[key]))


def tells_otherwise(key: str) -> bool:
    """Whether readers may take an object for something else than an event because it has the member."""
    return key in _TELLING or (key != "eventType" and key.replace("_", "").lower() == "eventtype")


def _limited(kind: Any, wish: Wish) -> Any:
    names: Mapping[str, str] = (
        {"low": "ge", "high": "le"} if kind in (int, float) else {"least": "min_length", "most": "max_length"}
    )
    given: dict[str, Json] = {names[limit]: number for limit, number in wish.limits.items() if limit in names}
    return Annotated[kind, msgspec.Meta(**given)] if given else kind
