#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import InterfaceError, OperationalError
from redis.exceptions import ConnectionError as RedisConnectionError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dialer.settings")
    try:
        execute_from_command_line(sys.argv)
    except (OperationalError, InterfaceError, RedisConnectionError) as error:
        part = "Redis" if isinstance(error, RedisConnectionError) else "PostgreSQL"
        sys.exit(f"error: {part} is away or too busy: {str(error).strip().partition(chr(10))[0]}")
