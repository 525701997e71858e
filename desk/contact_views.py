"""Pages of contacts: the search over all lists, and one contact with all that there was with him."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.contrib import messages
from django.db.models import BigAutoField, F
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.page_access import for_supervisors
from calls.models import Call
from calls.selectors import CallNames
from campaigns.models import Callback
from contacts.models import Contact, Phone, SuppressedNumber
from contacts.suppression import do_suppress_contact
from desk.call_names import names_beside
from desk.call_row import CallRow, ReadCall, rows_of
from desk.contact_bulk import bulk_actions
from desk.contact_states import badge_of
from desk.contact_table import Contacts
from desk.history import changes_of
from screens.columns import Empty
from screens.pages import table_page
from tenants.figures import column
from tenants.postgresql.prepared import any_values
from tenants.request import CompanyRequest
from tenants.written import Given, GivenKeys, IsOneOf, Written, keys_as_text

CALLS_SHOWN = 30
CALLBACKS_SHOWN = 10
_ID = Given("contact", BigAutoField())
_CONTACT = Written(lambda: Contact.objects.filter(pk=_ID).select_related("contact_list"))
_PHONES = Written(lambda: Phone.objects.filter(contact_id=_ID))
_SUPPRESSED = Written(
    lambda: SuppressedNumber.objects.filter(IsOneOf(F("e164"), GivenKeys("numbers"))).values_list("e164")
)
_CALLBACKS = Written(lambda: Callback.objects.filter(contact_id=_ID).select_related("campaign", "operator__user"))
_CALLS = Written(
    lambda: (
        Call.objects.filter(IsOneOf(F("pk"), GivenKeys("ids")))
        .order_by("-id")
        .values_list(*ReadCall._fields, named=True)
    )
)
# His calls, and those to his numbers from other lists too: each by its index, the newest first.
_NEWEST = f"""
(SELECT id FROM calls_call WHERE contact_id = %s ORDER BY id DESC LIMIT {CALLS_SHOWN})
UNION
SELECT newest.id FROM unnest(%s::text[]) AS his (number) CROSS JOIN LATERAL (
    SELECT id FROM calls_call AS call WHERE call.number = his.number ORDER BY id DESC LIMIT {CALLS_SHOWN}
) AS newest
ORDER BY id DESC LIMIT {CALLS_SHOWN}
"""  # noqa: S608  a number of ours


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
    contact = _CONTACT.first(contact=min(contact_id, 2**62))
    if contact is None:
        raise Http404
    phones = _PHONES(contact=contact.pk)
    numbers = [phone.e164 for phone in phones]
    suppressed = {number for (number,) in _SUPPRESSED(numbers=numbers)} if numbers else set()
    may_be_called = len(suppressed) < len(numbers)
    tone, state = badge_of(contact.state, is_barred=bool(numbers) and not may_be_called)
    context: dict[str, Any] = {
        "contact": contact,
        "tone": tone,
        "state": state,
        "phones": [{"phone": phone, "suppressed": phone.e164 in suppressed} for phone in phones],
        "may_be_called": may_be_called,
        "calls": _calls(contact, numbers),
        "callbacks": _CALLBACKS(contact=contact.pk)[:CALLBACKS_SHOWN],
        "history": changes_of("contacts.contact", str(contact.pk)),
    }
    return render(request, "contacts/contact.html", context)


@require_POST
@for_supervisors
def suppress(request: CompanyRequest, contact_id: int) -> HttpResponse:
    """Never call any of his numbers again."""
    contact = get_object_or_404(Contact, pk=contact_id)
    do_suppress_contact(contact, acting_user=cast(User, request.user))
    messages.success(request, _("%(name)s is not called again.") % {"name": contact.name or _("Without a name")})
    return redirect("directory:contact", contact.pk)


def _calls(contact: Contact, numbers: Iterable[str]) -> list[CallRow]:
    """His last calls, with the names beside them."""
    with any_values():
        newest = column(_NEWEST, [contact.pk, keys_as_text(numbers)])
    calls = _CALLS(ids=newest) if newest else []
    campaigns, operators = names_beside(calls)
    return rows_of(calls, CallNames(operators, {}, {}, {}), campaigns)
