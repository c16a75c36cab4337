"""`action.yml` and the README's CI snippets, run in bash as the services do, as far as that is possible without them.

The services' schemas judge the form. Only the services can show where annotations and summaries appear, and that images
and other people's actions are there.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.ci_services import (
    ACTION,
    CHECKOUT,
    PLAIN,
    STEPS,
    STRICT,
    Done,
    environment,
    evaluated,
    install,
    run_script,
    use,
)

README = (CHECKOUT / "README.md").read_text("utf-8")
(SECTION,) = re.findall(r"^## Use it in CI\n.*?(?=^## )", README, re.DOTALL | re.MULTILINE)
(WORKFLOW_TEXT,) = re.findall(r"```yaml\n(# \.github/workflows/insights\.yml\n.*?)```", SECTION, re.DOTALL)
(GITLAB_TEXT,) = re.findall(r"```yaml\n(# \.gitlab-ci\.yml\n.*?)```", SECTION, re.DOTALL)
(SHELL,) = re.findall(r"```sh\n(.*?)```", SECTION, re.DOTALL)
(JOB,) = yaml.safe_load(WORKFLOW_TEXT)["jobs"].values()
(GITLAB_JOB,) = yaml.safe_load(GITLAB_TEXT).values()

GOOD = '{"eventType": "view", "eventName": "Product Viewed", "index": "p", "userToken": "u-1", "objectIDs": ["a"]}'
WARNED = GOOD.replace("Product Viewed", "product viewed")
WRONG = GOOD.replace('"p"', "7")
BAD = f'{{"events": [\n{GOOD},\n{WRONG}\n]}}'
NOTHING = '{"name": "shop"}'


@pytest.fixture(scope="module")
def bash() -> None:
    if shutil.which("bash") is None:
        assert not os.environ.get("CI"), "there is no bash; in CI every test runs"
        pytest.skip("there is no bash")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A checkout of somebody else's repository, with one event."""
    folder = tmp_path / "workspace"
    (folder / "fixtures").mkdir(parents=True)
    (folder / "fixtures" / "good.json").write_text(GOOD)
    return folder


@pytest.fixture(scope="module")
def installed(bash: None, tmp_path_factory: pytest.TempPathFactory) -> Done:
    """The action's first step, on a runner whose `python` is too old, in a workspace that would get in its way."""
    folder = tmp_path_factory.mktemp("action")
    workspace = folder / "workspace"
    workspace.mkdir()
    shadow(workspace)
    done = install(workspace, old_pythons(folder / "old", "python"))
    assert (done.status, done.out) == (0, ""), done.err
    return done


def old_pythons(folder: Path, *names: str) -> Path:
    """A folder with commands that say no when they are asked whether they are recent enough."""
    folder.mkdir()
    for name in names:
        (folder / name).write_text("#!/bin/sh\nexit 1\n")
        (folder / name).chmod(0o755)
    return folder


def shadow(workspace: Path) -> None:
    """Puts modules there that Python would run in place of the real ones, if it looked in the current folder."""
    for name in ("click", "insights_lint", "json", "pip", "venv"):
        (workspace / f"{name}.py").write_text("raise SystemExit('a module of the workspace was run')\n")


def counts(done: Done) -> list[str]:
    names = ("errors", "warnings", "infos", "events", "refused-requests", "lost-events")
    return [done.outputs[name] for name in names]


