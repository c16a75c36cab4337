"""States what the user of a source says about it: its form, and where in it the payloads stand."""

# Without annotations as strings, as in model.py.
import re
from collections.abc import Iterator
from typing import NamedTuple, Self

from insights_lint.model import Form, Json, Pointer

_ESCAPES = {"~0": "~", "~1": "/", "~2": "*"}


class Path(NamedTuple):
    """A JSON Pointer (RFC 6901) in which `*` stands for any key or index, and `~2` for a literal `*`."""

    text: str
    tokens: tuple[str | None, ...]
    """None for any."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError with what is wrong with the text."""
        if text and not text.startswith("/"):
            raise ValueError("a pointer is empty or begins with /")
        if re.search("~(?![012])", text):
            raise ValueError("~ is followed by 0 (for ~), 1 (for /) or 2 (for *)")
        return cls(text, tuple(None if token == "*" else _unescaped(token) for token in text.split("/")[1:]))  # noqa: S105  # no password

    def find(self, document: Json) -> Iterator[tuple[Pointer, Json]]:
        """Every value of the document at the path, with its pointer; what is null is not there."""
        yield from _below((), document, self.tokens)


def _unescaped(token: str) -> str:
    return re.sub("~[012]", lambda found: _ESCAPES[found[0]], token)


def _below(at: Pointer, value: Json, tokens: tuple[str | None, ...]) -> Iterator[tuple[Pointer, Json]]:
    if not tokens:
        if value is not None:
            yield at, value
        return
    token, rest = tokens[0], tokens[1:]
    if isinstance(value, dict):
        for key in value if token is None else (token,):
            if key in value:
                yield from _below((*at, key), value[key], rest)
    elif isinstance(value, list):
        for number in range(len(value)) if token is None else _index(token, len(value)):
            yield from _below((*at, number), value[number], rest)


def _index(token: str, length: int) -> tuple[int, ...]:
    """The index that the token is, as RFC 6901 writes one."""
    number = int(token) if re.fullmatch("0|[1-9][0-9]{0,15}", token) else length
    return (number,) if number < length else ()


class Fields(NamedTuple):
    """Names of a log's own fields, as dotted paths; empty: found by what stands in them."""

    url: str = ""
    body: str = ""
    time: str = ""

    def __bool__(self) -> bool:
        return bool(self.url or self.body or self.time)


NO_FIELDS = Fields()


class Wanted(NamedTuple):
    """What is to be judged; by default whatever looks like Insights events."""

    form: Form | None = None
    """The form of every payload."""
    at: tuple[Path, ...] = ()
    """Where in each document of the source the payloads stand."""
    hosts: tuple[str, ...] = ()
    """Hosts besides Algolia's that take events, each with its port or path or without."""
    fields: Fields = NO_FIELDS
    """How the user calls the fields of a log's records."""
