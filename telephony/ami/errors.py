"""What can go wrong between this process and its switch."""

from __future__ import annotations


class AmiError(Exception):
    """Base of everything that the switch, or the way to it, can refuse."""


class SwitchAwayError(AmiError):
    """There is no logged-in connection, or it was lost before the answer came. What was sent may have been done."""


class SwitchTimeoutError(AmiError):
    """The switch didn't answer in time. What was sent may have been done."""


class SwitchFrozenError(AmiError):
    """Nothing, not even an answer to a ping, comes from the switch."""


class AuthenticationError(AmiError):
    """The switch knows no such user or secret; trying again soon doesn't help."""


class RejectedError(AmiError):
    """The switch answered ``Response: Error``: it did nothing."""


class UnsafeValueError(AmiError, ValueError):
    """A value that would break out of its header (CR, LF, another control character); never sent."""


class CommandRefusedError(Exception):
    """A control command that can't be done; ``code`` is one of CommandFailed's."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class AriError(Exception):
    """Base of what ARI, by which phones and trunks are made, can refuse. The message is for a person."""


class AriAwayError(AriError):
    """Nobody answers, or not in time; trying again helps."""


class AriAuthenticationError(AriError):
    """ARI knows no such user or password; trying again soon doesn't help."""


class AriRejectedError(AriError):
    """ARI answered that it won't."""


class AriMissingError(AriRejectedError):
    """There is no such object."""
