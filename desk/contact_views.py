"""Pages of contacts: the search over all lists, and one contact with all that there was with him."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.page_access import for_supervisors
from calls.models import Call
from calls.selectors import operators_of
from campaigns.models import Callback, Campaign
from contacts.models import Contact, SuppressedNumber
from desk.call_row import CallRow, ReadCall, rows_of
from desk.contact_bulk import bulk_actions
from desk.contact_states import STATES, TONES
from desk.contact_table import Contacts
from desk.history import changes_of
from screens.columns import Empty
from screens.pages import table_page
from tenants.request import CompanyRequest

CALLS_SHOWN = 30


@require_GET
@for_supervisors
def contact_list(request: CompanyRequest) -> HttpResponseBase:
    table = Contacts(request, Contact.objects.all(), actions=bulk_actions())
    table.empty = Empty(
        heading=_("No contact yet"),
        words=_("Contacts come with a list: upload a CSV or Excel file."),
        icon="user-search",
        action=_("To the lists"),
        url=reverse("contacts:lists"),
    )
    return table_page(request, table, "contacts/contacts.html")


@require_GET
@for_supervisors
def contact_page(request: CompanyRequest, contact_id: int) -> HttpResponse:
    """One contact: his data and phones, calls of all his numbers, callbacks, and what was corrected."""
    contact = get_object_or_404(
        Contact.objects.select_related("contact_list").prefetch_related("phones"), pk=contact_id
    )
    numbers = [phone.e164 for phone in contact.phones.all()]
    suppressed = set(SuppressedNumber.objects.filter(e164__in=numbers).values_list("e164", flat=True))
    context: dict[str, Any] = {
        "contact": contact,
        "tone": TONES.get(contact.state, "off"),
        "state": STATES[contact.state],
        "phones": [{"phone": phone, "suppressed": phone.e164 in suppressed} for phone in contact.phones.all()],
        "calls": _calls(contact, numbers),
        "callbacks": Callback.objects.filter(contact=contact).select_related("campaign", "operator__user")[:10],
        "history": changes_of("contacts.contact", str(contact.pk)),
    }
    return render(request, "contacts/contact.html", context)


def _calls(contact: Contact, numbers: Sequence[str]) -> list[CallRow]:
    """His last calls, those to his numbers from other lists too; by two indexes, put together here."""
    ids: set[Any] = set()
    for which in (Q(contact_id=contact.pk), *(Q(number=number) for number in numbers)):
        ids |= set(Call.objects.filter(which).order_by("-id").values_list("pk", flat=True)[:CALLS_SHOWN])
    newest = sorted(ids, reverse=True)[:CALLS_SHOWN]
    calls = list(Call.objects.filter(pk__in=newest).order_by("-id").values_list(*ReadCall._fields, named=True))
    campaigns = Campaign.objects.filter(pk__in={call.campaign_id for call in calls}).values_list("pk", "name")
    return rows_of(calls, operators_of(calls), dict(campaigns))
