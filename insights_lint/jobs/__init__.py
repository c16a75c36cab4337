"""Judges with several processes what `audit` judges with one, and finds the same.

Other processes get parts of streams, each of them some whole lines that stand by themselves, and batches of files. They
give back reports, which are added up here in the order of the sources.
"""

from __future__ import annotations

import io
import os
import stat
import sys
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING

from insights_lint.audit import Sharing, audit, merged, open_source
from insights_lint.errors import SourceError
from insights_lint.jobs.settings import SIZES, Front, Sizes
from insights_lint.linter import Linter
from insights_lint.readers import is_shared
from insights_lint.readers.sharing import JudgedPart, Part
from insights_lint.readers.wanted import Wanted
from insights_lint.report import Report
from insights_lint.sources import STDIN, Source

if TYPE_CHECKING:
    from insights_lint.jobs.processes import Processes, Task
    from insights_lint.violation import Violation

_PATIENCE = 0.1
"""Seconds for which nothing comes from a pipe before all that came is judged and told."""


def audit_with_jobs(
    jobs: int,
    sources: Iterable[Source | SourceError],
    linter: Linter,
    *,
    wanted: Wanted,
    input_format: str | None = None,
    stdin_name: str = "<stdin>",
    front: Front = Front(),  # noqa: B008  # it is immutable
    sizes: Sizes | None = None,
) -> Generator[Violation | SourceError]:
    """What `audit` gives, found by at most so many processes besides this one; with one job, by this one alone."""
    run = _Run(jobs, linter, wanted, input_format, stdin_name, front, sizes or SIZES)
    try:
        yield from run.audit(sources) if jobs > 1 else run.judged_here(sources)
    finally:
        run.close()


