"""How each kind of process gives its signs of life."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from dialer import signs as process_signs
from dialer.celery import app
from dialer.signs import SigningScheduler, SigningWeb, worker_lives
from live import signs
from live.signs import Pulse


def parts(redis: Any) -> list[str]:
    return [sign.part for sign in signs.read(redis)]


async def test_the_web_process_signs_from_the_loop_that_serves(redis: Any) -> None:
    served: list[str] = []

    async def inner(scope: Any, _receive: Any, _send: Any) -> None:
        served.append(scope["path"])

    web = SigningWeb(inner)
    await web({"path": "/"}, None, None)
    async with asyncio.timeout(10):
        while not parts(redis):  # noqa: ASYNC110
            await asyncio.sleep(0.01)  # nothing tells when Redis has it
    task = web._task
    assert task is not None
    await web({"path": "/again"}, None, None)
    assert web._task is task  # one for the process, not for each request
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert (served, parts(redis)) == (["/", "/again"], ["web"])


def test_beat_signs_with_each_round_of_its_scheduler(redis: Any, tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(SigningScheduler, "pulse", Pulse("beat"))
    scheduler = SigningScheduler(app, schedule_filename=str(tmp_path / "schedule"), lazy=True)
    monkeypatch.setattr(SigningScheduler, "schedule", {}, raising=False)
    scheduler.tick()
    assert parts(redis) == ["beat"]
    assert app.conf.beat_scheduler == "dialer.signs:SigningScheduler"


@pytest.mark.parametrize("part", ["dial", "worker", "webhooks"])
def test_a_worker_signs_for_its_part_with_its_heartbeat(redis: Any, part: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(process_signs, "_worker", Pulse(""))
    worker_lives(SimpleNamespace(eventer=SimpleNamespace(hostname=f"{part}@host")))
    assert parts(redis) == [part]
