"""Whatever stands at a pointer, in a queue, in a log or in a string is judged or named; nothing of it raises."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insights_lint.checks import CompiledChecks
from insights_lint.linter import Linter
from insights_lint.model import Form, Json, Rule
from insights_lint.payload import PassedOver, Payload, Unjudged
from tests.mutator import Mutator, real_events
from tests.readers.reading import found_in, payloads_in, payloads_of
from tests.readers.terminal import shown
from tests.readers.test_tail import ENTRY, FAULTY
from tests.running import run_cli

FORMS = [None, *Form]
FORMATS = [None, "json", "ndjson", "concatenated"]
PATHS = ["", "/", "/*", "/*/*", "/*/*/*", "/0", "/a", "/~2", "/events", "/events/*", "/args/0", "/event"]


@pytest.fixture(scope="module")
def linter(builtin_rules: list[Rule]) -> Linter:
    """With all rules, those that are off too; it forgets nothing, so that every violation is looked at."""
    return Linter(CompiledChecks(builtin_rules), now=1757066975147, max_per_rule=10**9)


def judge(data: bytes, linter: Linter, form: Form | None, at: list[str], input_format: str | None) -> None:
    """Reads and judges, and looks at what is told of it."""
    found = found_in(data, *at, form=form, input_format=input_format)
    before = linter.report.payloads
    lines = data.count(b"\n") + data.count(b"\r") + 1
    for one in found:
        if not isinstance(one, Payload):
            assert isinstance(one, PassedOver) or (isinstance(one, Unjudged) and one.reason)
            continue
        for violation in linter.lint(one):
            assert violation.message.isprintable()
            for place in (violation.location, *(related.location for related in violation.related)):
                assert (1, 1) <= (place.line, place.column) <= (place.end_line, place.end_column)
                assert place.end_line <= lines
    assert linter.report.payloads == before + len(payloads_of(found))


# any document

KEYS = st.sampled_from(
    [
        *("", "a", "*", "0", "1", "2", "method", "args", "event", "events", "status", "errors", "items", "headers"),
        *("eventType", "eventName", "index", "userToken", "objectIDs", "filters", "positions", "queryID", "objectData"),
    ]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "a", "click", "view", "clickedObjectIDs", "sendEvents", "init", "viewedFilter", "brand:a"]),
    st.sampled_from(["${x}", "{{ x }}", "\ud800", "\x1b[32m", "\u202e", "[", "{}", "null", "3", '"', "\\", "\x00"]),
    st.text(max_size=8),
)


def containers(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    """Lists, objects, and strings in which their JSON stands, now and then cut off."""
    values = st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5)
    texts = st.builds(lambda value, ascii_only: json.dumps(value, ensure_ascii=ascii_only), values, st.booleans())
    return values | texts | st.builds(lambda text, cut: text[:-cut], texts, st.integers(1, 3))


DOCUMENTS = st.recursive(SCALARS, containers, max_leaves=25)


@settings(derandomize=True, deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(
    documents=st.lists(DOCUMENTS, min_size=1, max_size=3),
    form=st.sampled_from(FORMS),
    at=st.lists(st.sampled_from(PATHS), max_size=3),
    input_format=st.sampled_from(FORMATS),
    indent=st.sampled_from([None, 0, 2]),
)
def test_any_document(
    documents: list[Json],
    form: Form | None,
    at: list[str],
    input_format: str | None,
    indent: int | None,
    linter: Linter,
) -> None:
    texts = [json.dumps(document, indent=indent) for document in documents]
    judge("\n".join(texts).encode(), linter, form, at, input_format)


@pytest.mark.parametrize("form", FORMS)
def test_mutated_payloads_in_any_form_and_in_strings(form: Form | None, corpus: Path, linter: Linter) -> None:
    mutator = Mutator(len(FORMS), real_events(corpus))
    for _, text in itertools.islice(mutator, 25):
        judge(text.encode(), linter, form, [], "json")
        outer = f'{{"a": [{json.dumps(text)}, {text}], "b": {json.dumps(text, ensure_ascii=False)}}}'
        judge(outer.encode("utf-8", "replace"), linter, form, ["/*/*", "/b"], "json")


# broken parts

BROKEN = {
    "empty": "",
    "blank": " \r\n",
    "cut off": '{"eventName": "A',
    "trailing comma": '{"eventName": "A",}',
    "NaN": '{"value": NaN}',
    "1e400": '{"value": 1e400}',
    "5,000 digits": '{"value": ' + "9" * 5_000 + "}",
    "300 levels": "[" * 300 + "]" * 300,
    "2,000 levels, cut off": "[" * 2_000,
    "NUL": '{"a": "\x00"}',
    "half a pair": '{"eventName": "\\ud800", "userToken": "\\udfff"}',
    "half a pair as it is": '{"eventName": "\ud800", "userToken": "\udfff"}',
    "duplicate keys": '{"index": "a", "index": 7, "eventName": "A"}',
    "two texts": "{} {}",
    "another language": "aa('clickedObjectIDs', {})",
}


@pytest.mark.parametrize("form", [None, Form.TAIL])
@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("input_format", ["json", "ndjson"])
def test_a_broken_string(text: str, form: Form | None, input_format: str, linter: Linter) -> None:
    document = {"a": text, "b": [text, {"c": text}], "é\n": text}
    judge(json.dumps(document).encode(), linter, form, ["/*", "/b/0", "/b/1/c"], input_format)


@pytest.mark.parametrize("output", ["text", "concise", "json", "ndjson", "github"])
def test_broken_strings_are_told(output: str, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps([*BROKEN.values(), [["\ud800"]]]), "utf-8")
    found = run_cli("check", str(file), "--at", "/*", "--output", output)
    assert (found.status, found.err) == (1, "")
    assert "\x00" not in found.out
    if output == "json":
        told = {one["document_pointer"] for one in found.report["violations"]}
        assert {f"/{number}" for number in range(len(BROKEN))} == told - {f"/{len(BROKEN)}"}


@pytest.mark.parametrize("pointer", ["/*" * 300, "/a" * 5_000, "/" + "9" * 5_000, "/" + "x" * 100_000, "/" * 1_000])
def test_a_long_pointer(pointer: str, linter: Linter) -> None:
    document: Json = {"a": 1}
    for _ in range(200):
        document = [document, {"a": document}] if isinstance(document, dict) else [document]
    judge(json.dumps(document).encode(), linter, None, [pointer], "json")


@pytest.mark.parametrize("form", [None, Form.CALL])
@pytest.mark.parametrize(
    "call",
    [
        ["clickedObjectIDs", *[{"index": "p", "eventName": "A"}] * 40, *[{}] * 40],
        ["sendEvents", [None, [], [[]], 3, "", True, 1.5, {}, {"filters": {}}, {"objectIDs": None}]],
        ["sendEvents", *[[{"eventName": "A"}]] * 20],
        {"0": "clickedFilters", **{str(number): {"index": [], "filters": [number]} for number in range(1, 40)}},
        {"method": "viewedObjectIDs", "args": [{"index": "p", "a": [[[["b"]]]]}] * 20},
        [["clickedObjectIDs", [[[{"index": "p"}]]]]] * 20,
        ["\ud800", {"eventName": "A", "objectIDs": []}],
        ["x" * 100_000, {"eventName": "A", "objectIDs": []}],
    ],
)
def test_odd_calls(call: Json, form: Form | None, linter: Linter) -> None:
    judge(json.dumps(call).encode(), linter, form, [], "json")
    judge(json.dumps({"a": json.dumps(call)}).encode(), linter, form, ["/a"], "json")


@pytest.mark.parametrize("form", [None, Form.TAIL])
@pytest.mark.parametrize("status", [10**400, 422.0, "422", True, None])
@pytest.mark.parametrize("errors", ["a", [["a"], None], ["\ud800", "\x1b[31m", "x" * 5_000]])
def test_odd_answers(form: Form | None, status: Json, errors: Json, linter: Linter) -> None:
    for entry in ({**ENTRY, "status": status, "errors": errors}, {"status": status, "event": {}, "errors": errors}):
        judge(json.dumps(entry).encode(), linter, form, [], None)
        judge(shown([entry]).encode("utf-8", "replace"), linter, form, [], None)


# broken logs

LOG = shown([ENTRY, *FAULTY[2:], ENTRY]).encode()
ENDS = [len(shown([ENTRY, *FAULTY[2:], ENTRY][:number]).encode()) for number in range(5)]


@pytest.mark.parametrize("input_format", [None, "concatenated"])
def test_a_log_may_break_off_anywhere(input_format: str | None, linter: Linter) -> None:
    """What was whole before the end still counts; and behind the last bracket a colour may be cut off."""
    for end in range(len(LOG) + 1):
        found = found_in(LOG[:end], form=None, input_format=input_format)
        readable = [one for one in payloads_of(found) if one.error is None]
        whole = sum(1 for other in ENDS[1:] if other - len("\x1b[m\n") <= end)
        certain = sum(1 for other in ENDS[1:] if other - 1 <= end)
        assert len(readable) in (certain, whole), end
        assert [one.document["status"] for one in readable] == [200, 422, 400, 200][: len(readable)]
    for end in range(0, len(LOG), 61):
        judge(LOG[:end], linter, None, [], input_format)


def test_a_log_may_begin_anywhere(linter: Linter) -> None:
    for start in range(0, len(LOG), 61):
        judge(LOG[start:], linter, None, [], "concatenated")
        judge(LOG[start:], linter, Form.TAIL, [], None)


@pytest.mark.parametrize(
    "data",
    [
        b"\x1b[1;38m{\x1b[m",
        b"\x1b[1;38m",
        b"\x1b[",
        b"\x1b[1;38m{\x1b[m\n}",
        b"}\n}\n]\n{",
        b"{\n\n\n}\n\x00\n{\n  \xff\n}\n",
        b'{"event": {\n"a": "\\"}\n}\n}',
        b"\x1b[m" * 10_000 + b"{}",
        b'\x1b[32m"' * 10_000,
        b"{\n" * 10_000,
        b'{"event": {"eventName": "' + b"\\" * 10_001,
        ("\ufeff" + shown([ENTRY])).encode(),
        shown([ENTRY]).encode("utf-16"),
    ],
)
def test_odd_logs(data: bytes, linter: Linter) -> None:
    for form in (None, Form.TAIL):
        judge(data, linter, form, [], "concatenated")
        judge(data, linter, form, [], None)


def test_a_thousand_entries_have_their_own_numbers(linter: Linter) -> None:
    entries = payloads_in(shown([ENTRY] * 1_000).encode(), input_format=None)
    height = shown([ENTRY]).count("\n")
    assert [(one.request, one.line) for one in entries] == [
        (number + 1, number * height + 1) for number in range(1_000)
    ]
