"""Answers that took long to work out are kept, for as long as they are said to hold."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from live import kept as module
from live.kept import kept, remembered


def test_an_answer_that_holds_is_given_again(redis: Any) -> None:
    numbers = count()

    first, second = (kept("acme:n", lambda: [next(numbers)], lambda _value: 600) for _ in range(2))

    assert first.value == second.value == [0]
    assert first.at == second.at


def test_an_answer_that_does_not_hold_is_worked_out_anew(redis: Any) -> None:
    numbers = count()

    assert [kept("acme:n", lambda: next(numbers), lambda _value: 0).value for _ in range(2)] == [0, 1]
    assert [kept("acme:n", lambda: next(numbers), lambda _value: 600).value for _ in range(2)] == [2, 2]


def test_nobody_waits_for_who_works_out_what_is_not_worth_keeping(redis: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = count()
    kept("acme:n", lambda: next(numbers), lambda _value: 0)
    redis.set("kept:acme:n:working", "1", ex=600)
    monkeypatch.setattr("time.sleep", lambda _seconds: pytest.fail("waited"))

    assert kept("acme:n", lambda: next(numbers), lambda _value: 0).value == 1


def test_while_one_works_it_out_the_others_are_given_the_former_answer(redis: Any) -> None:
    numbers = count()
    assert kept("acme:n", lambda: next(numbers), lambda _value: 0.000001).value == 0

    inner: list[Any] = []

    def work() -> int:
        inner.append(kept("acme:n", lambda: next(numbers), lambda _value: 600).value)
        return next(numbers)

    assert kept("acme:n", work, lambda _value: 600).value == 1
    assert inner == [0]


def test_without_redis_it_is_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    from redis import Redis

    monkeypatch.setattr(module, "client", lambda: Redis(port=1, socket_connect_timeout=0.2))

    assert kept("acme:n", lambda: 7, lambda _value: 600).value == 7


def test_what_mostly_does_not_hold_is_remembered_while_it_does(redis: Any) -> None:
    numbers = count()
    found = [remembered("acme:n", lambda: next(numbers), lambda value: 600 if value else 0) for _ in range(3)]

    assert found == [0, 1, 1]


def test_without_redis_nothing_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    from redis import Redis

    monkeypatch.setattr(module, "client", lambda: Redis(port=1, socket_connect_timeout=0.2))

    assert remembered("acme:n", lambda: 7, lambda _value: 600) == 7
