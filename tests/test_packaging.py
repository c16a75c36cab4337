"""The wheel, the source archive, an editable install and a plain checkout all find the rules, from any folder."""

from __future__ import annotations

import json
import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from insights_lint import __version__
from insights_lint.model import Json, Rule
from tests.installing import CHECKOUT, Environment, install, new_environment, run, succeed

FEWEST_RULES = 105

BAD = """\
{"events": [
  {"eventType": "click", "eventName": "Product Clicked", "index": "p", "userToken": "t-1",
   "objectIDs": ["a", "b"], "positions": [1], "queryID": "43b15df305339e827f0ac0bdc5ebcaa7"}
]}
"""


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return new_environment(tmp_path / "venv")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder that has nothing to do with the checkout, with a file that has a fault."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "bad.json").write_text(BAD, "utf-8")
    return folder


def assert_it_works(
    python: list[str | Path], folder: Path, rules: list[Rule], env: dict[str, str] | None = None
) -> None:
    """Lists the rules and judges a file."""
    listed = run(*python, "-m", "insights_lint", "rules", "--output", "json", folder=folder, env=env)
    assert (listed.returncode, listed.stderr) == (0, "")
    found: list[dict[str, Json]] = json.loads(listed.stdout)
    assert [one["id"] for one in found] == [rule.id for rule in rules]
    assert len(found) >= FEWEST_RULES
    checked = run(*python, "-m", "insights_lint", "check", "bad.json", "--output", "json", folder=folder, env=env)
    assert (checked.returncode, checked.stderr) == (1, "")
    report = json.loads(checked.stdout)
    assert [one["rule"] for one in report["violations"]] == ["positions-count-mismatch"]
    assert report["tool"]["version"] == __version__


def contents_of(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def sources_of(folder: str, *patterns: str) -> set[str]:
    return {
        path.relative_to(CHECKOUT).as_posix() for pattern in patterns for path in (CHECKOUT / folder).rglob(pattern)
    }


def test_the_wheel_holds_the_package_and_the_rules_and_nothing_else(wheel: Path) -> None:
    info = f"insights_lint-{__version__}.dist-info"
    names = contents_of(wheel).keys()
    inside = {name for name in names if name.startswith("insights_lint/")}
    rules = {f"insights_lint/{name}" for name in sources_of("rules", "*.yaml", "*.json")}
    assert len({name for name in rules if name.endswith(".yaml")}) >= 15
    assert inside == sources_of("insights_lint", "*.py") | rules | {"insights_lint/py.typed"}
    assert {PurePosixPath(name).parts[0] for name in names} == {"insights_lint", info}
    assert f"{info}/licenses/LICENSE" in names
    assert wheel.name == f"insights_lint-{__version__}-py3-none-any.whl"


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    info = f"insights_lint-{__version__}.dist-info"
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read(f"{info}/METADATA").decode("utf-8")
        entry_points = archive.read(f"{info}/entry_points.txt").decode("utf-8")
        license_text = archive.read(f"{info}/licenses/LICENSE").decode("utf-8")
    assert f"\nVersion: {__version__}\n" in metadata
    assert "\nLicense-Expression: MIT\n" in metadata
    assert "\nRequires-Python: >=3.11\n" in metadata
    assert "insights-lint = insights_lint.cli:start" in entry_points
    assert "[pytest11]\ninsights_lint = insights_lint.pytest_plugin" in entry_points
    assert license_text == (CHECKOUT / "LICENSE").read_text("utf-8")


def test_a_wheel_from_the_tree_is_the_wheel_from_the_archive(wheel: Path, tmp_path: Path) -> None:
    command = (sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", tmp_path, CHECKOUT)
    succeed(*command, folder=tmp_path)
    (direct,) = tmp_path.glob("*.whl")
    assert contents_of(direct) == contents_of(wheel)


def test_the_source_archive_holds_what_is_needed_to_build_and_test(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    needed = {
        "pyproject.toml",
        "hatch_build.py",
        "README.md",
        "LICENSE",
        "PKG-INFO",
        "rules/json.yaml",
        "tests/test_packaging.py",
    }
    assert needed | {".pre-commit-hooks.yaml", "action.yml", "hatch_build.py"} <= names
    assert not {
        name for name in names if "__pycache__" in name or "_cache/" in name or name.startswith((".venv", ".git/"))
    }


def test_the_wheel_works(installed: Environment, elsewhere: Path, builtin_rules: list[Rule]) -> None:
    assert (installed.site_packages / "insights_lint" / "rules" / "json.yaml").is_file()
    assert_it_works([installed.python, "-I"], elsewhere, builtin_rules)
    script = installed.python.with_name("insights-lint" + installed.python.suffix * (sys.platform == "win32"))
    shown = run(script, "--version", folder=elsewhere)
    assert (shown.returncode, shown.stdout) == (0, f"insights-lint, version {__version__}\n")


def test_the_source_archive_works(
    sdist: Path, environment: Environment, elsewhere: Path, builtin_rules: list[Rule]
) -> None:
    install(environment, sdist)
    assert (environment.site_packages / "insights_lint" / "rules" / "json.yaml").is_file()
    assert_it_works([environment.python, "-I"], elsewhere, builtin_rules)


def test_an_editable_install_works(environment: Environment, elsewhere: Path, builtin_rules: list[Rule]) -> None:
    install(environment, "--editable", CHECKOUT)
    assert not (environment.site_packages / "insights_lint").exists()
    count = "from insights_lint.builtin import FAILING, RULES; print(len(FAILING), len(RULES))"
    compiled = run(environment.python, "-I", "-c", count, folder=elsewhere)
    assert (compiled.returncode, compiled.stdout) == (
        0,
        "0 0\n",
    )  # its rules change, and are compiled when they are used
    assert_it_works([environment.python, "-I"], elsewhere, builtin_rules)


def test_a_plain_checkout_works(environment: Environment, elsewhere: Path, builtin_rules: list[Rule]) -> None:
    missing = run(environment.python, "-I", "-m", "insights_lint", folder=elsewhere)
    assert "No module named insights_lint" in missing.stderr
    assert_it_works([environment.python], elsewhere, builtin_rules, {"PYTHONPATH": str(CHECKOUT)})
