"""A person of any company as the platform's table shows him."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import Role
from screens.columns import Words
from tenants.models import Company, PersonEntry

STATES: dict[str, Words] = {"active": pgettext_lazy("person", "Active"), "inactive": _("Deactivated")}


@dataclass(frozen=True, slots=True)
class EntryRow:
    """``company`` None: its schema has no row any more."""

    entry: PersonEntry
    company: Company | None

    @property
    def role_words(self) -> str:
        return str(Role(self.entry.role).label) if self.entry.role in Role.values else self.entry.role
