"""The palette: one field that jumps to any page, campaign, list, person or contact that its reader may see.

Every search is one query over a small table or by an index; nothing is looked for inside of contacts' names.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from campaigns.models import Campaign
from common.columns import normal
from contacts.models import Contact, ContactList
from contacts.selectors import contacts_by_index
from desk import formats
from desk.navigation import pages_for
from tenants.active import is_public
from tenants.letters import holding
from tenants.models import Company

SHORTEST, LONGEST = 2, 80
EACH = 5
"""Hits of one kind."""


@dataclass(frozen=True, slots=True)
class Hit:
    title: str
    url: str
    icon: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    heading: Promise | str
    hits: list[Hit]


def search(user: User, text: str) -> list[Group]:
    """Give what fits, by kind. What is too short asks for the person's pages alone. Runs in the person's schema."""
    wanted = " ".join(text.replace("\x00", "").split())[:LONGEST]
    if len(wanted) < SHORTEST:
        return _groups([(_("Pages"), _pages(user, ""))])
    return _groups([(heading, source(user, wanted)[:EACH]) for heading, source in _SOURCES])


def _groups(found: list[tuple[Promise | str, list[Hit]]]) -> list[Group]:
    return [Group(heading, hits) for heading, hits in found if hits]


def _pages(user: User, text: str) -> list[Hit]:
    wanted = normal(text)
    return [Hit(str(page.label), page.url, page.icon) for page in pages_for(user) if wanted in normal(str(page.label))]


def _campaigns(user: User, text: str) -> list[Hit]:
    if not user.may_supervise:
        return []
    found = Campaign.objects.filter(holding("name", text)).order_by("name")[:EACH]
    return [
        Hit(one.name, reverse("campaigns:detail", args=[one.pk]), "speakerphone", str(one.get_state_display()))
        for one in found
    ]


def _lists(user: User, text: str) -> list[Hit]:
    if not user.may_supervise:
        return []
    found = ContactList.objects.filter(holding("name", text))[:EACH]
    return [Hit(one.name, f"{reverse('contacts:lists')}?search={one.name}", "list-details") for one in found]


def _people(user: User, text: str) -> list[Hit]:
    if not user.is_master:
        return []
    found = User.objects.filter(holding("name", text) | Q(email__istartswith=text)).order_by("name")[:EACH]
    return [
        Hit(one.name, reverse("people:edit", args=[one.pk]), "users", f"{one.get_role_display()} · {one.email}")
        for one in found
    ]


def _contacts(user: User, text: str) -> list[Hit]:
    if not user.may_supervise:
        return []
    return [_contact(one) for one in contacts_by_index(text, limit=EACH)]


def _contact(contact: Contact) -> Hit:
    phones = list(contact.phones.all())
    details = [formats.phone(phones[0].e164) if phones else "", contact.contact_list.name]
    number = phones[0].e164 if phones else ""
    return Hit(
        contact.name or formats.document(contact.document),
        f"{reverse('calls:list')}?number={number.replace('+', '%2B')}",
        "phone-call",
        " · ".join(part for part in details if part),
    )


def _companies(user: User, text: str) -> list[Hit]:
    if not user.is_global_admin or not is_public():
        return []
    bare = re.sub(r"\W", "", text).upper()
    match = holding("legal_name", text) | holding("trade_name", text) | Q(slug__startswith=text.lower())
    found = Company.objects.filter(match | Q(cnpj=bare) if bare else match).order_by("legal_name")[:EACH]
    return [
        Hit(str(one), f"{reverse('platform:companies')}?search={one.slug}", "building", str(one.get_status_display()))
        for one in found
    ]


_SOURCES: tuple[tuple[Promise | str, Callable[[User, str], list[Hit]]], ...] = (
    (_("Pages"), _pages),
    (_("Campaigns"), _campaigns),
    (_("Contact lists"), _lists),
    (_("People"), _people),
    (_("Contacts"), _contacts),
    (_("Companies"), _companies),
)
