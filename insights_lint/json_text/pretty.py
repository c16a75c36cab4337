"""Indents a JSON text as people read it; numbers, escapes and keys that stand twice stay as they are written."""

from __future__ import annotations

import re

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[{\]},:]|[^\s\[{\]},:"]+', re.DOTALL)
# A list without lists or objects in it stays on one line if it is short.
_FLAT = re.compile(r'\[(?:[^"\[\]{}]|"(?:[^"\\]|\\.)*+")*+\]', re.DOTALL)
_SHORT = 80
_INDENT = "  "


def pretty(text: str) -> str:
    """The valid JSON text with a member or item a line."""
    parts: list[str] = []
    depth = 0
    at = 0
    after = ""
    while token := _TOKEN.search(text, at):
        found, at = token[0], token.end()
        if found == "[" and (flat := _FLAT.match(text, token.start())) and len(line := _on_one_line(flat[0])) <= _SHORT:
            found, at = line, flat.end()
        elif found in ("]", "}"):
            depth -= 1
            if after not in ("[", "{"):
                parts.append(_break(depth))
        if after in ("[", "{") and found not in ("]", "}"):
            parts.append(_break(depth))
        parts.append(found)
        if found in ("[", "{"):
            depth += 1
        elif found == ",":
            parts.append(_break(depth))
        elif found == ":":
            parts.append(" ")
        after = found
    return "".join(parts)


def _break(depth: int) -> str:
    return "\n" + _INDENT * depth


def _on_one_line(text: str) -> str:
    pieces = (found[0] for found in _TOKEN.finditer(text))
    return "".join(", " if piece == "," else piece for piece in pieces)
