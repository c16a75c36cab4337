"""Runs one command without input or output, and prints its seconds, peak memory and exit status as JSON.

A process is charged with the memory that its parent had when it was started, so what measures has to be small:
this is run as `python -I -S launch.py COMMAND…` and imports next to nothing.
"""

import json
import os
import sys
import time

KILOBYTE = 1024


def main() -> None:
    command = sys.argv[1:]
    null = os.open(os.devnull, os.O_RDWR)
    nowhere = [(os.POSIX_SPAWN_DUP2, null, stream) for stream in (0, 1, 2)]
    started = time.perf_counter()
    process = os.posix_spawn(command[0], command, os.environ, file_actions=nowhere)
    # The usage of a child includes that of its children that it waited for; the memory is that of the largest of them.
    _, status, usage = os.wait4(process, 0)
    wall = time.perf_counter() - started
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else KILOBYTE)
    measured = {
        "wall": wall,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak_bytes": peak,
        "status": os.waitstatus_to_exitcode(status),
    }
    sys.stdout.write(json.dumps(measured) + "\n")


if __name__ == "__main__":
    main()
