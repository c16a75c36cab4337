"""No result depends on the number of processes, also when some of them die."""

from __future__ import annotations

import gzip
import io
import json
import multiprocessing
import os
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from insights_lint import jobs as jobs_room
from insights_lint.jobs import audit_with_jobs, processes
from insights_lint.jobs.settings import SIZES, Sizes, usable_processors
from insights_lint.linter import Linter
from insights_lint.model import Form, Severity
from insights_lint.readers.sharing import JudgedPart
from insights_lint.readers.wanted import Path as PointerPath
from insights_lint.readers.wanted import Wanted
from insights_lint.reference import ReferenceChecks
from insights_lint.sources import find_sources
from tests.jobs.material import EVENT, SMALL, DeadlyChecks, FailingChecks, Run, checks, deadly_lines, lines
from tests.running import no_hanging, run_cli, run_python

BODY = json.dumps({"events": [EVENT]})
RECORD = json.dumps({"url": "https://insights.algolia.io/1/events", "method": "POST", "body": BODY, "status": 422})
ENTRY = json.dumps({"event": {**EVENT, "index": 7}, "status": 422, "errors": ["The index field is required"]})
LINES = lines(200)


@pytest.fixture(autouse=True)
def no_process_is_left() -> Iterator[None]:
    with no_hanging(60):
        yield
    assert multiprocessing.active_children() == []


@pytest.fixture
def judged_apart(monkeypatch: pytest.MonkeyPatch) -> list[JudgedPart | None]:
    """What became of each part; None where it was judged here."""
    answers: list[JudgedPart | None] = []
    original = jobs_room._Run.found_in_part

    def watched(*arguments: object) -> JudgedPart | None:
        answers.append(original(*arguments))  # type: ignore[arg-type]  # passed on as they are
        return answers[-1]

    monkeypatch.setattr(jobs_room._Run, "found_in_part", watched)
    return answers


