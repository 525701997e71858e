"""Webhooks in the company's settings. Masters only; thin over webhooks.actions."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.page_access import for_masters
from common.clock import now
from common.errors import DomainError
from integrations.choices import DeliveryState
from integrations.models import Event, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from integrations.webhooks import actions, delivering
from integrations.webhooks.bulk import bulk_actions
from integrations.webhooks.exceptions import UnknownEventTypeError, WebhookUrlError
from integrations.webhooks.forms import WebhookForm
from integrations.webhooks.labels import event_word, what_came
from integrations.webhooks.retention import KEPT_DAYS
from integrations.webhooks.shown import ShownDelivery
from integrations.webhooks.tables import DeliveryTable
from screens import shown_once
from screens.columns import Empty
from screens.editing import locked_for
from screens.pages import table_page
from telephony.answers import lead_to
from tenants.request import CompanyRequest

_WATCHED = timedelta(minutes=1)
"""How long the page of a delivery asks for its answer by itself."""


@require_GET
@for_masters
def endpoint_list(request: CompanyRequest) -> HttpResponse:
    """All of them; the first one is taught."""
    shown = [(endpoint, _words(endpoint)) for endpoint in WebhookEndpoint.objects.all()]
    return render(request, "webhooks/list.html", {"endpoints": shown, "days": KEPT_DAYS})


@require_http_methods(["GET", "POST"])
@for_masters
def new(request: CompanyRequest) -> HttpResponse:
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            endpoint, secret = actions.do_create_endpoint(**form.cleaned_data, acting_user=_person(request))
        except DomainError as refusal:
            _show(form, refusal)
        else:
            shown_once.hand_over(request, f"webhook:{endpoint.pk}", secret)
            return redirect("webhooks:detail", endpoint.pk)
    return _form_page(request, form, None)


@require_http_methods(["GET", "POST"])
@for_masters
@transaction.atomic
def edit(request: CompanyRequest, endpoint_id: int) -> HttpResponse:
    endpoint = get_object_or_404(locked_for(request, WebhookEndpoint.objects.all()), pk=endpoint_id)
    form = WebhookForm.of(endpoint, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.do_update_endpoint(endpoint, **form.cleaned_data, acting_user=_person(request))
        except DomainError as refusal:
            _show(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("webhooks:detail", endpoint.pk)
    return _form_page(request, form, endpoint)


@require_GET
@for_masters
def detail(request: CompanyRequest, endpoint_id: int) -> HttpResponseBase:
    """State, secret (once), and the log of what was sent."""
    endpoint = get_object_or_404(WebhookEndpoint, pk=endpoint_id)
    missed = Q(state=DeliveryState.FAILED) | Q(state=DeliveryState.STOPPED)
    rows = WebhookDelivery.objects.filter(endpoint=endpoint)
    empty = Empty(
        heading=_("Nothing was sent yet"),
        words=_("The next event goes out within a second or two. A test shows whether your side takes it."),
        icon="send",
    )
    secret = shown_once.take_over(request, f"webhook:{endpoint.pk}")
    context = {
        "endpoint": endpoint,
        "next_at": delivering.next_turn(endpoint) if endpoint.failing_since else None,
        "events": _words(endpoint),
        "secret": secret,
        "overlaps": endpoint.former_until is not None and endpoint.former_until > now(),
        "has_missed": rows.filter(missed).exists(),
    }
    table = DeliveryTable(request, rows, empty=empty, actions=bulk_actions(endpoint))
    response = table_page(request, table, "webhooks/detail.html", context)
    if secret:
        shown_once.keep_nowhere(response)
    return response


@require_POST
@for_masters
def delete(request: CompanyRequest, endpoint_id: int) -> HttpResponseBase:
    actions.do_delete_endpoint(get_object_or_404(WebhookEndpoint, pk=endpoint_id), acting_user=_person(request))
    messages.success(request, _("The webhook is removed."))
    return lead_to(request, "webhooks:list")


@require_POST
@for_masters
def stop(request: CompanyRequest, endpoint_id: int) -> HttpResponseBase:
    return _do(request, endpoint_id, actions.do_stop_endpoint, _("Stopped. Nothing more is sent."))


@require_POST
@for_masters
def start(request: CompanyRequest, endpoint_id: int) -> HttpResponseBase:
    return _do(request, endpoint_id, actions.do_start_endpoint, _("Started. Events from now on are sent."))


@require_POST
@for_masters
def rotate(request: CompanyRequest, endpoint_id: int) -> HttpResponseBase:
    endpoint = get_object_or_404(WebhookEndpoint, pk=endpoint_id)
    try:
        changed, secret = actions.do_rotate_secret(endpoint, acting_user=_person(request))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        shown_once.hand_over(request, f"webhook:{changed.pk}", secret)
    return lead_to(request, "webhooks:detail", endpoint_id)


@require_POST
@for_masters
def end_former(request: CompanyRequest, endpoint_id: int) -> HttpResponseBase:
    return _do(request, endpoint_id, actions.do_forget_former_secret, _("Only the new secret signs from now on."))


@require_POST
@for_masters
def resend_missed(request: CompanyRequest, endpoint_id: int) -> HttpResponseBase:
    return _do(request, endpoint_id, actions.do_resend_missed, _("They are on their way again, the oldest first."))


@require_POST
@for_masters
def test(request: CompanyRequest, endpoint_id: int) -> HttpResponseBase:
    """Send a test and lead to its delivery, which shows the answer as it comes."""
    endpoint = get_object_or_404(WebhookEndpoint, pk=endpoint_id)
    try:
        sent = actions.do_send_test(endpoint, acting_user=_person(request))
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return lead_to(request, "webhooks:detail", endpoint_id)
    return lead_to(request, "webhooks:delivery", sent.pk)


@require_GET
@for_masters
def delivery(request: CompanyRequest, delivery_id: int) -> HttpResponse:
    """One event on its way: what was sent, and every answer. Asks again by itself until the first one is there."""
    row = get_object_or_404(WebhookDelivery.objects.select_related("endpoint"), pk=delivery_id)
    event = Event.objects.filter(pk=row.event_id).first()
    tried = [(one, what_came(one.status, one.error)) for one in WebhookAttempt.objects.filter(delivery=row)]
    context = {
        "shown": ShownDelivery.of(row),
        "next_at": row.next_attempt_at and max(row.next_attempt_at, row.endpoint.resume_at or row.next_attempt_at),
        "now": now(),
        "endpoint": row.endpoint,
        "attempts": tried,
        "body": json.dumps(json.loads(delivering.body_of(event)), indent=2, ensure_ascii=False) if event else "",
        "watched": row.state == DeliveryState.PENDING and row.tries == 0 and _is_fresh(row),
        "may_resend": event is not None and row.endpoint.is_active and (row.state, row.tries) != ("pending", 0),
        "days": KEPT_DAYS,
    }
    fragment = request.headers.get("HX-Target") == "delivery"
    return render(request, "webhooks/_delivery.html" if fragment else "webhooks/delivery.html", context)


@require_POST
@for_masters
def resend(request: CompanyRequest, delivery_id: int) -> HttpResponseBase:
    row = get_object_or_404(WebhookDelivery, pk=delivery_id)
    try:
        actions.do_resend(row, acting_user=_person(request))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return lead_to(request, "webhooks:delivery", delivery_id)


def _do(request: CompanyRequest, endpoint_id: int, action: Callable[..., object], words: str) -> HttpResponseBase:
    endpoint = get_object_or_404(WebhookEndpoint, pk=endpoint_id)
    try:
        action(endpoint, acting_user=_person(request))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words)
    return lead_to(request, "webhooks:detail", endpoint_id)


def _form_page(request: CompanyRequest, form: WebhookForm, endpoint: WebhookEndpoint | None) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "webhooks/form.html", {"form": form, "endpoint": endpoint}, status=status)


def _show(form: WebhookForm, refusal: DomainError) -> None:
    """Put a refusal beside the field that it is about."""
    if isinstance(refusal, WebhookUrlError):
        form.add_error("url", str(refusal))
    elif isinstance(refusal, UnknownEventTypeError):
        form.add_error("event_types", str(refusal))
    else:
        form.add_error(None, str(refusal))


def _words(endpoint: WebhookEndpoint) -> list[str]:
    return [event_word(one) for one in endpoint.event_types]


def _is_fresh(row: WebhookDelivery) -> bool:
    return row.next_attempt_at is not None and now() - row.next_attempt_at < _WATCHED


def _person(request: CompanyRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
