"""Shows on a terminal how far the reading has come, once a run takes so long that its user begins to wonder."""

from __future__ import annotations

import io
import math
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import partial
from typing import TYPE_CHECKING, TextIO

from insights_lint.json_text.visible import visible

if TYPE_CHECKING:
    import threading

_PATIENCE = 2.0
"""Seconds without a bar: whoever waits no longer needs none."""
_PERIOD = 0.2
"""Seconds from one drawing to the next."""
_STEP = 65_536
"""Bytes that are counted at once at most: little enough that the bar moves with the work."""
_ERASE = "\x1b[K"
"""Erases what stands from the cursor to the end of the line."""
_MIN_NAME = 8
"""Columns below which a name says nothing, and is left out."""
_UNITS = ("B", "KB", "MB", "GB", "TB")


class _Source:
    """How far one source has been read. The size is None where it is not known."""

    def __init__(self, name: str, size: int | None, opened: float) -> None:
        self.name = name
        self.size = size
        self.opened = opened
        self.read = 0
        self.whole_since: float | None = None
        """When its end was read. A document is judged only then."""


class Progress:
    """One line on a terminal that says how far a run is; without a terminal, nothing.

    `clock` gives seconds, `terminal_columns` how wide the terminal is now. It draws only when `draw` is called, or in a
    thread of its own.
    """

    def __init__(
        self, terminal: TextIO | None, clock: Callable[[], float], terminal_columns: Callable[[], int]
    ) -> None:
        self._terminal = terminal
        self._clock = clock
        self._columns = terminal_columns
        self._lock: AbstractContextManager[object] = nullcontext()
        self._thread: threading.Thread | None = None
        if terminal is not None:
            from threading import Event, RLock  # few runs are looked at

            # Ctrl-C may come between entering `lifted` and what it surrounds; whoever closes then holds the lock.
            self._lock = RLock()
            self._over = Event()
        self._shown = ""
        self._closed = False
        self._source: _Source | None = None
        self._began = 0.0
        self._sources = 0
        self._read = 0

    def watched(self, stream: io.BufferedIOBase, name: str) -> io.BufferedIOBase:
        """The source that was opened, as a stream of which it is counted how much is read."""
        if self._terminal is None:
            return stream
        if stream.isatty():  # a bar would overwrite what is typed there
            self._source = None
            return stream
        now = self._clock()
        if not self._sources:
            self._began = now
        self._sources += 1
        self._source = _Source(name, _size(stream), now)
        return io.BufferedReader(_Counted(stream, partial(self._advanced, self._source)), _STEP)

    def passed(self, name: str, size: int) -> None:
        """Counts a file of so many bytes that another process reads."""
        if self._terminal is None:
            return
        now = self._clock()
        if not self._sources:
            self._began = now
        self._sources += 1
        self._read += size
        source = _Source(name, size, now)
        source.read, source.whole_since = size, now
        self._source = source

    def draw(self) -> None:
        """Draws the line as it is now, over the one before."""
        with self._lock:
            if not self._closed:
                self._show(self._line(self._clock(), self._columns() - 1))  # in the last column, terminals wrap

    @contextmanager
    def lifted(self, stream: TextIO) -> Iterator[None]:
        """Keeps the line out of the way of what is written to the stream meanwhile, if that is a terminal, too."""
        with self._lock:
            if self._shown and stream.isatty():
                self._show("")
            yield

    def keep_drawing(self) -> None:
        """Draws every now and then.

        In a thread, because a document is read in a moment and then judged for long, and a pipe may stand still.
        """
        from threading import Thread

        self._over.clear()
        self._thread = Thread(target=self._drawing, daemon=True)
        self._thread.start()

    def stop_drawing(self) -> None:
        """Ends the thread, if there is one."""
        if self._thread is not None:
            self._over.set()
            self._thread.join()
            self._thread = None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Has no thread alive meanwhile, so that the process may be forked."""
        if self._thread is None:
            yield
            return
        self.stop_drawing()
        try:
            yield
        finally:
            self.keep_drawing()

    def _drawing(self) -> None:
        while not self._over.wait(_PERIOD):
            self.draw()

    def close(self) -> None:
        """Erases the line; nothing is drawn afterwards."""
        with self._lock:
            self._closed = True
            self._show("")

    def _advanced(self, source: _Source, number: int) -> None:
        read = source.read + number
        whole = not number or (source.size is not None and read >= source.size)
        source.whole_since = self._clock() if whole else None  # before `read`, which must not pass the size without it
        source.read = read
        self._read += number

    def _show(self, line: str) -> None:
        if self._terminal is not None and line != self._shown:
            with suppress(OSError):  # a terminal that has gone is no reason to judge no further
                self._terminal.write(f"\r{line}{_ERASE}")
                self._terminal.flush()
        self._shown = line

    def _line(self, now: float, room: int) -> str:
        # The two seconds are those of the run: of 3,000 small files none takes as long, but their user waits all the
        # same, and sees how many were read. Where a single file takes as long, its own figures are worth more.
        source = self._source
        if source is None or now - self._began < _PATIENCE:
            return ""
        if now - source.opened < _PATIENCE:
            read = f"{self._sources:,} files, {_amount(self._read)}"
            figures = f"{read}, {_amount(self._read / (now - self._began))}/s"
        else:
            figures = _figures(source, now)
        name = _end_of(visible(source.name), room - len(figures) - 2)
        return f"{figures}  {name}" if name else figures[: max(0, room)]


@contextmanager
def open_progress(
    stream: TextIO | None, *, quiet: bool, clock: Callable[[], float] = time.monotonic
) -> Iterator[Progress]:
    """Progress that draws itself on the stream if that is a terminal that can erase a line, and not with `quiet`."""
    if stream is None or quiet or not stream.isatty() or os.environ.get("TERM") == "dumb":
        yield Progress(None, clock, lambda: 0)
        return
    progress = Progress(stream, clock, partial(_terminal_columns, stream))
    progress.keep_drawing()
    try:
        yield progress
    finally:
        progress.stop_drawing()
        progress.close()


class _Counted(io.RawIOBase):
    """A stream that tells how many bytes were read each time; 0 at its end."""

    def __init__(self, stream: io.BufferedIOBase, advanced: Callable[[int], None]) -> None:
        self._stream = stream
        self._advanced = advanced

    def readable(self) -> bool:
        return True

    def readinto(self, target: memoryview) -> int:  # type: ignore[override]  # its reader gives no other buffer
        # read1, because whoever pipes lines to us wants each judged when it comes.
        data = self._stream.read1(len(target))
        self._advanced(len(data))
        target[: len(data)] = data
        return len(data)

    def seekable(self) -> bool:
        return self._stream.seekable()

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()


def _size(stream: io.BufferedIOBase) -> int | None:
    """Bytes that are still to be read of a regular file, also if it is standard input; None for anything else."""
    try:
        status = os.fstat(stream.fileno())
        # Files of /proc say that they are empty.
        return (status.st_size - stream.tell() or None) if stat.S_ISREG(status.st_mode) else None
    except OSError:  # also where there is no file behind the stream
        return None


def _terminal_columns(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80  # 0 where nobody has set it
    except OSError:
        return 80


def _figures(source: _Source, now: float) -> str:
    """`62 %  618 MB of 1.0 GB, 15 MB/s, 26 s left`, or as much of it as can be known."""
    read, whole_since = source.read, source.whole_since  # another thread may change them meanwhile
    if whole_since is not None:
        return f"{_amount(read)} read, being judged for {_duration(now - whole_since)}"
    rate = read / (now - source.opened)
    if source.size is None:
        return f"{_amount(read)}, {_amount(rate)}/s"
    share = f"{read * 100 // source.size} %  {_amount(read)} of {_amount(source.size)}, {_amount(rate)}/s"
    return f"{share}, {_duration((source.size - read) / rate)} left" if rate else share


def _amount(number: float) -> str:
    """Bytes in two or three digits: `9.4 KB`, `618 MB`."""
    unit = 0
    while round(number) >= 1000 and unit < len(_UNITS) - 1:
        number /= 1000
        unit += 1
    return f"{number:.{1 if unit and round(number, 1) < 10 else 0}f} {_UNITS[unit]}"


def _duration(seconds: float) -> str:
    minutes, seconds = divmod(math.ceil(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours:,} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def _end_of(name: str, room: int) -> str:
    """The name, or if that is too wide its end behind an ellipsis; nothing where there is no room for either."""
    from bisect import bisect_left

    from insights_lint.reporters.cells import columns

    places = columns(list(name))
    wide = places[-1]
    if wide <= room:
        return name
    if room < _MIN_NAME:
        return ""
    return "…" + name[bisect_left(places, wide - room + 1) :]
