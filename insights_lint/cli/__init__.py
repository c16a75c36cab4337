"""The command line: the only room that prints, asks or exits."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn

from insights_lint.cli.garbage import put_off_garbage


def start() -> NoReturn:
    """Runs the command line as a process of its own, and exits."""
    put_off_garbage()
    run(sys.argv[1:])


def run(arguments: Sequence[str]) -> NoReturn:
    """Runs the command line and exits: a plain `check` at once, everything else by way of click."""
    if arguments and arguments[0] == "check":
        from insights_lint.cli.plain import run_plainly

        run_plainly(arguments[1:])
    from insights_lint.cli.main import run_with_click  # importing click takes as long as judging a hundred files

    run_with_click(arguments)
