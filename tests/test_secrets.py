"""Secrets and personal values of captures reach no output of `check`, unless --show-values asks for them."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from insights_lint import readers
from insights_lint.model import Json
from insights_lint.readers import FORMATS, records
from insights_lint.readers.wanted import Wanted
from insights_lint.reporters import REPORTERS
from tests import captured
from tests.captured import lines
from tests.running import Outcome, run_cli

KEY = "5ec1e7a1b2c3d4e5f60718293a4b5c6d"
SECURED = (
    "MzZhNTQ0OTRjNDk1ZmVlZTc0ZjA3Yjg1ZDI0ZDhlNWU3ZmZiN2NjZjc4Zj" + "ZpbHRlcnM9dmlzaWJsZV9ieSUzQUpvaG4mdmFsaWRVbnRpbD0x"
)
PASSING = "secret-passing-1"  # a request's: Authorization, cookies
TOKEN = "visitor Zq77Qx"  # noqa: S105  # a blank, so that the token is blamed
ACCOUNT = "account-Wv55"
IN_URL = "urlvisitor-Kd31"
IN_LOG = "logvisitor-Pm92"
MAIL = "jane.roe@mail.example.com"
MAIL_IN_KEY = "john.doe@keys.example.com"
MAIL_IN_ANSWER = "help.desk@answers.example.com"
ADDRESS = "203.0.113.77"
ADDRESS_6 = "2001:db8:77::8a2e"
COOKIE = "cookie-Hh20"

MARKS = {
    "key": KEY,
    "secured key": SECURED[:40],
    "key, its end": SECURED[-40:],
    "authorization": PASSING,
    "cookie": COOKIE,
    "user token": "Zq77Qx",
    "authenticated user token": "Wv55",
    "user token in the URL": "Kd31",
    "user token in the log": "Pm92",
    "e-mail address": "jane.roe",
    "e-mail address in a key": "john.doe",
    "e-mail address in the answer": "help.desk",
    "IPv4 address": ADDRESS,
    "IPv6 address": "db8:77",
}
"""What each secret is recognised by, however it was cut."""

HEADERS = {
    "X-Algolia-API-Key": SECURED,
    "X-Algolia-Application-Id": "A1",
    "Authorization": f"Bearer {PASSING}",
    "Cookie": f"session={COOKIE}; userToken={IN_URL}",
    "Set-Cookie": f"session={COOKIE}; Path=/",
    "X-Forwarded-For": f"{ADDRESS}, {ADDRESS_6}",
    "From": MAIL,
}
QUERY = {"X-Algolia-Application-Id": "A1", "X-Algolia-API-Key": KEY, "userToken": IN_URL, "email": MAIL}
QUERY_TEXT = "&".join(f"{name}={quote(value)}" for name, value in QUERY.items())
TARGET = f"/1/events?{QUERY_TEXT}"
URL = f"https://insights.algolia.io{TARGET}"
ANSWER = {"status": 422, "message": f"The key {KEY} of {MAIL_IN_ANSWER} at {ADDRESS} is not allowed"}

# Each of these is blamed: what is wrong with it is that it is there, or how it is written.
_MEMBERS = {
    "eventType": "click",
    "eventName": f"{MAIL} from {ADDRESS}",
    "index": f"http://{ADDRESS_6} {KEY}",
    "userToken": TOKEN,
    "authenticatedUserToken": f"{ACCOUNT} {MAIL}",
    "objectIDs": [MAIL, KEY, SECURED, ADDRESS, 7],
    "queryID": f"{ADDRESS} {MAIL}",
    "positions": [0],
    MAIL_IN_KEY: KEY,
    "apiKey": SECURED,
    "filters": f"owner:{MAIL}",
}
EVENT = json.dumps(_MEMBERS)
# A body with everything that can be wrong with one: a key twice, and one event twice.
BODY = (
    f'{{"events": [{EVENT}, {EVENT[:-1]}, "userToken": "{TOKEN}2", "{MAIL_IN_KEY}": 0}}, "{KEY}"],'
    f' "apiKey": "{SECURED}", "userToken": "{TOKEN}", "{MAIL_IN_KEY}": "{ADDRESS}"}}'
)
BROKEN = [
    *(BODY[: BODY.index(secret) + len(secret) // 2] for secret in (KEY, SECURED, TOKEN, ACCOUNT)),
    BODY[: BODY.index("@") + 3],
    BODY.replace(f'"{TOKEN}"', f"'{TOKEN}'", 1),
    BODY.replace('"userToken": ', '"userToken": +', 1),
    BODY.replace(f'"{TOKEN}"', TOKEN, 1),
    BODY.replace(f'"{TOKEN}"', TOKEN.split()[1], 1),
]
"""Bodies that do not parse, cut off in the middle of a secret, or broken beside one."""
REQUESTS = [BODY, *BROKEN]
# A line between records, as something else wrote it.
NOISE = f'error: userToken="{IN_LOG}" X-Algolia-API-Key: {KEY} of {MAIL} at {ADDRESS}'
LOG_FIELDS = {"remote_addr": ADDRESS, "user_token": IN_LOG, "http_cookie": f"session={COOKIE}"}


@dataclass(frozen=True)
class Capture:
    """A capture with secrets: its file, what it is read as, what is found in it, and what --show-values shows of it."""

    data: bytes | str
    file: str
    format: str = ""
    """Of `readers.FORMATS`; of packed captures there may be several."""
    shows: tuple[str, ...] = ("user token", "e-mail address", "IPv4 address", "e-mail address in a key")
    rules: tuple[str, ...] = ("capture-secret", "json-duplicate-key", "body-event-not-object", "user-token-characters")
    """Rules of every target: request, text, payload and event."""
    options: tuple[str, ...] = ()

    @property
    def bytes(self) -> bytes:
        return self.data.encode() if isinstance(self.data, str) else self.data


# Rules of a user may blame what none of ours does: with these, every member of a request is shown.
RULES = """
topic: house-rules
rules:
  house-url:
    {title: The URL., severity: info, layer: style, target: request, message: "it is `{value}`",
     schema: {properties: {url: {maxLength: 1}}},
     examples: {valid: [{request: {url: /}}], invalid: [{request: {url: /1/events}, at: [/url]}]}}
  house-header:
    {title: A header., severity: info, layer: style, target: request, message: "{key} is `{value}`",
     schema: {properties: {headers: {additionalProperties: {maxLength: 1}}}},
     examples: {valid: [{request: {url: /1/events}}],
       invalid: [{request: {url: /1/events, headers: {from: ab}}, at: [/headers/from]}]}}
  house-parameter:
    {title: A parameter of the URL., severity: info, layer: style, target: request, message: "{key} is `{value}`",
     schema: {properties: {query: {additionalProperties: {maxLength: 1}}}},
     examples: {valid: [{request: {url: /1/events}}], invalid: [{request: {url: /1/events?a=bc}, at: [/query/a]}]}}
