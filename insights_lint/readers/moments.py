"""Reads the times that recorders write, in their many spellings."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from insights_lint.model import Json

_NUMBER = re.compile(r"[0-9]{9,19}(?:\.[0-9]+)?")
_LOG = re.compile(r"([0-9]{1,2})/([A-Z][a-z]{2})/([0-9]{4}):([0-9:]{8})(\.[0-9]+)?(?: ([-+][0-9]{4}))?")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}")
_RFC = re.compile(r"[A-Z][a-z]{2}, [0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} ")
_FIRST, _LAST = 1_000_000_000_000, 9_999_999_999_999
"""2001 to 2286, in milliseconds."""
_UNITS = (1000.0, 1.0, 0.001, 0.000_001)
"""Seconds, milliseconds, microseconds and nanoseconds, as milliseconds."""


def moment(value: Json) -> int | None:
    """Milliseconds since the epoch of what a recorder wrote as a time; None if it is none.

    A time without an offset is taken for UTC.
    """
    if isinstance(value, str):
        return _of_text(value.strip())
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    for unit in _UNITS:
        if _FIRST <= value * unit <= _LAST:
            return round(value * unit)
    return None


def _of_text(text: str) -> int | None:
    if _NUMBER.fullmatch(text):
        return moment(float(text) if "." in text else int(text))
    try:
        if found := _LOG.fullmatch(text.strip("[]")):
            day, month, year, time, fraction, offset = found.groups()
            written = f"{day} {month} {year} {time}{fraction or '.0'} {offset or '+0000'}"
            return _milliseconds(datetime.strptime(written, "%d %b %Y %H:%M:%S.%f %z"))
        if _ISO.match(text):
            return _milliseconds(datetime.fromisoformat(text))
        if _RFC.match(text):
            return _milliseconds(parsedate_to_datetime(text))
    except (ValueError, OverflowError):
        return None
    return None


def _milliseconds(time: datetime) -> int:
    return round((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp() * 1000)
