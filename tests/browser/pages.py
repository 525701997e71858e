"""Every page of every role, for whoever goes through them all: the test of access, and `make screens`."""

from __future__ import annotations

from tests.isolation.table import COMPANY, PLATFORM

MORE = {
    "supervisor": ("calls/?campaign=1&sort=dialed&columns=result,dialed", "calls/?number=1", "campaigns/1/"),
    "master": (
        "campaigns/1/", "campaigns/1/edit/", "lists/imports/1/", "lists/contacts/1/", "calls/dispositions/1/",
        "people/1/", "lists/?search=none",
    ),
    "operator": (),
    "global_admin": ("companies/?search=nobody",),
}  # fmt: skip
"""Pages of one thing, and pages as a filter leaves them; those without a parameter are all looked at anyway."""
EMAILS = {
    "supervisor": "supervisor@acme.example",
    "master": "master@acme.example",
    "operator": "operador13@acme.example",
    "global_admin": "admin@cadencia.example",
}
"""Of the demo's people (tools.demo.world)."""


def pages_of(role: str) -> list[str]:
    """Every address of the role's site that takes no parameter, as declared for the tests of isolation, and MORE."""
    table = PLATFORM if role == "global_admin" else COMPANY
    plain = [route for route, row in table.items() if role in row.GET and "<" not in route]
    return [*(route for route in plain if route and not route.startswith("api/")), *MORE[role]]
