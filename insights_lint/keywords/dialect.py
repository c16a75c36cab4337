"""The table of the keywords that the rules are written with."""

from __future__ import annotations

from insights_lint.keywords.applicators import APPLICATORS
from insights_lint.keywords.assertions import ASSERTIONS
from insights_lint.keywords.contents import CONTENTS
from insights_lint.keywords.keyword import Keyword
from insights_lint.keywords.relations import RELATIONS

CHECKS = (*RELATIONS, *CONTENTS)
"""The keywords that JSON Schema has not."""

_COMMENT = Keyword(
    "$comment",
    "A remark; asserts nothing.",
    {"type": "string"},
    lambda *_: iter(()),
    lambda *_: None,
    looks=lambda *_: False,
    blames=False,
)

KEYWORDS: dict[str, Keyword] = {keyword.name: keyword for keyword in (*ASSERTIONS, *APPLICATORS, *CHECKS, _COMMENT)}
"""Every keyword by name: those of JSON Schema 2020-12 that the dialect has, then the check keywords."""
