"""Fixtures that many tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from insights_lint.model import Rule
from insights_lint.ruleset import load_rules


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Real payloads, captures and official test suites, which are not part of the repository."""
    folder = os.environ.get("INSIGHTS_LINT_CORPUS")
    if folder:
        return Path(folder)
    if os.environ.get("CI"):
        pytest.fail("INSIGHTS_LINT_CORPUS is not set; in CI every test runs")
    pytest.skip("INSIGHTS_LINT_CORPUS is not set: it names the folder with the test suites that are not distributed")


@pytest.fixture(scope="session")
def builtin_rules() -> list[Rule]:
    return load_rules(examples=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints what tests counted with `record_property`, below their results."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            terminalreporter.write_line(f"{name}: {value}")
