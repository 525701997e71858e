"""Imports that run, for every page; and the notice when one has ended."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.background import Work
from accounts.choices import Role
from accounts.models import User
from accounts.notice_kinds import NoticeKind
from accounts.notices import do_notify, people_with
from contacts.choices import ImportState
from contacts.models import Import

SHOWN = 5
KINDS = (
    NoticeKind(
        "import.done",
        gettext_lazy("%(list)s is imported"),
        gettext_lazy("%(contacts)s contacts came in, %(refused)s rows were refused."),
        "circle-check",
        "free",
    ),
    NoticeKind(
        "import.failed",
        gettext_lazy("%(list)s could not be imported to its end"),
        gettext_lazy("%(contacts)s contacts came in before it stopped. Its page says why."),
        "alert-circle",
        "bad",
    ),
)


def running_imports(user: User) -> list[Work]:
    """Give the imports that wait for a worker or run, for masters, who may look at them."""
    if user.role != Role.MASTER:
        return []
    # Few, by an index of their own.
    found = Import.objects.filter(state__in=[ImportState.QUEUED, ImportState.RUNNING]).select_related("contact_list")
    return [_work(import_) for import_ in found[:SHOWN]]


def _work(import_: Import) -> Work:
    return Work(
        title=import_.contact_list.name,
        words=_("In the queue") if import_.state == ImportState.QUEUED else _("Importing"),
        url=reverse("contacts:import", args=[import_.pk]),
        done=import_.rows_read,
        total=import_.rows_total,
        icon="upload",
    )


def tell_of_end(import_: Import, **_signal: Any) -> None:
    """Tell whoever brought the file, and all masters when nobody did. Who canceled it knows."""
    if import_.state == ImportState.CANCELED:
        return
    owner = import_.created_by
    do_notify(
        [owner] if owner is not None and owner.is_active else people_with(Role.MASTER),
        code=f"import.{import_.state}",
        params={
            "list": import_.contact_list.name,
            "contacts": import_.contacts_created,
            "refused": import_.rows_refused,
        },
        view="contacts:import",
        args=[import_.pk],
    )
