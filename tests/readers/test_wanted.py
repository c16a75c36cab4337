"""A path is a JSON Pointer with a wildcard: it finds what RFC 6901 finds, in the order of the document."""

from __future__ import annotations

import json
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insights_lint.model import Json, Pointer, pointer_text
from insights_lint.readers.wanted import Path
from tests.json_text.test_spans import pointers, random_value


def found(text: str, document: Json) -> list[tuple[Pointer, Json]]:
    return list(Path.parse(text).find(document))


# The document and the table of RFC 6901, section 5.
RFC = {
    "foo": ["bar", "baz"],
    "": 0,
    "a/b": 1,
    "c%d": 2,
    "e^f": 3,
    "g|h": 4,
    "i\\j": 5,
    'k"l': 6,
    " ": 7,
    "m~n": 8,
}


@pytest.mark.parametrize(
    ("text", "pointer", "value"),
    [
        ("", (), RFC),
        ("/foo", ("foo",), ["bar", "baz"]),
        ("/foo/0", ("foo", 0), "bar"),
        ("/", ("",), 0),
        ("/a~1b", ("a/b",), 1),
        ("/c%d", ("c%d",), 2),
        ("/e^f", ("e^f",), 3),
        ("/g|h", ("g|h",), 4),
        ("/i\\j", ("i\\j",), 5),
        ('/k"l', ('k"l',), 6),
        ("/ ", (" ",), 7),
        ("/m~0n", ("m~n",), 8),
    ],
)
def test_the_examples_of_the_standard(text: str, pointer: Pointer, value: Json) -> None:
    assert found(text, RFC) == [(pointer, value)]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", ()),
        ("/", ("",)),
        ("//", ("", "")),
        ("/a/", ("a", "")),
        ("/*", (None,)),
        ("/a/*/b", ("a", None, "b")),
        ("/~2", ("*",)),
        ("/**", ("**",)),
        ("/a*", ("a*",)),
        ("/~2~2", ("**",)),
        # in one step: what an escape gives is never the beginning of another one
        ("/~01", ("~1",)),
        ("/~02", ("~2",)),
        ("/~00", ("~0",)),
        ("/~1~0~2", ("/~*",)),
        ("/é/😀", ("é", "😀")),
        ("/a b/0", ("a b", "0")),
    ],
)
def test_tokens(text: str, tokens: tuple[str | None, ...]) -> None:
    path = Path.parse(text)
    assert (path.text, path.tokens) == (text, tokens)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a", "begins with /"),
        ("events", "begins with /"),
        ("events/0", "begins with /"),
        ("*", "begins with /"),
        ("#/events", "begins with /"),
        ("$.events", "begins with /"),
        (" /events", "begins with /"),
        ("~1a", "begins with /"),
        ("/~", "followed by"),
        ("/a~", "followed by"),
        ("/~/a", "followed by"),
        ("/~3", "followed by"),
        ("/~~0", "followed by"),
        ("/a~1b/c~x", "followed by"),
        ("/~*", "followed by"),
    ],
)
def test_what_is_no_path_is_told_why(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Path.parse(text)


LIST = ["a", "b", ["c"]]


@pytest.mark.parametrize(
    "token",
    [
        "3", "4", "01", "00", "-1", "-0", "-", "+1", "1.0", "1e0", " 1", "1 ", "1\n", "", "a", "~2", "None", "True",
        "0x1", "1_0", "\u0660", "¹", "\uff19", "9" * 16, "9" * 17, "9" * 5_000, str(2**63), str(2**64 + 1),
    ],
    ids=lambda token: token[:20],
)  # fmt: skip
def test_what_is_no_index_leads_nowhere(token: str) -> None:
    assert found(f"/{token}", LIST) == []
    assert found(f"/2/{token}", LIST) == []
    assert found(f"/*/{token}", LIST) == []


@pytest.mark.parametrize("key", ["0", "01", "-1", "-", "", "9" * 5_000, "1.0", "\u0660"], ids=lambda key: key[:20])
def test_in_an_object_anything_is_a_key(key: str) -> None:
    assert found(f"/{key}", {key: 7, "other": 8}) == [((key,), 7)]
    assert found(f"/{key}/0", {key: [7]}) == [((key, 0), 7)]


@pytest.mark.parametrize("value", ["text", "", 0, 7, 1.5, True, False])
def test_nothing_stands_in_a_scalar(value: Json) -> None:
    assert found("", value) == [((), value)]
    for text in ("/0", "/", "/*", "/a", "/*/*"):
        assert found(text, value) == []


@pytest.mark.parametrize(
    ("text", "document"),
    [
        ("", None),
        ("/a", {"a": None}),
        ("/*", {"a": None}),
        ("/0", [None]),
        ("/*", [None, None]),
        ("/a/b", {"a": None}),
    ],
)
def test_what_is_null_is_not_there(text: str, document: Json) -> None:
    assert found(text, document) == []


DOCUMENT: Json = {
    "entries": [{"body": 1}, {"body": None}, {"other": 2}, [3], {"body": [4]}, "body", {"body": {"body": 5}}],
    "more": {"b": {"body": 6}, "a": {"body": 7}, "*": {"body": 8}},
    "*": 9,
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/entries/*/body", [("/entries/0/body", 1), ("/entries/4/body", [4]), ("/entries/6/body", {"body": 5})]),
        ("/entries/*/*/body", [("/entries/6/body/body", 5)]),
        ("/entries/*/0", [("/entries/3/0", 3)]),
        ("/more/*/body", [("/more/b/body", 6), ("/more/a/body", 7), ("/more/*/body", 8)]),
        ("/more/~2/body", [("/more/*/body", 8)]),
        ("/~2", [("/*", 9)]),
        ("/*/*/body", [
            ("/entries/0/body", 1), ("/entries/4/body", [4]), ("/entries/6/body", {"body": 5}),
            ("/more/b/body", 6), ("/more/a/body", 7), ("/more/*/body", 8),
        ]),
        ("/*/a/body", [("/more/a/body", 7)]),
        ("/nowhere/*", []),
        ("/*/nowhere", []),
    ],
)  # fmt: skip
def test_any_key_or_index(text: str, expected: list[tuple[str, Json]]) -> None:
    assert [(pointer_text(pointer), value) for pointer, value in found(text, DOCUMENT)] == expected


