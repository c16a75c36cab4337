"""Makes of a recorded call of search-insights the events that the library would send.

What the library does was read in its source and seen by running it, version 2.17.3.
"""

# Without annotations as strings, as in model.py.
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from insights_lint.model import Json, Pointer
from insights_lint.payload import Event

if TYPE_CHECKING:
    from insights_lint.recording import Call

METHODS: dict[str, tuple[str, str | None]] = {
    "clickedObjectIDsAfterSearch": ("click", None),
    "clickedObjectIDs": ("click", None),
    "clickedFilters": ("click", None),
    "convertedObjectIDsAfterSearch": ("conversion", None),
    "convertedObjectIDs": ("conversion", None),
    "convertedFilters": ("conversion", None),
    "addedToCartObjectIDsAfterSearch": ("conversion", "addToCart"),
    "addedToCartObjectIDs": ("conversion", "addToCart"),
    "purchasedObjectIDsAfterSearch": ("conversion", "purchase"),
    "purchasedObjectIDs": ("conversion", "purchase"),
    "viewedObjectIDs": ("view", None),
    "viewedFilters": ("view", None),
}
"""Method → the type and subtype that it gives its events."""

SEND_EVENTS = "sendEvents"

OTHER_FUNCTIONS = frozenset(
    {
        "init",
        "setUserToken",
        "getUserToken",
        "onUserTokenChange",
        "setAnonymousUserToken",
        "setAuthenticatedUserToken",
        "getAuthenticatedUserToken",
        "onAuthenticatedUserTokenChange",
        "addAlgoliaAgent",
        "saveTokenAsCookie",
        "getVersion",
    }
)
"""What else the library can be called with, and sends nothing."""

_TOKEN = "anonymous-00000000-0000-4000-8000-000000000000"  # noqa: S105  # what the library makes up looks like this
_WALKS_OBJECT_IDS = frozenset(
    {"clickedObjectIDsAfterSearch", "addedToCartObjectIDsAfterSearch", "addedToCartObjectIDs"}
)
"""Methods that go through `objectIDs` before they send anything, and so throw where it is no array."""
_COMPLETED_BY_INSTANTSEARCH = frozenset({"clickedObjectIDsAfterSearch", "convertedObjectIDsAfterSearch"})


class Arguments(NamedTuple):
    """The method's name and the arguments of a recorded call, each with its pointer from there."""

    method: str
    method_at: Pointer
    rest: list[tuple[Pointer, Json]]


def arguments_of(value: Json) -> Arguments | None:
    """The arguments, if the value is written like a call; whether it is one of search-insights, only they tell.

    A call is written `["clickedObjectIDs", {…}]`, `{"method": "clickedObjectIDs", "args": [{…}]}`, or, if a page's
    queue of `arguments` was made JSON, `{"0": "clickedObjectIDs", "1": {…}}`.
    """
    if isinstance(value, list):
        if value and isinstance(value[0], str):
            return Arguments(value[0], (0,), [((number,), one) for number, one in enumerate(value[1:], 1)])
    elif isinstance(value, dict):
        method, args = value.get("method"), value.get("args")
        if isinstance(method, str) and isinstance(args, list):
            return Arguments(method, ("method",), [(("args", number), one) for number, one in enumerate(args)])
        if isinstance(value.get("0"), str) and value.keys() == set(map(str, range(len(value)))):
            numbers = map(str, range(1, len(value)))
            return Arguments(value["0"], ("0",), [((number,), value[number]) for number in numbers])
    return None


def given_events(arguments: Arguments) -> Iterator[Json]:
    """What the call's author may have meant as events, whatever the method."""
    for _, argument in arguments.rest:
        yield from argument if isinstance(argument, list) else [argument]


def is_of_another_library(method: str, event: Json) -> bool:
    """Whether the argument belongs to a function of the same name in another library, which makes a whole event of it.

    Autocomplete's takes `items` for objects; InstantSearch's `insights` a name and objects, to which it adds the rest.
    """
    if not isinstance(event, dict) or method not in METHODS:
        return False
    if method in _COMPLETED_BY_INSTANTSEARCH and event.keys() == {"eventName", "objectIDs"}:
        return True
    return _takes_items(event)


def _takes_items(event: dict[str, Json]) -> bool:
    return "items" in event and event.keys().isdisjoint(("objectIDs", "filters"))


def call_of(arguments: Arguments) -> "tuple[Call, tuple[Event, ...]]":
    """The call as rules see it, and the events that the library would send.

    Of an event that makes the library throw only the call itself is judged.
    """
    value: dict[str, Json] = {"method": arguments.method, "events": [], "parameters": []}
    places: dict[Pointer, Pointer] = {("method",): arguments.method_at}
    events: list[tuple[Pointer, Json]] = []
    if arguments.method == SEND_EVENTS:
        del value["events"]
        if arguments.rest:
            places[("events",)], value["events"] = arguments.rest[0]
        if len(arguments.rest) > 1:
            places[("parameters", 0)], parameters = arguments.rest[1]
            value["parameters"] = [parameters]
        if isinstance(value.get("events"), list):
            events = [((*places[("events",)], number), event) for number, event in enumerate(value["events"])]
    elif arguments.method in METHODS:
        for at, given in arguments.rest:
            if isinstance(given, dict) and _takes_items(given):
                continue
            # As the library tells them apart: `"index" in argument`, which throws where that is no object.
            is_parameters = isinstance(given, list) or (isinstance(given, dict) and "index" not in given)
            name = "parameters" if is_parameters else "events"
            places[(name, len(value[name]))] = at
            value[name].append(given)
            if is_parameters:
                places[(name,)] = at  # the last wins
            else:
                events.append((at, given))
    from insights_lint.recording import Call  # most documents hold none

    made = [
        _sent(arguments, at, event, number)
        for number, (at, event) in enumerate(events)
        if not _throws(arguments.method, event)
    ]
    return Call(value, places, _meant(arguments)), tuple(made)


def _meant(arguments: Arguments) -> int:
    if arguments.method in OTHER_FUNCTIONS:
        return 0
    if arguments.method == SEND_EVENTS:
        return sum(1 for event in given_events(arguments) if not _is_parameters(event))
    return sum(1 for _, given in arguments.rest if not _is_parameters(given))


def _is_parameters(given: Json) -> bool:
    return isinstance(given, dict) and bool(given) and given.keys() <= {"headers", "inferQueryID"}


def _throws(method: str, event: Json) -> bool:
    if not isinstance(event, dict):
        return method != SEND_EVENTS or event is None
    if method in _WALKS_OBJECT_IDS and not isinstance(event.get("objectIDs"), list):
        return True
    return "filters" in event and not isinstance(event["filters"], list)


def _sent(arguments: Arguments, at: Pointer, event: Json, number: int) -> Event:
    """The event with what the library fills in; what the caller gives wins, but for tokens that are null."""
    kind, subtype = METHODS.get(arguments.method, (None, None))
    filled: dict[str, Json] = {"eventType": kind} if kind else {}
    if subtype:
        filled["eventSubtype"] = subtype
    given = dict(event) if isinstance(event, dict) else {}
    for token in ("userToken", "authenticatedUserToken"):
        if given.get(token) is None:
            given.pop(token, None)
    filled["userToken"] = _TOKEN
    value = {**filled, **given}
    return Event(value, at, number, frozenset(filled.keys() - given.keys()), arguments.method_at)
