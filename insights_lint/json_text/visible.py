"""Shows characters that would move the cursor, change the direction of the text or cannot be encoded as escapes."""

from __future__ import annotations

import re

# Controls, bidirectional controls, invisible separators, surrogates and the byte order mark.
_INVISIBLE = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ud800-\\udfff\\ufeff\\ufff9-\\ufffb]"
)


def visible(text: str) -> str:
    """The text with `\\n`-like escapes in place of every character that cannot be seen."""
    return _INVISIBLE.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    known = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character)
    if known:
        return known
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def shorten(text: str, limit: int) -> str:
    """At most `limit` code points of the text, with an ellipsis where it was cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
