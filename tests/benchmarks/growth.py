"""How time and memory grow: with the size of a stream, with processes and with rules."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.contests import Entrants
from tests.benchmarks.environments import INSIGHTS_LINT
from tests.benchmarks.measuring import Entrant, Sample, environment, interleave, measure

SIZES = (10.0, 100.0, 1000.0)
RULES = (10, 50, 100)
RULES_MEGABYTES = 20.0

MICROSECONDS = 1_000_000


class Growth(NamedTuple):
    """One run, for what there was to do."""

    megabytes: float
    events: int
    rules: int
    jobs: int
    sample: Sample

    @property
    def wall_per_event(self) -> float:
        """Microseconds."""
        return self.sample.wall / self.events * MICROSECONDS

    @property
    def cpu_per_event(self) -> float:
        """Microseconds, of all processes together."""
        return self.sample.cpu / self.events * MICROSECONDS


def growth_in_size(entrants: Entrants, sizes: Sequence[float], runs: int) -> list[Growth]:
    """With all rules that are on, on traffic with 2 % of its events faulty, in one process and in two."""
    rules = len(_rule_ids(entrants, "on"))
    grown = []
    for jobs in (1, 2) if entrants.has_jobs else (1,):
        for size in sizes:
            stream = entrants.materials.stream("faulty", size)
            entrant = entrants.insights_lint_on_stream(stream.path, clean=False, jobs=jobs)
            grown.append(Growth(size, stream.events, rules, jobs, _fastest(entrant, runs)))
    return grown


def growth_in_rules(entrants: Entrants, megabytes: float, runs: int) -> list[Growth]:
    """On clean traffic, so that judging is timed and not telling: with the first rules that judge such traffic.

    Those that are on by default, and if there are not enough, also those that are off and find nothing in it.
    """
    stream = entrants.materials.stream("clean", megabytes)
    ids = _rule_ids(entrants, "on") + _silent(entrants, stream.path, _rule_ids(entrants, "off"))
    counts = [count for count in RULES if count <= len(ids)]
    commands = {
        str(count): entrants.insights_lint_on_stream(stream.path, *_selecting(ids[:count]), clean=True)
        for count in counts
    }
    samples = interleave(commands, runs)
    return [Growth(megabytes, stream.events, count, 1, min(samples[str(count)])) for count in counts]


def peak_of_sourcemeta(entrants: Entrants, megabytes: float) -> Sample:
    """The only peer with a command line that reads lines; its memory grows with the file."""
    return measure(entrants.sourcemeta(entrants.materials.stream("faulty", megabytes).path, statuses=(1,)))


def _fastest(entrant: Entrant, runs: int) -> Sample:
    """Nothing but the machine's other work makes a run take longer than another."""
    return min(measure(entrant) for _ in range(runs))


def _selecting(ids: Sequence[str]) -> list[str]:
    return [argument for rule in ids for argument in ("--select", rule)]


def _silent(entrants: Entrants, file: Path, ids: list[str]) -> list[str]:
    """Those of the rules that find nothing in the file."""
    command = entrants.insights_lint(file, *_selecting(ids), "--output", "json", "--max-per-rule", "1").command
    done = subprocess.run(command, env=environment(), capture_output=True, check=True)
    found = {violation["rule"] for violation in json.loads(done.stdout)["violations"]}
    return [rule for rule in ids if rule not in found]


def _rule_ids(entrants: Entrants, state: str) -> list[str]:
    """Rules that judge what the API receives."""
    program = entrants.environments.program(INSIGHTS_LINT, INSIGHTS_LINT)
    command = [program, "rules", "--form", "wire", "--state", state, "--output", "json"]
    done = subprocess.run(command, env=environment(), capture_output=True, check=True)
    return [rule["id"] for rule in json.loads(done.stdout)]
