"""Finds the files that a run reads: those that are named, and those of the folders that are named."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from insights_lint.errors import SourceError

if TYPE_CHECKING:
    from insights_lint.ignored import Excluded, Ignored

SUFFIXES = (".json", ".ndjson", ".jsonl", ".har")
"""Files of a folder that are read, also packed; whatever is named is read."""
PACKED_SUFFIXES = (".gz", ".bz2", ".zst", ".zip")
"""What packed files are called besides; only their content tells whether they are."""

STDIN = "-"
"""The path that means standard input."""

_READ = (*SUFFIXES, *(suffix + packed for suffix in SUFFIXES for packed in PACKED_SUFFIXES))
_SPECIAL = (
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISFIFO, "a pipe: send its content to standard input instead"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_LEFT_OUT = frozenset({"node_modules", "venv", "env"})
"""Folders with other people's files; hidden ones and virtual environments of other names are left out, too."""


def is_read_in_folders(path: str) -> bool:
    """Whether a file of that name is read if it is found in a folder."""
    return path.lower().endswith(_READ)


class Source(NamedTuple):
    """A file to read, and whether it was named rather than found in a folder."""

    path: str
    named: bool


def find_sources(
    paths: Sequence[str], exclude: Sequence[str] = (), *, force_exclude: bool = False
) -> Iterator[Source | SourceError]:
    """The files of the paths in order, each once; an error for each path that cannot be read.

    `exclude` holds patterns in the syntax of .gitignore, from the current folder; they bind named files only with
    `force_exclude`.
    """
    seen = _Seen()
    for found in _found(paths, exclude, force_exclude):
        if isinstance(found, SourceError) or seen.first(found.path):
            yield found


def _found(paths: Sequence[str], exclude: Sequence[str], force_exclude: bool) -> Iterator[Source | SourceError]:
    excluded: Excluded | None = None
    if exclude:
        from insights_lint.ignored import Excluded  # named files take none of it

        excluded = Excluded(exclude)
    for path in paths:
        if path == STDIN:
            yield Source(STDIN, True)
            continue
        try:
            mode = os.stat(path).st_mode
        except OSError as error:
            yield SourceError(path, error.strerror or str(error))
            continue
        except ValueError:
            yield SourceError(path, "a NUL byte is in the path")
            continue
        if force_exclude and excluded is not None and excluded.matches(path, is_folder=stat.S_ISDIR(mode)):
            continue
        if stat.S_ISDIR(mode):
            yield from _folder(path, excluded)
        elif stat.S_ISREG(mode):
            yield Source(path, True)
        else:
            kind = next((words for test, words in _SPECIAL if test(mode)), "not a file")
            yield SourceError(path, kind)


class _Seen:
    """The files that were found already, under whatever path."""

    def __init__(self) -> None:
        self._files: set[str] = set()
        self._folders: dict[str, str] = {}

    def first(self, path: str) -> bool:
        """Whether the file is found for the first time."""
        real = path if path == STDIN else self._real(path)
        if real in self._files:
            return False
        self._files.add(real)
        return True

    def _real(self, path: str) -> str:
        """The real path; of many files in one folder, that of the folder is looked for once."""
        folder, name = os.path.split(path)
        if name in ("", os.curdir, os.pardir) or os.name == "nt" or os.path.islink(path):
            return os.path.realpath(path)
        if folder not in self._folders:
            self._folders[folder] = os.path.realpath(folder)
        return os.path.join(self._folders[folder], name)


def _folder(root: str, excluded: Excluded | None) -> Iterator[Source | SourceError]:
    from insights_lint.ignored import Ignored

    ignored = Ignored(root)
    empty = True
    errors: list[OSError] = []
    for folder, folders, files in os.walk(root, onerror=errors.append):
        ignored.enter(folder)
        inside = folder[2:] if root == os.curdir else folder  # people name their files without "./"
        folders[:] = sorted(name for name in folders if _is_walked(inside, name, ignored, excluded))
        for name in sorted(files):
            path = os.path.join(inside, name)
            if not is_read_in_folders(name) or not os.path.isfile(path):
                continue
            if ignored.matches(path, is_folder=False) or (excluded and excluded.matches(path, is_folder=False)):
                continue
            empty = False
            yield Source(path, False)
    for error in errors:
        yield SourceError(str(error.filename), error.strerror or str(error))
    if empty and not errors:
        yield SourceError(root, f"no files to read in this folder ({', '.join(SUFFIXES)})")


def _is_walked(folder: str, name: str, ignored: Ignored, excluded: Excluded | None) -> bool:
    path = os.path.join(folder, name)
    if name.startswith(".") or name in _LEFT_OUT or os.path.exists(os.path.join(path, "pyvenv.cfg")):
        return False
    return not ignored.matches(path, is_folder=True) and not (excluded and excluded.matches(path, is_folder=True))
