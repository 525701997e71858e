"""The table of a company's people."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.choices import COMPANY_ROLES, Role
from accounts.models import User
from agents.models import OperatorSession
from campaigns.choices import CampaignState
from campaigns.models import CampaignOperator
from desk import people_cells
from desk.people_row import NO_PASSWORD, STATES, PersonRow, ReadPerson, Shift, state_of
from screens.columns import Column, Control, Empty
from screens.tables import Table


class People(Table[User]):
    name = "people"
    label = _("People")
    default_sort = "name"
    reads = ReadPerson._fields
    columns = (
        Column(
            key="name",
            label=_("Name"),
            draw=people_cells.name,
            value=lambda row: row.user.name,
            sort=("name",),
            always=True,
            css="cell-who",
        ),
        Column(key="email", label=_("E-mail"), value=lambda row: row.user.email, sort=("email",), hidden=True),
        Column(key="role", label=_("Role"), value=lambda row: str(Role(row.user.role).label), sort=("role", "name")),
        Column(key="state", label=_("State"), draw=people_cells.state, value=lambda row: str(row.state_words)),
        Column(
            key="extension",
            label=_("Extension"),
            value=lambda row: row.extension,
            css="tel",
        ),
        Column(key="campaigns", label=_("Campaigns"), value=lambda row: row.campaigns or None, numeric=True),
        Column(
            key="seen",
            label=_("Last log-in"),
            draw=people_cells.seen,
            value=lambda row: row.user.last_login,
            sort=("last_login",),
            css="nw",
        ),
    )
    controls = (
        Control(name="q", label=_("Search"), kind="search", placeholder=_("Name or e-mail")),
        Control(
            name="role",
            label=_("Role"),
            choices=lambda: [(role.value, role.label) for role in Role if role in COMPANY_ROLES],
        ),
        Control(name="state", label=_("State"), choices=STATES.items),
    )
    empty = Empty(heading=_("Nobody yet"), icon="users")
    nothing_fits = Empty(heading=_("Nobody fits these filters"), words=_("Take a filter away to see more people."))

    def narrow(self, rows: QuerySet[User], given: dict[str, str]) -> QuerySet[User]:
        if text := given.get("q", "").replace("\x00", ""):
            rows = rows.filter(Q(name__icontains=text) | Q(email__icontains=text))
        if role := given.get("role", ""):
            rows = rows.filter(role=role)
        return _in_state(rows, given.get("state", ""))

    def decorate(self, found: Sequence[ReadPerson]) -> Sequence[PersonRow]:
        ids = [user.pk for user in found]
        shifts = _open_shifts(ids)
        ties = (
            CampaignOperator.objects.filter(operator__user_id__in=ids)
            .exclude(campaign__state=CampaignState.STOPPED)
            .values_list("operator__user_id")
            .annotate(n=Count("pk"))
        )
        campaigns = dict(ties)
        return [
            PersonRow(user, state_of(user, on_shift=user.pk in shifts), shifts.get(user.pk), campaigns.get(user.pk, 0))
            for user in found
        ]


def _open_shifts(ids: Sequence[int]) -> dict[int, Shift]:
    rows = OperatorSession.objects.filter(ended_at__isnull=True, operator__user_id__in=ids)
    read = rows.values_list("operator__user_id", "state", "pause_reason__name")
    return {user_id: Shift(state, reason) for user_id, state, reason in read}


def people() -> QuerySet[User]:
    return User.objects.filter(role__in=COMPANY_ROLES).select_related("operator")


def _in_state(rows: QuerySet[User], state: str) -> QuerySet[User]:
    if state == "inactive":
        return rows.filter(is_active=False)
    if state == "invited":
        return rows.filter(is_active=True, password__startswith=NO_PASSWORD)
    if state in {"active", "shift"}:
        rows = rows.filter(is_active=True).exclude(password__startswith=NO_PASSWORD)
        on_shift = OperatorSession.objects.filter(ended_at__isnull=True).values("operator__user_id")
        return rows.filter(pk__in=on_shift) if state == "shift" else rows.exclude(pk__in=on_shift)
    return rows
