"""`insights-lint check`: judges events in files, folders and standard input."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from typing import TextIO

import click

from insights_lint import __version__
from insights_lint.checks import Checks, CompiledChecks
from insights_lint.cli import look_for_garbage
from insights_lint.cli.main import COULD_NOT_RUN, INTERRUPTED, NOTHING_JUDGED, OK, VIOLATIONS, did_you_mean
from insights_lint.cli.options import Jobs, Moment, PointerPath, SeverityWord, Word, rule_options
from insights_lint.cli.progress import open_progress
from insights_lint.errors import SourceError
from insights_lint.jobs import audit_with_jobs
from insights_lint.jobs.settings import Front
from insights_lint.json_text.visible import visible
from insights_lint.linter import Linter
from insights_lint.model import Form, Rule, Severity
from insights_lint.readers import FORMATS
from insights_lint.readers.wanted import Fields, Path, Wanted
from insights_lint.report import Report
from insights_lint.reporters import REPORTERS, Reporter, Settings, open_reporter
from insights_lint.ruleset import load_rules, select_rules
from insights_lint.sources import find_sources


@click.command("check", short_help="Judge events in files, folders and standard input.")
@click.argument("paths", nargs=-1)
@click.option("--input-format", type=Word(list(FORMATS)), metavar="FORMAT", help=f"{', '.join(FORMATS)}.")
@click.option(
    "--form", type=Word([form.value for form in Form]), metavar="FORM", help="Take everything for wire, call or tail."
)
@click.option(
    "--at", type=PointerPath(), multiple=True, metavar="POINTER", help="Judge what is there; * is any key or index."
)
@click.option("--host", multiple=True, metavar="HOST", help="An endpoint besides Algolia's: HOST[:PORT][/PATH].")
@click.option("--url-field", default="", metavar="NAME", help="Field of a log; also --body-field, --time-field.")
@click.option("--body-field", default="", metavar="NAME", hidden=True)
@click.option("--time-field", default="", metavar="NAME", hidden=True)
@click.option("--stdin-filename", metavar="NAME", help="What to call standard input.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave files out, as .gitignore does.")
@click.option("--force-exclude", is_flag=True, help="--exclude also binds named files.")
@rule_options
@click.option("--now", type=Moment(), metavar="TIME", help="Clock of age rules: ISO 8601, ms, now.")
@click.option(
    "--fail-on",
    type=SeverityWord(),
    default="error",
    metavar="LEVEL",
    help="Exit 1 from here on: error (default), warning, info.",
)
@click.option(
    "--min-severity", type=SeverityWord(), default="info", metavar="LEVEL", help="Show only from this severity on."
)
@click.option("--max-per-rule", type=click.IntRange(min=0), metavar="N", help="Show N a rule; streams: 100.")
@click.option("--allow-empty", is_flag=True, help="Exit 0, not 3, if there are no events.")
@click.option("--output", multiple=True, metavar="FORMAT[=FILE]", help=f"{', '.join(REPORTERS)}.")
@click.option(
    "--color", type=Word(["auto", "always", "never"]), default="auto", metavar="WHEN", help="auto, always or never."
)
@click.option("--show-values", is_flag=True, help="Do not mask personal data.")
@click.option("--statistics", is_flag=True, help="Count violations by rule.")
@click.option("-q", "--quiet", is_flag=True, help="Print findings only.")
@click.option("--jobs", type=Jobs(), default="auto", metavar="N|auto", help="Processes for streams and many files.")
@click.option("--reference", is_flag=True, help="Judge with jsonschema alone: slow.")
def command(
    paths: tuple[str, ...],
    input_format: str | None,
    form: str | None,
    at: tuple[Path, ...],
    host: tuple[str, ...],
    url_field: str,
    body_field: str,
    time_field: str,
    stdin_filename: str | None,
    exclude: tuple[str, ...],
    force_exclude: bool,
    rules: tuple[str, ...],
    no_builtin_rules: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    now: int | None,
    fail_on: Severity,
    min_severity: Severity,
    max_per_rule: int | None,
    allow_empty: bool,
    output: tuple[str, ...],
    color: str,
    show_values: bool,
    statistics: bool,
    quiet: bool,
    jobs: int,
    reference: bool,
) -> int:
    """Judge Insights events in PATHS: files, folders (default: .), - for stdin.

    \b
    Example: insights-lint check fixtures/ --fail-on warning --output text --output json=report.json
    Exit status: 0 clean, 1 violations, 2 could not run, 3 nothing was judged.
    """
    selection = select_rules(load_rules(rules, builtin=not no_builtin_rules), select, ignore)
    linter = Linter(
        _checks(selection.rules, reference),
        now=now,
        max_per_rule=max_per_rule,
        min_severity=min_severity,
        show_values=show_values,
        excerpts=any(name == "text" for name, _ in _chosen_outputs(output)),
        screened=not reference,
    )
    report = linter.report
    report.rules_off = selection.off
    report.excerpts = False
    interrupted = False
    with ExitStack() as stack:
        reporters = _open_reporters(stack, output, color, quiet=quiet, statistics=statistics)
        for reporter in reporters:
            reporter.start()
        sources = find_sources(paths or (".",), exclude, force_exclude=force_exclude)
        progress = stack.enter_context(open_progress(sys.stderr, quiet=quiet or _leaves_lines_open(output)))

        def tell(sentence: str) -> None:
            with progress.lifted(sys.stderr):
                click.echo(f"insights-lint: {visible(sentence)}", err=True)

        front = Front(watch=progress.watched, passed=progress.passed, alone=progress.alone, tell=tell)
        found = audit_with_jobs(
            jobs,
            sources,
            linter,
            wanted=Wanted(Form(form) if form else None, at, host, Fields(url_field, body_field, time_field)),
            input_format=input_format,
            stdin_name=stdin_filename or "<stdin>",
            front=front,
        )
        look_for_garbage()  # a stream makes some without end
        try:
            with closing(found):  # ends other processes, also if a reporter cannot write any more
                for one in found:
                    if isinstance(one, SourceError):
                        tell(str(one))
                    else:
                        with progress.lifted(sys.stdout):
                            for reporter in reporters:
                                reporter.violation(one)
        except KeyboardInterrupt:  # what was found until now is still worth telling
            interrupted = True
            progress.close()
            click.echo("insights-lint: interrupted", err=True)
        progress.close()
        for reporter in reporters:
            reporter.finish(report)
    return INTERRUPTED if interrupted else exit_status(report, fail_on, allow_empty=allow_empty)


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
            raise click.UsageError(f'No output format "{name}".{hint}')
        chosen.append((name, file))
    if sum(file in ("", "-") for _, file in chosen) > 1:
        raise click.UsageError("Only one --output can go to standard output; write the others as FORMAT=FILE.")
    return chosen


def _leaves_lines_open(outputs: Sequence[str]) -> bool:
    """Whether JSON is written to a terminal: a line of it ends when the next begins, and a bar would overwrite it."""
    return any(name == "json" and file in ("", "-") and sys.stdout.isatty() for name, file in _chosen_outputs(outputs))


def _open_output(file: str) -> TextIO:
    try:
        return open(file, "w", encoding="utf-8", errors="backslashreplace", newline="\n")  # noqa: PTH123
    except OSError as error:
        raise SourceError(file, f"cannot be written: {error.strerror or error}") from None
