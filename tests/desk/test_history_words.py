"""Every kind of entry in the audit trail has words: nobody reads codes."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from desk.history_words import ACTIONS

ROOT = Path(__file__).parents[2]
APPS = (
    "accounts",
    "agents",
    "billing",
    "calls",
    "campaigns",
    "contacts",
    "desk",
    "integrations",
    "telephony",
    "tenants",
)
CODE = re.compile(r"[a-z_]+\.[a-z_]+")
WRITERS = {"record", "audit", "_record", "_audit"}


def _recorded() -> set[str]:
    """First arguments of everything that writes the trail, where they stand in the code as they are."""
    found = set()
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and node.args and _name(node.func) in WRITERS:
                    first = node.args[0]
                    if isinstance(first, ast.Constant) and isinstance(first.value, str) and CODE.fullmatch(first.value):
                        found.add(first.value)
    return found


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_every_entry_of_the_trail_has_words() -> None:
    recorded = _recorded()
    assert len(recorded) > 70, "the search finds what writes the trail"
    assert recorded - ACTIONS.keys() == set()
