"""Instants as people in Brazil (and English readers) write them. Pure."""

from __future__ import annotations

from datetime import datetime, tzinfo

DASH = "—"


def moment(at: datetime | None, language: str, zone: tzinfo) -> str:
    """An instant in the company's zone: "22/11/2026 14:05:31"."""
    if at is None:
        return DASH
    return at.astimezone(zone).strftime("%d/%m/%Y %H:%M:%S" if language.startswith("pt") else "%Y-%m-%d %H:%M:%S")


def minute(at: datetime | None, language: str, zone: tzinfo) -> str:
    """An instant where seconds would only be noise: "22/11/2026 14:05"."""
    return moment(at, language, zone)[:-3] if at else DASH


def moment_lately(at: datetime | None, language: str, zone: tzinfo, *, now: datetime) -> str:
    """An instant to the second in a long list, without the year while it is this one: "22/11 14:05:31"."""
    if at is None or at.astimezone(zone).year != now.astimezone(zone).year:
        return moment(at, language, zone)
    return at.astimezone(zone).strftime("%d/%m %H:%M:%S" if language.startswith("pt") else "%m-%d %H:%M:%S")
