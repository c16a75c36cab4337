"""Whether all tools judge the same lines: insights-lint those of the peers and more, for it has more rules."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.contests import (
    AJV,
    AJV_CLI,
    ALL,
    CHECK_JSONSCHEMA,
    FASTJSONSCHEMA,
    JSONSCHEMA_RS,
    OURS,
    SOURCEMETA,
    SPECTRAL,
    Entrants,
)
from tests.benchmarks.measuring import BenchmarkError, Entrant, environment, measure


class Agreement(NamedTuple):
    """The numbers of the lines that each tool calls invalid, and the rules that each line breaks for insights-lint."""

    peers: dict[str, set[int]]
    ours: dict[int, set[str]]

    def disagreements(self) -> list[str]:
        """A sentence for each thing that should not be."""
        first, *others = self.peers
        found = [
            f"{first} and {other} disagree about {len(differing)} lines: {_some(differing)}"
            for other in others
            if (differing := self.peers[first] ^ self.peers[other])
        ]
        missed = self.of_any_peer() - set(self.ours)
        if missed:
            found.append(f"{OURS} finds nothing in {len(missed)} lines that a peer calls invalid: {_some(missed)}")
        return found

    def of_any_peer(self) -> set[int]:
        """The lines that at least one peer calls invalid."""
        return set[int]().union(*self.peers.values())

    def only_ours(self) -> Counter[str]:
        """The rules of the lines that only insights-lint calls invalid, with the number of those lines."""
        extra = set(self.ours) - self.of_any_peer()
        return Counter(rule for line in extra for rule in self.ours[line])


def judge(entrants: Entrants, file: Path) -> Agreement:
    """Runs every tool that can read lines once."""
    peers = {
        JSONSCHEMA_RS: _first_columns(_said(entrants.jsonschema_rs(file))),
        AJV: _first_columns(_said(entrants.ajv(file))),
        FASTJSONSCHEMA: _first_columns(_said(entrants.fastjsonschema(file))),
        SOURCEMETA: {
            int(n) for n in re.findall(r"\(entry #(\d+)\)", _said(entrants.sourcemeta(file, statuses=(0, 1))))
        },
    }
    ours: dict[int, set[str]] = {}
    told = _said(entrants.insights_lint_on_stream(file, clean=False, limit=ALL))
    for line, rule in re.findall(rf"^{re.escape(str(file))}:(\d+):\d+: \w+ (\S+) ", told, re.MULTILINE):
        ours.setdefault(int(line), set()).add(rule)
    return Agreement(peers, ours)


def refuse_faulty_fixture(entrants: Entrants) -> list[str]:
    """The tools that take files, all of which call a faulty one so; raises BenchmarkError if one does not.

    Without this, a tool that judges nothing at all would seem fast.
    """
    file = entrants.materials.faulty_fixture()
    tools = {
        OURS: entrants.insights_lint(file),
        CHECK_JSONSCHEMA: entrants.check_jsonschema(file),
        AJV_CLI: entrants.ajv_cli(file),
        SPECTRAL: entrants.spectral(file),
        SOURCEMETA: entrants.sourcemeta(file),
    }
    for tool in tools.values():
        measure(tool._replace(statuses=(1,)))
    return list(tools)


def report(agreement: Agreement) -> str:
    """The counts, then what explains the difference, then what is wrong."""
    lines = [f"{len(found):,} lines: {name}" for name, found in agreement.peers.items()]
    lines.append(f"{len(agreement.ours):,} lines: {OURS}, which has more rules")
    lines += [
        f"  {count:,} of them, which no peer minds, break {rule}" for rule, count in agreement.only_ours().most_common()
    ]
    return "\n".join(lines + [f"DISAGREEMENT: {one}" for one in agreement.disagreements()])


def _said(entrant: Entrant) -> str:
    """Both streams: sourcemeta tells what it finds on standard error."""
    done = subprocess.run(
        entrant.command, env=environment(), capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode not in entrant.statuses:
        raise BenchmarkError(f"exit status {done.returncode}: {' '.join(entrant.command)}\n{done.stderr[-2000:]}")
    return done.stdout + done.stderr


def _first_columns(text: str) -> set[int]:
    return {int(line.partition("\t")[0]) for line in text.splitlines()}


def _some(numbers: set[int]) -> str:
    return ", ".join(map(str, sorted(numbers)[:10])) + (", …" if len(numbers) > 10 else "")
