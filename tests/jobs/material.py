"""Streams with faults of many kinds, what one run or another finds in them, and rules that kill their process."""

from __future__ import annotations

import io
import json
import os
import random
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from insights_lint.checks import CompiledChecks, Faults, Judge
from insights_lint.errors import SourceError
from insights_lint.jobs import audit_with_jobs
from insights_lint.jobs.settings import Front, Sizes
from insights_lint.linter import Linter
from insights_lint.model import Form, Json, Rule
from insights_lint.payload import Known
from insights_lint.readers.wanted import Wanted
from insights_lint.report import Report
from insights_lint.reporters import REPORTERS, Settings, open_reporter
from insights_lint.ruleset import load_rules, select_rules
from insights_lint.sources import find_sources
from insights_lint.violation import Violation

SMALL = Sizes(first_bytes=3_000, first_files=3, part_bytes=4_000, batch_files=4, waiting_bytes=40_000)
"""So that a few kilobytes go to several processes."""

EVENT = {
    "eventType": "click",
    "eventName": "Product Clicked",
    "index": "products",
    "userToken": "anonymous-1",
    "timestamp": 1_771_414_524_243,
    "objectIDs": ["a", "b"],
    "positions": [1, 2],
    "queryID": "0123456789abcdef0123456789abcdef",
}
_CHANGES: tuple[dict[str, Json], ...] = (
    {},
    {"positions": [1]},
    {"eventName": "product clicked"},
    {"userToken": "jane@example.com"},
    {"userToken": None},
    {"queryID": "x"},
    {"eventType": "clik"},
    {"index": 7},
    {"objectIDs": [], "positions": []},
    {"objectIDs": ["ü", "\U0001f600"]},
    {"unknown": True},
    {"timestamp": 1_771_414_524},
    {"eventType": "instantsearch"},
)
_OTHERS = ("", "  ", "{", '{"name": "shop"}', "[]", '{"events": []}', "null", "no JSON", '{"index": 1, "index": 2}')


def lines(number: int, seed: int = 1) -> list[str]:
    """Lines of a stream: bodies, events, lists, calls, what is broken and what is something else."""
    some = random.Random(seed)  # noqa: S311  # repeatable, and no secret

    def event() -> dict[str, Json]:
        return {**EVENT, **some.choice(_CHANGES if some.random() < 0.3 else _CHANGES[:1])}

    found = []
    for _ in range(number):
        kind = some.random()
        if kind < 0.05:
            found.append(some.choice(_OTHERS))
            continue
        value: Json = event()
        if kind < 0.4:
            value = {"events": [event() for _ in range(some.randint(1, 4))]}
        elif kind < 0.5:
            value = [event(), event()]
        elif kind < 0.55:
            value = ["clickedObjectIDs", {key: member for key, member in value.items() if key != "eventType"}]
        found.append(json.dumps(value, ensure_ascii=some.random() < 0.5))
    return found


class Run:
    """Everything that a run found, as comparable values, and what it told besides."""

    def __init__(
        self,
        jobs: int,
        *paths: Path | str,
        linter: Linter | None = None,
        sizes: Sizes = SMALL,
        wanted: Wanted | None = None,
        input_format: str | None = None,
        **settings: Any,
    ) -> None:
        self.told: list[str] = []
        self.linter = linter or Linter(checks(), **settings)
        found = audit_with_jobs(
            jobs,
            find_sources([str(path) for path in paths]),
            self.linter,
            wanted=wanted or Wanted(),
            input_format=input_format,
            front=Front(tell=self.told.append),
            sizes=sizes,
        )
        self.found = list(found)
        self.report: Report = self.linter.report

    @property
    def everything(self) -> dict[str, object]:
        """What must not depend on the number of processes."""
        found = [str(one) if isinstance(one, SourceError) else (one, one.excerpt) for one in self.found]
        # Of counters, the order in which they began is no result.
        fields = {name: dict(value) if isinstance(value, dict) else value for name, value in vars(self.report).items()}
        outputs = {name: output(name, self.found, self.report) for name in REPORTERS}
        return {"found": found, **fields, **outputs}


def output(name: str, found: Sequence[Violation | SourceError], report: Report) -> str:
    """What is written of a run."""
    stream = io.StringIO()
    reporter = open_reporter(name, stream, Settings(statistics=True))
    reporter.start()
    for one in found:
        if isinstance(one, Violation):
            reporter.violation(one)
    reporter.finish(report)
    return stream.getvalue()


_RULES: list[Rule] = []


def checks() -> CompiledChecks:
    """The rules that are on, always the same ones, because rules are compared by identity."""
    if not _RULES:
        _RULES.extend(select_rules(load_rules()).rules)
    return CompiledChecks(_RULES)


class DeadlyChecks(CompiledChecks):
    """Checks that end their process where an event is named so, as often as they may; never that of the test."""

    def __init__(self, name: str, folder: Path, times: int | None = None) -> None:
        super().__init__(checks().rules)
        self.name = name
        self.folder = folder
        self.times = times
        self.parent = os.getpid()

    def judge(self, rules: Sequence[Rule], form: Form) -> Judge:
        judge = super().judge(rules, form)

        def judged(value: Json, *, known: Known, plain: bool) -> Faults:
            if isinstance(value, dict) and value.get("eventName") == self.name and os.getpid() != self.parent:
                self.strike()
            return judge(value, known=known, plain=plain)

        return judged

    def strike(self) -> None:
        """What happens to the process."""
        for number in range(1_000 if self.times is None else self.times):
            try:
                (self.folder / f"died-{number}").touch(exist_ok=False)
            except FileExistsError:
                continue
            os.kill(os.getpid(), signal.SIGKILL)

    @property
    def deaths(self) -> int:
        return len(list(self.folder.glob("died-*")))


class FailingChecks(DeadlyChecks):
    """Checks that fail in another process than that of the test."""

    def strike(self) -> None:
        (self.folder / "died-0").touch()
        raise AssertionError("a mistake of ours")


def deadly_lines(number: int, at: int) -> Iterator[str]:
    """Lines with different faults, one of which holds the event that kills."""
    for count, line in enumerate(lines(number)):
        yield json.dumps({**EVENT, "eventName": "Deadly Event"}) if count == at else line
