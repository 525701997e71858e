"""What can be done with many contacts at once: never calling them again."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from accounts.bulk_kinds import BulkKind, Params
from accounts.bulk_views import do_with_chosen
from accounts.models import User
from accounts.page_access import for_supervisors
from contacts.models import Contact
from contacts.suppression import do_suppress_contact
from desk.contact_table import Contacts
from screens.columns import BulkAction
from tenants.request import CompanyRequest


def _suppress(contact: Contact, acting_user: User, params: Params) -> bool:
    return bool(do_suppress_contact(contact, acting_user=acting_user))


KINDS = (
    BulkKind(
        code="contacts.suppress", title=gettext_lazy("Taking contacts out of dialing"), rows=Contact.objects.all,
        apply=_suppress,
        result=lambda n: ngettext("%(n)d contact is not called again.", "%(n)d contacts are not called again.", n)
        % {"n": n},
    ),
)  # fmt: skip


def bulk_actions() -> list[BulkAction]:
    return [
        BulkAction(
            label=_("Never call again"), url=reverse("directory:chosen-suppress"), icon="phone-off", danger=True,
            question=_("Never call the chosen contacts again?"),
            lost=_("None of their numbers is dialed any more, in any list, nor taken from a file."),
        )
    ]  # fmt: skip


@require_POST
@for_supervisors
def suppress(request: CompanyRequest) -> HttpResponse:
    rows = Contact.objects.all()
    return do_with_chosen(request, "contacts.suppress", Contacts, rows, back=reverse("directory:contacts"))
