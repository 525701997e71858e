"""What the product's processes log, by company and part, with a live tail."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from redis.exceptions import RedisError

from accounts.page_access import for_global_admins
from common.clock import from_us
from desk.platform.log_lines import CHOSEN_LEVELS, MOST, Wanted
from desk.platform.people_table import company_choices
from live import log_stream
from live.log_stream import LogLine
from live.redis import client
from tenants.request import SiteRequest

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ShownLine:
    line: LogLine
    at: datetime


@require_GET
@for_global_admins
def logs(request: SiteRequest) -> HttpResponse:
    """The last lines that fit, the newest first; for htmx the lines alone."""
    wanted, names = Wanted.of(request.GET.dict()), []
    lines: list[LogLine] | None = None
    try:
        names = log_stream.parts(client())
        chosen = [name for name in names if not wanted.part or name == wanted.part]
        lines = log_stream.read(client(), chosen, wanted.fits, most=MOST)
    except RedisError as error:
        log.warning("the log lines can't be read: %s", error)
    shown = None if lines is None else [ShownLine(line, from_us(line.at_us)) for line in lines]
    context: dict[str, Any] = {"lines": shown, "wanted": wanted}
    if request.headers.get("HX-Request"):
        return render(request, "platform/_log_lines.html", context)
    context |= {"parts": names, "companies": company_choices(), "levels": CHOSEN_LEVELS}
    return render(request, "platform/logs.html", context)
