from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from common.errors import DomainError


class WebhookUrlError(DomainError):
    """``field_messages`` of the form and the API: it is about the URL."""

    code = "webhook_url_refused"
    http_status = 422
    message = _("This URL can't be called: %(reason)s")


class UnknownEventTypeError(DomainError):
    code = "unknown_event_type"
    http_status = 422
    message = _("Choose at least one event, each of those that exist.")


class TooManyEndpointsError(DomainError):
    code = "too_many_webhook_endpoints"
    http_status = 409
    message = _("A company can have %(most)s webhooks. Remove one that is not needed any more.")


class EndpointStoppedError(DomainError):
    code = "webhook_endpoint_stopped"
    http_status = 409
    message = _("This webhook is stopped. Start it first.")


class SecretJustRotatedError(DomainError):
    """Clicked twice, the second would throw away the secret that receivers have."""

    code = "secret_just_rotated"
    http_status = 409
    retryable = True
    message = _("A new secret was made in this minute, here or by somebody else. Take that one.")


class EventForgottenError(DomainError):
    code = "event_forgotten"
    http_status = 409
    message = _("Events are kept for %(days)s days; this one is gone and can't be sent again.")


class DeliveryOnItsWayError(DomainError):
    code = "delivery_on_its_way"
    http_status = 409
    message = _("It is on its way already.")


class CursorExpiredError(DomainError):
    """The way on: ``after=latest``, or no cursor for what is still kept."""

    code = "cursor_expired"
    http_status = 410
    message = _("Events behind this cursor are not kept any more. Begin again without a cursor, or with “latest”.")
