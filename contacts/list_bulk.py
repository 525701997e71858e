"""What can be done with many lists at once, as far as lists alone are concerned: removing empty ones."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from accounts.bulk_kinds import BulkKind, Params
from accounts.bulk_views import chosen_view
from accounts.models import User
from accounts.page_access import for_masters
from contacts.actions import do_delete_empty_list
from contacts.list_table import ListTable, lists_with_imports
from contacts.models import ContactList
from screens.columns import BulkAction


def _delete(contact_list: ContactList, acting_user: User, params: Params) -> bool:
    do_delete_empty_list(contact_list, acting_user=acting_user)
    return True


KINDS = (
    BulkKind(
        code="lists.delete", title=gettext_lazy("Deleting empty lists"), rows=ContactList.objects.all, apply=_delete,
        result=ngettext_lazy("%(n)d list is deleted.", "%(n)d lists are deleted.", "n"),
    ),
)  # fmt: skip


def bulk_actions(request: HttpRequest) -> list[BulkAction]:
    """Of masters only."""
    if not isinstance(request.user, User) or not request.user.is_master:
        return []
    return [
        BulkAction(
            label=_("Delete empty ones"), url=reverse("contacts:chosen-delete"), icon="trash", danger=True,
            question=_("Delete the empty ones of the chosen lists?"),
            lost=_("Lists that hold contacts stay as they are."),
        )
    ]  # fmt: skip


delete = chosen_view("lists.delete", ListTable, lists_with_imports, who=for_masters, back="contacts:lists")
