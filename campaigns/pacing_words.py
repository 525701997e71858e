"""The words of the pacing's sentence, for the browser to fill: the same for the wallboard and a campaign's page."""

from __future__ import annotations

from django.utils.translation import gettext as _

from campaigns.pacing import Limit
from campaigns.said import reason


def pacing_words() -> dict[str, str]:
    """Patterns with {names} and {name:singular:plural}, and the reason for each limit, in the active language."""
    return {
        "operators": _("{free} {free:free:free} + {freeing} {freeing:free:free} within {within} s"),
        "answer": _("answer rate {rate} %"),
        "launch": _("dialing {launch}"),
    } | {limit.value: reason(limit.value) for limit in Limit if reason(limit.value)}
