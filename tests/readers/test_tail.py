"""Entries of the API's log are events with what was answered to them, in whichever dress the log comes."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from insights_lint.checks import CompiledChecks
from insights_lint.linter import Linter
from insights_lint.model import Form, Json, Rule, pointer_text
from insights_lint.payload import Payload, Shape
from insights_lint.recording import Answer
from insights_lint.ruleset import select_rules
from insights_lint.violation import Violation
from tests.mutator import Mutator
from tests.readers.reading import found_in, lint, payloads_of, reasons_of, stretch, told, value_at
from tests.readers.terminal import on_a_terminal, shown, without_colors
from tests.running import run_cli

EVENT: dict[str, Json] = {
    "eventType": "view",
    "eventName": "Product Viewed",
    "index": "p",
    "userToken": "t-1",
    "timestamp": "2025-11-22T00:06:40.123Z",
    "objectIDs": ["a"],
}
ENTRY: dict[str, Json] = {"event": EVENT, "requestID": "r-1", "status": 200, "errors": [], "Headers": None}
LOG = "algolia-cli/events_tail_output_json.ndjson"


def entries_in(text: str | bytes, form: Form | None = None) -> list[Payload]:
    data = text.encode() if isinstance(text, str) else text
    return payloads_of(found_in(data, form=form, input_format=None))


def numbered(violations: Sequence[Violation]) -> list[tuple[str, str, int | None]]:
    """The rule of each, the pointer from the entry, and the entry's number."""
    return [
        (*rule_and_place, one.location.request)
        for rule_and_place, one in zip(told(violations), violations, strict=True)
    ]


def test_the_terminal_of_these_tests_is_that_of_the_cli() -> None:
    entry = {"event": {"positions": [1, 2], "a": []}, "status": 200, "errors": None, "b": True, "c": {}}
    assert on_a_terminal(entry) == (
        '\x1b[1;38m{\x1b[m\n  \x1b[1;34m"event"\x1b[m\x1b[1;38m:\x1b[m \x1b[1;38m{\x1b[m\n'
        '    \x1b[1;34m"positions"\x1b[m\x1b[1;38m:\x1b[m \x1b[1;38m[\x1b[m\n'
        "      1\x1b[1;38m,\x1b[m\n      2\n    \x1b[1;38m]\x1b[m\x1b[1;38m,\x1b[m\n"
        '    \x1b[1;34m"a"\x1b[m\x1b[1;38m:\x1b[m \x1b[1;38m[\x1b[m\x1b[1;38m]\x1b[m\n  \x1b[1;38m}\x1b[m'
        '\x1b[1;38m,\x1b[m\n  \x1b[1;34m"status"\x1b[m\x1b[1;38m:\x1b[m 200\x1b[1;38m,\x1b[m\n'
        '  \x1b[1;34m"errors"\x1b[m\x1b[1;38m:\x1b[m \x1b[36mnull\x1b[m\x1b[1;38m,\x1b[m\n'
        '  \x1b[1;34m"b"\x1b[m\x1b[1;38m:\x1b[m \x1b[33mtrue\x1b[m\x1b[1;38m,\x1b[m\n'
        '  \x1b[1;34m"c"\x1b[m\x1b[1;38m:\x1b[m \x1b[1;38m{\x1b[m\x1b[1;38m}\x1b[m\n\x1b[1;38m}\x1b[m'
    )
    assert json.loads(without_colors(on_a_terminal(entry))) == entry
    assert on_a_terminal(entry, colored=False) == json.dumps(entry, indent=2)


# what is an entry


@pytest.mark.parametrize(
    ("text", "pointers"),
    [
        (json.dumps(ENTRY), [""]),
        (json.dumps(ENTRY, indent=2), [""]),
        (json.dumps([ENTRY, ENTRY]), ["/0", "/1"]),
        (json.dumps([ENTRY, ENTRY], indent=2), ["/0", "/1"]),
        (json.dumps({"events": [ENTRY, ENTRY]}), ["/events/0", "/events/1"]),
        (json.dumps({"events": [ENTRY, ENTRY]}, indent=2), ["/events/0", "/events/1"]),
        (json.dumps({"cursor": 1, "events": [ENTRY, {"status": 1}, 3, ENTRY]}), ["/events/0", "/events/3"]),
        (json.dumps({"status": 422, "event": EVENT}), [""]),
        (json.dumps({"status": None, "event": {"eventName": "A", "userToken": ""}}), [""]),
    ],
)
def test_entries_are_recognised(text: str, pointers: list[str]) -> None:
    entries = entries_in(text)
    assert [pointer_text(one.document_pointer) for one in entries] == pointers
    assert {(one.shape, one.form) for one in entries} == {(Shape.RECORD, Form.TAIL)}
    assert [one.request for one in entries] == list(range(1, len(pointers) + 1))


@pytest.mark.parametrize(
    "document",
    [
        {"event": EVENT},  # without a status it may be anything
        {"event": {}, "status": 200},
        {"event": "view", "status": 200},
        {"event": [EVENT], "status": 200},
        {"event": {"eventName": "A"}, "status": 200},
        {"Event": EVENT, "status": 200},
        {"events": {"event": EVENT, "status": 200}},
        {"log": [ENTRY]},
        [[ENTRY]],
    ],
)
def test_what_is_no_entry(document: Json) -> None:
    assert entries_in(json.dumps(document)) == []


@pytest.mark.parametrize(
    ("document", "pointers"),
    [
        ({"event": {}}, [""]),
        ({"event": EVENT}, [""]),
        ([{"event": {}}, {"event": []}, {"event": {"a": 1}}], ["/0", "/2"]),
        ({"events": [{"event": {}}, EVENT]}, ["/events/0"]),
        (EVENT, []),
        ({"events": [EVENT]}, []),
        (["viewedObjectIDs", EVENT], []),
        (3, []),
        ([], []),
    ],
)
def test_with_the_form_an_entry_is_what_holds_an_event(document: Json, pointers: list[str]) -> None:
    entries = entries_in(json.dumps(document), Form.TAIL)
    assert [pointer_text(one.document_pointer) for one in entries] == pointers
    if not pointers:
        assert reasons_of(found_in(document, form=Form.TAIL)) == ["no entry of the API's log"]


def test_an_entry_is_one_event_and_an_answer() -> None:
    errors = ["The userToken field is required", 3, None, "EventName is required"]
    (entry,) = entries_in(json.dumps({**ENTRY, "status": 422, "errors": errors}))
    (event,) = entry.events()
    assert (event.pointer, event.number, event.filled) == (("event",), None, frozenset())
    assert event.value == EVENT
    assert entry.answer == Answer(422, ("The userToken field is required", "EventName is required"))
    assert (entry.sent_size, entry.call) == (None, None)


@pytest.mark.parametrize(
    ("status", "errors", "answer"),
    [
        (200, [], Answer(200)),
        (200, None, Answer(200)),
        (422, "EventName is required", Answer(422)),
        (422, {"a": "b"}, Answer(422)),
        ("422", ["a"], Answer(None, ("a",))),
        (None, ["a"], Answer(None, ("a",))),
        (422.5, [], Answer(None)),
    ],
)
def test_an_answer_may_be_written_in_any_way(status: Json, errors: Json, answer: Answer) -> None:
    (entry,) = entries_in(json.dumps({**ENTRY, "status": status, "errors": errors}))
    assert entry.answer == answer


def test_an_empty_text_is_what_was_absent(builtin_rules: list[Rule]) -> None:
    """The log writes its events from a type of its own, in which a text that is not there is empty."""
    event = {
        "eventType": "",
        "eventName": "",
        "index": "",
        "userToken": "",
        "queryID": "",
        "authenticatedUserToken": "",
    }
    (entry,) = entries_in(json.dumps({"event": {**event, "objectIDs": [""]}, "status": 422}), Form.TAIL)
    assert entry.event_values == [{"objectIDs": [""]}]
    rules = {
        rule
        for rule, _, _ in numbered(
            lint(entries_in(json.dumps({"event": {**EVENT, **event}, "status": 422}), Form.TAIL), builtin_rules)
        )
    }
    assert {"event-type-missing", "event-name-missing", "index-missing", "user-token-missing"} <= rules
    assert not [
        rule for rule in rules if rule.startswith("query-id") or rule.endswith(("-length", "-unknown", "-characters"))
    ]


@pytest.mark.parametrize(
    "timestamp", ["2025-11-22T00:06:40Z", "1970-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "", 1763770000000, 0]
)
def test_a_time_is_what_the_log_makes_of_it(timestamp: Json, builtin_rules: list[Rule]) -> None:
    entry = {**ENTRY, "event": {**EVENT, "timestamp": timestamp}}
    linter = Linter(CompiledChecks(select_rules(builtin_rules).rules), now=1763770000000)
    for payload in entries_in(json.dumps(entry)):
        assert list(linter.lint(payload)) == []
    assert linter.report.events == 1


# the log of the CLI


def test_the_log_in_any_dress_gives_the_same_report(corpus: Path, builtin_rules: list[Rule]) -> None:
    text = (corpus / LOG).read_text("utf-8")
    entries = [json.loads(line) for line in text.splitlines()]
    expected = numbered(lint(entries_in(text), builtin_rules))
    assert expected == [
        ("event-name-not-title-case", "/event/eventName", 2),
        ("positions-missing", "/event", 3),
        ("capture-refused", "/status", 3),
        ("user-token-missing", "/event", 4),
        ("capture-refused", "/status", 4),
    ]
    for dress in (shown(entries), shown(entries, colored=False), shown(entries).replace("\n", "\r\n")):
        assert numbered(lint(entries_in(dress), builtin_rules)) == expected
    for whole in (entries, {"events": entries}):
        assert numbered(lint(entries_in(json.dumps(whole)), builtin_rules)) == expected
        assert numbered(lint(entries_in(on_a_terminal(whole) + "\n"), builtin_rules)) == expected


def test_the_answer_of_the_api_itself(corpus: Path, builtin_rules: list[Rule]) -> None:
    text = (corpus / "algolia-cli" / "get_1_events_response_handmade.json").read_text("utf-8")
    entries = entries_in(text)
    assert [one.request for one in entries] == [1, 2, 3, 4]
    assert [pointer_text(one.document_pointer) for one in entries] == [f"/events/{number}" for number in range(4)]
    refused = [(rule, request) for rule, _, request in numbered(lint(entries_in(text), builtin_rules))]
    assert {("capture-refused", 3), ("positions-missing", 3), ("capture-refused", 4)} <= set(refused)


FAULTY: list[dict[str, Json]] = [
    {**ENTRY, "event": {**EVENT, "eventName": "é 😀", "queryID": "x"}},
    {**ENTRY, "event": {**EVENT, "eventType": "click", "positions": [1, 2], "index": ""}},
    {**ENTRY, "event": {**EVENT, "eventName": "{\"a\": 1}", "filters": ["brand"]}, "status": 422, "errors": ["é", "b"]},
    {"status": 400, "event": {**EVENT, "eventType": "Click", "positions": [0]}, "errors": []},
]  # fmt: skip


@pytest.mark.parametrize("colored", [True, False])
def test_places_are_those_of_the_coloured_text(colored: bool, builtin_rules: list[Rule]) -> None:
    """In lines and columns of the file as it is, the blamed value stands, and nothing else but colours."""
    text = shown(FAULTY, colored=colored)
    lines = text.split("\n")
    plain = "".join(json.dumps(entry) + "\n" for entry in FAULTY)
    found = lint(entries_in(text), builtin_rules)
    assert numbered(found) == numbered(lint(entries_in(plain), builtin_rules))
    assert len(found) > 8
    for one in found:
        for at in (one.location, *(related.location for related in one.related)):
            assert at.request is not None
            blamed = without_colors(stretch(text, at))
            assert json.loads(blamed) == value_at(FAULTY[at.request - 1], at.pointer)
            assert blamed[0] == lines[at.line - 1][at.column - 1]
        assert "\x1b" not in "".join(line.text for line in one.excerpt)
        assert one.excerpt[0].number == one.location.line


def test_what_stands_between_entries_does_not_matter() -> None:
    texts = [
        on_a_terminal(ENTRY),
        "",
        "\x1b[m",
        "\x1b[1;38m\x1b[m  ",
        on_a_terminal(ENTRY),
        "\r",
        on_a_terminal([ENTRY]),
    ]
    entries = entries_in("\n".join(texts))
    assert [one.error for one in entries] == [None] * 3
    assert [one.request for one in entries] == [1, 2, 3]
    height = on_a_terminal(ENTRY).count("\n") + 1
    assert [one.line for one in entries] == [1, height + 4, 2 * height + 5]


@pytest.mark.parametrize("text", ['{"event": {}}', "[]", "{}", "\x1b[1;38m{\x1b[m\x1b[1;38m}\x1b[m"])
def test_texts_that_are_no_entries_are_counted(text: str) -> None:
    assert reasons_of(found_in(f"{text}\n".encode(), input_format="concatenated")) != []
    found = found_in((shown([ENTRY]) + f"{text}\n{text}\n" + shown([{"a": 1}])).encode(), input_format="concatenated")
    assert len(payloads_of(found)) == 1
    assert reasons_of(found) == ["3 texts: no events"]


# broken logs


def test_a_log_that_is_cut_off_counts_up_to_there(builtin_rules: list[Rule]) -> None:
    text = shown([ENTRY, FAULTY[3], ENTRY])
    cut = text[: text.rindex('"userToken"') + 4]
    found = lint(entries_in(cut), builtin_rules)
    (broken,) = [one for one in found if one.rule.id == "json-invalid"]
    assert broken is found[-1]
    assert broken.message == "cut off: this string is never closed"
    assert (broken.location.line, broken.location.column) == (cut.count("\n") + 1, len(cut) - cut.rindex("\n") - 4)
    assert numbered(found[:-1]) == numbered(lint(entries_in(shown([ENTRY, FAULTY[3]])), builtin_rules))
    assert len(found) > 1


@pytest.mark.parametrize("colored", [True, False])
def test_an_entry_that_is_broken_is_one_violation(colored: bool, builtin_rules: list[Rule]) -> None:
    """The next bracket at the margin ends it, and the entries behind it are judged."""
    texts = [shown([entry], colored=colored) for entry in (ENTRY, ENTRY, FAULTY[3])]
    lines = texts[1].split("\n")
    missing = "\n".join([*lines[:3], lines[3].replace('"', "", 1), *lines[4:]])
    found = lint(entries_in(texts[0] + missing + texts[2]), builtin_rules)
    height = texts[0].count("\n")
    assert [(one.rule.id, one.location.line) for one in found[:1]] == [("json-invalid", height + 4)]
    # A number counts the entries that could be read.
    assert told(found[1:]) == told(lint(entries_in(texts[2]), builtin_rules))
    assert {one.location.request for one in found[1:]} == {2}


@pytest.mark.parametrize("character", ["\x1b", "\x1b[32m", "\x1b[m", "\x00"])
def test_a_control_character_in_a_string_stays_a_fault(character: str, builtin_rules: list[Rule]) -> None:
    for entry in (shown([ENTRY]), shown([ENTRY], colored=False)):
        text = entry.replace("Product Viewed", f"Product{character} Viewed")
        (found,) = lint(entries_in(text), builtin_rules)
        assert found.rule.id == "json-invalid"
        assert text.split("\n")[found.location.line - 1][found.location.column - 1] == character[0]
        assert "\x1b" not in found.message
    escaped = shown([ENTRY]).replace("Product Viewed", "Product\\u001b[32m Viewed")
    assert [one.rule.id for one in lint(entries_in(escaped), builtin_rules)] == ["event-name-characters"]


UNINDENTED = {
    "json": json.dumps(ENTRY, indent=0),
    "crlf": json.dumps(ENTRY, indent=0).replace("\n", "\r\n"),
    "coloured": re.sub("\n +", "\n", on_a_terminal(ENTRY)),
    "a blank line": json.dumps(ENTRY, indent=0).replace("{", "{\n\n", 1),
    "a bracket in a string": json.dumps(ENTRY, indent=0).replace("Product Viewed", "Product }]Viewed{"),
}


@pytest.mark.parametrize("text", UNINDENTED.values(), ids=UNINDENTED)
def test_an_entry_need_not_be_indented(text: str) -> None:
    for texts in ([text], [text, text], [on_a_terminal(ENTRY), text, on_a_terminal(ENTRY)]):
        entries = entries_in("\n".join(texts) + "\n")
        assert [(one.error, one.shape) for one in entries] == [(None, Shape.RECORD)] * len(texts)


def test_an_entry_may_begin_on_the_line_of_its_bracket() -> None:
    text = (
        '{"event": {"eventType": "view",\n"eventName": "A", "index": "p",\n"objectIDs": [\n"a"\n]\n},\n"status": 200}'
    )
    assert [(one.error, one.shape) for one in entries_in(text)] == [(None, Shape.RECORD)]


# rules


def test_only_rules_about_the_log_speak_of_it(corpus: Path, builtin_rules: list[Rule]) -> None:
    """The log writes events in its own way, so that rules about what was sent would often be wrong."""
    events = [
        json.loads(path.read_text("utf-8"))
        for path in sorted((corpus / "search-insights-wire/payloads").glob("m*.json"))
    ]
    mutator = Mutator(4, [event for document in events for event in document["events"]])
    linter = Linter(CompiledChecks(builtin_rules), now=1757066975147, max_per_rule=0)
    for text in itertools.islice(iter(lambda: mutator.text(Form.TAIL), ""), 400):
        for payload in entries_in(text, Form.TAIL):
            for finding in linter.findings(payload):
                assert Form.TAIL in finding.rule.forms
            list(linter.lint(payload))
    assert linter.report.events > 350
    assert len(linter.report.rules) > 25


@pytest.mark.parametrize(
    "event",
    [
        {**EVENT, "timestamp": "yesterday"},
        {**EVENT, "timestamp": -1},
        {**EVENT, "objectIDs": [1]},
        {**EVENT, "objectIDs": ["a", "a"]},
        {**EVENT, "unknown": 1},
    ],
)
def test_rules_about_what_was_sent_are_silent(event: Json, builtin_rules: list[Rule]) -> None:
    assert lint(entries_in(json.dumps(event), Form.WIRE), builtin_rules) != [] or "unknown" in event
    assert lint(entries_in(json.dumps({**ENTRY, "event": event})), builtin_rules) == []


def test_a_run_over_a_log(tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_text(shown([ENTRY, {**FAULTY[3], "errors": ["EventType is required"]}]), "utf-8")
    found = run_cli("check", str(tmp_path / "log.txt"), "--output", "json")
    assert (found.status, found.err) == (1, "")
    summary = found.report["summary"]
    assert (summary["log_entries"], summary["events"], summary["requests"]) == (2, 2, 0)
    assert {key: number for key, number in summary["answers"].items() if number} == {"both_accept": 1, "both_refuse": 1}
    assert [(one["request"], one["response"]["status"]) for one in found.report["requests"]] == [(1, 200), (2, 400)]
    assert {one["request"] for one in found.report["violations"]} == {2}


def test_the_text_that_the_cli_prints_without_json_is_named(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_bytes((corpus / "algolia-cli" / "events_tail_output_text.log").read_bytes())
    found = run_cli("check", str(tmp_path / "log.txt"), "--output", "concise")
    assert found.status == 1
    assert "this looks like the text that `algolia events tail` prints: take its --output json" in found.out


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        # Some versions of the command-line tool leave out what an event is about, and the request's id.
        ({"status": 200}, []),
        ({"status": 422, "errors": ["The index field is required"]}, [("capture-refused", "/status")]),
        ({"status": 200, "requestID": "r-1"}, [("items-missing", "/event")]),
    ],
)
def test_what_a_log_leaves_out_is_not_missed(
    entry: dict[str, Json], expected: list[tuple[str, str]], builtin_rules: list[Rule]
) -> None:
    event = {"eventName": "Product Viewed", "eventType": "view", "index": "p", "userToken": "t", "timestamp": 1}
    (payload,) = entries_in(json.dumps({"errors": [], "event": event, **entry}))
    assert told(lint([payload], builtin_rules)) == expected
    assert payload.templates == 0
