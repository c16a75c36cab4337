"""What the API answered is compared with what the rules say, and its messages are led back to rules."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from insights_lint.checks import CompiledChecks
from insights_lint.json_text.visible import visible
from insights_lint.linter import STREAM_LIMIT, Linter
from insights_lint.model import Form, Json, Layer, Rule, Severity
from insights_lint.payload import Payload, Shape
from insights_lint.placing import MAX_SENTENCE
from insights_lint.recording import Answer, Answered, Captured, Outcome
from insights_lint.refusals import answer_words, compared, rules_for_message
from insights_lint.report import Report
from insights_lint.reporters.json_objects import answer_object
from insights_lint.reporters.summary import sentences
from insights_lint.ruleset import select_rules
from insights_lint.violation import Violation
from tests.readers.reading import payloads_in
from tests.running import run_cli

EVENT: dict[str, Json] = {
    "eventType": "view",
    "eventName": "Product Viewed",
    "index": "p",
    "userToken": "t-1",
    "objectIDs": ["a"],
}
WITHOUT_TOKEN = {**EVENT, "userToken": ""}
TOKEN_MISSING = "The userToken field is required"  # noqa: S105  # no password


def rule(name: str, *messages: str, severity: Severity = Severity.ERROR, layer: Layer = Layer.ARRIVAL) -> Rule:
    return Rule(name, "t", "title", severity, layer, True, server_messages=messages)


def entry(event: Json, status: Json, *errors: str) -> dict[str, Json]:
    return {"event": event, "status": status, "errors": list(errors)}


# messages


def test_every_published_message_means_its_rules(builtin_rules: list[Rule]) -> None:
    told = 0
    for expected in builtin_rules:
        for message in expected.server_messages:
            told += 1
            for text in (
                message,
                message.upper(),
                f"Validation failed: {message}.",
                f"{message} (event 3 of 5)",
                message.replace('"', "'"),
                message.replace(" ", "\n "),
            ):
                assert expected in rules_for_message(text, builtin_rules)
    assert told > 30


@pytest.mark.parametrize(
    ("message", "ids"),
    [
        ("EventName is required", ["event-name-missing"]),
        ("event name is required", ["event-name-missing"]),  # by the nearest
        ("The userToken field is required", ["user-token-missing"]),
        ("The usertoken field is reqired", ["user-token-missing"]),
        ("Syntax error near: `brand`, expected a filter", ["filters-without-attribute"]),
        ("Syntax error near: ``, expected a filter", ["filters-without-attribute"]),
        (
            "Event of type click should have the same number of objectIDs and positions",
            ["positions-count-mismatch", "positions-missing"],
        ),
        ("Only events of type click should specify the positions attribute", ["positions-not-click"]),
        ("UserToken is required", ["user-token-missing"]),  # articles and the like do not count
        ("Index is required", ["index-missing"]),
        ("The eventName field is required", ["event-name-missing"]),
        # one word of another field is another message
        ("AuthenticatedUserToken is required", []),
        ("Timestamp is required", []),
        ("EventSubtype is required", []),
        ("The queryID field is required", []),
        ("The timestamp is too far in the future", []),
        ("Cannot process more than 20 filters in an event", []),
        ("Invalid type for field events: expected number, got string", []),
        ("", []),
        (" \n", []),
        ("`EventName is required`", []),
        ("?!", []),
        ("required", []),
        ("Not found", []),
        ("Invalid Application-ID or API key", []),
        ("ошибка", []),
    ],
)
def test_messages(message: str, ids: list[str], builtin_rules: list[Rule]) -> None:
    assert sorted(found.id for found in rules_for_message(message, builtin_rules)) == ids


def test_a_message_means_every_rule_that_has_it_in_the_order_of_the_rules() -> None:
    rules = [rule("c", "No such thing"), rule("a", "another", "no such thing!"), rule("b"), rule("d", "other")]
    assert [found.id for found in rules_for_message("422: No such thing", rules)] == ["c", "a"]
    assert [found.id for found in rules_for_message("no suck thing", rules[:1])] == ["c"]
    assert rules_for_message("no such thing", []) == []


def test_a_message_of_which_no_word_is_left_means_nothing() -> None:
    """Whatever a rule says that the API answers: it must not be taken for part of every answer."""
    rules = [rule("a", "`quoted`"), rule("b", "必須です"), rule("c", "…", "EventName is required")]
    assert rules_for_message("UserToken is required", rules) == []
    assert [found.id for found in rules_for_message("EventName is required", rules)] == ["c"]


def test_rules_may_be_given_in_any_sequence(builtin_rules: list[Rule]) -> None:
    once = rules_for_message(TOKEN_MISSING, builtin_rules)
    assert rules_for_message(TOKEN_MISSING, tuple(builtin_rules)) == once
    once.clear()  # what is handed out is the caller's
    assert [found.id for found in rules_for_message(TOKEN_MISSING, builtin_rules)] == ["user-token-missing"]


# outcomes

REFUSING = rule("refusing", "a is wrong")
OTHERS = [
    rule("warning", severity=Severity.WARNING),
    rule("usability", layer=Layer.USABILITY),
    rule("style", severity=Severity.INFO, layer=Layer.STYLE),
]


def recorded(answer: Answer | None, shape: Shape = Shape.RECORD, captured: Captured | None = None) -> Payload:
    form = Form.TAIL if shape is Shape.RECORD else Form.WIRE
    return Payload(
        "log",
        {},
        shape,
        form,
        "{}",
        line=4,
        document_pointer=("events", 2),
        request=3,
        answer=answer,
        sent_at=1_769_817_600_000,
        captured=captured,
    )


def answered(answer: Answer, broken: list[Rule], rules: list[Rule] | None = None) -> Answered:
    return compared(recorded(answer), broken, rules or [REFUSING, *OTHERS], visible)


OUTCOMES: list[tuple[int | None, tuple[str, ...], list[Rule], Outcome]] = [
    (200, (), [], Outcome.BOTH_ACCEPT),
    (200, ("a is wrong",), [], Outcome.BOTH_ACCEPT),
    (204, (), OTHERS, Outcome.BOTH_ACCEPT),
    (299, (), [], Outcome.BOTH_ACCEPT),
    (200, (), [REFUSING], Outcome.WE_REFUSE),
    (200, (), [*OTHERS, REFUSING, REFUSING], Outcome.WE_REFUSE),
    (422, (), [REFUSING], Outcome.BOTH_REFUSE),
    (422, ("something else",), [REFUSING], Outcome.BOTH_REFUSE),
    (400, ("a is wrong",), [REFUSING, *OTHERS], Outcome.BOTH_REFUSE),
    (422, ("a is wrong",), [], Outcome.API_REFUSES),
    (422, ("a is wrong",), OTHERS, Outcome.API_REFUSES),
    (499, ("something else",), [], Outcome.API_REFUSES),
    (422, (), [], Outcome.LOST),
    (400, (), OTHERS, Outcome.LOST),
    (None, (), [], Outcome.UNKNOWN),
    (None, ("a is wrong",), [REFUSING], Outcome.UNKNOWN),
    (500, ("a is wrong",), [REFUSING], Outcome.UNKNOWN),
    (503, (), [], Outcome.UNKNOWN),
    (302, (), [], Outcome.UNKNOWN),
    (199, (), [], Outcome.UNKNOWN),
    (0, (), [REFUSING], Outcome.UNKNOWN),
]


@pytest.mark.parametrize(("status", "messages", "broken", "outcome"), OUTCOMES)
def test_outcomes(status: int | None, messages: tuple[str, ...], broken: list[Rule], outcome: Outcome) -> None:
    found = answered(Answer(status, messages), broken)
    assert (found.outcome, found.status, found.messages) == (outcome, status, messages)
    assert found.refused == (REFUSING in broken)
    assert (found.source, found.request, found.line, found.pointer) == ("log", 3, 4, ("events", 2))


def test_every_outcome_is_in_the_table() -> None:
    assert {outcome for *_, outcome in OUTCOMES} == set(Outcome)


def test_only_the_messages_of_a_refusal_mean_something() -> None:
    messages = ("a is wrong", "something else")
    assert answered(Answer(422, messages), []).meant == (("refusing",), ())
    assert answered(Answer(200, messages), []).meant == ()
    assert answered(Answer(500, messages), []).meant == ()


def test_what_is_shown_of_a_message_is_what_the_caller_lets_through() -> None:
    payload = recorded(Answer(422, ("a is wrong",)), captured=captured_by("POST"))
    found = compared(payload, [], [REFUSING], lambda text: text[:3] + "…")
    assert (found.messages, found.meant) == (("a i…",), (("refusing",),))
    assert (found.method, found.path) == ("POS…", "/1/…")


# captured requests


def captured_by(method: str, unseen: str = "", unwanted: str = "") -> Captured:
    value: dict[str, Json] = {"endpoint": "api", "method": method, "path": "/1/events"}
    return Captured(value, f"{method} /1/events", ("entries", 0), (4, 1), unseen=unseen, unwanted=unwanted)


@pytest.mark.parametrize("shape", [shape for shape in Shape if shape is not Shape.RECORD])
def test_a_request_that_was_refused_without_a_word_is_refused_and_not_lost(shape: Shape) -> None:
    found = compared(recorded(Answer(422), shape), OTHERS, [REFUSING], visible)
    assert found.outcome is Outcome.API_REFUSES
    assert answer_words(found, [], shape) == ""


def test_what_is_known_of_a_captured_request_is_kept() -> None:
    found = compared(recorded(Answer(200), Shape.BODY, captured_by("POST")), [], [REFUSING], visible)
    assert (found.sent_at, found.method, found.path, found.unseen) == (1_769_817_600_000, "POST", "/1/events", "")
    assert (found.outcome, found.source, found.request) == (Outcome.BOTH_ACCEPT, "log", 3)
    bare = compared(recorded(Answer(200)), [], [REFUSING], visible)
    assert (bare.method, bare.path, bare.unseen) == ("", "", "")


@pytest.mark.parametrize(
    ("captured", "unseen"),
    [(captured_by("POST", unseen="it was cut"), "it was cut"), (captured_by("PUT", unwanted="PUT"), "sent by PUT")],
)
@pytest.mark.parametrize("status", [200, 422])
@pytest.mark.parametrize("broken", [[], [REFUSING]])
def test_what_the_api_answers_to_an_unseen_body_says_nothing_of_the_rules(
    captured: Captured, unseen: str, status: int, broken: list[Rule]
) -> None:
    found = compared(recorded(Answer(status), Shape.BODY, captured), broken, [REFUSING], visible)
    assert (found.outcome, found.status, found.unseen) == (Outcome.UNKNOWN, status, unseen)


def test_a_request_without_a_recorded_answer_is_unknown() -> None:
    found = compared(recorded(None, Shape.BODY, captured_by("POST")), [REFUSING], [REFUSING], visible)
    assert (found.outcome, found.status, found.messages, found.meant) == (Outcome.UNKNOWN, None, (), ())
    assert found.refused


# words


@pytest.mark.parametrize(
    ("messages", "meant", "broken", "words"),
    [
        ((), (), [], " and no reason: mostly another event of its request was refused"),
        (("m",), ((),), [], ': "m" (no rule of this run knows it)'),
        (("m",), (("a",),), [], ': "m" (a, not reported here)'),
        (("m",), (("a",),), ["b"], ': "m" (a, not reported here)'),
        (("m",), (("a",),), ["a", "b"], ': "m" (here a)'),
        (("m",), (("a", "b"),), ["b"], ': "m" (here b)'),
        (("m",), (("a", "b"),), ["b", "a"], ': "m" (here a and b)'),
        (("m",), (("a", "b", "c"),), [], ': "m" (a or b or c, not reported here)'),
        (("m",), (("a", "b", "c", "d", "e"),), [], ': "m" (a or b or c or 2 more, not reported here)'),
        (("m", "n"), (("a",), ()), ["a"], ': "m" (here a); "n" (no rule of this run knows it)'),
    ],
)
def test_words_on_a_refusal(
    messages: tuple[str, ...], meant: tuple[tuple[str, ...], ...], broken: list[str], words: str
) -> None:
    found = answered(Answer(422), [])._replace(messages=messages, meant=meant)
    assert answer_words(found, [rule(name) for name in broken], Shape.RECORD) == words


def lint(document: Json, rules: list[Rule], *, show_values: bool = False) -> tuple[list[Violation], Report]:
    linter = Linter(CompiledChecks(select_rules(rules).rules), show_values=show_values)
    violations = [violation for payload in payloads_in(document) for violation in linter.lint(payload)]
    return violations, linter.report


def test_the_answer_stands_in_the_violation(builtin_rules: list[Rule]) -> None:
    violations, report = lint(entry(WITHOUT_TOKEN, 422, TOKEN_MISSING, "What is that?"), builtin_rules)
    assert [one.rule.id for one in violations] == ["user-token-missing", "capture-refused"]
    assert violations[1].message == (
        f'the API answered 422: "{TOKEN_MISSING}" (here user-token-missing); '
        '"What is that?" (no rule of this run knows it)'
    )
    assert violations[1].location.pointer == ("status",)
    assert report.answers[0].meant == (("user-token-missing",), ())


def test_a_rule_of_another_run_is_not_known(builtin_rules: list[Rule]) -> None:
    rules = [one for one in builtin_rules if one.topic == "capture"]
    violations, report = lint(entry(WITHOUT_TOKEN, 422, TOKEN_MISSING), rules)
    assert [one.message for one in violations] == [
        f'the API answered 422: "{TOKEN_MISSING}" (no rule of this run knows it)'
    ]
    assert report.outcomes == Counter({Outcome.API_REFUSES: 1})


PRIVATE = "UserToken jane@example.com must be shorter; see 192.168.0.17"


@pytest.mark.parametrize("show_values", [False, True])
def test_messages_are_masked(show_values: bool, builtin_rules: list[Rule]) -> None:
    violations, report = lint(entry(EVENT, 422, PRIVATE), builtin_rules, show_values=show_values)
    shown = PRIVATE if show_values else "UserToken **************** must be shorter; see ************"
    assert report.answers[0].messages == (shown,)
    assert [one.message for one in violations] == [f'the API answered 422: "{shown}" (no rule of this run knows it)']
    masked = answer_object(report.answers[0])["response"]
    assert masked == {"status": 422, "message": shown}


def test_messages_are_harmless_and_of_a_bearable_length(builtin_rules: list[Rule]) -> None:
    text = "a\x1b[31m\u202e\n" + "é" * 10_000
    violations, report = lint(entry(EVENT, 422, text), builtin_rules)
    (message,) = report.answers[0].messages
    assert message.isprintable()
    assert len(message) < MAX_SENTENCE + 40
    assert message in violations[0].message


# what is kept


def judged(document: Json, linter: Linter, input_format: str = "json") -> list[Violation]:
    source = document if isinstance(document, bytes) else json.dumps(document).encode()
    return [one for payload in payloads_in(source, input_format=input_format) for one in linter.lint(payload)]


KINDS = {
    Outcome.BOTH_ACCEPT: entry(EVENT, 200),
    Outcome.BOTH_REFUSE: entry(WITHOUT_TOKEN, 422, TOKEN_MISSING),
    Outcome.API_REFUSES: entry(EVENT, 422, "What is that?"),
    Outcome.WE_REFUSE: entry(WITHOUT_TOKEN, 200),
    Outcome.LOST: entry(EVENT, 422),
    Outcome.UNKNOWN: entry(EVENT, 500),
}


@pytest.mark.parametrize(
    ("streamed", "max_per_rule", "kept"),
    [(False, None, 150), (True, None, STREAM_LIMIT), (False, 7, 7), (True, 7, 7), (True, 120, 120), (False, 0, 0)],
)
def test_answers_of_each_outcome_that_are_kept(
    streamed: bool, max_per_rule: int | None, kept: int, builtin_rules: list[Rule]
) -> None:
    linter = Linter(CompiledChecks(select_rules(builtin_rules).rules), max_per_rule=max_per_rule)
    entries = [one for one in KINDS.values() for _ in range(150)]
    if streamed:
        judged("".join(json.dumps(one) + "\n" for one in entries).encode(), linter, "ndjson")
    else:
        judged(entries, linter)
    report = linter.report
    assert report.outcomes == Counter(dict.fromkeys(KINDS, 150))
    assert Counter(one.outcome for one in report.answers) == Counter({outcome: kept for outcome in KINDS if kept})
    # the first of each
    assert [one.request for one in report.answers if one.outcome is Outcome.BOTH_REFUSE] == list(range(151, 151 + kept))
    assert report.shapes[Shape.RECORD] == 900


def test_a_log_refuses_no_request_of_its_own(builtin_rules: list[Rule]) -> None:
    _, report = lint([KINDS[Outcome.BOTH_REFUSE], KINDS[Outcome.WE_REFUSE]], builtin_rules)
    assert (report.refused_payloads, report.refused_events, report.requests) == (0, 0, 0)
    assert not any("would refuse" in sentence for sentence in sentences(report))


# whole runs


def test_a_run_tells_programs_of_every_answer(tmp_path: Path) -> None:
    log = tmp_path / "log.json"
    log.write_text(
        json.dumps({"events": [*KINDS.values(), entry(WITHOUT_TOKEN, 422, PRIVATE, TOKEN_MISSING)]}), "utf-8"
    )
    found = run_cli("check", str(log), "--output", "json")
    assert (found.status, found.err) == (1, "")
    requests = found.report["requests"]
    assert [
        (one["request"], one["document_pointer"], one["response"]["status"], one["outcome"]) for one in requests
    ] == [
        (1, "/events/0", 200, "both_accept"),
        (2, "/events/1", 422, "both_refuse"),
        (3, "/events/2", 422, "only_api_refuses"),
        (4, "/events/3", 200, "only_rules_refuse"),
        (5, "/events/4", 422, "lost"),
        (6, "/events/5", 500, "unknown"),
        (7, "/events/6", 422, "both_refuse"),
    ]
    assert {(one["source"], one["line"]) for one in requests} == {(str(log), 1)}
    assert [one["refused"] for one in requests] == [False, True, False, True, False, False, True]
    assert [one["rules"] for one in requests[1:3]] == [["user-token-missing"], []]
    assert requests[6]["rules"] == ["user-token-missing"]
    assert "jane" not in found.out
    assert requests[6]["response"]["message"].endswith(f"; {TOKEN_MISSING}")
    assert found.report["summary"]["answers"] == {
        "both_accept": 1,
        "both_refuse": 2,
        "only_api_refuses": 1,
        "only_rules_refuse": 1,
        "lost": 1,
        "unknown": 1,
    }
    shown = run_cli("check", str(log), "--output", "json", "--show-values")
    assert PRIVATE in shown.report["requests"][6]["response"]["message"]
    few = run_cli("check", str(log), "--output", "json", "--max-per-rule", "1")
    assert [one["request"] for one in few.report["requests"]] == [1, 2, 3, 4, 5, 6]
    assert few.report["summary"]["answers"] == found.report["summary"]["answers"]


def test_a_run_without_answers_has_none(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(EVENT), "utf-8")
    found = run_cli("check", str(tmp_path / "a.json"), "--output", "json")
    assert found.report["requests"] == []
    assert set(found.report["summary"]["answers"].values()) == {0}


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ({}, []),
        ({Outcome.BOTH_ACCEPT: 3}, ["When recorded, the API accepted 3 and refused 0 of 3."]),
        ({Outcome.BOTH_REFUSE: 2}, ["When recorded, the API accepted 0 and refused 2 of 2."]),
        ({Outcome.UNKNOWN: 1}, ["When recorded, the API accepted 0 and refused 0 of 1."]),
        (
            {Outcome.API_REFUSES: 1},
            [
                "When recorded, the API accepted 0 and refused 1 of 1.",
                "Only the API refused 1: no rule that runs here finds the reason.",
            ],
        ),
        (
            {Outcome.WE_REFUSE: 1},
            ["When recorded, the API accepted 1 and refused 0 of 1.", "Only the rules refuse 1: the API took it."],
        ),
        (
            {Outcome.WE_REFUSE: 2},
            ["When recorded, the API accepted 2 and refused 0 of 2.", "Only the rules refuse 2: the API took them."],
        ),
        (
            dict(zip(Outcome, (4_000, 300, 20, 1_001, 5, 6), strict=True)),
            [
                "When recorded, the API accepted 5,001 and refused 325 of 5,332.",
                "Only the API refused 20: no rule that runs here finds the reason.",
                "Only the rules refuse 1,001: the API took them.",
                "The API gave no reason for 5, mostly because another event of the request was refused.",
            ],
        ),
    ],
)
def test_the_summary_compares(outcomes: dict[Outcome, int], expected: list[str]) -> None:
    report = Report(sources=1, events=10, outcomes=Counter(outcomes))
    report.shapes[Shape.RECORD] = sum(outcomes.values())
    assert sentences(report)[1:] == expected
