"""A person of any company as the platform shows him."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import Role
from screens.columns import Words
from tenants.models import PersonEntry

STATES: dict[str, Words] = {
    "active": pgettext_lazy("person", "Active"),
    "invited": _("Invited"),
    "inactive": _("Deactivated"),
}
TONES = {"active": "off", "invited": "ring", "inactive": "pause"}
"""As the company's own table of its people shows them (desk.people_row)."""


class ReadEntry(NamedTuple):
    """What the table reads of a person's entry."""

    pk: int
    name: str
    email: str
    schema: str
    role: str
    is_active: bool
    is_invited: bool
    last_login: datetime | None


class NamedCompany(NamedTuple):
    pk: int
    name: str


class EntryRow(NamedTuple):
    """``company`` None: its schema has no row any more."""

    entry: ReadEntry | PersonEntry
    company: NamedCompany | None

    @property
    def state(self) -> str:
        """A key of STATES."""
        if not self.entry.is_active:
            return "inactive"
        return "invited" if self.entry.is_invited else "active"

    @property
    def state_words(self) -> Words:
        return STATES[self.state]

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def role_words(self) -> str:
        return str(Role(self.entry.role).label) if self.entry.role in Role.values else self.entry.role
