"""Taking the next contacts of a campaign for dialing: their Call rows and their new state, in one transaction.

Two ticks at once never take one contact (SKIP LOCKED). A worker that dies before the commit has taken nothing; one
that dies after it leaves calls in state ``created``, which calls.sweep gives back once their deadline has passed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, repeat
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from calls.models import Call
from campaigns import callbacks
from campaigns.call_variables import is_control
from campaigns.callback_claim import take_promised
from campaigns.caller_ids import choose, shown_by
from campaigns.choices import CampaignState
from campaigns.lines import Allotment
from campaigns.models import Campaign, CampaignList
from campaigns.selection import PhoneFacts, choose_phone
from contacts.choices import ContactState, PhoneState
from contacts.models import Contact, Phone

_MOST_ROUNDS = 3
"""Contacts without a usable phone are put aside, and others taken in their place, this many times a tick at most."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What was taken. ``short``: the lists had fewer contacts to call now than were wanted."""

    calls: list[Call]
    campaign: Campaign | None
    short: bool


@dataclass(frozen=True, slots=True)
class _Candidate:
    id: int
    contact_list_id: int
    attempts: int


def claim_contacts(campaign_id: int, lines: Sequence[Allotment], *, now: datetime, turn: int = 0) -> Claim:
    """Claim as many contacts in the active schema as the lines carry, and write their calls.

    ``turn``: how many calls the campaign has made, for the rotation of its numbers. The campaign's row is
    share-locked: once a pause has been committed, nothing is claimed any more.
    """
    with transaction.atomic():
        campaign = _running_campaign(campaign_id)
        if campaign is None:
            return Claim([], None, short=False)
        wanted, short = sum(line.count for line in lines), False
        calls = _call_promised(campaign, wanted, now=now)
        for _round in range(_MOST_ROUNDS):
            missing = wanted - len(calls)
            if not missing:
                break
            candidates = _take(campaign, missing, now)
            short = len(candidates) < missing
            calls += _prepare(campaign, candidates, now=now)
            if len(calls) >= wanted or short:
                break
        if calls:
            _put_on_lines(campaign, calls, lines, turn)
            _write(calls)
    return Claim(calls, campaign, short=short)


def _running_campaign(campaign_id: int) -> Campaign | None:
    """The campaign, share-locked, if it runs."""
    rows = Campaign.objects.raw(
        "SELECT * FROM campaigns_campaign WHERE id = %s AND state = %s FOR SHARE", [campaign_id, CampaignState.RUNNING]
    )
    return next(iter(rows), None)


def lock_due(campaign: Campaign, wanted: int, now: datetime) -> list[int]:
    """Lock contacts that are due as `claim_contacts` does, and give their ids. To be called within a transaction."""
    return [candidate.id for candidate in _take(campaign, wanted, now)]


def _take(campaign: Campaign, wanted: int, now: datetime) -> list[_Candidate]:
    """Lock contacts that are due, list by list in the campaign's order, longest due first.

    One who was promised a call is called for that alone (_call_promised, campaigns.callback_dialing).
    """
    taken: list[_Candidate] = []
    lists = CampaignList.objects.filter(campaign=campaign).order_by("position", "id")
    with connection.cursor() as cursor:
        for list_id in lists.values_list("contact_list_id", flat=True):
            if len(taken) >= wanted:
                break
            cursor.execute(
                """
                SELECT id, contact_list_id, attempts FROM contacts_contact
                WHERE contact_list_id = %s AND state = 'ready' AND next_attempt_at <= %s
                  AND NOT EXISTS (SELECT 1 FROM campaigns_callback AS promised
                                  WHERE promised.contact_id = contacts_contact.id AND promised.campaign_id = %s
                                    AND promised.state IN ('pending', 'offered'))
                ORDER BY next_attempt_at, id LIMIT %s FOR UPDATE SKIP LOCKED
                """,
                [list_id, now, campaign.pk, wanted - len(taken)],
            )
            taken += [_Candidate(*row) for row in cursor.fetchall()]
    return taken


def _call_promised(campaign: Campaign, wanted: int, *, now: datetime) -> list[Call]:
    """Make the calls that anyone of the campaign may keep and that are due: ahead of everybody else."""
    promised = take_promised(campaign, wanted, now)
    calls = [
        _call(
            campaign,
            _Candidate(one.contact.pk, one.contact.contact_list_id, one.contact.attempts),
            one.phone,
            now=now,
        )
        for one in promised
    ]
    if calls:
        _mark_dialing(calls)
        callbacks.offer([one.callback for one in promised], calls)
    return calls


def _prepare(campaign: Campaign, candidates: Sequence[_Candidate], *, now: datetime) -> list[Call]:
    """Make a call for each candidate that has a phone left; put the others aside as exhausted."""
    phones = _usable_phones([candidate.id for candidate in candidates])
    calls, without = [], []
    for candidate in candidates:
        phone = choose_phone(phones.get(candidate.id, ()))
        if phone is None or candidate.attempts >= campaign.max_attempts:
            without.append(candidate.id)
            continue
        calls.append(_call(campaign, candidate, phone, now=now))
    if without:
        Contact.objects.filter(pk__in=without).update(state=ContactState.EXHAUSTED)
    if calls:
        _mark_dialing(calls)
    return calls


def _usable_phones(contact_ids: Sequence[int]) -> Mapping[int, list[PhoneFacts]]:
    phones: defaultdict[int, list[PhoneFacts]] = defaultdict(list)
    rows = Phone.objects.filter(contact_id__in=contact_ids, state=PhoneState.USABLE)
    for phone in rows.only("contact_id", "e164", "kind", "position", "attempts"):
        phones[phone.contact_id].append(PhoneFacts(phone.pk, phone.e164, phone.kind, phone.position, phone.attempts))
    return phones


def _call(campaign: Campaign, candidate: _Candidate, phone: PhoneFacts, *, now: datetime) -> Call:
    call = Call(
        campaign_id=campaign.pk,
        contact_list_id=candidate.contact_list_id,
        contact_id=candidate.id,
        phone_id=phone.id,
        number=phone.e164,
        kind=phone.kind,
        attempt=candidate.attempts + 1,
        created_at=now,
        deadline_at=now + timedelta(seconds=settings.COMMAND_LIFETIME_S),
    )
    call.amd_control = is_control(campaign, call)
    return call


def _put_on_lines(campaign: Campaign, calls: Sequence[Call], lines: Sequence[Allotment], turn: int) -> None:
    """Give each call its node, its trunk and the number that it shows."""
    shown = shown_by(campaign)
    places = chain.from_iterable(repeat(line, line.count) for line in lines)
    for index, (call, line) in enumerate(zip(calls, places, strict=False)):
        call.node, call.trunk = line.node, line.trunk
        call.caller_id = choose(
            shown, campaign.caller_id_rotation, called=call.number, trunk=line.trunk, turn=turn + index
        )


def _mark_dialing(calls: Sequence[Call]) -> None:
    contact_ids: list[int] = [call.contact_id for call in calls]
    call_ids: list[UUID] = [call.id for call in calls]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE contacts_contact AS t SET state = 'dialing', current_call_id = u.call_id
            FROM unnest(%s::bigint[], %s::uuid[]) AS u(id, call_id) WHERE t.id = u.id
            """,
            [contact_ids, call_ids],
        )


def _write(calls: Sequence[Call]) -> None:
    Call.objects.bulk_create(calls)
