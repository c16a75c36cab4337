"""Results as Markdown tables, for the terminal and for the README."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.contests import OURS, SOURCEMETA, Contest, Row
from tests.benchmarks.growth import Growth
from tests.benchmarks.measuring import Sample, Spread, ratios, spread

BEGIN = "<!-- benchmarks: written by python -m tests.benchmarks --write-readme -->"
END = "<!-- benchmarks: end -->"

MEGABYTE = 1_000_000
# The bar of engines that stream: what a process may take, whatever the size of the input.
PEAK_BAR = 40 * MEGABYTE
# More than that is not flat; less cannot be told from noise.
FLAT = 1.1


class Comparison(NamedTuple):
    """A row of a contest, and the runs of its two entrants, round by round."""

    work: str
    row: Row
    ours: Sequence[Sample]
    peer: Sequence[Sample]

    def ratio(self, figure: str) -> Spread:
        """Of their `wall` or `cpu` seconds, in the direction of the row."""
        ours, peer = ([getattr(sample, figure) for sample in samples] for samples in (self.ours, self.peer))
        return ratios(ours, peer) if self.row.of_its_time else ratios(peer, ours)


def compare(contest: Contest, samples: dict[str, list[Sample]]) -> list[Comparison]:
    """All rows of a contest."""
    return [Comparison(contest.work, row, samples[row.ours], samples[row.peer]) for row in contest.rows]


def verdict(row: Row, median: float) -> str:
    """Whether the bar is met, and how far the ratio is from it."""
    if row.bar is None:
        return ""
    if row.of_its_time:
        return (
            f"met, {1 - median / row.bar:.0%} below"
            if median <= row.bar
            else f"missed, {median / row.bar - 1:.0%} above"
        )
    return (
        f"met, {median / row.bar - 1:.0%} above" if median >= row.bar else f"missed, {1 - median / row.bar:.0%} below"
    )


def comparison_table(comparisons: Iterable[Comparison]) -> str:
    """Wall-clock ratios with their bars; the ratio of processor time; memory and seconds of both."""
    head = ["work", "ours", "against", "ratio: min / median / max", "of CPU", "bar", "", "peak MB", "seconds"]
    rows = []
    for one in comparisons:
        unit = "times its time" if one.row.of_its_time else "times as fast"
        wall = one.ratio("wall")
        rows.append(
            [
                one.work,
                one.row.ours.removeprefix(OURS).lstrip(", ") or "1 process",
                one.row.peer,
                f"{_short(wall.low)} / **{_short(wall.median)}** / {_short(wall.high)} {unit}",
                _short(one.ratio("cpu").median),
                "" if one.row.bar is None else f"{'≤' if one.row.of_its_time else '≥'} {one.row.bar:g}",
                verdict(one.row, wall.median),
                f"{_peak(one.ours)} / {_peak(one.peer)}",
                f"{_seconds(one.ours)} / {_seconds(one.peer)}",
            ]
        )
    return _table(head, rows)


def memory_table(grown: Sequence[Growth], sourcemeta: Sample) -> str:
    """The largest process on the largest stream, with its bar."""
    largest = max(one.megabytes for one in grown)
    rows = []
    for one in grown:
        if one.megabytes == largest:
            peak = one.sample.peak_bytes
            over = peak / PEAK_BAR
            rows.append(
                [
                    f"{largest:g} MB",
                    _processes(one.jobs),
                    f"{peak / MEGABYTE:.0f}",
                    f"{sourcemeta.peak_bytes / MEGABYTE:,.0f} ({SOURCEMETA})",
                    f"{_short(sourcemeta.peak_bytes / peak)} times less",
                    f"< {PEAK_BAR / MEGABYTE:g} MB a process",
                    f"met, {1 - over:.0%} below" if over < 1 else f"missed, {over - 1:.0%} above",
                ]
            )
    return _table(["memory", "ours", "peak MB", "against", "ratio", "bar", ""], rows)


def size_table(grown: Sequence[Growth]) -> str:
    """Time per event, also as a multiple of the least that it is on a stream that is not larger.

    Not of the smallest one, where starting takes the largest share and would hide what grows.
    """
    rows = []
    for one in grown:
        least = min(
            other.cpu_per_event for other in grown if other.jobs == one.jobs and other.megabytes <= one.megabytes
        )
        factor = one.cpu_per_event / least
        rows.append(
            [
                f"{one.megabytes:g} MB",
                f"{one.events:,}",
                _processes(one.jobs),
                f"{one.wall_per_event:.2f}",
                f"{one.cpu_per_event:.2f}",
                f"{factor:.2f}",
                "flat" if factor <= FLAT else "grows",
                f"{one.sample.peak_bytes / MEGABYTE:.0f}",
            ]
        )
    head = [
        "size",
        "events",
        "ours",
        "µs per event",
        "of CPU",
        "to the least of smaller ones",
        "",
        "peak MB of a process",
    ]
    return _table(head, rows)


def rules_table(grown: Sequence[Growth]) -> str:
    """Time per event, also as a multiple of what it is with the fewest rules."""
    fewest = grown[0]
    rows = []
    for one in grown:
        factor, linear = one.cpu_per_event / fewest.cpu_per_event, one.rules / fewest.rules
        rows.append(
            [
                str(one.rules),
                f"{one.wall_per_event:.2f}",
                f"{one.cpu_per_event:.2f}",
                f"{factor:.2f}",
                f"{linear:g}",
                "no worse than linear" if factor <= linear else "worse than linear",
            ]
        )
    return _table(["rules", "µs per event", "of CPU", "to the fewest", "linear would be", ""], rows)


def tell(text: str) -> None:
    """At once, for a run takes long."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def write_between_markers(text: str, file: Path) -> None:
    """Puts the text where the file's markers are; raises ValueError if they are not there once."""
    before = file.read_text("utf-8")
    pattern = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    if len(pattern.findall(before)) != 1:
        raise ValueError(f"{file.name} needs the markers {BEGIN} and {END}, once")
    after = pattern.sub(lambda _: f"{BEGIN}\n\n{text.strip()}\n\n{END}", before)
    file.write_text(after, "utf-8")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def _processes(jobs: int) -> str:
    return f"{jobs} process{'es' if jobs > 1 else ''}"


def _short(number: float) -> str:
    """Three digits, or all of those before the point."""
    return f"{number:.2f}" if number < 10 else f"{number:.1f}" if number < 100 else f"{number:,.0f}"


def _peak(samples: Sequence[Sample]) -> str:
    return f"{max(sample.peak_bytes for sample in samples) / MEGABYTE:,.0f}"


def _seconds(samples: Sequence[Sample]) -> str:
    return f"{spread([sample.wall for sample in samples]).median:.3g}"
