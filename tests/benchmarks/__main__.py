"""Measures insights-lint beside other validators: `python -m tests.benchmarks`; README.md here says what and how."""

from __future__ import annotations

import argparse
import datetime
import sys
from pathlib import Path

from tests.benchmarks import agreement, growth, tables
from tests.benchmarks.contests import CONTESTS, Entrants
from tests.benchmarks.environments import CHECKOUT, Environments, cache_folder
from tests.benchmarks.materials import Materials
from tests.benchmarks.measuring import BenchmarkError, interleave
from tests.benchmarks.tables import tell

PARTS = ("agreement", *CONTESTS, "size", "rules")
"""What `--only` takes: the agreement of the tools, the contests, and how time grows."""


def main() -> int:
    """0 if everything could be measured and the tools agree, whether or not bars are met; else 1."""
    options = parse_options()
    parts = options.only or PARTS
    environments = Environments(options.work_dir)
    tell(f"Peers and traffic are kept in {options.work_dir}.")
    environments.install_peers()
    environments.install_insights_lint()
    versions = environments.versions()
    for name, version in versions.items():
        tell(f"  {name}: {version}")

    entrants = Entrants(environments, Materials(options.work_dir / "traffic", options.seed))
    if not entrants.has_jobs:
        tell("This insights-lint has no --jobs, so whatever needs 2 processes is left out.")
    try:
        if "agreement" in parts and not all_agree(entrants, options.size):
            return 1
        results = measure_all(entrants, parts, options)
    except BenchmarkError as error:
        tell(f"Could not measure: {error}")
        return 1
    if options.write_readme:
        text = f"{described(versions, options)}\n\n{results}"
        tables.write_between_markers(text, CHECKOUT / "README.md")
    return 0


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--size", type=float, default=100, metavar="MB", help="of the streams that are compared: 100")
    parser.add_argument("--seed", type=int, default=1, help="of the traffic: 1")
    parser.add_argument("--runs", type=int, default=5, help="rounds of each comparison: 5")
    parser.add_argument(
        "--growth-runs", type=int, default=1, metavar="RUNS", help="of each size and number of rules: 1"
    )
    parser.add_argument("--growth-limit", type=float, default=1000, metavar="MB", help="the largest stream: 1000")
    parser.add_argument("--only", choices=PARTS, action="append", help="this part; repeatable")
    parser.add_argument("--work-dir", type=Path, default=cache_folder(), help="where peers and traffic are kept")
    parser.add_argument("--write-readme", action="store_true", help="put the tables into README.md")
    options = parser.parse_args()
    options.work_dir = options.work_dir.absolute()
    if options.work_dir.is_relative_to(CHECKOUT):
        parser.error("--work-dir must not be in the checkout")
    if options.write_readme and options.only:
        parser.error("--write-readme writes all tables, so it does not go with --only")
    return options


def all_agree(entrants: Entrants, megabytes: float) -> bool:
    """Compares the verdicts on a faulty fixture, and on faulty and on clean lines."""
    tell(f"\nA faulty fixture is refused by {', '.join(agreement.refuse_faulty_fixture(entrants))}.")
    agree = True
    for mix in ("faulty", "clean"):
        stream = entrants.materials.stream(mix, megabytes)
        tell(f"\nInvalid lines of {megabytes:g} MB, {mix}:")
        judged = agreement.judge(entrants, stream.path)
        tell(agreement.report(judged))
        agree &= not judged.disagreements()
    return agree


def measure_all(entrants: Entrants, parts: tuple[str, ...], options: argparse.Namespace) -> str:
    """The tables of all parts, each told as soon as it is there."""
    results: list[str] = []

    def add(table: str) -> None:
        tell(f"\n{table}")
        results.append(table)

    comparisons = []
    for name, contest_of in CONTESTS.items():
        if name in parts:
            contest = contest_of(entrants, options.size)
            compared = tables.compare(contest, interleave(contest.entrants, options.runs))
            tell(f"\n{tables.comparison_table(compared)}")
            comparisons += compared
    if comparisons:
        results.append(tables.comparison_table(comparisons))
    if "size" in parts:
        sizes = [size for size in growth.SIZES if size <= options.growth_limit] or [options.growth_limit]
        grown = growth.growth_in_size(entrants, sizes, options.growth_runs)
        add(tables.memory_table(grown, growth.peak_of_sourcemeta(entrants, sizes[-1])))
        add(tables.size_table(grown))
    if "rules" in parts:
        megabytes = min(growth.RULES_MEGABYTES, options.growth_limit)
        add(tables.rules_table(growth.growth_in_rules(entrants, megabytes, options.growth_runs)))
    return "\n".join(results)


def described(versions: dict[str, str], options: argparse.Namespace) -> str:
    """When and on what was measured, and what the columns mean."""
    today = datetime.datetime.now(tz=datetime.UTC).date()
    listed = ", ".join(f"{name} {version}" for name, version in versions.items() if name != "CPU")
    return (
        f"Measured on {today} on {versions['CPU']}, in {options.runs} interleaved rounds, seed {options.seed}.\n"
        f"{listed}.\n"
        "Ratios are of wall-clock time and of the same round. Seconds and peak memory are ours / the peer's, and "
        "memory is that of the largest process."
    )


if __name__ == "__main__":
    sys.exit(main())
