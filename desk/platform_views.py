"""The platform's own site: companies, those that wait for a decision first."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.db.models import Case, IntegerField, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_tenants.utils import get_public_schema_name

from accounts.models import User
from accounts.page_access import for_global_admins
from common.errors import DomainError
from telephony.selectors import switch_state
from tenants import actions
from tenants.choices import CompanyStatus
from tenants.models import Company
from tenants.request import SiteRequest

_PENDING_FIRST = Case(When(status=CompanyStatus.PENDING, then=Value(0)), default=Value(1), output_field=IntegerField())


@require_GET
@for_global_admins
def companies(request: SiteRequest) -> HttpResponse:
    """Pending companies with what is needed to decide, then the others; and the switch's nodes."""
    found = Company.objects.exclude(schema_name=get_public_schema_name()).order_by(_PENDING_FIRST, "created_at")
    pending = [company for company in found if company.status == CompanyStatus.PENDING]
    others = [company for company in found if company.status != CompanyStatus.PENDING]
    context = {"pending": pending, "others": others, "nodes": switch_state().nodes, "domain": settings.PUBLIC_DOMAIN}
    return render(request, "platform/companies.html", context)


@require_POST
@for_global_admins
def approve(request: SiteRequest, company_id: int) -> HttpResponse:
    return _decide(
        request,
        company_id,
        lambda company, user: actions.do_approve_company(company, acting_user=user),
        _("%(company)s is approved and can be reached."),
    )


@require_POST
@for_global_admins
def reject(request: SiteRequest, company_id: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return _decide(
        request,
        company_id,
        lambda company, user: actions.do_reject_company(company, reason=reason, acting_user=user),
        _("%(company)s is rejected."),
    )


def _decide(
    request: SiteRequest, company_id: int, action: Callable[[Company, User], object], done: str
) -> HttpResponse:
    company = get_object_or_404(Company, pk=company_id)
    assert isinstance(request.user, User)
    try:
        action(company, request.user)
        messages.success(request, done % {"company": company})
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("platform:companies")
