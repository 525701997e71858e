"""The company's people: masters invite, change, deactivate them and tie operators to campaigns."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.generic import View

from accounts import actions, invitations
from accounts.exceptions import EmailTakenError, LinkInvalidError, NameMissingError
from accounts.models import User
from accounts.page_access import for_masters
from accounts.tasks import mail_is_configured, mail_link
from agents.models import Operator
from campaigns.ties import campaigns_of, do_set_campaigns_of
from common.errors import DomainError
from desk.history import changes_of
from desk.people_bulk import bulk_actions
from desk.people_forms import NewPasswordForm, PersonForm
from desk.people_row import state_of
from desk.people_table import People, people
from screens import shown_once
from screens.pages import table_page
from tenants.request import CompanyRequest


@require_GET
@for_masters
def person_list(request: CompanyRequest) -> HttpResponseBase:
    return table_page(request, People(request, people(), actions=bulk_actions(request)), "people/list.html")


@require_http_methods(["GET", "POST"])
@for_masters
def invite(request: CompanyRequest) -> HttpResponse:
    """The form of a new person; afterwards his page, with the link to hand over."""
    form = PersonForm(request.POST or None, initial={"language": request.company.language, "role": "operator"})
    if request.method == "POST" and form.is_valid():
        person = _save(form, None, _acting(request))
        if person is not None:
            messages.success(request, _("%(name)s was added. Hand over the link below.") % {"name": person.name})
            return _with_link(request, person)
    return _form_page(request, form, None)


@require_http_methods(["GET", "POST"])
@for_masters
@transaction.atomic
def edit(request: CompanyRequest, person_id: int) -> HttpResponse:
    """One person: the form, what was changed, and what ends his access."""
    person = get_object_or_404(people(), pk=person_id)
    if request.method == "POST":
        actions.lock_person(person)
        person = get_object_or_404(people(), pk=person_id)
    form = PersonForm.of(person, _campaigns(person), request.POST or None)
    if request.method == "POST" and form.is_valid() and _save(form, person, _acting(request)) is not None:
        messages.success(request, _("Saved."))
        return redirect("people:edit", person.pk)
    return _person_page(request, form, person)


@require_POST
@for_masters
def deactivate(request: CompanyRequest, person_id: int) -> HttpResponse:
    return _move(request, person_id, active=False)


@require_POST
@for_masters
def reactivate(request: CompanyRequest, person_id: int) -> HttpResponse:
    return _move(request, person_id, active=True)


@require_POST
@for_masters
def link(request: CompanyRequest, person_id: int) -> HttpResponse:
    """Make a link by which the person sets his password; his page shows it once, to be copied."""
    return _with_link(request, get_object_or_404(people(), pk=person_id))


@method_decorator((never_cache, sensitive_post_parameters("password", "again")), name="dispatch")
class WelcomeView(View):
    """Where a link leads to: a person who isn't logged in sets his password."""

    def get(self, request: CompanyRequest, person_id: int, token: str) -> HttpResponse:
        try:
            person = invitations.person_of_link(person_id, token)
        except DomainError as refusal:
            return self._refused(request, refusal)
        return self._page(request, NewPasswordForm(), person)

    def post(self, request: CompanyRequest, person_id: int, token: str) -> HttpResponse:
        form = NewPasswordForm(request.POST)
        try:
            person = invitations.person_of_link(person_id, token)
            if not form.is_valid():
                return self._page(request, form, person)
            invitations.do_accept_link(person_id, token, password=form.cleaned_data["password"])
        except LinkInvalidError as refusal:
            return self._refused(request, refusal)
        except DomainError as refusal:
            form.add_error("password", str(refusal))
            return self._page(request, form, person)
        messages.success(request, _("Your password is set. Log in with it."))
        return redirect("login")

    @staticmethod
    def _page(request: CompanyRequest, form: NewPasswordForm, person: User) -> HttpResponse:
        context = {"form": form, "person": person}
        return render(request, "people/welcome.html", context, status=422 if form.is_bound else 200)

    @staticmethod
    def _refused(request: CompanyRequest, refusal: DomainError) -> HttpResponse:
        return render(request, "people/link_void.html", {"refusal": str(refusal)}, status=404)


def _save(form: PersonForm, person: User | None, acting_user: User) -> User | None:
    """Store the form, all of it or nothing; a refusal becomes the form's error, with everything typed still there."""
    given = form.cleaned_data
    try:
        with transaction.atomic():
            if person is None:
                person = actions.do_invite_person(
                    email=given["email"],
                    name=given["name"],
                    role=given["role"],
                    language=given["language"],
                    acting_user=acting_user,
                )
            else:
                actions.do_change_role(person, role=given["role"], acting_user=acting_user)
                person = actions.do_update_person(
                    person,
                    name=given["name"],
                    email=given["email"],
                    language=given["language"],
                    acting_user=acting_user,
                )
            operator = Operator.objects.filter(user=person).first()
            if operator is not None and given["role"] == "operator":
                do_set_campaigns_of(operator, given["campaigns"], acting_user=acting_user)
    except DomainError as refusal:
        field = {EmailTakenError: "email", NameMissingError: "name"}.get(type(refusal))
        form.add_error(field, str(refusal))
        return None
    return person


def _move(request: CompanyRequest, person_id: int, *, active: bool) -> HttpResponse:
    person = get_object_or_404(people(), pk=person_id)
    action = actions.do_reactivate_person if active else actions.do_deactivate_person
    try:
        action(person, acting_user=_acting(request))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        words = _("%(name)s may log in again.") if active else _("%(name)s is out: sessions and shift have ended.")
        messages.success(request, words % {"name": person.name})
    return redirect("people:edit", person.pk)


def _with_link(request: CompanyRequest, person: User) -> HttpResponse:
    """Lead to the person's page with a new link, and mail it where mail is configured."""
    try:
        token = invitations.do_make_link(person, acting_user=_acting(request))
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("people:edit", person.pk)
    url = request.build_absolute_uri(reverse("people:welcome", args=[person.pk, token]))
    if mail_is_configured():
        mail_link.delay(request.schema, person.pk, url)
    shown_once.hand_over(request, f"link:{person.pk}", url)
    return redirect("people:edit", person.pk)


def _person_page(request: CompanyRequest, form: PersonForm, person: User) -> HttpResponse:
    """The page of a person, with the link that was just made for him: once."""
    link = "" if form.is_bound else shown_once.take_over(request, f"link:{person.pk}")
    response = _form_page(request, form, person, link=link, mailed=mail_is_configured())
    if link:
        shown_once.keep_nowhere(response)
    return response


def _form_page(request: CompanyRequest, form: PersonForm, person: User | None, **extra: Any) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "person": person, **extra}
    if person is not None:
        operator = Operator.objects.filter(user=person).first()
        on_shift = operator is not None and operator.sessions.filter(ended_at__isnull=True).exists()
        context |= {
            "operator": operator if person.is_operator else None,
            "state": state_of(person, on_shift=on_shift),
            "history": changes_of("accounts.user", str(person.pk)),
        }
    refused = form.is_bound and not form.is_valid()
    return render(request, "people/form.html", context, status=422 if refused else 200)


def _campaigns(person: User) -> list[int]:
    operator = Operator.objects.filter(user=person).first()
    return campaigns_of(operator) if operator is not None else []


def _acting(request: CompanyRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
