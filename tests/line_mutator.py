"""Makes raw lines of NDJSON, clean ones and faulty ones: a seeded mutator of members, of spelling and of bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from insights_lint.model import Form
from tests.clean_traffic import Traffic
from tests.mutator import Mutator, Raw, Twice
from tests.spelling import Spelling

_URLS = (
    *("https://shop.example.com/a?b=c:d", "https://insights.algolia.io/1/events", "/1/events", "insights.algolia.io"),
    *("https:\\/\\/insights.de.algolia.io\\/1\\/events", "x/1/events?y", "POST /1/events HTTP/1.1"),
)
TELLING = ("events", "event", "status", "method", "args", "0", "event_type", "EventType", "query", "items")
EXTRA_KEYS = (
    *("shop", "agentID", "page", "a", "é", "event_name", "store", "price", "objectID", "index_name", "Shop"),
    *("queryId", "__queryID", "a:b", 'a"b', "a\\b", "a\tb", "", "unit", "null", "currencyCode"),
)
_WORDS = (
    "click",
    "conversion",
    "view",
    "addToCart",
    "purchase",
    "USD",
    "EUR",
    "instantsearch",
    "__start__",
    "products",
)
_NUMBERS = (
    *(
        "-0",
        "0",
        "1",
        "1.0",
        "1e3",
        "1E+3",
        "0.10",
        "1.5",
        "-1",
        "41",
        "1234567890.12345",
        "1234567890.123456",
        "1e400",
        "9" * 299 + "e99",
        "1e0309",
    ),
    *("9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616", "1" * 40, "-0.0"),
    *(
        "-9223372036854775808",
        "-9223372036854775809",
        "1e308",
        "1757066975147.0",
        "1.757066975147e12",
        "1" * 4301,
        "01",
    ),
)
_LENGTHS = (0, 1, 5, 9, 32, 40, 64, 65, 128, 129, 130)
_PLACES = ("value", "price", "discount", "quantity", "positions", "timestamp", "shop", "currency", "objectIDs")
_NESTED = (
    *('{"a":1,"a":2}', '{"a":{"b":1,"b":2}}', "[[1],[2]]", '[{"a":1},{"a":1}]', "{}", "[]", '{"a":"b:c"}', "[null]"),
    *('"\\ud800"', '{"\\ud800":1}', '{"a":"\\udc00"}', '"\\ud83d\\ude00"', "{\"status\":1}", "[1,1.0]", '["a","a:"]'),
    *("[" * 252 + "]" * 252, "[" * 254 + "]" * 254, "[" * 256 + "]" * 256, "[" * 900 + "]" * 900, "NaN", "tru", "'a'"),
    *('{"amount":12.50,"unit":"EUR"}', '{"amount":"123456","unit":"EUR"}', '{"amount":1234567}', '{"amount":null}'),
    *('{"eventType":"click","eventName":"A","index":"p"}', '[{"eventType":"click","index":"p"}]'),
    *('{"a":[[{"b":"long"}]]}', '{"a":1.0}'),
)  # fmt: skip
_BYTES = (
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\x00",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xa8",
    b"\\",
    b'"',
    b":",
    b"\r",
    b"\x0b",
)
_ENDS = (b"\n", b"\n", b"\r\n", b"", b" \n", b"\r\r\n", b"\x00\n", b",\n", b"}\n", b" x\n", b"\xff\n", b"\t\x0c\n")


Event = dict[str, Any]


class LineMutator:
    """Makes one line after the other, the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311  # repeatable, not secret
        self.traffic = Traffic(seed)
        self.mutator = Mutator(seed, [self.traffic.event() for _ in range(60)])
        self.mutations: list[Callable[[Event], None]] = [
            self.tell_otherwise, self.add, self.add, self.add, self.empty, self.repeat, self.lengthen, self.say,
            self.count, self.item, self.shuffle, self.drop, self.multiply, self.mutate_otherwise,
        ]  # fmt: skip

    def lines(self, count: int) -> Iterator[bytes]:
        for _ in range(count):
            yield self.line()

    def line(self) -> bytes:
        """A line with its end: most often an event or a body that is nearly right."""
        if self._chance(0.1):
            text = self.mutator.text(Form.TAIL if self._chance(0.05) else Form.WIRE).encode("utf-8", "surrogatepass")
        else:
            node = self.traffic.body() if self._chance(0.5) else self.traffic.event()
            for _ in range(self.random.choice((0, 0, 0, 0, 0, 0, 0, 1, 1, 2))):
                self._mutate(node)
            text = Spelling(self.random).text(node)
        if self._chance(0.1):
            text = self._with_bytes(text)
        end = self.random.choice(_ENDS) if self._chance(0.15) else b"\n"
        return (text + end).replace(b"\n", b" ", text.count(b"\n"))

    def _mutate(self, node: dict[str, Any]) -> None:
        """Changes something in an event, or in one of the body's."""
        events = node.get("events")
        if isinstance(events, list) and self._chance(0.15):
            self._mutate_body(node, events)
            return
        event = self.random.choice(events) if isinstance(events, list) and events else node
        if isinstance(event, dict):
            self.random.choice(self.mutations)(event)

    def tell_otherwise(self, event: Event) -> None:
        """A member by which readers may take the event for something else."""
        choice = self.random.choice
        event[choice(TELLING)] = choice((Raw(choice(_NESTED)), choice(_WORDS), Raw("200"), [choice(_WORDS)], []))

    def add(self, event: Event) -> None:
        event[self.random.choice((*EXTRA_KEYS, *["shop"] * 10))] = self._value()

    def empty(self, event: Event) -> None:
        value: Any = self.random.choice((None, None, [], {}, [None], Raw(self.random.choice(_NESTED))))
        event[self.random.choice([*event, "shop", "value"])] = value

    def repeat(self, event: Event) -> None:
        """A key twice, spelled alike or with escapes."""
        key = self._key(event)
        one, other = (self.random.choice((event.get(key, "x"), self._value())) for _ in range(2))
        event[key] = Twice(one, other)

    def lengthen(self, event: Event) -> None:
        event[self._key(event)] = self.random.choice(("x", "é", "A", "😀", ":")) * self.random.choice(_LENGTHS)

    def say(self, event: Event) -> None:
        """A word of the rules, or a URL, where it is not expected."""
        event[self._key(event)] = self.random.choice((*_WORDS, *_URLS))

    def count(self, event: Event) -> None:
        number = Raw(self.random.choice(_NUMBERS))
        event[self.random.choice(_PLACES)] = self.random.choice((number, number, [number], str(number)))

    def item(self, event: Event) -> None:
        items: Any = event.get("objectData")
        known = isinstance(items, list) and items and isinstance(items[0], dict)
        item = self.random.choice(items) if known else {}
        if isinstance(item, dict):
            key = self.random.choice(("price", "quantity", "discount", "queryID", "shop", "a", "b"))
            item[key] = self._value()
        event["objectData"] = items if known else [item]

    def shuffle(self, event: Event) -> None:
        members = self.random.sample(list(event.items()), len(event))
        event.clear()
        event.update(members)

    def drop(self, event: Event) -> None:
        event.pop(self._key(event), None)

    def multiply(self, event: Event) -> None:
        key = self._key(event)
        if isinstance(event.get(key), list):
            event[key] = (event[key] * 25)[: self.random.choice((1, 2, 10, 11, 20, 21))]

    def mutate_otherwise(self, event: Event) -> None:
        self.random.choice(self.mutator.mutations)(event)

    def _key(self, event: Event) -> str:
        return self.random.choice([*event, "shop"])

    def _mutate_body(self, body: dict[str, Any], events: list[Any]) -> None:
        kind = self.random.randrange(7)
        if kind == 0:
            body[self.random.choice((*TELLING, *EXTRA_KEYS))] = self._value()
        elif kind == 1 and self._chance(0.02):
            events[:] = [{"eventType": "view", "eventName": "A", "index": "p", "userToken": "t", "filters": ["a:b"]}]
            events *= self.random.choice((1000, 1000, 1001))
        elif kind == 2:
            events.append(self.random.choice((events[0] if events else {}, {}, None, Raw("1"), [], self._value())))
        elif kind == 3:
            start = {"eventType": "instantsearch", "eventName": "__start__", "index": "p", "userToken": "t"}
            events.insert(self.random.randint(0, len(events)), start)
        elif kind == 4:
            body["events"] = Twice(events, self.random.choice((events[:1], [], None, {})))
        elif kind == 5:
            events.clear()
        else:
            for event in events:
                if isinstance(event, dict):
                    event["shop"] = self._value()

    def _value(self) -> Any:
        choice = self.random.choice
        text = choice(("a", "A b", "x:y", "1", "12.5", "9:", "product-s", "products"))
        return choice((text, text, Raw(choice(_NUMBERS)), Raw(choice(_NESTED)), choice(_WORDS), choice(_URLS), True,
                       None, [], ["a", "b"], [Raw("1"), "a:"]))  # fmt: skip

    def _with_bytes(self, text: bytes) -> bytes:
        """The text with one thing done to its bytes."""
        at = self.random.randint(0, len(text))
        kind = self.random.randrange(8)
        if kind <= 2:
            return text[:at] + self.random.choice(_BYTES) + text[at + self.random.choice((0, 1)) :]
        if kind == 3:
            flipped = bytearray(text)
            flipped[at - 1] ^= 1 << self.random.randrange(8)
            return bytes(flipped)
        if kind == 4:
            return text[:at]
        if kind == 5:
            return b"\xef\xbb\xbf" + text
        if kind == 6:
            return text + self.random.choice((b"", b" ", b",")) + text
        quote = text.rfind(b'"', 0, at) + 1  # into a string
        return text[:quote] + self.random.choice(_BYTES) + text[quote:]

    def _chance(self, share: float) -> bool:
        return self.random.random() < share
