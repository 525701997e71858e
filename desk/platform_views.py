"""The platform's own site: companies, those that wait for a decision first."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_tenants.utils import get_public_schema_name

from accounts.models import User
from accounts.page_access import for_global_admins
from common.errors import DomainError
from desk.company_table import CompanyTable
from screens.pages import table_page
from tenants import actions
from tenants.choices import CompanyStatus
from tenants.models import Company
from tenants.request import SiteRequest


@require_GET
@for_global_admins
def companies(request: SiteRequest) -> HttpResponse | StreamingHttpResponse:
    """Pending companies with what is needed to decide, then the others."""
    found = Company.objects.exclude(schema_name=get_public_schema_name())
    table = CompanyTable(request, found.exclude(status=CompanyStatus.PENDING))
    context = {
        "pending": found.filter(status=CompanyStatus.PENDING).order_by("created_at"),
        "domain": settings.PUBLIC_DOMAIN,
    }
    return table_page(request, table, "platform/companies.html", context)


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


@require_POST
@for_global_admins
def suspend(request: SiteRequest, company_id: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return _decide(
        request,
        company_id,
        lambda company, user: actions.do_suspend_company(company, reason=reason, acting_user=user),
        _("%(company)s is suspended: nothing new is dialed and nobody can log in. Calls that are up end normally."),
    )


@require_POST
@for_global_admins
def resume(request: SiteRequest, company_id: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return _decide(
        request,
        company_id,
        lambda company, user: actions.do_resume_company(company, reason=reason, acting_user=user),
        _("%(company)s may work again. Its campaigns stay paused until its people start them."),
    )


def _decide(
    request: SiteRequest, company_id: int, action: Callable[[Company, User], object], done: str
) -> HttpResponse:
    company = get_object_or_404(Company.objects.exclude(schema_name=get_public_schema_name()), pk=company_id)
    assert isinstance(request.user, User)
    try:
        action(company, request.user)
        messages.success(request, done % {"company": company})
    except DomainError as refusal:
        messages.error(request, str(refusal))
    back = request.POST.get("back", "")
    if back == "company":
        return redirect("platform:company", company.pk)
    return redirect("platform:overview" if back == "overview" else "platform:companies")
