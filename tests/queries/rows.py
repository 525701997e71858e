"""Rows for every list of both sites, all tied together: as many of each as asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from accounts.models import AuditEntry, Notice, User
from agents import live as agents_live
from agents.models import Message, MessageReceipt, Operator, OperatorSession, PauseReason, StateInterval
from agents.selectors import live_entries
from calls.models import Call, CallStep, DayFigures, Disposition, Recording, SlotFigures
from calls.slot_figures import slot_of
from campaigns.models import Announcement, Callback, Campaign, CampaignList, CampaignOperator
from common.clock import now
from contacts.models import Contact, ContactList, Import, Phone, RefusedRow
from integrations.models import ApiKey, Event, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from integrations.webhooks.secrets import seal
from integrations.webhooks.signing import new_secret
from telephony.models import CallerId, InboundNumber, SwitchNode, TestCall, Trunk
from tenants.choices import CompanyStatus
from tenants.models import Company, PersonEntry
from tests.isolation.objects import FIRST_ID


def make_company_rows(numbers: Iterable[int], *, acme: Company, master: User) -> None:
    """Make rows in acme, whose schema is active, beside the objects of tests.isolation."""
    for number in numbers:
        _people_and_work(number, master)
        _integrations(number, master)
    agents_live.rebuild("acme", live_entries())


def _people_and_work(number: int, master: User) -> None:
    at = now()
    person = User.objects.create_user(
        email=f"o{number}@acme.example", name=f"O {number}", role="operator", password="x"
    )
    operator, _made = Operator.objects.get_or_create(user=person, defaults={"extension": f"1017{number:02d}"})
    reason = PauseReason.objects.create(code=f"c{number}", name=f"P {number}", position=number)
    disposition = Disposition.objects.create(code=f"c{number}", name=f"D {number}", position=number, is_success=True)
    campaign = Campaign.objects.create(name=f"C {number}", state="running", created_by=master)
    contact_list = ContactList.objects.create(name=f"L {number}", created_by=master)
    CampaignList.objects.create(campaign=campaign, contact_list=contact_list)
    home, mailing = Campaign.objects.get(pk=FIRST_ID), ContactList.objects.get(pk=FIRST_ID)
    CampaignOperator.objects.create(campaign=home, operator=operator)
    CampaignList.objects.create(campaign=home, contact_list=ContactList.objects.create(name=f"M {number}"))
    session = OperatorSession.objects.create(
        operator=operator, campaign_ids=[home.pk], node="sim1", state="paused", state_since=at, pause_reason=reason,
        started_at=at - timedelta(hours=2),
    )  # fmt: skip
    StateInterval.objects.create(
        session=session, operator=operator, state="paused", pause_reason=reason, started_at=at - timedelta(hours=1)
    )
    import_ = Import.objects.create(
        contact_list=contact_list, file_name="f", size_bytes=1, encoding="utf-8", delimiter=";", created_by=master
    )
    RefusedRow.objects.create(source_import=import_, line=2, reason="no_phone", cells=["a"])
    contact = Contact.objects.create(contact_list=mailing, name=f"Maria {number}", next_attempt_at=at)
    phone = Phone.objects.create(contact=contact, e164=f"+551198765{number:04d}", kind="mobile", position=0)
    Callback.objects.create(campaign=home, contact=contact, operator=operator, due_at=at)
    _calls(number, campaign=home, contact=contact, phone=phone, operator=operator, disposition=disposition)
    _told(number, master, operator)


def _calls(
    number: int, *, campaign: Campaign, contact: Contact, phone: Phone, operator: Operator, disposition: Disposition
) -> None:
    """A call that was talked, of this contact and one more of the isolation tests' contact; their figures."""
    at = now()
    for contact_id, one_phone in ((contact.pk, phone.pk), (FIRST_ID, Phone.objects.get(contact_id=FIRST_ID).pk)):
        call = Call.objects.create(
            campaign_id=campaign.pk, contact_list_id=FIRST_ID, contact_id=contact_id, phone_id=one_phone,
            number=phone.e164, kind="mobile", node="sim1", trunk="trunk", attempt=1, state="ended", outcome="connected",
            created_at=at, deadline_at=at, dialed_at=at, answered_at=at, connected_at=at, ended_at=at, price="0.054",
            operator_id=operator.pk, disposition=disposition,
        )  # fmt: skip
        CallStep.objects.create(call_id=call.pk, at=at, kind="held", operator_id=operator.pk)
        Recording.objects.create(
            call_id=call.pk, campaign_id=campaign.pk, path=f"acme/{number}.wav", state="missing", started_at=at
        )
    CallStep.objects.create(
        call_id=Call.objects.get(note="SIGILO").pk, at=at + timedelta(seconds=number), kind="held",
        operator_id=operator.pk,
    )  # fmt: skip
    key = {"campaign_id": campaign.pk, "contact_list_id": FIRST_ID, "operator_id": operator.pk}
    SlotFigures.objects.create(
        at=slot_of(at), disposition_id=disposition.pk, attempts=2, answered=2, connected=2, **key
    )
    own = Campaign.objects.get(name=f"C {number}")
    DayFigures.objects.create(campaign_id=own.pk, day=at.date(), attempts=2, answered=2, connected=2)


