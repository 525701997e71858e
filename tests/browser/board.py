"""A company in the middle of its day, for the wallboard: `python -m tests.browser.board` in a stack's environment.

Prints the ids of its operators by name, as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta

import django

NAMES = (
    "Patrícia Lima", "Rafael Souza", "Camila Dias", "Jéssica Rocha", "Bruno Nunes", "Aline Martins", "Diego Farias",
    "Larissa Pinto", "Thiago Neves", "Vanessa Castro", "Lucas Prado", "Priscila Melo", "Juliana Sá", "Marcos Viana",
    "Débora Leal", "André Reis", "Simone Alves", "Natália Brito", "Hugo Paiva", "Otávio Luz", "Mônica Sales",
    "Leandro Braga", "Ester Cunha", "Murilo Assis",
)  # fmt: skip
STATES = ["talking"] * 12 + ["free"] * 4 + ["wrap_up"] * 3 + ["paused"] * 4 + ["free"]
PASSWORD = "uma-senha-bem-comprida"
SUPERVISOR = "marcia@acme.example"


def main() -> None:
    django.setup()
    from django.db import transaction
    from django_tenants.utils import schema_context

    from accounts.models import User
    from agents import actions as agents
    from agents import live
    from agents.enrolment import enrol
    from agents.models import OperatorSession, PauseReason
    from agents.selectors import live_entries
    from calls.models import Call
    from campaigns.models import Campaign, CampaignOperator
    from common.clock import now
    from common.ids import uuid7
    from contacts.models import Contact
    from live.redis import client
    from telephony.bus import keys
    from tests.factories.calls import build_call
    from tests.factories.world import NODE, World

    world = World(client())
    world.node_up()
    client().persist(keys.node_status(NODE))
    with schema_context("acme"):
        User.objects.create_user(email=SUPERVISOR, name="Márcia Andrade", role="supervisor", password=PASSWORD)
        campaigns = [world.campaign(world.contact_list(), name=name) for name in ("Consignado INSS", "Cobrança 31–60")]
        Campaign.objects.update(state="running")
        contacts = list(Contact.objects.order_by("id"))
        for contact, name in zip(contacts, ("Maria das Dores", "José Carlos Lima", "Ana Paula Reis"), strict=False):
            Contact.objects.filter(pk=contact.pk).update(name=name)
        reasons = {reason.code: reason for reason in PauseReason.objects.all()}
        at, ids = now(), {}
        for index, (name, state) in enumerate(zip(NAMES, STATES, strict=True)):
            user = User.objects.create_user(
                email=f"op{index}@acme.example", name=name, role="operator", password=PASSWORD
            )
            operator = enrol("acme", user)
            ids[name] = operator.pk
            campaign = campaigns[index % 3 // 2]
            CampaignOperator.objects.create(campaign=campaign, operator=operator)
            session = agents.do_start_shift(operator, acting_user=None)
            with transaction.atomic():
                session = OperatorSession.objects.select_related("operator__user").get(pk=session.pk)
                session.state = state
                session.phone = "lost" if index == len(NAMES) - 1 else "registered"
                session.started_at = at - timedelta(minutes=40 + 9 * index)
                session.state_since = at - timedelta(seconds=7 + 41 * (index % 12))
                if state in {"talking", "wrap_up"}:
                    call = build_call(
                        id=uuid7(), campaign_id=campaign.pk, contact_id=contacts[index % len(contacts)].pk,
                        created_at=at, connected_at=session.state_since, operator_id=operator.pk, state="talking",
                    )  # fmt: skip
                    call.save()
                    session.call_id = call.pk
                    if state == "wrap_up":
                        Call.objects.filter(pk=call.pk).update(state="ended", ended_at=at, outcome="connected")
                if state == "paused":
                    session.pause_reason = reasons["rest" if index % 2 else "personal"]
                    session.state_since = at - timedelta(minutes=5 + 2.6 * (index % 4))
                if index == 2:
                    session.held_since = at - timedelta(seconds=31)
                session.save()
                session.intervals.filter(ended_at__isnull=True).update(
                    state=state, started_at=session.state_since, call_id=session.call_id,
                    pause_reason=session.pause_reason,
                )  # fmt: skip
        client().delete(live.operators_key("acme"))  # where the shifts stand later than in this story
        live.rebuild("acme", live_entries())
    json.dump(ids, sys.stdout)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dialer.settings")
    main()
