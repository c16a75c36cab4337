"""Simplified conditions say the same of structures as the original ones of the dictionaries that they were."""

from __future__ import annotations

import ast
import json
from typing import Any

import msgspec
import pytest

from insights_lint.acceptor.conditions import negated
from insights_lint.acceptor.decoding import Decoding, wishes
from insights_lint.acceptor.generation import EventTest
from insights_lint.acceptor.simplifier import NotOnStructuresError, Simplifier
from insights_lint.acceptor.values import MISSING, Value
from insights_lint.compiler import broken
from insights_lint.keywords.dialect import KEYWORDS
from insights_lint.keywords.keyword import Emitter
from insights_lint.model import Form, Rule
from tests.clean_traffic import Traffic
from tests.mutator import NOW, Mutator, write
from tests.odd_rules import ODD_RULES
