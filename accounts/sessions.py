"""Logging in and out, the same for pages and API."""

from __future__ import annotations

import logging

from django.contrib import auth
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts import attempts, audit
from accounts.exceptions import WrongPasswordError
from accounts.models import User
from live import publish
from tenants.request import SiteRequest

logger = logging.getLogger(__name__)


def do_log_in(request: SiteRequest, *, email: str, password: str) -> User:
    """Begin a session of the request's schema under a new key.

    Raises WrongPasswordError or TooManyAttemptsError.
    """
    user = check_password_of(request, email=email, password=password)
    auth.login(request, user)
    audit.record("session.started", user, acting_user=user, address=str(request.META.get("REMOTE_ADDR", "")))
    return user


def check_password_of(request: SiteRequest, *, email: str, password: str) -> User:
    """Give the person whose password it is. Every way in counts attempts here.

    Raises WrongPasswordError or TooManyAttemptsError.
    """
    attempt = attempts.Attempt(request.schema, email, str(request.META.get("REMOTE_ADDR", "")))
    attempts.count(attempt)
    user = auth.authenticate(request, username=email, password=password)
    if not isinstance(user, User):
        logger.info("%s: log-in refused from %s", request.schema, attempt.address)
        raise WrongPasswordError
    attempts.forgive(attempt)
    return user


def do_log_out(request: SiteRequest) -> None:
    """End the request's session, and the sockets that it holds."""
    user = request.user
    auth.logout(request)
    if isinstance(user, User):
        audit.record("session.ended", user, acting_user=user)
        publish.recheck(request.schema, user.pk)


def end_sessions(user: User) -> int:
    """Delete all the sessions of a person of the active schema; give how many there were.

    Reads every open session of the schema: a company has as many as it has people at work.
    """
    ended = 0
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get(auth.SESSION_KEY) == str(user.pk):
            ended += session.delete()[0]
    return ended
