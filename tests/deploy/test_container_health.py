"""deploy/health.py against a real Redis: healthy by the traces that working parts leave, and only then."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deploy import health
from live.signs import Pulse
from telephony.bus import keys

ROOT = Path(health.__file__).parents[1]
PARTS = ("calls", "dial", "worker", "webhooks", "beat", "ami")
SIGNING = ("calls", "worker", "webhooks", "beat")


@pytest.fixture
def empty(redis: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("AMI_NODE", "ast1")
    monkeypatch.setenv("REDIS_URL", os.environ["REDIS_URL"])
    return redis


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_left_no_trace_is_not_healthy(empty: Any, part: str) -> None:
    assert health.main([part]) == 1


def test_a_node_is_healthy_while_its_status_stands(empty: Any) -> None:
    empty.set(keys.node_status("ast1"), "{}")
    assert health.main(["ami"]) == 0
    empty.delete(keys.node_status("ast1"))
    assert health.main(["ami"]) == 1


@pytest.mark.parametrize("part", SIGNING)
def test_a_part_is_healthy_while_it_signs_from_its_own_loop(
    empty: Any, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Pulse(part).give(empty)
    assert health.main([part]) == 0
    monkeypatch.setattr(health, "MOST_SILENT_S", -1)
    assert health.main([part]) == 1


@pytest.mark.parametrize("part", SIGNING)
def test_another_containers_sign_makes_no_part_healthy(empty: Any, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Pulse(part).give(empty)
    monkeypatch.setattr("socket.gethostname", lambda: "elsewhere")
    assert health.main([part]) == 1


def test_dialing_is_healthy_while_ticks_come(empty: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    empty.xadd("dial:ticks", {"shard": "0"}, id="1000-0")
    assert health.main(["dial"]) == 1
    empty.xadd("dial:ticks", {"shard": "0"})
    assert health.main(["dial"]) == 0


@pytest.mark.parametrize(("part", "queue"), [("worker", "default"), ("webhooks", "webhooks")])
def test_a_worker_with_a_backlog_is_not_healthy(empty: Any, part: str, queue: str) -> None:
    Pulse(part).give(empty)
    assert health.main([part]) == 0
    empty.rpush(queue, *range(500))
    assert health.main([part]) == 1


@pytest.mark.parametrize("part", PARTS)
def test_without_redis_no_part_is_healthy_and_no_password_is_shown(
    part: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://default:hush-hush@127.0.0.1:1/0")
    monkeypatch.setenv("AMI_NODE", "ast1")
    assert health.main([part]) == 1
    assert "hush-hush" not in capsys.readouterr().err


def test_what_redis_says_against_it_is_told(empty: Any, capsys: pytest.CaptureFixture[str]) -> None:
    empty.set("default", "no list")
    Pulse("worker").give(empty)
    assert health.main(["worker"]) == 1
    assert "WRONGTYPE" in capsys.readouterr().err


def test_asking_for_health_loads_no_client_and_no_framework() -> None:
    """It is done every few seconds in each container."""
    loaded = "import sys, deploy.health; print(*{'redis', 'django', 'asyncio'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_an_unknown_part_is_an_error_of_its_own() -> None:
    assert health.main(["kitchen"]) == 2
    assert health.main([]) == 2


def test_the_compose_file_asks_for_parts_that_exist() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    asked = {line.split('"')[7] for line in text.splitlines() if "deploy/health.py" in line}
    assert asked == set(health.PARTS)
