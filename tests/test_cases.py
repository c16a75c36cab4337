"""Whole runs of the command line: each folder under `cases/`, and each example of the README, as a user would run it.

A case is a folder with `command` (the arguments, as a shell splits them), `expected` (what is printed on standard
output, then on standard error), `status`, and the files that the command reads; `stdin` is fed to it if it is there.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CAPTURES = ROOT / "tests" / "readers" / "captures"
CASES = sorted(path.parent for path in (ROOT / "tests" / "cases").glob("*/command"))
README = (ROOT / "README.md").read_text("utf-8")
CONSOLE = re.findall(r"```console\n\$ insights-lint ([^\n]*)\n(.*?)```", README, re.DOTALL)
(RULE_FILE,) = re.findall(r"```yaml\n(# my-rules.yaml\n.*?)```", README, re.DOTALL)


def run(arguments: str, folder: Path, stdin: bytes = b"") -> tuple[int, str]:
    """Exit status, and standard output followed by standard error."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("GITHUB_", "NO_COLOR"))}
    result = subprocess.run(
        [sys.executable, "-m", "insights_lint", *shlex.split(arguments)],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"},
        input=stdin,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return result.returncode, (result.stdout + result.stderr).decode("utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(case, tmp_path / case.name)
    stdin = case / "stdin"
    status, printed = run((case / "command").read_text("utf-8"), folder, stdin.read_bytes() if stdin.exists() else b"")
    assert printed == (case / "expected").read_text("utf-8")
    assert status == int((case / "status").read_text("utf-8"))


@pytest.mark.parametrize(("command", "expected"), CONSOLE, ids=[command for command, _ in CONSOLE])
def test_readme_shows_real_output(command: str, expected: str) -> None:
    assert run(command, ROOT) == (1, expected)


def test_readme_shows_some_output() -> None:
    assert CONSOLE


def test_readme_rule_file_holds_its_examples(tmp_path: Path) -> None:
    (tmp_path / "my-rules.yaml").write_text(RULE_FILE, "utf-8")
    status, printed = run("rules test my-rules.yaml", tmp_path)
    assert (status, printed) == (0, "2 rules, 5 examples: all hold, compiled and with jsonschema.\n")


def test_readme_commands_are_understood(tmp_path: Path) -> None:
    """Every `insights-lint` line of the README's blocks runs: its options and rules exist."""
    (tmp_path / "my-rules.yaml").write_text(RULE_FILE, "utf-8")
    shutil.copytree(ROOT / "examples", tmp_path / "fixtures")
    shutil.copy(ROOT / "examples" / "checkout.ndjson", tmp_path / "events.ndjson")
    shutil.copy(ROOT / "tests" / "cases" / "inside-documents" / "snapshots.json", tmp_path)
    shutil.copy(CAPTURES / "playwright_chromium_beacon_embed.har", tmp_path / "session.har")
    shutil.copy(CAPTURES / "recorded" / "playwright-1.65-trace.zip", tmp_path / "trace.zip")
    shutil.copy(CAPTURES / "recorded" / "mitmproxy-12.3-curl.flow.gz", tmp_path / "flows.mitm")
    (tmp_path / "access.log.gz").write_bytes(gzip.compress((CAPTURES / "logs" / "nginx-json.log").read_bytes()))
    record = {
        "at": 1763770000,
        "req": {"target": "/1/events", "raw": (ROOT / "examples" / "clean.json").read_text("utf-8")},
    }
    (tmp_path / "app.log").write_text(f"{json.dumps(record)}\n" * 2, "utf-8")
    lines = re.findall(r"^insights-lint (.*?)(?:\s+#.*)?$", README, re.MULTILINE)
    assert len(lines) >= 8
    for line in lines:
        status, printed = run(line, tmp_path)
        assert status in (0, 1), (line, printed)
        assert "Traceback" not in printed


@pytest.mark.parametrize("command", ["", "check", "rules", "rules test", "explain"])
def test_help_fits_a_screen_and_shows_an_example(command: str, tmp_path: Path) -> None:
    status, printed = run(f"{command} --help", tmp_path)
    assert status == 0
    assert len(printed.splitlines()) <= 34
    assert max(map(len, printed.splitlines())) <= 100
    assert re.search(r"^ +(Example: )?insights-lint \w+", printed, re.MULTILINE)
