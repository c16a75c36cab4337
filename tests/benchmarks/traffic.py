"""Traffic to measure with: bodies and bare events, one a line, the same bytes for the same mix, size and seed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# The clock that the traffic is judged with, in milliseconds since the epoch.
NOW = 1_771_576_934_000

MIXES = ("faulty", "clean", "broken", "varied")
"""2 % of the events faulty; none; all by the same rule; none, but written in every way that is allowed."""

FAULTY_SHARE = 0.02
BARE_SHARE = 0.3
BODY_SIZES = (1, 1, 1, 2, 2, 3, 4, 5, 7, 10)
MEGABYTE = 1_000_000
DAY = 86_400_000

KINDS = {"click": 35, "view": 45.5, "conversion": 19.5}
NAMES = {
    "click": ("Product Clicked", "Banner Clicked", "Search Result Clicked", "Article Clicked", "Carousel Item Clicked"),
    "view": ("Product Viewed", "Search Results Viewed", "Category Viewed", "Article Viewed", "Start Page Viewed"),
    "conversion": ("Product Added To Cart", "Products Purchased", "Wishlist Item Added", "Newsletter Subscribed"),
}
INDICES = ("shop_en", "shop_de-DE", "shop_price_asc", "shop_price_desc", "articles", "staging_shop", "suggestions")
CURRENCIES = ("EUR", "USD", "GBP", "JPY")
FILTERS = (
    "brand:apple",
    "color:Blue%20Sky",
    "categories.lvl0:Men%27s%20Shoes",
    "size:XL",
    "on_sale:true",
    "price:10%25",
)

Event = dict[str, Any]


class Traffic:
    """An endless stream of lines. Mixes of one seed hold the same events, but for what their mix does to them."""

    def __init__(self, mix: str, seed: int) -> None:
        if mix not in MIXES:
            raise ValueError(f"no mix {mix!r}: {', '.join(MIXES)}")
        self.mix = mix
        self.made = 0  # events
        self.events = random.Random(seed)  # noqa: S311  # repeatable, not secret
        # What a mix does to the events has dice of its own, so that the events stay those of the other mixes.
        self.changes = random.Random(seed + 1)  # noqa: S311  # the same
        hexadecimal = self._hexadecimal
        self.visitors = [
            f"anonymous-{hexadecimal(8)}-{hexadecimal(4)}-4{hexadecimal(3)}-{hexadecimal(4)}-{hexadecimal(12)}"
            for _ in range(60_000)
        ]
        self.customers = [f"customer-{self.events.randrange(10**6, 10**9)}" for _ in range(20_000)]
        self.objects = [str(self.events.randrange(10**5, 10**8)) for _ in range(20_000)]
        self.objects += [f"SKU-{hexadecimal(6).upper()}" for _ in range(20_000)]

    def lines(self) -> Iterator[str]:
        """Each a JSON text without its line break."""
        while True:
            yield self._written(self._payload())

    def body(self, events: int) -> Event:
        """A request body with that many events."""
        # One body is dated or undated as a whole; a mixture would be a fault of its own.
        dated = self.events.random() < 0.85
        return {"events": [self._event(dated=dated) for _ in range(events)]}

    def _payload(self) -> Event:
        if self.events.random() < BARE_SHARE:
            return self._event(dated=self.events.random() < 0.85)
        return self.body(self.events.choice(BODY_SIZES))

    def _event(self, *, dated: bool) -> Event:
        self.made += 1
        event = self._clean_event(dated=dated)
        if self.mix == "broken":
            event["eventName"] = event["eventName"].lower()
        elif self.mix == "faulty" and self.changes.random() < FAULTY_SHARE:
            fault = self.changes.choice(tuple(FAULTS.values()))
            fault(event, self.changes)
        elif self.mix == "varied":
            event = vary(event, self.changes)
        return event

    def _clean_event(self, *, dated: bool) -> Event:
        dice = self.events
        [kind] = dice.choices(tuple(KINDS), tuple(KINDS.values()))
        event: Event = {
            "eventType": kind,
            "eventName": dice.choice(NAMES[kind]),
            "index": dice.choice(INDICES),
            "userToken": dice.choice(self.visitors),
        }
        if dice.random() < 0.25:
            event["authenticatedUserToken"] = dice.choice(self.customers)
        if dated:
            event["timestamp"] = NOW - dice.randrange(3 * DAY + DAY // 2)
        if dice.random() < 0.06:
            event["filters"] = dice.sample(FILTERS, dice.randint(1, 4))
            return event

        # Most clicks and conversions are about one object, views about what is on the page.
        objects = 1 if kind != "view" and dice.random() < 0.7 else dice.randint(1, 20)
        event["objectIDs"] = dice.sample(self.objects, objects)
        query = self._hexadecimal(32) if dice.random() < 0.6 else ""
        if kind == "click" and query:
            first = dice.randint(1, 60)
            event |= {"queryID": query, "positions": list(range(first, first + objects))}
        elif kind == "view" and query and dice.random() < 0.3:
            event["queryID"] = query
        elif kind == "conversion":
            if dice.random() < 0.6:
                event |= self._purchase(objects, query)
            if query:
                event["queryID"] = query
        return event

    def _purchase(self, objects: int, query: str) -> Event:
        """What an event says about money: amounts are numbers or strings, as clients write both."""
        dice = self.events
        items, total = [], 0
        for _ in range(objects):
            cents, quantity = dice.randrange(99, 99_999), dice.randint(1, 3)
            total += cents * quantity
            item: Event = {"price": cents / 100 if dice.random() < 0.6 else f"{cents / 100:.2f}", "quantity": quantity}
            if query and dice.random() < 0.8:
                item["queryID"] = query
            if dice.random() < 0.2:
                item["discount"] = dice.randrange(50, 2_000) / 100
            items.append(item)
        return {
            "eventSubtype": dice.choices(("addToCart", "purchase"), (60, 40))[0],
            "objectData": items,
            "value": total / 100 if dice.random() < 0.7 else f"{total / 100:.2f}",
            "currency": dice.choice(CURRENCIES),
        }

    def _hexadecimal(self, digits: int) -> str:
        return f"{self.events.getrandbits(4 * digits):0{digits}x}"

    def _written(self, payload: Event) -> str:
        if self.mix == "varied":
            return written_unusually(payload, self.changes)
        return json.dumps(payload, separators=(",", ":"), ensure_ascii=False)


def vary(event: Event, dice: random.Random) -> Event:
    """The event in another order, some with keys that no rule minds and with whole numbers that end in `.0`."""
    keys = list(event)
    dice.shuffle(keys)
    varied = {key: event[key] for key in keys}
    if dice.random() < 0.5:  # connectors spread all the properties that a page gives them
        varied |= {
            "pageTitle": "Über uns: das Café",
            "session": {"started": NOW, "pages": dice.randint(1, 30), "referrer": None},
        }
    if dice.random() < 0.25:
        if "positions" in varied:
            varied["positions"] = [float(position) for position in varied["positions"]]
        if "objectData" in varied:
            varied["objectData"] = [item | {"quantity": float(item["quantity"])} for item in varied["objectData"]]
    return varied


def written_unusually(payload: Event, dice: random.Random) -> str:
    """The payload's text: half of them with spaces, some with escapes where none are needed, some with a key before."""
    if "events" in payload and dice.random() < 0.25:
        payload = {"sentBy": "connector", **payload}
    separators = dice.choice(((",", ":"), (",", ":"), (", ", ": "), (" ,\t", " : ")))
    text = json.dumps(payload, separators=separators, ensure_ascii=dice.random() < 0.5)
    if dice.random() < 0.25:
        text = text.replace('"Product', '"\\u0050roduct').replace('"events"', '"\\u0065vents"').replace("/", "\\/")
    return text


