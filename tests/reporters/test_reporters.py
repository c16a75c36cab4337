"""Proves what all reporters share: the table, the three verbs, and that nothing a source holds can break the output."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from insights_lint.report import Report
from insights_lint.reporters import REPORTERS, Reporter, Settings, concise, github, json_format, ndjson_format, text
from insights_lint.violation import Location, Violation
from tests.reporters.reporter_cases import CASES, FINDINGS, MASKED, MISMATCH, found, line, mark, report_of, told

# mypy holds every format against the protocol here; the table is beyond its sight.
FORMATS: dict[str, type[Reporter]] = {
    "text": text.Format,
    "concise": concise.Format,
    "json": json_format.Format,
    "ndjson": ndjson_format.Format,
    "github": github.Format,
}


def test_the_table_names_every_format() -> None:
    assert {name: format_.__module__ for name, format_ in FORMATS.items()} == REPORTERS


@pytest.mark.parametrize("name", REPORTERS)
def test_only_the_reporter_asked_for_is_imported(name: str) -> None:
    code = (
        "import io, sys; from insights_lint.reporters import REPORTERS, Settings, open_reporter;"
        "assert not set(REPORTERS.values()) & set(sys.modules);"
        f"open_reporter({name!r}, io.StringIO(), Settings());"
        f"assert set(REPORTERS.values()) & set(sys.modules) == {{REPORTERS[{name!r}]}}"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])  # our own code


@pytest.mark.parametrize("name", REPORTERS)
@pytest.mark.parametrize("case", CASES)
def test_nothing_from_a_source_reaches_the_terminal_as_a_control(name: str, case: str) -> None:
    output = told(name, *CASES[case])
    output.encode("utf-8")
    assert not set(output) & set("\x00\x1b\r\t\u202e")


@pytest.mark.parametrize("case", CASES)
def test_json_is_json_and_lists_what_ndjson_writes(case: str) -> None:
    document = json.loads(told("json", *CASES[case]))
    lines = told("ndjson", *CASES[case]).splitlines()
    assert list(document) == ["version", "tool", "violations", "requests", "summary"]
    assert document["violations"] == [json.loads(line) for line in lines]
    assert document["summary"]["kept"] == len(lines)


def test_json_keeps_half_a_surrogate_pair() -> None:
    document = json.loads(told("json", *CASES["hostile"]))
    assert document["violations"][0]["source"] == CASES["hostile"][0][0].location.source


def test_ndjson_is_flushed_line_by_line() -> None:
    class Stream(io.StringIO):
        flushed = 0

        def flush(self) -> None:
            self.flushed += 1

    stream = Stream()
    reporter = ndjson_format.Format(stream, Settings())
    for number, violation in enumerate(FINDINGS, 1):
        reporter.violation(violation)
        assert (stream.flushed, stream.getvalue().count("\n")) == (number, number)


@pytest.mark.parametrize("name", REPORTERS)
def test_masks_stay(name: str) -> None:
    assert "0123" not in told(name, [MASKED], report_of([MASKED]))
    assert '"userToken": "********"' in told("text", [MASKED], report_of([MASKED]))


def test_github_shows_ten_of_a_kind_and_counts_the_rest(tmp_path: Path) -> None:
    violations = [found(MISMATCH, f"number {number}") for number in range(25)] + FINDINGS[2:3] * 12
    path = tmp_path / "summary.md"
    output = told("github", violations, report_of(violations, sources=1), summary_path=str(path), quiet=True)
    commands = [line.split(" ")[0] for line in output.splitlines()]
    # GitHub shows ten notices, and the last must be the one that counts.
    assert commands == ["::error"] * 10 + ["::notice"] * 9 + [commands[-1]]
    assert output.endswith("::notice::18 more violations not shown here; the job's summary lists what was kept\n")
    assert path.read_text(encoding="utf-8").count("\n| error |") == 25


def test_github_keeps_the_job_summary_below_its_limit(tmp_path: Path) -> None:
    violations = [found(MISMATCH, "x" * 10_000) for _ in range(120)]
    path = tmp_path / "summary.md"
    told("github", violations, report_of(violations), summary_path=str(path))
    assert path.stat().st_size < 1_000_000
    assert path.read_text(encoding="utf-8").endswith("more do not fit here.\n")


def test_finding_of_an_event_that_is_its_own_payload_names_no_place() -> None:
    violation = Violation(MISMATCH, Location("-", 1, 1, 1, 3), "m")
    assert told("text", [violation], Report(), quiet=True).splitlines()[1] == "  --> -:1:1"


def test_long_keys_do_not_flood_the_arrow() -> None:
    violation = found(MISMATCH, "m", line(1, "{}", mark("{}", "{}", primary=True)), pointer=("k" * 10_000,))
    assert max(map(len, told("text", [violation], Report(), quiet=True).splitlines())) < 200


@pytest.mark.parametrize(
    ("source", "file"),
    [("./a/b.json", "a/b.json"), ("a/../a/b.json", "a/b.json"), ("a//b.json", "a/b.json"), ("<stdin>", "<stdin>")],
)
def test_github_names_files_by_their_path_from_the_repository(source: str, file: str) -> None:
    finding = Violation(MISMATCH, Location(source, 1, 1, 1, 2), "message")
    assert told("github", [finding], report_of([finding])).startswith(f"::error file={file},line=1,")


def test_github_is_told_why_a_job_fails_without_findings() -> None:
    report = Report(sources=1, sources_without_events=1)
    assert "::warning title=insights-lint::nothing was judged: no events found\n" in told("github", [], report)
    report.errors.append("a\n::error::b: no such file")
    lines = told("github", [], report).splitlines()
    assert lines[0] == "::error title=insights-lint::a\\n::error::b: no such file"
    assert not any("nothing was judged" in line for line in lines)
