"""What a keyword of the dialect is, and how schemas made of keywords are evaluated and turned into code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from insights_lint.model import Form, Json, Pointer, Schema, Template
from insights_lint.payload import Known


class Quoted(str):
    """Words that stand in the payload: shortened, escaped and masked before they are shown."""

    __slots__ = ()


NOTHING_KNOWN = Known()


class Fault(NamedTuple):
    """One place that a schema blames: a pointer from the value that was tested, and words for it."""

    at: Pointer
    keyword: str
    names: Mapping[str, str] = {}
    """What the keyword offers to the rule's message; what stands in the payload is `Quoted`."""
    label: str = ""
    related: tuple[tuple[Pointer, str], ...] = ()
    on_key: bool = False
    """Whether the member's key is to blame rather than its value."""
    missing: tuple[str, ...] = ()
    """Keys that the object at `at` lacks."""


class Keyword(NamedTuple):
    """One keyword: what its argument looks like, what it asserts, the code for that, and whom it blames."""

    name: str
    docs: str
    argument: dict[str, Json]
    """JSON Schema of the argument; a subschema in it is `{"$ref": "#/$defs/schema"}`."""
    faults: Callable[[Evaluation, Json, Json, Pointer, dict[str, Json]], Iterator[Fault]]
    """(evaluation, argument, value, pointer of the value, enclosing schema) → the places to blame."""
    code: Callable[[Emitter, Json, str, dict[str, Json]], str | None]
    """(emitter, argument, name of the value, enclosing schema) → a Python expression; None if it is always true."""
    types: tuple[str, ...] = ()
    """The JSON types that it looks at; it holds for values of any other. Empty: it looks at all."""
    names: tuple[str, ...] = ()
    """Names that it offers to messages, besides those that all offer."""
    subschemas: Callable[[Json], Iterator[tuple[Pointer, Schema]]] = lambda _: iter(())
    """The schemas in its argument, each with its pointer from there."""
    looks: Callable[[Evaluation, Json, Json, dict[str, Json]], bool] | None = None
    """Whether it looks at a template; None: wherever the value itself is one."""
    blames: bool = True
    """Whether it, and not only what is below it, may be blamed."""


COMMON_NAMES = ("value", "key", "instead", "answer")
"""Names that every message may use, whatever keyword fails."""


class Evaluation:
    """Evaluates schemas on values: the meaning of the dialect, and the source of every pointer that is blamed.

    `form` decides how filters are encoded. `plain` tells that there are no templates in any value.
    """

    def __init__(
        self, keywords: Mapping[str, Keyword], form: Form, known: Known = NOTHING_KNOWN, *, plain: bool = False
    ) -> None:
        self.keywords = keywords
        self.form = form
        self.known = known
        self.plain = plain

    def faults(self, schema: Schema, value: Json, at: Pointer = ()) -> Iterator[Fault]:
        """Every place at which `value` breaks `schema`; a template satisfies whatever looks at it."""
        if schema is True:
            return
        if schema is False:
            yield Fault(at, "false")
            return
        for name, argument in schema.items():
            keyword = self.keywords[name]
            if keyword.blames and isinstance(value, Template) and self._looks(keyword, argument, value, schema):
                continue
            yield from keyword.faults(self, argument, value, at, schema)

    def holds(self, schema: Schema, value: Json) -> bool:
        return next(self.faults(schema, value), None) is None

    def looks(self, schema: Schema, value: Json) -> bool:
        """Whether evaluating `schema` on `value` looks at a template, so that its result says nothing."""
        if self.plain or isinstance(schema, bool):
            return False
        return any(self._looks(self.keywords[name], argument, value, schema) for name, argument in schema.items())

    def _looks(self, keyword: Keyword, argument: Json, value: Json, schema: dict[str, Json]) -> bool:
        if keyword.looks is None:
            return isinstance(value, Template)
        return keyword.looks(self, argument, value, schema)


def walk_schema(keywords: Mapping[str, Keyword], schema: Schema, at: Pointer = ()) -> Iterator[tuple[Pointer, Schema]]:
    """The schema and every schema below it, each with its pointer."""
    yield at, schema
    if isinstance(schema, bool):
        return
    for name, argument in schema.items():
        for below, subschema in keywords[name].subschemas(argument):
            yield from walk_schema(keywords, subschema, (*at, name, *below))


_TYPE_TESTS = {
    "null": "{x} is None",
    "boolean": "({x} is True or {x} is False)",
    "object": "{x}.__class__ is dict",
    "array": "{x}.__class__ is list",
    "string": "{x}.__class__ is str",
    "integer": "({x}.__class__ is int or (isinstance({x}, float) and {x}.is_integer()))",
    "number": "({x}.__class__ is int or isinstance({x}, float))",
}


