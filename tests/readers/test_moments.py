"""Times as recorders write them."""

from __future__ import annotations

import pytest

from insights_lint.model import Json, time_text
from insights_lint.readers.moments import moment

MOMENT = 1_763_770_000_000


@pytest.mark.parametrize(
    "value",
    [
        "2025-11-22T00:06:40Z",
        "2025-11-22T00:06:40.000Z",
        "2025-11-22T01:06:40.0000000+01:00",
        "2025-11-22 00:06:40",
        "22/Nov/2025:00:06:40 +0000",
        "[22/Nov/2025:01:06:40 +0100]",
        "22/Nov/2025:00:06:40.000",
        "Sat, 22 Nov 2025 00:06:40 GMT",
        MOMENT,
        MOMENT / 1000,
        MOMENT * 1000,
        MOMENT * 1_000_000,
        str(MOMENT),
        "1763770000.000",
    ],
)
def test_moments(value: Json) -> None:
    assert moment(value) == MOMENT


@pytest.mark.parametrize(
    "value",
    [
        "",
        "0.003",
        0.003,
        12,
        True,
        None,
        [],
        {},
        "yesterday",
        "99/Foo/2025:00:06:40 +0000",
        "2025-13-01T00:00",
        "1e400",
    ],
)
def test_no_moments(value: Json) -> None:
    assert moment(value) is None


def test_text() -> None:
    assert time_text(MOMENT + 999) == "2025-11-22T00:06:40Z"
