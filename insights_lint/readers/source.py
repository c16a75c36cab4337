"""What readers are given: a source from its beginning with what its user says of it, and JSON found in one."""

# Without annotations as strings, as in model.py.
import io
from collections.abc import Callable, Iterator
from typing import NamedTuple

from insights_lint.errors import SourceError
from insights_lint.model import Json, Pointer
from insights_lint.readers.sharing import Share
from insights_lint.readers.wanted import Wanted

MAX_LINE = 1_000_000_000
"""Bytes of one payload; beyond that, memory would run out before anything can be said."""


Attached = Callable[[str], bytes | None]
"""Name of a file that a recorder wrote beside its capture → what is in it; None if it is not there."""


def nothing_attached(_: str) -> None:
    """There are no files beside the source."""


Passes = Callable[[bytes], bool]
"""A line that is a payload → whether nobody needs to see it."""


def nothing_passes(_: bytes) -> bool:
    """Every line is read."""
    return False


class Input(NamedTuple):
    """One source. Readers go through `stream`, or through its `lines`, once."""

    stream: io.BufferedIOBase
    name: str
    wanted: Wanted
    head: bytes = b""
    """How it begins."""
    attached: Attached = nothing_attached
    passes: Passes = nothing_passes
    share: Share | None = None
    """Has parts of it judged by others, if it is a stream of lines."""

    def lines(self) -> Iterator[bytes]:
        """The lines with their ends. Raises SourceError if one is too large, or if the device fails."""
        while True:
            try:
                line = self.stream.readline(MAX_LINE + 1)
            except OSError as error:
                raise SourceError(self.name, error.strerror or str(error)) from None
            if not line:
                return
            if len(line) > MAX_LINE:
                raise SourceError(self.name, "one line is larger than 1 GB")
            yield line


class Record(NamedTuple):
    """A JSON value that tells of one request or several, and where it stands in its source."""

    value: Json
    text: str
    """The text that it was parsed from."""
    line: int = 1
    """Line and column of the source at which the text begins."""
    column: int = 1
    pointer: Pointer = ()
    """From the root of the source's document."""
    exact: bool = True
    """Whether the text stands in the source as it is; otherwise all of it stands at that line and column."""
