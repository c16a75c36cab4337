"""Parses every line of a file with orjson and does nothing with it: `orjson_lines.py FILE`."""

import sys
from pathlib import Path

from orjson import loads


def main() -> None:
    with Path(sys.argv[1]).open("rb") as lines:
        for line in lines:
            loads(line)


if __name__ == "__main__":
    main()
