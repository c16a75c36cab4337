"""`insights-lint check`: judges events in files, folders and standard input."""

from __future__ import annotations

from typing import Any

import click

from insights_lint.cli.judgement import Options, judge
from insights_lint.cli.options import COLOR, JOBS, MOMENT, SEVERITY, PointerPath, Word, rule_options
from insights_lint.model import Form
from insights_lint.readers import FORMATS
from insights_lint.reporters import REPORTERS


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
@click.option("--now", type=MOMENT, metavar="TIME", help="Clock of age rules: ISO 8601, ms, now.")
@click.option(
    "--fail-on",
    type=SEVERITY,
    default="error",
    metavar="LEVEL",
    help="Exit 1 from here on: error (default), warning, info.",
)
@click.option("--min-severity", type=SEVERITY, default="info", metavar="LEVEL", help="Show only from this severity on.")
@click.option("--max-per-rule", type=click.IntRange(min=0), metavar="N", help="Show N a rule; streams: 100.")
@click.option("--allow-empty", is_flag=True, help="Exit 0, not 3, if there are no events.")
@click.option("--output", multiple=True, metavar="FORMAT[=FILE]", help=f"{', '.join(REPORTERS)}.")
@click.option("--color", type=COLOR, default="auto", metavar="WHEN", help="auto, always or never.")
@click.option("--show-values", is_flag=True, help="Do not mask personal data.")
@click.option("--statistics", is_flag=True, help="Count violations by rule.")
@click.option("-q", "--quiet", is_flag=True, help="Print findings only.")
@click.option("--jobs", type=JOBS, default="auto", metavar="N|auto", help="Processes for streams and many files.")
@click.option("--reference", is_flag=True, help="Judge with jsonschema alone: slow.")
def command(**given: Any) -> int:
    """Judge Insights events in PATHS: files, folders (default: .), - for stdin.

    \b
    Example: insights-lint check fixtures/ --fail-on warning --output text --output json=report.json
    Exit status: 0 clean, 1 violations, 2 could not run, 3 nothing was judged.
    """
    return judge(Options(**given))
