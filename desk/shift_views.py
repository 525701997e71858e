"""The operator's page. Its state comes from the desk's API; web/src/desk draws it (desk.state)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from redis.exceptions import RedisError

from accounts.models import User
from accounts.page_access import for_operators
from agents.selectors import operator_of
from common.clock import now
from desk.phone_config import ice_servers
from desk.shift_words import shift_words
from telephony.nodes import nodes_up, read_statuses
from tenants.request import CompanyRequest

KEYPAD = (
    ("1", ""), ("2", "ABC"), ("3", "DEF"), ("4", "GHI"), ("5", "JKL"), ("6", "MNO"),
    ("7", "PQRS"), ("8", "TUV"), ("9", "WXYZ"), ("*", ""), ("0", "+"), ("#", ""),
)  # fmt: skip


@require_GET
@for_operators
def shift(request: CompanyRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    return render(
        request,
        "desk/shift.html",
        {
            "zone": request.company.timezone,
            "words": shift_words(),
            "keypad": KEYPAD,
            "skip_reasons": _skip_reasons(),
            "phone_place": phone_place(request.user),
        },
    )


def phone_place(user: User) -> dict[str, Any] | None:
    """Where this person's phone would register, for the check before the shift; None: no node makes phones.

    No credentials of the switch are in it: those come with the shift, to the browser that started it.
    """
    operator = operator_of(user)
    if operator is None:
        return None
    try:
        statuses = read_statuses()
    except RedisError:
        return None
    urls = [statuses[node].phone_url for node in nodes_up(statuses) if statuses[node].phone_url]
    return {"url": urls[0], "ice_servers": ice_servers(operator.extension, now())} if urls else None


def _skip_reasons() -> list[str]:
    """What is often the reason. Who asked not to be called would come again: for him there is a disposition."""
    return [_("Not the right time"), _("Spoken to already"), _("Wrong data")]
