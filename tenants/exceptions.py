from django.utils.translation import gettext_lazy as _

from common.errors import DomainError


class NotPlatformAdminError(DomainError):
    code = "not_allowed"
    http_status = 403
    message = _("Only the platform's administrators may do this.")


class SlugRefusedError(DomainError):
    code = "slug_refused"
    message = _(
        "The address “%(slug)s” can't be used: 2 to 30 lower-case letters and digits, none of the reserved words."
    )


class SlugTakenError(DomainError):
    code = "slug_taken"
    http_status = 409
    message = _("The address “%(slug)s” belongs to another company.")


class CnpjRefusedError(DomainError):
    code = "cnpj_refused"
    message = _("“%(cnpj)s” is not a valid CNPJ.")


class CnpjTakenError(DomainError):
    code = "cnpj_taken"
    http_status = 409
    message = _("A company with this CNPJ is registered already.")


class TimezoneRefusedError(DomainError):
    code = "timezone_refused"
    message = _("“%(timezone)s” is not a time zone.")


class WrongStatusError(DomainError):
    """``status`` is the company's present one, ``wanted`` the one that the action begins at."""

    code = "wrong_company_status"
    http_status = 409
    message = _("The company is “%(status)s”; this can be done with a company that is “%(wanted)s” only.")


class DomainTakenError(DomainError):
    code = "domain_taken"
    http_status = 409
    message = _("The host %(domain)s belongs to another company.")


class ReasonMissingError(DomainError):
    code = "reason_missing"
    message = _("Say why: the reason is kept in the audit trail.")


class TradeNameMissingError(DomainError):
    code = "trade_name_missing"
    message = _("Say the company's name.")


class LimitRefusedError(DomainError):
    """``channels`` and ``cps`` are the most that may be asked for."""

    code = "limit_refused"
    message = _("Limits are whole numbers from 1: up to %(channels)s channels and %(cps)s calls a second.")
