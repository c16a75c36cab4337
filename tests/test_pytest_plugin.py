"""The fixture `insights_lint` in real runs of pytest, the README's examples among them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from insights_lint import lint, report_text
from insights_lint.pytest_plugin import InsightsLint
from tests.running import CHECKOUT

README = (CHECKOUT / "README.md").read_text("utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
EVENT = {
    "eventType": "click",
    "eventName": "product clicked",
    "index": "products",
    "userToken": "anonymous-1",
    "objectIDs": ["a"],
}
TELEMETRY = {"eventType": "instantsearch", "eventName": "__start__", "userToken": "anonymous-1"}
FAULTY = {**EVENT, "positions": [1]}
URL = "https://insights.algolia.io/1/events"


def run_pytest(text: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Runs the text as a test module of its own; the plugin is there because the package is installed."""
    (folder / "test_it.py").write_text(text, "utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, "test_it.py"],
        cwd=folder,
        env={**os.environ, "COLUMNS": "120", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("example", [one for one in EXAMPLES if "def test_" in one])
def test_readme_examples_pass(example: str, tmp_path: Path) -> None:
    result = run_pytest(example, tmp_path)
    assert result.stdout.splitlines()[-1].startswith("1 passed"), result.stdout


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"positions": [7],', "", "error[positions-missing]"),
        ('"price": 8.99', '"price": "8,99"', "error[amount-not-decimal]"),
        ('"index": "products",', '"indexName": "products",', "error[index-missing]"),
        ("/1/events", "/1/other", "none to the Insights API"),
    ],
)
def test_readme_examples_can_fail(old: str, new: str, told: str, tmp_path: Path) -> None:
    example = next(one for one in EXAMPLES if "def test_" in one and old in one)
    result = run_pytest(example.replace(old, new) if "1/other" not in new else RENAMED, tmp_path)
    assert result.returncode == 1
    assert told in result.stdout


RENAMED = """
def test_other_requests(insights_lint):
    insights_lint.assert_sent([{"method": "POST", "url": "https://example.com/1/other", "body": "{}"}])
"""


def test_readme_shows_programs(tmp_path: Path) -> None:
    (program,) = [one for one in EXAMPLES if "def test_" not in one]
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "a.json").write_text('{"events": [{"eventName": "a", "userToken": "a b"}]}', "utf-8")
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    lines = result.stdout.splitlines()
    assert lines[0] == "index-missing `index` is missing"
    assert "1 1 {'event-type-missing': 1, 'index-missing': 1, 'items-missing': 1, 'user-token-characters': 1}" in lines
    assert lines[-4:-1] == [
        "Checked 1 file, 1 request, 1 event: 4 errors.",
        "The API would refuse this request and lose its event.",
        "25 rules are off.",
    ]


def test_a_failure_shows_the_text_of_the_command_line(tmp_path: Path) -> None:
    text = f"def test_it(insights_lint):\n    insights_lint.assert_valid({{'events': [{FAULTY}]}})\n"
    result = run_pytest(text, tmp_path)
    expected = report_text(lint({"events": [FAULTY]}))
    shown = "\n".join(line.removeprefix("E").removeprefix("       ") for line in result.stdout.splitlines())
    assert result.returncode == 1
    assert "\n".join(line.rstrip() for line in expected.splitlines()) in "\n".join(
        line.rstrip() for line in shown.splitlines()
    )
    assert "insights_lint/api.py" not in result.stdout  # only the test's own line is shown, none of ours


def test_what_passes_gives_its_report(insights_lint: InsightsLint) -> None:
    report = insights_lint.assert_valid({"events": [EVENT]})
    assert [one.rule.id for one in report.kept] == ["event-name-not-title-case"]
    sent = [{"method": "POST", "url": URL, "body": '{"events": [{"eventType": "instantsearch"}]}'}]
    with pytest.raises(AssertionError, match="event-name-missing"):
        insights_lint.assert_sent(sent)


@pytest.mark.parametrize("fail_on", ["warning", "info"])
def test_from_which_severity_it_fails(insights_lint: InsightsLint, fail_on: str) -> None:
    with pytest.raises(AssertionError, match="event-name-not-title-case"):
        insights_lint.assert_valid(EVENT, fail_on=fail_on)
    insights_lint.assert_valid(EVENT, fail_on=fail_on, ignore=["event-name-not-title-case"])


@pytest.mark.parametrize("payload", [{"a": 1}, {"events": [TELEMETRY]}, "null"])
def test_nothing_judged_is_never_valid(insights_lint: InsightsLint, payload: object) -> None:
    with pytest.raises(AssertionError, match=r"Nothing was judged|is not an object"):
        insights_lint.assert_valid(payload, at=["/b"] if payload == {"a": 1} else ())


def test_a_clock_and_a_form_are_passed_on(insights_lint: InsightsLint) -> None:
    old = {**EVENT, "timestamp": 1_757_066_975_147}
    insights_lint.assert_valid(old)
    with pytest.raises(AssertionError, match="timestamp-too-old"):
        insights_lint.assert_valid(old, now=1_767_066_975_147)
    with pytest.raises(AssertionError, match="call-nothing-sent"):
        insights_lint.assert_valid(["viewedObjectIDs", {}], form="call")


def test_the_plugin_imports_little(tmp_path: Path) -> None:
    text = (
        "import sys\n\ndef test_it():\n    ours = {name for name in sys.modules if name.startswith('insights_lint')}\n"
    )
    text += "    assert ours == {'insights_lint', 'insights_lint.pytest_plugin'}\n"
    result = run_pytest(text, tmp_path)
    assert result.returncode == 0, result.stdout
