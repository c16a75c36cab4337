"""Sets up what is measured: the peers from their registries, insights-lint as a wheel, each in a place of its own."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]

# Environments and the distributions in them; orjson reads the lines where a peer leaves that to its caller.
PYTHON_PEERS = {
    "check-jsonschema": ("check-jsonschema",),
    "sourcemeta-jsonschema": ("sourcemeta-jsonschema",),
    "jsonschema-rs": ("jsonschema-rs", "orjson"),
    "fastjsonschema": ("fastjsonschema", "orjson"),
    "orjson": ("orjson",),
}
NODE_PEERS = ("ajv", "ajv-cli", "@stoplight/spectral-cli")
INSIGHTS_LINT = "insights-lint"


class Environments:
    """The places under one folder, which stays between runs; delete it to get the peers' newest versions."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.node_folder = folder / "node"

    def program(self, environment_name: str, program: str) -> str:
        """The path of a program of a Python environment."""
        return str(self.folder / environment_name / "bin" / program)

    def node_program(self, program: str) -> str:
        return str(self.node_folder / "node_modules" / ".bin" / program)

    @property
    def node(self) -> str:
        """The path of Node."""
        found = shutil.which("node")
        if found is None:
            raise FileNotFoundError("node is needed for ajv and spectral")
        return found

    def sourcemeta_binary(self) -> str:
        """What sourcemeta's program of the Python package starts."""
        machine = platform.machine().lower()
        [binary] = (self.folder / "sourcemeta-jsonschema").glob(
            f"lib/*/site-packages/sourcemeta_jsonschema/jsonschema-{sys.platform}-{machine}"
        )
        return str(binary)

    def install_peers(self) -> None:
        """Those that are missing. A file says that a place is complete, for a broken one looks much the same."""
        for name, distributions in PYTHON_PEERS.items():
            complete = self.folder / name / "complete"
            if not complete.exists():
                self._install(name, *distributions)
                complete.touch()
        complete = self.node_folder / "complete"
        if not complete.exists():
            shutil.rmtree(self.node_folder, ignore_errors=True)
            self.node_folder.mkdir(parents=True)
            (self.node_folder / "package.json").write_text('{"private": true}\n', "utf-8")
            # None of them needs the scripts of its dependencies; one of those reports installations to its author.
            _run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", *NODE_PEERS, folder=self.node_folder)
            complete.touch()

    def install_insights_lint(self) -> None:
        """Always anew, from the checkout as it is."""
        wheels = self.folder / "wheels"
        shutil.rmtree(wheels, ignore_errors=True)
        _run(sys.executable, "-m", "pip", "wheel", "-qq", "--no-deps", "--wheel-dir", str(wheels), str(CHECKOUT))
        [wheel] = wheels.glob("*.whl")
        extras = _extras_with("msgspec")
        self._install(INSIGHTS_LINT, f"{wheel}[{','.join(extras)}]" if extras else str(wheel))

    def _install(self, name: str, *requirements: str) -> None:
        venv.create(self.folder / name, clear=True, with_pip=True, symlinks=sys.platform != "win32")
        _run(self.program(name, "python"), "-m", "pip", "install", "-qq", *requirements)

    def check_options(self) -> str:
        """What `insights-lint check --help` says, to see which options there are."""
        return _run(self.program(INSIGHTS_LINT, INSIGHTS_LINT), "check", "--help")

    def versions(self) -> dict[str, str]:
        """Of everything that is measured and of what it runs on, by name."""
        ours = self.distributions(INSIGHTS_LINT)
        brought = ", ".join(f"{name} {version}" for name, version in ours.items() if name != INSIGHTS_LINT)
        found = {
            "CPU": f"{cpu_model()}, {cores()} cores",
            "Python": platform.python_version(),
            "Node": _run("node", "--version").strip().removeprefix("v"),
            INSIGHTS_LINT: f"{ours[INSIGHTS_LINT]} at {_commit()} (with {brought})",
        }
        for name, (distribution, *others) in PYTHON_PEERS.items():
            installed = self.distributions(name)
            found[name] = " with ".join([installed[distribution], *(f"{one} {installed[one]}" for one in others)])
        for package in NODE_PEERS:
            file = self.node_folder / "node_modules" / package / "package.json"
            found[package] = json.loads(file.read_text("utf-8"))["version"]
        return found

    def distributions(self, name: str) -> dict[str, str]:
        """Versions of what was installed into a Python environment, by normalised name."""
        listed = json.loads(_run(self.program(name, "python"), "-m", "pip", "list", "--format", "json"))
        versions = {re.sub(r"[-_.]+", "-", one["name"]).lower(): one["version"] for one in listed}
        return {name: version for name, version in versions.items() if name not in ("pip", "setuptools")}


def cache_folder() -> Path:
    """The user's own, outside of the tree."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "insights-lint-benchmarks"


def cpu_model() -> str:
    """The name that the processor gives itself."""
    file = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*:\s*(.+)$", file.read_text("utf-8"), re.MULTILINE) if file.exists() else None
    return found[1] if found else platform.processor() or platform.machine()


def cores() -> int:
    """How many the system has."""
    return os.cpu_count() or 1


def _extras_with(distribution: str) -> list[str]:
    """The extras of insights-lint, but for those of its developers, that bring this distribution."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
    return [
        extra
        for extra, requirements in project.get("optional-dependencies", {}).items()
        if extra != "dev" and any(re.match(rf"{distribution}\b", one) for one in requirements)
    ]


def _commit() -> str:
    commit = _run("git", "rev-parse", "--short", "HEAD", folder=CHECKOUT).strip()
    changed = _run("git", "status", "--porcelain", "--untracked-files=no", folder=CHECKOUT).strip()
    return f"{commit} with changes" if changed else commit


def _run(*command: str, folder: Path | None = None) -> str:
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, text=True, encoding="utf-8", check=True)
    return done.stdout
