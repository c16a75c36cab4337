"""The command line: the only room that prints, asks or exits."""

import atexit
import gc
from typing import NoReturn


def start() -> NoReturn:
    """Runs the command line as a process of its own, and exits."""
    # Imports make many objects and hardly any garbage; and at exit, all goes at once, so that none need be looked for.
    gc.set_threshold(50_000)
    atexit.register(gc.freeze)
    from insights_lint.cli.main import run

    run()
