"""Finds personal data in user tokens: e-mail addresses, IP addresses and telephone numbers, also encoded."""

from __future__ import annotations

import re
from functools import lru_cache

from insights_lint.keywords.values import unquoted

# Patterns are compiled when a token may match one: most tokens are cleared without, and so are most fixtures.
_EMAIL = r"[A-Za-z0-9.!#$%&'*+/=?^_{}~`|-]{1,64}@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,24}"
_ADDRESS = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*"
_INTERNATIONAL = r"\+[1-9][0-9]{7,14}"
_PHONE = r"\+[1-9][0-9]{7,14}|\+[0-9]{1,3}(?:[ ._/-][0-9]{2,4}){2,5}|[0-9]{3}-[0-9]{3}-[0-9]{4}"
_DISGUISED_EMAIL = (
    r"(?i:[A-Za-z0-9+/=_-]{1,64}(?:-at-|_at_|[-_])"
    r"(?:gmail|googlemail|yahoo|hotmail|outlook|icloud|aol|gmx|protonmail|yandex|qq|wanadoo)"
    r"[-_](?:co[-_])?(?:com|net|org|at|au|be|br|ca|ch|cn|de|dk|es|eu|fr|in|it|jp|me|mx|nl|no|pl|pt|ru|se|uk|us))"
)
_DISGUISED_ADDRESS = r"(?i:ip[-_][0-9]{1,3}(?:[-_][0-9]{1,3}){3})"
_SOCIAL_SECURITY = r"[0-9]{3}-[0-9]{2}-[0-9]{4}"
_MIN_BASE64, _MIN_DIGITS = 8, 6
"""Characters of a text that is no Base64 by chance, with and without its `=`."""
_HEX = r"(?:[0-7][0-9A-Fa-f]){4,}"
"""Bytes of ASCII, of which everything consists that is looked for."""
_URL_SAFE = str.maketrans("-_", "+/")

