"""Whether an event name is in title case, and how it would be."""

from __future__ import annotations

import re
from functools import lru_cache

SMALL_WORDS = frozenset(
    [
        *(
            "a",
            "an",
            "and",
            "as",
            "at",
            "but",
            "by",
            "for",
            "from",
            "if",
            "in",
            "into",
            "nor",
            "of",
            "off",
            "on",
            "onto",
        ),
        *("or", "out", "over", "per", "so", "than", "the", "to", "up", "upon", "via", "vs", "with", "yet"),
    ]
)

_MARKS = "".join(chr(code) for code in range(0x20, 0x7F) if not chr(code).isalnum())
_RUN_TOGETHER = r"(?:[A-Z][a-z0-9]+){2,}"
_SEPARATOR = r"([-/.:|+&,])"
_VERSION = r"v[0-9]+"
_BRAND = r"[a-z][A-Z]"


@lru_cache(maxsize=1024)  # all of the traffic has a few dozen names
def is_title_case(name: str, small_words: str = "either", exempt: frozenset[str] | tuple[str, ...] = ()) -> bool:
    """Whether every word of the name begins with a capital or a digit, with the exceptions of the documentation.

    With `small_words` `either`, small words between the first and the last may be lower-case; with `capital` not.
    Names that other rules answer for (empty, not printable ASCII) and names without a letter are in title case.
    """
    if name in exempt or not (name.isascii() and name.isprintable()) or not _has_letter(name):
        return True
    words = [word.strip(_MARKS) for word in name.split(" ")]
    words = [word for word in words if word]
    lettered = [word for word in words if _has_letter(word)]
    if name == name.upper() and (len(lettered) > 1 or sum(map(str.isalpha, lettered[0])) > 5):
        return False
    if len(lettered) == 1 and re.fullmatch(_RUN_TOGETHER, lettered[0]):
        return False
    for index, word in enumerate(words):
        if not _has_letter(word):
            continue
        inside = 0 < index < len(words) - 1
        if small_words == "either" and inside and word in SMALL_WORDS:
            continue
        if not _is_word(word, len(lettered) > 1):
            return False
    return True


def _has_letter(text: str) -> bool:
    return text.lower() != text.upper()


def _is_word(word: str, among_others: bool) -> bool:
    if "_" in word:
        return False
    # Part, separator, part, …
    pieces = [word] if word.isalnum() else re.split(_SEPARATOR, word)
    for index in range(0, len(pieces), 2):
        part = pieces[index].strip(_MARKS)
        if not part or part[0].isupper() or part[0].isdigit() or re.fullmatch(_VERSION, part):
            continue
        if among_others and re.match(_BRAND, part):
            continue
        after_initial = index and pieces[index - 1] == "-" and re.fullmatch(r"[A-Za-z]", pieces[index - 2])
        if index and (part in SMALL_WORDS or after_initial):
            continue
        return False
    return True


def to_title_case(name: str) -> str:
    """The name with its words apart and each beginning with a capital: `pdp_add_to_cart` → `Pdp Add To Cart`."""
    spaced = name.replace("_", " ")
    if sum(map(_has_letter, spaced.split(" "))) == 1:
        spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", spaced.replace("-", " "))
    if name == name.upper():
        spaced = spaced.lower()
    return " ".join(
        "".join(_capital(piece) for piece in re.split(_SEPARATOR, word)) for word in spaced.split(" ") if word
    )


def _capital(piece: str) -> str:
    if re.fullmatch(_VERSION, piece):
        return piece
    first = re.search("[A-Za-z]", piece)
    if first is None or piece[: first.start()].isalnum():
        return piece
    return piece[: first.start()] + first[0].upper() + piece[first.end() :]
