"""Words for codes of webhooks, in the active language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from integrations.choices import TEST_EVENT, DeliveryError, EventType


def url_fault(code: str) -> str:
    """Say why a URL is refused (addresses.RefusedUrlError)."""
    words = {
        "not_https": _("it must begin with https://."),
        "credentials": _("leave user and password out; the signature proves who calls."),
        "port": _("use port 443, or one from 1024 on."),
        "inner": _("it leads to an inner address. It must be reachable from the internet."),
        "malformed": _("it is no complete address, like https://example.com/cadencia."),
    }
    return words[code]


def event_word(event_type: str) -> str:
    if event_type == TEST_EVENT:
        return _("Test")
    return str(EventType(event_type).label)


def what_came(status: int | None, error: str) -> str:
    """Say what came of an attempt in a few words: the status where there was one."""
    if status is not None and error in {"", DeliveryError.STATUS}:
        return f"HTTP {status}"
    words = str(DeliveryError(error).label) if error else ""
    return f"HTTP {status} · {words}" if status is not None else words
