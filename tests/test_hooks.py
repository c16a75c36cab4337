"""pre-commit and prek run the hooks as a user would: which files are judged, the exit status, and what is printed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

ROOT = Path(__file__).parents[1]
MANIFEST = ROOT / ".pre-commit-hooks.yaml"
HOOKS: dict[str, dict[str, Any]] = {hook["id"]: hook for hook in yaml.safe_load(MANIFEST.read_text("utf-8"))}
INSTALLED = ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", MANIFEST.name, "insights_lint", "rules")
"""What a hook repository is installed from."""

GOOD = """\
{"events": [
  {"eventType": "click", "eventName": "Product Clicked", "index": "p", "userToken": "t-1",
   "objectIDs": ["a", "b"], "positions": [1, 2], "queryID": "43b15df305339e827f0ac0bdc5ebcaa7"}
]}
"""
BAD = GOOD.replace("[1, 2]", "[1]")
HEADER = "error[positions-count-mismatch]: `positions` has 1 item but `objectIDs` has 2"
PLACE = "3:42  events[0].positions"
FRAME = """\
 3 |    "objectIDs": ["a", "b"], "positions": [1], "queryID": "43b15df305339e8…
   |                 ---------- 2 objectIDs   ^^^ 1 position
"""

CREDENTIALS = "X-Algolia-Application-Id=A&X-Algolia-API-Key=***"
REQUEST = {
    "method": "POST",
    "url": f"https://insights.algolia.io/1/events?{CREDENTIALS}",
    "headers": [],
    "postData": {"mimeType": "text/plain", "text": BAD},
}
SESSION = json.dumps(
    {"log": {"version": "1.2", "creator": {"name": "a", "version": "1"}, "entries": [{"request": REQUEST}]}}
)

RULES = """\
topic: house-rules
summary: What our tracking plan asks for.
rules:
  event-name-not-in-plan:
    title: The event name is not in the tracking plan.
    severity: error
    layer: usability
    target: eventName
    schema: {enum: [Product Clicked]}
    message: "`{value}` is not in the tracking plan"
    examples:
      valid: [{event: {eventName: Product Clicked}}]
      invalid: [{event: {eventName: Product Seen}}]
