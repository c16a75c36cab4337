"""Makes faulty payloads from real ones: a seeded mutator of events, lists and bodies, written as JSON text."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from insights_lint.model import Form, Json
from insights_lint.readers.calls import METHODS, SEND_EVENTS

NOW = 1_757_066_975_147
"""The clock for which edge values of timestamps are made, in milliseconds since the epoch."""

FOLDERS = ("search-insights-wire/payloads", "api-clients-automation/payloads")
"""Where the corpus has payloads."""

FEW = 5
"""Events that are taken of one payload: one of them repeats the same event a thousand times."""


PARAMETERS: list[dict[str, Any]] = [
    {"headers": {}},
    {"headers": {"X-Algolia-Application-Id": "A", "x-algolia-api-key": "k"}},
    {"headers": {"X_Algolia_API_Key": "k"}, "inferQueryID": True},
    {"inferQueryID": True},
    {"inferQueryID": None, "headers": None},
    {"inferQueryID": False, "index": "p"},
    {"inferQueryId": True},
    {"items": []},
    {},
]


class Raw(str):
    """JSON text that is written as it stands: a number in some spelling, say."""

    __slots__ = ()


class Twice(NamedTuple):
    """A member whose key stands twice in its object."""

    first: Any
    second: Any


_DAY = 86_400_000
_TIMES = [NOW - age + off for age in (0, 4 * _DAY, 30 * _DAY, -300_000) for off in (-1, 0, 1)]

_SPELLINGS = """
0 -0 0.0 -0.0 1 1.0 1e0 10E-1 1e3 -1 0.5 1.5 5e-1 0.059999999999999 19.99 10.00 1E+2 2.50 1e22 1e400 1e308
9007199254740993 9007199254740993.0 123456789012345 12345678901234567 123456789012345678901234567890
1757066975 1757066975147.0 1757066975147.5 1.757066975147e12 1757066975147000 999999999999 1000000000000
9999999999999 10000000000000 10000000000000.0 17570669751470000000
"""
NUMBERS = [Raw(text) for text in _SPELLINGS.split()]

STRINGS = [
    "", " ", "a", "A", "0", "1", "17", "01", "-1", "1.0", "1e3", "null", "undefined", "NaN", "None", "true", "click",
    "é", "😀", "\ud83d", "\n", "a\n", "a b", "  a", "a ", "\u0000", "\u2028", "\u00a0", "\x7f", "٣", "é" * 64, "x" * 65,
    "x" * 128, "x" * 129, "x" * 130, "jane@example.com", "43b15df305339e827f0ac0bdc5ebcaa7",
]  # fmt: skip

TEMPLATES = ["${x}", "{{ token }}", "user-${id}", "${{nowRounded}}", "brand:{{ brand }}", "{{a}}@example.com"]

_DATES = ["2025-09-05", "2025-09-05T10:09:35Z", "1757066975147"]
_QUERY_IDS = [
    "43b15df305339e827f0ac0bdc5ebcaa7", "43B15DF305339E827F0AC0BDC5EBCAA7", "43b15df305339e827f0ac0bdc5ebcaa",
    "queryID",
    "43b15df305339e827f0ac0bdc5ebcaa7\n", "message_1", "message_" + "a" * 121, "message_" + "a" * 120, "message_", "",
]  # fmt: skip
_TOKENS = [
    "", "user-1", "anonymous-1", "a b", "a@b", "jane@example.com", "jane%40example.com", "amFuZUBleGFtcGxlLmNvbQ",
    "6a616e65406578616d706c652e636f6d", "192.168.0.1", "ip-192-168-0-1", "+14155550132", "415-555-0132", "123-45-6789",
    "jane-gmail-com", "undefined", "null", "NaN", "None", "x" * 128, "x" * 129, "x" * 130, "GA1.2.3.4", "::1", "%41",
]  # fmt: skip
_AMOUNTS = [
    *("8$", "30%", "1,50", "", " 5", "5 ", "+5", ".5", "5.", ".", "1e3", "-5", "-", "0.059999999999999", "9.99", "NaN"),
    *("1234567890123456", "12345678901234567", "-123456789012345", "1.5\n", "10", "1.0", "0x10", "1_000", "Infinity"),
    *(
        Raw(text)
        for text in ("9.99", "-5", "0.059999999999999", "1e3", "1e-3", "1234567890123456", "12345678901234567")
    ),
]
_FILTERS = [
    "brand:apple", "brand%3Aapple", "brand%253Aapple", "apple", ":apple", "brand:", "%3Aapple", "brand%3A", "", ":",
    "::",
    "rating>=4", "rating%3E%3D4", "price:1 TO 5", "price: -1.5 TO 20", "price:1%20TO%205", "stock=0", "a:b:c", "10%",
    "brand:100%", "brand:%zz", "a:b%2", 'brand:"Two Words"', '"Facet Value"', "brand:-Apple", "brand:apple<score=10>",
    "categories.lvl1:A > B", "discount:10%25", "rate:5%25%20off", "marque:Évian & Co", "a:\nb", "year:>2020",
    "price<5\n",
]  # fmt: skip
_NAMES = [
    "Product Clicked", "product clicked", "Add to Cart", "Add to cart", "Product Added To Cart", "PURCHASE", "PDP",
    "ProductClicked", "pdp_add_to_cart", "event-name", "your_event_name", "my-event", "string", "__start__",
    "items_shown",
    "Clicked", " Product Clicked", "Product  Clicked", "Product-clicked", "E-mail Opened", "iPhone Bought", "v2",
    "é Vu",
    "Product Purchased", "Product Viewed", "Item Added", "x" * 64, "x" * 65, "", "404", "a\n", "Product clicked",
    "CLICK ALL",
]  # fmt: skip

EDGES: dict[str, list[Any]] = {
    "eventType": [*("click", "conversion", "view", "instantsearch") * 3, "Click", "purchase", "", "click ", "identify"],
    "eventName": _NAMES,
    "eventSubtype": [*("addToCart", "purchase") * 3, "addtocart", "Purchase", "", "refund"],
    "index": ["products", "", "YourIndexName", "...", "your_index_name", " ", Raw("7"), {}],
    "userToken": [*_TOKENS, Raw("42"), Raw("1.0")],
    "authenticatedUserToken": [*_TOKENS, "anonymous-2", Raw("42")],
    "timestamp": [*(Raw(str(time)) for time in _TIMES), *(Raw(f"{time}.0") for time in _TIMES), *_DATES, *NUMBERS,
    True],
    "queryID": [*_QUERY_IDS, Raw("1")],
    "objectIDs": [
        [], ["a"], ["a", "b"], ["a", "a"], ["a", "A"], [""], ["undefined"], ["null", "b"], [Raw("1")], [None], "a", {},
        ["a"] * 20, ["a"] * 21, [str(number) for number in range(20)], [str(number) for number in range(21)],
    ],
    "positions": [
        [], [Raw("1")], [Raw("1"), Raw("2")], [Raw("0")], [Raw("-1")], [Raw("1.0")], [Raw("1.5")], ["1"],
        ["17", "0"], [""],
        [None], [True], [Raw("1")] * 2, [Raw("1"), Raw("1.0")], [Raw("1")] * 21, "1", Raw("1"), {}, [[Raw("1")]],
        [Raw("1e0")],
    ],
    "filters": [
        [], _FILTERS[:1] * 10, _FILTERS[:1] * 11, _FILTERS[:1] * 20, _FILTERS[:1] * 21, "brand:apple", [Raw("1")],
        [None], {},
        *([one] for one in _FILTERS), _FILTERS[:9], _FILTERS[9:20],
    ],
    "objectData": [
        [], [{}], [{}, {}], [{"price": Raw("1.00")}], [{"price": "1"}, {"quantity": Raw("2")}],
        [{"discount": Raw("1")}], "a",
        {}, [Raw("1")], [None], [{"queryID": _QUERY_IDS[0]}, {}], [{"queryID": "x"}], [{"name": "a"}],
        [{"objectID": "a"}],
        [{"price": Raw("9.99"), "quantity": Raw("2"), "discount": "1"}], [{"price": True, "quantity": "2"}],
    ],
    "value": [*_AMOUNTS, True, {}, []],
    "currency": ["USD", "usd", "EUR", "XXQ", "US", "USDT", "$", "", "U$D", "Usd", "USD\n", Raw("840")],
    "price": [*_AMOUNTS, *NUMBERS, True, {"amount": Raw("1")}, []],
    "discount": [*_AMOUNTS, *NUMBERS, False, {}],
    "quantity": [Raw("1"), Raw("2.0"), Raw("1.5"), Raw("0"), Raw("-1"), "2", "", True, {}, Raw("1e2")],
}  # fmt: skip
ITEM_KEYS = ("price", "discount", "quantity", "queryID")
KEYS = (*(key for key in EDGES if key not in ITEM_KEYS), "queryID")

ALIASES = {
    "index": ["indexName", "index_name", "search_index"],
    "objectIDs": ["objectID", "objectIds", "object_ids"],
    "positions": ["position", "__position"],
    "queryID": ["queryId", "query_id", "__queryID"],
    "filters": ["filter", "facetFilters"],
    "userToken": ["user", "user_token", "userId", "__userToken"],
    "eventName": ["event", "event-name"],
    "timestamp": ["time", "time_stamp"],
    "currency": ["currencyCode"],
}
RELATED: dict[str, Any] = {
    "objectIDs": ["a", "b"],
    "filters": ["brand:apple"],
    "positions": [Raw("1"), Raw("2")],
    "queryID": _QUERY_IDS[0],
}
EXTRAS = (
    "objectID",
    "position",
    "query",
    "price",
    "discount",
    "quantity",
    "agentID",
    "algoliaSource",
    "__queryID",
    "Index",
)


def write(node: Any, dumps: Callable[[str], str] = json.dumps) -> str:
    """The node as JSON text; `dumps` writes strings."""
    if isinstance(node, Raw):
        return str.__str__(node)
    if isinstance(node, Twice):  # no longer a member
        return write(node.second, dumps)
    if isinstance(node, str):
        return dumps(node)
    if isinstance(node, dict):
        return "{" + ",".join(_member(key, value, dumps) for key, value in node.items()) + "}"
    if isinstance(node, list):
        return "[" + ",".join(write(item, dumps) for item in node) + "]"
    return json.dumps(node)


def _member(key: str, value: Any, dumps: Callable[[str], str]) -> str:
    values = value if isinstance(value, Twice) else (value,)
    return ",".join(f"{dumps(key)}:{write(one, dumps)}" for one in values)


def _write_plain(text: str) -> str:
    """The string with its characters as they are, as far as UTF-8 has them."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        return json.dumps(text)
    return json.dumps(text, ensure_ascii=False)