"""


def _har(text: str, **settings: Json) -> dict[str, Json]:
    return captured.har_entry(text, url=URL, headers=HEADERS, status=422, answer=ANSWER, **settings)


HAR = captured.har(
    *map(_har, REQUESTS),
    captured.har_entry(BODY, url=URL.replace("insights.algolia.io", "insights.eu.algolia.io"), headers=HEADERS),
    captured.har_entry(BODY, url=URL.replace("/1/events", f"/1/{MAIL}/{ADDRESS}"), headers=HEADERS, method=KEY),
)
_NGINX = [captured.nginx(text, uri=TARGET, **LOG_FIELDS) for text in REQUESTS]
_ESCAPED = BODY.replace('"', "\\x22")
_NGINX_DEFAULT = [
    f'{{"request_uri":"{TARGET}","user_token":"{IN_LOG}","request_body":"{text}"}}'
    for text in (_ESCAPED, _ESCAPED[:90])
]
_WORDS = f'{ADDRESS} - {MAIL} [22/Nov/2026:10:00:01 +0000] "POST {TARGET} HTTP/1.1" 200 5 "{IN_LOG}"'.replace(
    IN_LOG, "-"
)
_GATEWAY = captured.gateway(BODY, headers=HEADERS, query=QUERY)
_ENVOY = captured.envoy(BODY, target=TARGET, headers=HEADERS, answer=json.dumps(ANSWER))
_CADDY = captured.caddy(target=TARGET, headers=HEADERS)
_WORKER = captured.worker(BODY, url=URL, headers=HEADERS)
_QUEUES = captured.firehose(json.dumps(_NGINX[0]), BODY)
_OWN = {"where": {"to": URL}, "what": {MAIL_IN_KEY: BODY, "body": BODY}, "who": {"userToken": IN_LOG}}
_TAIL = captured.tail({**_MEMBERS, "objectIDs": [MAIL]}, 422, [f"The userToken of {MAIL_IN_ANSWER} is {KEY}"])

BARE = ("json-duplicate-key", "body-event-not-object", "user-token-characters")
"""Of a body of which no request is known."""
CAPTURES = {
    "document": Capture(BODY, "a.json", "json", rules=BARE),
    "broken documents": Capture(BROKEN[-1], "a.json", "json", ("user token",), ("json-invalid",)),
    "ndjson": Capture(lines(BODY, BODY, *BROKEN), "a.ndjson", "ndjson", rules=(*BARE, "json-invalid")),
    "concatenated": Capture(BODY + BODY + BROKEN[2], "a.json", "concatenated", rules=BARE),
    "terminal": Capture(
        f"{json.dumps(_TAIL, indent=2)}\n" * 2,
        "a.txt",
        "concatenated",
        ("user token", "e-mail address", "IPv4 address"),
        rules=("capture-refused",),
    ),
    "tail": Capture(
        lines(_TAIL, _TAIL), "a.ndjson", "concatenated", rules=("capture-refused", "user-token-characters")
    ),
    "har": Capture(HAR, "a.har", "har", rules=(*BARE, "capture-secret", "capture-endpoint", "json-invalid")),
    "har, indented": Capture(captured.har(*map(_har, REQUESTS), indent=1), "a.json", "har"),
    "har with a BOM": Capture("\ufeff" + HAR, "a.har", "har"),
    "har in a call": Capture(f"onInputData({HAR});", "a.harp", "har"),
    "har that breaks off": Capture(HAR[: HAR.rindex(TOKEN) + 9], "a.har", "har"),
    "har that breaks": Capture(
        HAR.replace('"startedDateTime"', f'"userToken": "{TOKEN}" "x": ', 1),
        "a.har",
        "har",
        rules=("json-invalid",),
        shows=("user token",),
    ),
    "har in Base64": Capture(
        captured.har(
            *(
                _har("", post={"text": captured.base64_text(text), "encoding": "base64"})
                for text in (BODY, BROKEN[2], captured.gzipped(BODY))
            )
        ),
        "a.har",
        "har",
    ),
    "har of forms": Capture(
        captured.har(
            _har("", post={"params": [{"name": "events", "value": _MEMBERS}, {"name": "apiKey", "value": SECURED}]}),
            _har("", post={"params": [{"name": "userToken", "value": TOKEN}, {"name": KEY, "value": MAIL}]}),
        ),
        "a.har",
        "har",
        rules=("capture-secret", "json-invalid", "user-token-characters"),
    ),
    "entries of a trace": Capture(
        lines(*({"type": "resource-snapshot", "snapshot": _har(text)} for text in REQUESTS)), "trace.network", "ndjson"
    ),
    "mitmproxy": Capture(
        b"".join(
            captured.flow(text, target=TARGET, headers=HEADERS, status=422, answer=json.dumps(ANSWER))
            for text in REQUESTS
        ),
        "a.mitm",
        "mitmproxy",
    ),
    "mitmproxy that breaks off": Capture(
        (captured.flow(BODY, target=TARGET, headers=HEADERS) * 2)[:-900], "a.mitm", "mitmproxy"
    ),
    "gzip": Capture(captured.gzipped(HAR), "a.har.gz"),
    "gzip that breaks off": Capture(captured.gzipped(lines(*_NGINX, *_NGINX))[:-40], "a.gz"),
    "bzip2": Capture(captured.bzipped(lines(*_NGINX)), "a.bz2"),
    "zip": Capture(captured.zipped({"a.har": HAR}), "a.zip"),
    "zip of logs": Capture(captured.zipped({"a.ndjson.gz": captured.gzipped(lines(*_NGINX)), "b.json": BODY}), "a.zip"),
    "zip with bodies beside": Capture(
        captured.zipped({"har.har": captured.har(_har("", post={"text": "", "_file": "b.json"})), "b.json": BODY}),
        "a.zip",
    ),
    "nginx": Capture(lines(*_NGINX), "a.log", "ndjson"),
    "nginx, with other lines": Capture(lines(NOISE, *_NGINX, NOISE, f'{{"userToken": "{IN_LOG}'), "a.log", "log"),
    "other lines, to be judged": Capture(
        lines(NOISE, *_NGINX, f'{{"eventName": "a", "userToken": "{IN_LOG}', NOISE),
        "a.log",
        "ndjson",
        shows=("user token", "user token in the log"),
        options=("--input-format", "ndjson"),
        rules=("json-invalid",),
    ),
    "nginx without escapes": Capture(
        lines(*(f'{{"request_uri":"{TARGET}","user_token":"{IN_LOG}","request_body":{text}}}' for text in REQUESTS)),
        "a.log",
        "log",
    ),
    "nginx, escape=default": Capture(lines(*_NGINX_DEFAULT), "a.log", "log"),
    "nginx, escape=default, judged": Capture(
        lines(*_NGINX_DEFAULT, _ESCAPED, _ESCAPED[:-50]),
        "a.log",
        "ndjson",
        options=("--input-format", "ndjson"),
        rules=("json-invalid",),
    ),
    "access log": Capture(lines(_WORDS, _WORDS), "a.log", "log", shows=("key",), rules=("capture-secret",)),
    "fields": Capture(
        lines(_OWN, _OWN), "a.log", "ndjson", options=("--url-field", "where.to", "--body-field", "what.body")
    ),
    "fields, of the body": Capture(
        lines(_OWN, _OWN), "a.log", "ndjson", options=("--body-field", f"what.{MAIL_IN_KEY}"), rules=BARE
    ),
    "gateway": Capture(
        lines(_GATEWAY, captured.gateway(BROKEN[2], headers=HEADERS, query=QUERY, encoded=True)), "a.json", "ndjson"
    ),
    "gateway, alone": Capture(json.dumps(_GATEWAY, indent=2), "a.json", "json"),
    "function URL": Capture(
        lines(*(captured.function_url(text, headers=HEADERS, query=QUERY_TEXT) for text in REQUESTS)),
        "a.json",
        "ndjson",
    ),
    "kinesis": Capture(json.dumps(captured.kinesis(*map(json.dumps, _NGINX), BODY)), "a.json", "json"),
    "firehose": Capture(json.dumps(_QUEUES), "a.json", "json"),
    "sqs": Capture(json.dumps(captured.sqs(BODY, json.dumps(_NGINX[1]), NOISE)), "a.json", "json", rules=BARE),
    "cloudwatch": Capture(
        json.dumps(captured.cloudwatch(f"(r) body: {BODY}", f"(r) {BROKEN[2]}", f"{BROKEN[1]}[TRUNCATED]", NOISE)),
        "a.json",
        "json",
        rules=BARE,
    ),
    "cloudwatch, packed": Capture(
        json.dumps(captured.cloudwatch_packed(json.dumps(_NGINX[0]), NOISE)), "a.json", "json"
    ),
    "envoy": Capture(json.dumps(_ENVOY, indent=1), "a.json", "json"),
    "envoy, as text": Capture(
        lines(*(captured.envoy(text, target=TARGET, headers=HEADERS, encoded=False) for text in REQUESTS)),
        "a.json",
        "ndjson",
    ),
    "caddy": Capture(lines(_CADDY, _CADDY), "a.json", "ndjson", shows=("secured key",), rules=("capture-secret",)),
    "lines of another log": Capture(
        lines(*({"log": json.dumps({"url": URL, "headers": HEADERS, "body": one})} for one in (BODY, BROKEN[5]))),
        "a.json",
        "ndjson",
    ),
    "worker": Capture(lines(_WORKER, captured.worker(BROKEN[5], url=URL, headers=HEADERS)), "a.json", "ndjson"),
}


def _check(capture: Capture, folder: Path, *options: str) -> tuple[Outcome, dict[str, str]]:
    """A run over the capture with every reporter, and everything that it wrote."""
    path = folder / capture.file
    path.write_bytes(capture.bytes)
    # Names of files are shown as they are.
    outputs = [f"--output={name}={folder / name}" for name in REPORTERS if name != "text"]
    for name in REPORTERS:
        (folder / name).unlink(missing_ok=True)
    (folder / "summary").unlink(missing_ok=True)
    run = run_cli(
        "check",
        str(path),
        "--output=text",
        *outputs,
        "--select=*",
        "--select=key-unknown",
        "--max-per-rule=1000",
        "--statistics",
        "--now=2026-11-22T10:00:01Z",
        "--rules",
        str(folder / "rules.yaml"),
        *capture.options,
        *options,
    )
    written = {name: (folder / name).read_text("utf-8") for name in [*REPORTERS, "summary"] if name != "text"}
    return run, {"text": run.out, "standard error": run.err, **written}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    (tmp_path / "rules.yaml").write_text(RULES)
    return tmp_path


def test_every_reader_is_given_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each format, and each kind of record, is read of the captures that say so."""
    read: list[str] = []

    def spied(name: str, function: Any) -> Any:
        def spy(*arguments: Any) -> Any:
            told = function(*arguments)
            if told is not None:
                read.append(name)
            return told

        return spy

    for name, module in FORMATS.items():
        reader = import_module(module)
        monkeypatch.setattr(reader, "read", spied(name, reader.read))
    kinds = [kind.__name__ for kind in records.KINDS]
    monkeypatch.setattr(records, "KINDS", tuple(spied(kind.__name__, kind) for kind in records.KINDS))
    for capture in CAPTURES.values():
        if "--input-format" in capture.options:
            continue
        before = len(read)
        assert list(readers.read(io.BytesIO(capture.bytes), capture.file, Wanted(), None))
        assert capture.format in ("", *read[before:])
    assert {*FORMATS, *kinds} <= set(read)


