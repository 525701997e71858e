"""What the data of each event is made of: the API's description of webhooks, and the tests' measure of what is sent.

New fields may come at any time; a change of what a field means comes as a new ``version`` of the event.
"""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from calls.choices import AmdStatus, DialingMode, Direction, HungUpBy, Outcome
from campaigns.choices import CampaignState
from contacts.choices import ContactState, ImportState
from integrations.choices import TEST_EVENT, EventType
from tenants.api.drawing import Serializer

_PHONE = "E.164, as +5511987654321."


class CallEndedData(Serializer[Any]):
    id = serializers.UUIDField()
    campaign_id = serializers.IntegerField()
    list_id = serializers.IntegerField()
    contact_id = serializers.IntegerField()
    contact_external_id = serializers.CharField(
        allow_blank=True, help_text="Your own code of the contact, as imported."
    )
    number = serializers.CharField(help_text=_PHONE)
    direction = serializers.ChoiceField(choices=Direction.choices)
    mode = serializers.ChoiceField(choices=DialingMode.choices)
    attempt = serializers.IntegerField(help_text="The contact's attempt number, from 1.")
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    operator_id = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    connected_at = serializers.DateTimeField(allow_null=True, help_text="When an operator took it.")
    ended_at = serializers.DateTimeField()
    talk_ms = serializers.IntegerField(help_text="From connected_at to ended_at; 0 where nobody took it.")
    hung_up_by = serializers.ChoiceField(choices=HungUpBy.choices, allow_blank=True)
    cause = serializers.IntegerField(allow_null=True, help_text="Q.850; 0 where the switch gave none.")
    amd = serializers.ChoiceField(choices=AmdStatus.choices, allow_blank=True, help_text="Answering machine detection.")
    disposition = serializers.CharField(allow_null=True, help_text="Its code, where it was set before the end.")
    billed_s = serializers.IntegerField(allow_null=True)
    price = serializers.DecimalField(max_digits=14, decimal_places=6, allow_null=True, help_text="BRL, as a string.")


class DispositionData(Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    is_success = serializers.BooleanField()
    is_final = serializers.BooleanField()


class DispositionSetData(Serializer[Any]):
    """Set for the first time, or corrected: the last one counts."""

    call_id = serializers.UUIDField()
    campaign_id = serializers.IntegerField()
    list_id = serializers.IntegerField()
    contact_id = serializers.IntegerField()
    contact_external_id = serializers.CharField(allow_blank=True)
    number = serializers.CharField(help_text=_PHONE)
    operator_id = serializers.IntegerField(allow_null=True)
    disposition = DispositionData()
    note = serializers.CharField(allow_blank=True)
    callback_at = serializers.DateTimeField(allow_null=True, help_text="When to call back, where that was promised.")
    set_at = serializers.DateTimeField()
    set_by = serializers.IntegerField(allow_null=True, help_text="A person's id.")


@extend_schema_field(OpenApiTypes.ANY)
class AnyField(serializers.JSONField):
    """Text, number or nothing, as the field has it."""


class ChangeData(Serializer[Any]):
    before = AnyField(allow_null=True)
    after = AnyField(allow_null=True)


class ContactChangedData(Serializer[Any]):
    """The contact as it is now. Imports send none of these: see import.finished."""

    id = serializers.IntegerField()
    list_id = serializers.IntegerField()
    external_id = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)
    document = serializers.CharField(allow_blank=True, help_text="CPF or CNPJ, without punctuation.")
    phones = serializers.ListField(child=serializers.CharField(help_text=_PHONE))
    extra = serializers.DictField(help_text="The list's other columns, by their header.")
    state = serializers.ChoiceField(choices=ContactState.choices)
    changes = serializers.DictField(
        child=ChangeData(), help_text="By field; a list's column is extra.<header>, a number phone.<number>."
    )
    changed_by = serializers.IntegerField(allow_null=True, help_text="A person's id.")


class CampaignStateChangedData(Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=CampaignState.choices)
    former_state = serializers.ChoiceField(choices=CampaignState.choices)
    since = serializers.DateTimeField()
    changed_by = serializers.IntegerField(allow_null=True, help_text="A person's id; null: the platform itself.")


class ImportFinishedData(Serializer[Any]):
    id = serializers.IntegerField()
    list_id = serializers.IntegerField()
    file_name = serializers.CharField()
    state = serializers.ChoiceField(choices=ImportState.choices, help_text="done, failed or canceled.")
    failure = serializers.CharField(allow_blank=True)
    rows_read = serializers.IntegerField()
    rows_refused = serializers.IntegerField()
    rows_by_reason = serializers.DictField(child=serializers.IntegerField())
    contacts_created = serializers.IntegerField()
    phones_created = serializers.IntegerField()
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField()


class WebhookTestData(Serializer[Any]):
    """Sent by the test button, to its endpoint alone."""

    endpoint_id = serializers.IntegerField()


DATA: dict[str, type[serializers.Serializer[Any]]] = {
    EventType.CALL_ENDED.value: CallEndedData,
    EventType.DISPOSITION_SET.value: DispositionSetData,
    EventType.CONTACT_CHANGED.value: ContactChangedData,
    EventType.CAMPAIGN_STATE_CHANGED.value: CampaignStateChangedData,
    EventType.IMPORT_FINISHED.value: ImportFinishedData,
    TEST_EVENT: WebhookTestData,
}
"""Type of event → its data, version 1."""
