"""Holds every reporter against golden files, which are changed by hand only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from insights_lint.reporters import REPORTERS
from tests.reporters.reporter_cases import CASES, told

GOLDEN = Path(__file__).parent / "golden"
VARIANTS: list[tuple[str, str, dict[str, Any]]] = [
    *((f"{case}.{format_}", format_, {}) for case in CASES for format_ in REPORTERS),
    *((f"{case}.width40.text", "text", {"width": 40}) for case in ("layout", "hostile")),
    *((f"findings.color.{format_}", format_, {"color": True}) for format_ in ("text", "concise")),
    *((f"left_out.quiet.{format_}", format_, {"quiet": True}) for format_ in ("text", "concise", "github")),
]


@pytest.mark.parametrize(("name", "format_", "settings"), VARIANTS, ids=[name for name, _, _ in VARIANTS])
def test_reporter_tells_what_the_golden_file_says(name: str, format_: str, settings: dict[str, Any]) -> None:
    statistics = name.startswith("left_out")
    assert told(format_, *CASES[name.split(".")[0]], statistics=statistics, **settings) == golden(name)


@pytest.mark.parametrize("case", CASES)
def test_github_appends_a_table_to_the_job_summary(case: str, tmp_path: Path) -> None:
    path = tmp_path / "summary.md"
    path.write_text("before\n", encoding="utf-8")
    told("github", *CASES[case], summary_path=str(path))
    assert path.read_bytes().decode("utf-8") == "before\n" + golden(f"{case}.summary.md")


def test_every_golden_file_is_used() -> None:
    used = {name for name, _, _ in VARIANTS} | {f"{case}.summary.md" for case in CASES}
    assert {path.name for path in GOLDEN.iterdir()} == used


def golden(name: str) -> str:
    return (GOLDEN / name).read_bytes().decode("utf-8")
