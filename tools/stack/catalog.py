"""The parts of Cadência, as commands."""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import Callable
from typing import Any

from tools.stack import postgres, redis, switch
from tools.stack.account import Account, OpenFolder, make_private_folder, service_account
from tools.stack.binaries import find_postgres, find_redis
from tools.stack.layout import Layout
from tools.stack.parts import Part
from tools.stack.ports import Ports
from tools.stack.settings import NODE, STACK_TAG, Secrets

ROBOTS = 12
"""Operators of the demo's company that are robots (tools/demo/world.py makes them)."""
_ROOT_IS_FINE = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}
"""A stack runs as whoever starts it; messages are JSON, never pickle, which is what Celery warns of."""


def server_parts(layout: Layout, ports: Ports, keys: Secrets) -> list[Part]:
    """PostgreSQL and Redis; makes their data folders where they are missing."""
    account = service_account()
    durable = layout.profile != "test"
    return [
        _postgres(layout, ports, keys, account, durable=durable),
        _redis(layout, ports, keys, account, durable=durable),
    ]


def _postgres(layout: Layout, ports: Ports, keys: Secrets, account: Account, *, durable: bool) -> Part:
    binary = find_postgres(layout, account)
    postgres.make_cluster(layout, binary, account, keys.postgres_password)
    folder = OpenFolder(layout.postgres)  # held open for as long as this process lives, for restarts
    return Part(
        "postgres",
        tuple(postgres.server_command(binary, folder.name, ports.postgres, durable=durable)),
        probe=lambda _since: postgres.answers(ports.postgres),
        # "Fast": ends sessions, writes a checkpoint. SIGTERM would wait for clients to leave.
        stop_signal=signal.SIGINT,
        stop_timeout_s=30.0,
        shown_lines=r"^(WARNING|ERROR|FATAL|PANIC)",
        popen={**account.popen_arguments(), "pass_fds": (folder.descriptor,)},
    )


def _redis(layout: Layout, ports: Ports, keys: Secrets, account: Account, *, durable: bool) -> Part:
    binary = find_redis(layout, account)
    make_private_folder(layout.redis, account)
    folder = OpenFolder(layout.redis)
    return Part(
        "redis",
        tuple(redis.server_command(binary)),
        probe=lambda _since: redis.answers(ports.redis, keys.redis_password),
        shown_lines=r"(?i)# (?!WARNING).*(error|fail|denied|corrupt)|FATAL|BUG REPORT",
        stdin=redis.configuration(folder.name, ports.redis, keys.redis_password, durable=durable),
        popen={**account.popen_arguments(), "pass_fds": (folder.descriptor,)},
    )


def switch_parts(layout: Layout, ports: Ports, keys: Secrets) -> list[Part]:
    """A real Asterisk and its carrier, in place of the simulated switch; makes its folders and configuration."""
    asterisk = switch.instance(layout, ports, ami_secret=keys.ami_secret, ari_secret=keys.ari_secret)
    switch.prepare(asterisk)
    sipp, folder = switch.carrier(layout, ports)
    return [
        Part(
            "switch",
            switch.command(asterisk, {STACK_TAG: str(layout.home)}),
            needs=("carrier",),
            probe=_speaks_ami(ports.switch),
            shown_lines=r"(ERROR|WARNING)\[(?!.*stir_shaken)",
            popen={"cwd": "/", "umask": 0o007},
        ),
        Part("carrier", sipp, settle_s=0.5, stop_timeout_s=2.0, shown_lines="(?!)", popen={"cwd": str(folder)}),
    ]


def program_parts(layout: Layout, ports: Ports, keys: Secrets, *, kind: str, speed: str = "1") -> list[Part]:
    """Everything but the servers, all from the virtual environment, in the checkout's folder.

    ``kind`` is the switch's (tools/stack/switch.py). ``speed`` is that of the robot operators: it divides their
    wrap-up and pauses.
    """

    def part(name: str, *command: str, needs: tuple[str, ...] = ("postgres", "redis"), **more: Any) -> Part:
        return Part(
            name,
            (str(layout.python), *command),
            needs=needs,
            env={"CADENCIA_PROCESS": name} | more.pop("env", {}),
            popen={"cwd": str(layout.root)},
            **more,
        )

    def celery(name: str, *arguments: str) -> Part:
        command = ("-m", "celery", "--quiet", "-A", "dialer", "worker", "-n", f"{name}@%h", "-Q", *arguments)
        alone = ("--without-gossip", "--without-mingle")
        return part(name, *command, *alone, ready_line=r"\bready\.", stop_timeout_s=15.0, env=_ROOT_IS_FINE)

    schedule = str(layout.data / "celerybeat-schedule")
    web = ("-m", "uvicorn", "dialer.asgi:application", "--host", "127.0.0.1", "--port", str(ports.web))
    emails = ",".join(f"operador{number}@acme.example" for number in range(1, ROBOTS + 1))
    robots = ["--base", f"http://127.0.0.1:{ports.web}", "--host", "acme.localhost", "--emails", emails]
    if kind == switch.ASTERISK:
        switches = switch_parts(layout, ports, keys)
        robots += ["--sip", f"127.0.0.1:{ports.sip}"]
    else:
        switches = [part("switch", "-m", "telephony.simulated", needs=(), probe=_speaks_ami(ports.switch))]
    return [
        *switches,
        part("ami", "-m", "telephony.ami", needs=("redis",), probe=_reports_status(ports, keys)),
        part("calls", "manage.py", "run_calls", settle_s=1.5),
        celery("dial", "dial", "--concurrency", "2"),
        celery("worker", "default", "--concurrency", "1"),
        celery("webhooks", "webhooks", "--pool", "threads", "--concurrency", "8"),
        part(
            "web", *web, "--no-access-log", "--lifespan", "off", "--log-level", "warning",
            "--timeout-graceful-shutdown", "3", "--ws-per-message-deflate", "false", "--ws-max-size", "65536",
            probe=_serves_http(ports.web), env={"CADENCIA_DB_POOL": "true"},
        ),
        part(
            "beat", "-m", "celery", "--quiet", "-A", "dialer", "beat", "-s", schedule, "--pidfile=",
            ready_line=r"beat is ready\.",
        ),
        part("robots", "-m", "tools.demo.robots", *robots, "--speed", speed, needs=("web",), settle_s=1.5),
    ]  # fmt: skip


def _speaks_ami(port: int) -> Callable[[float], Any]:
    async def probe(_since: float) -> bool:
        return (await _first_bytes(port, b"")).startswith(b"Asterisk Call Manager")

    return probe


def _serves_http(port: int) -> Callable[[float], Any]:
    request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

    async def probe(_since: float) -> bool:
        return (await _first_bytes(port, request)).startswith(b"HTTP/1.1 200")

    return probe


def _reports_status(ports: Ports, keys: Secrets) -> Callable[[float], Any]:
    """The `ami` process writes its node's health each second, also while the switch is away."""

    async def probe(since: float) -> bool:
        reply = await redis.command(ports.redis, keys.redis_password, "GET", f"tel:node:{NODE}:status")
        found = re.search(rb'"at_us": ?(\d+)', reply)
        return found is not None and int(found[1]) >= since * 1e6

    return probe


async def _first_bytes(port: int, request: bytes) -> bytes:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(request)
            return await reader.read(64)
        finally:
            writer.close()
    except OSError:
        return b""