def real_events(corpus: Path) -> list[Json]:
    """The distinct events of the payloads in the corpus, few of each; numbers that are not integers keep their text."""
    events: dict[str, Json] = {}
    for folder in FOLDERS:
        for path in sorted((corpus / folder).glob("*.json")):
            try:
                document = json.loads(path.read_text("utf-8"), parse_float=Raw)
            except ValueError:  # a few hold a template where a number stands
                continue
            found = document.get("events", [document]) if isinstance(document, dict) else document
            for event in found[:FEW] if isinstance(found, list) else [found]:
                if isinstance(event, dict):
                    events.setdefault(write(event), event)
    return list(events.values())


class Mutator:
    """Makes one JSON text after the other, the same ones for the same seed and events."""

    def __init__(self, seed: int, events: Sequence[Json]) -> None:
        self.random = random.Random(seed)  # noqa: S311  # repeatable, not secret
        self.texts = [write(event) for event in events]
        self.mutations: list[Callable[[dict[str, Any]], None]] = [
            self.drop, self.rename, self.retype, self.lengthen, self.nest, self.swap, self.duplicate, self.nullify,
            self.template, self.respell, self.edge, self.edge, self.edge, self.edge, self.add, self.item, self.item,
            self.relate,
        ]  # fmt: skip

    def __iter__(self) -> Iterator[tuple[Form, str]]:
        while True:
            form = self.random.choice((Form.WIRE,) * 8 + (Form.CALL,) * 3 + (Form.TAIL,))
            yield form, self.text(form)

    def text(self, form: Form = Form.WIRE) -> str:
        """A body, a list of events or an event, a call, or an entry of the API's log, as JSON text."""
        if form is Form.CALL:
            return self._written(self._call())
        if form is Form.TAIL:
            errors = self.random.choice((None, [], ["EventName is required"], ["a", "b"], "a"))
            status = self.random.choice((Raw("200"), Raw("422"), Raw("422.0"), Raw("399"), Raw("500"), "422", None))
            return self._written({"event": self.event(), "status": status, "errors": errors})
        shape = self.random.choice(("body", "body", "list", "event"))
        if shape == "event":
            return self._written(self.event())
        events = [self.event() for _ in range(self.random.choice((1, 1, 2, 2, 3, 5)))]
        if self.random.random() < 0.25:
            self._mutate_list(events)
        if shape == "list":
            return self._written(events)
        return self._written(self._body(events))

    def event(self) -> dict[str, Any]:
        """A real event with up to five mutations."""
        event: dict[str, Any] = json.loads(self.random.choice(self.texts), parse_float=Raw)
        for _ in range(self.random.choice((0, 1, 1, 1, 2, 2, 3, 5))):
            self.random.choice(self.mutations)(event)
        return event

    def drop(self, event: dict[str, Any]) -> None:
        event.pop(self._key(event), None)

    def rename(self, event: dict[str, Any]) -> None:
        """Another case, `_`, `-` or an alias instead of the right key, which stays now and then."""
        key = self._key(event)
        if key not in event:
            return
        middle = self.random.randint(1, max(1, len(key) - 1))
        other = self.random.choice(
            [
                *(key.lower(), key.upper(), key.capitalize(), f"_{key}", f"__{key}", f"{key}_", key[:-1], f"{key}s"),
                *(f"{key[:middle]}_{key[middle:]}", f"{key[:middle]}-{key[middle:]}"),
                *ALIASES.get(key, ()) * 3,
            ]
        )
        event[other] = event[key]
        if other != key and self.random.random() < 0.8:
            del event[key]

    def retype(self, event: dict[str, Any]) -> None:
        event[self._key(event)] = self._value()

    def lengthen(self, event: dict[str, Any]) -> None:
        key = self._key(event)
        value = event.get(key)
        if isinstance(value, list) and value:
            event[key] = (value * 25)[: self.random.choice((1, 2, 3, 9, 10, 11, 19, 20, 21, 22))]
        elif isinstance(value, str) and not isinstance(value, Raw):
            length = self.random.choice((1, 5, 32, 63, 64, 65, 127, 128, 129, 130, 500))
            event[key] = ((value or "x") * length)[:length]
        else:
            event[key] = Raw("1" * self.random.choice((13, 15, 16, 17, 20, 5000)))

    def nest(self, event: dict[str, Any]) -> None:
        key = self._key(event)
        value = event.get(key, "a")
        event[key] = self.random.choice(([value], [[value]], {key: value}, [{key: value}], {"value": value}))

    def swap(self, event: dict[str, Any]) -> None:
        one, other = self._key(event), self._key(event)
        if one in event and other in event:
            event[one], event[other] = event[other], event[one]

    def duplicate(self, event: dict[str, Any]) -> None:
        """A key twice in the event, or an item twice in an array."""
        key = self._key(event)
        value = event.get(key)
        if isinstance(value, list) and value and self.random.random() < 0.7:
            event[key] = [*value, self.random.choice(value)]
        elif not isinstance(value, Twice):
            event[key] = Twice(value, self.random.choice((value, self._edge_of(key))))

    def nullify(self, event: dict[str, Any]) -> None:
        key = self._key(event)
        value = event.get(key)
        if isinstance(value, list) and value and self.random.random() < 0.5:
            event[key] = [*value[:-1], None]
        else:
            event[key] = None

    def template(self, event: dict[str, Any]) -> None:
        key = self._key(event)
        value = event.get(key)
        text: Any = self.random.choice(TEMPLATES)
        if isinstance(value, list) and value and self.random.random() < 0.6:
            place = self.random.randrange(len(value))
            item = value[place]
            if isinstance(item, dict) and item and self.random.random() < 0.7:
                text = {**item, self.random.choice([*item]): text}
            event[key] = [*value[:place], text, *value[place + 1 :]]
        else:
            event[key] = text

    def respell(self, event: dict[str, Any]) -> None:
        """Another spelling of some number of the event, not always of the same number."""
        for key, value in event.items():
            if isinstance(value, int) and not isinstance(value, bool) and self.random.random() < 0.7:
                event[key] = self._spelled(value)
            elif isinstance(value, list):
                event[key] = [self._spelled(item) if item.__class__ is int else item for item in value]

    def edge(self, event: dict[str, Any]) -> None:
        key = self.random.choice(KEYS)
        event[key] = self._edge_of(key)

    def relate(self, event: dict[str, Any]) -> None:
        """The fields that the API looks at together, each absent, empty, right or anything."""
        event["eventType"] = self.random.choice(("click", "click", "view", "conversion"))
        for key, right in RELATED.items():
            event.pop(key, None)
            kind = self.random.choice(("absent", "empty", "right", "right", "edge"))
            if kind != "absent":
                event[key] = {"empty": right[:0], "right": right[:], "edge": self._edge_of(key)}[kind]

    def add(self, event: dict[str, Any]) -> None:
        event[self.random.choice(EXTRAS)] = self._value()

    def item(self, event: dict[str, Any]) -> None:
        """Something in one of the items of `objectData`."""
        items = event.get("objectData")
        if not isinstance(items, list) or not items or not isinstance(items[-1], dict):
            event["objectData"] = items = [{} for _ in range(self.random.choice((1, 1, 2, 3)))]
        found = self.random.choice([one for one in items if isinstance(one, dict)])
        for _ in range(self.random.choice((1, 1, 2))):
            key = self.random.choice((*ITEM_KEYS, *ITEM_KEYS, "name", "Price", "query_id"))
            found[key] = self.random.choice((self._edge_of(key), self._edge_of(key), self._value()))

    def _mutate_list(self, events: list[Any]) -> None:
        kind = self.random.randrange(6)
        if kind == 0:
            events.append(copy.deepcopy(events[0]))
        elif kind == 1:
            events.append(self._value())
        elif kind == 2:
            events.clear()
        elif kind == 3:
            name = str(events[0].get("eventName"))
            events.append({**events[0], "eventName": self.random.choice((name.lower(), name.replace(" ", "_"), name))})
        elif kind == 4:
            for event in events[1:]:
                event["timestamp"] = self._edge_of("timestamp")
        elif self.random.random() < 0.1:
            events[:] = [self.random.choice((Raw("0"), None, "a"))] * self.random.choice((1000, 1001, 1001))

    def _call(self) -> list[Any]:
        """A call of any method with events, additional parameters and other things, in any order."""
        method = self.random.choice((*METHODS, *METHODS, SEND_EVENTS, SEND_EVENTS, SEND_EVENTS, "init", "clickFilters"))
        if method == SEND_EVENTS:
            events: list[Any] = [self.event() for _ in range(self.random.choice((0, 1, 1, 2, 3)))]
            if events and self.random.random() < 0.25:
                self._mutate_list(events)
            given: list[Any] = [self.random.choice((events, events, events, events, events[0] if events else None))]
        else:
            given = [self._call_event() for _ in range(self.random.choice((0, 1, 1, 1, 2, 3)))]
        given += [copy.deepcopy(self.random.choice(PARAMETERS)) for _ in range(self.random.choice((0, 0, 1, 2)))]
        if self.random.random() < 0.1:
            given.insert(self.random.randrange(len(given) + 1), self._value())
        return [method, *given]

    def _call_event(self) -> dict[str, Any]:
        event = self.event()
        for key in ("eventType", "eventSubtype"):
            if self.random.random() < 0.7:
                event.pop(key, None)
        return event

    def _body(self, events: list[Any]) -> Any:
        body: dict[str, Any] = {"events": events}
        kind = self.random.randrange(40)
        if kind == 0:
            return {**body, "index": "products"}
        if kind == 1:
            return {"events": self.random.choice((None, {}, "a", Raw("1"), events[0] if events else [], [events]))}
        if kind == 2:
            return {"events": Twice(events, self.random.choice(([], events[:1], None)))}
        if kind == 3:
            return {self.random.choice(("Events", "event", "data")): events}
        return body

    def _written(self, node: Any) -> str:
        return write(node, self.random.choice((json.dumps, _write_plain)))

    def _key(self, event: dict[str, Any]) -> str:
        """A key of the event, or at times one that it has not."""
        return self.random.choice([*event, *event, self.random.choice(KEYS)])

    def _edge_of(self, key: str) -> Any:
        return copy.deepcopy(self.random.choice(EDGES.get(key) or STRINGS))

    def _value(self) -> Any:
        """A value of any type."""
        scalars = [*self.random.sample(NUMBERS, 3), *self.random.sample(STRINGS, 3), None, True, False]
        return self.random.choice([*scalars, [], {}, self.random.sample(scalars, 2), [{}], {"a": scalars[0]}])

    def _spelled(self, number: int) -> Raw:
        spellings = (f"{number}", f"{number}.0", f"{number}.00", f"{number}e0", f"{number * 10}E-1", f"{number}.5")
        return Raw(self.random.choice(spellings))
