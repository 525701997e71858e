"""What goes wrong with the real switch, with what to do."""


class AsteriskError(Exception):
    """The message is one line for a person."""
