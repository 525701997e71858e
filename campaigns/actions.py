"""Every write of campaigns. All in the active company's schema; ``acting_user`` None is the platform itself."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from redis.exceptions import RedisError

from accounts.audit import record as audit
from accounts.choices import Role
from accounts.models import User
from accounts.names import plain_name
from accounts.permissions import check_role
from accounts.scopes import Scope
from agents.following import follow_assignments
from agents.models import Operator
from calls.choices import CallState
from calls.models import Call
from campaigns import dry, running, said
from campaigns.announcements import check_playable
from campaigns.browser_events import CampaignChanged
from campaigns.choices import CampaignState
from campaigns.defaults import defaults
from campaigns.exceptions import (
    LastListError,
    ListInUseError,
    NameTakenError,
    NoListError,
    UnknownListError,
    UnknownOperatorError,
    WrongCampaignStateError,
)
from campaigns.models import Campaign, CampaignList, CampaignOperator
from campaigns.numbers import follow_campaign, write_caller_ids
from campaigns.queueing import take_queue
from campaigns.setting_rules import check_settings
from campaigns.signals import campaign_state_changed
from common.clock import now, to_us
from contacts.models import ContactList
from live.publish import publish
from live.redis import client
from tenants.active import active_schema
from tenants.selectors import company_for

log = logging.getLogger(__name__)

SETTINGS = (
    "name",
    "caller_id_rotation",
    "ring_timeout_s",
    "wrap_up_s",
    "max_attempts",
    "retry_minutes",
    "target_abandon_rate",
    "max_lines_per_operator",
    "max_channels",
    "dialing",
    "allows_manual",
    "priority",
    "script",
    "recording",
    "recording_percent",
    "recording_is_announced",
    "recording_message",
    "no_operator_message",
    "amd",
    "amd_preset",
    "amd_options",
    "amd_control_percent",
    "machine_message",
)
"""What a person may set; states move by actions of their own."""

_STARTABLE = {CampaignState.DRAFT, CampaignState.PAUSED, CampaignState.STOPPED, CampaignState.STOPPING}


def check_may_configure(acting_user: User | None) -> None:
    """Masters set campaigns up. Raises NotAllowedError."""
    check_role(acting_user, Role.MASTER, scope=Scope.CAMPAIGNS_WRITE)


def check_may_operate(acting_user: User | None) -> None:
    """Masters and supervisors start and stop them, and say who works on them. Raises NotAllowedError."""
    check_role(acting_user, Role.MASTER, Role.SUPERVISOR, scope=Scope.CAMPAIGNS_WRITE)


def check_lists_suffice(campaign: Campaign) -> None:
    """Raise NoListError for a campaign that would dial ahead and has nobody to call."""
    if campaign.needs_list and not campaign.campaign_lists.exists():
        raise NoListError


def do_create_campaign(
    *,
    acting_user: User | None,
    lists: Iterable[ContactList] = (),
    operators: Iterable[Operator] = (),
    caller_ids: Sequence[int] = (),
    **settings: Any,
) -> Campaign:
    """Make a campaign, as a draft. ``settings``: validated values of SETTINGS, the company's defaults where they lack;
    ``caller_ids`` in their order.

    Raises NotAllowedError, NameTakenError, ListInUseError, UnknownCallerIdError.
    """
    check_may_configure(acting_user)
    with transaction.atomic():
        begun_with = defaults() | _known(settings)
        campaign = Campaign(**begun_with, created_by=acting_user, state_since=now())
        check_settings(campaign)
        _save(campaign)
        audit("campaign.created", campaign, acting_user=acting_user, name=campaign.name)
        notify_changed(campaign)
        if chosen := [contact_list.pk for contact_list in lists]:
            _write_lists(campaign, chosen, acting_user)
        if penalties := {operator.pk: 0 for operator in operators}:
            _write_operators(campaign, penalties, acting_user)
        write_caller_ids(campaign, caller_ids, acting_user)
    return campaign


def do_update_campaign(
    campaign: Campaign,
    *,
    acting_user: User | None,
    lists: Iterable[ContactList] | None = None,
    operators: Iterable[Operator] | None = None,
    caller_ids: Sequence[int] | None = None,
    **settings: Any,
) -> Campaign:
    """Change settings, and lists, operators and caller IDs where they are given; a running campaign follows within a
    second.

    Operators keep their penalties. Raises NotAllowedError, NameTakenError, ListInUseError, NoListError,
    LastListError, UnknownCallerIdError.
    """
    check_may_configure(acting_user)
    with transaction.atomic():
        locked = _locked(campaign)
        changed = {name: value for name, value in _known(settings).items() if getattr(locked, name) != value}
        if changed:
            detail = {name: [_as_json(getattr(locked, name)), _as_json(value)] for name, value in changed.items()}
            for name, value in changed.items():
                setattr(locked, name, value)
            check_settings(locked)
            _save(locked)
            audit("campaign.changed", locked, acting_user=acting_user, changes=detail)
            notify_changed(locked)
        if lists is not None:
            _write_lists(locked, [contact_list.pk for contact_list in lists], acting_user)
        if operators is not None:
            known = dict(locked.campaign_operators.values_list("operator_id", "penalty"))
            _write_operators(locked, {one.pk: known.get(one.pk, 0) for one in operators}, acting_user)
        if caller_ids is not None:
            write_caller_ids(locked, caller_ids, acting_user)
        if locked.state == CampaignState.RUNNING and "dialing" in changed:
            check_lists_suffice(locked)
    return locked


def do_set_lists(campaign: Campaign, list_ids: Sequence[int], *, acting_user: User | None) -> None:
    """Give the campaign exactly these lists, called in this order. Contacts keep what they have been through.

    Raises NotAllowedError, UnknownListError, ListInUseError, LastListError (one that dials ahead needs one to run).
    """
    check_may_configure(acting_user)
    with transaction.atomic():
        _write_lists(_locked(campaign), list_ids, acting_user)


def do_attach_list(campaign: Campaign, contact_list: ContactList, *, acting_user: User | None) -> None:
    """Add a list behind the others. Raises NotAllowedError, ListInUseError."""
    check_may_configure(acting_user)
    with transaction.atomic():
        locked = _locked(campaign)
        _write_lists(locked, [*_list_ids(locked), contact_list.pk], acting_user)


def do_detach_list(campaign: Campaign, contact_list: ContactList, *, acting_user: User | None) -> None:
    """Take a list away; calls that are up for it go on. Raises NotAllowedError, LastListError."""
    check_may_configure(acting_user)
    with transaction.atomic():
        locked = _locked(campaign)
        _write_lists(locked, [pk for pk in _list_ids(locked) if pk != contact_list.pk], acting_user)


def do_set_operators(campaign: Campaign, penalties: Mapping[int, int], *, acting_user: User | None) -> None:
    """Give the campaign exactly these operators (id → penalty). Open shifts follow at once.

    Raises NotAllowedError, UnknownOperatorError.
    """
    check_may_operate(acting_user)
    with transaction.atomic():
        _write_operators(_locked(campaign), penalties, acting_user)


def do_start(campaign: Campaign, *, acting_user: User | None) -> Campaign:
    """Start, resume, or start again after a stop; nothing happens to one that runs.

    Raises NotAllowedError, NoListError, NoMachineMessageError, AnnouncementGoneError, QueuesExhaustedError.
    """
    check_may_operate(acting_user)
    with transaction.atomic():
        locked = _locked(campaign)
        if locked.state in _STARTABLE:
            check_lists_suffice(locked)
            check_settings(locked)
            check_playable(locked)
            if not locked.campaign_operators.exists():
                log.warning("%s: campaign %s starts without operators", active_schema(), locked.pk)
            take_queue(locked)
            _move(locked, CampaignState.RUNNING, "campaign.started", acting_user)
            _forget_dry_on_commit(locked)
    return locked


def do_pause(campaign: Campaign, *, acting_user: User | None) -> Campaign:
    """Dial nobody new; calls that are up go on. Once this has returned, no contact is claimed any more.

    Nothing happens to one that is paused. Raises NotAllowedError, WrongCampaignStateError.
    """
    check_may_operate(acting_user)
    with transaction.atomic():
        locked = _locked(campaign)
        if locked.state == CampaignState.RUNNING:
            _move(locked, CampaignState.PAUSED, "campaign.paused", acting_user)
        elif locked.state != CampaignState.PAUSED:
            raise WrongCampaignStateError(state=CampaignState(locked.state).label)
    return locked


def do_stop(campaign: Campaign, *, acting_user: User | None) -> Campaign:
    """Dial nobody new, and be stopped once the last call has ended. Nothing happens to one that is stopping or stopped.

    Raises NotAllowedError, WrongCampaignStateError.
    """
    check_may_operate(acting_user)
    with transaction.atomic():
        locked = _locked(campaign)
        if locked.state in {CampaignState.RUNNING, CampaignState.PAUSED}:
            _move(locked, CampaignState.STOPPING, "campaign.stopping", acting_user)
        elif locked.state == CampaignState.DRAFT:
            raise WrongCampaignStateError(state=CampaignState(locked.state).label)
    return locked


def do_finish_stopping(campaign_id: int) -> bool:
    """Stop a stopping campaign whose last call has ended; False where it hasn't, or isn't stopping any more."""
    with transaction.atomic():
        locked = Campaign.objects.select_for_update().filter(pk=campaign_id, state=CampaignState.STOPPING).first()
        if locked is None or Call.objects.filter(campaign_id=campaign_id).exclude(state=CallState.ENDED).exists():
            return False
        _move(locked, CampaignState.STOPPED, "campaign.stopped", None)
    return True


def notify_changed(campaign: Campaign) -> None:
    """Tell the dialing tick and the browsers, after the commit.

    With Redis away the change stands all the same; the reconciliation brings it to the tick (campaigns.tasks).
    """
    follow_campaign(campaign)
    schema = active_schema()
    entry = running.entry_of(campaign, company_for(schema))
    event = CampaignChanged(
        id=campaign.pk, name=campaign.name, state=campaign.state, since_us=to_us(campaign.state_since)
    )

    def tell() -> None:
        try:
            running.put(entry)
            if not entry.is_running:
                said.forget(client(), schema, entry.campaign_id)
            publish(schema, [event])
        except RedisError as error:
            log.warning("%s: campaign %s changed, but Redis is away: %s", schema, entry.campaign_id, error)

    transaction.on_commit(tell)


def _move(campaign: Campaign, state: CampaignState, verb: str, acting_user: User | None) -> None:
    former, campaign.state, campaign.state_since = campaign.state, state, now()
    campaign.save(update_fields=["state", "state_since"])
    audit(verb, campaign, acting_user=acting_user, name=campaign.name)
    campaign_state_changed.send(
        sender=Campaign, schema=active_schema(), campaign=campaign, former=former, acting_user=acting_user
    )
    notify_changed(campaign)


def _locked(campaign: Campaign) -> Campaign:
    return Campaign.objects.select_for_update().get(pk=campaign.pk)


def _save(campaign: Campaign) -> None:
    try:
        with transaction.atomic():
            campaign.save()
    except IntegrityError as error:
        if "name" in str(error):
            raise NameTakenError from error
        raise


def _list_ids(campaign: Campaign) -> list[int]:
    return list(campaign.campaign_lists.order_by("position", "id").values_list("contact_list_id", flat=True))


def _write_lists(campaign: Campaign, list_ids: Sequence[int], acting_user: User | None) -> None:
    wanted = list(dict.fromkeys(list_ids))
    if wanted == _list_ids(campaign):
        return
    if campaign.state == CampaignState.RUNNING and campaign.needs_list and not wanted:
        raise LastListError(name=campaign.name)
    _check_lists(campaign, wanted)
    campaign.campaign_lists.exclude(contact_list_id__in=wanted).delete()
    try:
        with transaction.atomic():
            for position, list_id in enumerate(wanted):
                CampaignList.objects.update_or_create(
                    campaign=campaign, contact_list_id=list_id, defaults={"position": position}
                )
    except IntegrityError as error:  # another campaign took it in this moment
        raise ListInUseError(name=str(ContactList.objects.filter(pk__in=wanted).first() or "")) from error
    audit("campaign.lists_set", campaign, acting_user=acting_user, lists=wanted)
    _forget_dry_on_commit(campaign)


def _write_operators(campaign: Campaign, penalties: Mapping[int, int], acting_user: User | None) -> None:
    known = dict(campaign.campaign_operators.values_list("operator_id", "penalty"))
    if known == dict(penalties):
        return
    if Operator.objects.filter(pk__in=penalties).count() != len(penalties):
        raise UnknownOperatorError
    campaign.campaign_operators.exclude(operator_id__in=penalties).delete()
    CampaignOperator.objects.bulk_create(
        [
            CampaignOperator(campaign=campaign, operator_id=operator_id, penalty=penalty)
            for operator_id, penalty in penalties.items()
        ],
        update_conflicts=True,
        unique_fields=["campaign", "operator"],
        update_fields=["penalty"],
    )
    audit("campaign.operators_set", campaign, acting_user=acting_user, operators=sorted(penalties))
    follow_assignments(
        campaign.pk,
        joined=penalties.keys() - known.keys(),
        left=known.keys() - penalties.keys(),
        changed={pk for pk, penalty in penalties.items() if known.get(pk, penalty) != penalty},
    )


def _check_lists(campaign: Campaign, list_ids: Sequence[int]) -> None:
    # Locked: one that is removed before our commit would fail there, too late for words.
    found = ContactList.objects.filter(pk__in=list_ids).select_for_update(no_key=True).order_by("pk")
    if len(found) != len(list_ids):
        raise UnknownListError
    taken = CampaignList.objects.filter(contact_list_id__in=list_ids).exclude(campaign=campaign)
    if other := taken.select_related("contact_list").first():
        raise ListInUseError(name=other.contact_list.name)


def _forget_dry_on_commit(campaign: Campaign) -> None:
    schema, campaign_id = active_schema(), campaign.pk

    def forget() -> None:
        try:
            dry.clear(client(), schema, campaign_id)
        except RedisError as error:
            log.warning("%s: Redis is away: %s", schema, error)

    transaction.on_commit(forget)


def _known(settings: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: value for name, value in settings.items() if name in SETTINGS}
    return known | {"name": plain_name(known["name"], most=120)} if "name" in known else known


def _as_json(value: Any) -> Any:
    return value if isinstance(value, str | int | dict | None) else str(value)
