"""The pytest plugin: the fixture `insights_lint`, whose assertions fail with what the command line prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from insights_lint.api import Paths
    from insights_lint.report import Report


class InsightsLint:
    """Assertions about Insights events."""

    def assert_valid(
        self,
        payload: Any,
        *,
        select: Sequence[str] = (),
        ignore: Sequence[str] = (),
        rules: Paths = (),
        now: int | None = None,
        form: str | None = None,
        at: Sequence[str] = (),
        fail_on: str = "error",
    ) -> Report:
        """Fails if the payload has violations of severity `fail_on` or above, or holds no events at all.

        `payload` is parsed JSON, JSON text or bytes; it and the other arguments are those of `insights_lint.lint`,
        `fail_on` is `error`, `warning` or `info`. Gives the report of a payload that passes.
        """
        __tracebackhide__ = True
        from insights_lint.api import lint  # a run of pytest that uses no fixture of ours pays nothing

        report = lint(payload, select=select, ignore=ignore, rules=rules, now=now, form=form, at=at)
        return _passed(report, fail_on)

    def assert_sent(
        self,
        requests: Any,
        *,
        hosts: Sequence[str] = (),
        select: Sequence[str] = (),
        ignore: Sequence[str] = (),
        rules: Paths = (),
        now: int | None = None,
        fail_on: str = "error",
    ) -> Report:
        """Fails if what was sent to the Insights API has violations, or if nothing was sent to it.

        `requests` is a log of Playwright, requests-mock, responses, respx, pytest-httpx, pytest-httpserver or VCR; it
        and the other arguments are those of `insights_lint.lint_requests`. Gives the report of a log that passes.
        """
        __tracebackhide__ = True
        from insights_lint.api import lint_requests

        report = lint_requests(requests, hosts=hosts, select=select, ignore=ignore, rules=rules, now=now)
        return _passed(report, fail_on)


def _passed(report: Report, fail_on: str) -> Report:
    __tracebackhide__ = True
    from insights_lint.api import report_text
    from insights_lint.model import Severity

    if report.nothing_judged or report.reaches(Severity[fail_on.upper()]):
        raise AssertionError(f"\n{report_text(report)}")
    return report


@pytest.fixture(scope="session")
def insights_lint() -> InsightsLint:
    """Assertions that Insights events are valid: `assert_valid(payload)` and `assert_sent(requests)`."""
    return InsightsLint()
