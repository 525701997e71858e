"""An operator says what his conversation came to: the one that he is on, or wraps up."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from agents.models import Operator, OperatorSession
from agents.news import tell_desk
from calls.actions import do_set_disposition
from calls.models import Call
from calls.tabulation import Tabulation
from desk.exceptions import NoCallError


def do_dispose(operator: Operator, said: Tabulation, *, acting_user: User) -> Call:
    """Set the disposition of the present call; may be said anew until wrap-up ends.

    Raises NoCallError, and what calls.actions.do_set_disposition raises.
    """
    with transaction.atomic():
        call = do_set_disposition(present_call(operator), said, acting_user=acting_user)
        tell_desk(operator.user_id, "call")
    return call


def present_call(operator: Operator) -> Call:
    """Give the call that the operator is on or wraps up. Raises NoCallError."""
    call_id = (
        OperatorSession.objects.filter(operator=operator, ended_at__isnull=True)
        .values_list("call_id", flat=True)
        .first()
    )
    call = Call.objects.filter(pk=call_id).first() if call_id else None
    if call is None:
        raise NoCallError
    return call
