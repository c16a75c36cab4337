"""Counts instructions and tells when they grow: `python -m tests.benchmarks.budget`; README.md here says what and how.

Unlike time, the number of instructions does not depend on what else the machine does, so that 5 % can be told.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.benchmarks.contests import Entrants
from tests.benchmarks.environments import INSIGHTS_LINT, Environments, cache_folder
from tests.benchmarks.materials import Materials
from tests.benchmarks.measuring import BenchmarkError, Entrant, measure
from tests.benchmarks.tables import tell

RECORDED = Path(__file__).with_name("budget.json")

SEED = 1
STREAM_MEGABYTES = 5
# How much more than recorded is too much, and how much two runs of one thing may differ.
ALLOWED_GROWTH = 0.05
ALLOWED_DIFFERENCE = 0.001

WITHIN, GROWN, UNKNOWN = 0, 1, 2

Counts = Mapping[str, int]

# Everything that changes how many instructions the same Python program takes; a build for profiling is another one.
_BUILD = """
import platform, sys, sysconfig
arguments = sysconfig.get_config_var("CONFIG_ARGS") or ""
build = [sys.implementation.name, platform.python_version(), platform.machine()]
build += [platform.python_compiler().replace(" ", "").lower(), "".join(platform.libc_ver()) or sys.platform]
build += ["pgo"] * ("--enable-optimizations" in arguments) + ["lto"] * ("--with-lto" in arguments)
print("-".join(build + ["debug"] * hasattr(sys, "gettotalrefcount")))
"""


def main() -> int:
    """0 within the budget; 1 grown; 2 if this interpreter has no budget, or nothing can be counted."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.budget", description=main.__doc__)
    parser.add_argument("--record", action="store_true", help="make what is counted now the budget of this interpreter")
    parser.add_argument("--once", action="store_true", help="do not count a second time to see that both agree")
    parser.add_argument("--work-dir", type=Path, default=cache_folder(), help="where environment and traffic are kept")
    options = parser.parse_args()
    if shutil.which("valgrind") is None:
        tell("There is no valgrind, which counts the instructions.")
        return UNKNOWN

    environments = Environments(options.work_dir.absolute())
    environments.install_insights_lint()
    build = _said(environments.program(INSIGHTS_LINT, "python"), "-c", _BUILD).strip()
    budgets: dict[str, dict[str, Any]] = json.loads(RECORDED.read_text("utf-8"))
    tell(f"This interpreter is {build}.")
    if build not in budgets and not options.record:
        tell(f"There is no budget for it, only for: {', '.join(budgets) or 'none'}. Record one with --record.")
        return UNKNOWN

    try:
        counted = count_all(environments, runs=1 if options.once else 2)
    except BenchmarkError as error:
        tell(f"Nothing can be told: {error}")
        return UNKNOWN
    versions = environments.distributions(INSIGHTS_LINT)
    if options.record:
        budgets[build] = {"instructions": dict(counted), "with": versions}
        RECORDED.write_text(json.dumps(budgets, indent=2, sort_keys=True) + "\n", "utf-8")
        tell(f"Recorded: {', '.join(f'{name} {count:,}' for name, count in counted.items())}.")
        return WITHIN

    recorded = budgets[build]
    for name, version in versions.items():
        if (before := recorded["with"].get(name)) != version:
            tell(f"Note: {name} is {version} now and was {before or 'not there'} when the budget was recorded.")
    sentences, grown = compare(recorded["instructions"], counted)
    tell("\n".join(sentences))
    return GROWN if grown else WITHIN


def compare(recorded: Counts, counted: Counts) -> tuple[list[str], bool]:
    """A sentence about each count, and whether any of them grew by more than is allowed."""
    sentences, grown = [], False
    for name, count in counted.items():
        if name not in recorded:
            sentences.append(f"{name}: {count:,} instructions, nothing recorded")
            continue
        before = recorded[name]
        change, allowed = count - before, before * ALLOWED_GROWTH
        told = f"{name}: {count:,} instructions, recorded {before:,}, {change / before:+.1%}"
        if change > allowed:
            grown = True
            told += f": GREW BY MORE THAN {ALLOWED_GROWTH:.0%}"
        elif change < -allowed:
            told += ": record the new budget, so that it is kept"
        sentences.append(told)
    return sentences, grown


def agreed(counts: list[int]) -> int:
    """The least of several counts of the same thing; raises BenchmarkError if they differ by more than is allowed."""
    least, most = min(counts), max(counts)
    if most - least > least * ALLOWED_DIFFERENCE:
        raise BenchmarkError(f"runs of the same thing took {least:,} to {most:,} instructions")
    return least


def count_all(environments: Environments, runs: int) -> dict[str, int]:
    """One clean fixture, and a stream with 2 % of its events faulty, each in one process."""
    materials = Materials(environments.folder / "traffic", SEED)
    entrants = Entrants(environments, materials)
    stream = materials.stream("faulty", STREAM_MEGABYTES).path
    work = {
        "1 clean fixture": entrants.insights_lint(materials.fixtures()[0]),
        f"{STREAM_MEGABYTES} MB stream": entrants.insights_lint_on_stream(stream, clean=False),
    }
    counted = {}
    for name, entrant in work.items():
        measure(entrant)  # sees that it works, and writes what Python keeps compiled
        counted[name] = agreed([_count(environments, entrant) for _ in range(runs)])
    return counted


def _count(environments: Environments, entrant: Entrant) -> int:
    """The instructions of one run; where memory is laid out does not matter, as runs with and without ASLR agree."""
    valgrind = ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null")
    # Valgrind does not follow the first line of a script, so Python is named.
    python = environments.program(INSIGHTS_LINT, "python")
    program, *arguments = entrant.command
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log")
        subprocess.run(
            [*valgrind, f"--log-file={log}", python, program, *arguments],
            # Nothing else, for even the length of the environment takes instructions.
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.DEVNULL,
            check=False,  # its statuses are those of the entrant, and were looked at before
        )
        found = re.search(r"Collected : (\d+)", log.read_text("utf-8"))
    if found is None:
        raise BenchmarkError(f"valgrind did not count {' '.join(entrant.command)}")
    return int(found[1])


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stdout


if __name__ == "__main__":
    sys.exit(main())