class Emitter:
    """Turns schemas into Python expressions, for values without templates.

    The expressions use: `MISSING`, what an absent member is; the members of `Known`, and the names in `constants`.
    """

    def __init__(self, keywords: Mapping[str, Keyword], form: Form, root: str) -> None:
        self.keywords = keywords
        self.form = form
        self.root = root
        """Name of the event or payload: known to be an object, its members are read once."""
        self.constants: dict[str, str] = {}
        """Python source of a constant → its name."""
        self.functions: set[str] = set()
        """Names of the constants that are functions, which can be made when they are first called."""
        self.results: dict[str, tuple[str, str]] = {}
        """Name of a function → a pattern of strings for which its result is known, and that result."""
        self.members: dict[str, str] = {}
        """Member of the root → name of its value."""
        self._count = 0

    def constant(self, source: str) -> str:
        return self.constants.setdefault(source, f"C{len(self.constants)}")

    def function(self, module: str, name: str) -> str:
        """The name under which a function of the package can be called."""
        return self.called(f'getattr(import_module("insights_lint.{module}"), "{name}")')

    def called(self, source: str) -> str:
        """The name under which the function that the Python source gives can be called."""
        name = self.constant(source)
        self.functions.add(name)
        return name

    def keys_test(self, module: str, name: str, x: str, argument: str) -> str:
        """A call with the keys of the object `x`, of a function that holds for all keys that it holds for with more."""
        return f"{self.function(module, name)}({x}.keys(), {argument})"

    def strings(self, x: str, path: tuple[str, ...]) -> str:
        """An expression: the set of all strings at a path of keys and `[]` from the object `x`."""
        loops: list[str] = []
        known_object = True
        for step in path:
            inner = self.fresh()
            if step == "[]":
                loops.append(f"for {inner} in ({x} if {x}.__class__ is list else ())")
            else:
                guard = "" if known_object else f"{x}.__class__ is dict and "
                loops.append(
                    f"{'if' if loops else 'for _ in (0,) if'} {guard}({inner} := {self.get(x, step)}) is not MISSING"
                )
            known_object = False
            x = inner
        return f"{{{x} {' '.join(loops)} if {self.type_test('string', x)}}}"

    def fresh(self) -> str:
        self._count += 1
        return f"v{self._count}"

    def type_test(self, name: str, x: str) -> str:
        return _TYPE_TESTS[name].format(x=x)

    def present(self, x: str, key: str) -> str:
        """An expression: whether the object `x` has the member."""
        if x == self.root:
            return f"{self._member(key)} is not MISSING"
        return f"{key!r} in {x}"

    def get(self, x: str, key: str) -> str:
        """An expression: the value of the member of the object `x`, or `MISSING`."""
        return self._member(key) if x == self.root else f"{x}.get({key!r}, MISSING)"

    def absent_or(self, x: str, key: str, schema: Schema) -> str | None:
        """An expression: the object `x` lacks the member, or its value satisfies the schema."""
        if x == self.root:
            name = self._member(key)
            test = self.expression(schema, name)
            return None if test is None else f"({name} is MISSING or {test})"
        name = self.fresh()
        test = self.expression(schema, name)
        return None if test is None else f"(({name} := {x}.get({key!r}, MISSING)) is MISSING or {test})"

    def expression(self, schema: Schema, x: str) -> str | None:
        """An expression that is true if `x` satisfies the schema; None if anything does."""
        if isinstance(schema, bool):
            return None if schema else "False"
        tests: list[str] = []
        known = "object" if x == self.root else None
        if isinstance(schema.get("type"), str):
            if known != schema["type"]:
                tests.append(self.type_test(schema["type"], x))
            known = "number" if schema["type"] == "integer" else schema["type"]
        guarded: dict[tuple[str, ...], list[str]] = {}
        for name, argument in schema.items():
            if name == "type" and known is not None and isinstance(argument, str):
                continue
            keyword = self.keywords[name]
            code = keyword.code(self, argument, x, schema)
            if code is None:
                continue
            if not keyword.types or known in keyword.types:
                tests.append(code)
            elif known is None:
                guarded.setdefault(keyword.types, []).append(code)
        for types, codes in guarded.items():
            guard = " or ".join(self.type_test(kind, x) for kind in types)
            tests.append(f"(not ({guard}) or ({' and '.join(codes)}))")
        return f"({' and '.join(tests)})" if tests else None

    def _member(self, key: str) -> str:
        return self.members.setdefault(key, f"m{len(self.members)}")
