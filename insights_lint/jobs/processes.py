"""Has tasks done by other processes: answers come in the order of the tasks, also when a process dies.

A process has its next task already when it has answered one, and takes what is sent at once, so that nobody waits for
it to read. It ends when its pipe does, however its parent ends.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import current_process, get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from typing import Any

Work = Callable[[bytes, bytes], bytes]
"""(a task's header, its data) → the answer; empty if the parent had better do it itself."""

_IN_HAND = 2
"""Tasks that a process has at once: one that it does, and the next."""
_QUEUED = 3
"""Tasks per process that are taken before the first of them is answered."""
_PROCESSES_THAT_MAY_DIE = 2
"""Of one task: whatever killed the first may have been no fault of the task."""


@dataclass(eq=False, slots=True)
class Task:
    """What a process is to do, and what it answered."""

    header: bytes
    data: bytes
    subject: Any
    """What its parent knows it by."""
    name: str
    """What to call it when its process dies."""
    lives: int = _PROCESSES_THAT_MAY_DIE
    done: bool = False
    answer: bytes = b""
    """Empty if nobody could do it."""
    lost: str = ""
    """How the last process died that tried."""


@dataclass(eq=False, slots=True)
class _Worker:
    process: BaseProcess
    connection: Connection
    ready: bool = False
    tasks: deque[Task] = field(default_factory=deque)
    """The first of them is the one that it does."""


class Processes:
    """At most `number` processes, which are started when there is something to do for them.

    `alone` gives a context in which no other thread of ours is alive, so that a process may be forked. `tell` is given
    a sentence for each process that dies. Tasks with more than `most_bytes` in all do not wait at once.
    """

    def __init__(
        self,
        number: int,
        work: Work,
        *,
        most_bytes: int,
        alone: Callable[[], AbstractContextManager[None]],
        tell: Callable[[str], None],
    ) -> None:
        # What is a daemon must not have processes of its own.
        self._number = 0 if current_process().daemon else number
        self._work = work
        self._most_bytes = most_bytes
        self._alone = alone
        self._tell = tell
        self._workers: list[_Worker] = []
        self._pending: deque[Task] = deque()
        """Tasks that no process has."""

    def ordered(self, tasks: Iterator[Task | None]) -> Generator[Task]:
        """The tasks, done or lost, in their order; before a None among them, all that were given."""
        waiting: deque[Task] = deque()
        try:
            for task in tasks:
                if task is not None:
                    waiting.append(task)
                    self._pending.append(task)
                self._go_on(block=False)
                while waiting and (task is None or waiting[0].done or self._is_enough(waiting)):
                    yield self._first_done(waiting)
            while waiting:
                yield self._first_done(waiting)
        finally:
            for task in waiting:  # nobody wants them any more
                task.lives = 1
                with suppress(ValueError):
                    self._pending.remove(task)

    def close(self) -> None:
        """Ends all processes; they hold nothing that would be lost."""
        for worker in self._workers:
            worker.connection.close()
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
            worker.process.close()
        self._workers.clear()

    def _is_enough(self, waiting: deque[Task]) -> bool:
        many = len(waiting) >= _QUEUED * max(1, self._number)
        return many or sum(len(task.data) for task in waiting) >= self._most_bytes

    def _first_done(self, waiting: deque[Task]) -> Task:
        while not waiting[0].done:
            self._go_on(block=True)
        return waiting.popleft()

    def _go_on(self, *, block: bool) -> None:
        """Hears what was answered, and hands out more; with `block`, waits for an answer if there is none yet."""
        self._hand_out()
        busy = {worker.connection: worker for worker in self._workers if worker.tasks or not worker.ready}
        if busy:
            for connection in wait(list(busy), None if block else 0):
                self._hear(busy[connection])  # type: ignore[index]  # what was given comes back
            self._hand_out()

    def _hand_out(self) -> None:
        """Gives pending tasks to those with nothing to do, then to more processes, then as a next one."""
        while self._pending:
            starting = sum(not worker.ready for worker in self._workers)
            ready = [worker for worker in self._workers if worker.ready]
            worker = min(ready, key=lambda worker: len(worker.tasks), default=None)
            if worker is not None and not worker.tasks:
                self._give(worker)
            elif len(self._pending) > starting and len(self._workers) < self._number:
                self._start()
            elif worker is not None and len(self._pending) > starting and len(worker.tasks) < _IN_HAND:
                self._give(worker)
            elif self._workers:
                return
            else:
                self._pending.popleft().done = True

    def _give(self, worker: _Worker) -> None:
        task = self._pending.popleft()
        worker.tasks.append(task)
        with suppress(OSError):  # if it has died, that is heard when its last answers are
            worker.connection.send_bytes(task.header)
            worker.connection.send_bytes(task.data)

    def _hear(self, worker: _Worker) -> None:
        try:
            answer = worker.connection.recv_bytes()
        except (EOFError, OSError):
            self._bury(worker)
            return
        if worker.tasks:
            task = worker.tasks.popleft()
            task.answer, task.done = answer, True
        worker.ready = True

    def _bury(self, worker: _Worker) -> None:
        """Gives the task of a process that died to another one, unless it has killed enough of them."""
        self._workers.remove(worker)
        worker.connection.close()
        worker.process.join()
        how = _how(worker.process.exitcode)
        worker.process.close()
        if not worker.ready:
            self._number -= 1  # others would hardly start either
            self._tell(f"a process that was to help {how} before it began")
            return
        task = worker.tasks[0]
        task.lives -= 1
        if task.lives > 0:
            self._tell(f"a process {how} while it judged {task.name}; that is done again")
        else:
            worker.tasks.popleft()
            task.lost, task.done = how, True
        self._pending.extendleft(reversed(worker.tasks))

    def _start(self) -> None:
        with self._alone(), _uninterrupted():
            forks = _may_fork()
            context: Any = get_context("fork" if forks else "spawn")  # each kind has a type of its own
            ours, theirs = context.Pipe()
            # A copy of our end in another process would keep the pipe open when we are gone.
            copies = [*(worker.connection for worker in self._workers), ours] if forks else []
            process = context.Process(target=_serve, args=(theirs, copies, self._work), daemon=True)
            try:
                process.start()
            except OSError as error:  # too many processes, or too little memory
                ours.close()
                self._number -= 1
                self._tell(f"a process could not be started: {error.strerror or error}")
            else:
                self._workers.append(_Worker(process, ours))
            finally:
                theirs.close()


def _serve(connection: Connection, copies: Sequence[Connection], work: Work) -> None:
    """Does one task after the other, until there is no parent any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is interrupted, too, and ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for copy in copies:
        copy.close()
    tasks: SimpleQueue[tuple[bytes, bytes]] = SimpleQueue()
    connection.send_bytes(b"")  # says that we are there
    threading.Thread(target=_receive, args=(connection, tasks), daemon=True).start()
    while True:
        answer = work(*tasks.get())
        with suppress(OSError):  # if nobody hears it, we are about to end
            connection.send_bytes(answer)


def _receive(connection: Connection, tasks: SimpleQueue[tuple[bytes, bytes]]) -> None:
    """Takes what the parent sends, while a task is done; when the parent has gone, whatever is done is for nobody."""
    try:
        while True:
            tasks.put((connection.recv_bytes(), connection.recv_bytes()))
    except (EOFError, OSError):
        os._exit(0)


def _how(status: int | None) -> str:
    """How a process ended, as the words behind it."""
    if status is None or status >= 0:
        return f"ended with status {status}"
    try:
        return f"was killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"was killed by signal {-status}"


def _may_fork() -> bool:
    """Whether a copy of this process would work: with other threads it may hold locks that nobody opens again.

    So it is on Linux only: on macOS, system libraries have threads of their own.
    """
    if sys.platform != "linux" or threading.active_count() > 1:
        return False
    for _ in range(20):  # a thread that was joined may take a moment more to be gone
        if len(os.listdir("/proc/self/task")) == 1:  # noqa: PTH208  # nothing but a number is wanted
            return True
        time.sleep(0.001)
    return False


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C waits while a process is started, and that ignores it from the beginning."""
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or handler is None:
        yield
        return
    blocks = hasattr(signal, "pthread_sigmask")
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if blocks else set()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if blocks:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
