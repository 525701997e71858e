"""What people do with recordings: listen, download, delete, set how long they are kept. Every act is audited."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import DateField, ExpressionWrapper, Q
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _
from django_tenants.utils import get_public_schema_name, schema_context

from accounts.audit import record as audit
from accounts.choices import Role
from accounts.exceptions import NotAllowedError
from accounts.models import User
from accounts.permissions import check_role
from accounts.scopes import Scope
from agents.models import Operator
from calls import recording_files
from calls.choices import RecordingState
from calls.exceptions import (
    DeletionFailedError,
    ListeningOverError,
    NoReasonError,
    NoRecordingError,
    RecordingRunsError,
    RetentionRangeError,
)
from calls.models import Call, Recording
from common.clock import now
from common.plain import plain_line
from tenants.active import active_schema
from tenants.models import Company
from tenants.selectors import company_for

LONGEST_DAYS = 3650
_LISTEN_SALT = "calls.recording.listen"
_LISTEN_FOR = timedelta(hours=2)
"""How long an opened player may go on asking for parts of the sound."""


def check_may_hear(call: Call, acting_user: User) -> None:
    """Masters and supervisors hear every recording of their company; operators their own calls' where that is allowed.

    Raises NotAllowedError.
    """
    check_role(acting_user, Role.MASTER, Role.SUPERVISOR, Role.OPERATOR, scope=Scope.RECORDINGS_READ)
    if acting_user.may_supervise:
        return
    if not settings.OPERATORS_HEAR_OWN or call.operator_id is None:
        raise NotAllowedError
    if not Operator.objects.filter(pk=call.operator_id, user=acting_user).exists():
        raise NotAllowedError


def kept_recording(call_id: UUID) -> Recording:
    """Give the recording of a call whose file is kept. Raises NoRecordingError."""
    row = Recording.objects.filter(call_id=call_id, state=RecordingState.KEPT).first()
    if row is None:
        raise NoRecordingError
    return row


def do_open_player(call: Call, *, acting_user: User) -> str:
    """Begin listening: audited, once. Gives the ticket with which this person may read the sound for two hours.

    Raises NotAllowedError, NoRecordingError.
    """
    check_may_hear(call, acting_user)
    with transaction.atomic():
        row = kept_recording(call.pk)
        audit("recording.played", row, acting_user=acting_user, call=str(call.pk), number=call.number)
    return signing.dumps([active_schema(), str(call.pk), acting_user.pk], salt=_LISTEN_SALT)


def check_ticket(ticket: str, call: Call, acting_user: User) -> Recording:
    """Check a ticket of `do_open_player` and the person again; give the recording.

    Raises ListeningOverError, NotAllowedError, NoRecordingError.
    """
    try:
        said = signing.loads(ticket, salt=_LISTEN_SALT, max_age=_LISTEN_FOR)
    except signing.BadSignature as error:
        raise ListeningOverError from error
    if said != [active_schema(), str(call.pk), acting_user.pk]:
        raise ListeningOverError
    check_may_hear(call, acting_user)
    return kept_recording(call.pk)


def do_download(call: Call, *, acting_user: User) -> Recording:
    """Hand a recording out as a file: audited. Raises NotAllowedError, NoRecordingError."""
    check_may_hear(call, acting_user)
    with transaction.atomic():
        row = kept_recording(call.pk)
        audit("recording.downloaded", row, acting_user=acting_user, call=str(call.pk), number=call.number)
    return row


def do_delete_recording(call: Call, *, reason: str, acting_user: User) -> Recording:
    """Destroy the sound of a call for good. The row stays: hash, who, when and why.

    Raises NotAllowedError, NoReasonError, NoRecordingError, RecordingRunsError, DeletionFailedError.
    """
    check_role(acting_user, Role.MASTER, scope=Scope.RECORDINGS_WRITE)
    reason = plain_line(reason)[:200]
    if not reason:
        raise NoReasonError
    with transaction.atomic():
        row = Recording.objects.select_for_update().filter(call_id=call.pk).first()
        if row is None or row.state == RecordingState.DELETED:
            raise NoRecordingError
        if row.state == RecordingState.RECORDING:
            raise RecordingRunsError
        try:
            destroy(row, active_schema(), acting_user=acting_user, reason=reason)
        except recording_files.OutsideError as error:
            raise DeletionFailedError(reason=_("a link leads out of the company’s folder")) from error
        except OSError as error:
            raise DeletionFailedError(reason=error.strerror or str(error)) from error
    return row


def destroy(row: Recording, schema: str, *, acting_user: User | None, reason: str) -> None:
    """Destroy the file of a locked row and write it down, the row first: what fails leaves the row as it was.

    Once the file is gone only the commit is left. Raises OSError.
    """
    row.state, row.deleted_at = RecordingState.DELETED, now()
    row.deleted_by_id = acting_user.pk if acting_user else None
    row.delete_reason = reason
    row.save(update_fields=["state", "deleted_at", "deleted_by_id", "delete_reason"])
    entry = audit(
        "recording.deleted",
        row,
        acting_user=acting_user,
        call=str(row.call_id),
        reason=reason or "retention",
        sha256=row.sha256,
        size_bytes=row.size_bytes,
    )
    entry.detail["files"] = recording_files.erase(recording_files.file_of(schema, row.path))
    entry.save(update_fields=["detail"])


def do_set_retention(days: int | None, *, acting_user: User) -> int:
    """Say how long the company keeps recordings (None: until somebody deletes them), those that it has included.

    Gives how many the next nightly round deletes. Raises NotAllowedError, RetentionRangeError.
    """
    check_role(acting_user, Role.MASTER, scope=Scope.RECORDINGS_WRITE)
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        raise RetentionRangeError(most=LONGEST_DAYS)
    schema = active_schema()
    company = company_for(schema)
    zone = ZoneInfo(company.timezone)
    with transaction.atomic():
        with schema_context(get_public_schema_name()):
            Company.objects.filter(pk=company.pk).update(recording_days=days)
        broken = Q(state=RecordingState.FAILED, delete_after__isnull=False)
        kept = Recording.objects.filter(Q(state=RecordingState.KEPT) | broken)
        if days is None:
            kept.update(delete_after=None)
        else:
            day = TruncDate("ended_at", tzinfo=zone)
            kept.update(delete_after=ExpressionWrapper(day + timedelta(days=days), output_field=DateField()))
        audit("recordings.retention_set", company, acting_user=acting_user, days=days, was=company.recording_days)
        return kept.filter(delete_after__lt=now().astimezone(zone).date()).count()
