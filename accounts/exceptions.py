from django.utils.translation import gettext_lazy as _

from common.errors import DomainError


class NotAllowedError(DomainError):
    code = "not_allowed"
    http_status = 403
    message = _("Your role doesn't allow this.")


class WrongPasswordError(DomainError):
    """One error for an unknown e-mail, a wrong password and a deactivated person: it must not tell which."""

    code = "wrong_password"
    http_status = 401
    message = _("This e-mail and password don't match. Check both, upper and lower case included.")


class TooManyAttemptsError(DomainError):
    """``minutes`` until the next attempt is looked at."""

    code = "too_many_attempts"
    http_status = 429
    retryable = True
    message = _("Too many attempts to log in. Try again in %(minutes)s minutes, or ask a master for a new password.")


class EmailTakenError(DomainError):
    code = "email_taken"
    http_status = 409
    message = _("%(email)s belongs to another person here.")


class RoleRefusedError(DomainError):
    code = "role_refused"
    message = _("The role “%(role)s” doesn't exist here.")


class WeakPasswordError(DomainError):
    """``reasons``: the password rules that were broken, translated."""

    code = "weak_password"
    message = _("Choose another password: %(reasons)s")


class LastMasterError(DomainError):
    code = "last_master"
    http_status = 409
    message = _("A company needs an active master: make somebody else one first.")


class WrongSiteError(DomainError):
    code = "wrong_site"
    message = _("People of a company are made inside the company.")
