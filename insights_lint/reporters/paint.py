"""Colours words for a terminal, or leaves them alone."""

from __future__ import annotations

from collections.abc import Callable

Paint = Callable[[str, str], str]
"""(style, text) → the text in that style; styles are the labels of severities, `gutter` and `bold`."""

_CODES = {"error": "1;31", "warning": "1;33", "info": "1;36", "gutter": "1;34", "bold": "1"}


def painter(color: bool) -> Paint:
    """What paints with ANSI codes, or with `color` off gives every text back as it is."""
    return _paint if color else _plain


def _paint(style: str, text: str) -> str:
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if text else ""


def _plain(style: str, text: str) -> str:  # noqa: ARG001  # the signature of Paint
    return text
