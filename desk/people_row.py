"""A person of a company as the table of people shows him."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from agents.models import OperatorSession

NO_PASSWORD = "!"  # noqa: S105  what Django puts before a password that nobody has
STATES: dict[str, Promise] = {
    "shift": _("On shift"),
    "active": pgettext_lazy("person", "Active"),
    "invited": _("Invited"),
    "inactive": _("Deactivated"),
}
TONES = {"shift": "free", "active": "off", "invited": "ring", "inactive": "pause"}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person with what his row tells. ``state``: a key of STATES."""

    user: User
    state: str
    shift: OperatorSession | None
    campaigns: int

    @property
    def state_words(self) -> Promise:
        return STATES[self.state]


def state_of(user: User, *, on_shift: bool) -> str:
    if not user.is_active:
        return "inactive"
    if not user.has_usable_password():
        return "invited"
    return "shift" if on_shift else "active"
