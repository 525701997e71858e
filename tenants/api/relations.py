"""Rows that a body names by their ids."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


class RowField(serializers.PrimaryKeyRelatedField[Any]):
    """As DRF's, in words of people: its own speak of a "pk"."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "does_not_exist": _("There is nothing with the id {pk_value} here."),
        "incorrect_type": _("Expected an id, which is a whole number."),
    }
