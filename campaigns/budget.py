"""Limits that a company's campaigns share: its channels and calls per second. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from campaigns.pacing import Decision, Limit
from campaigns.selection import share


@dataclass(frozen=True, slots=True)
class CompanyBudget:
    """What a company may still launch now."""

    channels: int
    cps: int


def apply(decisions: Sequence[Decision], budget: CompanyBudget) -> list[Decision]:
    """Cut a company's decisions down to what it may launch, evenly; each says which limit cut it."""
    limits = [
        (budget.channels, Limit.COMPANY_CHANNELS),
        (budget.cps, Limit.CPS),
    ]
    decided = list(decisions)
    for amount, limit in limits:
        given = share([decision.launch for decision in decided], amount)
        decided = [cut(decision, launch, limit) for decision, launch in zip(decided, given, strict=True)]
    return decided


def cut(decision: Decision, launch: int, limit: Limit) -> Decision:
    """The same decision with fewer launches, for this reason; as it is where nothing is cut off."""
    return decision if launch == decision.launch else dataclasses.replace(decision, launch=launch, limit=limit)


def forbid(decision: Decision, limit: Limit) -> Decision:
    """The same decision, launching nothing, for this reason."""
    return dataclasses.replace(decision, launch=0, limit=limit)