@pytest.fixture(params=["fork", "spawn"])
def started(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The kinds of processes that were started, each of which is tried."""
    kinds: list[str] = []
    if request.param == "fork" and sys.platform != "linux":
        pytest.skip("forks on Linux only")

    def may_fork() -> bool:
        kinds.append(request.param)
        return bool(request.param == "fork")

    monkeypatch.setattr(processes, "_may_fork", may_fork)
    return kinds


# streams

STREAMS: dict[str, bytes] = {
    "faults of many kinds": "\n".join(LINES).encode(),
    "with an end": ("\n".join(LINES) + "\n").encode(),
    "windows": ("\ufeff" + "\r\n".join(LINES) + "\r\n").encode("utf-8"),
    "utf-16": "\n".join(LINES).encode("utf-16"),
    "not utf-8": "\n".join(LINES[:50]).encode() + "\n".join(LINES).encode().replace(b"products", b"prod\xffucts", 50),
    "blank lines": "\n".join(LINES).replace("\n", "\n\n \n").encode(),
    "a long line": "\n".join([*LINES, json.dumps({"events": [EVENT] * 100}), *LINES]).encode(),
    "a long line at the end": "\n".join([*LINES, json.dumps([EVENT] * 100)[:-1]]).encode(),
    "records among payloads": "\n".join([*LINES[:100], RECORD, *LINES[100:], RECORD, RECORD]).encode(),
    "a record first, and that none of ours": "\n".join(
        ['{"url": "https://shop.example/cart", "method": "POST"}', *LINES, RECORD]
    ).encode(),
    "the API's log behind payloads": "\n".join([*LINES[:20], *[ENTRY] * 120]).encode(),
    "none of ours": "\n".join(['{"name": "shop"}', '{"name": "shop", "n": 2}', "[]"] * 500).encode(),
    "gzip": gzip.compress("\n".join(LINES).encode()),
    "gzip that breaks off": gzip.compress("\n".join(LINES * 2).encode())[:-300],
    "gzip twice": gzip.compress(gzip.compress("\n".join(LINES).encode())),
}


@pytest.mark.parametrize("data", STREAMS.values(), ids=STREAMS)
def test_a_stream(data: bytes, tmp_path: Path, judged_apart: list[JudgedPart | None]) -> None:
    path = tmp_path / "events.ndjson"
    path.write_bytes(data)
    one, two, four = (Run(number, path) for number in (1, 2, 4))
    assert one.everything == two.everything == four.everything
    assert len(judged_apart) > 1
    assert (two.told, four.told) == ([], [])


def test_parts_of_payloads_are_judged_apart(tmp_path: Path, judged_apart: list[JudgedPart | None]) -> None:
    path = tmp_path / "events.ndjson"
    path.write_text("\n".join(LINES), "utf-8")
    run = Run(2, path)
    assert len(judged_apart) > 10
    assert None not in judged_apart
    elsewhere = sum(part.report.events for part in judged_apart if part is not None)
    assert run.report.events > elsewhere > run.report.events * 0.8


@pytest.mark.parametrize(
    "settings",
    [
        {"max_per_rule": 0},
        {"max_per_rule": 3},
        {"max_per_rule": 1_000},
        {"min_severity": Severity.ERROR},
        {"show_values": True},
        {"now": 1_771_500_000_000},
        {"wanted": Wanted(Form.WIRE)},
        {"wanted": Wanted(Form.CALL)},
        {
            "wanted": Wanted(
                at=(PointerPath.parse("/events"), PointerPath.parse("/objectIDs"), PointerPath.parse("/no"))
            )
        },
        {"input_format": "ndjson"},
    ],
    ids=str,
)
def test_settings(settings: dict[str, object], tmp_path: Path, started: list[str]) -> None:
    path = tmp_path / "events.ndjson"
    path.write_text("\n".join(LINES), "utf-8")
    one = Run(1, path, **settings)  # type: ignore[arg-type]  # checked where they are used
    assert started == []
    assert Run(2, path, **settings).everything == one.everything  # type: ignore[arg-type]
    assert started


def test_the_reference(tmp_path: Path, started: list[str]) -> None:
    path = tmp_path / "events.ndjson"
    path.write_text("\n".join(LINES[:60]), "utf-8")
    one, two = (Run(number, path, linter=Linter(ReferenceChecks(checks().rules))) for number in (1, 2))
    assert one.everything == two.everything
    assert one.report.violations > 20
    assert started


@pytest.mark.parametrize("changes", [{}, {"eventName": "product clicked"}, {"index": 7, "unknown": 1}], ids=str)
def test_lines_that_pass_a_screen(changes: dict[str, object], tmp_path: Path, started: list[str]) -> None:
    """It is made after the first 300 KB, and learns what is usual, in each process."""
    many = [json.dumps({**EVENT, **changes, "userToken": f"t-{number}"}) for number in range(3_000)]
    path = tmp_path / "events.ndjson"
    path.write_text("\n".join([*many, *LINES, *many]), "utf-8")
    sizes = Sizes(first_bytes=400_000, part_bytes=40_000)
    one, two, plain = (Run(number, path, screened=number < 3, sizes=sizes) for number in (1, 2, 4))
    assert one.everything == two.everything == plain.everything
    assert started


@pytest.mark.parametrize("broken", [True, False])
@pytest.mark.parametrize("line", [BODY, '{"name": "shop"}'])
def test_broken_lines_of_a_file_that_was_found_in_a_folder(broken: bool, line: str, tmp_path: Path) -> None:
    """They count only if the file mentions events."""
    (tmp_path / "events.ndjson").write_text("\n".join([line] * 300 + ["{"] * broken + [line] * 300), "utf-8")
    assert Run(1, tmp_path).everything == Run(3, tmp_path).everything


# many files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files of many kinds, many of which are small."""
    inside = tmp_path / "fixtures"
    inside.mkdir()
    for number, line in enumerate(lines(60, seed=2)):
        (inside / f"{number:03}.json").write_text(line, "utf-8")
    (inside / "020-log.json").write_text(f"[{','.join([ENTRY] * 120)}]", "utf-8")
    (inside / "030-log.ndjson").write_text("\n".join([ENTRY] * 120), "utf-8")
    (inside / "035-large.ndjson").write_text("\n".join(LINES), "utf-8")
    (inside / "040-large.json").write_text(json.dumps([{**EVENT, "index": 7}] * 120, indent=2), "utf-8")
    (inside / "050-broken.json.gz").write_bytes(b"\x1f\x8bnothing")
    (inside / "060-packed.ndjson.gz").write_bytes(gzip.compress("\n".join(LINES).encode()))
    with zipfile.ZipFile(inside / "070.json.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/events.ndjson", "\n".join(LINES))
        archive.writestr("b.json", BODY)
    (inside / "080-records.ndjson").write_text("\n".join([RECORD] * 20), "utf-8")
    return inside


def test_many_files(folder: Path, started: list[str]) -> None:
    paths: list[Path | str] = [folder / "050.json", "nowhere.json", folder, folder / "no.json", folder / "055.json"]
    one = Run(1, *paths)
    assert len(one.report.errors) == 2
    assert len(one.report.answers) > 100
    assert started == []
    for number in (2, 4):
        assert Run(number, *paths).everything == one.everything
    assert started


def test_limits_over_many_files(folder: Path) -> None:
    assert Run(2, folder, max_per_rule=2).everything == Run(1, folder, max_per_rule=2).everything


def test_members_of_an_archive(folder: Path, judged_apart: list[JudgedPart | None]) -> None:
    path = folder / "070.json.zip"
    assert Run(1, path).everything == Run(2, path).everything
    assert len(judged_apart) > 10


def test_one_file_after_the_other(folder: Path) -> None:
    paths = [folder / "035-large.ndjson", folder / "020-log.json", folder / "040-large.json", folder / "030-log.ndjson"]
    for many in (paths, paths[::-1], paths[1:3]):
        assert Run(1, *many).everything == Run(3, *many).everything


# the command line


@pytest.mark.parametrize(
    "arguments",
    [
        ["--statistics", "--show-values", "--min-severity", "warning"],
        ["--max-per-rule", "2", "--quiet"],
        ["--form", "call", "--at", "/events", "--at", "/no"],
        ["--fail-on", "info", "--select", "positions", "--color", "always"],
    ],
    ids=" ".join,
)
def test_the_command_line(arguments: list[str], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr(jobs_room, "SIZES", SMALL)
    others = {name: tmp_path / f"out.{name}" for name in ("concise", "json", "ndjson", "github")}
    outputs = ["--output=text", *(f"--output={name}={path}" for name, path in others.items())]
    runs = []
    for jobs in ("1", "2", "4", "auto"):
        outcome = run_cli("check", *outputs, *arguments, "--jobs", jobs, ".", "nowhere.json")
        runs.append((outcome, [path.read_bytes() for path in others.values()]))
    outcome, files = runs[0]
    assert outcome.status == 2
    assert "nowhere.json" in outcome.err
    assert all(files)
    assert all(run == runs[0] for run in runs)


@pytest.mark.parametrize("name", ["faults of many kinds", "records among payloads", "gzip that breaks off"])
def test_standard_input(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_room, "SIZES", SMALL)
    outcomes = []
    for jobs in ("1", "2", "4"):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(STREAMS[name])))
        outcomes.append(run_cli("check", "-", "--jobs", jobs))
    assert outcomes[0].status == 1
    assert all(one == outcomes[0] for one in outcomes)


