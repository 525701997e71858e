"""Who sees which pages in the side navigation."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.models import User


@dataclass(frozen=True, slots=True)
class Page:
    """One entry. ``view`` is the URL name; ``family`` the names under which it is the current one."""

    view: str
    icon: str
    label: Promise | str
    family: tuple[str, ...]
    roles: tuple[str, ...]

    @property
    def url(self) -> str:
        return reverse(self.view)


_SUPERVISORS = (Role.MASTER, Role.SUPERVISOR)
PAGES = (
    Page("desk:wallboard", "device-desktop-analytics", _("Wallboard"), ("desk:wallboard",), _SUPERVISORS),
    Page("campaigns:list", "speakerphone", _("Campaigns"), ("campaigns:",), _SUPERVISORS),
    Page("contacts:lists", "list-details", _("Contact lists"), ("contacts:",), _SUPERVISORS),
    Page("calls:list", "phone-call", _("Calls"), ("calls:",), _SUPERVISORS),
    Page("numbers:list", "phone-incoming", _("Numbers"), ("numbers:",), _SUPERVISORS),
    Page("desk:shift", "headset", _("My shift"), ("desk:shift",), (Role.OPERATOR,)),
    Page("platform:companies", "building", _("Companies"), ("platform:",), (Role.GLOBAL_ADMIN,)),
    Page("lines:nodes", "server", _("Switches"), ("lines:node",), (Role.GLOBAL_ADMIN,)),
    Page("lines:trunks", "network", _("Trunks"), ("lines:trunk",), (Role.GLOBAL_ADMIN,)),
    Page("lines:numbers", "phone-incoming", _("Numbers"), ("lines:number", "lines:caller"), (Role.GLOBAL_ADMIN,)),
)


def pages_for(user: User) -> list[Page]:
    return [page for page in PAGES if user.role in page.roles]


def home_of(user: User) -> str:
    """URL name of the page where a person's day starts."""
    pages = pages_for(user)
    return pages[0].view


def is_current(page: Page, view_name: str) -> bool:
    """Whether the page, or one below it, is being shown."""
    return any(view_name.startswith(prefix) for prefix in page.family)
