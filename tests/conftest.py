"""Fixtures that many tests share."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from insights_lint.model import Rule
from insights_lint.ruleset import load_rules
from tests.installing import CHECKOUT, Environment, install, new_environment, succeed


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


@pytest.fixture(scope="session")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source archive, and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("dist")
    succeed(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, CHECKOUT, folder=folder)
    return folder


@pytest.fixture(scope="session")
def wheel(artifacts: Path) -> Path:
    (found,) = artifacts.glob("*.whl")
    return found


@pytest.fixture(scope="session")
def sdist(artifacts: Path) -> Path:
    (found,) = artifacts.glob("*.tar.gz")
    return found


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment in which the wheel is installed."""
    environment = new_environment(tmp_path_factory.mktemp("installed"))
    install(environment, wheel)
    return environment


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints what tests counted with `record_property`, below their results."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            terminalreporter.write_line(f"{name}: {value}")
