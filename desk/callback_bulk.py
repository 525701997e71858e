"""The page of callbacks, and what can be done with many of them at once: canceling, giving them to somebody."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy, pgettext
from django.views.decorators.http import require_GET

from accounts.bulk_kinds import BulkKind, Params
from accounts.bulk_views import chosen_view
from accounts.models import User
from accounts.page_access import for_supervisors
from agents.models import Operator
from campaigns.callbacks import do_assign, do_cancel
from campaigns.exceptions import UnknownOperatorError
from campaigns.models import Callback
from desk.callback_table import Callbacks, operators
from screens.columns import BulkAction
from screens.pages import table_page
from screens.paging import parse_key
from tenants.request import CompanyRequest, SiteRequest

ANYONE = 0


def _cancel(callback: Callback, acting_user: User, params: Params) -> bool:
    do_cancel(callback, acting_user=acting_user)
    return True


def _assign(callback: Callback, acting_user: User, params: Params) -> bool:
    """``params``: ``operator``, a key or ANYONE."""
    wanted = Operator.objects.get(pk=params["operator"]) if params["operator"] else None
    former = callback.operator_id
    return do_assign(callback, wanted, acting_user=acting_user).operator_id != former


KINDS = (
    BulkKind(
        code="callbacks.cancel", title=gettext_lazy("Canceling callbacks"), rows=Callback.objects.all, apply=_cancel,
        name=lambda row: str(row.contact),
        result=ngettext_lazy("%(n)d callback is canceled.", "%(n)d callbacks are canceled.", "n"),
    ),
    BulkKind(
        code="callbacks.assign", title=gettext_lazy("Giving callbacks to an operator"), rows=Callback.objects.all,
        apply=_assign, name=lambda row: str(row.contact),
        result=ngettext_lazy("%(n)d callback was given on.", "%(n)d callbacks were given on.", "n"),
    ),
)  # fmt: skip


def bulk_actions() -> list[BulkAction]:
    return [
        BulkAction(
            label=_("Give to"), url=reverse("calls:callbacks-chosen-assign"), icon="user-cog",
            field="operator", field_label=_("Operator"), choices=[(ANYONE, _("anyone")), *operators()],
        ),
        BulkAction(
            label=pgettext("callback", "Cancel"), url=reverse("calls:callbacks-chosen-cancel"), icon="circle-x",
            danger=True, question=_("Cancel the chosen callbacks?"),
            lost=_("What was promised is not kept. The contacts go on as their campaigns’ rules say."),
        ),
    ]  # fmt: skip


@require_GET
@for_supervisors
def callback_list(request: CompanyRequest) -> HttpResponseBase:
    table = Callbacks(request, Callback.objects.all(), actions=bulk_actions())
    return table_page(request, table, "calls/callbacks.html")


def _chosen_operator(request: SiteRequest) -> Params:
    text = request.POST.get("operator", "")[:20]
    wanted = ANYONE if text == str(ANYONE) else parse_key(Operator, text)
    if wanted is None or (wanted and wanted not in dict(operators())):
        raise UnknownOperatorError
    return {"operator": wanted}


_view = partial(chosen_view, table=Callbacks, rows=Callback.objects.all, who=for_supervisors, back="calls:callbacks")
cancel = _view("callbacks.cancel")
assign = _view("callbacks.assign", params=_chosen_operator)
