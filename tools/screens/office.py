"""What lies about in a company that has been at work for months: campaigns, lists, people, keys, webhooks, promises."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Model, QuerySet

from accounts.actions import do_create_person, do_deactivate_person, do_invite_person
from accounts.choices import Role
from accounts.invitations import do_make_link
from accounts.models import User
from accounts.notices import do_notify
from accounts.scopes import Scope
from agents.models import Operator
from calls.choices import CallState
from calls.models import Call
from campaigns.actions import (
    do_attach_list,
    do_create_campaign,
    do_set_operators,
    do_start,
    do_stop,
    do_update_campaign,
)
from campaigns.models import Callback, Campaign
from common.clock import now
from contacts.actions import do_confirm_import, do_upload
from contacts.choices import ImportState
from contacts.models import Contact, ContactList, Import
from contacts.tasks import run_import
from integrations.keys import do_create_key, do_revoke_key
from integrations.models import Event, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from integrations.webhooks import payloads
from integrations.webhooks.actions import do_create_endpoint
from tools.demo.mailing import write_mailing
from tools.screens.past import ago

M = TypeVar("M", bound=Model)
SCRIPT = """# Abertura

Bom dia, {{ primeiro_nome }}! Aqui é da Acme Cobranças, falando em nome do banco. Esta ligação é gravada.

# Confirmação

Para sua segurança, confirme os três primeiros dígitos do seu CPF.

# Proposta

