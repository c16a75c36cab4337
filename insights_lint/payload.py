"""What readers make of sources: payloads, the events in them, and what is none."""

# Without annotations as strings, as in model.py.
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from insights_lint.model import Form, Json, Pointer

if TYPE_CHECKING:
    from insights_lint.recording import Answer, Call, Captured, Embedding


class Shape(Enum):
    """How much a payload is.

    Rules about the request apply to a BODY only, which is also whatever was captured as a request.
    """

    BODY = "body"
    """A request body, `{"events": […]}`."""
    EVENTS = "events"
    """A list of events."""
    EVENT = "event"
    CALL = "call"
    """One call of search-insights, which becomes one request."""
    RECORD = "record"
    """One entry of the API's log: an event, and what the API answered."""


class TextFault(NamedTuple):
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


class Event(NamedTuple):
    """One event as the API would get it, and where it stands in its payload."""

    value: Json
    pointer: Pointer
    number: int | None
    """Its number in the payload's list, from 0; None where the payload is this one event."""
    filled: frozenset[str] = frozenset()
    """Members that do not stand in the payload, because search-insights fills them in."""
    filled_at: Pointer = ()
    """What is to blame for those: the name of the method."""

    @property
    def telemetry(self) -> bool:
        return is_telemetry(self.value)

    def place(self, at: Pointer) -> Pointer:
        """A pointer from the event as a pointer from the payload."""
        return self.filled_at if at and at[0] in self.filled else (*self.pointer, *at)


class Payload(NamedTuple):
    """A parsed document or request body, and what is known about where it stood."""

    source: str
    document: Json
    shape: Shape
    form: Form
    text: str
    """The text in which `document` stands, the whole of it or a part."""
    root: Pointer = ()
    """From the root of `text` to `document`."""
    line: int = 1
    """Line of the source at which `text` begins, or the text in which it is embedded."""
    column: int = 1
    """And the column."""
    embedding: "Embedding | None" = None
    """Where `text` stands if it is the content of a string."""
    document_pointer: Pointer = ()
    """From the root of the source's document to `document`."""
    error: TextFault | None = None
    """Why the text could not be parsed; `document` is None then."""
    duplicates: tuple[TextFault, ...] = ()
    has_null: bool = False
    """Whether a member of any object may be null, so that rules need a copy without those."""
    templates: int = 0
    """How many strings are `Template`s."""
    sent_size: int | None = None
    """Bytes of the request's body, where the text is what was sent."""
    streamed: bool = False
    """Whether it is one of many in a stream, of which only the first violations of each rule are kept."""
    sent_at: int | None = None
    """When it was sent, in milliseconds since the epoch, where a capture says so."""
    request: int | None = None
    """Which of its source's recorded requests or log entries it is, from 1."""
    made_events: tuple[Event, ...] | None = None
    """The events, where they are made of the document instead of standing in it: of a call, of a log's entry."""
    leaves_out: bool = False
    """Whether members that the recording left out stand in the events as `Template`s: there, but not known."""
    call: "Call | None" = None
    answer: "Answer | None" = None
    captured: "Captured | None" = None

    @property
    def has_body(self) -> bool:
        """Whether there is anything to judge: of some captured requests there is no body."""
        return self.captured is None or not (self.captured.unseen or self.captured.unwanted)

    @property
    def event_values(self) -> list[Json]:
        """What stands where events should, in order; anything, also what is no object."""
        if self.error is not None or not self.has_body:
            return []
        if self.made_events is not None:
            return [event.value for event in self.made_events]
        if self.shape is not Shape.BODY:
            return self.document if self.shape is Shape.EVENTS else [self.document]
        values = self.document.get("events") if isinstance(self.document, dict) else None
        return values if isinstance(values, list) else []

    @property
    def all_events(self) -> Json:
        """What rules about all events of a payload see: the body, or `{"events": […]}`."""
        return self.document if self.shape is Shape.BODY else {"events": self.event_values}

    def events(self, numbers: Iterable[int] | None = None) -> Iterator[Event]:
        """The payload's events in order, one at a time: a document may hold hundreds of thousands.

        Of a list of events it can be those with some numbers only.
        """
        if self.made_events is not None:
            yield from self.made_events
        elif self.shape is Shape.EVENT:
            yield from (Event(value, (), None) for value in self.event_values)
        else:
            base: Pointer = ("events",) if self.shape is Shape.BODY else ()
            values = self.event_values
            for number in range(len(values)) if numbers is None else numbers:
                yield Event(values[number], (*base, number), number)

    def place(self, at: Pointer) -> Pointer:
        """A pointer from `all_events` as one from the payload."""
        if self.call is None:
            return at if self.shape is Shape.BODY else at[1:]
        if self.made_events is not None and len(at) >= 2 and isinstance(at[1], int):
            return self.made_events[at[1]].place(at[2:])
        return self.call.place(at)


class Known(NamedTuple):
    """What is known of a payload besides its text; None: not known."""

    now: int | None = None
    """The clock, in milliseconds since the epoch."""
    size: int | None = None
    """Bytes of the request's body."""
    sent_at: int | None = None
    """When it was sent, in milliseconds since the epoch."""
    searches: Mapping[str, int] = {}
    """Query ID → when its search was recorded, in milliseconds since the epoch."""


class PassedOver(NamedTuple):
    """A captured request to the Insights API that sends no events."""

    source: str
    preflight: bool
    """Whether a browser asked for permission to send some (CORS)."""


class Unjudged(NamedTuple):
    """A source, or part of one, in which a reader found nothing to judge, and what stands there instead."""

    source: str
    reason: str
