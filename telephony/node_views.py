"""The switches, on the platform's own site."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.page_access import for_global_admins
from common.errors import DomainError
from telephony import overview
from telephony.actions import do_set_takes_calls
from telephony.answers import lead_to
from telephony.models import Trunk
from tenants.request import SiteRequest


@require_GET
@for_global_admins
def nodes(request: SiteRequest) -> HttpResponse:
    """Every switch with what it reports; for htmx the part of one that changes by itself."""
    found = overview.nodes(overview.read_now())
    context = {"labels": dict(Trunk.objects.values_list("name", "label"))}
    if request.headers.get("HX-Request"):
        node = next((node for node in found if node.name == request.GET.get("node")), None)
        if node is None:
            raise Http404
        return render(request, "platform/_node.html", context | {"node": node})
    return render(request, "platform/nodes.html", context | {"nodes": found})


@require_POST
@for_global_admins
def take_out(request: SiteRequest, node: str) -> HttpResponseBase:
    return _set(request, node, takes_calls=False)


@require_POST
@for_global_admins
def take_in(request: SiteRequest, node: str) -> HttpResponseBase:
    return _set(request, node, takes_calls=True)


def _set(request: SiteRequest, node: str, *, takes_calls: bool) -> HttpResponseBase:
    assert isinstance(request.user, User)
    if node not in settings.TELEPHONY_NODES:
        raise Http404
    try:
        do_set_takes_calls(node, takes_calls=takes_calls, acting_user=request.user)
        said = _("%(node)s takes calls again.") if takes_calls else _("%(node)s takes no new calls and shifts.")
        messages.success(request, said % {"node": node})
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return lead_to(request, "lines:nodes")
