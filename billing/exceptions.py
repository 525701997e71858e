"""What can be refused about rate decks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from common.errors import DomainError


class WrongRateError(DomainError):
    """A rate that can't be; ``detail`` says why."""

    code = "wrong_rate"
    http_status = 422
    message = _("%(detail)s")


class RateExistsError(DomainError):
    code = "rate_exists"
    http_status = 409
    message = _("This deck already has a rate for %(destination)s.")


class DeckExistsError(DomainError):
    code = "deck_exists"
    http_status = 409
    message = _("There is already a deck named %(name)s.")
