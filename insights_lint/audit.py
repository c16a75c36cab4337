"""Judges sources one after the other, and goes on where one of them cannot be read."""

from __future__ import annotations

import io
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
from insights_lint.readers.wanted import Wanted
from insights_lint.sources import STDIN, Source

if TYPE_CHECKING:
    from insights_lint.violation import Violation

Watch = Callable[[io.BufferedIOBase, str], io.BufferedIOBase]
"""(a source that was opened, its name) → the same, of which somebody sees how it is read."""

_CHUNK = 1_000_000
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
) -> Iterator[Violation | SourceError]:
    """The kept violations of all sources, in order, and an error for each that cannot be read to its end.

    Everything is counted in the linter's report.
    """
    for source in sources:
        try:
            if isinstance(source, SourceError):
                raise source
            yield from _audit_one(source, linter, wanted, input_format, stdin_name, watch)
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
) -> Iterator[Violation]:
    report = linter.report
    events, violations = report.events, report.violations
    name = stdin_name if source.path == STDIN else source.path
    ours: bool | None = True if source.named or wanted.form is not None else None
    foreign = False
    notes: list[tuple[str, str]] = []
    try:
        with _open(source) as stream:
            watched = watch(stream, name) if watch else stream
            for found in read(watched, name, wanted, input_format, partial(_beside, source.path), linter.passes):
                if isinstance(found, Unjudged):
                    notes.append((found.source, found.reason))
                    continue
                if isinstance(found, PassedOver):
                    report.add_passed_over(found)
                    continue
                if found.error is not None and found.embedding is None and found.captured is None:
                    if ours is None:
                        ours = _mentions_events(source)
                    if not ours:
                        foreign = True
                        continue
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


def _open(source: Source) -> io.BufferedIOBase:
    if source.path == STDIN:
        return cast("io.BufferedIOBase", sys.stdin.buffer)
    try:
        return cast("io.BufferedIOBase", open(source.path, "rb", buffering=_CHUNK))  # noqa: PTH123  # closed by the caller
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
    with _open(source) as packed:
        stream, _ = unpacked(packed)
        return mentions_events(iter(lambda: stream.read(_CHUNK).decode("utf-8", "replace"), ""))