class _Run:
    """One run: what it was told, how much was judged in this process, and the other processes, if there are any."""

    def __init__(
        self,
        jobs: int,
        linter: Linter,
        wanted: Wanted,
        input_format: str | None,
        stdin_name: str,
        front: Front,
        sizes: Sizes,
    ) -> None:
        self.linter = linter
        self.sizes = sizes
        self.part_bytes = max(1, min(sizes.part_bytes, sizes.waiting_bytes // (3 * jobs)))
        self._jobs = jobs
        self._wanted = wanted
        self._input_format = input_format
        self._stdin_name = stdin_name
        self._front = front
        self._rules = {rule.id: rule for rule in linter.checks.rules}
        self._bytes_here = self._files_here = 0
        self._processes: Processes | None = None

    @property
    def first_bytes(self) -> int:
        """How much is still to be judged here before other processes are worth it."""
        return max(0, self.sizes.first_bytes - self._bytes_here) if self._processes is None else 0

    def audit(self, sources: Iterable[Source | SourceError]) -> Iterator[Violation | SourceError]:
        """Judges what comes first in this process, and then batches of files in others; parts of streams any time."""
        coming = iter(sources)
        source = next(coming, None)
        while source is not None:
            following = next(coming, None)
            size = _size(source)
            large = following is not None and size > self.first_bytes
            if (large and not self._is_alone(source)) or self._files_here >= self.sizes.first_files:
                rest = chain([source], coming if following is None else chain([following], coming))
                yield from self._in_batches(rest)
                return
            yield from self._counted_here(source, size)
            source = following

    def _counted_here(self, source: Source | SourceError, size: int) -> Iterator[Violation | SourceError]:
        yield from self.judged_here([source], self.sharing)
        self._files_here += 1
        self._bytes_here += size

    def judged_here(
        self, sources: Iterable[Source | SourceError], sharing: Sharing | None = None
    ) -> Iterator[Violation | SourceError]:
        """What `audit` gives of these sources."""
        return audit(
            sources,
            self.linter,
            wanted=self._wanted,
            input_format=self._input_format,
            stdin_name=self._stdin_name,
            watch=self._front.watch,
            sharing=sharing,
        )

    def sharing(self, stream: io.BufferedIOBase, is_ours: Callable[[], bool]) -> _Share | None:
        """What has the parts of a stream judged by other processes; None if they would wait for it."""
        descriptor = _pipe(stream)
        if descriptor is not None and sys.platform == "win32":
            return None  # where nobody can tell whether a pipe waits
        return _Share(self, descriptor, is_ours)

    def ordered(self, tasks: Iterator[Task | None]) -> Generator[Task]:
        """The tasks, done or lost, in their order."""
        if self._processes is None:
            from insights_lint.jobs.processes import Processes  # most runs are too short for any
            from insights_lint.jobs.work import Work

            self._processes = Processes(
                self._jobs,
                Work(self.linter, self._wanted, self._input_format),
                most_bytes=self.sizes.waiting_bytes,
                alone=self._front.alone,
                tell=self._front.tell,
            )
        return self._processes.ordered(tasks)

    def close(self) -> None:
        """Ends the other processes."""
        if self._processes is not None:
            self._processes.close()

    def part_task(self, part: Part) -> Task:
        from insights_lint.jobs.processes import Task
        from insights_lint.jobs.work import part_header

        return Task(part_header(part, self.linter.report), part.data, part, f"{_lines(part)} of {part.source}")

    def found_in_part(self, task: Task, is_ours: Callable[[], bool]) -> JudgedPart | None:
        """What was found in a part; None if it is to be judged here."""
        from insights_lint.jobs.work import FoundInPart, unpickled

        part: Part = task.subject
        if task.lost:
            error = SourceError(part.source, f"{_lines(part)} not checked: {_lost(task)}")
            return JudgedPart(Report(errors=[str(error)]), Counter(), frozenset(), error)
        if not task.answer:
            return None
        found: FoundInPart = unpickled(task.answer, self._rules)
        if found.broken and not is_ours():
            return None
        return JudgedPart(found.report, found.others, found.matched)

    def _in_batches(self, sources: Iterator[Source | SourceError]) -> Iterator[Violation | SourceError]:
        """Batches of files go to other processes; a large stream is read here, when all before it is told."""
        streams: list[Source] = []
        while True:
            for task in self.ordered(self._batches(sources, streams)):
                yield from self._found_in_files(task)
            if not streams:
                return
            stream = streams.pop()
            yield from self._counted_here(stream, _size(stream))

    def _batches(self, sources: Iterator[Source | SourceError], streams: list[Source]) -> Iterator[Task]:
        """The sources as tasks, up to the first that is to be read here."""
        batch: list[Source | SourceError] = []
        size = 0
        for source in sources:
            if not isinstance(source, SourceError) and self._is_stream(source):
                streams.append(source)
                break
            batch.append(source)
            size += _size(source)
            self._front.passed(source.path, _size(source))
            if size >= self.part_bytes or len(batch) >= self.sizes.batch_files:
                yield self._files_task(batch)
                batch, size = [], 0
        if batch:
            yield self._files_task(batch)

    def _files_task(self, sources: list[Source | SourceError], lives: int = 2) -> Task:
        from insights_lint.jobs.processes import Task
        from insights_lint.jobs.work import files_header

        names = [source.path for source in sources]
        name = names[0] if len(names) == 1 else f"{len(names)} files from {names[0]} to {names[-1]}"
        return Task(files_header(sources, self.linter.report), b"", sources, name, lives)

    def _found_in_files(self, task: Task) -> Iterator[Violation | SourceError]:
        from insights_lint.jobs.work import FoundInFile, unpickled

        sources: list[Source | SourceError] = task.subject
        if task.lost and len(sources) > 1:  # one of them is to blame
            for single in self.ordered(self._files_task([source], lives=1) for source in sources):
                yield from self._found_in_files(single)
        elif task.lost:
            error = SourceError(sources[0].path, f"not checked: {_lost(task)}")
            yield from merged(self.linter.report, Report(errors=[str(error)]), error)
        elif task.answer:
            found: list[FoundInFile] = unpickled(task.answer, self._rules)
            for report, broken_off in found:
                yield from merged(self.linter.report, report, broken_off)
        else:
            yield from self.judged_here(sources)

    def _is_alone(self, source: Source | SourceError) -> bool:
        """Whether it is not one of the files that others judge in batches."""
        return isinstance(source, SourceError) or self._is_stream(source)

    def _is_stream(self, source: Source) -> bool:
        """Whether it may be so large a stream that it is worth being shared."""
        if source.path == STDIN:
            return True
        if _size(source) <= self.sizes.first_bytes:
            return False
        try:
            with open_source(source) as stream:
                return is_shared(stream, source.path, self._input_format)
        except SourceError:  # whoever reads it will say so
            return False


class _Share:
    """Has the parts of one stream judged by the processes of a run."""

    def __init__(self, run: _Run, descriptor: int | None, is_ours: Callable[[], bool]) -> None:
        self.first_bytes = run.first_bytes
        self.part_bytes = run.part_bytes
        self._run = run
        self._descriptor = descriptor
        self._is_ours = is_ours

    def __call__(self, parts: Iterator[Part | None]) -> Generator[JudgedPart | None]:
        tasks = (None if part is None else self._run.part_task(part) for part in parts)
        with closing(self._run.ordered(tasks)) as ordered:
            for task in ordered:
                yield self._run.found_in_part(task, self._is_ours)

    def waits(self) -> bool:
        if self._descriptor is None:
            return False
        import select  # files do not wait

        return not select.select([self._descriptor], [], [], _PATIENCE)[0]


def _pipe(stream: io.BufferedIOBase) -> int | None:
    """The descriptor of a stream that may have nothing to give for a while; None for others."""
    try:
        descriptor = stream.fileno()
    except OSError:  # there is no file behind it
        return None
    return None if stat.S_ISREG(os.fstat(descriptor).st_mode) else descriptor


def _size(source: Source | SourceError) -> int:
    """Bytes of a file; 0 for what has none, or none that is known."""
    if isinstance(source, SourceError) or source.path == STDIN:
        return 0
    try:
        return os.stat(source.path).st_size  # noqa: PTH116  # it is shown as it was given
    except OSError:
        return 0


def _lines(part: Part) -> str:
    last = part.line + part.data.count(b"\n") - 1
    return f"line {last:,}" if last == part.line else f"lines {part.line:,} to {last:,}"


def _lost(task: Task) -> str:
    return f"processes die when they judge that; the last one {task.lost}"
