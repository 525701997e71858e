"""A contact's state in words, and in the colours of the design."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

STATES: dict[str, Promise | str] = {
    "ready": pgettext_lazy("contact", "Ready"),
    "dialing": pgettext_lazy("contact", "Being dialed"),
    "done": pgettext_lazy("contact", "Done"),
    "exhausted": pgettext_lazy("contact", "Exhausted"),
}
TONES = {"ready": "free", "dialing": "ring", "done": "talk", "exhausted": "off"}


def badge_of(state: str, *, is_barred: bool) -> tuple[str, Promise | str]:
    """Give tone and words. ``is_barred``: none of his numbers may be called, found out by his turn or not."""
    if state in {"ready", "exhausted"} and is_barred:
        return "off", _("Not to be called")
    return TONES.get(state, "off"), STATES[state]
