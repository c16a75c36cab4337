"""Broken input ends in a violation with its place, or in an error with its reason; never in a traceback or a hang."""

from __future__ import annotations

import codecs
import json
import os
import socket
import sys
from pathlib import Path

import pytest

from insights_lint.model import Json
from tests.running import Outcome, run_cli, run_python

EVENT = '{"eventType": "view", "eventName": "Product Viewed", "index": "p", "userToken": "t-1", "objectIDs": ["a"]}'
BODY = f'{{\n  "events": [\n    {EVENT}\n  ]\n}}\n'


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A file without a fault, which is judged after the broken one."""
    file = tmp_path / "z-good.json"
    file.write_text(BODY, "utf-8")
    return file


def check(*paths: Path, more: tuple[str, ...] = ()) -> Outcome:
    """Runs `check` for people and for programs; both must exit alike, and tell what programs are told."""
    names = [str(path) for path in paths]
    for output in ("text", "concise", "github", "ndjson"):
        told = run_cli("check", "--output", output, *more, *names)
        assert "Traceback" not in told.out + told.err
    machine = run_cli("check", "--output", "json", *more, *names)
    assert (machine.status, machine.err) == (told.status, told.err)
    assert "Traceback" not in machine.err
    return machine


def places(outcome: Outcome) -> list[tuple[str, int, int]]:
    return [(one["rule"], one["line"], one["column"]) for one in outcome.report["violations"]]


def messages(outcome: Outcome) -> list[str]:
    return [one["message"] for one in outcome.report["violations"]]


def broken(text: str) -> bytes:
    """A body whose one event is followed by more members."""
    return BODY.replace('["a"]}', '["a"], ' + text + "}").encode()


# (file, rule, line, column, sentence); a good file is judged after each
FAULTS: list[tuple[str, bytes, str, int, int, str]] = [
    ("empty", b"", "json-invalid", 1, 1, "empty: expected JSON"),
    ("blanks", b" \r\n\t\n", "json-invalid", 1, 1, "empty: expected JSON"),
    ("only a BOM", codecs.BOM_UTF8, "json-invalid", 1, 1, "empty: expected JSON"),
    (
        "Latin-1",
        broken('"x": "é"').replace(b"\xc3\xa9", b"\xe9"),
        "json-not-utf-8",
        3,
        118,
        "byte 0xE9 is not valid UTF-8",
    ),
    ("NaN", broken('"value": NaN'), "json-invalid", 3, 121, "NaN is not JSON; use a number or null"),
    ("Infinity", broken('"value": -Infinity'), "json-invalid", 3, 121, "-Infinity is not JSON; use a number or null"),
    ("1e400", broken('"value": 1e400'), "json-number-too-large", 3, 121, "1e400 is too large to represent"),
    (
        "400 digits",
        broken('"value": ' + "9" * 400 + ".5"),
        "json-number-too-large",
        3,
        121,
        "a number of 402 characters is too large",
    ),
    (
        "5,000 digits",
        broken('"value": ' + "9" * 5_000),
        "json-number-too-large",
        3,
        121,
        "a number of 5,000 characters is too large",
    ),
    ("20,000 levels", broken('"x": ' + "[" * 20_000 + "]" * 20_000), "json-too-deep", 3, 370, "nested deeper than 256"),
    ("20,000 levels, cut off", b'{"events": ' + b"[" * 20_000, "json-too-deep", 1, 267, "nested deeper than 256"),
    (
        "comment",
        BODY.replace("    {", "    // one event\n    {").encode(),
        "json-invalid",
        3,
        5,
        "comments are not JSON",
    ),
    ("trailing comma", BODY.replace('["a"]}', '["a"]},').encode(), "json-invalid", 3, 111, "trailing comma before `]`"),
    ("trailing text", BODY.encode() + b";\n", "json-invalid", 6, 1, "text after the end of the JSON value"),
    ("NUL", BODY.encode() + b"\x00", "json-invalid", 6, 1, "a NUL byte is not JSON"),
    ("NUL in a string", broken('"x": "a\x00b"'), "json-invalid", 3, 119, "a NUL byte is not JSON"),
    ("cut off", BODY[: BODY.index("t-1") + 2].encode(), "json-invalid", 3, 85, "cut off: this string is never closed"),
    (
        "cut off behind a comma",
        BODY[: BODY.index('"eventName"')].encode(),
        "json-invalid",
        3,
        27,
        "cut off: expected a key in double quotes",
    ),
    ("UTF-16 without a BOM", BODY.encode("utf-16-le"), "json-invalid", 1, 2, "a NUL byte is not JSON"),
    ("binary", bytes(range(256)), "json-not-utf-8", 3, 115, "byte 0x80 is not valid UTF-8"),
]


@pytest.mark.parametrize(("name", "data", "rule", "line", "column", "message"), FAULTS, ids=[one[0] for one in FAULTS])
def test_a_broken_file_is_one_violation_and_the_next_is_judged(
    name: str, data: bytes, rule: str, line: int, column: int, message: str, tmp_path: Path, good: Path
) -> None:
    file = tmp_path / "broken.json"
    file.write_bytes(data)
    found = check(file, good)
    assert (found.status, found.err) == (1, "")
    assert places(found) == [(rule, line, column)]
    (sentence,) = messages(found)
    assert sentence.startswith(message)
    assert (found.report["summary"]["sources"], found.report["summary"]["events"]) == (2, 1)


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF8 + BODY.encode(),
        codecs.BOM_UTF16_LE + BODY.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + BODY.encode("utf-16-be"),
        broken('"x": -0'),
        broken('"x": "\\ud800"'),
        broken('"x": 1e-400'),
        broken('"x": ' + "9" * 300),
        broken('"x": ' + "[" * 200 + "]" * 200),
        BODY.replace("\n", "\r").encode(),
    ],
)
def test_what_is_read_without_a_fault(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "fine.json"
    file.write_bytes(data)
    found = check(file)
    assert (found.status, found.err, places(found)) == (0, "", [])
    assert found.report["summary"]["events"] == 1


def test_a_duplicate_key_is_told_with_both_places_and_the_last_value_is_judged(tmp_path: Path, good: Path) -> None:
    file = tmp_path / "twice.json"
    file.write_bytes(broken('"index": 7, "x": {"y": 1, "y": 2}'))
    found = check(file, good)
    assert places(found) == [
        ("json-duplicate-key", 3, 112),
        ("index-not-string", 3, 121),
        ("json-duplicate-key", 3, 138),
    ]
    first, _, second = found.report["violations"]
    assert [(one["line"], one["column"]) for one in first["related"]] == [(3, 58)]
    assert [(one["line"], one["column"]) for one in second["related"]] == [(3, 130)]
    assert (first["pointer"], second["pointer"]) == ("/events/0/index", "/events/0/x/y")
    assert found.status == 1


def test_half_a_surrogate_pair_is_judged_and_printed(tmp_path: Path, good: Path) -> None:
    file = tmp_path / "surrogate.json"
    event = EVENT.replace("Product Viewed", "a \\ud800 \\udc00\\ud83d").replace('"p"', '"\\udfff"')
    file.write_text(event.replace('"view"', '"vi\\ud800ew"').replace("objectIDs", "object\\ud800IDs"), "utf-8")
    found = check(file, good)
    assert found.status == 1
    assert {"event-name-characters", "event-type-unknown"} <= {rule for rule, _, _ in places(found)}
    text = run_cli("check", str(file), "--color", "always", "--show-values")
    assert text.status == 1
    assert "\ud800" not in text.out


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_any_terminal_can_be_written_to(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(EVENT.replace("Product Viewed", "\x1b[31m é😀 \\u202e \\ud800"), "utf-8")
    (tmp_path / "b.json").write_text(EVENT.replace("Product Viewed", "é😀 \u202e \\ud800 \\u001b[31m"), "utf-8")
    run = (
        f"import sys, os; os.environ['PYTHONIOENCODING'] = '{encoding}';"
        "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    )
    found = run_python(["-c", run, "-m", "insights_lint", "check", "a.json", "b.json"], tmp_path)
    assert (found.returncode, found.stderr) == (1, "")
    assert "control character U+001B" in found.stdout
    assert "event-name-characters" in found.stdout
    assert "\x1b" not in found.stdout
    assert "\u202e" not in found.stdout


# paths


def test_what_cannot_be_read_is_an_error_and_does_not_stop_the_others(tmp_path: Path, good: Path) -> None:
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe.json")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s.sock"))
        names = ["missing.json", "empty", "s.sock", "pipe.json", "z-good.json/x"]
        found = check(*(tmp_path / name for name in names), Path("/dev/zero"), good)
    reasons = [
        "No such file or directory",
        "no files to read in this folder (.json, .ndjson, .jsonl, .har)",
        "a socket",
        "a pipe: send its content to standard input instead",
        "Not a directory",
    ]
    assert found.status == 2
    assert found.err.splitlines() == [
        *(f"insights-lint: {tmp_path / name}: {reason}" for name, reason in zip(names, reasons, strict=True)),
        "insights-lint: /dev/zero: a device",
    ]
    assert (found.report["summary"]["events"], len(found.report["summary"]["errors"])) == (1, 6)


def test_an_error_counts_more_than_a_violation(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{", "utf-8")
    found = check(tmp_path / "missing.json", tmp_path / "bad.json")
    assert (found.status, [rule for rule, _, _ in places(found)]) == (2, ["json-invalid"])


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are not those of POSIX")
@pytest.mark.parametrize(
    "paths", [["shut.json", "z-good.json"], ["."], ["closed", "z-good.json"], ["closed/x.json", "z-good.json"]]
)
def test_without_permission(paths: list[str], tmp_path: Path, good: Path) -> None:
    (tmp_path / "shut.json").write_text(BODY, "utf-8")
    (tmp_path / "shut.json").chmod(0)
    (tmp_path / "closed").mkdir()
    (tmp_path / "closed" / "x.json").write_text(BODY, "utf-8")
    (tmp_path / "closed").chmod(0)
    try:
        found = run_python(["-m", "insights_lint", "check", "--output", "json", *paths], tmp_path, obeying=True)
    finally:
        (tmp_path / "closed").chmod(0o700)
    assert "Traceback" not in found.stderr
    assert found.returncode == 2
    assert all(
        line.startswith("insights-lint: ") and line.endswith(": Permission denied")
        for line in found.stderr.splitlines()
    )
    refused = {line.split(": ")[1].removeprefix("./") for line in found.stderr.splitlines()}
    assert refused == ({"shut.json", "closed"} if paths == ["."] else {paths[0]})
    assert json.loads(found.stdout)["summary"]["events"] == 1


def test_broken_files_of_a_folder_are_ours_only_if_they_mention_events(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    folder.mkdir()
    for name, data in {
        "config.json": b"// a comment\n{}",
        "image.json": bytes(range(256)),
        "ours.json": b'{"eventName": "A",}',
        "other.ndjson": b"not json\n" * 3,
        "fine.json": BODY.encode(),
        "empty.json": b"",
        "package.json": b'{"name": "x"}',
    }.items():
        (folder / name).write_bytes(data)
    found = check(folder)
    assert found.status == 1
    assert [one["source"] for one in found.report["violations"]] == [str(folder / "ours.json")]
    summary = found.report["summary"]
    assert (summary["sources"], summary["not_ours"], summary["events"]) == (3, 4, 1)


def test_standard_input_may_be_named_twice(tmp_path: Path) -> None:
    (tmp_path / "run.py").write_text(
        "import subprocess, sys\n"
        f"text = {BODY!r}\n"
        "command = [sys.executable, '-m', 'insights_lint', 'check', '-', '-', '--output', 'json']\n"
        "done = subprocess.run(command, input=text, capture_output=True, text=True)\n"
        "print(done.returncode, done.stdout, sep='\\n')\n"
        "sys.stderr.write(done.stderr)\n",
        "utf-8",
    )
    found = run_python(["run.py"], tmp_path)
    assert found.stderr == ""
    status, _, report = found.stdout.partition("\n")
    assert status == "0"
    assert json.loads(report)["summary"]["events"] == 1


@pytest.mark.parametrize(
    "name", ["a\nb.json", "\x1b[31m.json", "a b.json", "-x.json", "é😀.json", "a,b=c.json", "%25.json", "::x.json"]
)
def test_names_of_files_are_printed_without_harm(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("{", "utf-8")
    found = check(tmp_path / name)
    assert (found.status, [one["source"] for one in found.report["violations"]]) == (1, [str(tmp_path / name)])
    text = run_cli("check", str(tmp_path / name), str(tmp_path / f"{name}.missing"))
    assert "\x1b" not in text.out + text.err
    assert len(text.err.splitlines()) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only there may a name be any bytes")
def test_a_name_that_is_not_utf_8(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.json"
    with open(path, "wb") as file:  # noqa: PTH123  # a path of bytes
        file.write(b"{")
    for output in ("text", "concise", "github", "json", "ndjson"):
        found = run_cli("check", "--output", output, os.fsdecode(path))
        assert (found.status, found.err) == (1, "")
        assert "caf" in found.out
    folder = run_cli("check", str(tmp_path), os.fsdecode(path) + "x")
    assert folder.status == 2
    assert "No such file or directory" in folder.err


# size

# Not ru_maxrss: that begins with the peak of the process that started this one.
MEASURE = """
import pathlib, sys
from insights_lint.cli import run
def peak():
    (line,) = [one for one in pathlib.Path("/proc/self/status").read_text().splitlines() if one.startswith("VmHWM")]
    return 1024 * int(line.split()[1])