def _told(number: int, master: User, operator: Operator) -> None:
    at = now()
    for target, pk in (("campaigns.campaign", FIRST_ID), ("calls.disposition", number), ("accounts.user", FIRST_ID)):
        AuditEntry.objects.create(
            actor_id=master.pk, actor_name="A", action="campaign.updated", target_type=target, target_id=str(pk)
        )
    Notice.objects.create(user=master, code="import.done", params={"list": "L"})
    message = Message.objects.create(text="Oi", sent_at=at, sender=master)
    MessageReceipt.objects.create(message=message, operator_id=FIRST_ID)
    Announcement.objects.create(
        name=f"A {number}", use="machine", path=f"company/acme/{number:032d}", seconds="1", created_by=master
    )


def _integrations(number: int, master: User) -> None:
    at = now()
    ApiKey.objects.create(name="K", owner=master, prefix=f"cad_{number}", role="master", scopes=[])
    endpoint = WebhookEndpoint.objects.create(
        url=f"https://example.com/{number}",
        event_types=["call.ended"],
        sealed_secret=seal(new_secret()),
        created_by=master,
    )
    for one in (endpoint.pk, FIRST_ID):
        event = Event.objects.create(type="call.ended", created_at=at, data={})
        delivery = WebhookDelivery.objects.create(
            endpoint_id=one, event_id=event.pk, event_type=event.type, state="failed", created_at=at
        )
        for of in (delivery.pk, FIRST_ID):
            WebhookAttempt.objects.create(delivery_id=of, at=at, duration_ms=1, status=500, error="status")


def make_platform_rows(numbers: Iterable[int], *, acme: Company, admin: User) -> None:
    """Make rows in the public schema, which is active. None of these companies has a schema."""
    for number in numbers:
        for status in (CompanyStatus.PENDING, CompanyStatus.REJECTED):
            company = Company.objects.create(
                schema_name=f"{status}{number}", slug=f"{status}{number}", legal_name=f"F {number}", status=status
            )
            PersonEntry.objects.create(
                schema=company.schema_name, person_id=1, name=f"P {number}", email=f"p{number}@f.example", role="master"
            )
            AuditEntry.objects.create(
                actor_id=admin.pk, actor_name="A", action="company.approved", target_type="tenants.company",
                target_id=str(company.pk),
            )  # fmt: skip
        trunk = Trunk.objects.create(name=f"trunk-{number}", label=f"T {number}", host="127.0.0.1")
        trunk.companies.add(acme)
        CallerId.objects.create(company=acme, number=f"+55113000{number:04d}", trunk=trunk)
        InboundNumber.objects.create(company=acme, number=f"+55114000{number:04d}", campaign_id=FIRST_ID)
        SwitchNode.objects.get_or_create(name=f"node{number}")
        _test_call(number, admin)
        Notice.objects.create(user=admin, code="import.done", params={"list": "L"})


def _test_call(number: int, admin: User) -> Any:
    return TestCall.objects.create(
        id=f"01900000-0000-7000-8000-{number:012d}", trunk_id=FIRST_ID, node="sim1", number="+5511987650042",
        placed_by=admin, placed_at=now(), deadline_at=now(), state="failed",
    )  # fmt: skip
