"""Prints every error that jsonschema-rs finds, with its line and pointer: `jsonschema_rs_lines.py SCHEMA FILE`."""

import sys
from pathlib import Path

import jsonschema_rs
from orjson import loads


def main() -> int:
    schema, file = map(Path, sys.argv[1:])
    # Asking `is_valid` first takes longer, even where nearly everything is valid.
    iter_errors = jsonschema_rs.validator_for(loads(schema.read_bytes())).iter_errors
    status = 0
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            for error in iter_errors(loads(line)):
                status = 1
                pointer = "/".join(map(str, error.instance_path))
                sys.stdout.write(f"{number}\t/{pointer}\t{error.message}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
