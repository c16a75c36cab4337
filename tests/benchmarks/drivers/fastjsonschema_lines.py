"""Prints the first error of each line that fastjsonschema finds: `fastjsonschema_lines.py SCHEMA FILE`."""

import sys
from pathlib import Path

import fastjsonschema
from orjson import loads


def main() -> int:
    schema, file = map(Path, sys.argv[1:])
    validate = fastjsonschema.compile(loads(schema.read_bytes()))
    status = 0
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                validate(loads(line))
            except fastjsonschema.JsonSchemaValueException as error:
                status = 1
                sys.stdout.write(f"{number}\t{error.name}\t{error.message}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
