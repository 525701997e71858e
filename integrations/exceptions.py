"""Refusals of keys, limits and repetition."""

from django.utils.translation import gettext_lazy as _

from common.errors import DomainError


class RateLimitedError(DomainError):
    """``seconds`` until the window ends."""

    code = "rate_limited"
    http_status = 429
    retryable = True
    message = _("Too many requests. Try again in %(seconds)s seconds.")


class IdempotencyKeyInvalidError(DomainError):
    code = "idempotency_key_invalid"
    message = _("Idempotency-Key takes 1 to 200 visible ASCII characters.")


class IdempotencyKeyReusedError(DomainError):
    code = "idempotency_key_reused"
    http_status = 422
    message = _("This Idempotency-Key was sent with another request. Make a new one for each new request.")


class RequestInProgressError(DomainError):
    code = "request_in_progress"
    http_status = 409
    retryable = True
    message = _("The first request with this Idempotency-Key is still running. Try again in a moment.")


class UnknownScopesError(DomainError):
    """``scopes``: those that don't exist, or "–" where none was chosen."""

    code = "unknown_scopes"
    message = _("Choose what the key may do. Unknown: %(scopes)s")


class KeyNameMissingError(DomainError):
    code = "key_name_missing"
    message = _("Give the key a name that says which program has it.")


class KeyExpiryError(DomainError):
    code = "key_expiry"
    message = _("A key's end has to be in the future.")


class TooManyKeysError(DomainError):
    """``most``: how many may be valid at once."""

    code = "too_many_keys"
    http_status = 409
    message = _("A company may have %(most)s keys. Revoke one that nobody needs any more.")


class KeyRoleError(DomainError):
    code = "key_role"
    message = _("A key acts as a master or as a supervisor.")
