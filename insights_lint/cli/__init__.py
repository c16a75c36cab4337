"""The command line: the only room that prints, asks or exits."""

import atexit
import gc
from typing import NoReturn

_AT_START = 50_000
_USUAL = (700, 10, 10)


def look_for_garbage() -> None:
    """From now on looks for garbage as usual, if that was put off; what is there by now stays."""
    if gc.get_threshold()[0] == _AT_START:
        gc.freeze()
        gc.set_threshold(*_USUAL)


def start() -> NoReturn:
    """Runs the command line as a process of its own, and exits."""
    # Imports make many objects and hardly any garbage; and at exit, all goes at once, so that none need be looked for.
    gc.set_threshold(_AT_START)
    atexit.register(gc.freeze)
    from insights_lint.cli.main import run

    run()
