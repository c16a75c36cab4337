"""JSON values as the dialect sees them."""

from __future__ import annotations

from random import Random
from urllib.parse import unquote

import pytest

from insights_lint.keywords.values import unquoted

_PARTS = ["%", "%2", "%2F", "%c3%a9", "%C3", "%E2%82", "%F0%9F%98%80", "%zz", "%00", "%+1", "% 1", "é", "a", "+", " "]


def test_percent_encoding_is_taken_as_the_standard_library_takes_it() -> None:
    random = Random(5)  # noqa: S311
    for _ in range(5000):
        text = "".join(random.choices(_PARTS, k=random.randrange(8)))
        assert unquoted(text) == unquote(text), text


def test_what_is_encoded_may_have_to_be_utf_8() -> None:
    assert unquoted("caf%C3%A9", errors="strict") == "café"
    with pytest.raises(UnicodeDecodeError):
        unquoted("caf%E9", errors="strict")
