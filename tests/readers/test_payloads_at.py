"""With paths, payloads are what stands there, also as JSON in a string, with the place that it has in the source."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from insights_lint.json_text.spans import Spans
from insights_lint.model import Form, Json, Pointer, Rule, Template, pointer_text
from insights_lint.payload import Payload, Shape
from insights_lint.placing import Placer
from insights_lint.violation import Violation
from tests.readers.reading import found_in, lint, payloads_in, payloads_of, places, reasons_of, stretch
from tests.running import Outcome, run_cli

EVENT: dict[str, Json] = {
    "eventType": "view",
    "eventName": "Product Viewed",
    "index": "p",
    "userToken": "t-1",
    "objectIDs": ["a"],
}
CALL = ["viewedObjectIDs", {"index": "p", "eventName": "Product Viewed", "objectIDs": ["a"]}]
ENTRY = {"event": EVENT, "status": 200, "errors": None}


def check(tmp_path: Path, text: str | bytes, *arguments: str, name: str = "a.json") -> Outcome:
    file = tmp_path / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return run_cli("check", str(file), "--output", "json", *arguments)


# what stands at a pointer


@pytest.mark.parametrize("in_string", [False, True], ids=["value", "string"])
@pytest.mark.parametrize(
    ("value", "shape", "pointers"),
    [
        (EVENT, Shape.EVENT, [()]),
        ([EVENT, EVENT], Shape.EVENTS, [(0,), (1,)]),
        ({"events": [EVENT]}, Shape.BODY, [("events", 0)]),
        # whatever stands there is meant
        ({}, Shape.EVENT, [()]),
        ([], Shape.EVENTS, []),
        ([3], Shape.EVENTS, [(0,)]),
        (["click", "view"], Shape.EVENTS, [(0,), (1,)]),
        ({"events": []}, Shape.BODY, []),
        ({"events": 3}, Shape.BODY, []),
        ({"query": "shoes", "indexName": "p"}, Shape.EVENT, [()]),
        ({"type": "track", "event": "A", "properties": {}}, Shape.EVENT, [()]),
        (3, Shape.EVENT, [()]),
        (1.5, Shape.EVENT, [()]),
        (True, Shape.EVENT, [()]),
        ({"event": EVENT}, Shape.EVENT, [()]),  # no entry of the log: it has no status
    ],
)  # fmt: skip
def test_a_payload_is_what_stands_at_the_pointer(
    value: Json, shape: Shape, pointers: list[Pointer], in_string: bool
) -> None:
    written = json.dumps(value) if in_string else value
    document = {"log": [{"body": written}], "more": EVENT}
    (payload,) = payloads_in(document, "/log/0/body")
    assert (payload.source, payload.shape, payload.form, payload.line) == ("a.json", shape, Form.WIRE, 1)
    assert (payload.document, payload.error, payload.request, payload.sent_size) == (value, None, None, None)
    assert [event.pointer for event in payload.events()] == pointers
    assert payload.document_pointer == ("log", 0, "body")
    if in_string:
        assert (payload.text, payload.root) == (written, ())
        assert payload.embedding is not None
        assert (payload.embedding.text, payload.embedding.pointer) == (json.dumps(document), ("log", 0, "body"))
    else:
        assert (payload.text, payload.root, payload.embedding) == (json.dumps(document), ("log", 0, "body"), None)


@pytest.mark.parametrize("in_string", [False, True], ids=["value", "string"])
@pytest.mark.parametrize(
    ("value", "shape", "form", "below"),
    [
        (CALL, Shape.CALL, Form.CALL, [""]),
        ({"method": CALL[0], "args": CALL[1:]}, Shape.CALL, Form.CALL, [""]),
        ({"0": CALL[0], "1": CALL[1]}, Shape.CALL, Form.CALL, [""]),
        ([CALL, CALL], Shape.CALL, Form.CALL, ["/0", "/1"]),
        ([["init", {"appId": "A"}], CALL, ["setUserToken", "t"]], Shape.CALL, Form.CALL, ["/0", "/1", "/2"]),
        (["viewedObjectIDs"], Shape.CALL, Form.CALL, [""]),
        (["sendEvents", []], Shape.CALL, Form.CALL, [""]),
        (["init", {"appId": "A"}], Shape.CALL, Form.CALL, [""]),
        (["setUserToken", "t"], Shape.CALL, Form.CALL, [""]),
        (["clickedThings", {"index": "p"}], Shape.CALL, Form.CALL, [""]),
        (ENTRY, Shape.RECORD, Form.TAIL, [""]),
        ([ENTRY, ENTRY], Shape.RECORD, Form.TAIL, ["/0", "/1"]),
        ({"events": [ENTRY, ENTRY]}, Shape.RECORD, Form.TAIL, ["/events/0", "/events/1"]),
    ],
)  # fmt: skip
def test_calls_and_entries_of_the_log_are_recognised_there(
    value: Json, shape: Shape, form: Form, below: list[str], in_string: bool
) -> None:
    payloads = payloads_in({"a": json.dumps(value) if in_string else value}, "/a")
    assert places(payloads) == [f"/a{pointer}" for pointer in below]
    assert {(one.shape, one.form, one.embedding is not None) for one in payloads} == {(shape, form, in_string)}
    assert [pointer_text(one.root) for one in payloads] == [
        pointer if in_string else f"/a{pointer}" for pointer in below
    ]
    for one in payloads:
        assert (one.call is not None, one.answer is not None) == (form is Form.CALL, form is Form.TAIL)
    assert [one.request for one in payloads] == (
        list(range(1, len(below) + 1)) if form is Form.TAIL else [None] * len(below)
    )


@pytest.mark.parametrize("call", [CALL, ["init", {"appId": "A"}], ["setUserToken", "t"], ["saveTokenAsCookie"]])
def test_a_call_is_the_same_alone_and_in_its_queue(call: list[Json]) -> None:
    document = {"queue": [CALL, call]}
    alone, queued = payloads_in(document, "/queue/1"), payloads_in(document, "/queue")[1:]
    assert alone == queued
    assert payloads_in(document, "/queue/*") == payloads_in(document, "/queue")


@pytest.mark.parametrize(
    "value",
    [["clickedObjectIDsAfterSearch", {"eventName": "A", "objectIDs": ["a"]}], ["viewedObjectIDs", {"items": []}]],
)
@pytest.mark.parametrize("in_string", [False, True], ids=["value", "string"])
def test_a_call_of_another_library_is_named_there(value: Json, in_string: bool) -> None:
    (reason,) = reasons_of(found_in({"a": json.dumps(value) if in_string else value}, "/a"))
    assert reason.startswith("a call of InstantSearch or Autocomplete")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("hello", "`hello` is not JSON: expected a value"),
        ("", "empty: expected JSON"),
        (" \n", "empty: expected JSON"),
        ('{"eventName": "A",}', "trailing comma before `}`"),
        ('{"events": [{"eventName": "Pro', "cut off: this string is never closed"),
        ("eyJldmVudHMiOltdfQ==", "`eyJldmVudHMiOltdfQ` is not JSON: expected a value"),
    ],
)
def test_a_string_that_is_no_json_is_a_payload_with_an_error(content: str, message: str) -> None:
    (payload,) = payloads_in({"a": content}, "/a")
    assert payload.error is not None
    assert (payload.error.rule, payload.error.message) == ("json-invalid", message)
    assert (payload.document_pointer, payload.event_values) == (("a",), [])


def test_a_string_of_a_string_is_not_opened_twice() -> None:
    (payload,) = payloads_in({"a": json.dumps(json.dumps(EVENT))}, "/a")
    assert (payload.document, payload.shape, payload.error) == (json.dumps(EVENT), Shape.EVENT, None)


@pytest.mark.parametrize(
    ("value", "form", "shapes"),
    [
        (EVENT, Form.WIRE, [Shape.EVENT]),
        (CALL, Form.WIRE, [Shape.EVENTS]),
        (ENTRY, Form.WIRE, [Shape.EVENT]),
        (CALL, Form.CALL, [Shape.CALL]),
        ([CALL, EVENT, ["track", {}]], Form.CALL, [Shape.CALL, Shape.CALL]),
        (EVENT, Form.CALL, []),
        ({"events": [EVENT]}, Form.CALL, []),
        (3, Form.CALL, []),
        (ENTRY, Form.TAIL, [Shape.RECORD]),
        ({"event": {}}, Form.TAIL, [Shape.RECORD]),
        ({"events": [ENTRY, EVENT]}, Form.TAIL, [Shape.RECORD]),
        (EVENT, Form.TAIL, []),
        (CALL, Form.TAIL, []),
    ],
)  # fmt: skip
def test_a_form_says_what_stands_there(value: Json, form: Form, shapes: list[Shape]) -> None:
    for document in ({"a": value}, {"a": json.dumps(value)}):
        found = found_in(document, "/a", form=form)
        payloads = payloads_of(found)
        assert [(one.shape, one.form) for one in payloads] == [(shape, form) for shape in shapes]
    if not shapes:
        names = {Form.CALL: "no recorded call", Form.TAIL: "no entry of the API's log"}
        assert reasons_of(found_in({"a": value}, "/a", form=form)) == [names[form]]


def test_what_else_stands_in_a_queue_is_counted_by_what_it_is() -> None:
    queue = [CALL, EVENT, ["viewedObjectIDs", {"items": []}], 3, CALL, {}]
    found = found_in({"q": queue}, "/q")
    assert places(payloads_of(found)) == ["/q/0", "/q/4"]
    others, another_library = reasons_of(found)
    assert others == "3 of 6 entries not judged: no events"
    assert another_library.startswith("1 of 6 entries not judged: a call of InstantSearch or Autocomplete")


# several pointers


DOCUMENT: dict[str, Json] = {
    "entries": [{"body": EVENT}, {"body": None}, {"other": EVENT}, {"body": json.dumps([EVENT, EVENT])}],
    "more": {"b": {"body": 3}, "a": {"body": {"events": [EVENT]}}},
    "queue": [CALL, CALL],
}


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (["/entries/*/body"], ["/entries/0/body", "/entries/3/body"]),
        (["/more/*/body"], ["/more/b/body", "/more/a/body"]),
        (["/*/*/body"], ["/entries/0/body", "/entries/3/body", "/more/b/body", "/more/a/body"]),
        (["/more/a/body", "/entries/0/body"], ["/more/a/body", "/entries/0/body"]),
        # each once, in the order of the pointers
        (["/entries/3/body", "/entries/*/body"], ["/entries/3/body", "/entries/0/body"]),
        (["/entries/*/body", "/entries/0/body", "/*/3/body"], ["/entries/0/body", "/entries/3/body"]),
        (["/more/a/body", "/more/a/body"], ["/more/a/body"]),
        (["/queue", "/queue/1"], ["/queue/0", "/queue/1"]),
        (["/queue/1", "/queue"], ["/queue/1", "/queue/0"]),
        (["/queue/*", "/queue", "/*/0"], ["/queue/0", "/queue/1", "/entries/0"]),
        # an event in a list is another payload than the list
        (["/more/a/body", "/more/a/body/events/0"], ["/more/a/body", "/more/a/body/events/0"]),
    ],
)
def test_several_pointers(at: list[str], expected: list[str]) -> None:
    payloads = payloads_of(found_in(DOCUMENT, *at))
    assert places(payloads) == expected


def test_the_whole_document_is_at_the_empty_pointer() -> None:
    (payload,) = payloads_in({"query": "shoes"}, "")
    assert (payload.shape, payload.document_pointer, payload.root) == (Shape.EVENT, (), ())
    (in_string,) = payloads_in(json.dumps([EVENT]), "")
    assert (in_string.shape, in_string.document_pointer) == (Shape.EVENTS, ())
    assert places(payloads_in(DOCUMENT["queue"], "")) == ["/0", "/1"]
    (both,) = payloads_in(EVENT, "", "")
    assert both == payload_without_paths(EVENT)


def payload_without_paths(document: Json) -> Payload:
    (payload,) = payloads_in(document)
    return payload


@pytest.mark.parametrize(
    ("at", "reasons"),
    [
        (["/nowhere"], ["nothing at /nowhere"]),
        (["/nowhere", "/entries/1/body"], ["nothing at /nowhere or /entries/1/body"]),
        (["/entries/0/body", "/nowhere", "/entries/9"], ["nothing at /nowhere", "nothing at /entries/9"]),
        (["/entries/0/body"], []),
        (["/entries/0/body", "/*/0/body"], []),
    ],
)
def test_a_pointer_that_leads_nowhere_is_named(at: list[str], reasons: list[str]) -> None:
    assert reasons_of(found_in(DOCUMENT, *at)) == reasons


# what the parser keeps


def test_templates_count_where_they_stand() -> None:
    templated = {**EVENT, "eventName": "${NAME}", "userToken": "{{ token }}"}
    document = {"a": templated, "b": EVENT, "c": json.dumps(templated), "d": json.dumps(EVENT), "e": "${X}"}
    payloads = payloads_in(document, "/a", "/b", "/c", "/d")
    assert [one.templates for one in payloads] == [2, 0, 2, 0]
    assert [type(one.document["eventName"]) for one in payloads] == [Template, str, Template, str]
    # what was recorded line by line was sent so
    for one in payloads_in(document, "/a", "/c", input_format="ndjson"):
        assert (one.templates, type(one.document["eventName"])) == (0, str)


def test_nulls_are_told() -> None:
    payloads = payloads_in({"a": json.dumps({**EVENT, "queryID": None}), "b": json.dumps(EVENT)}, "/a", "/b")
    assert [one.has_null for one in payloads] == [True, False]
    (payload,) = payloads_in({"a": {**EVENT, "queryID": None}}, "/a")
    assert payload.has_null


def test_duplicate_keys_count_where_they_stand() -> None:
    twice = b'{"index": "p", "index": "q", "x": {"y": 1, "y": 2}}'
    data = b'{"a": %s, "b": {}, "b": {"c": %s}, "d": %s, "e": [{"z": 1, "z": 2}]}' % (
        twice, twice, json.dumps(twice.decode()).encode()
    )  # fmt: skip
    payloads = payloads_in(data, "/a", "/b/c", "/d", "/e/0", "/b")
    assert [[pointer_text(fault.pointer) for fault in one.duplicates] for one in payloads] == [
        ["/index", "/x/y"],
        ["/index", "/x/y"],
        ["/index", "/x/y"],
        ["/z"],
        ["", "/c/index", "/c/x/y"],
    ]


def test_only_a_body_in_a_string_of_a_stream_is_as_large_as_what_was_sent() -> None:
    body = json.dumps({"events": [{**EVENT, "index": "é\n"}]}, ensure_ascii=False)
    line = json.dumps({"a": body, "b": json.dumps([EVENT]), "c": {"events": [EVENT]}}).encode()
    sizes = [one.sent_size for one in payloads_in(line + b"\n", "/a", "/b", "/c", input_format="ndjson")]
    assert sizes == [len(body.encode()), None, None]
    assert [one.sent_size for one in payloads_in(line, "/a", "/b", "/c")] == [None, None, None]


# streams


def test_each_line_is_looked_into() -> None:
    lines = [
        {"body": EVENT},
        {"level": "info"},
        {"body": json.dumps([EVENT])},
        {"body": None},
        {"other": {"body": EVENT}},
        {"body": "no json"},
        {"body": [CALL, EVENT]},
    ]
    data = b"\n\n".join(json.dumps(line).encode() for line in lines)
    found = found_in(data, "/body", "/other/*", "/nowhere", input_format="ndjson")
    payloads = payloads_of(found)
    assert [(one.line, one.shape, one.streamed) for one in payloads] == [
        (1, Shape.EVENT, True),
        (5, Shape.EVENTS, True),
        (9, Shape.EVENT, True),
        (11, Shape.EVENT, True),
        (13, Shape.CALL, True),
    ]
    assert places(payloads) == ["/body", "/body", "/other/body", "/body", "/body/0"]
    assert reasons_of(found) == [
        "2 lines: nothing at /body or /other/* or /nowhere",
        "1 line: 1 of 2 entries not judged: no events",
        "nothing at /nowhere",
    ]


# whole runs

ESCAPED: dict[str, Callable[[str], str]] = {
    "plain": lambda text: json.dumps(text, ensure_ascii=False),
    "ascii": json.dumps,
    "slashes": lambda text: json.dumps(text).replace("/", "\\/"),
    "quotes by number": lambda text: re.sub(r'\\(\\|"|n)', by_number, json.dumps(text)),
    "all by number": lambda text: '"' + "".join(f"\\u{unit}" for unit in utf_16(text)) + '"',
}


def by_number(found: re.Match[str]) -> str:
    return {"n": "\\u000a", '"': "\\u0022"}.get(found[1], found[0])


def utf_16(text: str) -> list[str]:
    data = text.encode("utf-16-be").hex()
    return [data[start : start + 4] for start in range(0, len(data), 4)]


INNER = {
    "event": '{"eventType": "click", "eventName": "é/😀", "index": 7, "userToken": "t\\u00e9", "objectIDs": ["a", 3]}',
    "body": '{"events": [{"eventType": "click", "eventName": "Product Clicked", "index": "p", "userToken": "t-1",'
    ' "objectIDs": ["a", "b"], "positions": [1], "queryID": "x"}]}',
    "pretty": json.dumps({"events": [EVENT, {**EVENT, "index": {"a": ["😀"]}, "queryid": "é\n"}]}, indent=2),
    "twice": '{"eventName": "Product Viewed", "index": "a", "eventType": "view", "index": "b\\"c", "objectIDs": "a"}',
    "call": '["clickedObjectIDs", {"index": "p", "eventName": "Product Clicked", "objectIDs": ["a"], "queryID": "x"}]',
    "queue": '[["viewedFilters", {"index": "p", "eventName": "\\ud83d\\ude00", "filters": "é"}],\n ["viewFilter", {}]]',
    "entry": '{"status": 422, "errors": [], "event": {"eventName": "/", "eventType": "Click", "filters": ["é"]}}',
    "broken": '{"eventName": "é/😀", "index": "p",}',
    "cut off": '{"eventName": "é😀\\n',
    "number": "12",
}


def plain(violation: Violation) -> tuple[str, str, str, list[tuple[str, str]]]:
    related = [(pointer_text(one.location.pointer), one.message) for one in violation.related]
    return violation.rule.id, pointer_text(violation.location.pointer), violation.message, related


@pytest.mark.parametrize("escape", ESCAPED.values(), ids=ESCAPED)
@pytest.mark.parametrize("inner", INNER.values(), ids=INNER)
def test_what_is_wrong_in_a_string_is_found_there(
    inner: str, escape: Callable[[str], str], builtin_rules: list[Rule]
) -> None:
    """The same violations as in a file of its own, each at the characters that spell what is blamed."""
    alone = lint(payloads_in(inner.encode(), ""), builtin_rules)
    assert alone
    outer = f'{{"é\\"": "{{}}",\n\t"log": [1,\n  {{"x": "\\ud83d\\ude00/", "text": {escape(inner)}}}]\n}}'
    inside = lint(payloads_in(outer.encode(), "/log/1/text"), builtin_rules)
    assert [plain(one) for one in inside] == [plain(one) for one in alone]
    for there, here in zip(inside, alone, strict=True):
        assert there.location.document_pointer[:3] == ("log", 1, "text")
        assert there.location.document_pointer[3:] == here.location.document_pointer
        pairs = [(there.location, here.location)]
        pairs += [(one.location, other.location) for one, other in zip(there.related, here.related, strict=True)]
        for place, own in pairs:
            assert (place.line, place.end_line) == (3, 3)  # in a string there are no line breaks
            spelled = stretch(outer, place)
            meant = stretch(inner, own)
            assert json.loads(f'"{spelled}"') == meant
        assert [line.number for line in there.excerpt] == [3] * len(there.excerpt)


@pytest.mark.parametrize("indent", [None, 2])
def test_what_is_wrong_in_a_part_is_found_there(indent: int | None, builtin_rules: list[Rule]) -> None:
    bad = {**EVENT, "index": 7, "objectIDs": ["a", {"b": "c"}], "positions": [1, 2, 3]}
    document = {"x": [EVENT], "entries": [{"body": EVENT}, {"body": {"events": [EVENT, bad]}}]}
    text = json.dumps(document, indent=indent)
    found = lint(payloads_in(text.encode(), "/entries/*/body"), builtin_rules)
    assert {one.rule.id for one in found} == {"index-not-string", "object-ids-type", "positions-not-click"}
    spans = Spans(text)
    for one in found:
        at = one.location
        assert at.document_pointer == ("entries", 1, "body")
        assert at.pointer[:2] == ("events", 1)
        assert one.event == 1
        start, end = spans.value((*at.document_pointer, *at.pointer))
        assert stretch(text, at) == text[start:end]


def test_equal_strings_have_their_own_places(builtin_rules: list[Rule]) -> None:
    """Python has but one `3` and one empty text, wherever they stand."""
    outer = '{"a": "3", "b": "3",\n"c": "", "d": ["", "3"]}'
    found = lint(payloads_in(outer.encode(), "/a", "/b", "/c", "/d/*"), builtin_rules)
    at = {pointer_text(one.location.document_pointer): (one.location.line, one.location.column) for one in found}
    assert at == {"/a": (1, 8), "/b": (1, 18), "/c": (2, 7), "/d/0": (2, 17), "/d/1": (2, 21)}
    lines = lint(payloads_in(b"3\n3\n\n3\n", form=Form.WIRE, input_format="ndjson"), builtin_rules)
    assert [one.location.line for one in lines] == [1, 2, 4]


def test_a_document_with_many_strings_is_walked_once() -> None:
    """An export of a log holds thousands: each must not cost another walk."""
    document = {"messages": [json.dumps(EVENT) for _ in range(20)]}
    placer = Placer(show_values=False)
    payloads = payloads_in(document, "/messages/*")
    texts = [placer._text_of(one) for one in payloads]
    assert len({id(text) for text in texts}) == len(payloads)
    assert len({id(text.lines) for text in texts}) == 1
    assert len({id(text.around) for text in texts}) == 1


def test_a_run_with_pointers(tmp_path: Path) -> None:
    text = json.dumps({"id": 1, "body": json.dumps({**EVENT, "index": 7})}, indent=1)
    found = check(tmp_path, text, "--at", "/body")
    assert (found.status, found.err) == (1, "")
    (violation,) = found.report["violations"]
    column = text.splitlines()[2].index("7") + 1
    assert {key: violation[key] for key in ("rule", "line", "column", "end_line", "end_column")} == {
        "rule": "index-not-string", "line": 3, "column": column, "end_line": 3, "end_column": column + 1,
    }  # fmt: skip
    assert (violation["pointer"], violation["document_pointer"], violation["event"]) == ("/index", "/body", None)
    assert check(tmp_path, text, "--at", "/body", "--ignore", "index-not-string").status == 0


@pytest.mark.parametrize(
    ("arguments", "note"),
    [
        (["--at", "/nowhere"], "nothing at /nowhere"),
        (["--at", "/x", "--at", "/y/*"], "nothing at /x or /y/*"),
        (["--at", "/id", "--form", "call"], "no recorded call"),
        (["--at", "/id", "--form", "tail"], "no entry of the API's log"),
    ],
)
def test_a_run_that_finds_nothing_there(arguments: list[str], note: str, tmp_path: Path) -> None:
    found = check(tmp_path, '{"id": 1, "events": []}', *arguments)
    assert (found.status, found.err) == (3, "")
    assert [one["message"] for one in found.report["summary"]["notes"]] == [note]
    assert check(tmp_path, '{"id": 1}', *arguments, "--allow-empty").status == 0


def test_lines_of_a_stream_in_which_nothing_is_there(tmp_path: Path) -> None:
    found = check(tmp_path, '{"a": 1}\n' * 1_200, "--at", "/body", name="a.ndjson")
    assert found.status == 3
    assert [one["message"] for one in found.report["summary"]["notes"]] == ["1,200 lines: nothing at /body"]


@pytest.mark.parametrize("text", ["body", "/~", "/a~3"])
def test_a_wrong_pointer_is_refused_with_an_example(text: str, tmp_path: Path) -> None:
    found = check(tmp_path, "{}", "--at", text)
    assert (found.status, found.out) == (2, "")
    assert f'"{text}" is no JSON Pointer: ' in found.err
    assert "/entries/*/body" in found.err


def test_a_broken_string_of_a_folder_is_told(tmp_path: Path) -> None:
    """Its user named the place; whether the file mentions events does not matter, as it does for a broken file."""
    (tmp_path / "a.json").write_text(json.dumps({"body": '{"eventName": "A",}'}), "utf-8")
    (tmp_path / "b.json").write_text(json.dumps({"body": "see below"}), "utf-8")
    (tmp_path / "c.json").write_text("broken", "utf-8")
    (tmp_path / "d.json").write_text("{}", "utf-8")
    found = run_cli("check", str(tmp_path), "--at", "/body", "--output", "json")
    told = [(Path(one["source"]).name, one["rule"]) for one in found.report["violations"]]
    assert (found.status, told) == (1, [("a.json", "json-invalid"), ("b.json", "json-invalid")])
    assert (found.report["summary"]["sources"], found.report["summary"]["not_ours"]) == (3, 1)


@pytest.mark.parametrize("escape", [one for name, one in ESCAPED.items() if name != "all by number"])
def test_values_in_a_string_are_masked(escape: Callable[[str], str], tmp_path: Path) -> None:
    inner = json.dumps({**EVENT, "index": 7, "userToken": 'geheim-"77"/é', "x": "jo@geheim.org"})
    outer = f'{{"body": {escape(inner)}, "next": {escape(inner)}}}'
    (tmp_path / "a.json").write_text(outer, "utf-8")
    for output in ("text", "concise", "json", "github"):
        found = run_cli("check", str(tmp_path / "a.json"), "--at", "/*", "--output", output)
        assert found.status == 1
        assert "geheim" not in found.out
        assert "77" not in found.out
    shown = run_cli("check", str(tmp_path / "a.json"), "--at", "/*", "--show-values")
    assert "geheim" in shown.out
