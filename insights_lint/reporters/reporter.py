"""States what every reporter is told, and what it may be set to."""

# Without annotations as strings, as in model.py.
from typing import TYPE_CHECKING, NamedTuple, Protocol

from insights_lint.report import Report

if TYPE_CHECKING:
    from insights_lint.violation import Violation


class Settings(NamedTuple):
    """How to tell it. Masks are no setting: excerpts and messages come masked or not."""

    color: bool = False
    """Whether to write ANSI colours."""
    width: int = 80
    """Columns of the terminal."""
    quiet: bool = False
    """Whether to tell findings only, without summary and statistics."""
    statistics: bool = False
    """Whether to count the violations of each rule."""
    version: str = ""
    """Of insights-lint."""
    summary_path: str | None = None
    """The file that GitHub shows as a job's summary (GITHUB_STEP_SUMMARY)."""
    max_shown: int = 10
    """Annotations of one kind that GitHub shows for a step."""


class Reporter(Protocol):
    """Is told a run from beginning to end; writes as early as its format allows."""

    def start(self) -> None:
        """Called once, before anything else."""

    def violation(self, violation: "Violation") -> None:
        """Called for each violation that is kept, in order of source and place."""

    def finish(self, report: Report) -> None:
        """Called once, with the counts of the whole run."""
