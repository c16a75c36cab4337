"""Tells which paths a run leaves out: those that .gitignore files name, and those that patterns of that syntax do."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


class Ignored:
    """What the .gitignore files from the repository's root down say of the paths below a folder."""

    def __init__(self, root: str) -> None:
        self._specs: dict[Path, GitIgnoreSpec] = {}
        top = Path(root).resolve()
        # os.path says no where Path raises because a folder must not be entered.
        repository = next((parent for parent in (top, *top.parents) if os.path.exists(parent / ".git")), top)
        for parent in top.parents:
            if parent.is_relative_to(repository):
                self._read(parent)
        if self.matches(root, is_folder=True):  # it was named all the same
            self._specs.clear()

    def enter(self, folder: str) -> None:
        self._read(Path(folder).resolve())

    def matches(self, path: str, *, is_folder: bool) -> bool:
        """Whether the nearest .gitignore that says anything of the path says that it is ignored."""
        if not self._specs:
            return False
        whole = Path(path).parent.resolve() / Path(path).name
        for parent in whole.parents:
            spec = self._specs.get(parent)
            if spec is not None:
                relative = whole.relative_to(parent).as_posix() + ("/" if is_folder else "")
                verdict = spec.check_file(relative).include
                if verdict is not None:
                    return verdict
        return False

    def _read(self, folder: Path) -> None:
        try:
            text = (folder / ".gitignore").read_text("utf-8", "replace")
        except OSError:  # none there
            return
        self._specs[folder] = _spec(text.splitlines())


class Excluded:
    """What patterns in the syntax of .gitignore say of paths, from the current folder."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._spec = _spec(patterns)

    def matches(self, path: str, *, is_folder: bool) -> bool:
        """Whether the last pattern that says anything of the path says that it is excluded."""
        relative = os.path.relpath(path) if os.path.isabs(path) else os.path.normpath(path)
        return self._spec.match_file(Path(relative).as_posix() + ("/" if is_folder else ""))


def _spec(patterns: Sequence[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec  # only where there are patterns

    return GitIgnoreSpec.from_lines(patterns)
