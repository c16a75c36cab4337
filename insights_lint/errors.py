"""What keeps a run, or one source, from being judged."""

# Without annotations as strings, as in model.py.
from typing import NamedTuple


class InsightsLintError(Exception):
    """Anything that the command line answers with one message on standard error and exit status 2."""


class Mistake(NamedTuple):
    """One thing that is wrong in a rule file: where (lines and columns from 1) and a sentence."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class RuleError(InsightsLintError):
    """Rule files that cannot be used; holds every mistake that was found, in order of place."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


class SelectionError(InsightsLintError):
    """A rule id, topic or pattern that matches no rule."""


class SourceError(InsightsLintError):
    """A path that cannot be read: the path and the reason."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason

    def __reduce__(self) -> "tuple[type[SourceError], tuple[str, str]]":
        return SourceError, (self.path, self.reason)
