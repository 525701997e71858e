"""Lists, contacts and imports as the API says them."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from contacts.editing import MOST_KEYS
from contacts.labels import failure_text
from contacts.mailing.columns import MAX_PHONES, ColumnRole
from contacts.mailing.records import DELIMITERS
from contacts.models import Contact, ContactList, Import, Phone
from contacts.selectors import note_counts, refused_counts
from tenants.api.drawing import Draw, ModelSerializer, Serializer, drawer
from tenants.api.relations import RowField
from tenants.api.rows import of_columns

ROLES = [role.value for role in ColumnRole]


class ContactListSerializer(ModelSerializer[ContactList]):
    class Meta:
        model = ContactList
        fields = ("id", "name", "created_at", "contact_count")
        read_only_fields = ("created_at", "contact_count")


class PhoneSerializer(ModelSerializer[Phone]):
    class Meta:
        model = Phone
        fields = (
            "id",
            "e164",
            "kind",
            "position",
            "state",
            "attempts",
            "last_outcome",
            "last_attempt_at",
            "ninth_digit_added",
        )
        read_only_fields = fields


class ContactSerializer(ModelSerializer[Contact]):
    phones = PhoneSerializer(many=True, read_only=True)

    class Meta:
        model = Contact
        fields = (
            "id",
            "contact_list_id",
            "name",
            "document",
            "external_id",
            "extra",
            "source_line",
            "state",
            "next_attempt_at",
            "attempts",
            "last_outcome",
            "phones",
        )
        read_only_fields = fields


class _OwnColumnsSerializer(Serializer[Any]):
    extra = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=500),
        required=False,
        help_text="Own columns by their headers.",
    )

    def validate_extra(self, value: dict[str, str]) -> dict[str, str]:
        if len(value) > MOST_KEYS:
            raise serializers.ValidationError(_("At most %(most)s columns.") % {"most": MOST_KEYS})
        return value


class NewContactSerializer(_OwnColumnsSerializer):
    contact_list = RowField(queryset=ContactList.objects.all())
    phones = serializers.ListField(
        child=serializers.CharField(max_length=40),
        allow_empty=False,
        max_length=MAX_PHONES,
        help_text="However written, with area code; the first is called first.",
    )
    name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    document = serializers.CharField(max_length=30, required=False, allow_blank=True, help_text="CPF or CNPJ.")
    external_id = serializers.CharField(max_length=80, required=False, allow_blank=True)


class ChangedContactSerializer(_OwnColumnsSerializer):
    name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    document = serializers.CharField(max_length=30, required=False, allow_blank=True)
    email = serializers.EmailField(required=False, allow_blank=True)


class ColumnSerializer(Serializer[Any]):
    header = serializers.CharField()
    role = serializers.ChoiceField(choices=ROLES)
    position = serializers.IntegerField(help_text="Which phone (1 to 10) a phone or area code is; 0 for other roles.")
    samples = serializers.ListField(child=serializers.CharField())


class ReasonSerializer(Serializer[Any]):
    code = serializers.CharField(help_text="Stable.")
    text = serializers.CharField(source="label", help_text="In the person's language.")
    rows = serializers.IntegerField()


class ImportSerializer(ModelSerializer[Import]):
    """``rows_read == contacts_created + rows_refused`` at every moment; ``refused`` adds up to ``rows_refused``."""

    columns = serializers.SerializerMethodField()
    refused = serializers.SerializerMethodField()
    notes = serializers.SerializerMethodField()
    failure = serializers.SerializerMethodField()

    class Meta:
        model = Import
        fields = (
            "id",
            "contact_list_id",
            "state",
            "file_name",
            "size_bytes",
            "encoding",
            "delimiter",
            "has_header",
            "columns",
            "rows_total",
            "rows_read",
            "contacts_created",
            "phones_created",
            "rows_refused",
            "refused",
            "notes",
            "failure",
            "created_at",
            "started_at",
            "ended_at",
        )
        read_only_fields = fields

    @extend_schema_field(ColumnSerializer(many=True))
    @of_columns("columns")
    def get_columns(self, import_: Import) -> list[dict[str, Any]]:
        return list(import_.columns)

    @extend_schema_field(ReasonSerializer(many=True))
    @of_columns("rows_by_reason")
    def get_refused(self, import_: Import) -> list[dict[str, Any]]:
        """Why rows were refused."""
        return [self._draw_reason(one) for one in refused_counts(import_)]

    @extend_schema_field(ReasonSerializer(many=True))
    @of_columns("rows_by_reason")
    def get_notes(self, import_: Import) -> list[dict[str, Any]]:
        """What was mended or left out in rows that were imported; a row may count several times."""
        return [self._draw_reason(one) for one in note_counts(import_)]

    @of_columns("failure")
    def get_failure(self, import_: Import) -> str:
        """Why the whole file failed, in words; "" if it didn't."""
        return failure_text(import_.failure)

    @cached_property
    def _draw_reason(self) -> Draw:
        return drawer(ReasonSerializer())


class UploadSerializer(Serializer[Any]):
    """For the schema: the file itself is taken by contacts.uploads."""

    file = serializers.FileField()
    contact_list = RowField(queryset=ContactList.objects.all(), required=False, allow_null=True, default=None)
    list_name = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")


class UploadFieldsSerializer(UploadSerializer):
    file = None  # type: ignore[assignment]


class ChoiceSerializer(Serializer[Any]):
    role = serializers.ChoiceField(choices=ROLES)
    position = serializers.IntegerField(min_value=0, max_value=MAX_PHONES, required=False, default=0)


class ConfirmSerializer(Serializer[Any]):
    columns = ChoiceSerializer(many=True, required=False, help_text="One for each column; left out: as guessed.")


class ReadAgainSerializer(Serializer[Any]):
    delimiter = serializers.ChoiceField(choices=list(DELIMITERS), required=False, allow_null=True, default=None)
    has_header = serializers.BooleanField(required=False, allow_null=True, default=None)
