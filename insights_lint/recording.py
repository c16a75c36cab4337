"""The nouns of what was recorded: a call, a captured request, the API's answer, a string in a document."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from insights_lint.model import Json, Pointer


class Call(NamedTuple):
    """A call of search-insights as rules with target `call` see it, and where its parts stand in the payload."""

    value: dict[str, Json]
    """`method`, `events` (the arguments as given) and `parameters` (what is taken for additional parameters)."""
    places: Mapping[Pointer, Pointer]
    """Pointer into `value` → pointer into the payload, for each part that stands elsewhere."""
    meant: int
    """How many events its author wanted to send."""

    def place(self, at: Pointer) -> Pointer:
        """A pointer from the value as a pointer from the payload; of what stands nowhere, the whole call."""
        for length in range(len(at), 0, -1):
            if at[:length] in self.places:
                return (*self.places[at[:length]], *at[length:])
        return ()


class Answer(NamedTuple):
    """What the API answered to the event or request when it was recorded."""

    status: int | None
    messages: tuple[str, ...] = ()

    @property
    def accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        return self.status is not None and 400 <= self.status < 500


class Captured(NamedTuple):
    """What a capture holds of a request besides its body, and where it stands there."""

    value: dict[str, Json]
    """What rules with target `request` see: docs/writing-rules.md lists its members."""
    title: str
    """Its time, method and path, as far as they were recorded."""
    entry: Pointer
    """From the root of the source's document to what was recorded of the request."""
    origin: tuple[int, int]
    """Line and column of the source at which the body begins, or the request if there is no body."""
    exact: bool = False
    """Whether the body stands in the source as text, so that every place in it has a line and a column there."""
    by_line: bool = False
    """Whether people find the request by its line, as in a log."""
    unseen: str = ""
    """Why the body cannot be judged: how the recorder lost it, and what to do about that."""
    unwanted: str = ""
    """The method by which no events are sent; the body is not judged then."""
    numbers_altered: bool = False
    """Whether the recorder parsed the numbers and wrote them anew, so that their text is not what was sent."""
    searches: Mapping[str, int] = {}
    """Query ID → when its search was recorded, in milliseconds since the epoch."""


class Embedding(NamedTuple):
    """The text in which a JSON text is the content of a string, and the pointer to that string."""

    text: str
    pointer: Pointer


class Outcome(Enum):
    """How a recorded answer of the API and the rules go together; a refusal is an error of layer `arrival`."""

    BOTH_ACCEPT = "both_accept"
    BOTH_REFUSE = "both_refuse"
    API_REFUSES = "only_api_refuses"
    """A rule is missing, or cannot run on what was recorded."""
    WE_REFUSE = "only_rules_refuse"
    LOST = "lost"
    """Refused without a message, and nothing is wrong with it: so the API treats the others of a refused batch."""
    UNKNOWN = "unknown"
    """No status, or one that says nothing about the event."""


class Answered(NamedTuple):
    """What the API answered to one recorded event or request, if that is known, and what the rules say of it."""

    source: str
    request: int | None
    """Which of its source's requests or entries it is, from 1."""
    line: int
    """Line of the source at which the text begins in which it stands."""
    pointer: Pointer
    """From the root of the source's document to it."""
    status: int | None
    messages: tuple[str, ...]
    meant: tuple[tuple[str, ...], ...]
    """For each message of a refusal, the ids of the rules that it means."""
    refused: bool
    """Whether a rule says that the API refuses it."""
    outcome: Outcome
    sent_at: int | None = None
    """When a captured request was sent, in milliseconds since the epoch."""
    method: str = ""
    path: str = ""
    unseen: str = ""
    """Why its body could not be judged."""