Há um contrato {{ CONTRATO }} em aberto no valor de R$ {{ VALOR }}, com vencimento em {{ VENCIMENTO }}.
Hoje consigo 40 % de desconto à vista, ou em até doze vezes.
"""
WRAP_UP_S = 240
"""So that the desk can be photographed in it; robots are done sooner."""
EARLY = (
    "Vanessa Moreira", "Otávio Brandão", "Simone Freitas", "Ricardo Falcão", "Tatiane Rezende", "Wagner Pacheco",
    "Eliane Siqueira", "Caio Meireles",
)  # fmt: skip
"""Operators who have gone home when the pictures are taken."""
CALLBACK_NOTES = (
    "Ligar depois do expediente.", "Quer falar com o marido presente.", "Confirmar se o boleto chegou.", "",
)  # fmt: skip


class Office:
    """Furnishes the active company ``schema`` in the name of its master."""

    def __init__(self, schema: str, *, password: str) -> None:
        self._schema, self._password = schema, password
        self._master = User.objects.get(role=Role.MASTER)
        self._operators = list(Operator.objects.order_by("pk"))
        self._chance = Random(5)

    def furnish(self) -> Campaign:
        """Make it all; gives the second campaign that runs."""
        self._script()
        second = self._campaigns()
        self._lists()
        self._keys()
        return second

    def promise(self, campaign: Campaign, zone: ZoneInfo) -> None:
        """Callbacks of a campaign whose calls are written: some of everybody's, some the desk's own."""
        dues = _due(zone)
        contacts = Contact.objects.filter(contact_list__campaign_list__campaign=campaign, state="ready").order_by("?")
        for number, contact in enumerate(contacts[:18]):
            operator = self._operators[-1] if number % 4 == 0 else self._chance.choice([None, *self._operators])
            Callback.objects.create(
                campaign=campaign, contact=contact, operator=operator, due_at=next(dues),
                note=self._chance.choice(CALLBACK_NOTES),
                created_by=(operator or self._operators[0]).user,
            )  # fmt: skip

    def early_shift(self) -> list[Operator]:
        """Those who work in the mornings: the first six in the first campaign, the others in the second."""
        for number, name in enumerate(EARLY, len(self._operators) + 1):
            do_create_person(
                email=f"operador{number}@acme.example", name=name, role=Role.OPERATOR, password=self._password,
                acting_user=None,
            )  # fmt: skip
        early = list(Operator.objects.exclude(pk__in=[one.pk for one in self._operators]).order_by("pk"))
        first, second = Campaign.objects.order_by("pk")[:2]
        for campaign, joining in ((first, early[:6]), (second, early[6:])):
            penalties = dict(campaign.campaign_operators.values_list("operator_id", "penalty"))
            do_set_operators(campaign, penalties | {one.pk: 0 for one in joining}, acting_user=None)
        return early

    def _script(self) -> None:
        campaign = Campaign.objects.get()
        do_update_campaign(
            campaign,
            acting_user=self._master,
            script=SCRIPT,
            recording="on_demand",
            amd="hangup",
            max_attempts=8,
            wrap_up_s=WRAP_UP_S,
        )

    def _campaigns(self) -> Campaign:
        second = do_create_campaign(
            name="Consignado INSS", wrap_up_s=WRAP_UP_S, script=SCRIPT, recording="on_demand",
            acting_user=self._master,
        )  # fmt: skip
        do_attach_list(second, self._imported("aposentados_sp.csv", "Aposentados SP", 2500, 11), acting_user=None)
        do_set_operators(second, {one.pk: 0 for one in self._operators[8:]}, acting_user=self._master)
        do_start(second, acting_user=self._master)
        ended = do_create_campaign(name="Feirão limpa nome", acting_user=self._master)
        do_attach_list(ended, self._imported("feirao.csv", "Feirão outubro", 400, 12), acting_user=None)
        do_set_operators(ended, {one.pk: 0 for one in self._operators[:3]}, acting_user=self._master)
        do_start(ended, acting_user=self._master)
        do_stop(ended, acting_user=self._master)
        do_create_campaign(name="Carteira ouro", dialing="preview", acting_user=self._master)
        do_create_campaign(name="Pesquisa de satisfação", dialing="manual", acting_user=self._master)
        return second

    def _lists(self) -> None:
        """One that waits for its columns, one that broke off, beside those of the campaigns."""
        file = io.BytesIO()
        write_mailing(file, rows=800, seed=21)
        file.seek(0)
        do_upload(file, file_name="base_dezembro.csv", list_name="Base dezembro", acting_user=self._master)
        broken = self._upload("retorno_assessoria.csv", "Retorno assessoria", 300, 22)
        Import.objects.filter(pk=broken.pk).update(
            state=ImportState.FAILED, failure="disk_full", rows_total=300, rows_read=120, contacts_created=117,
            rows_refused=3, rows_by_reason={"no_phone": 3}, started_at=ago(minutes=50), ended_at=ago(minutes=49),
        )  # fmt: skip
        do_notify([self._master], code="import.failed", view="contacts:import", args=[broken.pk],
                  params={"list": "Retorno assessoria", "contacts": 117, "refused": 3})  # fmt: skip

    def _upload(self, file_name: str, name: str, rows: int, seed: int) -> Import:
        file = io.BytesIO()
        write_mailing(file, rows=rows, seed=seed)
        file.seek(0)
        return do_upload(file, file_name=file_name, list_name=name, acting_user=self._master)

    def _imported(self, file_name: str, name: str, rows: int, seed: int) -> ContactList:
        upload = self._upload(file_name, name, rows, seed)
        do_confirm_import(upload, choices=None, acting_user=self._master, enqueue=False)
        run_import(self._schema, upload.pk)
        return upload.contact_list

    def invite(self) -> None:
        """Some who haven't come yet, and one who left."""
        invited = do_invite_person(
            email="bianca.moura@acme.example", name="Bianca Moura", role=Role.OPERATOR, acting_user=self._master
        )
        do_make_link(invited, acting_user=self._master)
        do_invite_person(
            email="paulo.teixeira@acme.example", name="Paulo Teixeira", role=Role.SUPERVISOR, acting_user=self._master
        )
        former = do_invite_person(
            email="sergio.luz@acme.example", name="Sérgio Luz", role=Role.OPERATOR, acting_user=self._master
        )
        do_deactivate_person(former, acting_user=self._master)

    def _keys(self) -> None:
        everything = [scope.value for scope in Scope]
        reading = [one for one in everything if one.endswith(":read")]
        crm = do_create_key(name="Integração CRM", scopes=everything[:6], role=Role.MASTER, acting_user=self._master)
        bi = do_create_key(name="Painel de BI", scopes=reading[:4], acting_user=self._master)
        old = do_create_key(name="Robô antigo", scopes=reading[:1], acting_user=self._master)
        do_revoke_key(old.key, acting_user=self._master)
        for made, minutes in ((crm, 2), (bi, 190)):
            made.key.last_used_at = ago(minutes=minutes)
            made.key.save(update_fields=["last_used_at"])

    def tell(self) -> None:
        """An endpoint that hears of what happens seldom, with a day's log; and one that died."""
        crm, _secret = do_create_endpoint(
            url="https://crm.acme.example/webhooks/cadencia", description="CRM",
            event_types=["contact.changed", "campaign.state_changed", "import.finished"], acting_user=self._master,
        )  # fmt: skip
        dead, _secret = do_create_endpoint(
            url="https://bi.acme.example/hooks/ligacoes", description="Painel de BI (antigo)",
            event_types=["call.ended", "disposition.set"], acting_user=self._master,
        )  # fmt: skip
        WebhookEndpoint.objects.filter(pk=dead.pk).update(
            stopped_at=ago(hours=5), stop_reason="failing", failures=212, failing_since=ago(hours=29)
        )
        WebhookEndpoint.objects.filter(pk=crm.pk).update(last_success_at=ago(minutes=6))
        for number in range(40):
            self._delivery(crm.pk, number, "contact.changed" if number % 3 else "import.finished", fails=number == 9)
        for number in range(12):
            self._delivery(dead.pk, number, "call.ended", fails=True)

    def _told(self, kind: str, number: int) -> dict[str, Any]:
        """What an event of that kind says, of one of the rows there are."""
        if kind == "import.finished":
            return payloads.import_finished(_nth(Import.objects.filter(state=ImportState.DONE), number))
        if kind == "call.ended":
            return payloads.call_ended(
                _nth(Call.objects.filter(state=CallState.ENDED), number), contact_code="", disposition_code=None
            )
        contact = _nth(Contact.objects.all(), number)
        phones = [phone.e164 for phone in contact.phones.all()]
        changes = {"name": [f"{contact.name.split()[0]}?", contact.name]}
        return payloads.contact_changed(contact, phones=phones, changes=changes, user_id=self._master.pk)

    def _delivery(self, endpoint_id: int, number: int, kind: str, *, fails: bool) -> None:
        at = ago(minutes=400 - 9 * number)
        event = Event.objects.create(type=kind, created_at=at, data=self._told(kind, number))
        delivery = WebhookDelivery.objects.create(
            endpoint_id=endpoint_id, event_id=event.pk, event_type=kind, state="failed" if fails else "delivered",
            tries=3 if fails else 1, last_status=503 if fails else 200, last_error="status" if fails else "",
            created_at=at, finished_at=at,
        )  # fmt: skip
        for attempt in range(3 if fails else 1):
            WebhookAttempt.objects.create(
                delivery=delivery, at=at + timedelta(minutes=5 * attempt), duration_ms=self._chance.randrange(60, 420),
                status=503 if fails else 200, error="status" if fails else "",
                body="upstream connect error" if fails else '{"ok":true}',
            )  # fmt: skip


def _due(zone: ZoneInfo) -> Iterator[datetime]:
    """Instants from now on at which people like to be called back."""
    at = now().astimezone(zone)
    while True:
        at += timedelta(minutes=25)
        if not 9 <= at.hour < 20:
            at = at.replace(hour=9, minute=30) + timedelta(days=at.hour >= 20)
        yield at


def _nth(rows: QuerySet[M], number: int) -> M:
    """Give one of the rows, another one for each number."""
    return rows.order_by("pk")[number % rows.count()]
