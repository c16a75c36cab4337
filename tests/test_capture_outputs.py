"""`insights-lint check` over captures, from end to end: places, lists of requests, counts, statuses and options."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from insights_lint.model import Json
from tests.captured import EVENT, URL, body, har, har_entry, lines, nginx
from tests.running import Outcome, run_cli

BAD = {**EVENT, "objectIDs": ["a", "b"], "positions": [3]}
LEFT_OUT = har_entry(post={"mimeType": "application/json", "text": ""}, body_size=266)
NO_USER = {"status": 422, "message": "The userToken field is required"}
NO_MATCH = {"status": 422, "message": "Event of type click should have the same number of ObjectIDs and Positions"}
QUERY_ID = str(EVENT["queryID"])


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(text: str, *options: str, name: str = "a.har") -> Outcome:
    """A run over a capture with that text."""
    Path(name).write_text(text)
    return run_cli("check", name, *options)


def report(text: str, *options: str, name: str = "a.har") -> dict[str, Json]:
    return check(text, "--output=json", *options, name=name).report


def broken(document: dict[str, Json]) -> list[tuple[Json, ...]]:
    """Rule, request and pointer of each violation."""
    return [(one["rule"], one["request"], one["pointer"]) for one in document["violations"]]


def test_the_place_in_an_archive() -> None:
    other = har_entry(url="https://shop.example/", method="GET")
    run = check(har(other, har_entry(body()), har_entry(body(EVENT, BAD)), indent=1))
    assert run.status == 1
    assert run.out.startswith(
        "error[positions-count-mismatch]: `positions` has 1 item but `objectIDs` has 2\n"
        "  --> a.har: request 2, 2026-11-22T10:00:01Z POST /1/events → events[1].positions\n"
        "   |\n"
        ' 6 |   "objectIDs": ["a", "b"],\n'
        "   |                ---------- 2 objectIDs\n"
        "...\n"
        ' 8 |   "positions": [3]\n'
        "   |                ^^^ 1 position\n"
        "   |\n"
        "   = recorded: the API answered 200\n"
    )


@pytest.mark.parametrize("indent", [None, 1])
def test_machines_get_the_line_and_column_of_the_body_in_an_archive(indent: int | None) -> None:
    text = har(har_entry(body()), har_entry(body(EVENT, BAD)), indent=indent)
    (violation,) = report(text)["violations"]
    rest = text.splitlines()[violation["line"] - 1][violation["column"] - 1 :]
    assert rest.startswith(json.dumps(body(EVENT, BAD))[1:-1])
    assert violation["pointer"] == "/events/1/positions"
    assert violation["document_pointer"] == "/log/entries/1/request/postData/text"
    assert (violation["request"], violation["event"]) == (2, 1)


@pytest.mark.parametrize(
    "record",
    [
        nginx(body(EVENT, BAD)),
        # Columns are those of the escaped text.
        nginx(body({**EVENT, "eventName": 'Caf\u00e9 "\U0001f600" \\ /'}, BAD), referer="\u00e9\t"),
        nginx(json.dumps({"events": [EVENT, BAD]}, indent=2)),
        {"request_uri": URL, "request_body": {"events": [EVENT, BAD]}},
        {"path": "/1/events", "events": [EVENT, BAD], "positions": [3]},
        {"logEvent": {"http": {"url": URL, "body": body(EVENT, BAD)}}},
        {
            "requestContext": {"http": {"method": "POST"}},
            "headers": {"host": "insights.algolia.io"},
            "rawPath": "/1/events",
            "body": body(EVENT, BAD),
        },
    ],
    ids=["string", "escapes", "indented", "object", "merged", "nested", "function URL"],
)
@pytest.mark.parametrize("ascii_only", [True, False])
def test_lines_have_exact_places(record: dict[str, Json], ascii_only: bool) -> None:
    text = lines(nginx(body()), json.dumps(record, ensure_ascii=ascii_only), '{"another": 1}')
    chosen = "--select=positions-count-mismatch"
    run = check(text, chosen, "--output=json", name="a.ndjson")
    (violation,) = run.report["violations"]
    assert violation["pointer"] == "/events/1/positions"
    assert violation["line"] == violation["end_line"] == 2
    start, end = violation["column"] - 1, violation["end_column"] - 1
    line = text.splitlines()[1]
    assert "".join(line[start:end].replace("\\n", "").split()) == "[3]"
    (related,) = violation["related"]
    assert line[related["column"] - 1 :].replace("\\n", "").replace(" ", "").replace("\\", "")[:9] == '["a","b"]'
    shown = check(text, chosen, name="a.ndjson").out
    time = "2026-11-22T10:00:01Z " if "time_local" in record else ""
    assert f"--> a.ndjson:2:{violation['column']}  request 2, {time}POST /1/events → events[1].positions\n" in shown
    assert ' 8 |   "positions": [3]\n' in shown


def test_a_value_behind_escapes() -> None:
    event = {**EVENT, "eventName": 'A "b"\n\u00e9', "positions": ["\U0001f600"]}
    text = lines(nginx(json.dumps({"events": [event]}, ensure_ascii=False)), nginx(body()))
    (violation,) = [one for one in report(text, name="a.log")["violations"] if one["pointer"].endswith("/0")]
    line = text.splitlines()[0]
    assert line[violation["column"] - 1 : violation["end_column"] - 1] == '\\"\\ud83d\\ude00\\"'


def test_the_place_in_a_request() -> None:
    run = check(har(har_entry(body()), har_entry(body(), method="PUT")))
    assert run.status == 1
    assert (
        "error[capture-endpoint]: the method is `PUT`: the API does not take events there\n"
        "  --> a.har: request 2, 2026-11-22T10:00:01Z PUT /1/events → method\n"
        "   |\n"
        ' 3 |   "method": "PUT",\n'
        "   |             ^^^^^\n"
    ) in run.out


MIXED = har(
    har_entry(body()),
    har_entry(body(EVENT, BAD)),
    har_entry(body(), status=422, answer=NO_USER),
    har_entry(body(EVENT, BAD, EVENT), status=422, answer=NO_MATCH, time="2026-11-22T11:00:00+01:00"),
    har_entry(body(), status=503),
    LEFT_OUT,
    har_entry(method="OPTIONS"),
    har_entry(method="GET"),
    har_entry(body(), method="PUT"),
    har_entry(url="https://shop.example/"),
)


def test_each_request_is_listed() -> None:
    document = report(MIXED)
    listed = [
        (one["request"], one["method"], one["body"], one["response"]["status"], one["refused"], one["outcome"])
        for one in document["requests"]
    ]
    assert listed == [
        (1, "POST", True, 200, False, "both_accept"),
        (2, "POST", True, 200, True, "only_rules_refuse"),
        (3, "POST", True, 422, False, "only_api_refuses"),
        (4, "POST", True, 422, True, "both_refuse"),
        (5, "POST", True, 503, False, "unknown"),
        (6, "POST", False, 200, False, "unknown"),
        (7, "PUT", False, 200, True, "unknown"),
    ]
    assert {one["source"] for one in document["requests"]} == {"a.har"}
    assert {one["path"] for one in document["requests"]} == {"/1/events"}
    times = [one["time"] for one in document["requests"]]
    assert times == ["2026-11-22T10:00:01Z"] * 3 + ["2026-11-22T10:00:00Z"] + ["2026-11-22T10:00:01Z"] * 3
    assert [one["response"]["message"] for one in document["requests"] if one["response"]["message"]] == [
        NO_USER["message"],
        NO_MATCH["message"],
    ]
    assert [one["rules"] for one in document["requests"]][2:4] == [
        ["user-token-missing"],
        ["positions-count-mismatch", "positions-missing"],
    ]
    reasons = [one["reason"] for one in document["requests"]]
    assert reasons[:5] == [""] * 5
    assert reasons[5] == "the recorder left the body out: record with mitmproxy or Firefox"
    assert reasons[6] == "sent by PUT"
    assert [one["document_pointer"] for one in document["requests"]][4:] == [
        "/log/entries/4/request/postData/text",
        "/log/entries/5",
        "/log/entries/8/request/postData/text",
    ]


def test_requests_are_counted() -> None:
    summary = report(MIXED)["summary"]
    expected = {
        "payloads": 5,
        "requests": 5,
        "payloads_without_body": 1,
        "preflights": 1,
        "other_methods": 2,
        "events": 8,
        "refused_payloads": 2,
        "refused_events": 5,
        # Those of a refused batch are lost together, and once.
        "lost_when_recorded": 4,
    }
    assert {name: summary[name] for name in expected} == expected
    assert summary["unseen"] == [
        {
            "source": "a.har",
            "reason": "the recorder left the body out: record with mitmproxy or Firefox",
            "requests": 1,
        }
    ]
    assert summary["answers"] == {
        "both_accept": 1,
        "both_refuse": 1,
        "only_api_refuses": 1,
        "only_rules_refuse": 1,
        "lost": 0,
        "unknown": 3,
    }


def test_the_summary_compares_the_answers() -> None:
    run = check(MIXED)
    assert run.status == 1
    assert run.out.rpartition("\n\n")[2].splitlines() == [
        "Checked 1 file, 5 of 6 requests, 8 events: 3 errors, 2 infos.",
        "The API would refuse 2 of 5 requests and lose 5 events.",
        "When recorded, the API accepted 2 and refused 2 of 4, and 4 events were lost.",
        "Only the API refused 1: no rule that runs here finds the reason.",
        "Only the rules refuse 1: the API took it.",
        "1 request had no body recorded.",
        "Not judged: 1 CORS preflight and 2 requests by other methods.",
        "24 rules are off.",
        "a.har: 1 request without a body: the recorder left the body out: record with mitmproxy or Firefox",
    ]


def test_numbers_begin_anew_in_each_source() -> None:
    Path("b.ndjson").write_text(lines(nginx(body()), nginx(body(BAD))))
    document = report(har(har_entry(body()), har_entry(body())), "b.ndjson")
    assert [(one["source"], one["request"]) for one in document["requests"]] == [
        ("a.har", 1),
        ("a.har", 2),
        ("b.ndjson", 1),
        ("b.ndjson", 2),
    ]
    assert broken(document) == [("positions-count-mismatch", 2, "/events/0/positions")]


def test_counts_stay_exact_where_not_all_is_kept() -> None:
    text = har(*[har_entry(body(BAD))] * 150)
    document = report(text)
    assert len(document["violations"]) == len(document["requests"]) == 100
    assert document["summary"]["answers"]["only_rules_refuse"] == document["summary"]["refused_payloads"] == 150
    assert "Not shown: 50 more violations (--max-per-rule).\n" in check(text).out


@pytest.mark.parametrize(
    ("entries", "status"),
    [
        ([har_entry(body())], 0),
        ([har_entry(body()), LEFT_OUT], 0),
        ([har_entry(body(BAD)), LEFT_OUT], 1),
        ([har_entry(body(), status=422, answer=NO_USER)], 0),
        ([LEFT_OUT], 3),
        ([har_entry(method="OPTIONS")], 3),
        ([har_entry(url="https://shop.example/", method="GET")], 3),
        ([], 3),
        # What is wrong with a request itself is an error however little is known of its body.
        ([har_entry(url="https://insights.eu.algolia.io/1/events")], 1),
        # A request that is really empty is one of events, and refused.
        ([har_entry(post={"text": ""}, body_size=0)], 1),
    ],
)
def test_exit_status(entries: list[Json], status: int) -> None:
    assert check(har(*entries)).status == status


def test_none_could_be_judged() -> None:
    run = check(har(*[LEFT_OUT] * 12))
    assert run.status == 3
    assert run.out.splitlines()[:3] == [
        "Checked 1 file without events, 0 of 12 requests, 0 events.",
        "Nothing was judged: 12 requests, none with a body that was recorded.",
        "12 requests had no body recorded.",
    ]
    assert check(har(*[LEFT_OUT] * 12), "--allow-empty").status == 0


def test_some_could_be_judged() -> None:
    run = check(har(*[har_entry(body())] * 28, *[LEFT_OUT] * 12))
    assert run.status == 0
    assert "Checked 1 file, 28 of 40 requests, 28 events: no violations.\n" in run.out
    assert "12 requests had no body recorded.\n" in run.out


def test_a_broken_body_in_a_folder_is_ours_because_of_its_url() -> None:
    Path("a.har").write_text(har(har_entry("{x}")))
    Path("b.json").write_text("{x}")
    run = run_cli("check", ".", "--output=concise")
    assert run.status == 1
    assert "a.har:1:" in run.out
    assert "1 more file holds nothing of the Insights API." in run.out


def test_none_is_to_the_api() -> None:
    run = check(har(har_entry(body(), url="https://shop.example/collect")))
    assert "a.har: 1 recorded request, none to the Insights API (--host adds an endpoint)\n" in run.out


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://shop.example/1/events", "shop.example"),
        ("https://SHOP.example:8443/1/events?a=1", "shop.example"),
        ("https://shop.example:8443/1/events", "shop.example:8443"),
        ("https://shop.example/collect", "shop.example/collect"),
        ("https://shop.example/collect", "https://shop.example/collect"),
        ("http://127.0.0.1:8080/api/1/events", "127.0.0.1"),
    ],
)
def test_a_host_is_added(url: str, host: str) -> None:
    text = har(har_entry(body(BAD), url=url))
    assert check(text).status == 3
    # Nothing is known of how somebody else's endpoint is to be spoken to.
    assert broken(report(text, "--host", host)) == [("positions-count-mismatch", 1, "/events/0/positions")]
    assert broken(report(text, "--host=other.example", "--host", host))


@pytest.mark.parametrize("host", ["shop.example:1", "shop.example/other", "example"])
def test_another_host_is_not_meant(host: str) -> None:
    text = har(har_entry(body(BAD), url="https://shop.example/collect"))
    assert check(text, "--host", host).status == 3


def test_fields_are_named() -> None:
    record = {
        "a": {"b.c": URL, "decoy": "https://shop.example/"},
        "raw": {"x": [{"y": body({**EVENT, "timestamp": 1_760_000_000_000})}]},
        "body": body(BAD),
        "when": {"sent": "2026-03-01T12:00:00Z"},
        "time": "2025-10-09T00:00:00Z",
    }
    fields = ("--url-field=a.b.c", "--body-field=raw.x.0.y", "--time-field=when.sent")
    text = lines(record, record)
    document = report(text, *fields, name="a.log")
    assert [one["time"] for one in document["requests"]] == ["2026-03-01T12:00:00Z"] * 2
    assert broken(document) == [("timestamp-too-old", number, "/events/0/timestamp") for number in (1, 2)]
    line, column = text.splitlines()[0], document["violations"][0]["column"]
    assert line[column - 1 :].startswith("1760000000000")
    # Each name counts for itself, and what is not named is found by how it looks.
    assert ("positions-count-mismatch", 1, "/events/0/positions") in broken(report(text, name="a.log"))
    assert report(text, "--body-field=nowhere", "--url-field=a.b.c", name="a.log")["summary"]["unseen"] == [
        {
            "source": "a.log",
            "reason": "the log holds no bodies: let the server log them, or record with mitmproxy",
            "requests": 2,
        }
    ]
    assert check(text, "--url-field=nowhere", name="a.log").status == 3


def test_now_has_precedence_over_the_time_of_the_request() -> None:
    old = {**EVENT, "timestamp": 1_795_341_601_000 - 31 * 86_400_000}
    text = har(har_entry(body(old)), har_entry(body(old), time="2026-11-01T00:00:00Z"))
    too_old = "--select=timestamp-too-old"
    assert broken(report(text, too_old)) == [("timestamp-too-old", 1, "/events/0/timestamp")]
    assert broken(report(text, too_old, "--now=2026-11-01T00:00:00Z")) == []
    assert len(broken(report(text, too_old, "--now=2027-11-01T00:00:00Z"))) == 2


def test_an_input_format_may_be_named() -> None:
    text = " " * 9 + "f(" + har(har_entry(body(BAD))) + ")"
    assert broken(report(text, "--input-format=har", name="a.txt"))
    assert broken(report(lines(nginx(body(BAD))), "--input-format=log", name="a.txt"))


KEY = "0123456789abcdef0123456789abcdef"
HEADERS = {"Content-Type": "application/json"}
CREDENTIALS = {"x-algolia-application-id": "A1", "X-ALGOLIA-API-KEY": "REDACTED"}


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (har_entry(body(), url=URL.replace("https", "http")), "/scheme"),
        (har_entry(body(), url=URL.replace("insights.", "insights.eu.")), "/host"),
        (har_entry(body(), url=URL.replace("/1/events", "/1/event")), "/path"),
        (har_entry(body(), method="PUT"), "/method"),
    ],
)
def test_wrong_endpoints(entry: Json, expected: str) -> None:
    text = har(har_entry(body()), entry)
    assert broken(report(text)) == [("capture-endpoint", 2, expected)]
    assert check(text).status == 1


@pytest.mark.parametrize(
    ("headers", "missing"),
    [
        (HEADERS, "`X-Algolia-Application-Id`"),
        ({**HEADERS, "x-algolia-application-id": "A1"}, "`X-Algolia-API-Key`"),
    ],
)
def test_missing_credentials(headers: dict[str, str], missing: str) -> None:
    url = "https://insights.algolia.io/1/events"
    document = report(har(har_entry(body(), url=url, headers=headers)))
    assert broken(document) == [("capture-credentials-missing", 1, "")]
    assert missing in document["violations"][0]["message"]
    assert broken(report(har(har_entry(body(), url=url, headers=CREDENTIALS)))) == []
    # Whoever records no headers does not tell that there were none.
    assert broken(report(har(har_entry(body(), url=url)))) == []


def test_each_secret_is_told_once() -> None:
    url = URL.replace("REDACTED", KEY)
    headers = {**CREDENTIALS, "X-ALGOLIA-API-KEY": "b" * 32}
    text = har(*[har_entry(body(), url=url)] * 3, har_entry(body(), url=URL.partition("?")[0], headers=headers))
    run = check(text)
    assert run.status == 0
    assert run.out.count("warning[capture-secret]: the capture holds the API key `" + 32 * "*" + "`\n") == 2
    assert "a search key is public by design" in run.out
    Path("b.har").write_text(text)
    assert [one[:2] for one in broken(report(text, "b.har"))] == [("capture-secret", 1), ("capture-secret", 4)] * 2
    assert KEY in check(text, "--show-values").out


def test_old_library() -> None:
    revenue = {**EVENT, "eventType": "conversion", "eventSubtype": "addToCart"}
    url = f"{URL}&X-Algolia-Agent=insights-js%20(2.6.0)"
    text = har(har_entry(body(revenue), url=url), har_entry(body(), url=url), har_entry(body(revenue)))
    rule = "capture-library-too-old"
    document = report(text, "--select", rule)
    assert broken(document) == [(rule, 1, "/X-Algolia-Agent")]
    assert document["violations"][0]["message"].startswith("`insights-js (2.6.0)` is older than 2.9.0")


def test_what_the_api_refused() -> None:
    text = har(
        har_entry(body(), status=422, answer=NO_USER),
        har_entry(body(BAD), status=422, answer=NO_MATCH),
        har_entry(body(), status=401, answer="no"),
    )
    document = report(text, "--select=capture-refused", "--select=positions-count-mismatch")
    assert [one["message"] for one in document["violations"] if one["rule"] == "capture-refused"] == [
        'the API answered 422: "The userToken field is required" (no rule of this run knows it)',
        f'the API answered 422: "{NO_MATCH["message"]}" (here positions-count-mismatch)',
        "the API answered 401",
    ]
    assert "   = recorded: the API answered 422\n" in check(text).out


@pytest.mark.parametrize(("minutes", "told"), [(59, False), (61, True)])
@pytest.mark.parametrize(
    "url", ["https://a-dsn.algolia.net/1/indexes/*/queries", "https://a.algolia.net/1/indexes/p/query"]
)
def test_far_from_its_search(minutes: int, told: bool, url: str) -> None:
    search = har_entry("{}", url=url, answer={"results": [{"hits": [], "queryID": QUERY_ID}]})
    later = f"2026-11-22T{10 + minutes // 60}:{minutes % 60:02}:01Z"
    document = report(har(search, har_entry(body(), time=later)))
    assert broken(document) == [("timestamp-far-from-query", 1, "/events/0/queryID")] * told
    # Its own time is what counts of an event, and of a search that of the latest.
    stamped = {**EVENT, "timestamp": 1_795_341_601_000 + minutes * 60_000}
    document = report(har(search, har_entry(body(stamped), time="2026-11-22T12:30:00Z")))
    assert broken(document) == [("timestamp-far-from-query", 1, "/events/0/timestamp")] * told
    again = {**search, "startedDateTime": "2026-11-22T10:30:00Z"}
    assert broken(report(har(search, again, har_entry(body(), time=later)))) == []


def test_an_answer_does_not_give_away_what_it_quotes() -> None:
    answer = {"status": 422, "message": "token tok-4711 with key k-4712 is wrong"}
    event = {**EVENT, "userToken": "tok-4711"}
    url = "https://insights.algolia.io/1/events?X-Algolia-Application-Id=A&X-Algolia-API-Key=k-4712"
    entry = har_entry(body(event), url=url, status=422, answer=answer)
    assert "tok-4711" not in check(har(entry)).out
    assert "k-4712" not in json.dumps(report(har(entry))["requests"])
    assert "tok-4711" in check(har(entry), "--show-values").out
