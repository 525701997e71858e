"""A real Asterisk for development and tests: Debian's, in a tree of its own below var/, with our configuration.

Only the standard library is used here, as the stack starts it before anything is installed.
"""

from tools.asterisk.errors import AsteriskError
from tools.asterisk.instance import Addresses, Instance

__all__ = ["Addresses", "AsteriskError", "Instance"]
