"""The product's API as a robot operator uses it: one logged-in person, over HTTP."""

from __future__ import annotations

from typing import Any

import httpx


class ApiRefusedError(Exception):
    """A 4xx answer: the stable code and the words."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code


class ApiAwayError(Exception):
    """No answer, or a 5xx: the same call may succeed later."""


class Person:
    """One person's session with a company's site, found by host."""

    def __init__(self, base_url: str, host: str, email: str, password: str) -> None:
        self.email = email
        self._password = password
        # HTTP/1.1 with one connection each, as a browser's page would hold.
        self._http = httpx.AsyncClient(
            base_url=f"{base_url}/api/v1/", headers={"host": host}, timeout=10, limits=httpx.Limits(max_connections=2)
        )
        self._csrf = ""

    async def close(self) -> None:
        await self._http.aclose()

    async def log_in(self) -> None:
        self._csrf = (await self._send("GET", "session/"))["csrf_token"]
        answer = await self._send("POST", "session/", {"email": self.email, "password": self._password})
        self._csrf = answer["csrf_token"]

    async def get(self, path: str) -> Any:
        return await self._send("GET", path)

    async def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        return await self._send("POST", path, body or {})

    async def delete(self, path: str) -> Any:
        return await self._send("DELETE", path)

    async def _send(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        try:
            answer = await self._http.request(method, path, json=body, headers={"X-CSRFToken": self._csrf})
        except httpx.HTTPError as error:
            raise ApiAwayError(f"{method} {path}: {type(error).__name__}") from error
        if answer.status_code >= 500:
            raise ApiAwayError(f"{method} {path}: {answer.status_code}")
        content = answer.json() if answer.content else None
        if answer.status_code >= 400:
            content = content or {}
            raise ApiRefusedError(answer.status_code, content.get("code", ""), content.get("detail", ""))
        return content
