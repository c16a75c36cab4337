"""Who is held against whom: each contest has entrants that run in turn, and rows that compare two of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.environments import INSIGHTS_LINT, Environments
from tests.benchmarks.materials import Materials
from tests.benchmarks.measuring import Entrant
from tests.benchmarks.traffic import NOW

DRIVERS = Path(__file__).with_name("drivers")

# So many that every violation is shown.
ALL = "100000000"


class Row(NamedTuple):
    """Two entrants by name. The ratio is how many times as fast we are, or how many times the peer's time we take.

    The bar is what the ratio has to reach, or must not exceed.
    """

    ours: str
    peer: str
    bar: float | None = None
    of_its_time: bool = False


class Contest(NamedTuple):
    """The same work for all entrants."""

    work: str
    entrants: dict[str, Entrant]
    rows: tuple[Row, ...]


# Their names are those of the entrants, which the tables show.
OURS = "insights-lint"
OURS_ALONE = "insights-lint, 1 process"
OURS_IN_TWO = "insights-lint, 2 processes"
ORJSON = "`orjson.loads` of every line: parsing alone"
SOURCEMETA = "sourcemeta's CLI as pip installs it"
SOURCEMETA_NATIVE = "sourcemeta's binary without its wrapper"
JSONSCHEMA_RS = "jsonschema-rs, `iter_errors`"
FASTJSONSCHEMA = "fastjsonschema, first error"
AJV = "ajv, all errors"
CHECK_JSONSCHEMA = "check-jsonschema"
AJV_CLI = "ajv-cli"
SPECTRAL = "spectral"


class Entrants:
    """Makes the commands; `has_jobs` says whether the insights-lint under test can use several processes."""

    def __init__(self, environments: Environments, materials: Materials) -> None:
        self.environments = environments
        self.materials = materials
        self.has_jobs = "--jobs" in environments.check_options()

    def insights_lint(self, *arguments: str | Path, statuses: tuple[int, ...] = (0,)) -> Entrant:
        program = self.environments.program(INSIGHTS_LINT, INSIGHTS_LINT)
        return _entrant(program, "check", *arguments, "--now", str(NOW), statuses=statuses)

    def insights_lint_on_stream(
        self, file: Path, *arguments: str, clean: bool, jobs: int = 1, limit: str = ""
    ) -> Entrant:
        """Violations with rule, pointer, line and column; on clean traffic the slightest finding is a failure.

        `limit` is how many of each rule are told, by default as many as without the option; all are counted.
        """
        chosen = ["--jobs", str(jobs)] if self.has_jobs else []
        limited = ["--max-per-rule", limit] if limit else []
        told = ["--output", "concise", *limited, "-q", "--fail-on", "info" if clean else "error"]
        return self.insights_lint(file, *chosen, *told, *arguments, statuses=(0,) if clean else (0, 1))

    def orjson(self, file: Path) -> Entrant:
        return _entrant(self.environments.program("orjson", "python"), DRIVERS / "orjson_lines.py", file)

    def jsonschema_rs(self, file: Path) -> Entrant:
        python = self.environments.program("jsonschema-rs", "python")
        return _entrant(python, DRIVERS / "jsonschema_rs_lines.py", self.materials.schema, file, statuses=(0, 1))

    def fastjsonschema(self, file: Path) -> Entrant:
        python = self.environments.program("fastjsonschema", "python")
        schema = self.materials.schema_draft_7
        return _entrant(python, DRIVERS / "fastjsonschema_lines.py", schema, file, statuses=(0, 1))

    def ajv(self, file: Path) -> Entrant:
        modules = self.environments.node_folder
        driver = DRIVERS / "ajv_lines.mjs"
        return _entrant(self.environments.node, driver, modules, self.materials.schema, file, statuses=(0, 1))

    def sourcemeta(self, *files: Path, statuses: tuple[int, ...] = (0,)) -> Entrant:
        """Its fast mode, which calls a line faulty and shows it; the thorough one, with reasons, takes far longer."""
        program = self.environments.program("sourcemeta-jsonschema", "jsonschema")
        return _entrant(program, "validate", self.materials.schema, *files, "--fast", "--continue", statuses=statuses)

    def sourcemeta_native(self, *files: Path) -> Entrant:
        program = self.environments.sourcemeta_binary()
        return _entrant(program, "validate", self.materials.schema, *files, "--fast", "--continue")

    def check_jsonschema(self, *files: Path) -> Entrant:
        program = self.environments.program("check-jsonschema", "check-jsonschema")
        return _entrant(program, "--schemafile", self.materials.schema, *files)

    def ajv_cli(self, *files: Path) -> Entrant:
        program = self.environments.node_program("ajv")
        data = [argument for file in files for argument in ("-d", str(file))]
        return _entrant(program, "validate", "--spec=draft2020", "--strict=false", "-s", self.materials.schema, *data)

    def spectral(self, *files: Path) -> Entrant:
        program = self.environments.node_program("spectral")
        return _entrant(program, "lint", "-r", self.materials.spectral_ruleset, *files)


def _entrant(*command: str | Path, statuses: tuple[int, ...] = (0,)) -> Entrant:
    return Entrant(tuple(map(str, command)), statuses)


def contest_fixture(entrants: Entrants, _: float) -> Contest:
    file = entrants.materials.fixtures()[0]
    return Contest(
        "1 clean fixture, cold process",
        {
            OURS: entrants.insights_lint(file),
            CHECK_JSONSCHEMA: entrants.check_jsonschema(file),
            AJV_CLI: entrants.ajv_cli(file),
            SPECTRAL: entrants.spectral(file),
            SOURCEMETA: entrants.sourcemeta(file),
            SOURCEMETA_NATIVE: entrants.sourcemeta_native(file),
        },
        (
            Row(OURS, CHECK_JSONSCHEMA, 5),
            Row(OURS, AJV_CLI, 7),
            Row(OURS, SPECTRAL, 12),
            Row(OURS, SOURCEMETA, 1.7),
            Row(OURS, SOURCEMETA_NATIVE),
        ),
    )


def contest_fixtures(entrants: Entrants, _: float) -> Contest:
    files = entrants.materials.fixtures()
    return Contest(
        f"{len(files)} clean fixtures",
        {
            OURS: entrants.insights_lint(*files),
            CHECK_JSONSCHEMA: entrants.check_jsonschema(*files),
            AJV_CLI: entrants.ajv_cli(*files),
            SPECTRAL: entrants.spectral(*files),
            SOURCEMETA: entrants.sourcemeta(*files),
        },
        (
            Row(OURS, CHECK_JSONSCHEMA, 9),
            Row(OURS, AJV_CLI, 7),
            Row(OURS, SPECTRAL, 90),
            Row(OURS, SOURCEMETA),
        ),
    )


def contest_faulty(entrants: Entrants, megabytes: float) -> Contest:
    file = entrants.materials.stream("faulty", megabytes).path
    ours = {OURS_ALONE: entrants.insights_lint_on_stream(file, clean=False, limit=ALL)}
    if entrants.has_jobs:
        ours[OURS_IN_TWO] = entrants.insights_lint_on_stream(file, clean=False, jobs=2, limit=ALL)
    peers = {
        ORJSON: entrants.orjson(file),
        JSONSCHEMA_RS: entrants.jsonschema_rs(file),
        AJV: entrants.ajv(file),
        FASTJSONSCHEMA: entrants.fastjsonschema(file),
        SOURCEMETA: entrants.sourcemeta(file, statuses=(1,)),
    }
    rows = [
        Row(OURS_IN_TWO, SOURCEMETA, 6),
        Row(OURS_ALONE, ORJSON, 2.5, of_its_time=True),
        Row(OURS_ALONE, SOURCEMETA),
        Row(OURS_ALONE, JSONSCHEMA_RS),
        Row(OURS_ALONE, AJV),
        Row(OURS_ALONE, FASTJSONSCHEMA),
    ]
    work = f"{megabytes:g} MB NDJSON, 2 % of the events faulty, all violations"
    return Contest(work, ours | peers, tuple(row for row in rows if row.ours in ours))


def contest_clean(entrants: Entrants, megabytes: float) -> Contest:
    return _clean_contest(entrants, "clean", f"{megabytes:g} MB NDJSON, clean", megabytes, 1.7)


def contest_varied(entrants: Entrants, megabytes: float) -> Contest:
    """The peers do not take part: their schema minds the unknown keys."""
    work = f"{megabytes:g} MB NDJSON, clean, in unusual spellings"
    return _clean_contest(entrants, "varied", work, megabytes, None)


def _clean_contest(entrants: Entrants, mix: str, work: str, megabytes: float, bar: float | None) -> Contest:
    file = entrants.materials.stream(mix, megabytes).path
    ours = entrants.insights_lint_on_stream(file, clean=True)
    return Contest(
        work, {OURS_ALONE: ours, ORJSON: entrants.orjson(file)}, (Row(OURS_ALONE, ORJSON, bar, of_its_time=True),)
    )


def contest_broken(entrants: Entrants, megabytes: float) -> Contest:
    file = entrants.materials.stream("broken", megabytes).path
    return Contest(
        f"{megabytes:g} MB NDJSON, every event breaks one rule, which is counted",
        {
            OURS_ALONE: entrants.insights_lint_on_stream(file, clean=False),
            JSONSCHEMA_RS: entrants.jsonschema_rs(file),
            ORJSON: entrants.orjson(file),
        },
        (Row(OURS_ALONE, JSONSCHEMA_RS, 2.5), Row(OURS_ALONE, ORJSON, of_its_time=True)),
    )


CONTESTS: dict[str, Callable[[Entrants, float], Contest]] = {
    "fixture": contest_fixture,
    "fixtures": contest_fixtures,
    "faulty": contest_faulty,
    "clean": contest_clean,
    "broken": contest_broken,
    "varied": contest_varied,
}
