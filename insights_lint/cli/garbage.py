"""Puts off the search for garbage while a run starts, when there is hardly any."""

import atexit
import gc

_AT_START = 50_000
_USUAL = (700, 10, 10)


def put_off_garbage() -> None:
    """Looks for none before there is a reason, and for none at exit.

    Imports make many objects and hardly any garbage; and at exit, all goes at once.
    """
    gc.set_threshold(_AT_START)
    atexit.register(gc.freeze)


def look_for_garbage() -> None:
    """From now on looks for garbage as usual, if that was put off; what is there by now stays."""
    if gc.get_threshold()[0] == _AT_START:
        gc.freeze()
        gc.set_threshold(*_USUAL)
