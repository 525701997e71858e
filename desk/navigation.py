"""Who sees which pages in the side navigation.

A new page is one line in PAGES: it shows in the side bar, the phone's tab bar and the palette of its roles.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import Role
from accounts.models import User
from campaigns.choices import CampaignState
from tenants.choices import CompanyStatus
from tenants.figures import figure

TABS = 5
"""Of the phone's tab bar; with more pages the last one is "More"."""


@dataclass(frozen=True, slots=True)
class Page:
    """One entry. ``view`` is the URL name; ``family`` the beginnings of the names under which it is the current one.

    ``section`` is the heading it stands below, "" for none; ``count`` gives the figure beside it, in one cheap query;
    with ``hot`` a figure above 0 calls for somebody.
    """

    view: str
    icon: str
    label: Promise | str
    family: tuple[str, ...]
    roles: tuple[str, ...]
    section: Promise | str = ""
    count: Callable[[], int] | None = None
    hot: bool = False

    @property
    def url(self) -> str:
        return reverse(self.view)


@dataclass(frozen=True, slots=True)
class Entry:
    """A page as one person sees it now. ``count`` is None where there is none."""

    page: Page
    current: bool
    count: int | None


def _running_campaigns() -> int:
    return figure("SELECT count(*) FROM campaigns_campaign WHERE state = %s", (CampaignState.RUNNING,))


def _pending_companies() -> int:
    return figure("SELECT count(*) FROM tenants_company WHERE status = %s", (CompanyStatus.PENDING,))


_SUPERVISORS = (Role.MASTER, Role.SUPERVISOR)
_ADMIN = (Role.GLOBAL_ADMIN,)
_OPERATION, _MANAGEMENT, _TELEPHONY = pgettext_lazy("section", "Operation"), _("Management"), _("Telephony")
_PERSONS = pgettext_lazy("platform", "People")
# fmt: off
PAGES = (
    Page("desk:overview", "layout-dashboard", _("Overview"), ("desk:overview",), (Role.MASTER,)),
    Page("desk:wallboard", "device-desktop-analytics", _("Wallboard"), ("desk:wallboard",), _SUPERVISORS, _OPERATION),
    Page("campaigns:list", "speakerphone", _("Campaigns"), ("campaigns:",), _SUPERVISORS, _OPERATION,
         _running_campaigns),
    Page("contacts:lists", "list-details", _("Contact lists"), ("contacts:",), _SUPERVISORS, _OPERATION),
    Page("directory:contacts", "user-search", _("Contacts"), ("directory:",), _SUPERVISORS, _OPERATION),
    Page("calls:list", "phone-call", _("Calls"), ("calls:",), _SUPERVISORS, _OPERATION),
    Page("calls:callbacks", "calendar-event", _("Callbacks"), ("calls:callbacks",), _SUPERVISORS, _OPERATION),
    Page("calls:recordings", "microphone", _("Recordings"), ("calls:recordings",), _SUPERVISORS, _OPERATION),
    Page("reports:day", "chart-bar", _("Reports"), ("reports:",), _SUPERVISORS, _MANAGEMENT),
    Page("people:list", "users", _("People"), ("people:",), (Role.MASTER,), _MANAGEMENT),
    Page("calls:dispositions", "tag", _("Dispositions"), ("calls:disposition",), _SUPERVISORS, _MANAGEMENT),
    Page("numbers:list", "phone-incoming", _("Numbers"), ("numbers:",), _SUPERVISORS, _MANAGEMENT),
    Page(
        "settings:company",
        "settings",
        _("Settings"),
        ("settings:", "webhooks:", "api-keys:"),
        (Role.MASTER,),
        _MANAGEMENT,
    ),
    Page("desk:shift", "headset", _("My shift"), ("desk:shift",), (Role.OPERATOR,)),
    Page("platform:overview", "layout-dashboard", _("Overview"), ("platform:overview",), _ADMIN),
    Page("platform:companies", "building", _("Companies"), ("platform:",), _ADMIN, "", _pending_companies, hot=True),
    Page("platform:people", "users", _PERSONS, ("platform:people", "platform:person"), _ADMIN),
    Page("lines:nodes", "server", _("Switches"), ("lines:node",), _ADMIN, _TELEPHONY),
    Page("lines:trunks", "network", _("Trunks"), ("lines:trunk",), _ADMIN, _TELEPHONY),
    Page("lines:numbers", "phone-incoming", _("Numbers"), ("lines:number", "lines:caller"), _ADMIN, _TELEPHONY),
    Page("platform:logs", "file-text", _("Logs"), ("platform:logs",), _ADMIN, _("Platform")),
    Page("platform:trail", "history", _("Audit"), ("platform:trail",), _ADMIN, _("Platform")),
    Page("platform:style", "palette", _("Style page"), ("platform:style",), _ADMIN, _("Platform")),
)
# fmt: on


def pages_for(user: User) -> list[Page]:
    return [page for page in PAGES if user.role in page.roles]


def home_of(user: User) -> str:
    """URL name of the page where a person's day starts."""
    pages = pages_for(user)
    return pages[0].view


def entries_for(user: User, view_name: str) -> list[Entry]:
    """Give a person's pages, the one that is being shown (or that it is below) marked, with their figures."""
    pages = pages_for(user)
    here = max(pages, key=lambda page: _nearness(page, view_name), default=None)
    return [
        Entry(
            page=page,
            current=page is here and _nearness(page, view_name) > 0,
            count=page.count() if page.count is not None else None,
        )
        for page in pages
    ]


def sections_of(entries: list[Entry]) -> list[tuple[str, list[Entry]]]:
    """Put entries below their headings, in their order."""
    return [(heading, list(group)) for heading, group in groupby(entries, key=lambda entry: str(entry.page.section))]


def tabs_of(entries: list[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Give the tabs of a phone, and what stands behind "More"."""
    return (entries, []) if len(entries) <= TABS else (entries[: TABS - 1], entries[TABS - 1 :])


def _nearness(page: Page, view_name: str) -> int:
    """Length of the page's longest beginning of the name: ``calls:recordings`` beats ``calls:``."""
    return max((len(prefix) for prefix in page.family if view_name.startswith(prefix)), default=0)
