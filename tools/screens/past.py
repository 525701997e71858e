"""Writes made-up days (tools.screens.day) into the active company, with their figures, shifts and sounds."""

from __future__ import annotations

import io
import math
import wave
from array import array
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from agents.choices import EndReason, PhonePresence
from agents.models import Operator, OperatorSession, PauseReason, StateInterval
from billing.receivers import price_calls
from calls import day_figures, recording_files, slot_figures
from calls.models import Call, Disposition, Recording
from campaigns.models import Campaign
from common.clock import now
from contacts.choices import ContactState
from contacts.models import Contact
from telephony.naming import recording_path
from tools.screens.day import Day, Line

OPENS, CLOSES = 8, 20
AT_MOST = timedelta(hours=6, minutes=15)
"""A shift with its rests (NR-17)."""
AT_WORK = timedelta(hours=4, minutes=30)
"""For how long those who are at work now have been."""
RATE = 8_000
RECORDED = 60
"""How many of the newest conversations can be heard."""


def write_days(
    schema: str, campaign: Campaign, early: Sequence[Operator], late: Sequence[Operator], *, zone: ZoneInfo, days: int
) -> None:
    """Fill the days before today, and today until now, with what these operators did in a campaign.

    The ``early`` begin when the company opens and have gone home in the afternoon; the ``late`` are at work now.
    """
    line = Line(campaign.pk, campaign.campaign_lists.get().contact_list_id, "+551130034410", "demo")
    everybody = Contact.objects.filter(contact_list_id=line.contact_list_id)
    contacts = list(everybody.prefetch_related("phones").order_by("?")[: everybody.count() * 3 // 5])
    dispositions = list(Disposition.objects.all())
    midnight = now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    chance = Random(campaign.pk)
    for back in range(days, -1, -1):
        day = Day(line, contacts, dispositions, seed=campaign.pk * 100 + back)
        opens, closes = midnight + timedelta(hours=OPENS, days=-back), midnight + timedelta(hours=CLOSES, days=-back)
        if back == 0:
            closes = now() - timedelta(minutes=3)
            # At night there is no day to tell of yet: it began shortly before.
            opens = min(opens, closes - timedelta(hours=2))
        came = max(opens, closes - (AT_MOST if back else AT_WORK))
        left = min(max(opens + AT_MOST, came), closes)
        for operator in early:
            day.work(operator.pk, opens + timedelta(minutes=chance.uniform(0, 12)), left)
        for operator in late:
            day.work(operator.pk, came + timedelta(minutes=chance.uniform(0, 12)), closes)
        _write_calls(schema, day.calls, zone)
        _write_shifts(day, [*early, *late], campaign)
    _write_contacts(contacts)


def _write_calls(schema: str, calls: list[Call], zone: ZoneInfo) -> None:
    price_calls(None, schema=schema, calls=calls)
    differences = day_figures.Differences(zone)
    for call in calls:
        differences.add(call)
    with transaction.atomic():
        Call.objects.bulk_create(calls, batch_size=1000)
        day_figures.add(differences.result())
        slot_figures.add(differences.slots())


def _write_shifts(day: Day, operators: Sequence[Operator], campaign: Campaign) -> None:
    reasons = list(PauseReason.objects.all())
    for operator in operators:
        own = [one for one in day.stretches if one.operator_id == operator.pk]
        session = OperatorSession.objects.create(
            operator=operator, campaign_ids=[campaign.pk], node="sim1", state="free", state_since=own[-1].end,
            phone=PhonePresence.REGISTERED, started_at=own[0].begin, ended_at=own[-1].end,
            end_reason=EndReason.OPERATOR,
        )  # fmt: skip
        StateInterval.objects.bulk_create(
            StateInterval(
                session=session, operator=operator, state=one.state, started_at=one.begin, ended_at=one.end,
                call_id=one.call_id,
                pause_reason=reasons[number % len(reasons)] if one.state == "paused" else None,
            )
            for number, one in enumerate(own)
        )  # fmt: skip


def _write_contacts(contacts: Sequence[Contact]) -> None:
    """Let the contacts be where their calls have left them."""
    newest = {
        call.contact_id: call
        for call in Call.objects.filter(contact_id__in=[one.pk for one in contacts])
        .select_related("disposition")
        .order_by("id")
    }
    for contact in contacts:
        if (call := newest.get(contact.pk)) is None:
            continue
        contact.last_outcome = call.outcome
        contact.next_attempt_at = now() + timedelta(hours=3)
        if call.disposition is not None and call.disposition.is_final:
            contact.state = ContactState.DONE
        elif contact.attempts >= 6:
            contact.state = ContactState.EXHAUSTED
    Contact.objects.bulk_update(contacts, ["state", "attempts", "last_outcome", "next_attempt_at"], batch_size=1000)


def write_recordings(schema: str) -> None:
    """Give the newest conversations their sound."""
    sound = _murmur(20.0)
    talks = Call.objects.filter(connected_at__isnull=False, ended_at__isnull=False)[:RECORDED]
    for number, call in enumerate(talks):
        assert call.connected_at is not None
        assert call.ended_at is not None
        seconds = (call.ended_at - call.connected_at).total_seconds()
        path = recording_path(schema, str(call.pk))
        file = recording_files.root() / path
        file.parent.mkdir(parents=True, exist_ok=True)
        content = _wav((sound * (int(seconds // 20) + 1))[: int(seconds * RATE)])
        file.write_bytes(content)
        is_missing = number % 23 == 7
        Recording.objects.create(
            call_id=call.pk, campaign_id=call.campaign_id, path=path, state="missing" if is_missing else "kept",
            started_at=call.connected_at, ended_at=call.ended_at, seconds=f"{seconds:.2f}",
            size_bytes=len(content), sha256="0" * 64,
            delete_after=(call.connected_at + timedelta(days=180)).date(),
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE calls_call, contacts_contact, calls_slotfigures")


def _murmur(seconds: float) -> array[int]:
    """Two people taking turns, as far as a wave on a screen can show it."""
    chance = Random(3)
    samples = array("h")
    while len(samples) < seconds * RATE:
        loud, length = chance.choice((0, 2_000, 6_000, 9_000, 12_000)), chance.randrange(800, 6_000)
        samples.extend(
            int(loud * math.sin(math.pi * n / length) * math.sin(n * (0.12 + 0.05 * math.sin(n / 700))))
            for n in range(length)
        )
    return samples[: int(seconds * RATE)]


def _wav(samples: array[int]) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())
    return file.getvalue()


def ago(**length: float) -> datetime:
    return now() - timedelta(**length)
