"""Mail, in the background."""

from __future__ import annotations

import logging
from datetime import timedelta
from smtplib import SMTPException

from celery import shared_task
from django.conf import settings
from django.core.mail import send_mail
from django.db import OperationalError
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django_tenants.utils import schema_context

from accounts import bulk, directory
from accounts.models import BulkRun, User
from common import clock
from tenants.rounds import for_each
from tenants.selectors import active_schemas, company_for

STILL = timedelta(minutes=2)
"""After this long without a step, nobody is at a run any more."""
KEPT = timedelta(days=90)
log = logging.getLogger(__name__)


def mail_is_configured() -> bool:
    return bool(settings.EMAIL_HOST)


@shared_task(
    name="accounts.tasks.mail_link",
    autoretry_for=(OSError, SMTPException),
    retry_backoff=30,
    retry_backoff_max=3600,
    max_retries=8,
)
def mail_link(schema: str, person_id: int, url: str) -> None:
    """Send a person the link that sets his password, in his language."""
    with schema_context(schema):
        person = User.objects.filter(pk=person_id, is_active=True).first()
        if person is None:
            return
        invited = not person.has_usable_password()
    company = company_for(schema)
    with translation.override(person.language):
        subject = _("Your access to %(company)s") if invited else _("A new password for %(company)s")
        context = {"person": person, "company": company, "url": url, "invited": invited}
        body = render_to_string("people/mail.txt", context)
        send_mail(" ".join((subject % {"company": company}).split()), body, None, [person.email])
    log.info("%s: a link was mailed to person %s", schema, person_id)


@shared_task(name="accounts.tasks.keep_directory")
def keep_directory() -> None:
    """Put the platform's directory of people right, whatever was written past it; each hour."""
    schemas = directory.schemas()
    directory.forget_others(schemas)
    for_each(schemas, keep_company_directory)


def keep_company_directory(schema: str) -> None:
    """One company's part of the directory; its schema is active."""
    if wrong := directory.rebuild(schema):
        log.warning("%s: %d people stood wrong in the platform's directory", schema, wrong)


@shared_task(
    name="accounts.tasks.carry_bulk_on",
    acks_late=True,
    reject_on_worker_lost=True,
    autoretry_for=(OperationalError,),
    retry_backoff=2,
    max_retries=8,
)
def carry_bulk_on(schema: str, run_id: int) -> None:
    """Go on with an act on many rows, in the language of whoever began it. Delivered twice, each row is done once."""
    with schema_context(schema):
        run = BulkRun.objects.select_related("user").filter(pk=run_id).first()
        if run is None:
            return
        with translation.override(run.user.language):
            has_more = bulk.carry_on(run_id)
        if has_more:
            bulk.enqueue(schema, run_id)


@shared_task(name="accounts.tasks.tidy_bulk_runs")
def tidy_bulk_runs() -> None:
    """Queue again what stands still, and forget what is old; each minute."""
    for_each(active_schemas(), tidy_runs)


def tidy_runs(schema: str) -> None:
    """One company's part; its schema is active."""
    at = clock.now()
    still = BulkRun.objects.filter(ended_at__isnull=True, moved_at__lt=at - STILL)
    for run_id in list(still.values_list("pk", flat=True)):
        if still.filter(pk=run_id).update(moved_at=at):
            log.warning("%s: work %s stands still; queued again", schema, run_id)
            bulk.enqueue(schema, run_id)
    BulkRun.objects.filter(ended_at__lt=at - KEPT).delete()
