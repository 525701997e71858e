"""The company's dispositions: masters and supervisors add, change, order and retire them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.page_access import for_supervisors
from calls.disposition_actions import (
    do_create_disposition,
    do_order_dispositions,
    do_update_disposition,
    lock_all,
)
from calls.exceptions import ShortcutShapeError, ShortcutTakenError
from calls.models import Disposition
from common.errors import DomainError
from screens.editing import EditForm, wanted_state
from screens.toasts import say_done
from tenants.request import CompanyRequest


class DispositionForm(EditForm):
    """One disposition. Saves nothing: the views call the actions."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    shortcut = forms.CharField(
        label=gettext_lazy("Key"),
        max_length=1,
        required=False,
        help_text=gettext_lazy("One digit or small letter; the operator presses it instead of clicking."),
    )
    required_fields = forms.CharField(
        label=gettext_lazy("Required fields"),
        max_length=400,
        required=False,
        help_text=gettext_lazy("Separated by commas: note, email, document, name, or a column of your lists."),
    )
    is_success = forms.BooleanField(label=gettext_lazy("Counts as a success"), required=False)
    is_final = forms.BooleanField(
        label=gettext_lazy("Ends the contact: not called again"), required=False, initial=True
    )
    suppresses_phone = forms.BooleanField(label=gettext_lazy("Never call this number again"), required=False)
    schedules_callback = forms.BooleanField(label=gettext_lazy("Asks for a callback"), required=False)

    def settings(self) -> dict[str, Any]:
        """Give the checked values as the actions take them."""
        data = dict(self.cleaned_data)
        typed = [part.strip() for part in data["required_fields"].split(",")]
        return data | {"required_fields": list(dict.fromkeys(part for part in typed if part))}


@require_GET
@for_supervisors
def disposition_list(request: CompanyRequest) -> HttpResponse:
    """All of them in their order, the retired ones too."""
    return render(request, "calls/dispositions.html", {"dispositions": Disposition.objects.all()})


@require_http_methods(["GET", "POST"])
@for_supervisors
def new(request: CompanyRequest) -> HttpResponse:
    form = DispositionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = do_create_disposition(acting_user=_person(request), **form.settings())
        except DomainError as refusal:
            _show(form, refusal)
        else:
            messages.success(request, _("“%(name)s” can be chosen from now on.") % {"name": made.name})
            return redirect("calls:dispositions")
    return _form_page(request, form, None)


@require_http_methods(["GET", "POST"])
@for_supervisors
@transaction.atomic
def edit(request: CompanyRequest, disposition_id: int) -> HttpResponse:
    if request.method == "POST":
        lock_all()  # as the action does, so that two who save never wait for each other
    disposition = get_object_or_404(Disposition, pk=disposition_id)
    form = DispositionForm(request.POST or None, initial=_initial(disposition))
    if request.method == "POST" and form.is_valid():
        try:
            do_update_disposition(disposition, acting_user=_person(request), **form.settings())
        except DomainError as refusal:
            _show(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("calls:dispositions")
    return _form_page(request, form, disposition)


@require_POST
@for_supervisors
def toggle(request: CompanyRequest, disposition_id: int) -> HttpResponse:
    """Retire one, or bring it back."""
    disposition = get_object_or_404(Disposition, pk=disposition_id)
    retires = not wanted_state(request, is_on=disposition.is_active)
    try:
        do_update_disposition(disposition, acting_user=_person(request), is_active=not retires)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        words = _("“%(name)s” is retired: nobody can choose it any more.") if retires else _("“%(name)s” is back.")
        say_done(request, words % {"name": disposition.name}, undo=request.path)
    return redirect("calls:dispositions")


@require_POST
@for_supervisors
def move(request: CompanyRequest, disposition_id: int) -> HttpResponse:
    """One place up or down (``by`` -1 or 1)."""
    disposition = get_object_or_404(Disposition, pk=disposition_id)
    order = list(Disposition.objects.values_list("pk", flat=True))
    at = order.index(disposition.pk)
    to = at + (-1 if request.POST.get("by") == "-1" else 1)
    if 0 <= to < len(order):
        order[at], order[to] = order[to], order[at]
        try:
            do_order_dispositions(order, acting_user=_person(request))
        except DomainError as refusal:  # somebody has added one in this moment
            messages.error(request, str(refusal))
    return redirect("calls:dispositions")


def _form_page(request: CompanyRequest, form: DispositionForm, disposition: Disposition | None) -> HttpResponse:
    context = {"form": form, "disposition": disposition}
    return render(request, "calls/disposition.html", context, status=422 if form.is_bound else 200)


def _initial(disposition: Disposition) -> dict[str, Any]:
    names = ("name", "shortcut", "is_success", "is_final", "suppresses_phone", "schedules_callback")
    values = {name: getattr(disposition, name) for name in names}
    return values | {"required_fields": ", ".join(disposition.required_fields)}


def _show(form: DispositionForm, refusal: DomainError) -> None:
    """Put a refusal beside the field that it is about."""
    key = isinstance(refusal, ShortcutTakenError | ShortcutShapeError)
    form.add_error("shortcut" if key else "name", str(refusal))


def _person(request: CompanyRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
