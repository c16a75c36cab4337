"""`insights-lint check` in process: statuses, options, outputs, and what happens when something goes wrong."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from insights_lint.cli import run
from insights_lint.cli.words import moment

EVENT = {
    "eventType": "view",
    "eventName": "Product Viewed",
    "index": "p",
    "userToken": "anonymous-1",
    "objectIDs": ["a"],
}
BAD = {**EVENT, "index": 7}
WARNED = {**EVENT, "eventName": "product viewed"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, event in (("good", EVENT), ("bad", BAD), ("warned", WARNED), ("other", {"name": "shop"})):
        (tmp_path / f"{name}.json").write_text(json.dumps(event))
    return tmp_path


def status_of(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        run(["check", *arguments])
    assert isinstance(stopped.value.code, int)
    return stopped.value.code


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["good.json"], 0),
        (["bad.json"], 1),
        (["warned.json"], 0),
        (["warned.json", "--fail-on", "warning"], 1),
        (["warned.json", "--fail-on", "info"], 1),
        (["warned.json", "--fail-on", "warning", "--min-severity", "error"], 1),
        (["warned.json", "--ignore", "event-name-not-title-case", "--fail-on", "warning"], 0),
        (["other.json"], 3),
        (["other.json", "--allow-empty"], 0),
        (["other.json", "good.json"], 0),
        (["."], 1),
        ([], 1),
        ([".", "--exclude", "bad.json"], 0),
        (["bad.json", "--exclude", "bad.json"], 1),
        (["bad.json", "--exclude", "bad.json", "--force-exclude"], 3),
        (["bad.json", "--exclude", "bad.json", "--force-exclude", "--allow-empty"], 0),
        (["nowhere.json"], 2),
        (["nowhere.json", "bad.json"], 2),
        (["good.json", "--output", "tetx"], 2),
        (["good.json", "--output", "text", "--output", "json"], 2),
        (["good.json", "--output", "json=no/such/folder/x.json"], 2),
        (["good.json", "--now", "yesterday"], 2),
        (["good.json", "--max-per-rule", "-1"], 2),
        (["good.json", "--input-format", "ndjsn"], 2),
        (["good.json", "--rules", "nowhere.yaml"], 2),
        (["good.json", "--no-builtin-rules"], 0),
        (["other.json", "--form", "wire"], 1),
        (["bad.json", "--reference"], 1),
        (["good.json", "--input-format", "ndjson"], 0),
        (["."] * 2, 1),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_exit_status(folder: Path, arguments: list[str], status: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(*arguments) == status
    printed = capsys.readouterr()
    assert "Traceback" not in printed.err
    assert (printed.err != "") == (status == 2)


def test_every_output_at_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outputs = ["concise", "json=a=b.json", "ndjson=v.ndjson", "text=t.txt", "github=g.txt"]
    assert status_of("bad.json", *(part for output in outputs for part in ("--output", output))) == 1
    assert capsys.readouterr().out.startswith("bad.json:1:63: error index-not-string ")
    assert json.loads((folder / "a=b.json").read_text())["violations"][0]["line"] == 1
    assert json.loads((folder / "v.ndjson").read_text())["rule"] == "index-not-string"
    assert (folder / "t.txt").read_text().startswith("error[index-not-string]: ")
    assert (folder / "g.txt").read_text().startswith("::error file=bad.json,")


@pytest.mark.parametrize(
    ("arguments", "environment", "colored"),
    [
        ([], {}, False),
        (["--color", "always"], {}, True),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        (["--color", "never"], {}, False),
    ],
)
def test_color(
    folder: Path,
    arguments: list[str],
    environment: dict[str, str],
    colored: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    status_of("bad.json", *arguments)
    assert ("\x1b[" in capsys.readouterr().out) == colored


def test_a_wrong_word_is_answered_with_the_nearest(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status_of("--statisics")
    status_of("good.json", "--select", "postions")
    status_of("good.json", "--fail-on", "waring")
    status_of("good.json", "--output", "jsn")
    lines = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("Try")]
    assert [line.split("id you mean ")[1] for line in lines] == ["--statistics?", '"positions"?', "warning?", "json?"]


def test_an_interrupted_run_tells_what_it_found(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Interrupted(io.BytesIO):
        def read1(self, size: int | None = -1, /) -> bytes:
            data = super().read1(size)
            if not data:
                raise KeyboardInterrupt
            return data

    text = "".join(json.dumps({"events": [BAD]}) + "\n" for _ in range(20))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Interrupted(text.encode())))
    assert status_of("-", "--output", "concise") == 130
    printed = capsys.readouterr()
    assert printed.out.count("index-not-string") == 20
    assert "Checked " in printed.out
    assert printed.err == "insights-lint: interrupted\n"


def test_the_reference_gives_the_same_report(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    payloads = [str(corpus / name / "payloads") for name in ("search-insights-wire", "api-clients-automation")]
    arguments = [*payloads, "--now", "1763800000000", "--output", "json"]
    status = status_of(*arguments)
    report = capsys.readouterr().out
    assert json.loads(report)["summary"]["violations"]["error"] > 60
    assert (status_of(*arguments, "--reference"), capsys.readouterr().out) == (status, report)


def test_values_are_masked_unless_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    event = {**EVENT, "userToken": "jane@example.com", "eventName": "Mail To jo@example.org", "index": 7}
    (folder / "personal.json").write_text(json.dumps(event))
    for output in ("text", "concise", "json", "ndjson", "github"):
        status_of("personal.json", "--output", output, "--select", "user-token,event-name,index")
        assert "example.com" not in (printed := capsys.readouterr().out)
        assert "example.org" not in printed
    status_of("personal.json", "--show-values")
    assert "jane@example.com" in capsys.readouterr().out


@pytest.mark.parametrize(
    "text",
    [
        '{"eventName": "A", "userToken": geheim-77}',
        '{"eventName": "A", "userToken": 12345678901234567890e999}',
        '{"eventName": "A", userToken: "geheim-77"}',
        '{"eventName": "A", "apiKey": geheim}',
        '{"eventName": "A", "userToken": "x", "jo@geheim.org": 1, "jo@geheim.org": 2}',
        "{'userToken': 'geheim-77'}",
        '{"userToken": "geheim-77',
    ],
)
def test_a_text_that_breaks_is_masked_too(folder: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "broken.json").write_text(text)
    for output in ("text", "concise", "json", "ndjson", "github"):
        status_of("broken.json", "--output", output)
        printed = capsys.readouterr().out
        assert "geheim" not in printed
        assert "1234567" not in printed


def test_now_is_a_moment() -> None:
    assert moment("1771576934000") == 1771576934000
    assert moment("2026-02-20T08:42:14Z") == 1771576934000
    assert moment("2026-02-20T09:42:14+01:00") == 1771576934000
    assert moment("2026-02-20 08:42:14") == 1771576934000
    assert moment("now") > 1771576934000


def test_a_wrong_output_empties_no_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("old.json").write_text("{}", "utf-8")
    assert status_of("good.json", "--output", "json=old.json", "--output", "csv") == 2
    assert 'No output format "csv".' in capsys.readouterr().err
    assert Path("old.json").read_text("utf-8") == "{}"


@pytest.mark.parametrize("through_click", [(), ("--stdin-filename", "x")])
def test_a_reader_that_goes_is_no_violation(folder: Path, through_click: tuple[str, ...]) -> None:
    (folder / "many.ndjson").write_text('{"eventType": "click", "eventName": "a"}\n' * 5_000, "utf-8")
    arguments = ("check", "many.ndjson", "--output", "concise", "--max-per-rule", "5000", "--jobs", "1")
    command = [sys.executable, "-m", "insights_lint", *arguments, *through_click]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 2
