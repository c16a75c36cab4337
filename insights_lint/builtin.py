"""The built-in rules as they were compiled when the wheel was built; in a checkout there are none here.

The build hook (hatch_build.py) writes the wheel's module of this name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from insights_lint.model import Form, Json, Rule
from insights_lint.payload import Known

RULES: tuple[Rule, ...] = ()
"""All of them without their examples, which only `rules test` and the like need."""

FAILING: Mapping[tuple[Form, tuple[int, ...]], Callable[[], Callable[[Json, Known], list[int]]]] = {}
"""(form, numbers of rules in RULES) → what makes the check of those rules, for the rules that are on by default."""
