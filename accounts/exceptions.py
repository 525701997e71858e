from django.utils.translation import gettext_lazy as _

from common.errors import DomainError


class NotAllowedError(DomainError):
    code = "not_allowed"
    http_status = 403
    message = _("Your role doesn't allow this.")


class ScopeMissingError(DomainError):
    """``scope``: what the API key lacks."""

    code = "scope_missing"
    http_status = 403
    message = _("This API key doesn't allow this: it lacks the scope “%(scope)s”.")


class NotForKeysError(DomainError):
    """What somebody does in his own name, or nobody has thought of opening to programs."""

    code = "not_for_keys"
    http_status = 403
    message = _("API keys can't do this, whatever their scopes: it takes a person who has logged in.")


class InvalidTokenError(DomainError):
    """Unknown, spent, run out, revoked, of another company or of a person who may no longer come: it doesn't tell."""

    code = "invalid_token"
    http_status = 401
    message = _("This token or API key is not valid here, or not any more.")


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

    @property
    def retry_after_s(self) -> int:
        return int(str(self.params["minutes"])) * 60


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


class LinkInvalidError(DomainError):
    """One error for a forged, used or old link and for a person who is gone: it must not tell which."""

    code = "link_invalid"
    http_status = 410
    message = _("This link no longer works. Ask a master of your company for another.")


class NameMissingError(DomainError):
    code = "name_missing"
    message = _("Say the person's name.")


class UnreadableNameError(DomainError):
    code = "name_unreadable"
    message = _("Nothing of this name can be seen. Give it letters or digits.")


class RowGoneError(DomainError):
    """A chosen row that somebody has removed before its turn came."""

    code = "row_gone"
    http_status = 404
    message = _("This was removed meanwhile.")


class BulkUndoError(DomainError):
    """Still running, undone already, somebody else's, or of a kind that nothing takes back."""

    code = "cannot_undo"
    http_status = 409
    message = _("This can't be undone any more.")