before = peak()
try:
    run(["check", sys.argv[1], "--output", "json"])
finally:
    print(peak() - before, file=sys.stderr)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells the peak of the memory")
@pytest.mark.parametrize(
    ("size", "width"), [(100_000_000, 5_000), (20_000_000, 0)], ids=["100 MB", "20 MB of small events"]
)
def test_one_long_line_is_judged_within_ten_times_its_size(size: int, width: int, tmp_path: Path) -> None:
    page: dict[str, Json] = {"page": "/shoes" * (width // 6)} if width else {}
    event = json.dumps({**json.loads(EVENT), "index": "%d", **page}, separators=(",", ":"))
    count = size // len(event)
    file = tmp_path / "long.json"
    with file.open("w") as stream:
        stream.write('{"events":[{"eventType":"view"}')
        stream.writelines("," + event % number for number in range(count))
        stream.write("]}")
    found = run_python(["-c", MEASURE, "long.json"], tmp_path)
    assert found.returncode == 1
    report = json.loads(found.stdout)
    assert report["summary"]["events"] == count + 1
    assert {one["rule"] for one in report["violations"]} >= {"batch-too-many-events", "index-missing"}
    assert int(found.stderr) < 10 * file.stat().st_size


@pytest.mark.parametrize("character", ["a", "0", "é", " ", "\\u0000", ".", "@", "f-"])
@pytest.mark.parametrize("key", ["eventName", "userToken", "queryID", "timestamp", "a"])
def test_one_long_value_is_told_at_once_and_briefly(character: str, key: str, tmp_path: Path) -> None:
    file = tmp_path / "long.json"
    event: dict[str, Json] = {**json.loads(EVENT), key: 0, "value": "x"}
    file.write_text(json.dumps(event).replace(f'"{key}": 0', f'"{key}": "{character * 100_000}"'), "utf-8")
    found = run_cli("check", str(file), "--show-values")
    assert (found.status, found.err) == (1, "")
    assert len(found.out) < 10_000
    assert len(run_cli("check", str(file), "--output", "json").out) < 20_000


# the official suite


@pytest.mark.parametrize("kind", ["n", "y", "i"])
def test_json_test_suite(kind: str, corpus: Path) -> None:
    files = sorted((corpus / "json-test-suite").glob(f"{kind}_*.json"))
    assert len(files) > 30
    statuses = {"n": {1}, "y": {3}, "i": {1, 3}}[kind]
    for file in files:
        found = run_cli("check", "--input-format", "json", "--output", "json", str(file))
        assert (found.status in statuses, found.err) == (True, ""), file.name
        violations = [one for one in found.report["violations"] if one["severity"] == "error"]
        assert len(violations) == (found.status == 1), file.name
        for one in violations:
            assert one["rule"].startswith("json-"), file.name
            assert one["message"], file.name
            assert (1, 1) <= (one["line"], one["column"]) <= (one["end_line"], one["end_column"]), file.name
            assert one["line"] <= file.read_bytes().count(b"\n") + file.read_bytes().count(b"\r") + 1, file.name


def test_the_suite_is_told_to_people_too(corpus: Path) -> None:
    files = sorted(str(file) for file in (corpus / "json-test-suite").glob("*.json"))
    assert len(files) == 318
    for output in ("text", "concise", "github", "ndjson"):
        found = run_cli("check", "--input-format", "json", "--output", output, *files)
        assert (found.status, found.err) == (1, "")
        assert found.out.isprintable() or "\x1b" not in found.out
