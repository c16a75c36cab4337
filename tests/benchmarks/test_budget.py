"""The comparison of instruction counts, on numbers made up here."""

from __future__ import annotations

import pytest

from tests.benchmarks.budget import agreed, compare
from tests.benchmarks.measuring import BenchmarkError


@pytest.mark.parametrize(("counted", "grown"), [(1000, False), (1050, False), (1051, True), (949, False)])
def test_growth_by_more_than_five_percent_is_told(counted: int, grown: bool) -> None:
    sentences, found = compare({"stream": 1000}, {"stream": counted})
    assert found is grown
    assert len(sentences) == 1
    assert ("GREW" in sentences[0]) is grown


def test_one_that_grew_is_enough() -> None:
    sentences, grown = compare({"fixture": 100, "stream": 1000}, {"fixture": 120, "stream": 500})
    assert grown
    assert sentences == [
        "fixture: 120 instructions, recorded 100, +20.0%: GREW BY MORE THAN 5%",
        "stream: 500 instructions, recorded 1,000, -50.0%: record the new budget, so that it is kept",
    ]


def test_what_was_never_recorded_has_not_grown() -> None:
    assert compare({}, {"stream": 1000}) == (["stream: 1,000 instructions, nothing recorded"], False)


def test_counts_of_the_same_thing_agree() -> None:
    assert agreed([100_100, 100_000]) == 100_000
    with pytest.raises(BenchmarkError, match="100,000 to 100,101"):
        agreed([100_000, 100_101])
