"""Runs commands in turn, so that whatever else the machine does hits all of them alike, and compares what they took."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

LAUNCHER = Path(__file__).with_name("drivers") / "launch.py"


class Entrant(NamedTuple):
    """A command, with its whole path, and the exit statuses that mean that it did its work."""

    command: tuple[str, ...]
    statuses: tuple[int, ...] = (0,)


class Sample(NamedTuple):
    """One run of a command: seconds, and the bytes of the largest of its processes."""

    wall: float
    cpu: float
    peak_bytes: int


class Spread(NamedTuple):
    """The least, the middle and the most of what was measured."""

    low: float
    median: float
    high: float


class BenchmarkError(Exception):
    """A command could not do its work, so that its time means nothing."""


def environment() -> dict[str, str]:
    """What a command sees: nothing that changes how Python or Node run, or what they say."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return kept | {"LC_ALL": "C.UTF-8", "NO_COLOR": "1", "NODE_NO_WARNINGS": "1"}


def measure(entrant: Entrant) -> Sample:
    """Raises BenchmarkError, with what the command says, if it exits with a status that was not expected."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", LAUNCHER, *entrant.command], env=environment(), capture_output=True, check=True
    )
    measured = json.loads(done.stdout)
    if measured["status"] not in entrant.statuses:
        raise BenchmarkError(f"exit status {measured['status']}: {' '.join(entrant.command)}\n{_said(entrant)}")
    return Sample(measured["wall"], measured["cpu"], measured["peak_bytes"])


def _said(entrant: Entrant) -> str:
    done = subprocess.run(entrant.command, env=environment(), capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr)[-2000:]


def interleave(entrants: Mapping[str, Entrant], runs: int) -> dict[str, list[Sample]]:
    """Samples of each entrant, in rounds: a b c, a b c, …; a round before them fills the caches of the system."""
    for entrant in entrants.values():
        measure(entrant)
    samples: dict[str, list[Sample]] = {name: [] for name in entrants}
    for _ in range(runs):
        for name, entrant in entrants.items():
            samples[name].append(measure(entrant))
    return samples


def spread(numbers: Sequence[float]) -> Spread:
    return Spread(min(numbers), statistics.median(numbers), max(numbers))


def ratios(upper: Sequence[float], lower: Sequence[float]) -> Spread:
    """Of the numbers of the same round, since those were taken under the same conditions."""
    return spread([one / other for one, other in zip(upper, lower, strict=True)])