@pytest.mark.parametrize("jobs", ["0", "-1", "two", "1.5", "", "٣"])
def test_a_wrong_number_of_jobs(jobs: str) -> None:
    outcome = run_cli("check", "--jobs", jobs, "x")
    assert outcome.status == 2
    assert f'"{jobs}" is neither a number from 1 nor "auto".' in outcome.err


def test_a_small_input_starts_no_process(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("a process was wanted")

    monkeypatch.setattr(jobs_room._Run, "ordered", fail)
    assert Run(4, folder, sizes=SIZES).everything == Run(1, folder).everything


def test_there_is_a_processor() -> None:
    assert usable_processors() >= 1


# processes that die


def deadly_stream(folder: Path, at: int = 100) -> Path:
    path = folder / "events.ndjson"
    path.write_text("\n".join(deadly_lines(200, at)), "utf-8")
    return path


def test_a_process_that_dies_is_told_and_its_part_is_done_again(tmp_path: Path, started: list[str]) -> None:
    path = deadly_stream(tmp_path)
    deadly = DeadlyChecks("Deadly Event", tmp_path, times=1)
    run = Run(2, path, linter=Linter(deadly))
    assert run.everything == Run(1, path).everything
    assert deadly.deaths == 1
    (sentence,) = run.told
    assert sentence.startswith("a process was killed by SIGKILL while it judged lines ")
    assert sentence.endswith(f" of {path}; that is done again")
    assert len(started) > 2


def test_a_part_that_kills_every_process_is_named(tmp_path: Path) -> None:
    path = deadly_stream(tmp_path)
    deadly = DeadlyChecks("Deadly Event", tmp_path)
    run = Run(2, path, linter=Linter(deadly))
    assert deadly.deaths == 2
    (error,) = run.report.errors
    start = f"{path}: lines "
    assert error.startswith(start)
    assert error.endswith(" not checked: processes die when they judge that; the last one was killed by SIGKILL")
    first, last = (int(number) for number in error.removeprefix(start).split(" not")[0].split(" to "))
    assert first <= 101 <= last
    # All others were judged, as they would have been without those.
    rest = path.read_text("utf-8").split("\n")
    rest[first - 1 : last] = [""] * (last - first + 1)
    path.write_text("\n".join(rest), "utf-8")
    without = Run(1, path)
    assert [one for one in run.found if not isinstance(one, Exception)] == without.found
    assert (run.report.events, run.report.rules) == (without.report.events, without.report.rules)


def test_every_part_kills_its_process(tmp_path: Path) -> None:
    path = tmp_path / "events.ndjson"
    path.write_text(f"{json.dumps(EVENT)}\n" * 100, "utf-8")
    run = Run(2, path, linter=Linter(DeadlyChecks(str(EVENT["eventName"]), tmp_path)))
    assert len(run.report.errors) > 3
    assert 0 < run.report.events < 100


@pytest.mark.parametrize("times", [1, None])
def test_a_file_that_kills_its_process(times: int | None, tmp_path: Path) -> None:
    folder = tmp_path / "fixtures"
    folder.mkdir()
    for number, line in enumerate(deadly_lines(60, at=30)):
        (folder / f"{number:02}.json").write_text(line, "utf-8")
    deadly = DeadlyChecks("Deadly Event", tmp_path, times)
    run = Run(2, folder, linter=Linter(deadly))
    if times:
        assert run.everything == Run(1, folder).everything
        return
    path = folder / "30.json"
    assert deadly.deaths == 3  # two with others of its batch, one with that file alone
    (error,) = run.report.errors
    assert error.startswith(
        f"{path}: not checked: processes die when they judge that; the last one was killed by SIGKILL"
    )
    path.unlink()
    without = Run(1, folder)
    assert [one for one in run.found if not isinstance(one, Exception)] == without.found
    assert run.report.sources == without.report.sources


def test_a_mistake_of_ours_is_met_in_this_process(tmp_path: Path) -> None:
    path = deadly_stream(tmp_path)
    failing = FailingChecks("Deadly Event", tmp_path)
    assert Run(2, path, linter=Linter(failing)).everything == Run(1, path).everything
    assert failing.deaths == 1
    failing.parent = 0  # now here, too
    for number in (1, 2):
        with pytest.raises(AssertionError, match="a mistake of ours"):
            Run(number, path, linter=Linter(failing))


def _die(*_: object) -> None:
    os._exit(3)


def test_processes_that_die_before_they_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_serve", _die)
    path = deadly_stream(tmp_path)
    run = Run(2, path)
    assert run.everything == Run(1, path).everything
    assert run.told == ["a process that was to help ended with status 3 before it began"] * 2


def test_processes_that_cannot_be_started(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(multiprocessing.process.BaseProcess, "start", fail)
    run = Run(2, folder)
    assert run.everything == Run(1, folder).everything
    assert run.told == ["a process could not be started: Resource temporarily unavailable"] * 2


def test_a_run_that_nobody_follows_any_more_ends_its_processes(tmp_path: Path) -> None:
    path = tmp_path / "events.ndjson"
    path.write_text("\n".join(LINES), "utf-8")
    found = audit_with_jobs(2, find_sources([str(path)]), Linter(checks()), wanted=Wanted(), sizes=SMALL)
    for one in found:
        if multiprocessing.active_children():
            assert one is not None
            break
    found.close()


@pytest.mark.parametrize(
    "sizes", [Sizes(0, 0, 1, 1, 1), Sizes(0, 0, 1, 1, 10**9), Sizes(10**9, 0, 10**9, 1, 10**9)], ids=str
)
def test_any_sizes(sizes: Sizes, tmp_path: Path) -> None:
    (tmp_path / "events.ndjson").write_text("\n".join(LINES[:40]), "utf-8")
    (tmp_path / "event.json").write_text(BODY, "utf-8")
    assert Run(3, tmp_path, sizes=sizes).everything == Run(1, tmp_path).everything


def test_a_small_input_needs_no_module_for_processes(tmp_path: Path) -> None:
    (tmp_path / "events.json").write_text(BODY, "utf-8")
    program = (
        "import sys; from insights_lint.api import lint_files; lint_files('events.json', jobs=4); "
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'multiprocessing', 'socket', 'subprocess'}))"
    )
    assert run_python(["-c", program], tmp_path).stdout == "[]\n"
