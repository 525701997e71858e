"""Names of campaigns and operators beside calls, which hold plain ids: both kinds by one query."""

from __future__ import annotations

from collections.abc import Sequence

from desk.call_row import ReadCall
from tenants.figures import Params, table
from tenants.written import keys_as_text

_ALL = """
SELECT 0 AS kind, id, name FROM campaigns_campaign
UNION ALL
SELECT 1, operator.id, person.name
FROM agents_operator AS operator JOIN accounts_user AS person ON person.id = operator.user_id
ORDER BY kind, name
"""
_SOME = """
SELECT 0, id, name FROM campaigns_campaign WHERE id = ANY(%s)
UNION ALL
SELECT 1, operator.id, person.name
FROM agents_operator AS operator JOIN accounts_user AS person ON person.id = operator.user_id
WHERE operator.id = ANY(%s)
"""
Names = tuple[dict[int, str], dict[int, str]]
"""Of campaigns, and of operators, by id."""


def all_names() -> Names:
    """Give those of all campaigns and operators that there are, in the order of their names."""
    return _read(_ALL)


def names_beside(calls: Sequence[ReadCall]) -> Names:
    """Give those of some calls. What was deleted since is missing."""
    if not calls:
        return {}, {}
    operators = {call.operator_id for call in calls if call.operator_id}
    return _read(_SOME, [keys_as_text({call.campaign_id for call in calls}), keys_as_text(operators)])


def _read(sql: str, params: Params = ()) -> Names:
    names: Names = ({}, {})
    for kind, pk, name in table(sql, params):
        names[kind][pk] = name
    return names
