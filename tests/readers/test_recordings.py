"""Recordings of real programs beside what came over the wire: each request is found, and judged as what was sent.

The pages sent ten requests with events, curl ten to twelve: among them a click by search-insights, a batch, an empty
body, one packed with gzip, one of 17 KB, one in Latin-1, one in chunks, and beacons, one of them on leaving the page.
"""

from __future__ import annotations

import base64
import gzip
import json
import zipfile
import zlib
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from insights_lint.json_text.parsing import decode
from insights_lint.payload import PassedOver, Payload, Unjudged
from insights_lint.readers import read
from insights_lint.readers.bodies import LEFT_OUT
from insights_lint.readers.flows import STREAMED
from insights_lint.readers.payloads import Found
from insights_lint.readers.wanted import Wanted
from tests.readers.capturing import CAPTURES
from tests.running import run_cli

FOLDER = CAPTURES / "recorded"
PACKED = "the recorder kept the compressed body as text, which garbles it: record it as Base64 or with mitmproxy"
HOSTS = ("events.shop.example",)


class Expected(NamedTuple):
    judged: int
    unseen: dict[str, int]
    preflights: int
    absent: int = 0
    """Requests with events that the program did not record at all: it stops before the last beacon."""
    parsed: bool = False
    """Whether the program wrote down what it parsed rather than what was sent."""


RECORDINGS = {
    "playwright-1.65-embed.har.gz": Expected(7, {PACKED: 1, LEFT_OUT: 1}, 0, 1),
    "playwright-1.65-minimal.har.gz": Expected(7, {PACKED: 1, LEFT_OUT: 1}, 0, 1),
    "playwright-1.65-omit.har.gz": Expected(1, {LEFT_OUT: 8}, 0, 1),
    "playwright-1.65-attach.zip": Expected(8, {LEFT_OUT: 1}, 0, 1),
    "playwright-1.65-trace.zip": Expected(8, {LEFT_OUT: 1}, 0, 1),
    "playwright-1.45-embed.har.gz": Expected(7, {PACKED: 1, LEFT_OUT: 1}, 0, 1),
    "playwright-1.45-attach.zip": Expected(8, {LEFT_OUT: 1}, 0, 1),
    "playwright-1.45-trace.zip": Expected(8, {LEFT_OUT: 1}, 0, 1),
    "puppeteer-har-1.1.har.gz": Expected(7, {LEFT_OUT: 2}, 7, 1),  # it tells no empty body from an unknown one
    "chrome-har-1.3.har.gz": Expected(8, {LEFT_OUT: 1}, 7, 1, parsed=True),
    "firefox-153.har.gz": Expected(9, {}, 7, 1),
    "firefox-153-2nd.har.gz": Expected(1, {}, 0, 9),  # the last beacon is in the file of the next page
    "mitmproxy-12.3-chromium.flow.gz": Expected(10, {}, 7),
    "mitmproxy-12.3-curl.flow.gz": Expected(12, {}, 0),
    "mitmproxy-11.0-curl.flow.gz": Expected(12, {}, 0),
    "mitmproxy-12.3-stream.flow.gz": Expected(11, {STREAMED: 1}, 0),
    "mitmproxy-12.3-reverse.flow.gz": Expected(10, {}, 0),
    "mitmproxy-12.3-reverse-keephost.flow.gz": Expected(10, {}, 0),
    "mitmproxy-12.3-hardump-fromflow.har.gz": Expected(10, {}, 7),
    "mitmproxy-12.3-hardump-stream.har.gz": Expected(11, {LEFT_OUT: 1}, 0),
    "mitmproxy-12.3-hardump-zhar.zhar": Expected(12, {}, 0),
    "mitmproxy-12.3-reverse-hardump.har.gz": Expected(10, {}, 0),
}


class Sent(NamedTuple):
    """A request as the server got it."""

    method: str
    path: str
    body: bytes
    """Unpacked."""
    status: int
    message: str


def sent_beside(name: str) -> list[Sent]:
    """What came over the wire while the recording was made."""
    stem = name.removesuffix(".gz").rpartition(".")[0]
    lines = gzip.decompress((FOLDER / f"{stem}.sent.ndjson.gz").read_bytes()).decode().splitlines()
    return [_sent(json.loads(line)) for line in lines]


