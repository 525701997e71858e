"""Who may work on what: asked for here, known by the campaigns above, which register how to find out."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from agents.models import Operator


@dataclass(frozen=True, slots=True)
class Assignment:
    """A campaign that an operator may work on now, and its queue's penalty for him (lower is served first)."""

    campaign_id: int
    name: str
    state: str
    penalty: int


Provider = Callable[[Operator], list[Assignment]]
Penalties = Callable[[Collection[int]], dict[tuple[int, int], int]]
_providers: list[tuple[Provider, Penalties]] = []


def register(provider: Provider, penalties: Penalties) -> None:
    """Name a source of assignments; called once by an app above, in its AppConfig.ready().

    ``penalties``: of many operators (ids) at once, by operator id and campaign id.
    """
    if (provider, penalties) not in _providers:
        _providers.append((provider, penalties))


def of(operator: Operator) -> list[Assignment]:
    """Give the operator's assignments in the active schema."""
    return [assignment for provider, _ in _providers for assignment in provider(operator)]


def penalties(operator_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """Give the penalties of operators in the queues of their campaigns, by operator id and campaign id."""
    found: dict[tuple[int, int], int] = {}
    for _, of_many in _providers:
        found |= of_many(operator_ids)
    return found
