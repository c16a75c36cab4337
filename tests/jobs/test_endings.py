"""However a run ends, none of its processes is left, and what was found until then is told."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from tests.jobs.material import EVENT, lines
from tests.running import CHECKOUT, no_hanging

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")

STREAM = "".join(f"{line}\n" for line in [f'{{"events": [{EVENT}]}}'.replace("'", '"')] * 20 + lines(100))
"""Of a few kilobytes, of which the last line is not the last violation."""
LAST = (
    '{"events": [{"eventType": "view", "eventName": "The Last", "index": 7, "userToken": "t", "objectIDs": ["a"]}]}\n'
)

# Small parts, as no option of the command line gives them.
PROGRAM = """
import sys
arguments = sys.argv[1:]
from insights_lint import jobs
from insights_lint.cli import run
jobs.SIZES = jobs.Sizes(first_bytes=3_000, first_files=3, part_bytes=4_000, batch_files=4, waiting_bytes=40_000)
run(["check", *arguments])
"""

# In other processes, checks of an event of that name tell so and never end.
HANGING = """
import os, signal, sys
from insights_lint.cli import judgement
from tests.jobs.material import DeadlyChecks

class HangingChecks(DeadlyChecks):
    def __init__(self, rules):
        super().__init__("Hanging Event", None)
    def strike(self):
        os.write(writing, b"x")
        signal.pause()

judgement.CompiledChecks = HangingChecks
writing = int(sys.argv.pop())
"""


def children_of(process: subprocess.Popen[bytes]) -> list[int]:
    return [int(one) for one in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("ascii").split()]


def opened_children(process: subprocess.Popen[bytes]) -> list[int]:
    """A descriptor of each process that it has started, which can be read when that ends, whoever its parent is."""
    return [os.pidfd_open(child) for child in children_of(process)]


class Running:
    """A run of the command line in a process group of its own, to which a stream was sent that has not ended.

    All of the stream is judged, and all is told that was found: nothing more comes for the moment.
    """

    def __init__(self, stack: ExitStack) -> None:
        arguments = [
            "-",
            "--jobs",
            "2",
            "--output",
            "concise",
            "--max-per-rule",
            "1000",
            "--select",
            "index-not-string",
        ]
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(CHECKOUT), "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "error"},
            start_new_session=True,
        )
        stack.callback(self._end)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write((STREAM + LAST).encode())
        self.process.stdin.flush()
        number = (STREAM + LAST).count("\n")
        self.lines: list[bytes] = []
        while not self.lines or not self.lines[-1].startswith(f"<stdin>:{number}:".encode()):
            self.lines.append(self.process.stdout.readline())
            assert self.lines[-1], self.process.communicate()[1]
        self._children = opened_children(self.process)
        assert self._children
        for child in self._children:
            stack.callback(os.close, child)

    def _end(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()

    def children_have_ended(self) -> bool:
        """Waits for them; the test is ended if they go on."""
        for child in self._children:
            select.select([child], [], [])
        return True


@contextmanager
def running() -> Iterator[Running]:
    with no_hanging(60), ExitStack() as stack:
        yield Running(stack)


def test_an_interrupt_ends_every_process_and_what_was_found_is_told() -> None:
    with running() as run:
        os.killpg(run.process.pid, signal.SIGINT)
        assert run.children_have_ended()
        out, err = run.process.communicate()
        assert run.process.returncode == 130
        assert err.decode() == "insights-lint: interrupted\n"
        assert out.decode().startswith("Checked ") or "\nChecked " in out.decode()
        assert len(run.lines) > 2


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_processes_that_are_busy_end(how: signal.Signals, tmp_path: Path) -> None:
    path = tmp_path / "events.ndjson"
    hanging = json.dumps({**EVENT, "eventName": "Hanging Event"})
    path.write_text("".join(f"{line}\n" for line in [*lines(100), *[hanging] * 100]), "utf-8")
    reading, writing = os.pipe()
    with no_hanging(60), open(reading, "rb") as hangs, open(writing, "wb"):  # noqa: PTH123  # they are open already
        process = subprocess.Popen(
            [sys.executable, "-c", HANGING + PROGRAM, str(path), "--jobs", "2", str(writing)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=[writing],
            env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
            start_new_session=True,
        )
        assert hangs.read(2) == b"xx"
        children = opened_children(process)
        assert len(children) == 2
        if how is signal.SIGINT:
            os.killpg(process.pid, how)
        else:
            process.send_signal(how)
        for child in children:
            select.select([child], [], [])
            os.close(child)
        out, err = process.communicate()
    if how is signal.SIGKILL:
        return
    assert process.returncode == 130
    assert err.decode() == "insights-lint: interrupted\n"
    assert "error[" in out.decode()
    assert "\nChecked " in out.decode()


def test_the_end_of_the_stream_ends_every_process() -> None:
    with running() as run:
        out, err = run.process.communicate(LAST.encode())
        assert run.children_have_ended()
        assert (run.process.returncode, err) == (1, b"")
        assert b"index-not-string" in out


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_processes_end_with_their_parent(how: signal.Signals) -> None:
    with running() as run:
        run.process.send_signal(how)
        assert run.children_have_ended()
        _, err = run.process.communicate()
        assert err == b""


def test_processes_end_when_nobody_reads_what_is_found() -> None:
    with running() as run:
        assert run.process.stdout is not None
        assert run.process.stdin is not None
        run.process.stdout.close()
        run.process.stdin.write(LAST.encode())
        run.process.stdin.close()
        assert run.children_have_ended()
        assert run.process.wait() in (1, 2)  # click answers 1


def test_a_process_that_dies_while_it_has_nothing_to_do_is_not_missed() -> None:
    with running() as run:
        for child in children_of(run.process):
            os.kill(child, signal.SIGKILL)
        assert run.children_have_ended()
        out, err = run.process.communicate(LAST.encode())
        assert run.process.returncode == 1
        assert b"index-not-string" in out
        assert b"Traceback" not in err
