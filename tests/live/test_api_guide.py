"""The API's guide: every example in it is run against a web process, in its order."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django_tenants.utils import schema_context

from accounts.models import User
from accounts.scopes import Scope
from contacts.models import Contact
from integrations import keys
from tests.conftest import PASSWORD
from tests.live.test_web_process import web

__all__ = ["web"]
GUIDE = Path(settings.BASE_DIR) / "docs" / "guides" / "api.md"
pytestmark = pytest.mark.usefixtures("redis")


def _blocks(language: str) -> str:
    return "\n".join(
        re.findall(rf"^```{language}\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    )


@pytest.fixture
def environment(web: str, person: Callable[..., User], tmp_path: Path) -> dict[str, str]:
    master = person("acme", "master")
    with schema_context("acme"):
        key = keys.do_create_key(name="Guide", scopes=Scope.values, role="master", acting_user=master)
    port = web.rpartition(":")[2]
    return {
        "PATH": os.environ["PATH"],
        "BASE": f"http://localhost:{port}/c/acme/api/v1",
        "KEY": key.secret,
        "EMAIL": master.email,
        "PASSWORD": PASSWORD,
    }


def _run(command: list[str], environment: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, env=environment, cwd=folder, capture_output=True, text=True)


def test_the_examples_in_the_shell_run(environment: dict[str, str], tmp_path: Path) -> None:
    done = _run(["sh", "-eu", "-c", _blocks("sh")], environment, tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert '"file_name":"mailing.csv"' in done.stdout
    assert (tmp_path / "calls.csv").read_text(encoding="utf-8-sig").startswith("id;")


def test_the_examples_in_python_run(environment: dict[str, str], tmp_path: Path) -> None:
    done = _run([sys.executable, "-W", "error", "-c", _blocks("python")], environment, tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    with schema_context("acme"):
        assert Contact.objects.get().name == "Maria de Souza"