@pytest.mark.parametrize(
    ("schema", "name", "text"),
    [
        ("github-actions", "action.yml", (CHECKOUT / "action.yml").read_text("utf-8")),
        ("github-workflows", "insights.yml", WORKFLOW_TEXT),
        ("gitlab-ci", ".gitlab-ci.yml", GITLAB_TEXT),
    ],
    ids=["action", "workflow", "gitlab"],
)
def test_the_services_schemas_hold(schema: str, name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", name]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_expressions_name_what_there_is_and_use_every_input() -> None:
    texts = [text for step in STEPS for text in step.get("env", {}).values()]
    texts += [output["value"] for output in ACTION["outputs"].values()]
    used = [expression for text in texts for expression in re.findall(r"\$\{\{(.*?)\}\}", text)]
    written = {f" steps.{step['id']}.outputs." for step in STEPS}
    inputs = {f" inputs.{name} " for name in ACTION["inputs"]}
    assert {one for one in used if not one.startswith(tuple(written))} == inputs


def test_no_expression_is_pasted_into_a_script() -> None:
    for step in (*STEPS, *JOB["steps"]):
        assert "${{" not in step.get("run", "")


def test_the_action_asks_for_the_python_that_the_project_needs() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
    minor = project["requires-python"].removeprefix(">=3.")
    assert f"< (3, {minor})" in STEPS[0]["run"]
    assert f"needs Python 3.{minor} or later" in STEPS[0]["run"]


def test_the_readme_names_every_input_and_output() -> None:
    for name in (*ACTION["inputs"], *ACTION["outputs"]):
        assert f"`{name}`" in SECTION


def test_clean(workspace: Path, installed: Done) -> None:
    done = use(workspace, installed, {})
    assert (done.status, done.outputs["status"], done.err) == (0, "0", "")
    assert counts(done) == ["0", "0", "0", "1", "0", "0"]
    assert "::" not in done.out
    assert "Checked 1 file, 1 event: no violations." in done.out
    assert done.summary.startswith("### insights-lint\n")


def test_faults_are_annotated_summed_up_and_counted(workspace: Path, installed: Done) -> None:
    (workspace / "fixtures" / "bad.json").write_text(BAD)
    done = use(workspace, installed, {"paths": "fixtures\n"})
    assert (done.status, done.outputs["status"], done.err) == (1, "1", "")
    (annotation,) = [line for line in done.out.splitlines() if line.startswith("::")]
    assert annotation.startswith("::error file=fixtures/bad.json,line=3,endLine=3,col=")
    assert ",title=index-not-string::" in annotation
    assert "| error | index-not-string | fixtures/bad.json:3:" in done.summary
    assert counts(done) == ["1", "0", "0", "3", "1", "2"]
    report = json.loads(Path(done.outputs["report"]).read_text("utf-8"))
    assert [violation["source"] for violation in report["violations"]] == ["fixtures/bad.json"]


def test_every_use_has_a_report_of_its_own(workspace: Path, installed: Done) -> None:
    first, second = (use(workspace, installed, {}).outputs["report"] for _ in range(2))
    assert first != second
    assert Path(first).is_file()


@pytest.mark.parametrize(("allow_empty", "status"), [("false", 3), ("true", 0), ("yes", 3)])
def test_nothing_to_judge(workspace: Path, installed: Done, allow_empty: str, status: int) -> None:
    (workspace / "fixtures" / "good.json").write_text(NOTHING)
    done = use(workspace, installed, {"allow-empty": allow_empty})
    assert (done.status, done.outputs["status"]) == (status, str(status))
    assert counts(done) == ["0"] * 6


@pytest.mark.parametrize(("fail_on", "status"), [("error", 0), ("warning", 1)])
def test_fail_on(workspace: Path, installed: Done, fail_on: str, status: int) -> None:
    (workspace / "fixtures" / "warned.json").write_text(WARNED)
    done = use(workspace, installed, {"fail-on": fail_on})
    assert (done.status, done.outputs["status"], done.outputs["warnings"]) == (status, str(status), "1")


@pytest.mark.parametrize(
    "inputs",
    [
        {"args": "--no-such-option"},
        {"args": "--output=csv"},  # found when the report has been opened
        {"args": "--rules=nowhere.yaml"},
        {"fail-on": "$(touch pwned)"},
    ],
)
def test_a_wrong_option_leaves_its_status_alone(workspace: Path, installed: Done, inputs: dict[str, str]) -> None:
    done = use(workspace, installed, inputs)
    assert (done.status, done.out, done.summary) == (2, "", "")
    assert done.err.startswith("insights-lint: ")
    assert "Traceback" not in done.err
    assert {name: value for name, value in done.outputs.items() if value} == {"status": "2"}
    assert not (workspace / "pwned").exists()


def test_a_wrong_path_does_not_stop_the_others(workspace: Path, installed: Done) -> None:
    done = use(workspace, installed, {"paths": "nowhere\n\nfixtures"})
    assert (done.status, done.outputs["status"], done.outputs["events"]) == (2, "2", "1")
    assert done.err.startswith("insights-lint: nowhere: ")


def test_inputs_are_words_and_never_commands(workspace: Path, installed: Done) -> None:
    names = ["two words", " $(touch pwned)", "; touch pwned #", "`touch pwned`", "*", "--help", "~", "a'b\"c\\"]
    for name in names:
        (workspace / name).write_text(GOOD)
    inputs = {"paths": "\n".join(names), "args": "--exclude=$(touch pwned)\n\n--exclude=; touch pwned"}
    done = use(workspace, installed, inputs)
    assert (done.status, done.err, done.outputs["events"]) == (0, "", str(len(names)))
    assert not (workspace / "pwned").exists()


def test_no_module_of_the_workspace_is_run(workspace: Path, installed: Done) -> None:
    shadow(workspace)
    done = use(workspace, installed, {})
    assert (done.status, done.err, done.outputs["events"]) == (0, "", "1")


def test_a_runner_without_a_recent_python_is_told_what_to_do(bash: None, workspace: Path, tmp_path: Path) -> None:
    done = install(workspace, old_pythons(tmp_path / "old", "python", "python3"))
    assert (done.status, done.err, done.outputs) == (2, "", {})
    assert done.out == "::error title=insights-lint::needs Python 3.11 or later: run actions/setup-python before it\n"


@pytest.mark.parametrize(
    ("events", "status", "said"),
    [(GOOD, 0, "0"), (BAD.replace("\n", ""), 1, "2"), (None, 2, "0")],
    ids=["good", "bad", "missing"],
)
def test_the_github_workflow(workspace: Path, installed: Done, events: str | None, status: int, said: str) -> None:
    if events:
        (workspace / "events.ndjson").write_text(events)
    (workspace / "fixtures" / "drafts").mkdir()
    (workspace / "fixtures" / "drafts" / "bad.json").write_text(BAD)
    checkout, check, after = JOB["steps"]
    assert checkout["uses"].startswith("actions/checkout@")
    assert check["uses"].startswith("your-org/insights-lint@v")
    done = use(workspace, installed, check["with"])
    assert done.status == status, done.err
    values = {f"steps.{check['id']}.outputs.{name}": value for name, value in done.outputs.items()}
    env = {name: evaluated(text, values) for name, text in after["env"].items()}
    assert after["if"] == "always()"
    told = run_script(after["run"], PLAIN, workspace, environment() | env)
    assert (told.status, told.out) == (0, f"The API would lose {said} events.\n")


def from_checkout(snippet: str) -> str:
    """The snippet with this checkout in place of an address that is not there yet."""
    address = "git+https://github.com/your-org/insights-lint"
    assert snippet.count(address) == 1
    return snippet.replace(address, f"'{CHECKOUT}'")


def test_the_gitlab_job(workspace: Path, installed: Done) -> None:
    (workspace / "fixtures" / "bad.json").write_text(BAD)
    # The image has one Python, whose `pip` is first on the path.
    env = environment(Path(installed.outputs["steps.install.outputs.python"]).parent)
    done = run_script(from_checkout("\n".join(GITLAB_JOB["script"])), STRICT, workspace, env)
    assert done.status == 1, done.err
    assert "error[index-not-string]" in done.out
    assert GITLAB_JOB["artifacts"]["when"] == "always"
    (artifact,) = GITLAB_JOB["artifacts"]["paths"]
    assert json.loads((workspace / artifact).read_text("utf-8"))["summary"]["events"] == 3


def test_the_shell_snippet(bash: None, workspace: Path) -> None:
    snippet = from_checkout(SHELL)
    event = workspace / "fixtures" / "good.json"
    event.write_text(BAD)
    done = run_script(snippet, PLAIN, workspace, environment())
    assert done.status == 1, done.err
    assert done.out.startswith("fixtures/good.json:3:")
    assert done.out.endswith("\nEvents have faults, see above.\n")
    # What comes after the installation meets the other statuses.
    check = snippet[snippet.index("status=0\n") :]
    for content, status, said in (
        (GOOD, 0, "All events are fine."),
        (NOTHING, 3, "No events were found; is the path right?"),
        (None, 2, "insights-lint could not run."),
    ):
        event.unlink()
        if content:
            event.write_text(content)
        for shell in (PLAIN, ("sh", "-e")):
            done = run_script(check, shell, workspace, environment())
            assert (done.status, done.out.splitlines()[-1]) == (status, said)
        event.touch()
