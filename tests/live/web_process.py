"""A web process as it runs in production (uvicorn, over TCP), on the database and the Redis of the tests."""

from __future__ import annotations

import os
import subprocess
import sys

import httpx
from django.conf import settings
from django.db import connection

from accounts.models import User
from tests.conftest import PASSWORD
from tests.ports import free_port

TIMEOUT_S = 30
NAME = "web under test"
"""What the process calls itself to PostgreSQL."""


class WebProcess:
    """Always at the same address, however often it is started."""

    def __init__(self) -> None:
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; returns when it answers."""
        environment = os.environ | {
            "DATABASE_URL": _test_database_url(),
            "CADENCIA_DB_POOL": "true",
            "CADENCIA_PROCESS": NAME,
            "CADENCIA_WEB_THREADS": "2",
        }
        command = [
            sys.executable, "-m", "uvicorn", "dialer.asgi:application", "--port", str(self.port), "--no-access-log",
            "--log-level", "warning",
        ]  # fmt: skip
        self._process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment)
        transport = httpx.HTTPTransport(retries=50)
        with httpx.Client(transport=transport, timeout=TIMEOUT_S) as client:
            assert client.get(f"http://{self.address}/healthz").json()["ok"]

    def stop(self, *, kill: bool = False) -> None:
        if self._process is not None:
            (self._process.kill if kill else self._process.terminate)()
            self._process.wait(TIMEOUT_S)
            self._process = None


def log_in(web: str, host: str, site: str, user: User) -> dict[str, str]:
    """Log in as an integrator does, and give the cookies. ``web``: address, ``host``: header, ``site``: path."""
    with httpx.Client(base_url=f"http://{web}{site}/api/v1/", headers={"host": host}, timeout=TIMEOUT_S) as client:
        token = client.get("session/").json()["csrf_token"]
        answer = client.post(
            "session/", json={"email": user.email, "password": PASSWORD}, headers={"X-CSRFToken": token}
        )
        assert answer.status_code == 200, answer.text
        return dict(client.cookies)


def _test_database_url() -> str:
    given = connection.settings_dict
    return f"postgres://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}/{given['NAME']}"
