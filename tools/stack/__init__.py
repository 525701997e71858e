"""Runs Cadência on one machine without Docker: its own PostgreSQL and Redis, and every process, supervised.

Only the standard library is used here, as this code makes the virtual environment that everything else needs.
"""

from tools.stack.errors import StackError
from tools.stack.stack import Stack

__all__ = ["Stack", "StackError"]
