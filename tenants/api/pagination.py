"""Pages by cursor, for every list of the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from rest_framework import pagination
from rest_framework.exceptions import NotFound
from rest_framework.request import Request


class CursorPagination(pagination.CursorPagination):
    """DRF's, but a cursor that somebody made up is answered with 404: DRF lets the database refuse its position."""

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """As DRF's, with the bounds of a page's size: they are kept to, and nothing is refused for them."""
        parameters: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        for one in parameters:
            if one["name"] == self.page_size_query_param:
                one["schema"] |= {"minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
                one["description"] = (
                    f"Rows of a page. More than {self.max_page_size} is taken as {self.max_page_size}, "
                    f"and what is no number above 0 as {self.page_size}."
                )
        return parameters

    def decode_cursor(self, request: Request) -> Any:
        cursor = super().decode_cursor(request)
        if cursor is not None and "\x00" in str(cursor.position):
            raise NotFound(self.invalid_cursor_message)
        return cursor

    def paginate_queryset(
        self, queryset: QuerySet[Any] | Sequence[Any], request: Request, view: Any = None
    ) -> list[Any] | None:
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, ValidationError) as error:
            if self.cursor_query_param not in request.query_params:
                raise
            raise NotFound(self.invalid_cursor_message) from error
