"""`/healthz`: for load balancers and supervisors, on any host, before anything else looks at the request."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from redis.exceptions import RedisError

from live.redis import client
from tenants.active import activate_public

Handler = Callable[[HttpRequest], HttpResponse]
PATH = "/healthz"


class HealthMiddleware:
    """Answers 200 when PostgreSQL and Redis answer, else 503; the body says which part is away."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path != PATH:
            return self.get_response(request)
        parts = {"database": _database_answers(), "redis": _redis_answers()}
        body = {"ok": all(parts.values())} | {part: "up" if up else "away" for part, up in parts.items()}
        return JsonResponse(body, status=200 if body["ok"] else 503, headers={"Cache-Control": "no-store"})


def _database_answers() -> bool:
    try:
        activate_public()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return False
    return True


def _redis_answers() -> bool:
    try:
        return bool(client().ping())
    except RedisError:
        return False
