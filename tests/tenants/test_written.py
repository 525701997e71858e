"""Queries whose text is written once give what the ORM gives."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, models
from django.db.models import Count, F
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import schema_context

from accounts.models import User
from agents.models import Operator, OperatorSession, PauseReason
from tenants.models import Company
from tenants.postgresql.prepared import is_kept
from tenants.written import Given, GivenKey, GivenKeys, IsOneOf, Written

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
CALL = UUID("01900000-0000-7000-8000-000000000001")


@pytest.fixture
def shifts(acme: Company) -> list[OperatorSession]:
    with schema_context("acme"):
        made = []
        for number in range(3):
            user = User.objects.create(email=f"op{number}@acme.example", name=f"Op {number}", role="operator")
            operator = Operator.objects.create(user=user, extension=f"90{number}")
            made.append(
                OperatorSession.objects.create(
                    operator=operator, campaign_ids=[number], node="sim1", state_since=AT, started_at=AT,
                    call_id=CALL if number else None, consult={"kind": "asked", "n": [number]},
                )
            )  # fmt: skip
        return made


def test_things_are_those_of_the_queryset_with_every_column_as_the_field_reads_it(
    shifts: list[OperatorSession],
) -> None:
    of_operator = Written(lambda: OperatorSession.objects.filter(operator_id=Given("operator", models.BigAutoField())))
    with schema_context("acme"):
        for shift in shifts:
            [found] = of_operator(operator=shift.operator_id)

            assert found == shift
            fields = [field.attname for field in OperatorSession._meta.concrete_fields]
            assert [getattr(found, name) for name in fields] == [getattr(shift, name) for name in fields]
            assert not found._state.adding
        assert of_operator(operator=0) == []
        assert of_operator.first(operator=0) is None


def test_things_come_with_those_that_were_asked_for_with_them(shifts: list[OperatorSession]) -> None:
    everything = Written(
        lambda: OperatorSession.objects.select_related("pause_reason", "operator__user").order_by("id")
    )
    with schema_context("acme"):
        shifts[1].pause_reason = PauseReason.objects.create(code="lunch", name="Lunch")
        shifts[1].save()
        with CaptureQueriesContext(connection) as queries:
            found = everything()
            reasons = [shift.pause_reason.code if shift.pause_reason else None for shift in found]
            names = [shift.operator.user.name for shift in found]

    assert (reasons, names) == ([None, "lunch", None], ["Op 0", "Op 1", "Op 2"])
    assert sum("SELECT" in one["sql"] for one in queries) == 1


def test_rows_are_named_as_the_querysets(shifts: list[OperatorSession]) -> None:
    wanted = OperatorSession.objects.filter(
        call_id=Given("call", models.UUIDField()), started_at__gte=Given("since", models.DateTimeField())
    ).order_by("id")
    named = Written(lambda: wanted.values_list("operator__user__name", "campaign_ids", "consult", named=True))
    plain = Written(lambda: wanted.values_list("consult", "operator__extension"))
    with schema_context("acme"):
        rows = named(call=CALL, since=AT)

        assert [(row.operator__user__name, row.campaign_ids, row.consult) for row in rows] == [
            ("Op 1", [1], {"kind": "asked", "n": [1]}),
            ("Op 2", [2], {"kind": "asked", "n": [2]}),
        ]
        assert [tuple(row) for row in plain(call=CALL, since=AT)] == [
            ({"kind": "asked", "n": [1]}, "901"),
            ({"kind": "asked", "n": [2]}, "902"),
        ]


@pytest.mark.parametrize("key", [2**63, -(2**63) - 1, 10**30, 0])
def test_a_key_that_is_larger_than_any_is_nobodys(shifts: list[OperatorSession], key: int) -> None:
    of_key = Written(lambda: OperatorSession.objects.filter(pk=GivenKey("pk")))
    with schema_context("acme"):
        assert of_key(pk=key) == []
        assert of_key.first(pk=shifts[1].pk) == shifts[1]


@pytest.mark.parametrize("chosen", [[0, 2], [1], []])
def test_keys_are_given_however_many_there_are(shifts: list[OperatorSession], chosen: list[int]) -> None:
    of_keys = Written(
        lambda: OperatorSession.objects.filter(IsOneOf(F("id"), GivenKeys("ids"))).order_by("id").values_list("id")
    )
    of_calls = Written(lambda: OperatorSession.objects.filter(IsOneOf(F("call_id"), GivenKeys("ids"))).order_by("id"))
    with schema_context("acme"):
        assert of_keys(ids=[shifts[number].pk for number in chosen]) == [(shifts[number].pk,) for number in chosen]
        assert of_calls(ids={CALL}) == shifts[1:]


def test_texts_are_keys_too_whatever_is_in_them(acme: Company) -> None:
    names = ["Ana", "a,b", '{"x"}', "back\\slash", "", "NULL", "d'Ávila"]
    of_names = Written(lambda: User.objects.filter(IsOneOf(F("name"), GivenKeys("names"))).order_by("id"))
    with schema_context("acme"):
        people = [
            User.objects.create(email=f"{number}@acme.example", name=name, role="operator")
            for number, name in enumerate(names)
        ]

        assert of_names(names=names) == people
        assert of_names(names=names[2:4]) == people[2:4]
        assert of_names(names=["{a,b}", "null"]) == []


def test_each_company_is_asked_by_the_same_text(shifts: list[OperatorSession], beta: Company) -> None:
    made = 0

    def everything() -> models.QuerySet[Operator]:
        nonlocal made
        made += 1
        return Operator.objects.order_by("id")

    operators = Written(everything)
    found = {}
    with CaptureQueriesContext(connection) as queries:
        for schema in ("acme", "beta", "acme"):
            with schema_context(schema):
                found[schema] = operators()

    assert found == {"acme": [shift.operator for shift in shifts], "beta": []}
    assert made == 1
    assert len({query["sql"] for query in queries if "agents_operator" in query["sql"]}) == 1


@pytest.mark.parametrize("one_plan", [False, True])
def test_the_plan_of_a_query_with_a_limit_is_kept_where_it_says_so(
    shifts: list[OperatorSession], *, one_plan: bool
) -> None:
    newest = Written(
        lambda: OperatorSession.objects.filter(pk__gte=GivenKey("pk")).order_by("-pk")[:2], one_plan=one_plan
    )
    kept = []

    def watch(execute: Any, sql: str, params: Any, *rest: Any) -> Any:
        kept.append(is_kept(sql, params))
        return execute(sql, params, *rest)

    with schema_context("acme"), connection.execute_wrapper(watch):
        assert newest(pk=shifts[0].pk) == [shifts[2], shifts[1]]

    assert kept == [one_plan]


def test_what_is_missing_is_no_condition_less(shifts: list[OperatorSession]) -> None:
    of_operator = Written(lambda: OperatorSession.objects.filter(operator_id=Given("operator", models.BigAutoField())))
    with schema_context("acme"), pytest.raises(KeyError):
        of_operator()


@pytest.mark.parametrize(
    "queryset",
    [
        Operator.objects.prefetch_related("sessions"),
        Operator.objects.values_list("id", flat=True),
        Operator.objects.values("id"),
        Operator.objects.annotate(shifts=Count("sessions")),
    ],
)
def test_what_a_row_alone_doesnt_make_is_refused(acme: Company, queryset: models.QuerySet[Operator, object]) -> None:
    with schema_context("acme"), pytest.raises(TypeError):
        Written(lambda: queryset)()
