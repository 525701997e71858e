"""What every page's shell needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """The company and the schema of the request, None and "public" on the platform's own site."""
    return {"company": getattr(request, "company", None), "schema": getattr(request, "schema", "public")}
