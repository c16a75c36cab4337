"""What is read without click is read as click reads it; all else, and every mistake, is left to click."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence

import click
import pytest

from insights_lint.cli import check, plain
from insights_lint.cli.judgement import Options
from insights_lint.cli.plain import plain_options
from insights_lint.model import Severity
from tests.running import run_cli

NOW = "1771576934000"

PLAIN = [
    [],
    ["a.json"],
    ["a.json", "-", "b c", "ä", "a=b", "\udce9.json"],
    ["a.json", "--now", NOW],
    [f"--now={NOW}", "a.json"],
    ["--now", "2026-02-20T08:42:14Z"],
    ["--now", "2026-02-20 08:42:14"],
    ["--now", "20260220"],
    ["--now", "0"],
    ["--now", "1" * 16],
    ["-q"],
    ["-q", "--quiet", "-q"],
    ["--statistics", "--show-values", "--allow-empty"],
    ["--fail-on", "info", "--fail-on", "warning"],
    ["--fail-on", "no level", "--fail-on", "warning"],
    ["--min-severity=error"],
    ["--max-per-rule", "0"],
    ["--max-per-rule", "007"],
    ["--color", "always", "a.json", "--color=never"],
    ["--jobs", "3"],
    ["--jobs", "auto"],
    ["--output", "json=a=b.json", "--output=text", "--output", "no format"],
    ["--select", "a,b", "--select", " c ,, d", "--ignore", "x*"],
    ["--ignore", ","],
]

LEFT_TO_CLICK = [
    ["--help"],
    ["-h"],
    ["--"],
    ["a.json", "--", "-q"],
    [""],
    ["a.json", ""],
    ["-qq"],
    ["-qx"],
    ["-x"],
    ["-q=1"],
    ["-nonsense"],
    ["--nonsense"],
    ["--quiet=1"],
    ["--statistics="],
    ["--no"],
    ["--now"],
    ["--now", ""],
    ["--now="],
    ["--now", "-1"],
    ["--now", "--quiet"],
    ["--now", "yesterday"],
    ["--now", "9" * 17],
    ["--now", "²"],
    ["--now", " 1"],
    ["--fail-on", "worst"],
    ["--fail-on", "ERROR"],
    ["--min-severity", "none"],
    ["--max-per-rule", "-1"],
    ["--max-per-rule", "x"],
    ["--max-per-rule", "1_0"],
    ["--max-per-rule", "9" * 5000],
    ["--color", "sometimes"],
    ["--jobs", "0"],
    ["--jobs", "12345"],
    ["--jobs", "٣"],
    ["--output"],
    ["--select", ""],
    ["--input-format", "json"],
    ["--form", "wire"],
    ["--at", "/a"],
    ["--host", "h"],
    ["--exclude", "x"],
    ["--rules", "x.yaml"],
    ["--no-builtin-rules"],
    ["--reference"],
    ["--stdin-filename", "x"],
]


def by_click(arguments: Sequence[str]) -> Options | None:
    """The options that click finds; None if it does not run the command."""
    found: list[Options] = []

    def judge(options: Options) -> int:
        found.append(options)
        return 0

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(check, "judge", judge)
        try:
            check.command.main(list(arguments), prog_name="check", standalone_mode=False)
        except click.ClickException:
            return None
    return found[0] if found else None


@pytest.mark.parametrize("arguments", PLAIN, ids=" ".join)
def test_what_is_plain_is_read_as_click_reads_it(arguments: list[str]) -> None:
    options = plain_options(arguments)
    assert options is not None
    assert options == by_click(arguments)


@pytest.mark.parametrize("arguments", LEFT_TO_CLICK, ids=lambda arguments: " ".join(arguments)[:40])
def test_everything_else_is_left_to_click(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert plain_options(arguments) is None
    by_click(arguments)  # whatever that is, it is no fault of ours


def test_the_tables_name_options_of_their_kind() -> None:
    options = [option for option in check.command.params if isinstance(option, click.Option)]
    known = {name: option for option in options for name in option.opts}
    assert {name: known[name].name for name in plain._FLAGS} == plain._FLAGS
    assert {name for name in plain._FLAGS if not known[name].is_flag} == set()
    assert {name for name in plain._VALUES if known[name].multiple or known[name].is_flag} == set()
    assert {name for name in plain._LISTS if not known[name].multiple} == set()


def command_lines() -> Iterator[list[str]]:
    """Command lines of plain and other parts, in any order, and some of them cut or glued together."""
    parts = [list(one) for one in (*PLAIN, *LEFT_TO_CLICK) if "--help" not in one and "-h" not in one]
    chosen = random.Random(1)  # noqa: S311  # no secret
    for _ in range(3000):
        line = list(itertools.chain.from_iterable(chosen.sample(parts, chosen.randint(1, 4))))
        if chosen.random() < 0.3 and line:
            del line[chosen.randrange(len(line))]
        if chosen.random() < 0.2:
            chosen.shuffle(line)
        yield line


def test_no_command_line_is_read_in_two_ways(capsys: pytest.CaptureFixture[str]) -> None:
    plainly = 0
    for line in command_lines():
        options = plain_options(line)
        if options is not None:
            plainly += 1
            assert options == by_click(line), line
    assert plainly > 100


def test_defaults_are_those_of_click() -> None:
    options = by_click([])
    assert options is not None
    assert options._replace(jobs=1) == Options()
    assert options.fail_on is Severity.ERROR


def test_a_shell_that_completes_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_INSIGHTS_LINT_COMPLETE", "bash_source")
    assert "_INSIGHTS_LINT_COMPLETE=bash_complete" in run_cli("check", "nowhere.json").out


@pytest.mark.parametrize("way", ["--now", "--stdin-filename"])
@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (
            ["--output", "tetx"],
            2,
            'insights-lint: No output format "tetx". Did you mean text?\nTry: insights-lint check --help\n',
        ),
        (["--select", "nothing-like-it"], 2, 'insights-lint: no rule, topic or pattern "nothing-like-it"\n'),
        (["a\x1b[31mb.json"], 2, "insights-lint: a\\x1b[31mb.json: No such file or directory\n"),
        (
            ["--output", "json=no\x1b[31m/x.json"],
            2,
            "insights-lint: no/x.json: cannot be written: No such file or directory\n",
        ),
    ],
)
def test_errors_read_the_same_by_either_way(way: str, arguments: list[str], status: int, told: str) -> None:
    outcome = run_cli("check", *arguments, way, NOW)
    assert (outcome.status, outcome.err) == (status, told)
