"""Makes events that break no rule that is on by default: a seeded generator of what shops send."""

from __future__ import annotations

import random
from typing import Any

from tests.mutator import NOW, Raw

_HOUR = 3_600_000
_NAMES = ("Product Clicked", "Added To Cart", "Order Completed", "Products Viewed", "PDP Opened")
_FILTERS = ("brand:Apple", "color:red", "categories.lvl0:Men", "price%3A1", "marque:%C3%89vian", "size:40%2F42")
_INDEXES = ("products", "prod_en", "articles-fr", "prices", "日本")
_AMOUNTS = ("9.99", "10", "0.5", "119.90", "1234567890123.99", "3")


class Traffic:
    """Makes one clean event after the other, the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311  # repeatable, not secret

    def body(self, most: int = 6) -> dict[str, Any]:
        """A request of a few events, of which all have a time or none has."""
        dated = self._chance(0.7)
        return {"events": [self.event(dated=dated) for _ in range(self.random.randint(1, most))]}

    def event(self, *, dated: bool | None = None) -> dict[str, Any]:
        """An event of any kind, its members in the usual order."""
        kind = self.random.choice((self._click, self._click, self._filters, self._view, self._cart, self._purchase))
        event = kind()
        if self._chance(0.7) if dated is None else dated:
            event["timestamp"] = Raw(str(NOW - self.random.randrange(_HOUR, 60 * _HOUR)))
        if self._chance(0.3):
            event["authenticatedUserToken"] = f"customer-{self.random.randrange(10**6)}"
        return event

    def _event(self, kind: str, name: str) -> dict[str, Any]:
        index = self.random.choice(_INDEXES)
        return {"eventType": kind, "eventName": name, "index": index, "userToken": f"anonymous-{self._hex(12)}"}

    def _click(self) -> dict[str, Any]:
        ids = self._ids(3)
        positions = [Raw(str(self.random.randint(1, 40))) for _ in ids]
        event = {**self._event("click", self.random.choice(_NAMES)), "objectIDs": ids}
        return {**event, "positions": positions, "queryID": self._hex(32)} if self._chance(0.7) else event

    def _filters(self) -> dict[str, Any]:
        chosen = self.random.sample(_FILTERS, self.random.randint(1, 4))
        kind = self.random.choice(("click", "view", "conversion"))
        return {**self._event(kind, "Filter Applied"), "filters": chosen}

    def _view(self) -> dict[str, Any]:
        return {**self._event("view", "Products Viewed"), "objectIDs": self._ids(20)}

    def _cart(self) -> dict[str, Any]:
        return self._sale("addToCart", "Added To Cart")

    def _purchase(self) -> dict[str, Any]:
        return self._sale("purchase", "Order Completed")

    def _sale(self, subtype: str, name: str) -> dict[str, Any]:
        ids = self._ids(3)
        items = [self._item() for _ in ids]
        event = {**self._event("conversion", name), "eventSubtype": subtype, "objectIDs": ids, "objectData": items}
        if self._chance(0.5):
            event["queryID"] = self._hex(32)
        if self._chance(0.2):  # nobody has to tell what things cost
            return {**event, "objectData": [{"quantity": item["quantity"]} for item in items]}
        return {**event, "value": self._amount(), "currency": self.random.choice(("USD", "EUR", "JPY"))}

    def _item(self) -> dict[str, Any]:
        item: dict[str, Any] = {"price": self._amount(), "quantity": Raw(str(self.random.randint(1, 5)))}
        if self._chance(0.3):
            item["discount"] = self._amount()
        return item

    def _amount(self) -> str:
        text = self.random.choice(_AMOUNTS)
        return Raw(text) if self._chance(0.6) else text

    def _ids(self, most: int) -> list[str]:
        return [f"sku-{self._hex(6)}" for _ in range(self.random.randint(1, most))]

    def _hex(self, digits: int) -> str:
        return f"{self.random.getrandbits(4 * digits):0{digits}x}"

    def _chance(self, share: float) -> bool:
        return self.random.random() < share
