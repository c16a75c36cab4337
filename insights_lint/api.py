"""What programs call: judges payloads, files and recorded requests, and tells what was found."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from os import PathLike
from typing import Any

from insights_lint import __version__
from insights_lint.checks import Checks, CompiledChecks
from insights_lint.errors import SourceError
from insights_lint.jobs import audit_with_jobs
from insights_lint.linter import Linter
from insights_lint.model import Form, Json, Rule
from insights_lint.payload import Payload, Unjudged
from insights_lint.readers.endpoints import is_insights_url
from insights_lint.readers.payloads import Payloads
from insights_lint.readers.wanted import Path, Wanted
from insights_lint.report import Report
from insights_lint.reporters import Settings, open_reporter
from insights_lint.request_log import sent_requests
from insights_lint.ruleset import load_rules, select_rules
from insights_lint.sources import find_sources

Paths = str | PathLike[str] | Sequence[str | PathLike[str]]
"""One path or several."""


def lint(
    payload: Json | str | bytes,
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    rules: Paths = (),
    now: int | None = None,
    form: str | None = None,
    at: Sequence[str] = (),
    show_values: bool = False,
    source: str = "payload",
) -> Report:
    """Judges one payload, and gives the report with every violation.

    `payload` is JSON as text (str or UTF-8 bytes) or already parsed: a request body `{"events": […]}`, a list of
    events, one event, a call `["clickedObjectIDs", {…}]` or a queue of calls, or an entry of the API's log. What is
    parsed is written with `json.dumps` first: the limit of 16 characters for amounts counts those of its numbers, and
    lines and columns are those of that text, indented by 2. Nothing in it is taken for a template.

    `select` and `ignore` name rules, topics or globs, `rules` files or folders with rules of one's own, as the options
    of the command line do. `now` is the clock of age rules in milliseconds since the epoch; without one they are
    silent. `form` is `wire`, `call` or `tail`; by default the payload tells. `at` holds JSON Pointers (RFC 6901, `*`
    for any key or index) to the payloads in a larger document. `show_values` lifts the masks from messages and
    excerpts. `source` is what the payload is called.

    Text that is no JSON is a violation, too. A payload that holds no events gives a report whose `nothing_judged` is
    true, and which says in `notes` what stands there instead.

    Raises TypeError for a parsed payload that JSON cannot hold, ValueError for a `form` or pointer that is none,
    `insights_lint.errors.SelectionError` for a name that no rule has, and `insights_lint.errors.RuleError` with every
    mistake of the rule files.
    """
    linter = _linter(select, ignore, rules, now=now, show_values=show_values)
    text = payload if isinstance(payload, (str, bytes)) else json.dumps(payload, indent=2, ensure_ascii=False)
    payloads = Payloads(source, _wanted(form, at or [""]))
    report = linter.report
    report.sources, report.source_noun = 1, "payload"
    for found in (*payloads.of(text), *payloads.unmatched()):
        if isinstance(found, Unjudged):
            report.notes.append((source, found.reason))
        elif isinstance(found, Payload):
            _exhaust(linter.lint(found))
    report.sources_without_events = int(report.nothing_judged)
    return report


def lint_files(
    paths: Paths,
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    rules: Paths = (),
    now: int | None = None,
    form: str | None = None,
    at: Sequence[str] = (),
    hosts: Sequence[str] = (),
    exclude: Sequence[str] = (),
    max_per_rule: int | None = None,
    show_values: bool = False,
    jobs: int = 1,
) -> Report:
    """Judges files and folders as `insights-lint check` does, and gives the report.

    `exclude` holds patterns in the syntax of .gitignore, `hosts` endpoints besides Algolia's in captured traffic. Of
    each rule `max_per_rule` violations are kept; None keeps all of documents and 100 of streams, while counts are
    exact. With more than one of `jobs`, as many processes judge large streams and many files; the report is the same.
    Where processes are not forked (other systems than Linux, or while other threads run), the script that calls this
    must do so below `if __name__ == "__main__"`. For the other arguments, and what is raised, see `lint`. A path that
    cannot be read is told in the report's `errors`, and the others are judged.
    """
    linter = _linter(select, ignore, rules, now=now, show_values=show_values, max_per_rule=max_per_rule)
    found = audit_with_jobs(jobs, find_sources(_names(paths), _names(exclude)), linter, wanted=_wanted(form, at, hosts))
    _exhaust(one for one in found if not isinstance(one, SourceError))
    return linter.report


def lint_requests(
    log: Any,
    *,
    hosts: Sequence[str] = (),
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    rules: Paths = (),
    now: int | None = None,
    show_values: bool = False,
) -> Report:
    """Judges the requests to the Insights API in a log of requests, and gives the report.

    `log` is what Playwright, requests-mock, responses, respx, pytest-httpx, pytest-httpserver or VCR recorded; see
    `insights_lint.request_log.sent_requests`. Of it, POST requests to the API are judged, body by body as they were
    sent, and those to `hosts` (`localhost:8000`, `events.example.com`) whose path ends in /1/events. Requests whose
    body was not recorded are counted in `payloads_without_body`. For the rest, and what is raised, see `lint`.
    """
    linter = _linter(select, ignore, rules, now=now, show_values=show_values)
    report = linter.report
    report.sources, report.source_noun = 1, "log"
    payloads = Payloads("requests", Wanted(Form.WIRE), sent=True)
    seen = 0
    for number, request in enumerate(sent_requests(log), 1):
        seen = number
        if request.method != "POST" or not is_insights_url(request.url, hosts):
            continue
        if request.body is None:
            report.payloads_without_body += 1
        else:
            _exhaust(linter.lint(payloads.request(request.body, number)))
    if not report.payloads:
        report.sources_without_events = 1
        noun = "request" if seen == 1 else "requests"
        report.notes.append(("requests", f"{seen} {noun}, none to the Insights API with a body"))
    return report


def report_text(report: Report, output: str = "text") -> str:
    """The report as the command line tells it; `output` is `text`, `concise`, `json`, `ndjson` or `github`.

    Raises KeyError for another `output`.
    """
    stream = io.StringIO()
    reporter = open_reporter(output, stream, Settings(version=__version__))
    reporter.start()
    for violation in report.kept:
        reporter.violation(violation)
    reporter.finish(report)
    return stream.getvalue()


def _linter(
    select: Sequence[str],
    ignore: Sequence[str],
    rules: Paths,
    *,
    now: int | None,
    show_values: bool,
    max_per_rule: int | None = None,
) -> Linter:
    names = _names(select), _names(ignore)
    # A user's rule files may change while a program runs; ours do not.
    checks, off = _prepared(load_rules(_names(rules)), *names) if rules else _builtin_checks(*names)
    linter = Linter(checks, now=now, max_per_rule=max_per_rule, show_values=show_values, screened=True)
    linter.report.rules_off = off
    return linter


def _names(names: Paths) -> tuple[str, ...]:
    """The names or paths; a single one may stand for itself."""
    return (str(names),) if isinstance(names, (str, PathLike)) else tuple(map(str, names))


def _prepared(rules: Sequence[Rule], select: tuple[str, ...], ignore: tuple[str, ...]) -> tuple[Checks, int]:
    selection = select_rules(rules, select, ignore)
    return CompiledChecks(selection.rules), selection.off


@lru_cache(maxsize=32)
def _builtin_checks(select: tuple[str, ...], ignore: tuple[str, ...]) -> tuple[Checks, int]:
    return _prepared(_builtin_rules(), select, ignore)


@lru_cache(maxsize=1)
def _builtin_rules() -> list[Rule]:
    return load_rules()


def _wanted(form: str | None, at: Sequence[str], hosts: Sequence[str] = ()) -> Wanted:
    return Wanted(Form(form) if form else None, tuple(map(Path.parse, _names(at))), _names(hosts))


def _exhaust(violations: Iterable[object]) -> None:
    """Has all of them found; the report keeps them."""
    for _ in violations:
        pass
