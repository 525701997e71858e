from django.utils.translation import gettext_lazy as _

from common.errors import DomainError


class QueuesExhaustedError(DomainError):
    code = "queues_exhausted"
    http_status = 503
    message = _(
        "All %(size)d queues of the switch are taken. Stop campaigns that nobody needs, "
        "or raise ASTERISK_QUEUES here and on every node."
    )


class TrunkNameTakenError(DomainError):
    code = "trunk_name_taken"
    http_status = 409
    message = _("Another trunk has this name.")


class TrunkInUseError(DomainError):
    code = "trunk_in_use"
    http_status = 409
    message = _("%(trunk)s carries %(count)d calls now. Take it out of use and delete it when they are over.")


class TrunkHasCallerIdsError(DomainError):
    code = "trunk_has_caller_ids"
    http_status = 409
    message = _("Caller IDs belong to %(trunk)s alone: %(numbers)s. Delete them or give them to all trunks first.")


class TrunkSettingsError(DomainError):
    """Refused values. ``faults``: the setting's name → what is wrong with it, translated."""

    code = "trunk_settings"
    message = _("Look at these settings again: %(fields)s.")

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__(fields=", ".join(sorted(faults)))
        self.faults = faults


class UnknownCompanyError(DomainError):
    code = "unknown_company"
    message = _("There is no such company.")


class NumberRefusedError(DomainError):
    code = "number_refused"
    message = _("“%(number)s” is no number that can be used here. Write it with its area code, as (11) 3003-4410.")


class NumberTakenError(DomainError):
    code = "number_taken"
    http_status = 409
    message = _("%(number)s is already in use by %(company)s.")


class UnknownNodeError(DomainError):
    code = "unknown_node"
    http_status = 404
    message = _("There is no switch named “%(node)s”.")


class NodeAwayError(DomainError):
    code = "node_away"
    http_status = 503
    retryable = True
    message = _("No switch is up that could place the call.")


class TrunkNotInUseError(DomainError):
    code = "trunk_not_in_use"
    http_status = 409
    message = _("%(trunk)s is out of use: no switch has it.")


class SecretUnreadableError(DomainError):
    code = "secret_unreadable"
    http_status = 409
    message = _("The password of %(trunk)s can't be read: the platform's secret key was changed. Type it again.")


class TestCallRunningError(DomainError):
    code = "test_call_running"
    http_status = 409
    retryable = True
    message = _("A test call over %(trunk)s is on its way. Wait for its result.")
