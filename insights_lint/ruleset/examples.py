"""Reads the examples of a rule entry and writes out the payloads that they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from insights_lint.example import Example
from insights_lint.keywords.paths import ROOTS
from insights_lint.model import Json

KINDS = ("event", "body", "call", "tail", "request", "json")
EXAMPLE_KEYS = (*KINDS, "encoding", "omit", "repeat", "now", "searches", "at", "also")

BASE_EVENT: dict[str, Json] = {
    "eventType": "click",
    "eventName": "Product Clicked",
    "index": "products",
    "userToken": "anonymous-1",
    "objectIDs": ["a"],
}
"""What an `event` example is laid over: a valid event with no optional field."""

_DIGITS = re.compile(r"-?[0-9]{1,16}")


def parse_time(text: str) -> int:
    """Milliseconds since the epoch of a moment in ISO 8601 (UTC if it names no offset) or in milliseconds.

    Raises ValueError.
    """
    if _DIGITS.fullmatch(text):
        return int(text)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)


def read_example(
    raw: dict[str, Json], *, valid: bool, default_at: str | None, file: str = "", line: int = 0
) -> Example | list[str]:
    """The example that a structurally valid entry means; or what is wrong with it."""
    wrong = list(_mistakes(raw, valid, default_at))
    if wrong:
        return wrong
    kind = next(kind for kind in KINDS if kind in raw)
    now = parse_time(str(raw["now"])) if "now" in raw else None
    content = raw[kind]
    if kind == "event":
        base = {key: value for key, value in BASE_EVENT.items() if key not in raw.get("omit", ())}
        content = {**base, **content}
    for key, length in raw.get("repeat", {}).items():
        items = content.get(key) if isinstance(content, dict) else None
        if not isinstance(items, list) or not items:
            return [f"`repeat: {key}`: the example has no items there"]
        content = {**content, key: [items[index % len(items)] for index in range(length)]}
    searches = tuple((key, parse_time(str(time))) for key, time in raw.get("searches", {}).items())
    at = () if valid else tuple(raw.get("at", (default_at,)))
    also, encoding = tuple(raw.get("also", ())), raw.get("encoding", "utf-8")
    return Example(valid, kind, content, at, also, now, searches, encoding, file, line)


def _mistakes(raw: dict[str, Json], valid: bool, default_at: str | None) -> Iterator[str]:
    kinds = [kind for kind in KINDS if kind in raw]
    if len(kinds) != 1:
        yield f"an example has exactly one of {', '.join(f'`{kind}`' for kind in KINDS)}"
        return
    if "omit" in raw and kinds != ["event"]:
        yield "`omit` goes with `event` only"
    if "repeat" in raw and kinds == ["json"]:
        yield "`repeat` does not go with `json`"
    if "encoding" in raw and kinds != ["json"]:
        yield "`encoding` goes with `json` only"
    for key in ("at", "also"):
        if valid and key in raw:
            yield f"`{key}` goes with invalid examples only"
    if not valid and "at" not in raw and default_at is None:
        yield "this example needs `at`: the pointers that the rule blames"
    yield from _wrong_times(raw, kinds)


def _wrong_times(raw: dict[str, Json], kinds: list[str]) -> Iterator[str]:
    if "searches" in raw and kinds != ["event"]:
        yield "`searches` goes with `event` only"
    for key, time in _times(raw):
        try:
            parse_time(str(time))
        except ValueError:
            yield f"`{key}: {time}` is neither ISO 8601 nor milliseconds since the epoch"


def _times(raw: dict[str, Json]) -> Iterator[tuple[str, Json]]:
    if "now" in raw:
        yield "now", raw["now"]
    if isinstance(raw.get("searches"), dict):
        yield from ((f"searches: {key}", time) for key, time in raw["searches"].items())


def default_pointer(targets: tuple[str, ...], kinds: tuple[str, ...]) -> str | None:
    """Where a rule's violations stand if an example does not say; None if that cannot be told."""
    whole = not {"body", "call", "tail", "request"}.isdisjoint(kinds)
    if targets[0] in (*ROOTS, "text"):
        return None if whole and targets == ("event",) else ""
    if len(targets) == 1 and "[]" not in targets[0] and not whole:
        return "/" + targets[0].replace(".", "/")
    return None
