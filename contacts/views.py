"""Pages of contact lists: all of them, and a file's way in (upload, columns, progress, result)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.page_access import for_masters, for_supervisors
from common.errors import DomainError
from contacts import actions
from contacts.forms import UploadForm
from contacts.labels import ROLES
from contacts.list_bulk import bulk_actions
from contacts.list_table import ListTable, lists_with_imports
from contacts.mailing.columns import MAX_PHONES, NUMBERED_ROLES
from contacts.models import Import
from contacts.refused import refused_response
from contacts.selectors import import_result, imports
from screens.columns import Empty
from screens.pages import table_page
from tenants.request import CompanyRequest


@require_GET
@for_supervisors
def contact_lists(request: CompanyRequest) -> HttpResponse | StreamingHttpResponse:
    """All lists, the newest first, each with its latest import."""
    person = _person(request)
    table = ListTable(request, lists_with_imports(), empty=_no_list_yet(person), actions=bulk_actions(request))
    is_empty = not table.rows and not table.address.filters
    return table_page(request, table, "contacts/lists.html", {"is_empty": is_empty})


def _no_list_yet(person: User) -> Empty:
    words = _(
        "Upload a CSV or Excel file with one contact per row. You confirm what each column holds before anything is "
        "imported."
    )
    if not person.is_master:
        return Empty(heading=_("No list yet"), words=_("Your company’s master uploads lists."), icon="list-details")
    return Empty(
        heading=_("No list yet"),
        words=words,
        icon="list-details",
        action=_("Upload a list"),
        url=reverse("contacts:upload"),
        action_icon="upload",
    )


@require_http_methods(["GET", "POST"])
@for_masters
def upload(request: CompanyRequest) -> HttpResponse:
    """Take a file in, guess its columns, and go on to their page."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            import_ = actions.do_upload(
                chunks=file.chunks(),
                file_name=file.name,
                acting_user=_person(request),
                contact_list=form.cleaned_data["contact_list"],
                list_name=form.cleaned_data["list_name"],
            )
        except DomainError as refusal:
            form.add_error("file", str(refusal))
            return _upload_page(request, form, refusal.http_status)
        return redirect("contacts:import", import_.pk)
    return _upload_page(request, form, 422 if form.is_bound else 200)


@require_GET
@for_masters
def show_import(request: CompanyRequest, import_id: int) -> HttpResponse:
    """An import where it stands: columns to confirm, progress, or the result."""
    return _import_page(request, _import(import_id))


@require_POST
@for_masters
def confirm(request: CompanyRequest, import_id: int) -> HttpResponse:
    """Confirm the columns as chosen and start the import."""
    import_ = _import(import_id)
    choices = [_choice(request.POST.get(f"column-{index}", "")) for index in range(len(import_.columns))]
    try:
        actions.do_confirm_import(import_=import_, choices=choices, acting_user=_person(request))
    except DomainError as refusal:
        return _import_page(request, import_, refusal=str(refusal), choices=choices, status=refusal.http_status)
    return redirect("contacts:import", import_id)


@require_POST
@for_masters
def read_again(request: CompanyRequest, import_id: int) -> HttpResponse:
    """Guess the columns anew with another separator, or with another idea of the first line."""
    import_ = _import(import_id)
    delimiter = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}.get(request.POST.get("delimiter", ""))
    try:
        actions.do_read_again(
            import_=import_,
            delimiter=delimiter,
            has_header=request.POST.get("has_header") == "yes",
            acting_user=_person(request),
        )
    except DomainError as refusal:
        return _import_page(request, import_, refusal=str(refusal), status=refusal.http_status)
    return redirect("contacts:import", import_id)


@require_POST
@for_masters
def cancel(request: CompanyRequest, import_id: int) -> HttpResponse:
    try:
        actions.do_cancel_import(import_=_import(import_id), acting_user=_person(request))
        messages.success(request, _("Import canceled. What had come in before stays."))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("contacts:import", import_id)


@require_GET
@for_masters
def download_refused(request: CompanyRequest, import_id: int) -> StreamingHttpResponse:
    """The refused rows as CSV, each with its line and reason, ready to be corrected and sent again."""
    return refused_response(request, _import(import_id))


def _import_page(
    request: CompanyRequest,
    import_: Import,
    *,
    refusal: str = "",
    choices: list[actions.Choice] | None = None,
    status: int = 200,
) -> HttpResponse:
    result = import_result(import_)
    context: dict[str, Any] = {"import": import_, "result": result, "refusal": refusal}
    if result.is_waiting:
        context |= {"columns": _columns(import_, choices), "options": column_options()}
        return render(request, "contacts/columns.html", context, status=status)
    if request.headers.get("HX-Request"):
        return render(request, "contacts/_import.html", context)
    return render(request, "contacts/import.html", context, status=status)


def _columns(import_: Import, choices: list[actions.Choice] | None) -> list[dict[str, Any]]:
    """The file's columns with what each is taken for: as just chosen, else as guessed."""
    taken = choices or [(column["role"], column["position"]) for column in import_.columns]
    return [
        {**column, "chosen": _value(role, position), "role": role}
        for column, (role, position) in zip(import_.columns, taken, strict=True)
    ]


def column_options() -> list[tuple[str, str]]:
    """What a column may be: value of the select and words. Phones and area codes come numbered."""
    options = []
    for role, label in ROLES.items():
        if role in NUMBERED_ROLES:
            options += [(_value(role.value, n), f"{label} {n}") for n in range(1, MAX_PHONES + 1)]
        else:
            options.append((_value(role.value, 0), str(label)))
    return options


def _value(role: str, position: int) -> str:
    return f"{role}:{position}"


def _choice(value: str) -> actions.Choice:
    """The reverse of `_value`; nonsense becomes a role that the action refuses in words."""
    role, _separator, position = value.partition(":")
    return role, int(position) if position.isdecimal() and len(position) <= 2 else 0


def _upload_page(request: CompanyRequest, form: UploadForm, status: int) -> HttpResponse:
    context = {"form": form, "max_bytes": str(settings.MAILING_MAX_BYTES)}
    return render(request, "contacts/upload.html", context, status=status)


def _import(import_id: int) -> Import:
    return get_object_or_404(imports(), pk=import_id)


def _person(request: CompanyRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
