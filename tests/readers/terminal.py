"""Writes JSON as the Algolia CLI does to a terminal: `algolia events tail --output json`."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from insights_lint.model import Json

DELIMITER, KEY, NULL, STRING, BOOLEAN = "1;38", "1;34", "36", "32", "33"


def on_a_terminal(value: Json, *, colored: bool = True, depth: int = 0) -> str:
    """The value as the Algolia CLI shows it: indented by two, every token but the numbers in its colour."""

    def paint(color: str, text: str) -> str:
        return f"\x1b[{color}m{text}\x1b[m" if colored else text

    def scalar(color: str, text: Json) -> str:
        return paint(color, json.dumps(text, ensure_ascii=False))

    if isinstance(value, dict):
        members = [
            f"{scalar(KEY, key)}{paint(DELIMITER, ':')} {on_a_terminal(member, colored=colored, depth=depth + 1)}"
            for key, member in value.items()
        ]
    elif isinstance(value, list):
        members = [on_a_terminal(item, colored=colored, depth=depth + 1) for item in value]
    else:
        color = {str: STRING, bool: BOOLEAN, type(None): NULL}.get(type(value))
        return scalar(color, value) if color else json.dumps(value)
    opening, closing = (paint(DELIMITER, sign) for sign in ("{}" if isinstance(value, dict) else "[]"))
    if not members:
        return opening + closing
    inner, outer = "\n" + "  " * (depth + 1), "\n" + "  " * depth
    return opening + inner + (paint(DELIMITER, ",") + inner).join(members) + outer + closing


def shown(entries: Sequence[Json], *, colored: bool = True) -> str:
    return "".join(on_a_terminal(entry, colored=colored) + "\n" for entry in entries)


def without_colors(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)
