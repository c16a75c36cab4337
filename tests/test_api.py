"""What programs call gives reports of payloads, files and requests, and says what it cannot take."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import insights_lint
from insights_lint import lint, lint_files, lint_requests, report_text
from insights_lint.errors import RuleError, SelectionError
from insights_lint.model import Severity, pointer_text
from insights_lint.report import Report
from tests.running import CHECKOUT, run_cli

EVENT = {
    "eventType": "click",
    "eventName": "Product Clicked",
    "index": "products",
    "userToken": "anonymous-1",
    "objectIDs": ["a"],
}
FAULTY = {**EVENT, "positions": [1]}
URL = "https://insights.algolia.io/1/events"


def told(report: Report) -> list[tuple[str, str]]:
    return [(one.rule.id, pointer_text(one.location.pointer)) for one in report.kept]


@pytest.mark.parametrize(
    "payload",
    [
        {"events": [FAULTY]},
        json.dumps({"events": [FAULTY]}),
        json.dumps({"events": [FAULTY]}).encode(),
        b"\xef\xbb\xbf" + json.dumps({"events": [FAULTY]}).encode(),
        json.dumps({"events": [FAULTY]}).encode("utf-16"),
    ],
    ids=["parsed", "text", "bytes", "BOM", "UTF-16"],
)
def test_a_payload_in_any_spelling(payload: Any) -> None:
    report = lint(payload)
    assert told(report) == [("positions-without-query-id", "/events/0")]
    assert (report.payloads, report.events, report.refused_payloads, report.refused_events) == (1, 1, 1, 1)
    assert report.reaches(Severity.ERROR)
    assert not report.nothing_judged


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (EVENT, []),
        ([EVENT, FAULTY], [("positions-without-query-id", "/1")]),
        ({"eventName": "A"}, ["event-type-missing", "index-missing", "items-missing", "user-token-missing"]),
        (["clickedObjectIDs", {"indexName": "p"}], [("call-nothing-sent", "/1")]),
        ([["clickedObjectIDs", {}]], [("call-nothing-sent", "/1")]),
        ({"event": {**EVENT, "userToken": ""}, "status": 200}, [("user-token-missing", "/event")]),
        ({"events": []}, [("batch-empty", "/events")]),
        (3, [("body-event-not-object", "")]),
        ("", [("json-invalid", "")]),
        ("{", [("json-invalid", "")]),
        (b"\xff", [("json-not-utf-8", "")]),
        (float("nan"), [("json-invalid", "")]),
    ],
)
def test_what_a_payload_is(payload: Any, expected: list[Any]) -> None:
    assert [one if isinstance(expected[0], tuple) else one[0] for one in told(lint(payload))] == expected


def test_what_was_parsed_is_judged_as_it_is_written() -> None:
    amounts = {**EVENT, "eventType": "conversion", "value": 0.1 + 0.2, "currency": "EUR"}
    assert told(lint(amounts)) == [("amount-too-long", "/value")]
    assert told(lint({**EVENT, "userToken": "{{ token }}"})) == [("user-token-characters", "/userToken")]
    (found,) = lint({"events": [FAULTY]}).kept
    assert (found.location.source, found.location.line, found.location.column) == ("payload", 3, 5)


def test_options() -> None:
    assert told(lint(FAULTY, select=["event-name"])) == []
    assert told(lint(FAULTY, ignore="positions-without-query-id")) == []
    old = {**EVENT, "timestamp": 1_757_066_975_147}
    assert told(lint(old)) == []
    assert told(lint(old, now=1_767_066_975_147)) == [("timestamp-too-old", "/timestamp")]
    assert told(lint({"log": [{"body": json.dumps(FAULTY)}]}, at="/log/*/body")) == [("positions-without-query-id", "")]
    assert told(lint({**EVENT, "userToken": "a b"}, form="wire")) == [("user-token-characters", "/userToken")]
    named = lint(FAULTY, source="checkout").kept
    assert [one.location.source for one in named] == ["checkout"]


def test_personal_values_are_masked_unless_asked_for() -> None:
    payload = {**EVENT, "userToken": "jane@example.com"}
    assert "jane" not in report_text(lint(payload))
    assert "jane@example.com" in report_text(lint(payload, show_values=True))


def test_rules_of_ones_own(tmp_path: Path) -> None:
    rules = tmp_path / "my-rules.yaml"
    rules.write_text("topic: mine\nrules:\n  positions-without-query-id: {severity: warning}\n", "utf-8")
    assert [one.rule.severity for one in lint(FAULTY, rules=[str(rules)]).kept] == [Severity.WARNING]
    rules.write_text("topic: mine\nrules:\n  positions-without-query-id: {severity: info}\n", "utf-8")
    assert [one.rule.severity for one in lint(FAULTY, rules=[str(rules)]).kept] == [Severity.INFO]
    rules.write_text("topic: mine\nrules:\n  positions-without-query-id: {sevrity: info}\n", "utf-8")
    with pytest.raises(RuleError, match="sevrity"):
        lint(FAULTY, rules=[str(rules)])


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"select": ["positons"]}, SelectionError),
        ({"form": "wires"}, ValueError),
        ({"at": ["a"]}, ValueError),
        ({"payload": {1, 2}}, TypeError),
        ({"payload": {"value": object()}}, TypeError),
    ],
)
def test_what_is_refused(arguments: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        lint(**{"payload": EVENT, **arguments})


def test_nothing_judged_is_told() -> None:
    report = lint({"a": 1}, at=["/b"])
    assert report.nothing_judged
    assert report.notes == [("payload", "nothing at /b")]
    assert report_text(report).splitlines()[:2] == [
        "Checked 1 payload without events, 0 events.",
        "Nothing was judged: no events found.",
    ]


def test_files_as_the_command_line_judges_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.json").write_text(json.dumps({"events": [FAULTY]}), "utf-8")
    Path("b.ndjson").write_text((json.dumps(FAULTY) + "\n") * 120, "utf-8")
    Path("c.json").write_text("{", "utf-8")
    report = lint_files(["."], exclude=["c.json"])
    assert report_text(report, "json") == run_cli("check", ".", "--exclude", "c.json", "--output", "json").out
    assert report_text(report) == run_cli("check", ".", "--exclude", "c.json").out
    assert (report.rules["positions-without-query-id"], len(report.kept)) == (121, 100)
    assert len(lint_files(["b.ndjson"], max_per_rule=7).kept) == 7
    assert lint_files(["a.json"], at=["/events/*"]).payloads == 1


def test_a_path_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(FAULTY), "utf-8")
    report = lint_files([str(tmp_path / "missing.json"), str(tmp_path / "a.json")])
    assert report.errors == [f"{tmp_path / 'missing.json'}: No such file or directory"]
    assert len(report.kept) == 1


def sent(body: object, method: str = "POST", url: str = URL) -> dict[str, object]:
    return {"method": method, "url": url, "body": body}


def test_requests_are_judged_as_they_were_sent() -> None:
    log = [
        sent(None, "OPTIONS"),
        sent(json.dumps({"events": [EVENT, FAULTY]})),
        sent("{}", url="https://app-dsn.algolia.net/1/indexes/p/query"),
        sent(json.dumps([EVENT])),
        sent(None),
        sent("{"),
        sent(json.dumps({"events": [FAULTY]}), url="http://localhost:8000/1/events"),
    ]
    report = lint_requests(log)
    assert [(one.rule.id, one.location.request) for one in report.kept] == [
        ("positions-without-query-id", 2),
        ("body-shape", 4),
        ("json-invalid", 6),
    ]
    assert (report.requests, report.payloads_without_body, report.events) == (3, 1, 2)
    assert len(lint_requests(log, hosts=["localhost"]).kept) == 4
    assert "--> requests: request 2 → events[1]" in report_text(report)


def test_a_body_that_is_too_large_is_told() -> None:
    report = lint_requests([sent(json.dumps({"events": [EVENT]}).ljust(2_000_000))])
    assert told(report) == [("body-too-large", "")]


@pytest.mark.parametrize("log", [[], [sent(None)], [sent("{}", "GET")], [sent("{}", url="http://localhost/1/events")]])
def test_no_request_is_never_clean(log: list[object]) -> None:
    report = lint_requests(log)
    assert report.nothing_judged
    number = "1 request" if log else "0 requests"
    assert report.notes == [("requests", f"{number}, none to the Insights API with a body")]


def test_every_output() -> None:
    report = lint(FAULTY)
    assert json.loads(report_text(report, "json"))["violations"][0]["rule"] == "positions-without-query-id"
    assert report_text(report, "concise").startswith("payload:1:1: error positions-without-query-id")
    with pytest.raises(KeyError):
        report_text(report, "xml")


def test_the_package_imports_nothing_until_asked() -> None:
    code = "import sys, insights_lint; print([name for name in sys.modules if name.startswith('insights_lint')])"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=True
    )
    assert result.stdout == "['insights_lint']\n"


def test_what_the_package_offers() -> None:
    assert dir(insights_lint) == sorted(insights_lint.__all__)
    assert all(getattr(insights_lint, name) for name in insights_lint.__all__)
    with pytest.raises(AttributeError, match="no attribute 'lnt'"):
        _ = insights_lint.lnt


def test_one_path_may_stand_for_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.json").write_text(json.dumps({"log": FAULTY}), "utf-8")
    assert told(lint_files("a.json", at="/log")) == [("positions-without-query-id", "")]
    assert lint_files(Path("a.json"), at="/log").payloads == 1