# What a fault needs to stand alone: an event of the right kind, without what belongs to another kind.


def _as_click(event: Event, dice: random.Random, objects: int) -> None:
    _with_objects(event, dice, objects)
    query = f"{dice.getrandbits(128):032x}"
    event |= {"eventType": "click", "queryID": query, "positions": list(range(1, objects + 1))}


def _as_purchase(event: Event, dice: random.Random, *items: Event) -> None:
    _with_objects(event, dice, len(items))
    event |= {"eventType": "conversion", "eventSubtype": "purchase", "objectData": list(items), "currency": "EUR"}


def _with_objects(event: Event, dice: random.Random, objects: int) -> None:
    for key in ("filters", "positions", "queryID", "eventSubtype", "objectData", "value", "currency"):
        event.pop(key, None)
    event["objectIDs"] = [str(number) for number in dice.sample(range(10**6, 10**7), objects)]


def _with_filters(event: Event, dice: random.Random, *filters: str) -> None:
    _with_objects(event, dice, 0)
    del event["objectIDs"]
    event["filters"] = list(filters)


def _positions_count_mismatch(event: Event, dice: random.Random) -> None:
    _as_click(event, dice, 3)
    event["positions"].append(4)


def _positions_not_positive(event: Event, dice: random.Random) -> None:
    _as_click(event, dice, 2)
    event["positions"][0] = 0


