"""The nouns that every room shares: pointers, rules, payloads, events, locations and violations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import Any, Self

Pointer = tuple[str | int, ...]
"""A JSON Pointer (RFC 6901) as keys and indexes from a root; `()` is the root itself."""

Json = Any
"""A parsed JSON value: dict, list, str, bool, None, int, and for other numbers float or `Number`."""

Schema = bool | dict[str, Any]
"""A schema of the rule dialect: JSON Schema 2020-12 restricted to the keywords of `insights_lint.keywords`."""


def pointer_text(pointer: Pointer) -> str:
    """The pointer as RFC 6901 writes it: `/events/0/positions`, and `""` for the root."""
    return "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in pointer)


def dotted(pointer: Pointer) -> str:
    """The pointer as people read it: `events[0].positions`, and `""` for the root."""
    parts = [f"[{token}]" if isinstance(token, int) else f".{token}" for token in pointer]
    return "".join(parts).removeprefix(".")


class Severity(IntEnum):
    """How bad a violation is. INFO is called *note* by SARIF."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        return self.name.lower()


class Layer(Enum):
    """How far a fault lets the event get."""

    ARRIVAL = "arrival"
    """The API refuses the event, and with it the whole request."""
    USABILITY = "usability"
    """Accepted, but some feature cannot use it."""
    ATTRIBUTION = "attribution"
    """Accepted, but credited to nothing."""
    STYLE = "style"


class Form(Enum):
    """What stands in a document. The same text can be right in one form and wrong in another."""

    WIRE = "wire"
    """What the API receives."""
    CALL = "call"
    """A recorded call of search-insights."""
    TAIL = "tail"
    """The API's own log of events."""


class Shape(Enum):
    """How much stands in a document: a request body, a list of events, or one event.

    Rules about the request apply to a BODY only, which is also whatever was captured as a request.
    """

    BODY = "body"
    EVENTS = "events"
    EVENT = "event"


class Number(float):
    """A JSON number that is not written as an integer, with its text in the source."""

    __slots__ = ("literal",)
    literal: str

    def __new__(cls, literal: str) -> Self:
        number = super().__new__(cls, literal)
        number.literal = literal
        return number

    def __reduce__(self) -> tuple[type[Number], tuple[str]]:
        return Number, (self.literal,)


class Template(str):
    """A string that holds `${…}` or `{{…}}`: it is there, but what it will say is not known."""

    __slots__ = ()


@dataclass(frozen=True)
class Example:
    """An example of a rule: the payload, the clock, and what must be reported for it."""

    valid: bool
    kind: str
    """`event`, `body` or `json`: what `content` is."""
    content: Json
    """For `event` the whole event, for `body` the document, for `json` its text."""
    at: tuple[str, ...]
    """Pointers that the rule blames, from the event or, for `body` and `json`, from the payload. Empty if valid."""
    also: tuple[str, ...] = ()
    now: int | None = None
    encoding: str = "utf-8"
    """How the text of a `json` example becomes bytes."""
    line: int = 0


@dataclass(frozen=True, eq=False)
class Rule:
    """One requirement, as its YAML entry states it (docs/writing-rules.md). Compared by identity."""

    id: str
    topic: str
    title: str
    severity: Severity
    layer: Layer
    schema: Schema
    """What the target must satisfy. `True` for a rule that its reader reports (topic `json`)."""
    targets: tuple[str, ...] = ("event",)
    """`event`, `payload` or `text`, or paths from the event such as `positions[]`."""
    when: Schema = True
    forms: frozenset[Form] = frozenset({Form.WIRE, Form.CALL})
    nulls: bool = False
    gives_way: bool = False
    telemetry: bool = False
    enabled: bool = True
    aliases: tuple[str, ...] = ()
    """Other names under which a key that this rule requires is often written."""
    message: str = ""
    help: str = ""
    why: str = ""
    docs: str = ""
    source: str = ""
    server_messages: tuple[str, ...] = ()
    formerly: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    file: str = ""
    line: int = 0

    @property
    def on_payload(self) -> bool:
        return self.targets == ("payload",)

    @property
    def on_text(self) -> bool:
        return self.targets == ("text",)


