from django.utils.translation import gettext_lazy as _

from common.errors import DomainError


class NoListError(DomainError):
    code = "no_list"
    http_status = 409
    message = _("Attach a contact list to the campaign before it starts.")


class WrongCampaignStateError(DomainError):
    code = "wrong_state"
    http_status = 409
    message = _("A campaign that is %(state)s can't do this.")


class NameTakenError(DomainError):
    code = "name_taken"
    http_status = 409
    message = _("Another campaign has this name.")


class ListInUseError(DomainError):
    code = "list_in_use"
    http_status = 409
    message = _("The list “%(name)s” belongs to another campaign.")


class UnknownListError(DomainError):
    code = "unknown_list"
    message = _("There is no such contact list.")


class UnknownOperatorError(DomainError):
    code = "unknown_operator"
    message = _("There is no such operator.")


class UnknownCampaignError(DomainError):
    code = "unknown_campaign"
    http_status = 404
    message = _("There is no campaign “%(name)s”.")
