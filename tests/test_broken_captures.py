"""Captures that break off, or in which bytes were altered, are judged as far as they go, and nothing is raised.

By default the breaks are spread over the samples, so that all takes half a minute. With INSIGHTS_LINT_EVERY_BREAK set,
each sample is cut off at 200 places and altered at 1,000, which takes a quarter of an hour.
"""

from __future__ import annotations

import bz2
import gzip
import io
import os
import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from insights_lint.checks import CompiledChecks
from insights_lint.errors import SourceError
from insights_lint.linter import Linter
from insights_lint.model import Rule
from insights_lint.payload import PassedOver, Payload, Unjudged
from insights_lint.readers import read
from insights_lint.readers.wanted import Wanted
from insights_lint.report import Report
from insights_lint.reporters import REPORTERS, Settings, open_reporter
from insights_lint.ruleset import select_rules
from tests import captured
from tests.running import no_hanging

OURS = Path(__file__).parent / "readers" / "captures"
FOLDERS = ("captures", "formats", "aws-events", "mitmproxy-testdata", "har-generic", "packed")
CUTS, FLIPS = 200, 1000
"""Places of each sample at which it is cut off, and altered."""
BYTES = 1_500_000
"""Of all that is read of one folder for one test, unless every break is asked for."""
EVERY = bool(os.environ.get("INSIGHTS_LINT_EVERY_BREAK"))
SECONDS = 60
"""That one source may take; most take a hundredth of one."""


NOT_READ = (".gor", ".gor.gz", ".saz", ".chlsj", ".sh")
"""What is named instead of read, unless its beginning is altered: then its lines may be those of a log."""


class Sample(NamedTuple):
    name: str
    data: bytes


def samples(corpus: Path, folder: str) -> list[Sample]:
    """What the folder of the corpus holds, and that of our own captures; or some of both, packed."""
    if folder == "packed":
        return list(_packed(corpus))
    folders = [corpus / folder, *([OURS] if folder == "captures" else [])]
    paths = [path for one in folders for path in sorted(one.rglob("*")) if path.is_file()]
    # What was really sent stands beside some samples, and is no capture.
    paths = [path for path in paths if not path.name.startswith("SOURCE.") and ".sent." not in path.name]
    found = {path.name: Sample(path.name, path.read_bytes()) for path in paths}
    assert found
    return list(found.values())


def _packed(corpus: Path) -> Iterator[Sample]:
    names = ("captures/nginx_escape_json.ndjson", "formats/har_bom.har", "mitmproxy-testdata/dumpfile-10.mitm")
    for name in names:
        data, file = (corpus / name).read_bytes(), Path(name).name
        yield Sample(f"{file}.gz", gzip.compress(data, mtime=0))
        yield Sample(f"{file}.bz2", bz2.compress(data))
        yield Sample(f"{file}.zip", captured.zipped({file: data, "b.json.gz": captured.gzipped(captured.body())}))
    attached = captured.har(captured.har_entry(post={"text": "", "_file": "b.json"}))
    for name, method in (("deflate", zipfile.ZIP_DEFLATED), ("bzip2", zipfile.ZIP_BZIP2), ("lzma", zipfile.ZIP_LZMA)):
        # LZMA is rare, but one wrong byte is enough to make an archive say that it is that.
        members = {"har.har": attached, "b.json": captured.body()}
        yield Sample(f"attached.{name}.zip", captured.zipped(members, method))


def requests_in(data: bytes, name: str, linter: Linter) -> int:
    """How many captured requests a source holds, judged or not; all of it is reported in every way."""
    linter.report = Report()
    outputs = [open_reporter(format_, io.StringIO(), Settings()) for format_ in REPORTERS]
    requests = 0
    try:
        for found in read(io.BytesIO(data), name, Wanted(), None):
            if isinstance(found, PassedOver):
                requests += 1
                linter.report.add_passed_over(found)
            elif isinstance(found, Unjudged):
                linter.report.notes.append((found.source, found.reason))
            elif isinstance(found, Payload):
                requests += found.captured is not None
                for violation in linter.lint(found):
                    for output in outputs:
                        output.violation(violation)
    except SourceError as error:
        linter.report.errors.append(str(error))
    for output in outputs:
        output.finish(linter.report)
    return requests


def cut_off(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def altered(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data))
    return data[:place] + bytes([data[place] ^ chance.randrange(1, 256)]) + data[place + 1 :]


@pytest.mark.parametrize(
    ("break_", "times", "more"),
    [
        (cut_off, CUTS, 0),
        # The byte may be the quote or the end of a line between two records.
        (altered, FLIPS, 1),
    ],
)
@pytest.mark.parametrize("folder", FOLDERS)
def test_broken(
    folder: str,
    break_: Callable[[bytes, random.Random], bytes],
    times: int,
    more: int,
    corpus: Path,
    builtin_rules: list[Rule],
) -> None:
    linter = Linter(CompiledChecks(select_rules(builtin_rules).rules))
    whole = samples(corpus, folder)
    if not EVERY:
        times = min(times, max(1, BYTES // sum(len(one.data) for one in whole)))
    wrong = []
    for sample in whole:
        requests = requests_in(sample.data, sample.name, linter)
        for seed in range(times):
            data = break_(sample.data, random.Random(f"{sample.name} {seed}"))  # noqa: S311
            try:
                with no_hanging(SECONDS):
                    found = requests_in(data, sample.name, linter)
            except Exception as error:
                wrong.append(f"{sample.name} {seed}: {error!r}")
            else:
                if found > requests + more and not sample.name.endswith(NOT_READ):
                    wrong.append(f"{sample.name} {seed}: {found} requests instead of {requests}")
    assert wrong == []
