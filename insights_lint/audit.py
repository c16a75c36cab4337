"""Judges sources one after the other, and goes on where one of them cannot be read."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from insights_lint.errors import SourceError
from insights_lint.linter import Linter
from insights_lint.payload import PassedOver, Unjudged
from insights_lint.readers import read
from insights_lint.readers.packing import unpacked
from insights_lint.readers.shapes import mentions_events
from insights_lint.readers.sharing import JudgedPart, Share
from insights_lint.readers.wanted import Wanted
from insights_lint.report import Report
from insights_lint.sources import STDIN, Source

if TYPE_CHECKING:
    from insights_lint.violation import Violation

Sharing = Callable[[io.BufferedIOBase, Callable[[], bool]], Share | None]
"""(a source that was opened, whether broken JSON in it is a fault) → what has parts of it judged by others, or None."""

Watch = Callable[[io.BufferedIOBase, str], io.BufferedIOBase]
"""(a source that was opened, its name) → the same, of which somebody sees how it is read."""

_CHUNK = 262_144
_SMALL = 262_144
"""Bytes up to which a file is held as a whole, and its format told and its text read without streams on streams."""
_ATTACHED = r"[0-9a-f]{40}(?:\.[A-Za-z0-9]{1,8})?"
"""What Playwright calls the files with bodies, by their SHA-1."""
_MAX_ATTACHED = 100_000_000


def audit(
    sources: Iterable[Source | SourceError],
    linter: Linter,
    *,
    wanted: Wanted,
    input_format: str | None = None,
    stdin_name: str = "<stdin>",
    watch: Watch | None = None,
    sharing: Sharing | None = None,
) -> Iterator[Violation | SourceError]:
    """The kept violations of all sources, in order, and an error for each that cannot be read to its end.

    Everything is counted in the linter's report. With `sharing`, others judge parts of streams.
    """
    for source in sources:
        try:
            if isinstance(source, SourceError):
                raise source
            yield from _audit_one(source, linter, wanted, input_format, stdin_name, watch, sharing)
        except SourceError as error:
            linter.report.errors.append(str(error))
            yield error


def _audit_one(
    source: Source,
    linter: Linter,
    wanted: Wanted,
    input_format: str | None,
    stdin_name: str,
    watch: Watch | None,
    sharing: Sharing | None,
) -> Iterator[Violation | SourceError]:
    report = linter.report
    events, violations = report.events, report.violations
    name = stdin_name if source.path == STDIN else source.path
    foreign = False
    notes: list[tuple[str, str]] = []

    is_ours = _Ours(source, wanted)
    beside = partial(_beside, source.path)
    try:
        with open_source(source) as stream:
            share = sharing(stream, is_ours) if sharing else None
            watched = watch(stream, name) if watch else stream
            for found in read(watched, name, wanted, input_format, beside, linter.passes, share):
                if isinstance(found, JudgedPart):
                    yield from merged(report, found.report, found.error)
                elif isinstance(found, Unjudged):
                    notes.append((found.source, found.reason))
                elif isinstance(found, PassedOver):
                    report.add_passed_over(found)
                elif found.error is not None and found.embedding is None and found.captured is None and not is_ours():
                    foreign = True
                else:
                    yield from linter.lint(found)
    finally:
        linter.settle()
    if foreign and report.events == events and report.violations == violations:
        report.not_ours += 1
        return
    report.sources += 1
    if report.events == events and report.violations == violations:
        report.sources_without_events += 1
    if source.named or report.events > events:
        report.notes += notes


class _Ours:
    """Whether a source that is not JSON was meant to hold events; it is looked at once at most."""

    def __init__(self, source: Source, wanted: Wanted) -> None:
        self._source = source
        self._known = True if source.named or wanted.form is not None else None

    def __call__(self) -> bool:
        if self._known is None:
            self._known = _mentions_events(self._source)
        return self._known


def merged(report: Report, other: Report, error: SourceError | None) -> Iterator[Violation | SourceError]:
    """Adds what was found elsewhere, and gives what is kept of it, and the error that came last."""
    yield from report.take(other)
    if error is not None:
        yield error


def open_source(source: Source) -> io.BufferedIOBase:
    """The source as bytes; a small file is read at once. Raises SourceError if it cannot be opened."""
    if source.path == STDIN:
        return cast("io.BufferedIOBase", sys.stdin.buffer)
    try:
        file = io.FileIO(source.path)  # closed by the caller, or at once
        if not 0 < os.fstat(file.fileno()).st_size <= _SMALL:  # files of /proc say that they are empty
            return io.BufferedReader(file, _CHUNK)
        with file:
            return io.BytesIO(file.readall())
    except OSError as error:
        raise SourceError(source.path, error.strerror or str(error)) from None


def _beside(path: str, name: str) -> bytes | None:
    """What is in a file that a recorder wrote beside its capture; the capture must not name any other."""
    import re
    from pathlib import Path

    if not re.fullmatch(_ATTACHED, name):
        return None
    for folder in (Path(path).parent, Path(path).parent / "resources"):
        try:
            with (folder / name).open("rb") as file:
                return file.read(_MAX_ATTACHED)
        except OSError:
            continue
    return None


def _mentions_events(source: Source) -> bool:
    """Whether a file of a folder that is not JSON was meant to hold events."""
    with open_source(source) as packed:
        stream, _ = unpacked(packed)
        return mentions_events(iter(lambda: stream.read(_CHUNK).decode("utf-8", "replace"), ""))