"""
INDEX_RULES = (
    RULES.replace("event-name", "index")
    .replace("eventName", "index")
    .replace("Product Clicked", "products")
    .replace("Product Seen", "people")
)
BROKEN_RULES = RULES.replace("Product Seen", "Product Clicked")

JUDGED = (
    "captured/events.ndjson.gz",
    "cypress/algolia/search.har",
    "events.HAR",
    "events.har.gz",
    "events.json",
    "events.json.bz2",
    "events.json.zip",
    "events.jsonl.zst",
    "fixtures/insights/1.json",
    "fixtures/insights/a b.json",
    "fixtures/insights/größe.json",
    "packages/Algolia/captured.NDJSON",
    "insights-session.har.zip",
    "src/pageEvents.jsonl",
    "tests/__fixtures__/view-event.json",
    "tests/events/package-events.json",
)
NOT_JUDGED = (
    ".vscode/events.json",
    "algolia.json5",
    "events.hars",
    "events.json.bak",
    "events.json.gz.zip",
    "events.json.xz",
    "events.tar.gz",
    "events.txt",
    "events.zip",
    "events.zst",
    "fixtures/1.har",
    "fixtures/1.json",
    "insights/readme.md",
    "package.json",
    "packages/algolia/.eslintrc.json",
    "packages/algolia/jsconfig.json",
    "packages/events/node_modules/x/x.json",
    "packages/events/package.json",
    "packages/events/tsconfig.build.json",
    "packages/insights/composer.json",
    "packages/insights/package-lock.json",
)
RULE_FILES = (
    "insights-rules.yaml",
    "insights_lint_rules.yml",
    "insights-rules/shop/cart.yml",
    "tools/insights-lint-rules/cart.yaml",
    "tools/shop.insights-rules.yaml",
)
NOT_RULE_FILES = (
    ".pre-commit-config.yaml",
    "insights-rules.json",
    "insights-rules/readme.md",
    "insights.yaml",
    "rules.yaml",
    "tests/notinsights-rules.yaml",
)


def selects(hook: Mapping[str, Any], path: str) -> bool:
    return bool(re.search(hook["files"], path)) and not re.search(hook.get("exclude", "^$"), path)


@pytest.mark.parametrize(
    ("hook", "path", "expected"),
    [
        *(("insights-lint", path, True) for path in JUDGED),
        *(("insights-lint", path, False) for path in NOT_JUDGED),
        *(("insights-lint-rules", path, True) for path in RULE_FILES),
        *(("insights-lint-rules", path, False) for path in NOT_RULE_FILES),
    ],
)
def test_which_paths_a_hook_selects(hook: str, path: str, expected: bool) -> None:
    assert selects(HOOKS[hook], path) is expected


def test_what_must_not_be_lost_stands_in_the_entry() -> None:
    assert HOOKS["insights-lint"]["entry"] == "insights-lint check --allow-empty --force-exclude"
    assert not any("args" in hook for hook in HOOKS.values())


class Outcome(NamedTuple):
    """What a command left behind; its lines without the indent of prek."""

    status: int
    output: str
    lines: list[str]

    @property
    def summaries(self) -> list[str]:
        return [line for line in self.lines if line.startswith("Checked ")]

    @property
    def places(self) -> list[str]:
        """Sorted, because prek names the files in an order of its own."""
        return sorted(line.removeprefix("--> ") for line in self.lines if line.startswith("--> "))


class Runner(NamedTuple):
    """pre-commit or prek, with a home of its own."""

    name: str
    env: dict[str, str]

    def __call__(self, folder: Path, *arguments: str | Path) -> Outcome:
        """Runs it without a terminal, and holds what it prints to what can be read there."""
        outcome = run(self.env, folder, Path(sysconfig.get_path("scripts"), self.name), *arguments)
        assert "\x1b" not in outcome.output
        assert "Traceback" not in outcome.output
        return outcome


def run(env: dict[str, str], folder: Path, *command: str | Path) -> Outcome:
    done = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
    )
    output = done.stdout.decode("utf-8")
    return Outcome(done.returncode, output, [line.strip() for line in output.splitlines()])


def git(env: dict[str, str], folder: Path, *arguments: str) -> str:
    outcome = run(env, folder, "git", *arguments)
    assert outcome.status == 0, outcome.output
    return outcome.output


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def commit(env: dict[str, str], folder: Path, files: Mapping[str, str]) -> Path:
    """The folder as a git repository with these files in its first commit."""
    write(folder, files)
    git(env, folder, "init", "--quiet")
    git(env, folder, "add", "--all")
    git(env, folder, "commit", "--quiet", "--message", "All files")
    return folder


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Leads to programs and package indexes; everything else is new, so that no setting of the user has a say."""
    if not shutil.which("git") and not os.environ.get("CI"):
        pytest.skip("git is not installed")
    home = tmp_path_factory.mktemp("home")
    (home / ".gitconfig").write_text("[user]\n\tname = Ann\n\temail = ann@example.com\n", "utf-8")
    kept = r"(?i)PATH(EXT)?|COMSPEC|SYSTEM(ROOT|DRIVE)|TE?MP|TMPDIR|(PIP|UV|SSL)_.*|REQUESTS_CA_BUNDLE|.*_PROXY"
    return {
        **{name: value for name, value in os.environ.items() if re.fullmatch(kept, name)},
        # Both runners look here for a Python to install into.
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
        "HOME": str(home),
        "USERPROFILE": str(home),
        "PRE_COMMIT_HOME": str(home / "pre-commit"),
        "PREK_HOME": str(home / "prek"),
        # Where pip finds packages, it finds uv; by itself, prek would go through a list of hosts.
        "PREK_UV_SOURCE": "pip",
    }


PROBE = {
    "id": "probe",
    "name": "probe",
    "entry": "python --version",
    "language": "python",
    "additional_dependencies": ["hatchling"],
    "always_run": True,
    "pass_filenames": False,
}


