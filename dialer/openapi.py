"""The API's description: what drf-spectacular can't read off the views is said here, once for all of them."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from common.problems import MEDIA_TYPE
from tenants.api.etags import Tagged, TaggedOne

_TITLES = {
    "304": "Not changed since: the tag of ``If-None-Match`` is still its own.",
    "400": "Bad input; ``errors`` names each fault.",
    "401": "Nobody is known by what came with the request.",
    "403": "Not allowed to this role, or to this key.",
    "404": "There is no such thing here.",
    "405": "The method doesn't exist here.",
    "406": "No such form of answer.",
    "409": "Not as things stand.",
    "410": "It was there, and is not kept any longer.",
    "412": "Changed since it was read.",
    "413": "Too large.",
    "415": "No such form of body.",
    "422": "The body can't be worked with, or the Idempotency-Key was sent with another one.",
    "429": "Too many requests; see Retry-After.",
    "503": "A part of the platform is away; see Retry-After.",
    "507": "No room on the disk.",
}
_LIMITS = {
    "RateLimit": {
        "description": "What is left of each quota (IETF draft).",
        "schema": {"type": "string", "example": '"key";r=599;t=60'},
    },
    "RateLimit-Policy": {
        "description": "The quotas that count for the caller.",
        "schema": {"type": "string", "example": '"key";q=600;w=60'},
    },
}
_ETAG = {"ETag": {"description": "The tag of what is answered, for If-Match.", "schema": {"type": "string"}}}
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457. `code` is stable: programs compare it, and nothing else.",
    "required": ["type", "title", "status", "detail", "instance", "code", "retryable"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "example": "/api/v1/errors/#not_found"},
        "title": {"type": "string", "example": "Not Found"},
        "status": {"type": "integer", "example": 404},
        "detail": {"type": "string", "description": "For people, in the language asked for."},
        "instance": {"type": "string", "format": "uri-reference"},
        "code": {"type": "string", "example": "not_found"},
        "retryable": {"type": "boolean", "description": "Whether the same request may succeed later."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "detail"],
                "properties": {
                    "field": {"type": "string", "example": "columns.0.role"},
                    "code": {"type": "string", "example": "invalid_choice"},
                    "detail": {"type": "string"},
                },
            },
        },
        "fields": {
            "description": "The same by name, nested; kept for the product's own pages.",
            "deprecated": True,
            "type": "object",
            "additionalProperties": {},
        },
    },
}


class ApiSchema(AutoSchema):
    """Headers that belong to whole kinds of operations."""

    def get_override_parameters(self) -> list[Any]:
        found: list[Any] = []
        if self.method == "POST" and getattr(self.view, "is_repeatable", True):
            text = "Sent again with the same key within a day, the request is answered as the first time."
            found.append(_header("Idempotency-Key", text, pattern="^[\\x21-\\x7e]{1,200}$"))
        if isinstance(self.view, Tagged):
            found += self._compared(self.view)
        return found

    def _compared(self, view: Tagged) -> list[OpenApiParameter]:
        """What is asked of a thing that is tagged."""
        is_one = isinstance(view, TaggedOne)
        if self.method in {"PATCH", "DELETE"} and (is_one or "{" in self.path):
            return [_header("If-Match", "The ETag that was read: refused (412) if it was changed since.")]
        if self.method == "GET" and (is_one or getattr(view, "action", "") == "retrieve"):
            text = "An ETag that is at hand: 304 if it is still the one."
            # Where a tag leaves something out it is given, and answers no 304.
            return [_header("If-None-Match", text)] if not view.moves_by_itself else []
        return []

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: bool = False) -> Any:  # noqa: FBT001, FBT002
        """Say that a choice may be empty where its model's may: of read-only fields DRF doesn't know."""
        model = getattr(getattr(field.parent, "Meta", None), "model", None)
        if isinstance(field, serializers.ChoiceField) and field.read_only and model is not None:
            with suppress(FieldDoesNotExist):
                field.allow_blank = model._meta.get_field(field.source).blank
        return super()._map_serializer_field(field, direction, bypass_extensions)  # type: ignore[no-untyped-call]

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").split("/")[0] or "api"]


class Credentials(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Any one of them is enough."""

    target_class = "accounts.api.authentication.ApiAuthentication"
    name = ["session", "token", "key"]

    def get_security_requirement(self, auto_schema: AutoSchema) -> list[dict[str, list[Any]]]:
        return [{name: []} for name in self.name]

    def get_security_definition(self, auto_schema: AutoSchema) -> list[dict[str, Any]]:
        return [
            {
                "type": "apiKey",
                "in": "cookie",
                "name": "session_company",
                "description": "The pages' own, `session_` and the company's schema; writing needs `X-CSRFToken` too.",
            },
            {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "From `token/`."},
            {"type": "http", "scheme": "bearer", "description": "An API key, `cad_…`."},
        ]


def complete(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:  # noqa: FBT001
    """Declare for every operation the refusals that it shares with its kind. A hook of drf-spectacular."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = _PROBLEM
    components["responses"] = {
        f"Problem{status}": {"description": text, "content": {MEDIA_TYPE: {"schema": _ref("schemas", "Problem")}}}
        for status, text in _TITLES.items()
        if status != "304"
    }
    components["headers"] = {**_LIMITS, **_ETAG}
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            _complete(path, method, operation)
    prefix = getattr(request, "_request", request)
    result["servers"] = [{"url": getattr(prefix, "site_prefix", "") or "/"}]
    return result


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    asked = {parameter["name"] for parameter in operation.get("parameters", ())}
    tagged = asked & {"If-Match", "If-None-Match"}
    for status, response in operation["responses"].items():
        names = [*_LIMITS, *(_ETAG if tagged and status == "200" else ())]
        response.setdefault("headers", {}).update({name: _ref("headers", name) for name in names})
    for status in _refusals(path, method, operation, asked):
        operation["responses"].setdefault(status, _ref("responses", f"Problem{status}"))
    if "If-None-Match" in asked:
        operation["responses"]["304"] = {"description": _TITLES["304"]}


def _refusals(path: str, method: str, operation: dict[str, Any], asked: set[str]) -> list[str]:
    found = ["400", "401", "403", "406", "429", "503"]
    if "{" in path or "cursor" in asked:
        found.append("404")
    if method != "get":
        found += ["404", "409", "413", "415", "422"]
    if "If-Match" in asked:
        found.append("412")
    if "imports" in path or "announcements" in path:
        found += ["409", "422", "507"]
    if path.endswith("/events/"):
        found.append("410")
    if "recording" in path:
        found += ["404", "409", "410"]
    return [status for status in found if status in _TITLES]


def _header(name: str, text: str, pattern: str = "") -> OpenApiParameter:
    kind: Any = {"type": "string", "pattern": pattern} if pattern else OpenApiTypes.STR
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, description=text)


def _ref(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}
