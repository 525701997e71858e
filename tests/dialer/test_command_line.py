"""Commands without their servers: one line that says which is away, and no stack trace."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings

NOWHERE = "postgres://nobody:x@127.0.0.1:9/none"
COMMANDS = (["campaign", "status", "--schema", "acme", "1"], ["check_figures"], ["rebuild_live"])


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_command_says_which_server_is_away(command: list[str]) -> None:
    run = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": NOWHERE},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert run.stderr.strip().splitlines()[-1].startswith("error: PostgreSQL is away or too busy: ")
    assert "Traceback" not in run.stderr
