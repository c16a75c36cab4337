"""The nouns of what is found: violations, where they stand, and the lines that are shown of them."""

from __future__ import annotations

from typing import NamedTuple

from insights_lint.model import Pointer, Rule


class Location(NamedTuple):
    """Where something stands. Lines and columns count from 1, columns in code points, ends are exclusive."""

    source: str
    line: int
    column: int
    end_line: int
    end_column: int
    pointer: Pointer = ()
    """From the root of the payload."""
    document_pointer: Pointer = ()
    """From the root of the source's document to the payload, where that is only a part of it."""
    request: int | None = None
    """For a capture or a log of the API: which of its requests or entries, counted from 1."""
    request_title: str = ""
    """The time, method and path of a captured request, as far as they were recorded."""
    by_line: bool = True
    """Whether people find the place by its line; in most captures they find it by its request."""


class Related(NamedTuple):
    """A second place that a violation is about, and what stands there."""

    location: Location
    message: str


class Mark(NamedTuple):
    """A stretch of one excerpted line, from `start` to `end` (code points in its text), and what to write under it."""

    start: int
    end: int
    label: str
    primary: bool


class ExcerptLine(NamedTuple):
    """One source line of an excerpt, cut to a window and masked."""

    number: int
    text: str
    cut_before: bool
    cut_after: bool
    marks: tuple[Mark, ...]


Excerpt = tuple[ExcerptLine, ...]


class Violation(NamedTuple):
    """One breach of one rule at one place."""

    rule: Rule
    location: Location
    message: str
    event: int | None = None
    """Number of the event in its payload, from 0."""
    label: str = ""
    """What stands at the place, in a word or two, for the frame under the source line."""
    related: tuple[Related, ...] = ()
    recorded_status: int | None = None
    """What the API answered to this when it was recorded: an HTTP status."""
    excerpt: Excerpt = ()