def escaped(pointer: Pointer) -> str:
    """The pointer as a path on which `*` is a key."""
    return pointer_text(pointer).replace("*", "~2")


@pytest.mark.parametrize("seed", range(50))
def test_every_pointer_of_a_document_is_a_path_to_its_value(seed: int) -> None:
    document = random_value(random.Random(seed), 5)  # noqa: S311  # repeatable, and no secret
    everything = [(pointer, value) for pointer, value in pointers(document) if value is not None]
    for pointer, value in everything:
        assert found(escaped(pointer), document) == [(pointer, value)]
    for depth in range(4):
        assert found("/*" * depth, document) == [one for one in everything if len(one[0]) == depth]


WRONG = re.compile(r"^[^/]|~(?![012])", re.DOTALL)
KEY = st.text(st.sampled_from("/~*012-a\u00e9\n"))
VALUE = st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(KEY, inner))


@settings(derandomize=True, deadline=None, max_examples=300)
@given(KEY, VALUE)
def test_any_text_is_a_path_or_refused(text: str, document: Json) -> None:
    if WRONG.search(text):
        with pytest.raises(ValueError, match=r"^(a pointer is empty|~ is followed)"):
            Path.parse(text)
        return
    path = Path.parse(text)
    for pointer, value in path.find(document):
        assert len(pointer) == len(path.tokens) == text.count("/")
        assert value is not None
        inner = json.loads(json.dumps(document))
        for token in pointer:
            inner = inner[token]
        assert inner == value


def test_a_deep_document_is_walked() -> None:
    document: Json = 7
    for _ in range(256):
        document = [document]
    assert found("/*" * 256, document) == [((0,) * 256, 7)]
    assert found("/0" * 257, document) == []
