"""Who may work on what: asked for here, known by the campaigns above, which register how to find out."""

from __future__ import annotations

from collections.abc import Callable
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
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Name a source of assignments; called once by an app above, in its AppConfig.ready()."""
    if provider not in _providers:
        _providers.append(provider)


def of(operator: Operator) -> list[Assignment]:
    """Give the operator's assignments in the active schema."""
    return [assignment for provider in _providers for assignment in provider(operator)]
