"""The nouns that every room shares: pointers, values, rules, locations and violations."""

# Without annotations as strings: typing would compile each of a named tuple's, which a hook would notice.
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Self

if TYPE_CHECKING:
    from insights_lint.example import Example

Pointer = tuple[str | int, ...]
"""A JSON Pointer (RFC 6901) as keys and indexes from a root; `()` is the root itself."""

Json = Any
"""A parsed JSON value: dict, list, str, bool, None, int, and for other numbers float or `Number`."""

Schema = bool | dict[str, Any]
"""A schema of the rule dialect: JSON Schema 2020-12 restricted to the keywords of `insights_lint.keywords`."""


def time_text(milliseconds: int) -> str:
    """Milliseconds since the epoch as ISO 8601 in UTC, to the second."""
    from datetime import UTC, datetime  # most runs tell no time

    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


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


class Number(float):
    """A JSON number that is not written as an integer, with its text in the source."""

    __slots__ = ("literal",)
    literal: str

    def __new__(cls, literal: str) -> Self:
        number = float.__new__(cls, literal)
        number.literal = literal
        return number

    def __reduce__(self) -> tuple[type["Number"], tuple[str]]:
        return Number, (self.literal,)


class Template(str):
    """A string that holds `${…}` or `{{…}}`: it is there, but what it will say is not known."""

    __slots__ = ()


class Rule(NamedTuple):
    """One requirement, as its YAML entry states it (docs/writing-rules.md). Compared by identity."""

    id: str
    topic: str
    title: str
    severity: Severity
    layer: Layer
    schema: Schema
    """What the target must satisfy. `True` for a rule that its reader reports (topic `json`)."""
    targets: tuple[str, ...] = ("event",)
    """`event`, `payload`, `call`, `request` or `text`, or paths from the event such as `positions[]`."""
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
    examples: "tuple[Example, ...]" = ()
    file: str = ""
    line: int = 0

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other

    def __hash__(self) -> int:
        return id(self)

    @property
    def refuses(self) -> bool:
        """Whether the API refuses what breaks it."""
        return self.severity is Severity.ERROR and self.layer is Layer.ARRIVAL

    @property
    def about(self) -> str:
        """What it judges: `payload`, `call`, `request`, `text`, or `event` for an event and whatever is in one."""
        return self.targets[0] if self.targets[0] in ("payload", "call", "request", "text") else "event"
