"""Shows characters that would move the cursor, change the direction of the text or cannot be seen as escapes."""

from __future__ import annotations


def visible(text: str) -> str:
    """The text with `\\n`-like escapes in place of every character that cannot be seen; spaces of any kind stay."""
    if text.isprintable():
        return text
    from unicodedata import category  # most text is plain

    return "".join(one if one.isprintable() or category(one) == "Zs" else _escape(one) for one in text)


def _escape(character: str) -> str:
    known = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character)
    if known:
        return known
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def shorten(text: str, limit: int) -> str:
    """At most `limit` code points of the text, with an ellipsis where it was cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
