"""The files that are judged, and the schema and ruleset of the peers, under one folder."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks import traffic
from tests.benchmarks.peer_schema import peer_schema, peer_schema_draft_7

FIXTURES = 200


class Stream(NamedTuple):
    """A file of traffic and how many events it holds."""

    path: Path
    megabytes: float
    events: int


class Materials:
    """Makes what is asked for, and keeps it for the next run of the same generator."""

    def __init__(self, folder: Path, seed: int) -> None:
        generator = hashlib.sha256(Path(traffic.__file__).read_bytes()).hexdigest()[:8]
        self.folder = folder / f"seed-{seed}-{generator}"
        self.seed = seed
        self.folder.mkdir(parents=True, exist_ok=True)
        self.schema = self._json("peers.schema.json", peer_schema())
        self.schema_draft_7 = self._json("peers-draft-7.schema.json", peer_schema_draft_7())
        options = {"schema": peer_schema(), "allErrors": True}
        then = {"function": "schema", "functionOptions": options}
        self.spectral_ruleset = self._json(
            "spectral.json", {"rules": {"insights": {"given": "$", "severity": "error", "then": then}}}
        )

    def stream(self, mix: str, megabytes: float) -> Stream:
        """Lines of that mix; the file's name ends as sourcemeta's command line wants it."""
        path = self.folder / f"{mix}-{megabytes:g}MB.jsonl"
        counted = path.with_suffix(".count")
        if not counted.exists():
            counted.write_text(f"{traffic.write_lines(path, mix, megabytes, self.seed)}\n", "utf-8")
        return Stream(path, megabytes, int(counted.read_text("utf-8")))

    def fixtures(self) -> list[Path]:
        """Clean request bodies, as a project's tests have them."""
        folder = self.folder / "fixtures"
        if not folder.exists():
            traffic.write_fixtures(folder, FIXTURES, self.seed)
        return sorted(folder.glob("*.json"))

    def faulty_fixture(self) -> Path:
        """A request body whose second event has no index."""
        body = traffic.Traffic("clean", self.seed).body(2)
        del body["events"][1]["index"]
        return self._json("faulty.json", body)

    def _json(self, name: str, document: object) -> Path:
        path = self.folder / name
        path.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
        return path
