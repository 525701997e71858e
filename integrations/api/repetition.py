"""``Idempotency-Key``: a POST that is sent again is done once, and answered as the first time (docs/adr/0021).

Kept in Redis for a day by schema and caller: the answer, sealed, beside a fingerprint of method, path and body. While
the first one runs its key is taken; a process that dies leaves it taken for as long as a request may last.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from redis.exceptions import RedisError

from common import sealing
from integrations.exceptions import (
    IdempotencyKeyInvalidError,
    IdempotencyKeyReusedError,
    RequestInProgressError,
)
from live.redis import client

logger = logging.getLogger(__name__)

KEPT_S = 24 * 3600
RUNNING_S = 300
LARGEST_BYTES = 256 * 1024
"""Of a body that is compared, and of an answer that is kept."""
HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_KEY = re.compile(r'"?[\x21-\x7e]{1,200}"?')
_KEPT_HEADERS = ("Content-Type", "Location", "ETag")
_PURPOSE = "cadencia: answers kept for repetition, 1"
# Set unless there, and give what was there (Redis has this as one command from 7.0 on only).
_TAKE = """
local found = redis.call('GET', KEYS[1])
if not found then redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2]) end
return found
"""
# Only what this request has taken is let go: after RUNNING_S it may be another's.
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


@dataclass(frozen=True, slots=True)
class Taken:
    """A key that this request has."""

    name: str
    mark: str


def take(request: HttpRequest, *, schema: str, ident: str) -> Taken | HttpResponse:
    """Take the request's key, or give the answer of the first time.

    Raises IdempotencyKeyInvalidError, IdempotencyKeyReusedError, RequestInProgressError and redis.RedisError.
    """
    key = request.headers[HEADER].strip()
    if not _KEY.fullmatch(key):
        raise IdempotencyKeyInvalidError
    digest = hashlib.sha256(key.strip('"').encode()).hexdigest()
    name, mark = f"api:once:{schema}:{ident}:{digest}", json.dumps({"print": _fingerprint(request)})
    found = client().eval(_TAKE, 1, name, mark, RUNNING_S)
    if found is None:
        return Taken(name, mark)
    kept = json.loads(found)
    if kept["print"] != _fingerprint(request):
        raise IdempotencyKeyReusedError
    if "status" not in kept:
        raise RequestInProgressError
    return _answer(kept)


def keep(taken: Taken, response: HttpResponseBase) -> None:
    """Keep an answer, or let the key go where a repetition may fare better.

    With Redis gone since, what was done is answered all the same; the key stays taken for as long as it would have.
    """
    try:
        _keep(taken, response)
    except RedisError as error:
        logger.warning("an answer could not be kept for repetition: Redis is away: %s", error)


def _keep(taken: Taken, response: HttpResponseBase) -> None:
    if not isinstance(response, HttpResponse) or not _is_final(response):
        client().eval(_RELEASE, 1, taken.name, taken.mark)
        return
    kept: dict[str, Any] = json.loads(taken.mark) | {
        "status": response.status_code,
        "headers": {name: response[name] for name in _KEPT_HEADERS if name in response},
        "body": sealing.seal(response.content.decode(), key=settings.SECRET_KEY, purpose=_PURPOSE),
    }
    client().set(taken.name, json.dumps(kept), ex=KEPT_S)


def let_go(taken: Taken) -> None:
    with suppress(RedisError):  # the failure that led here is what counts
        client().eval(_RELEASE, 1, taken.name, taken.mark)


def _is_final(response: HttpResponse) -> bool:
    """Not what another try, another credential or a moment's wait would change."""
    if response.status_code >= 500 or response.status_code in {401, 403, 404, 408, 409, 412, 415, 429}:
        return False
    return len(response.content) <= LARGEST_BYTES


def _answer(kept: dict[str, Any]) -> HttpResponse:
    body = sealing.unseal(kept["body"], key=settings.SECRET_KEY, purpose=_PURPOSE)
    response = HttpResponse(body, status=kept["status"], headers=kept["headers"])
    if "Content-Type" not in kept["headers"]:
        del response["Content-Type"]
    response[REPLAYED] = "true"
    return response


def _fingerprint(request: HttpRequest) -> str:
    """Of an upload its file isn't read: its boundary differs each time, and it may have gigabytes."""
    parts = [request.method or "", request.get_full_path(), request.content_type or ""]
    if request.content_type != "multipart/form-data":
        parts.append(hashlib.sha256(request.body).hexdigest())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
