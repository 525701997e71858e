"""Figures, money, phones and times as people in Brazil (and English readers) write them. Pure but for the language."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date

from common import figures, phone_text
from common.money import to_centavos

DASH = "—"
phone = phone_text.phone


def locale_of(language: str) -> Locale:
    """Give Babel's locale of one of the product's languages ("pt-br", "en")."""
    return Locale.parse("pt_BR") if language.lower().startswith("pt") else Locale.parse("en_US")


def whole(value: float | Decimal | None, language: str) -> str:
    """``12345`` → "12.345"."""
    return DASH if value is None else figures.whole(round(value), language)


def tenths(value: float | Decimal | None, language: str) -> str:
    """``10.52`` → "10,5"."""
    return DASH if value is None else figures.places(value, 1, language)


def percent(share: float | Decimal | None, language: str) -> str:
    """A share 0..1 → "26,1" (the sign is the page's)."""
    return DASH if share is None else figures.places(share * 100, 1, language)


def percent_sign(share: float | Decimal | None, language: str) -> str:
    """A share 0..1 → "26,1 %"; a dash alone when there is nothing to share yet."""
    return DASH if share is None else f"{percent(share, language)}{figures.NO_BREAK_SPACE}%"


def percent_short(share: float | Decimal | None, language: str) -> str:
    """A share 0..1 with as many places as it needs: "3", "2,5"."""
    return DASH if share is None else figures.places_at_most(share * 100, 1, language)


def money(value: Decimal | int | None, language: str) -> str:
    """BRL, two places, half up: "R$ 1.234,56". A whole 0 is what the figures of a day without calls hold."""
    return DASH if value is None else figures.reais(to_centavos(Decimal(value)), language)


@lru_cache(maxsize=4096)
def price(value: Decimal | None, language: str) -> str:
    """BRL of one call, four places: a call of cents would round to nothing."""
    return DASH if value is None else f"{'-' if value < 0 else ''}R$ {figures.places(abs(value), 4, language)}"


def masked_phone(e164: str) -> str:
    """``+5511987654321`` → "(11) •••••-4321": what everybody in the room may read on a wallboard."""
    shown = phone(e164)
    after_area = shown.find(")") + 1
    hidden = {at for at, sign in enumerate(shown) if sign.isdigit() and at >= after_area}
    hidden -= set(sorted(hidden)[-4:])
    return "".join("•" if at in hidden else sign for at, sign in enumerate(shown))


def duration(length: timedelta | float | Decimal | None) -> str:
    """Seconds or a timedelta → "03:42" or "1:02:09"."""
    if length is None:
        return DASH
    seconds = int(length.total_seconds() if isinstance(length, timedelta) else length)
    minutes, rest = divmod(max(seconds, 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes:02d}:{rest:02d}"


def clock_time(at: datetime | None, language: str, zone: tzinfo) -> str:
    """The hour and minute of an instant: "14:05"."""
    return DASH if at is None else f"{at.astimezone(zone):%H:%M}"


def day(at: date | None, language: str) -> str:
    """``2026-11-22`` → "22/11/2026"."""
    if at is None:
        return DASH
    year, month, day = f"{at.year:04d}", f"{at.month:02d}", f"{at.day:02d}"
    return f"{day}/{month}/{year}" if language.startswith("pt") else f"{year}-{month}-{day}"


def long_day(at: date, language: str) -> str:
    """``2026-11-24`` → "Terça-feira, 24 de novembro de 2026"."""
    words = format_date(at, "full", locale=locale_of(language))
    return words[:1].upper() + words[1:]


def file_size(size_bytes: int, language: str) -> str:
    """``31400000`` → "31,4 MB"."""
    value, unit = float(size_bytes), "B"
    for larger in ("kB", "MB", "GB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{figures.places_at_most(value, 1, language)} {unit}"


def document(digits: str) -> str:
    """A CPF or CNPJ in its usual dress; CNPJs may hold letters."""
    if len(digits) == 11:
        return f"{digits[:3]}.{digits[3:6]}.{digits[6:9]}-{digits[9:]}"
    if len(digits) == 14:
        return f"{digits[:2]}.{digits[2:5]}.{digits[5:8]}/{digits[8:12]}-{digits[12:]}"
    return digits or DASH


def initials(name: str) -> str:
    """ "Vértice Cobranças" → "VC"."""
    words = [word for word in name.split() if word[0].isalnum()]
    letters = words[0][0] + (words[-1][0] if len(words) > 1 else words[0][1:2]) if words else "?"
    return letters.upper()