def _leaks(written: dict[str, str]) -> list[str]:
    """Each output and mark that stands in it, and the line."""
    return [
        f"{output}: {name}: {line}"
        for output, text in written.items()
        for name, mark in MARKS.items()
        for line in text.splitlines()
        if mark.lower() in line.lower()
    ]


@pytest.mark.parametrize("name", CAPTURES)
def test_no_secret_is_shown(name: str, folder: Path) -> None:
    run, written = _check(CAPTURES[name], folder)
    assert run.status in (0, 1, 3), run.err
    assert _leaks(written) == []


@pytest.mark.parametrize("name", CAPTURES)
def test_secrets_are_shown_to_who_asks(name: str, folder: Path) -> None:
    """So that the test above proves something: the secrets stand where excerpts and messages are taken from."""
    capture = CAPTURES[name]
    _, written = _check(capture, folder, "--show-values")
    everything = "\n".join(written.values())
    assert [secret for secret in capture.shows if MARKS[secret] not in everything] == []
    assert [rule for rule in capture.rules if f"[{rule}]" not in written["text"]] == []


_IN_FRAMES = {"secured key", "key, its end", "user token", "authenticated user token", "user token in the log"}
"""Secrets of the archive that no message quotes, or not whole; the archive is no log."""
ELSEWHERE = {
    "text": {"key, its end", "user token in the log"},
    "github": {*_IN_FRAMES, "IPv6 address", "e-mail address in a key", "e-mail address in the answer"},  # it shows ten
    **dict.fromkeys(("concise", "json", "ndjson", "summary"), _IN_FRAMES),
}


@pytest.mark.parametrize("output", [*REPORTERS, "summary"])
def test_every_output_shows_secrets_to_who_asks(output: str, folder: Path) -> None:
    _, written = _check(CAPTURES["har"], folder, "--show-values")
    hidden = [name for name, mark in MARKS.items() if mark not in written[output]]
    assert set(hidden) <= ELSEWHERE[output]
