"""The noun of what tests a rule."""

from __future__ import annotations

from typing import Any, NamedTuple


class Example(NamedTuple):
    """An example of a rule: the payload, the clock, and what must be reported for it."""

    valid: bool
    kind: str
    """`event`, `body`, `call`, `tail`, `request` or `json`: what `content` is."""
    content: Any
    """For `event` the whole event, for `json` a text, otherwise the document."""
    at: tuple[str, ...]
    """Pointers that the rule blames, from the event or, for all but `event`, from the payload. Empty if valid."""
    also: tuple[str, ...] = ()
    now: int | None = None
    """The clock, and for a captured request when it was sent."""
    searches: tuple[tuple[str, int], ...] = ()
    """Query IDs, and when their searches were captured."""
    encoding: str = "utf-8"
    """How the text of a `json` example becomes bytes."""
    file: str = ""
    """The rule file that it stands in, which need not be that of an overridden rule."""
    line: int = 0
