"""Rows that the tests of calls stand on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django_tenants.utils import schema_context

from accounts.choices import Role
from agents.models import Operator
from calls.models import Call
from tenants.models import Company
from tests.factories.calls import build_call


@pytest.fixture
def make_call(acme: Company, beta: Company) -> Callable[..., Call]:
    """``make_call("acme", campaign_id=3)`` → a call row in that schema."""

    def make(schema: str = "acme", **fields: Any) -> Call:
        call = build_call(**fields)
        with schema_context(schema):
            call.save(force_insert=True)
        return call

    return make


@pytest.fixture
def make_operator(make_user: Callable[..., Any]) -> Callable[..., Operator]:
    """``make_operator("acme", "10101")`` → an operator with that extension."""

    def make(schema: str, extension: str) -> Operator:
        user = make_user(schema, Role.OPERATOR)
        with schema_context(schema):
            return Operator.objects.create(user=user, extension=extension)

    return make
