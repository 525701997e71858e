"""The style page: every part that pages are made of, in all its states, for whoever builds one.

On the platform's own site, for its administrators: it shows nothing of any company but its name, and being there in
every installation it can't fall behind what is really served.
"""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django_tenants.utils import get_public_schema_name

from accounts.page_access import for_global_admins
from common.errors import DomainError
from desk.company_table import CompanyTable
from screens.charts import Chart, Series
from screens.columns import BulkAction, Empty
from screens.fields import CnpjField, CpfField, MoneyField, PhoneField
from screens.pages import table_page
from screens.selection import selected
from screens.toasts import say_done
from tenants.models import Company
from tenants.request import SiteRequest

STATES = (
    ("free", gettext_lazy("Free")),
    ("ring", gettext_lazy("Ringing")),
    ("talk", gettext_lazy("Talking")),
    ("wrap", gettext_lazy("Wrap-up")),
    ("pause", gettext_lazy("Paused")),
    ("bad", gettext_lazy("Trouble")),
    ("off", gettext_lazy("Away")),
)
_ALL = Company.objects.exclude(schema_name=get_public_schema_name())


class SampleForm(forms.Form):
    """One field of each kind; two of them filled wrongly, so that their errors show."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    ring = forms.IntegerField(
        label=gettext_lazy("Ring time, seconds"), min_value=15, max_value=60,
        help_text=gettext_lazy("Less than fifteen becomes a short call."),
    )  # fmt: skip
    cnpj = CnpjField(label="CNPJ")
    cpf = CpfField(label="CPF", required=False)
    phone = PhoneField(label=gettext_lazy("Phone"), required=False)
    budget = MoneyField(label=gettext_lazy("Budget of a day"), required=False)


@require_safe
@for_global_admins
def style(request: SiteRequest) -> HttpResponse | StreamingHttpResponse:
    given = {"name": "Consignado INSS · Dezembro", "ring": "8", "cnpj": "12.ABC.345/01DE-36", "budget": "1.234,50"}
    table = CompanyTable(
        request,
        _ALL,
        actions=(
            BulkAction(label=_("Count them"), url=reverse("platform:style-chosen"), icon="check"),
            BulkAction(
                label=_("Count with a question"),
                url=reverse("platform:style-chosen"),
                danger=True,
                question=_("Count the chosen rows?"),
                lost=_("Nothing is lost: this is the style page."),
            ),
        ),
    )
    context = {
        "states": STATES,
        "form": SampleForm(given),
        "charts": _charts(),
        "spark": [3, 5, 4, 6, 8, 7, 9, 12, 10, 11, 14],
        "empty": Empty(
            heading=_("No list yet"),
            words=_("An empty page says what is missing, and leads to the next step."),
            icon="list-details",
            action=_("To the companies"),
            url=reverse("platform:companies"),
        ),
        "views": [(reverse("platform:style"), _("Parts")), (f"{reverse('platform:style')}?sort=-company", _("Sorted"))],
        "here": request.get_full_path(),
    }
    return table_page(request, table, "platform/style.html", context)


@require_POST
@for_global_admins
def chosen(request: SiteRequest) -> HttpResponse:
    """Count the chosen rows, and offer to undo it."""
    try:
        count = selected(request, CompanyTable, _ALL).count
    except DomainError as refusal:
        say_done(request, str(refusal))
        return redirect("platform:style")
    say_done(request, _("%(count)s rows were chosen.") % {"count": count}, undo=reverse("platform:style-undone"))
    return redirect("platform:style")


@require_POST
@for_global_admins
def undone(request: SiteRequest) -> HttpResponse:
    say_done(request, _("Undone."))
    return redirect("platform:style")


def _charts() -> list[Chart]:
    hours = [f"{hour}h" for hour in range(9, 21)]
    today = [2, 14, 31, 47, 66, 88, None, None, None, None, None, None]
    return [
        Chart(
            id="chart-line", title=_("Two lines, one of them not yet at its end"), labels=hours, head=_("Hour"),
            series=(
                Series(label=_("Today"), values=today, filled=True),
                Series(label=_("Yesterday"), values=[4, 12, 25, 36, 49, 60, 71, 83, 94, 103, 112, 118], tone="quiet"),
            ),
        ),
        Chart(
            id="chart-bars", title=_("Bars of money, with a limit"), labels=hours, head=_("Hour"), kind="bars",
            unit="money", limit=9.5,
            series=(Series(label=_("Cost"), values=[Decimal(n) for n in (3, 5, 8, 9, 7, 6, 8, 9, 10, 7, 5, 2)]),),
        ),
    ]  # fmt: skip
