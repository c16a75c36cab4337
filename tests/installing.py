"""Builds the project, and installs it in environments of its own."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement

CHECKOUT = Path(__file__).parents[1]


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
