"""What is known of a value before it is looked at: by the type that it was decoded to, and by earlier tests."""

from __future__ import annotations

from typing import NamedTuple

ALL_CLASSES = frozenset({"str", "int", "float", "bool", "list", "dict", "None"})
"""Names of the Python classes that JSON values have."""


class Value(NamedTuple):
    """Bounds on a value: it is one of those that all of this is true of."""

    classes: frozenset[str] = ALL_CLASSES
    missing: bool | None = False
    """Whether there is none, as where an object lacks a member; None: not known."""
    texts: frozenset[str] | None = None
    """A string is one of these."""
    least: int = 0
    """Length of a string or an array, at least."""
    most: int | None = None
    low: int | None = None
    """A number is at least this."""
    high: int | None = None
    item: Value | None = None
    """Every item of an array."""
    members: dict[str, Value] | None = None
    """Of an object that was decoded to a structure: all members that it can have."""
    literal: bool = False
    """Whether it stands for a number or string that was kept as it is written."""
    searched: bool = False
    """Whether patterns are searched for in a string."""
    unread: bool = False
    """Whether it is kept as it is written because no rule looks at it."""
    loose: bool = False
    """Whether it was decoded to whatever it is, so that it has still to be tested that it is `plain`."""

    def there(self) -> Value:
        return self._replace(missing=False)

    def of_class(self, name: str, *, is_one: bool) -> Value:
        """The value once it is known whether it is of the class."""
        return self._replace(classes=self.classes & {name} if is_one else self.classes - {name})


SCALARS = frozenset({"str", "int", "float", "bool"})

MISSING = Value(classes=frozenset(), missing=True)
