"""The wheel, the source archive, an editable install and a plain checkout all find the rules, from any folder."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from importlib.metadata import Distribution, distribution
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement

from insights_lint import __version__
from insights_lint.model import Json, Rule

CHECKOUT = Path(__file__).parents[1]
FEWEST_RULES = 105

BAD = """\
{"events": [
  {"eventType": "click", "eventName": "Product Clicked", "index": "p", "userToken": "t-1",
   "objectIDs": ["a", "b"], "positions": [1], "queryID": "43b15df305339e827f0ac0bdc5ebcaa7"}
]}
"""


def run(*command: str | Path, folder: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env=env or {},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def succeed(*command: str | Path, folder: Path) -> None:
    done = run(*command, folder=folder)
    assert done.returncode == 0, done.stdout + done.stderr


def distributions(names: list[str]) -> dict[str, Distribution]:
    """The installed distributions of these names, and of all that they require."""
    found: dict[str, Distribution] = {}
    while names:
        name = re.sub(r"[-_.]+", "-", names.pop()).lower()
        if name not in found:
            found[name] = distribution(name)
            required = map(Requirement, found[name].requires or ())
            names += [one.name for one in required if one.marker is None or one.marker.evaluate({"extra": ""})]
    return found


class Environment(NamedTuple):
    """A virtual environment of its own."""

    python: Path
    site_packages: Path


def new_environment(folder: Path) -> Environment:
    """One with what the project depends on and what builds it, copied from the running environment, and without pip."""
    venv.create(folder, symlinks=sys.platform != "win32")
    paths = sysconfig.get_paths("venv", {"base": str(folder), "platbase": str(folder)})
    site_packages = Path(paths["purelib"])
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
    needed = [
        Requirement(one).name for one in (*project["project"]["dependencies"], *project["build-system"]["requires"])
    ]
    for one in distributions(needed).values():
        tops = {Path(file.parts[0]) for file in one.files or () if file.parts[0] != ".."}
        for top in tops - {Path("__pycache__")}:
            source = Path(str(one.locate_file(str(top))))
            if source.is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(source, site_packages / top, ignore=ignored, dirs_exist_ok=True)
            else:
                shutil.copy(source, site_packages / top)
    return Environment(Path(paths["scripts"]) / Path(sys.executable).name, site_packages)


def install(environment: Environment, *what: str | Path) -> None:
    flags = ("--no-deps", "--no-index", "--no-build-isolation", "--no-cache-dir", "--disable-pip-version-check", "-q")
    command = (sys.executable, "-m", "pip", "--python", environment.python, "install", *flags, *what)
    succeed(*command, folder=environment.site_packages)


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source archive, and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("dist")
    succeed(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, CHECKOUT, folder=folder)
    return folder


@pytest.fixture(scope="module")
def wheel(artifacts: Path) -> Path:
    (found,) = artifacts.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def sdist(artifacts: Path) -> Path:
    (found,) = artifacts.glob("*.tar.gz")
    return found


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


def names_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


def sources_of(folder: str, *patterns: str) -> set[str]:
    return {
        path.relative_to(CHECKOUT).as_posix() for pattern in patterns for path in (CHECKOUT / folder).rglob(pattern)
    }


def test_the_wheel_holds_the_package_and_the_rules_and_nothing_else(wheel: Path) -> None:
    info = f"insights_lint-{__version__}.dist-info"
    names = names_in(wheel)
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
    assert names_in(direct) == names_in(wheel)


def test_the_source_archive_holds_what_is_needed_to_build_and_test(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    needed = {"pyproject.toml", "README.md", "LICENSE", "PKG-INFO", "rules/json.yaml", "tests/test_packaging.py"}
    assert needed | {".pre-commit-hooks.yaml", "action.yml"} <= names
    assert not {
        name for name in names if "__pycache__" in name or "_cache/" in name or name.startswith((".venv", ".git/"))
    }


def test_the_wheel_works(wheel: Path, environment: Environment, elsewhere: Path, builtin_rules: list[Rule]) -> None:
    install(environment, wheel)
    assert (environment.site_packages / "insights_lint" / "rules" / "json.yaml").is_file()
    assert_it_works([environment.python, "-I"], elsewhere, builtin_rules)
    script = environment.python.with_name("insights-lint" + environment.python.suffix * (sys.platform == "win32"))
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
    assert_it_works([environment.python, "-I"], elsewhere, builtin_rules)


def test_a_plain_checkout_works(environment: Environment, elsewhere: Path, builtin_rules: list[Rule]) -> None:
    missing = run(environment.python, "-I", "-m", "insights_lint", folder=elsewhere)
    assert "No module named insights_lint" in missing.stderr
    assert_it_works([environment.python], elsewhere, builtin_rules, {"PYTHONPATH": str(CHECKOUT)})
