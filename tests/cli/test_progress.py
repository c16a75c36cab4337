"""The line that says how far a run is: when it is drawn, what it says, and that it mixes with nothing else."""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from insights_lint.cli import judgement
from insights_lint.cli.progress import Progress, open_progress
from insights_lint.readers import read
from insights_lint.readers.wanted import Wanted
from insights_lint.reporters.cells import width
from tests.cli.test_check import BAD, EVENT, status_of
from tests.readers.test_packing import lines_of
from tests.running import no_hanging

MEGABYTE = 1_000_000


class Clock:
    """Seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    """A terminal that keeps what was written to it."""

    def isatty(self) -> bool:
        return True


class Run:
    """A progress with its clock and its terminal."""

    def __init__(self, columns: int = 80) -> None:
        self.clock = Clock()
        self.terminal = Terminal()
        self.progress = Progress(self.terminal, self.clock, lambda: columns)

    def drawn_after(self, seconds: float) -> str:
        """The line that is drawn when so many seconds more have passed; empty if none is."""
        self.clock.now += seconds
        before = len(self.terminal.getvalue())
        self.progress.draw()
        written = self.terminal.getvalue()[before:]
        assert "\n" not in written
        return written.removeprefix("\r").removesuffix("\x1b[K")


def screen(written: str) -> str:
    """What a terminal shows after all of it was written."""
    lines = [""]
    column = 0
    for part in re.split(r"(\r|\n|\x1b\[K)", written):
        if part in ("\r", "\n"):
            column = 0
            lines += [""] * (part == "\n")
        elif part == "\x1b[K":
            lines[-1] = lines[-1][:column]
        else:
            lines[-1] = lines[-1][:column] + part + lines[-1][column + len(part) :]
            column += len(part)
    return "\n".join(lines)


@pytest.fixture
def large(tmp_path: Path) -> Iterator[io.BufferedIOBase]:
    """A file of 100 MB, which takes no room."""
    path = tmp_path / "access.ndjson"
    with path.open("wb") as file:
        file.truncate(100 * MEGABYTE)
    with path.open("rb") as file:
        yield file


def skip(stream: io.BufferedIOBase, megabytes: int) -> None:
    for _ in range(megabytes):
        assert len(stream.read(MEGABYTE)) == MEGABYTE


# what it says, and when


def test_two_seconds_pass_without_a_line(large: io.BufferedIOBase) -> None:
    run = Run()
    assert run.drawn_after(100) == ""  # nothing was opened yet
    stream = run.progress.watched(large, "access.ndjson")
    assert run.drawn_after(0) == ""
    skip(stream, 15)
    assert run.drawn_after(1.99) == ""
    assert run.terminal.getvalue() == ""
    assert run.drawn_after(0.01) == "15 %  15 MB of 100 MB, 7.5 MB/s, 12 s left  access.ndjson"


def test_share_rate_and_estimate(large: io.BufferedIOBase) -> None:
    run = Run()
    stream = run.progress.watched(large, "access.ndjson")
    assert run.drawn_after(2) == "0 %  0 B of 100 MB, 0 B/s  access.ndjson"
    skip(stream, 61)
    assert run.drawn_after(38) == "61 %  61 MB of 100 MB, 1.5 MB/s, 26 s left  access.ndjson"
    skip(stream, 37)
    assert run.drawn_after(22) == "98 %  98 MB of 100 MB, 1.6 MB/s, 2 s left  access.ndjson"


def test_a_line_stands_over_the_one_before(large: io.BufferedIOBase) -> None:
    run = Run()
    run.progress.watched(large, "a")
    assert run.drawn_after(3) != ""
    assert run.drawn_after(0) == ""  # it says the same
    assert screen(run.terminal.getvalue()) == "0 %  0 B of 100 MB, 0 B/s  a"
    skip(run.progress.watched(large, "b"), 1)
    run.drawn_after(2)
    assert screen(run.terminal.getvalue()).endswith("  b")


def test_of_a_pipe_no_estimate_is_made() -> None:
    run = Run()
    reading, writing = os.pipe()
    with open(reading, "rb") as pipe, open(writing, "wb") as writer, no_hanging(10):  # noqa: PTH123
        stream = run.progress.watched(pipe, "<stdin>")
        writer.write(b"x" * 6000)
        writer.flush()
        assert len(stream.read(6000)) == 6000
        assert run.drawn_after(3) == "6.0 KB, 2.0 KB/s  <stdin>"
        assert run.drawn_after(57) == "6.0 KB, 100 B/s  <stdin>"  # it stands still


def test_a_document_is_judged_after_it_was_read() -> None:
    run = Run()
    stream = run.progress.watched(io.BytesIO(b"x" * 30_000), "a.json")
    assert len(stream.read()) == 30_000
    assert run.drawn_after(9) == "30 KB read, being judged for 9 s  a.json"


def test_a_file_that_was_read_is_known_to_be_whole(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"x" * 2000)
    run = Run()
    with (tmp_path / "a.json").open("rb") as file:
        stream = run.progress.watched(file, "a.json")
        assert len(stream.read(2000)) == 2000
        assert run.drawn_after(2) == "2.0 KB read, being judged for 2 s  a.json"


def test_many_small_files_are_counted() -> None:
    run = Run()
    lines = []
    for number in range(3000):
        run.progress.watched(io.BytesIO(b"x" * 1000), f"{number}.json").read()
        lines.append(run.drawn_after(0.01))
    assert set(lines[:198]) == {""}
    assert lines[999] == "1,000 files, 1.0 MB, 100 KB/s  999.json"
    assert lines[2999] == "3,000 files, 3.0 MB, 100 KB/s  2999.json"


def test_files_that_other_processes_read_are_counted() -> None:
    run = Run()
    for number in range(1, 1201):
        run.progress.passed(f"fixtures/{number}.json", 5_000)
        run.clock.now += 0.01
    assert run.drawn_after(0) == "1,200 files, 6.0 MB, 500 KB/s  fixtures/1200.json"
    assert run.drawn_after(3) == "5.0 KB read, being judged for 4 s  fixtures/1200.json"


def test_a_large_file_among_small_ones_has_figures_of_its_own(large: io.BufferedIOBase) -> None:
    run = Run()
    run.progress.watched(io.BytesIO(b"x" * 1000), "small.json").read()
    run.clock.now += 10
    skip(run.progress.watched(large, "large.ndjson"), 20)
    assert run.drawn_after(0) == "2 files, 20 MB, 2.0 MB/s  large.ndjson"
    assert run.drawn_after(2) == "20 %  20 MB of 100 MB, 10 MB/s, 8 s left  large.ndjson"


def test_of_a_packed_file_its_own_bytes_count(tmp_path: Path) -> None:
    (tmp_path / "a.ndjson.gz").write_bytes(gzip.compress(lines_of(8000)))
    size = (tmp_path / "a.ndjson.gz").stat().st_size
    run = Run()
    with (tmp_path / "a.ndjson.gz").open("rb") as file:
        payloads = read(run.progress.watched(file, "a.ndjson.gz"), "a.ndjson.gz", Wanted(), None)
        next(payloads)
        assert f"of {size / 1000:.0f} KB" in run.drawn_after(2)
        assert len(list(payloads)) == 8000 - 1
        assert run.drawn_after(2).startswith(f"{size / 1000:.0f} KB read, ")


def test_of_standard_input_the_rest_counts(tmp_path: Path) -> None:
    """A shell may have read some of the file before us."""
    (tmp_path / "a").write_bytes(b"x" * 9000)
    run = Run()
    with (tmp_path / "a").open("rb") as file:
        file.seek(5000)
        run.progress.watched(file, "<stdin>")
        assert run.drawn_after(2) == "0 %  0 B of 4.0 KB, 0 B/s  <stdin>"


@pytest.mark.parametrize(
    ("read", "seconds", "line"),
    [
        (999, 10, "999 B, 100 B/s  a"),
        (1000, 10, "1.0 KB, 100 B/s  a"),
        (9949, 10, "9.9 KB, 995 B/s  a"),
        (9950, 10, "9.9 KB, 995 B/s  a"),
        (9951, 10, "10 KB, 995 B/s  a"),
        (999_499, 10, "999 KB, 100 KB/s  a"),
        (999_500, 10, "1.0 MB, 100 KB/s  a"),
        (5 * MEGABYTE, 3, "5.0 MB, 1.7 MB/s  a"),
    ],
)
def test_amounts(read: int, seconds: float, line: str) -> None:
    run = Run()
    run.progress.watched(io.BytesIO(b"x" * read), "a").read(read)
    assert run.drawn_after(seconds) == line


@pytest.mark.parametrize(
    ("seconds", "left"),
    [(2, "18 s"), (6.6, "1 min 0 s"), (100, "15 min 0 s"), (400, "1 h 0 min"), (1_000_000, "2,500 h 0 min")],
)
def test_durations(seconds: float, left: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 65_536 * 10)
    run = Run()
    with (tmp_path / "a").open("rb") as file:
        run.progress.watched(file, "a").read(65_536)
        assert run.drawn_after(seconds).endswith(f"/s, {left} left  a")


# where it is drawn


@pytest.mark.parametrize(
    "name",
    [
        "<stdin>",
        "very/long/" * 10 + "a.json",
        "行動ログ/" * 8 + "イベント.ndjson",
        "a\x1b[2J\r\nb\tc\u202e.json" * 3,
        "e\u0301" * 40,
        "\udce9\udce8",
        "",
    ],
    ids=["short", "long", "wide", "controls", "accents", "surrogates", "empty"],
)
def test_a_line_never_reaches_the_last_column(name: str, large: io.BufferedIOBase) -> None:
    figures = "0 %  0 B of 100 MB, 0 B/s"
    for columns in range(120):
        run = Run(columns)
        run.progress.watched(large, name)
        line = run.drawn_after(2)
        assert width(line) <= max(0, columns - 1)
        assert line.startswith(figures[: max(0, columns - 1)])
        assert line.isprintable()


def test_of_a_long_name_its_end_is_shown(large: io.BufferedIOBase) -> None:
    for columns, line in (
        (72, "0 %  0 B of 100 MB, 0 B/s  fixtures/行動ログ/2026/11/24/イベント.ndjson"),
        (71, "0 %  0 B of 100 MB, 0 B/s  …xtures/行動ログ/2026/11/24/イベント.ndjson"),
        (60, "0 %  0 B of 100 MB, 0 B/s  …ログ/2026/11/24/イベント.ndjson"),
        (49, "0 %  0 B of 100 MB, 0 B/s  …1/24/イベント.ndjson"),
        (44, "0 %  0 B of 100 MB, 0 B/s  …イベント.ndjson"),
        (43, "0 %  0 B of 100 MB, 0 B/s  …ベント.ndjson"),
        (42, "0 %  0 B of 100 MB, 0 B/s  …ベント.ndjson"),
        (36, "0 %  0 B of 100 MB, 0 B/s  ….ndjson"),
        (35, "0 %  0 B of 100 MB, 0 B/s"),
        (10, "0 %  0 B "),
        (1, ""),
    ):
        narrow = Run(columns)
        narrow.progress.watched(large, "fixtures/行動ログ/2026/11/24/イベント.ndjson")
        assert narrow.drawn_after(2) == line


@pytest.mark.parametrize(
    ("stream", "quiet", "kind"),
    [(io.StringIO(), False, "xterm"), (Terminal(), True, "xterm"), (Terminal(), False, "dumb"), (None, False, "xterm")],
    ids=["no terminal", "quiet", "dumb", "closed"],
)
def test_elsewhere_nothing_is_written(
    stream: io.StringIO | None, quiet: bool, kind: str, monkeypatch: pytest.MonkeyPatch, large: io.BufferedIOBase
) -> None:
    monkeypatch.setenv("TERM", kind)
    clock = Clock()
    threads = threading.active_count()
    with open_progress(stream, quiet=quiet, clock=clock) as progress:
        assert threading.active_count() == threads
        assert progress.watched(large, "a") is large  # nothing is counted either
        clock.now += 100
        progress.draw()
        with progress.lifted(sys.stdout):
            pass
        progress.close()
    assert stream is None or stream.getvalue() == ""


def test_it_draws_itself_until_it_is_closed(monkeypatch: pytest.MonkeyPatch, large: io.BufferedIOBase) -> None:
    class Watched(Terminal):
        written = threading.Event()

        def write(self, text: str) -> int:
            self.written.set()
            return super().write(text)

    monkeypatch.setenv("TERM", "xterm")
    terminal, clock = Watched(), Clock()
    threads = threading.active_count()
    with open_progress(terminal, quiet=False, clock=clock) as progress:
        progress.watched(large, "a")
        clock.now += 2
        assert terminal.written.wait(30)
    assert threading.active_count() == threads
    assert terminal.getvalue() == "\r0 %  0 B of 100 MB, 0 B/s  a\x1b[K\r\x1b[K"


def test_no_thread_is_alive_while_a_process_is_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    threads = threading.active_count()
    with open_progress(Terminal(), quiet=False) as progress:
        assert threading.active_count() == threads + 1
        for _ in range(2):
            with progress.alone():
                assert threading.active_count() == threads
            assert threading.active_count() == threads + 1
    with open_progress(io.StringIO(), quiet=False) as progress, progress.alone():
        assert threading.active_count() == threads
    assert threading.active_count() == threads


def test_what_is_typed_on_a_terminal_is_not_overwritten(large: io.BufferedIOBase) -> None:
    class Typed(io.BytesIO):
        def isatty(self) -> bool:
            return True

    run = Run()
    run.progress.watched(large, "a")
    typed = Typed(b"{}")
    assert run.progress.watched(typed, "<stdin>") is typed
    assert run.drawn_after(9) == ""


def test_a_terminal_that_has_gone_is_no_error(large: io.BufferedIOBase) -> None:
    class Gone(Terminal):
        def write(self, _: str) -> int:
            raise OSError(5, "Input/output error")

    clock = Clock()
    progress = Progress(Gone(), clock, lambda: 80)
    progress.watched(large, "a")
    clock.now += 9
    progress.draw()
    progress.close()


# the streams that are watched


def test_a_watched_file_can_be_sought(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.json", "1" * 200_000)
        archive.writestr("b.json", "2" * 200_000)
    with (tmp_path / "a.zip").open("rb") as file:
        stream = Run().progress.watched(file, "a.zip")
        assert stream.seekable()
        assert stream.read(2) == b"PK"
        assert stream.tell() == 2
        assert stream.seek(-2, io.SEEK_END) == file.seek(0, io.SEEK_END) - 2
        with zipfile.ZipFile(stream) as archive:
            assert archive.read("b.json") == b"2" * 200_000
            assert archive.read("a.json") == b"1" * 200_000


def test_piped_lines_come_one_by_one() -> None:
    reading, writing = os.pipe()
    with open(reading, "rb") as pipe, open(writing, "wb") as writer, no_hanging(10):  # noqa: PTH123
        stream = Run().progress.watched(pipe, "<stdin>")
        assert not stream.seekable()
        for number in range(3):
            line = b'{"number": %d}\n' % number
            writer.write(line)
            writer.flush()
            assert stream.readline() == line


# in a run


class Slow(io.BytesIO):
    """A line comes each second, and the progress is drawn each time."""

    run: Run
    interrupted = False

    def read1(self, _: int | None = -1, /) -> bytes:
        self.run.clock.now += 1
        self.run.progress.draw()
        data = self.readline()
        if not data and self.interrupted:
            raise KeyboardInterrupt
        return data


@pytest.mark.parametrize("interrupted", [False, True])
def test_findings_and_errors_stand_on_lines_of_their_own(interrupted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "".join(json.dumps({"events": [BAD if number % 3 else EVENT]}) + "\n" for number in range(30))
    shown = []
    for columns in (80, 0):  # in no columns there is no bar
        run = Run(columns)
        slow = Slow(lines.encode())
        slow.run, slow.interrupted = run, interrupted
        monkeypatch.setattr(judgement, "open_progress", lambda *_, run=run, **__: nullcontext(run.progress))
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(slow))
        monkeypatch.setattr(sys, "stdout", run.terminal)
        monkeypatch.setattr(sys, "stderr", run.terminal)
        assert status_of("-", "nowhere.json", "--color", "never") == (130 if interrupted else 2)
        written = run.terminal.getvalue()
        assert ("  <stdin>\x1b[K" in written) == (columns > 0)
        shown.append(screen(written))
    assert shown[0] == shown[1]
    assert shown[0].count("\nerror[index-not-string]") == 20 - 1  # the first has nothing before it
    assert ("\ninsights-lint: " + ("interrupted" if interrupted else "nowhere.json: ")) in shown[0]


def test_a_line_stays_while_findings_go_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run()
    slow = Slow("".join(json.dumps({"events": [BAD]}) + "\n" for _ in range(12)).encode())
    slow.run = run
    monkeypatch.setattr(judgement, "open_progress", lambda *_, **__: nullcontext(run.progress))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(slow))
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert status_of("-") == 1
    assert run.terminal.getvalue().count("\r\x1b[K") == 1  # at the end
    assert screen(run.terminal.getvalue()) == ""
    assert run.drawn_after(9) == ""


@pytest.mark.parametrize(
    ("arguments", "quiet"),
    [
        ([], False),
        (["--quiet"], True),
        (["--output", "json"], True),
        (["--output", "json=-"], True),
        (["--output", "json=report.json"], False),
        (["--output", "ndjson"], False),
    ],
    ids=["text", "quiet", "json", "json=-", "json to a file", "ndjson"],
)
def test_in_a_line_that_is_not_at_its_end_nothing_is_drawn(
    arguments: list[str], quiet: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.json").write_text(json.dumps(EVENT))
    told = []

    def opened(_: object, *, quiet: bool) -> nullcontext[Progress]:
        told.append(quiet)
        return nullcontext(Run().progress)

    monkeypatch.setattr(judgement, "open_progress", opened)
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert status_of("a.json", *arguments) == 0
    assert told == [quiet]


def test_what_an_interrupt_left_lifted_can_be_closed() -> None:
    run = Run()
    lifted = run.progress.lifted(run.terminal)
    lifted.__enter__()  # and Ctrl-C comes before there is anything to leave it
    with no_hanging(10):
        run.progress.close()
