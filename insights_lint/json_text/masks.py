"""Hides secrets and personal values in texts that are shown, at equal width, also where the text does not parse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

MASK = "*"

# How such names end: `authenticatedUserToken`, `X-Algolia-API-Key` and `searchApiKey` are found by their last words.
_SENSITIVE = r"user[_-]?token|api[_-]?key|authorization|cookie|anonymous[_-]?id|user[_-]?id|password|secret"
_SENSITIVE_KEY = re.compile(rf"(?:{_SENSITIVE})$", re.IGNORECASE)
# A field's name, in quotes or in a URL's query, up to where its value begins.
_FIELD = rf"(?:{_SENSITIVE})(?:\\*[\"'`\u201c\u201d])?\s*(?:[:=]|=>)\s*"
_QUOTED_FIELD = rf"(?:{_SENSITIVE})\\*[\"'`\u201c\u201d]\s*(?:[:=]|=>)\s*"
_NAME = re.compile(_SENSITIVE, re.IGNORECASE)
_FIELDS = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        _FIELD + r"\"(?P<value>(?:\\.|[^\"\\])*)",
        _FIELD + r"'(?P<value>(?:\\.|[^'\\])*)",
        _FIELD + r"(?P<open>\\+[\"'])(?P<value>.*?)(?=(?<!\\)(?P=open)|$)",
        _FIELD + r"(?!null|true|false)(?P<value>[^\s\\\"'\[\]{},&;]+)",
        # What stands unquoted behind a name in quotes may have blanks in it, and a string after something else.
        _QUOTED_FIELD
        + r"(?!null|true|false)(?P<value>[^\s\\\"'`\[\]{},&;][^\\\"'\[\]{},\r\n]*"
        + r"(?:(?P<open>\\*[\"']).*?(?=(?<!\\)(?P=open)|$))?)",
        _FIELD + r"[\[{](?P<value>[^\]}]*)",
        # A header as two members or two items: `"name": "Cookie", "value": "…"`, `["Cookie", "…"]`.
        rf"(?:{_SENSITIVE})\\*\"\s*,\s*(?:\\*\"(?:raw)?value\\*\"\s*:\s*)?(?P<open>\\*\")(?P<value>.*?)(?=(?<!\\)(?P=open)|$)",
    )
)
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        r"(?P<value>[a-z0-9.!#$%&'*+/=?^_{}~|-]{1,64}(?:@|%40|%2540)(?:[a-z0-9-]+\.)+[a-z]{2,24})",
        # Cut off at the end, or at the end of a string in which its own string is never closed.
        r"(?P<value>[a-z0-9.!#$%&'*+/=?^_{}~|-]{1,64}@(?:[a-z0-9.-]{0,98}[a-z0-9-])?)\.?$",
        r"\\\"[^\"\\]{0,200}?(?P<value>[a-z0-9.!#$%&'*+/=?^_{}~|-]{1,64}@[a-z0-9.-]{0,99})(?=\")",
        r"(?<![0-9.])(?P<value>(?:[0-9]{1,3}\.){3}[0-9]{1,3})(?!\.?[0-9])",
        r"(?<![0-9a-z:])(?P<value>(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){1,6}:[0-9a-f:]*|::[0-9a-f:]+)",
        r"(?P<value>\+[1-9][0-9]{7,14}|\+[0-9]{1,3}(?:[ ._/-][0-9]{2,4}){2,5})",
        r"(?<![0-9-])(?P<value>[0-9]{3}-(?:[0-9]{3}-[0-9]{4}|[0-9]{2}-[0-9]{4}))(?![0-9-])",
        r"(?<![0-9a-z])(?P<value>[0-9a-f]{32})(?![0-9a-z])",
    )
)
# A secured API key: Base64, told from a long word by having capitals, small letters and digits.
_SECURED_KEY = re.compile(
    r"(?<![0-9A-Za-z+/])(?=[^0-9\s\"]{0,99}[0-9])(?=[^A-Z\s\"]{0,99}[A-Z])(?=[^a-z\s\"]{0,99}[a-z])"
    r"(?P<value>[0-9A-Za-z+/]{60,}={0,2})"
)
# An API key and a query ID look alike; only the name before it tells.
_QUERY_ID = re.compile(r"query[_-]?ids?\\*[\"']?\s*(?:[:=]|=>)\s*\[?\s*\\*[\"']?$", re.IGNORECASE)
_QUERY_ID_REACH = 40
_SHORTEST = 32
"""Characters of the shortest secret that may consist of letters and digits alone."""
_MAY_BE_SECRET = re.compile(r"[@+:=%&\\\"'`\u201c\u201d]|\.[0-9]+\.|[0-9]-[0-9]")
"""What a shorter text has in it if there is a secret in it: part of a name's separator, of an address or a number."""
_AT = re.compile("@|%40|%2540")
# Some serializers of JSON write these by their number; of JSON in a JSON string that is every quote. So do logs of
# nginx (`\x22`), URLs and HTML.
_BY_NUMBER = re.compile(r"(?:\\u00|\\x|%(?!40|2b)|&\#x)(?P<hex>22|27|2b|3a|40);?|&(?:quot|\#34|\#39);", re.IGNORECASE)


@lru_cache(maxsize=256)
def is_sensitive(key: str) -> bool:
    """Whether values under this key are never shown."""
    return _SENSITIVE_KEY.search(key) is not None


def mask_text(text: str, *, query_id: bool = False) -> str:
    """The text with everything hidden that looks like a secret or like personal data.

    With `query_id` the text is known to be a query ID, which has the form of an API key.
    """
    if len(text) < _SHORTEST and not _MAY_BE_SECRET.search(text):
        return text
    spans = [span for span in _secret_spans(text) if not (query_id and span == (0, len(text)))]
    if not spans:
        return text
    characters = list(text)
    for start, end in spans:
        characters[start:end] = MASK * (end - start)
    return "".join(characters)


def _secret_spans(text: str) -> Iterator[tuple[int, int]]:
    text = _BY_NUMBER.sub(_as_itself, text)
    for name in _NAME.finditer(text):  # once for all of them: names have no common beginning that is found fast
        for pattern in _FIELDS:
            if found := pattern.match(text, name.start()):
                yield from _unless_query_id(text, found)
    has_address = _AT.search(text) is not None
    for pattern in (*_PATTERNS, _SECURED_KEY):
        if "@" in pattern.pattern and not has_address:  # they look at each character of a long text for it
            continue
        for found in pattern.finditer(text):
            yield from _unless_query_id(text, found)


def _unless_query_id(text: str, found: re.Match[str]) -> Iterator[tuple[int, int]]:
    start, end = found.span("value")
    if end - start != 32 or not _QUERY_ID.search(text, max(0, start - _QUERY_ID_REACH), start):
        yield start, end


def _as_itself(found: re.Match[str]) -> str:
    """The character at its written width: a quote as if it were escaped, `+` and `@` as parts of a word."""
    written = found[0]
    character = chr(int(found["hex"], 16)) if found["hex"] else '"'
    padding = "\\" if character in "\"'" else " " if character == ":" else "_"
    return padding * (len(written) - 1) + character
