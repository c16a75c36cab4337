"""What is told about runs that were never made."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.agreement import Agreement, report
from tests.benchmarks.contests import Row
from tests.benchmarks.growth import Growth
from tests.benchmarks.measuring import Sample, Spread
from tests.benchmarks.tables import (
    BEGIN,
    END,
    Comparison,
    comparison_table,
    memory_table,
    rules_table,
    size_table,
    verdict,
    write_between_markers,
)

OURS = [Sample(2, 1, 20_000_000), Sample(4, 4, 30_000_000)]
PEER = [Sample(10, 9, 99_000_000), Sample(12, 8, 98_000_000)]


def test_ratios_are_of_the_same_round() -> None:
    assert Comparison("", Row("a", "b"), OURS, PEER).ratio("wall") == Spread(3, 4, 5)
    assert Comparison("", Row("a", "b", of_its_time=True), PEER, OURS).ratio("wall") == Spread(3, 4, 5)
    assert Comparison("", Row("a", "b"), OURS, PEER).ratio("cpu") == Spread(2, 5.5, 9)


@pytest.mark.parametrize(
    ("row", "median", "told"),
    [
        (Row("a", "b", 5), 6, "met, 20% above"),
        (Row("a", "b", 5), 4, "missed, 20% below"),
        (Row("a", "b", 2.5, of_its_time=True), 2, "met, 20% below"),
        (Row("a", "b", 2.5, of_its_time=True), 3, "missed, 20% above"),
        (Row("a", "b"), 3, ""),
    ],
)
def test_bars_are_met_or_missed_by_a_distance(row: Row, median: float, told: str) -> None:
    assert verdict(row, median) == told


def test_a_comparison_is_one_line() -> None:
    table = comparison_table([Comparison("work", Row("insights-lint, 1 process", "peer", 5), OURS, PEER)])
    [line] = table.splitlines()[2:]
    assert line == (
        "| work | 1 process | peer | 3.00 / **4.00** / 5.00 times as fast | 5.50 | ≥ 5 | missed, 20% below "
        "| 30 / 99 | 3 / 11 |"
    )


def test_growth_is_told_beside_what_is_allowed() -> None:
    grown = [
        Growth(10, 1_000_000, 89, 1, Sample(2, 2, 30_000_000)),
        Growth(100, 10_000_000, 89, 1, Sample(20, 21, 50_000_000)),
        Growth(10, 1_000_000, 89, 2, Sample(2, 2, 20_000_000)),
        Growth(100, 10_000_000, 89, 2, Sample(20, 10, 20_000_000)),
        Growth(1000, 100_000_000, 89, 2, Sample(200, 150, 20_000_000)),
    ]
    assert [line.split(" | ")[5:7] for line in size_table(grown).splitlines()[2:]] == [
        ["1.00", "flat"],
        ["1.05", "flat"],
        ["1.00", "flat"],
        ["1.00", "flat"],
        ["1.50", "grows"],
    ]
    memory = memory_table(grown[:2] + grown[3:4], Sample(1, 1, 500_000_000)).splitlines()[2:]
    assert [line.split(" | ")[-1] for line in memory] == ["missed, 25% above |", "met, 50% below |"]

    more_rules = [
        Growth(20, 1_000_000, 10, 1, Sample(1, 1, 1)),
        Growth(20, 1_000_000, 50, 1, Sample(5, 5, 1)),
        Growth(20, 1_000_000, 100, 1, Sample(11, 11, 1)),
    ]
    assert [line.split(" | ")[-1] for line in rules_table(more_rules).splitlines()[2:]] == [
        "no worse than linear |",
        "no worse than linear |",
        "worse than linear |",
    ]


def test_the_tools_agree_if_only_insights_lint_finds_more() -> None:
    agreement = Agreement({"a": {1, 2}, "b": {1, 2}}, {1: {"x"}, 2: {"x"}, 3: {"y", "z"}, 4: {"y"}})
    assert agreement.disagreements() == []
    assert agreement.only_ours() == {"y": 2, "z": 1}
    assert "2 of them, which no peer minds, break y" in report(agreement)


def test_lines_that_a_tool_misses_are_named() -> None:
    assert Agreement({"a": {1, 2}, "b": {1}}, {1: {"x"}}).disagreements() == [
        "a and b disagree about 1 lines: 2",
        "insights-lint finds nothing in 1 lines that a peer calls invalid: 2",
    ]


def test_only_what_stands_between_the_markers_is_written(tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_text(f"# before\n\n{BEGIN}\nold\n{END}\n\nafter\n", "utf-8")
    for _ in range(2):
        write_between_markers("new \\1\n", file)
        assert file.read_text("utf-8") == f"# before\n\n{BEGIN}\n\nnew \\1\n\n{END}\n\nafter\n"
    file.write_text("# none\n", "utf-8")
    with pytest.raises(ValueError, match="needs the markers"):
        write_between_markers("new", file)