_DIGITS = [*"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "+-", "/_"]
_ANY, _THIRD, _SECOND, _FIRST = (
    "".join(digit for value, digit in enumerate(_DIGITS) if not value & bit) for bit in (0, 2, 8, 32)
)
"""Digits of the Base64 of ASCII: in each three bytes, the bit that is 128 is zero."""
_BASE64 = "((?:[{0}][{1}][{2}][{3}])*+(?:[{0}](?:[{1}])?[{3}])?)={{0,2}}".format(
    *map(re.escape, (_FIRST, _SECOND, _THIRD, _ANY))
)
_ENCODED = rf"(?:{_HEX}+|{_BASE64})\Z"
_BEGINNINGS = frozenset("+0123456789iI")
CLEAR = (
    # Telephone numbers and addresses begin in few ways.
    rf"^(?![+0-9iI]|{_ENCODED}|[^_-]*+[_-]{_ENCODED})"
    # All e-mail addresses in disguise end in a short part.
    rf"(?:[A-Za-z0-9_-]*[_-](?!{_ENCODED}))?[A-Za-z0-9]{{4,}}\Z"
)
"""A pattern of tokens in which nothing can be found: most are such, and this tells so at once."""


def _is_clear(token: str) -> bool:
    """Whether CLEAR finds the token, for most that it does: compiling it takes longer than judging a fixture."""
    if token[:1] in _BEGINNINGS or not token.isascii():
        return False
    if token.isalnum():
        return len(token) >= 4 and not _may_be_encoded(token)
    plain = token.replace("_", "-")
    last = plain.rfind("-") + 1
    if len(token) - last < 4 or not plain.replace("-", "").isalnum():
        return False
    first = plain.find("-") + 1
    return not (
        _may_be_encoded(token) or _may_be_encoded(token[first:]) or (last > first and _may_be_encoded(token[last:]))
    )


def _may_be_encoded(text: str) -> bool:
    """Whether the text may be hexadecimal or Base64 of ASCII."""
    whole = len(text) // 4 * 4
    if not (text[::4].strip(_FIRST) or text[1:whole:4].strip(_SECOND) or text[2:whole:4].strip(_THIRD)):
        return True
    return not (text[::2].strip("01234567") or text[1::2].strip("0123456789abcdefABCDEF"))


# The two rules about personal data ask for the same token one after the other, and users send more than one event.
@lru_cache(maxsize=1024)
def personal_level(token: str) -> str:
    """How sure it is that the token holds personal data: `certain`, `suspected`, or "" if nothing was found."""
    found = personal_data(token)
    return "" if found is None else found[0]


def personal_data(token: str) -> tuple[str, str] | None:
    """`("certain" or "suspected", what it is)` of the first thing found in the token; None if there is none.

    The value itself is never part of the answer, only its kind.
    """
    if _is_clear(token):
        return None
    texts = [token]
    if "%" in token:  # tokens in URLs arrive encoded once or twice
        for _ in range(2):
            decoded = _percent_decoded(texts[-1])
            if decoded and decoded != texts[-1]:
                texts.append(decoded)
    for text in texts:
        if kind := _address_in(text):
            return "certain", kind if text is token else f"{kind}, percent-encoded"
    for written in texts:
        for text, how in _encoded(written):
            if kind := _is_personal(text):
                return "certain", f"{kind} in {how}"
    return _suspected(token, texts)


def _address_in(text: str) -> str:
    if "@" in text and re.search(_EMAIL, text):
        return "an e-mail address"
    return "an IP address" if _is_address(text) else ""


def _is_personal(text: str) -> str:
    if "@" in text and re.fullmatch(_EMAIL, text):
        return "an e-mail address"
    if _is_address(text):
        return "an IP address"
    return "a telephone number" if text[:1] == "+" and re.fullmatch(_INTERNATIONAL, text) else ""


def _suspected(token: str, texts: list[str]) -> tuple[str, str] | None:
    if any(text[:1] in "+0123456789" and re.fullmatch(_PHONE, text) for text in texts):
        return "suspected", "a telephone number"
    last = token.replace("_", "-").rpartition("-")[2]
    if 2 <= len(last) <= 3 and re.fullmatch(_DISGUISED_EMAIL, token):
        return "suspected", "an e-mail address with other signs for `@` and `.`"
    if token[2:3] in ("-", "_") and re.fullmatch(_DISGUISED_ADDRESS, token):
        return "suspected", "an IP address"
    if token[3:4] == "-" and re.fullmatch(_SOCIAL_SECURITY, token):
        return "suspected", "a social security number"
    return None


def _percent_decoded(text: str) -> str:
    """The text without percent-encoding; nothing if what is encoded is no UTF-8."""
    try:
        return unquoted(text, errors="strict")
    except UnicodeDecodeError:
        return ""


def _is_address(text: str) -> bool:
    if len(text) > 60 or not ("." in text or ":" in text) or not re.fullmatch(_ADDRESS, text):
        return False
    from ipaddress import ip_address  # costs 10 ms, and hardly any token looks like an address

    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _encoded(token: str) -> list[tuple[str, str]]:
    """The texts that the token, or what follows its first or last `-` or `_`, may be the encoding of."""
    found = []
    cut = re.search("[-_]", token)
    starts = [0]
    if cut is not None:
        starts += sorted({cut.end(), max(token.rfind("-"), token.rfind("_")) + 1})
    for start in starts:
        part = token[start:]
        if re.fullmatch(_HEX, part):
            found.append((bytes.fromhex(part).decode("ascii"), "hexadecimal"))
        if len(part) >= _MIN_BASE64 and (match := re.fullmatch(_BASE64, part)) and len(match[1]) >= _MIN_DIGITS:
            from binascii import a2b_base64  # the module base64 takes longer to import

            digits = match[1].translate(_URL_SAFE)
            found.append((a2b_base64(digits + "=" * (-len(digits) % 4)).decode("ascii"), "Base64"))
    return found
