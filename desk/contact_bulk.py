"""What can be done with many contacts at once: never calling them again."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from accounts.bulk_kinds import BulkKind, Params
from accounts.bulk_views import chosen_view
from accounts.models import User
from accounts.page_access import for_supervisors
from contacts.models import Contact
from contacts.suppression import do_suppress_contact
from desk.contact_table import Contacts
from screens.columns import BulkAction


def _suppress(contact: Contact, acting_user: User, params: Params) -> bool:
    return bool(do_suppress_contact(contact, acting_user=acting_user))


KINDS = (
    BulkKind(
        code="contacts.suppress", title=gettext_lazy("Taking contacts out of dialing"), rows=Contact.objects.all,
        apply=_suppress,
        result=ngettext_lazy("%(n)d contact is not called again.", "%(n)d contacts are not called again.", "n"),
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


suppress = chosen_view(
    "contacts.suppress", Contacts, Contact.objects.all, who=for_supervisors, back="directory:contacts"
)
