"""The audit trail on the platform's own site: the platform's, or a company's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from django_tenants.utils import get_public_schema_name, schema_context

from accounts.models import AuditEntry, User
from accounts.page_access import for_global_admins
from desk.history import Line
from desk.history_table import History
from desk.platform.people_table import company_choices
from screens.columns import Control
from screens.pages import table_page
from tenants.choices import CompanyStatus
from tenants.letters import holding
from tenants.models import Company, PersonEntry
from tenants.request import SiteRequest
from tenants.written import GivenKeys, IsOneOf, Written

MOST_NAMED = 200
_NAMED = {
    "tenants.company": Written(lambda: Company.objects.filter(IsOneOf(F("pk"), GivenKeys("ids")))),
    "tenants.personentry": Written(lambda: PersonEntry.objects.filter(IsOneOf(F("pk"), GivenKeys("ids")))),
}


class Trail(History):
    """``company`` in the address names whose trail; without it the platform's own. Read in that schema."""

    name = "trail"
    label = _("Audit trail")
    controls: ClassVar[Sequence[Control]] = (
        Control(name="who", label=_("Who"), kind="search", placeholder=_("Name of who did it")),
        Control(name="company", label=_("Company"), choices=company_choices),
        *(control for control in History.controls if control.name != "who"),
    )

    def __init__(self, request: HttpRequest, rows: QuerySet[AuditEntry], **more: Any) -> None:
        super().__init__(request, rows, **more)
        self.schema = schema_of(self.address.filters.get("company", ""))

    @property
    def can_export(self) -> bool:
        """A file is written after the view, outside of the company's schema: the company's master exports its own."""
        return self.schema == str(get_public_schema_name())

    def narrow(self, rows: QuerySet[AuditEntry], given: dict[str, str]) -> QuerySet[AuditEntry]:
        if given.get("company") and self.schema == str(get_public_schema_name()):
            return rows.none()  # it has no trail yet: the platform's own is not that
        if who := given.get("who", "").replace("\x00", ""):
            # By the people of that name, who are few: the trail's own names would have to be read to its end.
            people = User.objects.filter(holding("name", who)).values_list("pk", flat=True)
            named = Q(actor_id__in=list(people[:MOST_NAMED]))
            rows = rows.filter(named | Q(actor_id=None) if who.lower() in _("Platform").lower() else named)
        return super().narrow(rows, {name: value for name, value in given.items() if name != "who"})

    def decorate(self, found: Sequence[AuditEntry]) -> Sequence[Any]:
        lines = super().decorate(found)
        return lines if self.schema != get_public_schema_name() else _named(found, lines)

    def read(self) -> None:
        """Read the page's rows in the trail's schema: what is drawn afterwards is drawn in the platform's own."""
        with schema_context(self.schema):
            _ = self.rows, self.page


def schema_of(company: str) -> str:
    """Give the schema whose trail is asked for: the platform's own for what is no company."""
    public = get_public_schema_name()
    if not company or "\x00" in company:
        return str(public)
    with_schema = Company.objects.filter(status__in=(CompanyStatus.APPROVED, CompanyStatus.SUSPENDED))
    known = with_schema.exclude(schema_name=public).filter(schema_name=company)
    return company if known.exists() else str(public)


def _named(found: Sequence[AuditEntry], lines: Sequence[Line]) -> list[Line]:
    """Name the companies and people that the platform's entries are about: one query for each kind."""
    names: dict[tuple[str, str], str] = {}
    for kind, named in _NAMED.items():
        ids = [entry.target_id for entry in found if entry.target_type == kind and entry.target_id.isdecimal()]
        if ids:
            names |= {(kind, str(row.pk)): str(row) for row in named(ids=ids)}
    return [
        replace(line, about=line.about or names.get((entry.target_type, entry.target_id), ""))
        for entry, line in zip(found, lines, strict=True)
    ]


@require_GET
@for_global_admins
def trail(request: SiteRequest) -> HttpResponse | StreamingHttpResponse:
    table = Trail(request, AuditEntry.objects.all())
    table.read()
    return table_page(request, table, "platform/trail.html")
