"""What can go wrong for whoever runs the tools: always one clear line, never a stack trace."""

from __future__ import annotations


class StackError(Exception):
    """A failure that the reader can act on; its text says what happened and what to do."""
