"""Reads what documents and lines tell of requests, with modules that most of them do not need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from insights_lint.payload import Unjudged
from insights_lint.readers.payloads import Found, Payloads
from insights_lint.readers.shapes import is_payload
from insights_lint.readers.source import Input, Record

if TYPE_CHECKING:
    from insights_lint.readers.records import Records


class Recorded:
    """The records of one source, if there are any."""

    def __init__(self, source: Input, payloads: Payloads) -> None:
        self._source = source
        self._payloads = payloads
        self._records: Records | None = None

    @property
    def records(self) -> Records:
        if self._records is None:
            from insights_lint.readers.records import Records

            self._records = Records(self._source, self._payloads)
        return self._records

    def read(self, record: Record) -> Iterator[Found] | None:
        """What a document tells of requests; None if it tells of none."""
        if not self._source.wanted.fields and is_payload(record.value):
            return None
        return self.records.read(record)

    def rest(self, noun: str) -> Iterator[Unjudged]:
        """A word for what was recorded besides."""
        return iter(()) if self._records is None else self._records.captures.rest(noun)
