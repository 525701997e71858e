"""Signs of life."""

from __future__ import annotations

from typing import Any

from redis import Redis

from common.clock import now, to_us
from live import signs
from live.signs import Pulse, Sign, is_silent


def test_a_sign_names_the_part_and_the_process(redis: Any) -> None:
    Pulse("calls").give(redis)
    (sign,) = signs.read(redis)
    assert sign.part == "calls"
    assert not sign.is_late(to_us(now()))


def test_signs_come_no_faster_than_they_are_needed(redis: Any) -> None:
    pulse = Pulse("calls")
    pulse.give(redis)
    redis.delete(signs.SIGNS)
    pulse.give(redis)
    assert signs.read(redis) == []


def test_a_process_that_stopped_is_late() -> None:
    assert Sign("calls", "host:1", 0).is_late(int(signs.LATE_S * 1_000_000) + 1)


def test_the_dead_are_forgotten_where_another_of_their_part_lives_and_kept_where_none_does(redis: Any) -> None:
    old = to_us(now()) - 2 * int(signs.FORGOTTEN_S * 1_000_000)
    redis.zadd(signs.SIGNS, {"web gone:1": old, "beat gone:2": old, "web here:3": to_us(now())})
    assert {sign.place for sign in signs.read(redis)} == {"gone:2", "here:3"}
    assert redis.zcard(signs.SIGNS) == 2


def test_without_redis_a_process_goes_on() -> None:
    nobody = Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.2)
    Pulse("calls").give(nobody)


def test_a_part_is_silent_when_all_its_processes_are_and_one_that_never_signed_is_not() -> None:
    signs = [Sign("web", "old:1", 0), Sign("web", "new:2", 7_000_000), Sign("calls", "here:3", 9_000_000)]
    assert not is_silent(signs, "web", 10_000_000, for_s=4)
    assert is_silent(signs, "web", 11_000_001, for_s=4)
    assert not is_silent(signs, "beat", 99_000_000, for_s=4)