@pytest.fixture(scope="module", params=["pre-commit", "prek"])
def runner(request: pytest.FixtureRequest, env: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """One that can install packages; in CI, whatever keeps it from that is a failure."""
    runner = Runner(request.param, env)
    if not os.environ.get("CI"):
        chosen = yaml.safe_dump({"repos": [{"repo": "local", "hooks": [PROBE]}]})
        probe = commit(env, tmp_path_factory.mktemp("probe"), {".pre-commit-config.yaml": chosen})
        outcome = runner(probe, "run", "--all-files")
        if outcome.status:
            reasons = [line for line in outcome.lines if "error" in line.lower()] or outcome.lines
            pytest.skip(f"{runner.name} cannot install a package here: {reasons[-1]}")
    return runner


@pytest.fixture(scope="module")
def hooks(env: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the checkout as it is now, committed or not, and under git or not."""
    folder = tmp_path_factory.mktemp("hooks")
    for name in INSTALLED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    commit(env, folder, {})
    git(env, folder, "tag", "v1.0.0")
    return folder


def config(hooks: Path, *entries: Mapping[str, object]) -> dict[str, str]:
    """The file in which a user chooses hooks."""
    repo = {"repo": str(hooks), "rev": "v1.0.0", "hooks": list(map(dict, entries))}
    return {".pre-commit-config.yaml": yaml.safe_dump({"repos": [repo]})}


LINT = {"id": "insights-lint"}
LINT_RULES = {"id": "insights-lint-rules"}


def test_the_manifest_is_valid(runner: Runner, hooks: Path) -> None:
    outcome = runner(hooks, "validate-manifest", MANIFEST.name)
    assert outcome.status == 0, outcome.output
    assert not re.search("(?i)warn|unknown|unexpected", outcome.output)


def test_try_repo(runner: Runner, hooks: Path, tmp_path: Path) -> None:
    """A file judged by mistake would be a finding: the text holds a wrong event, package.json is not JSON."""
    files = {
        "package.json": "// ours\n{}",
        "packages/insights/package.json": "// ours\n{}",
        "packages/insights/settings.json": "{}",
        "tests/fixtures/insights/bad.json": BAD,
        "tests/fixtures/insights/good.json": GOOD,
        "tests/fixtures/insights/session.har": SESSION,
        "tests/fixtures/insights/session.txt": BAD,
    }
    commit(runner.env, tmp_path, files)
    outcome = runner(tmp_path, "try-repo", hooks, "insights-lint", "--all-files", "--verbose")
    assert outcome.status == 1, outcome.output
    assert any(re.fullmatch(r"insights-lint\.+Failed", line) for line in outcome.lines)
    assert {"- hook id: insights-lint", "- exit code: 1", HEADER} <= set(outcome.lines), outcome.output
    assert any(textwrap.indent(FRAME, indent) in "\n".join(outcome.output.splitlines()) for indent in ("", "  "))
    assert outcome.places == [
        f"tests/fixtures/insights/bad.json:{PLACE}",
        "tests/fixtures/insights/session.har: request 1, POST /1/events → events[0].positions",
    ]
    assert outcome.summaries == ["Checked 4 files (1 without events), 3 requests, 3 events: 2 errors."]


def test_a_runner_selects_the_same_paths(runner: Runner, hooks: Path, tmp_path: Path) -> None:
    """No file is JSON, so each that is judged is told."""
    arguments = {"args": ["--output", "concise"]}
    files = dict.fromkeys((*JUDGED, *NOT_JUDGED), "not JSON")
    commit(runner.env, tmp_path, {**files, **config(hooks, {**LINT, **arguments})})
    if sys.platform != "win32":  # where links need a privilege
        (tmp_path / "link-to-events.json").symlink_to("events.json")
        git(runner.env, tmp_path, "add", "--all")
    outcome = runner(tmp_path, "run", "--all-files")
    assert outcome.status == 1
    judged = re.findall(r"^ *(.+):1:1: error json-invalid", outcome.output, re.MULTILINE)
    assert sorted(judged) == sorted(JUDGED)


def test_named_files(runner: Runner, hooks: Path, tmp_path: Path) -> None:
    files = {"events/bad.json": BAD, "events/good.json": GOOD, "package.json": "//", "events/a.txt": BAD}
    commit(runner.env, tmp_path, {**files, **config(hooks, LINT)})
    passed = runner(tmp_path, "run", "--verbose", "--files", "events/good.json", "package.json")
    assert passed.status == 0, passed.output
    assert passed.summaries == ["Checked 1 file, 1 request, 1 event: no violations."]
    skipped = runner(tmp_path, "run", "--files", "package.json", "events/a.txt")
    assert (skipped.status, skipped.summaries) == (0, [])
    assert re.search(r"insights-lint\.+\(no files to check\) ?Skipped", skipped.output)


def test_no_events_pass(runner: Runner, hooks: Path, tmp_path: Path) -> None:
    commit(runner.env, tmp_path, {"events/settings.json": "{}", **config(hooks, LINT)})
    outcome = runner(tmp_path, "run", "--all-files", "--verbose")
    assert outcome.status == 0, outcome.output
    assert outcome.summaries == ["Checked 1 file without events, 0 events."]


def test_arguments_of_a_user_take_no_flag_away(runner: Runner, hooks: Path, tmp_path: Path) -> None:
    files = {"events/legacy/bad.json": BAD, "events/settings.json": "{}"}
    commit(runner.env, tmp_path, {**files, **config(hooks, {**LINT, "args": ["--exclude", "legacy/"]})})
    outcome = runner(tmp_path, "run", "--all-files", "--verbose")
    assert outcome.status == 0, outcome.output
    assert outcome.summaries == ["Checked 1 file without events, 0 events."]


def test_rule_files(runner: Runner, hooks: Path, tmp_path: Path) -> None:
    """Both files go to one process, where each one's rules judge the other's examples."""
    files = {"insights-rules/indexes.yaml": INDEX_RULES, "insights-rules/names.yaml": RULES, "other.yaml": "a: 1"}
    commit(runner.env, tmp_path, {**files, **config(hooks, LINT_RULES)})
    passed = runner(tmp_path, "run", "--all-files", "--verbose")
    assert passed.status == 0, passed.output
    assert "2 rules, 4 examples: all hold, compiled and with jsonschema." in passed.lines
    write(tmp_path, {"insights-rules/names.yaml": BROKEN_RULES})
    failed = runner(tmp_path, "run", "--all-files")
    assert failed.status == 1
    assert {
        "- exit code: 1",
        'insights-rules/names.yaml:13: event-name-not-in-plan: expected "/eventName", reported nothing',
        "2 rules, 4 examples: 1 does not hold.",
    } <= set(failed.lines), failed.output


def test_rule_files_that_need_each_other(runner: Runner, hooks: Path, tmp_path: Path) -> None:
    """As the README has it: one that changes is tested with the others, though a runner would name it alone."""
    override = "topic: ours\nsummary: Ours.\nrules: {event-name-not-in-plan: {severity: warning}}\n"
    files = {"insights-rules/names.yaml": RULES, "insights-rules/overrides.yaml": override}
    together = {"args": ["insights-rules/"], "pass_filenames": False}
    commit(runner.env, tmp_path, {**files, **config(hooks, {**LINT_RULES, **together})})
    outcome = runner(tmp_path, "run", "--verbose", "--files", "insights-rules/overrides.yaml")
    assert outcome.status == 0, outcome.output
    assert "1 rule, 2 examples: all hold, compiled and with jsonschema." in outcome.lines


def fixtures_with(names: Sequence[str], bad: Sequence[str]) -> dict[str, str]:
    return {name: BAD if name in bad else GOOD for name in names}


def test_3000_files_are_one_run(runner: Runner, hooks: Path, tmp_path: Path) -> None:
    names = [f"tests/fixtures/insights/{number:04}.json" for number in range(3000)]
    bad = [names[0], names[1500], names[2999]]
    commit(runner.env, tmp_path, {**fixtures_with(names, bad), **config(hooks, LINT)})
    outcome = runner(tmp_path, "run", "--all-files")
    assert outcome.status == 1
    assert outcome.places == [f"{name}:{PLACE}" for name in bad]
    if sys.platform != "win32":  # where a command line ends at 30 KB
        assert outcome.summaries == ["Checked 3,000 files, 3,000 requests, 3,000 events: 3 errors."]
        assert "The API would refuse 3 of 3,000 requests and lose 3 events." in outcome.lines


def test_no_file_of_a_very_long_list_is_lost(runner: Runner, hooks: Path, tmp_path: Path) -> None:
    """pre-commit gives a process 128 KB of paths at most; the first process fails, the last one does not."""
    names = [f"tests/fixtures/insights/{'long-' * 30}/{number:04}.json" for number in range(3000)]
    commit(runner.env, tmp_path, {**fixtures_with(names, names[:1]), **config(hooks, LINT)})
    outcome = runner(tmp_path, "run", "--all-files")
    assert outcome.status == 1
    assert outcome.places == [f"{names[0]}:{PLACE}"]
    checked = [re.findall(r"[\d,]+", summary)[0] for summary in outcome.summaries]
    assert sum(int(number.replace(",", "")) for number in checked) == 3000


def test_adoption(runner: Runner, hooks: Path, tmp_path: Path) -> None:
    fixtures = {f"tests/fixtures/insights/{number:03}.json": GOOD for number in range(300)}
    commit(runner.env, tmp_path, {**fixtures, **config(hooks, LINT)})
    assert runner(tmp_path, "install").status == 0
    everything = runner(tmp_path, "run", "--all-files", "--verbose")
    assert everything.status == 0, everything.output
    assert everything.summaries == ["Checked 300 files, 300 requests, 300 events: no violations."]

    before = git(runner.env, tmp_path, "rev-parse", "HEAD")
    write(tmp_path, {"tests/fixtures/insights/new.json": BAD})
    git(runner.env, tmp_path, "add", "--all")
    refused = run(runner.env, tmp_path, "git", "commit", "--message", "New fixture")
    assert refused.status == 1, refused.output
    assert HEADER in refused.lines
    assert refused.places == [f"tests/fixtures/insights/new.json:{PLACE}"]
    assert refused.summaries == ["Checked 1 file, 1 request, 1 event: 1 error."]
    assert git(runner.env, tmp_path, "rev-parse", "HEAD") == before

    write(tmp_path, {"tests/fixtures/insights/new.json": GOOD})
    git(runner.env, tmp_path, "add", "--all")
    git(runner.env, tmp_path, "commit", "--message", "New fixture")
    assert git(runner.env, tmp_path, "rev-parse", "HEAD^") == before


def readme_blocks() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The whole configuration that the README shows, and the hooks that it shows with options."""
    readme = (ROOT / "README.md").read_text("utf-8")
    section = readme.partition("\n## Use it as a pre-commit hook\n")[2].partition("\n## ")[0]
    whole, options = map(yaml.safe_load, re.findall(r"```yaml\n(.*?)```", section, re.DOTALL))
    return whole, options


def test_readme_configuration(runner: Runner, hooks: Path, tmp_path: Path) -> None:
    (repository,) = readme_blocks()[0]["repos"]
    assert repository["repo"].endswith("/insights-lint")
    files = {"events.json": BAD, "insights-rules.yaml": RULES}
    commit(runner.env, tmp_path, {**files, **config(hooks, *repository["hooks"])})
    failed = runner(tmp_path, "run", "--all-files", "--verbose")
    assert failed.status == 1
    assert failed.places == [f"events.json:{PLACE}"]
    assert "1 rule, 2 examples: all hold, compiled and with jsonschema." in failed.lines
    write(tmp_path, {"events.json": GOOD})
    assert runner(tmp_path, "run", "--all-files").status == 0


def test_readme_options(runner: Runner, hooks: Path, tmp_path: Path) -> None:
    """Of four wrong files, the options select one, and the user's own rule judges it."""
    unplanned = GOOD.replace("Product Clicked", "Product Seen")
    files = {
        "events.json": BAD,
        "fixtures/cart.json": unplanned,
        "fixtures/legacy/cart.json": unplanned,
        "fixtures/package.json": "//",
        "insights-rules.yaml": RULES,
    }
    commit(runner.env, tmp_path, {**files, **config(hooks, *readme_blocks()[1])})
    failed = runner(tmp_path, "run", "--all-files")
    assert failed.status == 1
    assert "error[event-name-not-in-plan]: `Product Seen` is not in the tracking plan" in failed.lines
    assert failed.places == ["fixtures/cart.json:2:39  events[0].eventName"]
    write(tmp_path, {"fixtures/cart.json": GOOD})
    assert runner(tmp_path, "run", "--all-files").status == 0
