"""Reads a plain `check` command line without click, whose import takes longer than the check of a file.

It understands a part of what click does and gives just the same; everything else, and every mistake, is left to click.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from insights_lint.cli.endings import ended_alone
from insights_lint.cli.judgement import Options, judge
from insights_lint.cli.words import color, moment, names, processes, severity

_COMPLETION = "_INSIGHTS_LINT_COMPLETE"
"""With this in the environment, click answers a shell that completes a command line."""


_FLAGS = {
    "-q": "quiet",
    "--quiet": "quiet",
    "--statistics": "statistics",
    "--show-values": "show_values",
    "--allow-empty": "allow_empty",
}
"""Options without a value → the member of `Options` that becomes true."""


def _count(word: str) -> int:
    if not (word.isascii() and word.isdigit()):
        raise ValueError("not written as a number from 0")
    return int(word)


_VALUES: dict[str, Callable[[str], Any]] = {
    "--now": moment,
    "--fail-on": severity,
    "--min-severity": severity,
    "--max-per-rule": _count,
    "--color": color,
    "--jobs": processes,
}
"""Options of which the last counts → what its value means."""
_LISTS: dict[str, Callable[[Sequence[str]], tuple[str, ...]]] = {
    "--output": tuple,
    "--select": names,
    "--ignore": names,
}
"""Options of which all count → what their values mean."""


def run_plainly(arguments: Sequence[str]) -> None:
    """Runs `check` with these arguments and exits, if all of them are plain; otherwise does nothing."""
    if _COMPLETION in os.environ or os.name == "nt":  # there, click expands patterns
        return
    options = plain_options(arguments)
    if options is not None:
        ended_alone(lambda: judge(options))


def plain_options(arguments: Sequence[str]) -> Options | None:
    """The options that click would find in the arguments of `check`; None for what it might take in another way."""
    paths: list[str] = []
    flags: set[str] = set()
    words: dict[str, list[str]] = {"--jobs": ["auto"]}
    rest = iter(arguments)
    for argument in rest:
        name, equals, value = argument.partition("=")
        if argument in _FLAGS:
            flags.add(_FLAGS[argument])
        elif name in _VALUES or name in _LISTS:
            word = value if equals else next(rest, "")
            if not word or word.startswith("-"):
                return None
            words.setdefault(name, []).append(word)
        elif argument == "-" or argument[:1] not in ("", "-"):
            paths.append(argument)
        else:
            return None
    try:
        given = {
            name: _LISTS[name](all_) if name in _LISTS else _VALUES[name](all_[-1]) for name, all_ in words.items()
        }
    except ValueError:
        return None
    members: dict[str, Any] = dict.fromkeys(flags, True)
    members |= {name.removeprefix("--").replace("-", "_"): value for name, value in given.items()}
    return Options(tuple(paths), **members)