@dataclass(frozen=True, slots=True)
class Location:
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
    """For a capture: which of its requests, counted from 1."""


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that a violation is about, and what stands there."""

    location: Location
    message: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of one excerpted line, from `start` to `end` (code points in its text), and what to write under it."""

    start: int
    end: int
    label: str
    primary: bool


@dataclass(frozen=True, slots=True)
class ExcerptLine:
    """One source line of an excerpt, cut to a window and masked."""

    number: int
    text: str
    cut_before: bool
    cut_after: bool
    marks: tuple[Mark, ...]


Excerpt = tuple[ExcerptLine, ...]


@dataclass(frozen=True, slots=True)
class TextFault:
    """What a reader has against a JSON text: a rule of topic `json`, a stretch of the text, and a sentence."""

    rule: str
    start: int
    end: int
    message: str
    pointer: Pointer = ()
    related: tuple[tuple[int, int, str], ...] = ()
    """Further stretches (start, end) and what stands there."""


def is_telemetry(event: Json) -> bool:
    """Whether InstantSearch sent the event about itself: judged only by the rules marked for that."""
    return isinstance(event, dict) and event.get("eventType") == "instantsearch"


@dataclass(frozen=True, slots=True)
class Event:
    """One event as the API would get it, and where it stands in its payload."""

    value: Json
    pointer: Pointer
    index: int | None
    """Its number in the payload's list, from 0; None where the payload is this one event."""

    @property
    def telemetry(self) -> bool:
        return is_telemetry(self.value)


@dataclass(frozen=True, slots=True)
class Payload:
    """A parsed document or request body, and what is known about where it stood."""

    source: str
    document: Json
    shape: Shape
    form: Form
    text: str
    """The text that `document` was parsed from."""
    line: int = 1
    """Line of the source at which `text` begins."""
    error: TextFault | None = None
    """Why the text could not be parsed; `document` is None then."""
    duplicates: tuple[TextFault, ...] = ()
    has_null: bool = False
    """Whether a member of any object is null, so that rules need a copy without those."""
    templates: int = 0
    """How many strings are `Template`s."""
    sent_size: int | None = None
    """Bytes of the request's body, where the text is what was sent."""
    streamed: bool = False
    """Whether it is one of many in a stream, of which only the first violations of each rule are kept."""
    sent_at: int | None = None
    """When it was sent, in milliseconds since the epoch, where a capture says so."""

    @property
    def event_values(self) -> list[Json]:
        """What stands where events should, in order; anything, also what is no object."""
        if self.error is not None:
            return []
        if self.shape is not Shape.BODY:
            return self.document if self.shape is Shape.EVENTS else [self.document]
        values = self.document.get("events") if isinstance(self.document, dict) else None
        return values if isinstance(values, list) else []

    def events(self) -> Iterator[Event]:
        """The payload's events in order, one at a time: a document may hold hundreds of thousands."""
        if self.shape is Shape.EVENT:
            yield from (Event(value, (), None) for value in self.event_values)
            return
        base: Pointer = ("events",) if self.shape is Shape.BODY else ()
        for index, value in enumerate(self.event_values):
            yield Event(value, (*base, index), index)


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A source, or part of one, in which a reader found nothing to judge, and what stands there instead."""

    source: str
    reason: str
    ours: bool = True
    """False for a file of a folder that is not JSON and holds nothing of the Insights API."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach of one rule at one place."""

    rule: Rule
    location: Location
    message: str
    event: int | None = None
    """Number of the event in its payload, from 0."""
    label: str = ""
    """What stands at the place, in a word or two, for the frame under the source line."""
    related: tuple[Related, ...] = ()
    excerpt: Excerpt = field(default=(), compare=False)
