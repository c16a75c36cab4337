"""What `insights-lint check` does: judges sources as its options say, tells what is found, and gives a status."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from typing import NamedTuple, TextIO

from insights_lint import __version__
from insights_lint.checks import Checks, CompiledChecks
from insights_lint.cli.endings import (
    COULD_NOT_RUN,
    INTERRUPTED,
    NOTHING_JUDGED,
    OK,
    VIOLATIONS,
    UsageError,
    tell,
)
from insights_lint.cli.garbage import look_for_garbage
from insights_lint.cli.progress import open_progress
from insights_lint.cli.words import did_you_mean
from insights_lint.errors import SourceError
from insights_lint.jobs import audit_with_jobs
from insights_lint.jobs.settings import Front
from insights_lint.json_text.visible import visible
from insights_lint.linter import Linter
from insights_lint.model import Form, Rule, Severity
from insights_lint.readers.wanted import Fields, Path, Wanted
from insights_lint.report import Report
from insights_lint.reporters import REPORTERS, Reporter, Settings, open_reporter
from insights_lint.ruleset import load_rules, select_rules
from insights_lint.sources import find_sources

COMMAND = "insights-lint check"


class Options(NamedTuple):
    """What a command line says; by default what it means where it says nothing."""

    paths: tuple[str, ...] = ()
    input_format: str | None = None
    form: str | None = None
    at: tuple[Path, ...] = ()
    host: tuple[str, ...] = ()
    url_field: str = ""
    body_field: str = ""
    time_field: str = ""
    stdin_filename: str | None = None
    exclude: tuple[str, ...] = ()
    force_exclude: bool = False
    rules: tuple[str, ...] = ()
    no_builtin_rules: bool = False
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    now: int | None = None
    fail_on: Severity = Severity.ERROR
    min_severity: Severity = Severity.INFO
    max_per_rule: int | None = None
    allow_empty: bool = False
    output: tuple[str, ...] = ()
    color: str = "auto"
    show_values: bool = False
    statistics: bool = False
    quiet: bool = False
    jobs: int = 1
    reference: bool = False


def judge(options: Options) -> int:
    """Runs the check, and gives the exit status. Raises InsightsLintError if the options cannot be used."""
    selection = select_rules(
        load_rules(options.rules, builtin=not options.no_builtin_rules), options.select, options.ignore
    )
    linter = Linter(
        _checks(selection.rules, options.reference),
        now=options.now,
        max_per_rule=options.max_per_rule,
        min_severity=options.min_severity,
        show_values=options.show_values,
        excerpts=any(name == "text" for name, _ in _chosen_outputs(options.output)),
        screened=not options.reference,
    )
    report = linter.report
    report.rules_off = selection.off
    report.excerpts = False
    interrupted = False
    with ExitStack() as stack:
        reporters = _open_reporters(
            stack, options.output, options.color, quiet=options.quiet, statistics=options.statistics
        )
        for reporter in reporters:
            reporter.start()
        sources = find_sources(options.paths or (".",), options.exclude, force_exclude=options.force_exclude)
        progress = stack.enter_context(
            open_progress(sys.stderr, quiet=options.quiet or _leaves_lines_open(options.output))
        )

        def say(sentence: str) -> None:
            with progress.lifted(sys.stderr):
                tell(f"insights-lint: {visible(sentence)}")

        front = Front(watch=progress.watched, passed=progress.passed, alone=progress.alone, tell=say)
        found = audit_with_jobs(
            options.jobs,
            sources,
            linter,
            wanted=Wanted(
                Form(options.form) if options.form else None,
                options.at,
                options.host,
                Fields(options.url_field, options.body_field, options.time_field),
            ),
            input_format=options.input_format,
            stdin_name=options.stdin_filename or "<stdin>",
            front=front,
        )
        look_for_garbage()  # a stream makes some without end
        try:
            with closing(found):  # ends other processes, also if a reporter cannot write any more
                for one in found:
                    if isinstance(one, SourceError):
                        say(str(one))
                    else:
                        with progress.lifted(sys.stdout):
                            for reporter in reporters:
                                reporter.violation(one)
        except KeyboardInterrupt:  # what was found until now is still worth telling
            interrupted = True
            progress.close()
            tell("insights-lint: interrupted")
        progress.close()
        for reporter in reporters:
            reporter.finish(report)
    return INTERRUPTED if interrupted else exit_status(report, options.fail_on, allow_empty=options.allow_empty)


def exit_status(report: Report, fail_on: Severity, *, allow_empty: bool) -> int:
    """What the run answers; if several statuses apply: 2 before 1 before 3."""
    if report.errors:
        return COULD_NOT_RUN
    if report.reaches(fail_on):
        return VIOLATIONS
    return OK if report.events or allow_empty else NOTHING_JUDGED


def _checks(rules: Sequence[Rule], reference: bool) -> Checks:
    if reference:
        from insights_lint.reference import ReferenceChecks  # imports jsonschema

        return ReferenceChecks(rules)
    return CompiledChecks(rules)


def _open_reporters(
    stack: ExitStack, outputs: Sequence[str], color: str, *, quiet: bool, statistics: bool
) -> list[Reporter]:
    """A reporter for each `FORMAT[=FILE]`; text on standard output if there is none."""
    reporters = []
    for name, file in _chosen_outputs(outputs):
        to_stdout = file in ("", "-")
        stream = sys.stdout if to_stdout else stack.enter_context(_open_output(file))
        terminal = to_stdout and stream.isatty()
        colored = color == "always" or (color == "auto" and terminal and not os.environ.get("NO_COLOR"))
        settings = Settings(
            color=colored and to_stdout,
            width=_terminal_columns() if terminal else 80,
            quiet=quiet,
            statistics=statistics,
            summary_path=os.environ.get("GITHUB_STEP_SUMMARY"),
            version=__version__,
        )
        reporters.append(open_reporter(name, stream, settings))
    return reporters


def _terminal_columns() -> int:
    from shutil import get_terminal_size  # imports what unpacks archives

    return get_terminal_size().columns


def _chosen_outputs(outputs: Sequence[str]) -> list[tuple[str, str]]:
    """Format and file of each output; all are looked at before the first file is opened, which empties it."""
    chosen = []
    for output in outputs or ("text",):
        name, _, file = output.partition("=")
        if name not in REPORTERS:
            hint = did_you_mean(name, list(REPORTERS)) or f" Choose from {', '.join(REPORTERS)}."
            raise UsageError(f'No output format "{name}".{hint}', COMMAND)
        chosen.append((name, file))
    if sum(file in ("", "-") for _, file in chosen) > 1:
        raise UsageError("Only one --output can go to standard output; write the others as FORMAT=FILE.", COMMAND)
    return chosen


def _leaves_lines_open(outputs: Sequence[str]) -> bool:
    """Whether JSON is written to a terminal: a line of it ends when the next begins, and a bar would overwrite it."""
    return any(name == "json" and file in ("", "-") and sys.stdout.isatty() for name, file in _chosen_outputs(outputs))


def _open_output(file: str) -> TextIO:
    try:
        return open(file, "w", encoding="utf-8", errors="backslashreplace", newline="\n")  # noqa: PTH123
    except OSError as error:
        raise SourceError(file, f"cannot be written: {error.strerror or error}") from None
