"""One person's session with the product's API, over https as from outside."""

from __future__ import annotations

from typing import Any

import httpx


class RefusedError(Exception):
    """The product said no: status and answer."""


class Visitor:
    """Logged in for as long as the ``with`` lasts. The certificate isn't looked at: a trial has one of its own make."""

    def __init__(self, port: int, host: str, email: str, password: str) -> None:
        self._http = httpx.Client(
            base_url=f"https://127.0.0.1:{port}/",
            headers={"host": f"{host}:{port}"},
            timeout=60,
            verify=False,  # noqa: S501 – of this machine, with a certificate of the trial's own make
        )
        self._origin = f"https://{host}:{port}"
        self._csrf = ""
        self._credentials = {"email": email, "password": password}

    def __enter__(self) -> Visitor:
        self._csrf = self.get("session/")["csrf_token"]
        self._csrf = self.post("session/", self._credentials)["csrf_token"]
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, path: str) -> Any:
        return self._send("GET", path).json()

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        return self._send("POST", path, json=body or {}).json()

    def put(self, path: str, body: dict[str, Any]) -> Any:
        return self._send("PUT", path, json=body).json()

    def upload(self, path: str, name: str, content: bytes, **fields: str) -> Any:
        return self._send("POST", path, files={"file": (name, content, "text/csv")}, data=fields).json()

    def fetch(self, address: str, first_bytes: int) -> httpx.Response:
        """The beginning of a file, asked for as a player does."""
        return self._http.get(address, headers={"range": f"bytes=0-{first_bytes - 1}"})

    def _send(self, method: str, path: str, **content: Any) -> httpx.Response:
        headers = {"X-CSRFToken": self._csrf, "origin": self._origin, "referer": f"{self._origin}/"}
        answer = self._http.request(method, f"/api/v1/{path}", headers=headers, **content)
        if answer.is_error:
            raise RefusedError(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer
