"""Tests of events and bodies as they were written when the wheel was built; in a checkout there are none here.

The build hook (hatch_build.py) writes the wheel's module of this name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

READY: Mapping[tuple[tuple[int, ...], bool], tuple[Callable[..., Any], Callable[..., Any], tuple[int, ...]]] = {}
"""(numbers of rules in `builtin.RULES`, whether there is a clock) → `make_events` and `make_body`, and the numbers of
rules that they leave out (`insights_lint.acceptor.generation.Written`)."""
