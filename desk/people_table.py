"""The table of a company's people."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.choices import COMPANY_ROLES, Role
from accounts.models import User
from agents.models import OperatorSession
from desk import people_cells
from desk.people_row import NO_PASSWORD, STATES, PersonRow, ReadPerson, Shift, state_of
from screens.columns import Column, Control, Empty
from screens.tables import Table
from tenants.figures import table
from tenants.letters import holding
from tenants.written import keys_as_text

# Of those who are, or were, operators: what each does on his shift, and in how many campaigns he works.
_WORK = """
SELECT operator.user_id, session.state, pause.name, count(campaign.id)
FROM agents_operator AS operator
LEFT JOIN agents_operatorsession AS session ON session.operator_id = operator.id AND session.ended_at IS NULL
LEFT JOIN agents_pausereason AS pause ON pause.id = session.pause_reason_id
LEFT JOIN campaigns_campaignoperator AS tie ON tie.operator_id = operator.id
LEFT JOIN campaigns_campaign AS campaign ON campaign.id = tie.campaign_id AND campaign.state <> 'stopped'
WHERE operator.user_id = ANY(%s)
GROUP BY operator.user_id, session.state, pause.name
"""


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
        Column(
            key="role",
            label=_("Role"),
            draw=people_cells.role,
            value=lambda row: str(Role(row.user.role).label),
            sort=("role", "name"),
        ),
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
            rows = rows.filter(holding("name", text) | Q(email__contains=text.lower()))
        if role := given.get("role", ""):
            rows = rows.filter(role=role)
        return _in_state(rows, given.get("state", ""))

    def decorate(self, found: Sequence[ReadPerson]) -> Sequence[PersonRow]:
        work = {pk: (state, *rest) for pk, state, *rest in table(_WORK, [keys_as_text(user.pk for user in found)])}
        rows = []
        for user in found:
            state, reason, campaigns = work.get(user.pk, (None, None, 0))
            shift = Shift(state, reason) if state else None
            rows.append(PersonRow(user, state_of(user, on_shift=shift is not None), shift, campaigns))
        return rows


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
