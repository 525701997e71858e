"""A person of a company as the table of people shows him."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Protocol

from django.contrib.auth.hashers import is_password_usable
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import Role

NO_PASSWORD = "!"  # noqa: S105  what Django puts before a password that nobody has
STATES: dict[str, Promise] = {
    "shift": _("On shift"),
    "active": pgettext_lazy("person", "Active"),
    "invited": _("Invited"),
    "inactive": _("Deactivated"),
}
TONES = {"shift": "free", "active": "off", "invited": "ring", "inactive": "pause"}


class ReadPerson(NamedTuple):
    """What the table reads of a person: his fields, and his extension where he is, or was, an operator."""

    pk: int
    name: str
    email: str
    role: str
    is_active: bool
    password: str
    last_login: datetime | None
    operator__extension: str | None


class Shift(NamedTuple):
    """What somebody does on shift: an OperatorState, and why he pauses."""

    state: str
    reason: str | None


class PersonRow(NamedTuple):
    """One person with what his row tells. ``state``: a key of STATES."""

    user: ReadPerson
    state: str
    shift: Shift | None
    campaigns: int

    @property
    def state_words(self) -> Promise:
        return STATES[self.state]

    @property
    def extension(self) -> str | None:
        return self.user.operator__extension if self.user.role == Role.OPERATOR else None


class Known(Protocol):
    """What a person's state follows from, beside his shift."""

    @property
    def is_active(self) -> bool: ...
    @property
    def password(self) -> str: ...


def state_of(user: Known, *, on_shift: bool) -> str:
    """Give a key of STATES."""
    if not user.is_active:
        return "inactive"
    if not is_password_usable(user.password):
        return "invited"
    return "shift" if on_shift else "active"
