"""Which files a run reads: those that are named, those of folders, and none that git or the user leaves out."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from insights_lint.errors import SourceError
from insights_lint.sources import Source, find_sources
from tests.running import run_python


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder that is a repository of its own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    return tmp_path


def write(*files: str) -> None:
    for file in files:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).write_text("{}", "utf-8")


def ignore(file: str, *patterns: str) -> None:
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    Path(file).write_text("\n".join(patterns) + "\n", "utf-8")


def found(*paths: str, exclude: Sequence[str] = (), force_exclude: bool = False) -> list[str]:
    """The paths that are read; an error as its text."""
    sources = find_sources(paths, exclude, force_exclude=force_exclude)
    return [one.path if isinstance(one, Source) else f"! {one}" for one in sources]


# files and folders


def test_named_files_are_read_whatever_their_name() -> None:
    write("a.txt", "b.har", ".hidden.json", "node_modules/x.js")
    paths = ["b.har", "a.txt", ".hidden.json", "node_modules/x.js", "-"]
    assert list(find_sources(paths)) == [Source(path, named=True) for path in paths]


def test_a_folder_gives_its_json_in_order() -> None:
    write("d/b.json", "d/a.ndjson", "d/c.JSONL", "d/sub/a.json", "d/a.txt", "d/json", "d/x.json.bak", "d/a.js")
    assert list(find_sources(["d"])) == [
        Source(os.path.join("d", name), named=False)  # noqa: PTH118  # paths are shown as they are found
        for name in ("a.ndjson", "b.json", "c.JSONL", os.path.join("sub", "a.json"))  # noqa: PTH118
    ]


def test_paths_are_shown_as_they_were_given(folder: Path) -> None:
    write("d/a.json")
    assert found(".") == ["d/a.json"]
    assert found("./d") == ["./d/a.json"]
    assert found("d/") == ["d/a.json"]
    assert found(str(folder / "d")) == [str(folder / "d" / "a.json")]
    assert found("d/../d/a.json") == ["d/../d/a.json"]


def test_what_is_hidden_or_someone_elses_is_left_out() -> None:
    write(
        ".a.json",
        ".git/a.json",
        ".cache/a.json",
        "node_modules/a.json",
        "venv/a.json",
        "env/a.json",
        "s/node_modules/p/a.json",
    )
    write("own/pyvenv.cfg", "own/lib/a.json", "s/tools/pyvenv.cfg", "s/tools/a.json", "s/a.json", "environment/a.json")
    assert found(".") == [".a.json", "environment/a.json", "s/a.json"]


@pytest.mark.parametrize("name", [".hidden", "node_modules", "venv"])
def test_a_folder_that_is_named_is_read_in_any_case(name: str) -> None:
    write(f"{name}/a.json", f"{name}/sub/b.json")
    assert found(name) == [f"{name}/a.json", f"{name}/sub/b.json"]


def test_a_file_is_read_once() -> None:
    write("d/a.json", "d/b.json")
    Path("link.json").symlink_to("d/a.json")
    assert found("d/b.json", "d", "./d/b.json", "d/a.json", "link.json") == ["d/b.json", "d/a.json"]


# .gitignore


def test_gitignore() -> None:
    write(
        "a.json", "b.json", "out/a.json", "sub/out/a.json", "sub/b.json", "sub/c.json", "top/x.json", "sub/top/x.json"
    )
    ignore(".gitignore", "# comment", "", "b.json", "out/", "/top", "*.ndjson")
    write("x.ndjson")
    assert found(".") == ["a.json", "sub/c.json", "sub/top/x.json"]


def test_negated_patterns() -> None:
    write("a.json", "b.json", "sub/a.json", "sub/b.json", "gone/b.json")
    ignore(".gitignore", "*.json", "!b.json", "gone/", "!gone/b.json")
    assert found(".") == ["b.json", "sub/b.json"]


def test_the_nearest_gitignore_counts() -> None:
    write("a.json", "sub/a.json", "sub/b.json", "sub/deep/a.json", "sub/deep/b.json")
    ignore(".gitignore", "a.json")
    ignore("sub/.gitignore", "!a.json", "b.json")
    ignore("sub/deep/.gitignore", "/a.json", "!b.json")
    assert found(".") == ["sub/a.json", "sub/deep/b.json"]


def test_a_gitignore_above_the_named_folder_counts_up_to_the_repository(folder: Path) -> None:
    write("repo/sub/d/a.json", "repo/sub/d/b.json", "repo/sub/d/c.json", "repo/sub/d/d.json")
    (folder / "repo" / ".git").mkdir()
    ignore(".gitignore", "d.json")  # of another repository
    ignore("repo/.gitignore", "a.json", "/sub/d/c.json")
    ignore("repo/sub/.gitignore", "b.json")
    assert found("repo/sub/d") == ["repo/sub/d/d.json"]
    os.chdir("repo/sub")
    assert found("d") == found("d/") == ["d/d.json"]
    assert found("../sub/d") == ["../sub/d/d.json"]


def test_without_a_repository_only_the_folders_below_count(folder: Path) -> None:
    (folder / ".git").rmdir()
    write("d/sub/a.json", "d/sub/b.json")
    ignore(".gitignore", "a.json")
    ignore("d/sub/.gitignore", "b.json")
    assert found("d") == ["d/sub/a.json"]


def test_a_repository_whose_git_is_a_file(folder: Path) -> None:
    write("wt/d/a.json", "wt/d/b.json")
    (folder / "wt" / ".git").write_text("gitdir: elsewhere", "utf-8")
    ignore("wt/.gitignore", "a.json")
    assert found("wt/d") == ["wt/d/b.json"]


def test_a_gitignore_that_is_no_text_ignores_what_can_be_read_of_it() -> None:
    write("a.json", "b.json")
    Path(".gitignore").write_bytes(b"\xff\xfe\na.json\n")
    assert found(".") == ["b.json"]


def test_a_named_file_is_read_although_git_ignores_it() -> None:
    write("a.json", "b.json")
    ignore(".gitignore", "a.json")
    assert found("a.json") == ["a.json"]
    assert found("a.json", ".") == ["a.json", "b.json"]


# --exclude


@pytest.mark.parametrize(
    ("exclude", "expected"),
    [
        (["b.json"], ["a.json", "sub/a.json"]),
        (["sub/"], ["a.json", "b.json"]),
        (["sub"], ["a.json", "b.json"]),
        (["/b.json"], ["a.json", "sub/a.json", "sub/b.json"]),
        (["*.json", "!a.json"], ["a.json", "sub/a.json"]),
        (["sub/*", "b.*"], ["a.json"]),
        (["**/a.json"], ["b.json", "sub/b.json"]),
        (["nothing"], ["a.json", "b.json", "sub/a.json", "sub/b.json"]),
    ],
)
def test_exclude(exclude: list[str], expected: list[str], folder: Path) -> None:
    write("a.json", "b.json", "sub/a.json", "sub/b.json")
    assert found(".", exclude=exclude) == expected
    assert found("./", exclude=exclude) == [f"./{path}" for path in expected]
    assert found(str(folder), exclude=exclude) == [str(folder / path) for path in expected]


def test_exclude_binds_named_paths_only_by_force() -> None:
    write("a.json", "b.json", "sub/c.json")
    exclude = ["a.json", "sub/"]
    assert found("a.json", "b.json", "sub/c.json", exclude=exclude) == ["a.json", "b.json", "sub/c.json"]
    assert found("a.json", "b.json", "sub/c.json", "sub", exclude=exclude, force_exclude=True) == ["b.json"]
    assert found("a.json", "sub", force_exclude=True) == ["a.json", "sub/c.json"]


# what cannot be read


def test_what_is_not_there() -> None:
    write("a.json")
    assert found("missing.json", "a.json", "a.json/b", "nul\x00.json") == [
        "! missing.json: No such file or directory",
        "a.json",
        "! a.json/b: Not a directory",
        "! nul\x00.json: a NUL byte is in the path",
    ]


@pytest.mark.parametrize("files", [[], ["e/a.txt"], ["e/.git/a.json"], ["e/sub/README"]])
def test_a_folder_with_nothing_to_read(files: list[str]) -> None:
    Path("e").mkdir()
    write(*files)
    assert found("e") == ["! e: no files to read in this folder (.json, .ndjson, .jsonl, .har)"]


def test_what_is_no_file(folder: Path) -> None:
    os.mkfifo("pipe.json")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.json")
        write("a.json")
        assert found("pipe.json", "socket.json", "/dev/zero", "/dev/null", "a.json") == [
            "! pipe.json: a pipe: send its content to standard input instead",
            "! socket.json: a socket",
            "! /dev/zero: a device",
            "! /dev/null: a device",
            "a.json",
        ]
        # In a folder they are nobody's fault.
        assert found(".") == ["a.json"]


def test_symlinks() -> None:
    write("real/a.json", "real/sub/b.json")
    Path("loop").symlink_to("loop")
    Path("loop.json").symlink_to("loop.json")
    Path("broken.json").symlink_to("nowhere.json")
    Path("zero.json").symlink_to("/dev/zero")
    Path("real/up").symlink_to("..", target_is_directory=True)
    Path("real/sub/self").symlink_to(".", target_is_directory=True)
    assert found("loop") == ["! loop: Too many levels of symbolic links"]
    assert found("broken.json") == ["! broken.json: No such file or directory"]
    assert found("zero.json") == ["! zero.json: a device"]
    assert found(".") == ["real/a.json", "real/sub/b.json"]
    Path("link").symlink_to("real", target_is_directory=True)
    assert found("link") == ["link/a.json", "link/sub/b.json"]


SHOW = """
import sys
from insights_lint.sources import find_sources
for one in find_sources(sys.argv[1:]):
    print(one.path, getattr(one, "reason", "-"), sep="|")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are not those of POSIX")
def test_folders_without_permission(folder: Path) -> None:
    write("d/a.json", "d/closed/b.json", "d/open/c.json", "shut/x.json")
    closed = [folder / "d" / "closed", folder / "shut"]
    try:
        for one in closed:
            one.chmod(0)
        shown = run_python(["-c", SHOW, "d", "shut", "shut/x.json", "d/closed"], folder, obeying=True)
    finally:
        for one in closed:
            one.chmod(0o700)
    assert shown.stderr == ""
    assert shown.stdout.splitlines() == [
        "d/a.json|-",
        "d/open/c.json|-",
        "d/closed|Permission denied",
        "shut|Permission denied",
        "shut/x.json|Permission denied",
        "d/closed|Permission denied",
    ]


def test_errors_know_their_path_and_reason() -> None:
    (error,) = find_sources(["missing.json"])
    assert isinstance(error, SourceError)
    assert (error.path, error.reason) == ("missing.json", "No such file or directory")


def test_many_folders_deep(folder: Path) -> None:
    deep = "/".join(["d"] * 200)
    write(f"{deep}/a.json")
    assert found("d") == [f"{deep}/a.json"]
