"""What a run with several processes may be told: by its front door, and how much work is worth a process."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple

from insights_lint.audit import Watch


class Sizes(NamedTuple):
    """How much work is worth a process, and a message to it; no result depends on these."""

    first_bytes: int = 4_000_000
    """What is judged before any process is started, so that little is judged without them."""
    first_files: int = 500
    part_bytes: int = 500_000
    batch_files: int = 50
    waiting_bytes: int = 4_000_000
    """Of all parts that wait at once, so that memory is bounded however many processes there are."""


SIZES = Sizes()


class Front(NamedTuple):
    """What a front door does for a run."""

    watch: Watch | None = None
    passed: Callable[[str, int], None] = lambda _, __: None
    """Is told of each file that another process reads, and its size in bytes."""
    alone: Callable[[], AbstractContextManager[None]] = nullcontext
    """Gives a context in which no other thread of the front door is alive, so that a process may be forked."""
    tell: Callable[[str], None] = lambda _: None
    """Is given a sentence for each process that dies."""


def usable_processors() -> int:
    """How many processes can run at once."""
    if sys.version_info >= (3, 13):
        return os.process_cpu_count() or 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