def _positions_missing(event: Event, dice: random.Random) -> None:
    _as_click(event, dice, 1)
    del event["positions"]


def _items_both_kinds(event: Event, dice: random.Random) -> None:
    _with_objects(event, dice, 1)
    event["filters"] = [FILTERS[0]]


def _object_data_count_mismatch(event: Event, dice: random.Random) -> None:
    _as_purchase(event, dice, {"price": 12.5, "quantity": 1}, {"price": 3, "quantity": 2})
    event["objectIDs"].pop()


def _currency_missing(event: Event, dice: random.Random) -> None:
    _as_purchase(event, dice, {"price": 12.5, "quantity": 1})
    del event["currency"]


def _amount_too_long(event: Event, dice: random.Random) -> None:
    _as_purchase(event, dice, {"price": "12.50", "quantity": 1})
    event["value"] = "12345678901234567.89"


def _subtype_not_conversion(event: Event, dice: random.Random) -> None:
    _with_objects(event, dice, 1)
    event |= {"eventType": "view", "eventSubtype": "purchase"}


def _query_id_format(event: Event, dice: random.Random) -> None:
    _as_click(event, dice, 1)
    event["queryID"] = dice.choice(("queryID", f"{dice.getrandbits(124):031x}", f"{dice.getrandbits(128):032x}z"))


def _user_token_misnamed(event: Event, _: random.Random) -> None:
    event["user_token"] = event.pop("userToken")


def _setting(key: str, *values: object) -> Callable[[Event, random.Random], None]:
    def fault(event: Event, dice: random.Random) -> None:
        event[key] = dice.choice(values)

    return fault


# The rule that finds the fault, and what brings it about. All of them are also faults under the peers' schema.
FAULTS: dict[str, Callable[[Event, random.Random], object]] = {
    "amount-not-decimal": lambda event, dice: _as_purchase(event, dice, {"price": "$12.00", "quantity": 1}),
    "amount-too-long": _amount_too_long,
    "currency-missing": _currency_missing,
    "event-name-characters": _setting("eventName", "Café Clicked", "Crème Viewed"),
    "event-name-length": _setting("eventName", "Product Clicked " * 4 + "Twice"),
    "event-name-missing": lambda event, _: event.pop("eventName"),
    "event-name-not-title-case": _setting("eventName", "product clicked", "Product viewed"),
    "event-subtype-not-conversion": _subtype_not_conversion,
    "event-type-unknown": _setting("eventType", "clicked", "Click", "purchase", ""),
    "filters-over-ten": lambda event, dice: _with_filters(event, dice, *(f"brand:b{number}" for number in range(12))),
    "filters-percent-broken": lambda event, dice: _with_filters(event, dice, "discount:50% off"),
    "index-empty": _setting("index", ""),
    "index-not-string": _setting("index", 123, 4.5),
    "items-both-kinds": _items_both_kinds,
    "items-missing": lambda event, dice: _with_objects(event, dice, 0),
    "object-data-count-mismatch": _object_data_count_mismatch,
    "object-ids-too-many": lambda event, dice: _with_objects(event, dice, 25),
    "object-ids-type": _setting("objectIDs", [12345], ["a", None]),
    "positions-count-mismatch": _positions_count_mismatch,
    "positions-missing": _positions_missing,
    "positions-not-positive": _positions_not_positive,
    "quantity-type": lambda event, dice: _as_purchase(event, dice, {"price": 3, "quantity": "2"}),
    "query-id-format": _query_id_format,
    "timestamp-not-milliseconds": _setting("timestamp", NOW // 1000),
    "timestamp-too-old": _setting("timestamp", NOW - 40 * DAY),
    "user-token-characters": _setting("userToken", "jane.doe@example.com"),
    "user-token-missing": _user_token_misnamed,
}


def write_lines(path: Path, mix: str, megabytes: float, seed: int) -> int:
    """Fills the file with whole lines until it has that many million bytes; gives the number of its events."""
    traffic = Traffic(mix, seed)
    missing = megabytes * MEGABYTE
    with path.open("wb") as file:
        for line in traffic.lines():
            missing -= file.write(line.encode() + b"\n")
            if missing <= 0:
                break
    return traffic.made


def write_fixtures(folder: Path, count: int, seed: int) -> None:
    """Fills the folder with clean request bodies of one to three events, indented as in a project's tests."""
    folder.mkdir(parents=True)
    traffic = Traffic("clean", seed)
    for number in range(count):
        text = json.dumps(traffic.body(1 + number % 3), indent=2)
        (folder / f"events-{number:03}.json").write_text(text + "\n", "utf-8")
