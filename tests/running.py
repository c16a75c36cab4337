"""Runs the command line in this process, and Python in another one, guarded against hanging."""

from __future__ import annotations

import contextlib
import io
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from insights_lint.cli import run
from insights_lint.model import Json

CHECKOUT = Path(__file__).parents[1]


@contextlib.contextmanager
def no_hanging(seconds: int) -> Iterator[None]:
    """Ends what would never end; what it guards takes a small part of that. Without signals, it guards nothing."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def give_up(_: int, __: FrameType | None) -> None:
        raise TimeoutError(f"not done after {seconds} s")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@dataclass(frozen=True)
class Outcome:
    """What a run of the command line left behind."""

    status: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Json]:
        """What `--output json` wrote."""
        document: dict[str, Json] = json.loads(self.out)
        return document


def run_cli(*arguments: str) -> Outcome:
    """Runs `insights-lint arguments`; anything but an exit is a fault of ours."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "ascii", "strict", newline="") for _ in range(2))
    status: object = None
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), no_hanging(10):
        try:
            run(arguments)
        except SystemExit as end:
            status = end.code
    texts = []
    for stream in (out, err):
        stream.flush()
        buffer = stream.detach()
        assert isinstance(buffer, io.BytesIO)
        texts.append(buffer.getvalue().decode("utf-8"))
    assert isinstance(status, int)
    return Outcome(status, *texts)


# 24 is PR_CAPBSET_DROP; 1 and 2 are CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH (linux/prctl.h, linux/capability.h).
# What is gone from the bounding set is gone after the next exec.
_OBEY = """
import ctypes, os, sys
if os.geteuid() == 0:
    library = ctypes.CDLL(None, use_errno=True)
    for capability in (1, 2):
        if library.prctl(24, capability, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "a capability cannot be given up")
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


def run_python(arguments: list[str], folder: Path, *, obeying: bool = False) -> subprocess.CompletedProcess[str]:
    """`python arguments` in the folder, with this checkout's package.

    `obeying` permissions, also as root, who otherwise reads what is forbidden.
    """
    return subprocess.run(
        [sys.executable, *(["-c", _OBEY] if obeying else []), *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(CHECKOUT), "PYTHONWARNINGS": "error"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
