"""States how a stream is shared out: its parts, what others find in them, and who has them judged."""

# Without annotations as strings, as in model.py.
from collections import Counter
from collections.abc import Generator, Iterator
from typing import NamedTuple, Protocol

from insights_lint.errors import SourceError
from insights_lint.report import Report


class Part(NamedTuple):
    """Whole lines of a stream, and the number of the first."""

    source: str
    line: int
    data: bytes


class JudgedPart(NamedTuple):
    """What another process found in a part of a stream."""

    report: Report
    others: Counter[str]
    """What lines are that were not judged, and how many."""
    matched: frozenset[str]
    """The paths of `wanted.at` that led somewhere."""
    error: SourceError | None = None
    """Why the part was not judged."""


class Share(Protocol):
    """Has the parts of one source judged by other processes."""

    first_bytes: int
    """How much is read before there are parts: a short stream is worth no process."""
    part_bytes: int
    """How large a part is, or one line larger."""

    def __call__(self, parts: Iterator[Part | None], /) -> Generator[JudgedPart | None]:
        """What was found in each part, in their order; None for one that does not stand by itself.

        Where None stands among the parts, all that came before are judged before more of them are asked for.
        """

    def waits(self) -> bool:
        """Whether the source gives nothing for the moment."""
