"""Icons, state glyphs and figures in templates: ``{% load cadencia %}``."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from common import moments
from common.clock import now, to_us
from desk import formats
from screens.marks import badge, glyph, icon, icon_sprite
from tenants.settings_actions import BRAZILIAN_ZONES

register = template.Library()
register.simple_tag(badge)
register.simple_tag(glyph)
register.simple_tag(icon)
register.simple_tag(icon_sprite)


def _language() -> str:
    return get_language() or "pt-br"


def _zone() -> tzinfo:
    return timezone.get_current_timezone()


@register.filter
def whole(value: float | None) -> str:
    return formats.whole(value, _language())


@register.filter
def percent(share: float | Decimal | None) -> str:
    return formats.percent(share, _language())


@register.filter
def percent_short(share: float | Decimal | None) -> str:
    return formats.percent_short(share, _language())


@register.filter
def tenths(value: float | None) -> str:
    return formats.tenths(value, _language())


@register.filter
def percent_sign(share: float | Decimal | None) -> str:
    return formats.percent_sign(share, _language())


@register.filter
def share_of(part: int, total: int) -> str:
    """A part of a total → "26,1 %"; a dash while the total is nothing."""
    return percent_sign(part / total if total else None)


@register.filter
def money(value: Decimal | int | None) -> str:
    return formats.money(value, _language())


@register.filter
def price(value: Decimal | None) -> str:
    return formats.price(value, _language())


@register.filter
def phone(e164: str) -> str:
    return formats.phone(e164)


@register.filter
def seconds(length: timedelta | None) -> str:
    """A short stretch → "10,5"."""
    return formats.tenths(None if length is None else length.total_seconds(), _language())


@register.filter
def stretch(length: timedelta | None) -> str:
    """How long something took: "10,5 s" below a minute, "02:28" from there on."""
    if length is None or length >= timedelta(minutes=1):
        return formats.duration(length)
    return f"{seconds(length)}\N{NO-BREAK SPACE}s"


@register.filter
def duration(length: timedelta | float | Decimal | None) -> str:
    return formats.duration(length)


@register.filter
def moment(at: datetime | None) -> str:
    return moments.moment(at, _language(), _zone())


@register.filter
def minute(at: datetime | None) -> str:
    return moments.minute(at, _language(), _zone())


@register.filter
def moment_lately(at: datetime | None) -> str:
    return moments.moment_lately(at, _language(), _zone(), now=now())


@register.filter
def zone_name(timezone_name: str) -> str:
    """A time zone as people call it, where it is one of Brazil's."""
    return BRAZILIAN_ZONES.get(timezone_name, timezone_name)


@register.filter
def clock_time(at: datetime | None) -> str:
    return formats.clock_time(at, _language(), _zone())


@register.filter
def day(at: date | None) -> str:
    return formats.day(at, _language())


@register.filter
def file_size(size_bytes: int) -> str:
    return formats.file_size(size_bytes, _language())


@register.filter
def document(digits: str) -> str:
    return formats.document(digits)


@register.filter
def initials(name: object) -> str:
    """Of a person, or of a company that may have chosen its own."""
    return str(getattr(name, "initials", "")) or formats.initials(str(name))


@register.filter
def since_us(at: datetime | None) -> str:
    """An instant for the browser's own counting: µs since the epoch, undecorated by the language."""
    return "" if at is None else str(to_us(at))


@register.filter
def hundred(share: float | Decimal | None) -> str:
    """A share 0..1 as a number of 0..100 for the attributes of an SVG: always with a decimal point."""
    return f"{100 * float(share or 0):.3f}"


@register.filter
def absolute(value: Decimal) -> Decimal:
    """A difference without its sign: the words tell the direction."""
    return abs(Decimal(value))


@register.filter
def plain(value: object) -> str:
    """A number for machines: no thousands separator, a decimal point."""
    return str(value)
