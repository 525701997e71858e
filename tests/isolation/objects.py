"""One of each of acme's objects, all bearing a mark that nobody else may ever see."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django_tenants.utils import schema_context

from accounts.models import BulkRun, Notice, User
from agents.models import Message, MessageReceipt, Operator, PauseReason
from calls import recording_files
from calls.models import Call, Disposition, Recording
from campaigns.models import Announcement, Callback, Campaign, CampaignList, CampaignOperator
from common.clock import now
from common.ids import uuid7
from contacts import files
from contacts.models import Contact, ContactList, Import, Phone, RefusedRow
from integrations.models import ApiKey, Event, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from integrations.webhooks.secrets import seal
from integrations.webhooks.signing import new_secret
from telephony.models import CallerId, InboundNumber, TestCall, Trunk
from telephony.naming import recording_path
from tenants.models import Company, PersonEntry
from tests.factories.sounds import place, tone

MARK = "SIGILO"
NUMBER = "+5511987650042"
FIRST_ID = 770_001
"""Beyond every id of the other company: a number that is valid here must mean nothing there."""


def make_objects(operator_user: User) -> dict[str, Any]:
    """Make them in acme, and a pending company for the platform; give the value of each one's URL parameter."""
    company = Company(schema_name="pending", slug="pending", legal_name=f"Pending {MARK}")
    company.save()
    with schema_context("acme"):
        made = _acme(operator_user) | {"company": company.pk} | _lines()
    entry = PersonEntry.objects.get(schema="acme", person_id=FIRST_ID)
    return made | {"person_entry": entry.pk}


def _lines() -> dict[str, Any]:
    """The platform's: a trunk with a test call, and acme's numbers."""
    acme = Company.objects.get(schema_name="acme")
    trunk = Trunk.objects.create(id=FIRST_ID, name="sigilo", label=f"Trunk {MARK}", host="sip.example")
    caller_id = CallerId.objects.create(id=FIRST_ID, company=acme, number="+551130030042", label=MARK)
    number = InboundNumber.objects.create(
        id=FIRST_ID, company=acme, number="+551130030043", label=MARK, campaign_id=FIRST_ID
    )
    call = TestCall.objects.create(
        id=uuid7(), trunk=trunk, node="sim1", number=NUMBER, placed_at=now(), deadline_at=now(), detail=MARK
    )
    return {
        "trunk": trunk.pk,
        "caller_id": caller_id.pk,
        "inbound_number": number.pk,
        "test_call": call.pk,
        "node": "sim1",
    }


def _webhook() -> tuple[int, int]:
    """An endpoint with one event that did not arrive."""
    endpoint = WebhookEndpoint.objects.create(
        id=FIRST_ID,
        url=f"https://example.com/{MARK}",
        description=MARK,
        event_types=["call.ended"],
        sealed_secret=seal(new_secret()),
    )
    event = Event.objects.create(type="call.ended", created_at=now(), data={"note": MARK})
    delivery = WebhookDelivery.objects.create(
        id=FIRST_ID, endpoint=endpoint, event_id=event.pk, event_type=event.type, state="failed", created_at=now()
    )
    WebhookAttempt.objects.create(delivery=delivery, at=now(), duration_ms=1, status=500, error="status", body=MARK)
    return endpoint.pk, delivery.pk


def _acme(operator_user: User) -> dict[str, Any]:
    person = User.objects.create(id=FIRST_ID, email=f"{MARK.lower()}@acme.example", name=MARK, role="operator")
    operator, _ = Operator.objects.get_or_create(user=operator_user, defaults={"extension": "101900"})
    Operator.objects.filter(pk=operator.pk).update(id=FIRST_ID)
    operator = Operator.objects.get(pk=FIRST_ID)
    reason = PauseReason.objects.create(id=FIRST_ID, code="sigilo", name=MARK)
    contact_list = ContactList.objects.create(id=FIRST_ID, name=f"Mailing {MARK}", contact_count=1)
    contact = Contact.objects.create(id=FIRST_ID, contact_list=contact_list, name=MARK, next_attempt_at=now())
    phone = Phone.objects.create(contact=contact, e164=NUMBER, kind="mobile", position=0)
    import_ = Import.objects.create(
        id=FIRST_ID, contact_list=contact_list, file_name=f"{MARK}.csv", size_bytes=1, encoding="utf-8", delimiter=";"
    )
    path = files.path_of("acme", import_.pk)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"nome;telefone\n{MARK};11987650042\n", encoding="utf-8")
    RefusedRow.objects.create(source_import=import_, line=2, reason="no_phone", cells=[MARK])
    campaign = Campaign.objects.create(id=FIRST_ID, name=f"Campaign {MARK}")
    CampaignList.objects.create(campaign=campaign, contact_list=contact_list)
    CampaignOperator.objects.create(campaign=campaign, operator=operator)
    announcement = Announcement.objects.create(
        id=FIRST_ID, name=MARK, use="machine", path=f"company/acme/{'0' * 32}", seconds="0.50"
    )
    place(Path(settings.SOUNDS_DIR), f"{announcement.path}.wav", tone(0.5))
    disposition = Disposition.objects.create(id=FIRST_ID, code="sigilo", name=MARK)
    call = Call.objects.create(
        campaign_id=campaign.pk,
        contact_list_id=contact_list.pk,
        contact_id=contact.pk,
        phone_id=phone.pk,
        number=NUMBER,
        kind="mobile",
        node="sim1",
        trunk="trunk",
        attempt=1,
        state="talking",
        created_at=now(),
        deadline_at=now() + timedelta(seconds=3),
        operator_id=operator.pk,
        note=MARK,
    )
    sound = recording_path("acme", str(call.pk))
    place(recording_files.root(), sound, tone(0.5))
    Recording.objects.create(
        call_id=call.pk,
        campaign_id=campaign.pk,
        path=sound,
        state="kept",
        detail=f"switch: {MARK}",
        started_at=now(),
        ended_at=now(),
        seconds="0.50",
        size_bytes=len(tone(0.5)),
        sha256="0" * 64,
    )
    callback = Callback.objects.create(
        id=FIRST_ID, campaign=campaign, contact=contact, operator=operator, due_at=now(), note=MARK
    )
    message = Message.objects.create(id=FIRST_ID, text=MARK, sent_at=now())
    MessageReceipt.objects.create(message=message, operator=operator)
    notice = Notice.objects.create(id=FIRST_ID, user=person, code="import.done", params={"list": MARK})
    run = BulkRun.objects.create(
        id=FIRST_ID, user=person, code="people.reactivate", keys=[str(FIRST_ID)], changed=[str(FIRST_ID)],
        refused=[[MARK, MARK]], done=1, moved_at=now(), ended_at=now(),
    )  # fmt: skip
    key = ApiKey.objects.create(id=FIRST_ID, name=MARK, owner=person, prefix="cad_sigilo", role="master", scopes=[])
    webhook, delivery = _webhook()
    return {
        "webhook": webhook,
        "delivery": delivery,
        "api_key": key.pk,
        "person": person.pk,
        "bulk_run": run.pk,
        "operator_person": operator.user_id,
        "notice": notice.pk,
        "pause_reason": reason.pk,
        "operator": operator.pk,
        "contact_list": contact_list.pk,
        "contact": contact.pk,
        "import": import_.pk,
        "campaign": campaign.pk,
        "announcement": announcement.pk,
        "disposition": disposition.pk,
        "callback": callback.pk,
        "message": message.pk,
        "call": call.pk,
    }
