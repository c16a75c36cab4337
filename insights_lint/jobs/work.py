"""What another process does for a run: it judges a part of a stream, or some files, and gives back reports."""

from __future__ import annotations

import io
import pickle
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from insights_lint.audit import audit
from insights_lint.errors import SourceError
from insights_lint.linter import Linter
from insights_lint.model import Rule
from insights_lint.payload import Payload
from insights_lint.readers.parts import NotByItselfError, PartLines
from insights_lint.readers.sharing import Part
from insights_lint.readers.wanted import Wanted
from insights_lint.report import Report
from insights_lint.sources import Source


class FoundInPart(NamedTuple):
    """What was found in a part of a stream."""

    report: Report
    others: Counter[str]
    matched: frozenset[str]
    broken: bool
    """Whether some of it is no JSON, which counts only where somebody meant to write events."""


FoundInFile = tuple[Report, SourceError | None]
"""What was found in a file, and why it was not read to its end."""


class Work:
    """Judges what it is told to with one linter, whose report is another one each time."""

    def __init__(self, linter: Linter, wanted: Wanted, input_format: str | None) -> None:
        self._linter = linter
        self._wanted = wanted
        self._input_format = input_format

    def __call__(self, header: bytes, data: bytes) -> bytes:
        """The answer to a header of `part_header` or `files_header`; empty if the parent had better do it itself."""
        what, kept = pickle.loads(header)  # noqa: S301  # from our parent
        try:
            if isinstance(what, Part):
                found: FoundInPart | list[FoundInFile] = self._in_part(what._replace(data=data), kept)
            else:
                found = self._in_files(what, kept)
        except NotByItselfError:
            return b""
        except Exception:  # whatever it is, it is told where the parent meets it, too
            return b""
        return pickled(found)

    def _in_part(self, part: Part, kept: Mapping[str, int]) -> FoundInPart:
        self._begin(kept)
        lines = PartLines(part, self._wanted, self._linter.passes)
        broken = False
        with lines.source.stream:  # else what was read lives on, until Python looks for circles of objects
            for found in lines.read():
                if isinstance(found, Payload):
                    broken = broken or (found.error is not None and found.embedding is None)
                    for _ in self._linter.lint(found):
                        pass
        matched = {path.text for path in self._wanted.at} - lines.payloads.missed
        return FoundInPart(self._ended(), lines.others, frozenset(matched), broken)

    def _in_files(self, sources: Sequence[Source | SourceError], kept: Mapping[str, int]) -> list[FoundInFile]:
        answers: list[FoundInFile] = []
        for source in sources:
            self._begin(kept)
            found = audit([source], self._linter, wanted=self._wanted, input_format=self._input_format)
            errors = [one for one in found if isinstance(one, SourceError)]
            answers.append((self._ended(), errors[0] if errors else None))
        return answers

    def _begin(self, kept: Mapping[str, int]) -> None:
        """Begins a report in which there is no more room than in one of which so many violations are kept."""
        self._linter.settle()  # in a report that nobody wants
        self._linter.report = Report(rules_run=len(self._linter.checks.rules), kept_rules=Counter(kept))

    def _ended(self) -> Report:
        self._linter.settle()
        report = self._linter.report
        report.kept_rules = Counter(violation.rule.id for violation in report.kept)
        return report


def part_header(part: Part, report: Report) -> bytes:
    """What to judge, without its lines, which are sent behind it, and what is kept already."""
    return pickle.dumps((part._replace(data=b""), report.kept_rules))


def files_header(sources: list[Source | SourceError], report: Report) -> bytes:
    """What to judge, and what is kept already."""
    return pickle.dumps((sources, report.kept_rules))


class _Pickler(pickle.Pickler):
    """Writes a rule as its id: rules are compared by identity, and each process has its own."""

    def persistent_id(self, value: Any) -> str | None:
        return value.id if isinstance(value, Rule) else None


class _Unpickler(pickle.Unpickler):
    def __init__(self, data: bytes, rules: Mapping[str, Rule]) -> None:
        super().__init__(io.BytesIO(data))
        self._rules = rules

    def persistent_load(self, rule: str) -> Rule:
        return self._rules[rule]


def pickled(found: FoundInPart | list[FoundInFile]) -> bytes:
    """What was found as bytes for the parent."""
    stream = io.BytesIO()
    _Pickler(stream).dump(found)
    return stream.getvalue()


def unpickled(data: bytes, rules: Mapping[str, Rule]) -> Any:
    """The same in the parent, with the parent's rules, by their ids."""
    return _Unpickler(data, rules).load()
