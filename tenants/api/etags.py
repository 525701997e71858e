"""Optimistic concurrency: ``ETag`` on what is read, ``If-Match`` on what is changed.

A tag is a digest of the representation itself, so that nothing has to be counted up: what reads alike is alike. The
compare happens under the row's lock, in the transaction of the change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from common.errors import DomainError


class ChangedMeanwhileError(DomainError):
    code = "changed_meanwhile"
    http_status = 412
    message = _("Somebody has changed this since you read it. Read it again and decide anew.")


def etag_of(data: Any) -> str:
    """Give the tag of a representation (a serializer's data)."""
    return f'"{hashlib.sha256(JSONRenderer().render(data)).hexdigest()[:32]}"'


class Tagged:
    """Mixin for a GenericViewSet whose detail is tagged. Override ``lock`` where the order of locks matters."""

    moves_by_itself: ClassVar[frozenset[str]] = frozenset()
    """Fields that change though nobody has changed anything: left out of the tag, else nobody could ever save. A tag
    that doesn't stand for all of the answer is none to answer 304 by."""

    def lock(self, row: Any) -> None:
        row.__class__._default_manager.select_for_update(of=("self",), no_key=True).get(pk=row.pk)

    def represent(self, row: Any) -> Any:
        """Give what is compared and answered."""
        return self.get_serializer(row).data  # type: ignore[attr-defined]

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.answer(request, self.get_object())  # type: ignore[attr-defined]

    def answer(self, request: Request, row: Any) -> Response:
        """Answer with the row and its tag; 304 to who has it already."""
        data = self.represent(row)
        tag = self.tag_of(data)
        if request.method == "GET" and not self.moves_by_itself and tag in _tags(request, "If-None-Match"):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": tag})
        return Response(data, headers={"ETag": tag})

    def tag_of(self, data: Any) -> str:
        """Give the tag of what ``represent`` gave."""
        return etag_of({name: value for name, value in data.items() if name not in self.moves_by_itself})

    @contextmanager
    def unchanged(self, request: Request, *, locks: bool = False) -> Iterator[Any]:
        """Give the row to change. With ``If-Match`` it is locked and compared first; raises ChangedMeanwhileError.

        ``locks``: in any case, where what isn't sent is filled in from the row.
        """
        row = self.get_object()  # type: ignore[attr-defined]
        if not locks and "If-Match" not in request.headers:
            yield row
            return
        with transaction.atomic():
            self.lock(row)
            row = self.get_object()  # type: ignore[attr-defined]
            wanted = _tags(request, "If-Match") if "If-Match" in request.headers else {"*"}
            if "*" not in wanted and self.tag_of(self.represent(row)) not in wanted:
                raise ChangedMeanwhileError
            yield row


class TaggedOne(Tagged):
    """The same for an APIView of the one thing that its address stands for: give ``get_object`` and ``represent``."""

    def get(self, request: Request) -> Response:
        return self.answer(request, self.get_object())  # type: ignore[attr-defined]


def _tags(request: Request, header: str) -> set[str]:
    return {tag.strip().removeprefix("W/") for tag in request.headers.get(header, "").split(",") if tag.strip()}
