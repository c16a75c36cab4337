"""Checks Algolia Insights events against every documented constraint."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from insights_lint.api import lint, lint_files, lint_requests, report_text

__version__ = "0.1.0"

__all__ = ["__version__", "lint", "lint_files", "lint_requests", "report_text"]


def __getattr__(name: str) -> Any:
    """What programs call, imported when it is asked for: the command line needs none of it."""
    if name in __all__:
        return getattr(import_module("insights_lint.api"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
