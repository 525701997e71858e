"""Sending many events again at once: the chosen deliveries of one webhook."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.http import require_POST

from accounts.bulk_kinds import BulkKind, Params
from accounts.bulk_views import do_with_chosen
from accounts.models import User
from accounts.page_access import for_masters
from integrations.models import WebhookDelivery, WebhookEndpoint
from integrations.webhooks.actions import do_resend
from integrations.webhooks.labels import event_word
from integrations.webhooks.tables import DeliveryTable
from screens.columns import BulkAction
from tenants.request import CompanyRequest


def _resend(delivery: WebhookDelivery, acting_user: User, params: Params) -> bool:
    do_resend(delivery, acting_user=acting_user, in_turn=True)
    return True


KINDS = (
    BulkKind(
        code="deliveries.resend", title=gettext_lazy("Sending events again"), rows=WebhookDelivery.objects.all,
        apply=_resend, name=lambda row: f"{event_word(row.event_type)} · {row.event_id}",
        result=ngettext_lazy("%(n)d event is on its way again.", "%(n)d events are on their way again.", "n"),
    ),
)  # fmt: skip


def bulk_actions(endpoint: WebhookEndpoint) -> list[BulkAction]:
    """Nothing for one that is stopped: start it first."""
    if not endpoint.is_active:
        return []
    return [BulkAction(label=_("Send again"), url=reverse("webhooks:chosen-resend", args=[endpoint.pk]), icon="send")]


@require_POST
@for_masters
def resend(request: CompanyRequest, endpoint_id: int) -> HttpResponse:
    endpoint = get_object_or_404(WebhookEndpoint, pk=endpoint_id)
    rows = WebhookDelivery.objects.filter(endpoint=endpoint)
    back = reverse("webhooks:detail", args=[endpoint.pk])
    return do_with_chosen(request, "deliveries.resend", DeliveryTable, rows, back=back)