def _sent(row: dict[str, Any]) -> Sent:
    body = base64.b64decode(row["body_base64"] or "")
    if body.startswith(b"\x1f\x8b"):
        body = zlib.decompress(body, 31)
    answer = json.loads(row["response"] or "{}")
    return Sent(row["method"], row["path"].partition("?")[0], body, row["status"], answer.get("message", ""))


def found_in(name: str) -> list[Found]:
    with (FOLDER / name).open("rb") as stream:
        return list(read(stream, name, Wanted(hosts=HOSTS), None))


def is_same(payload: Payload, sent: Sent, *, parsed: bool) -> bool:
    """Whether the payload is what was sent, byte for byte unless the recorder did not keep the bytes."""
    assert payload.captured is not None
    value = payload.captured.value
    if (value["method"], value["path"]) != (sent.method, sent.path):
        return False
    if payload.answer is not None and payload.answer.status != sent.status:
        return False
    if payload.captured.numbers_altered:
        return parsed and sent.body != b"" and bool(payload.document == json.loads(sent.body))
    return payload.sent_size == len(sent.body) and payload.text == decode(sent.body)[0]


@pytest.mark.parametrize(("name", "expected"), RECORDINGS.items(), ids=RECORDINGS)
def test_each_request_is_judged_as_what_was_sent(name: str, expected: Expected) -> None:
    found = found_in(name)
    assert [one.reason for one in found if isinstance(one, Unjudged)] == []
    assert [one.preflight for one in found if isinstance(one, PassedOver)] == [True] * expected.preflights
    payloads = [one for one in found if isinstance(one, Payload)]
    left = [one for one in sent_beside(name) if one.method != "OPTIONS"]
    unseen: Counter[str] = Counter()
    for payload in payloads:
        assert payload.captured is not None
        if payload.captured.unseen:
            unseen[payload.captured.unseen] += 1
            continue
        same = [sent for sent in left if is_same(payload, sent, parsed=expected.parsed)]
        assert same, f"nobody sent {payload.text[:200]}"
        left.remove(same[0])
    assert (len(payloads) - unseen.total(), unseen) == (expected.judged, expected.unseen)
    assert len(left) == unseen.total() + expected.absent


@pytest.mark.parametrize("name", RECORDINGS)
def test_requests_have_their_time_and_the_answer(name: str) -> None:
    payloads = [one for one in found_in(name) if isinstance(one, Payload)]
    assert [one.request for one in payloads] == list(range(1, len(payloads) + 1))
    for payload in payloads:
        assert payload.sent_at is not None
        assert 1_795_000_000_000 < payload.sent_at < 1_796_000_000_000
        assert payload.captured is not None
        assert payload.text == "" or "content-type" in payload.captured.value["headers"]
    refused = [one.answer.messages for one in payloads if one.answer is not None and one.answer.refused]
    messages: list[tuple[str, ...]] = [(sent.message,) for sent in sent_beside(name) if sent.status == 422]
    if "omit" in name:  # which leaves out the answers, too
        messages = [()]
    assert refused == ([] if name.startswith("firefox-153-2nd") else messages)


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_run_over_a_recording(name: str) -> None:
    expected = RECORDINGS[name]
    report = run_cli("check", str(FOLDER / name), "--host", HOSTS[0], "--output", "json").report
    summary = report["summary"]
    judged, unseen = summary["requests"], summary["payloads_without_body"]
    assert (judged, unseen, summary["preflights"]) == (
        expected.judged,
        sum(expected.unseen.values()),
        expected.preflights,
    )
    assert (summary["errors"], summary["notes"]) == ([], [])


@pytest.mark.parametrize("name", ["playwright-1.65-attach.zip", "playwright-1.45-attach.zip"])
def test_an_archive_with_its_files_beside_it(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with zipfile.ZipFile(FOLDER / name) as file:
        file.extractall("a")
    reports = [
        run_cli("check", path, "--host", HOSTS[0], "--output", "json").report
        for path in (str(FOLDER / name), "a/har.har")
    ]
    told = [[(one["rule"], one["request"]) for one in report["violations"]] for report in reports]
    assert told[0] == told[1]
    assert reports[0]["summary"]["rules"] == reports[1]["summary"]["rules"]
    assert reports[1]["summary"]["requests"] == RECORDINGS[name].judged
