"""Passwords for commands: from the environment or asked for, never from the command line, which others can read."""

from __future__ import annotations

import getpass
import os
import sys

from django.core.management.base import CommandError

VARIABLE = "CADENCIA_NEW_PASSWORD"


def new_password(whose: str) -> str:
    """Give $CADENCIA_NEW_PASSWORD, or ask twice at a terminal. Raises CommandError."""
    if given := os.environ.get(VARIABLE):
        return given
    if not sys.stdin.isatty():
        raise CommandError(f"Set {VARIABLE} to the password of {whose}.")
    first = getpass.getpass(f"Password of {whose}: ")
    if first != getpass.getpass("Once more: "):
        raise CommandError("The two passwords differ.")
    return first
