"""Runs scripts, and `action.yml` step by step, in bash as the CI services do."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

CHECKOUT = Path(__file__).parents[1]
ACTION = yaml.safe_load((CHECKOUT / "action.yml").read_text("utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]

STRICT = ("bash", "--noprofile", "--norc", "-eo", "pipefail")
"""What GitHub runs for `shell: bash`, and what GitLab's settings come to."""
PLAIN = ("bash", "-e")
"""What GitHub runs for a workflow's step that names no shell."""


@dataclass(frozen=True)
class Done:
    """What a script, or the action, left behind."""

    status: int
    out: str
    err: str
    outputs: Mapping[str, str]
    summary: str = ""


def environment(*first_on_path: Path) -> dict[str, str]:
    """The running one without what CI services and Python read from it; its `python3` is the running interpreter."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "INPUT_", "PYTHON"))}
    folders = (*first_on_path, Path(sys.executable).parent)
    return kept | {"PATH": os.pathsep.join([*map(str, folders), kept["PATH"]])}


def run_script(script: str, shell: Sequence[str], folder: Path, env: Mapping[str, str]) -> Done:
    file = folder.parent / "script.sh"
    file.write_text(script, "utf-8")
    done = subprocess.run(
        [*shell, file],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=180,
        check=False,
    )
    if "(from versions: none)" in done.stderr and not os.environ.get("CI"):
        pytest.skip("pip reaches no package index")
    return Done(done.returncode, done.stdout, done.stderr, {})


def evaluated(text: object, values: Mapping[str, str]) -> str:
    """The text with its expressions replaced; like GitHub, by nothing for an output that was not written."""
    return re.sub(r"\$\{\{ (\S+) \}\}", lambda match: values.get(match[1], ""), str(text))


def run_steps(steps: list[dict[str, Any]], values: Mapping[str, str], workspace: Path, *first_on_path: Path) -> Done:
    """Runs the action's steps until one fails; the outputs are those of the steps, by their expressions."""
    temp = workspace.parent / "runner temp"
    temp.mkdir(exist_ok=True)
    files = {name: temp / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    status, out, err, summary = 0, "", "", ""
    outputs: dict[str, str] = {}
    for step in steps:
        for file in files.values():
            file.write_text("")
        env = {
            **environment(*first_on_path),
            **{name: str(file) for name, file in files.items()},
            "GITHUB_ACTION_PATH": str(CHECKOUT),
            "GITHUB_WORKSPACE": str(workspace),
            "RUNNER_TEMP": str(temp),
            **{name: evaluated(text, {**values, **outputs}) for name, text in step.get("env", {}).items()},
        }
        done = run_script(step["run"], STRICT, workspace, env)
        status, out, err = done.status, out + done.out, err + done.err
        for line in files["GITHUB_OUTPUT"].read_text("utf-8").splitlines():
            name, _, value = line.partition("=")
            outputs[f"steps.{step['id']}.outputs.{name}"] = value
        summary += files["GITHUB_STEP_SUMMARY"].read_text("utf-8")
        if status:
            break
    return Done(status, out, err, outputs, summary)


def install(workspace: Path, *first_on_path: Path) -> Done:
    """Runs the action's first step."""
    return run_steps(STEPS[:1], {}, workspace, *first_on_path)


def use(workspace: Path, installed: Done, inputs: Mapping[str, str]) -> Done:
    """Runs what follows the first step; the outputs are the action's, by name."""
    assert inputs.keys() <= ACTION["inputs"].keys()
    given = {name: field["default"] for name, field in ACTION["inputs"].items()} | dict(inputs)
    values = {**installed.outputs, **{f"inputs.{name}": text for name, text in given.items()}}
    done = run_steps(STEPS[1:], values, workspace)
    outputs = {name: evaluated(field["value"], done.outputs) for name, field in ACTION["outputs"].items()}
    return Done(done.status, done.out, done.err, outputs, done.summary)
