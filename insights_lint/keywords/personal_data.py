"""Finds personal data in user tokens: e-mail addresses, IP addresses and telephone numbers, also encoded."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote

_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_{}~`|-]{1,64}@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,24}")
_ADDRESS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
_INTERNATIONAL = re.compile(r"\+[1-9][0-9]{7,14}")
_PHONE = re.compile(r"\+[1-9][0-9]{7,14}|\+[0-9]{1,3}(?:[ ._/-][0-9]{2,4}){2,5}|[0-9]{3}-[0-9]{3}-[0-9]{4}")
_DISGUISED_EMAIL = re.compile(
    r"[A-Za-z0-9+/=_-]{1,64}(?:-at-|_at_|[-_])"
    r"(?:gmail|googlemail|yahoo|hotmail|outlook|icloud|aol|gmx|protonmail|yandex|qq|wanadoo)"
    r"[-_](?:co[-_])?(?:com|net|org|at|au|be|br|ca|ch|cn|de|dk|es|eu|fr|in|it|jp|me|mx|nl|no|pl|pt|ru|se|uk|us)",
    re.IGNORECASE,
)
_DISGUISED_ADDRESS = re.compile(r"ip[-_][0-9]{1,3}(?:[-_][0-9]{1,3}){3}", re.IGNORECASE)
_SOCIAL_SECURITY = re.compile(r"[0-9]{3}-[0-9]{2}-[0-9]{4}")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){4,}")
_BASE64 = re.compile(r"([A-Za-z0-9+/_-]{6,})={0,2}")
_URL_SAFE = str.maketrans("-_", "+/")


# The two rules about personal data ask for the same token one after the other, and users send more than one event.
@lru_cache(maxsize=1024)
def personal_data(token: str) -> tuple[str, str] | None:
    """`("certain" or "suspected", what it is)` of the first thing found in the token; None if there is none.

    The value itself is never part of the answer, only its kind.
    """
    plain = [(token, "")]
    for _ in range(2):  # tokens in URLs arrive encoded once or twice
        decoded = unquote(plain[-1][0], errors="strict") if "%" in plain[-1][0] and _decodes(plain[-1][0]) else ""
        if decoded and decoded != plain[-1][0]:
            plain.append((decoded, ", percent-encoded"))
    for text, how in plain:
        if _EMAIL.search(text):
            return "certain", f"an e-mail address{how}"
        if _is_address(text):
            return "certain", f"an IP address{how}"
    for text, how in (found for written, _ in plain for found in _encoded(written)):
        if _EMAIL.fullmatch(text):
            return "certain", f"an e-mail address in {how}"
        if _is_address(text):
            return "certain", f"an IP address in {how}"
        if _INTERNATIONAL.fullmatch(text):
            return "certain", f"a telephone number in {how}"
    return _suspected(token, [text for text, _ in plain])


def _suspected(token: str, texts: list[str]) -> tuple[str, str] | None:
    if any(_PHONE.fullmatch(text) for text in texts):
        return "suspected", "a telephone number"
    if _DISGUISED_EMAIL.fullmatch(token):
        return "suspected", "an e-mail address with other signs for `@` and `.`"
    if _DISGUISED_ADDRESS.fullmatch(token):
        return "suspected", "an IP address"
    if _SOCIAL_SECURITY.fullmatch(token):
        return "suspected", "a social security number"
    return None


def _decodes(text: str) -> bool:
    try:
        unquote(text, errors="strict")
    except UnicodeDecodeError:
        return False
    return True


def _is_address(text: str) -> bool:
    if len(text) > 60 or not _ADDRESS.fullmatch(text):
        return False
    from ipaddress import ip_address  # costs 10 ms, and hardly any token looks like an address

    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _encoded(token: str) -> Iterator[tuple[str, str]]:
    """The texts that the token, or what follows its first or last `-` or `_`, may be the encoding of."""
    cuts = [index for index, character in enumerate(token) if character in "-_"]
    starts = [0, *{cuts[0] + 1, cuts[-1] + 1}] if cuts else [0]
    for start in starts:
        part = token[start:]
        if _HEX.fullmatch(part):
            text = _utf8(bytes.fromhex(part))
            if text is not None:
                yield text, "hexadecimal"
        found = _BASE64.fullmatch(part) if len(part) >= 8 else None
        if found and len(found[1]) % 4 != 1:
            digits = found[1].translate(_URL_SAFE)
            try:
                text = _utf8(base64.b64decode(digits + "=" * (-len(digits) % 4), validate=True))
            except binascii.Error:
                continue
            if text is not None:
                yield text, "Base64"


def _utf8(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None
