"""Ten thousand wallboards on one web process, one push a second; and the same load over Channels' plain group_send.

The clients run beside the server on the same machine: read the two figures of one run side by side.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from tools.bench.figure import Figure, percentile
from tools.bench.usage import usage
from tools.stack.errors import StackError
from tools.stack.layout import ROOT, Layout
from tools.stack.ports import BASES, BLOCK
from tools.stack.stack import Stack

SOCKETS = 10_000
CLIENT_PROCESSES = 1
PUSHES = 60
SETTLE_S = 5.0
OPEN_FILES = 16_384
LOAD = {"companies": 1, "campaigns": 3, "operators": 48, "contacts": 10}
SLUG = "load01"
PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Run:
    """One way of telling. ``memory_mb``: of the serving process, without and with its sockets."""

    connected: int
    connect_s: float
    late_ms: list[float]
    snapshots: int
    lost: int
    cpu_s: float
    memory_mb: tuple[float, float]


def measure() -> Iterator[Figure]:
    _allow_open_files()
    shutil.rmtree(Layout(ROOT, "bench").home, ignore_errors=True)
    port = BASES["bench"] + BLOCK - 1
    plain = {
        "command": [str(Layout(ROOT, "bench").python), "-m", "uvicorn", "tools.bench.live_plain:application",
                    "--host", "127.0.0.1", "--port", str(port), "--no-access-log", "--lifespan", "off",
                    "--log-level", "warning", "--ws-per-message-deflate", "false"],
        "needs": ["redis"],
        "settle_s": 5.0,
    }  # fmt: skip
    with Stack(profile="bench", extra={PLAIN: plain}, env={"CADENCIA_LIVE_SOCKETS_PER_PERSON": str(SOCKETS)}) as stack:
        stack.manage("migrate_schemas", "--shared", "-v", "0")
        load = [text for name, count in LOAD.items() for text in (f"--{name}", str(count))]
        stack.python("-m", "tools.load", "seed", *load)
        stack.start("web")
        stack.wait_ready("web", timeout_s=120)
        path = f"/c/{SLUG}/ws/live/"
        yield _figure("live_hub", _run(stack, "web", stack.ports.web, path, cookie=_log_in(stack), way="hub"))
        stack.stop("web")
        stack.start(PLAIN)
        stack.wait_ready(PLAIN, timeout_s=60)
        yield _figure("live_group_send", _run(stack, PLAIN, port, "/", cookie="", way="group"))


def _allow_open_files() -> None:
    """Raise this process's limit, which all below inherit. Raises StackError where the machine allows fewer."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < OPEN_FILES:
        raise StackError(f"{SOCKETS} sockets need {OPEN_FILES} open files; `ulimit -Hn` allows {hard}.")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, OPEN_FILES), hard))


def _log_in(stack: Stack) -> str:
    """Give the cookies of a supervisor. All sockets share his session; each is proved on its own."""
    with httpx.Client(base_url=f"{stack.url}/c/{SLUG}/api/v1/", timeout=30) as http:
        token = http.get("session/").json()["csrf_token"]
        answer = http.post(
            "session/",
            json={"email": f"supervisor@{SLUG}.example", "password": stack.env["CADENCIA_DEMO_PASSWORD"]},
            headers={"X-CSRFToken": token},
        )
        answer.raise_for_status()
        return "; ".join(f"{name}={value}" for name, value in http.cookies.items())


def _run(stack: Stack, part: str, port: int, path: str, *, cookie: str, way: str) -> Run:
    before = usage(stack, [part])[part]
    began = time.monotonic()
    clients = [_client(stack, port, path, cookie) for _ in range(CLIENT_PROCESSES)]
    try:
        stood = [_read(client) for client in clients]
        connect_s = time.monotonic() - began
        time.sleep(SETTLE_S)
        idle = usage(stack, [part])[part]
        stack.python("-m", "tools.bench.live_push", "--way", way, "--schema", SLUG, "--pushes", str(PUSHES))
        time.sleep(SETTLE_S)
        after = usage(stack, [part])[part]
        heard = [_end(client) for client in clients]
    finally:
        for client in clients:
            client.kill()
            client.wait()
    return Run(
        connected=sum(one["connected"] for one in stood),
        connect_s=connect_s,
        late_ms=[late for one in heard for late in one["late_ms"]],
        snapshots=sum(one["snapshots"] for one in heard),
        lost=sum(one["lost"] for one in heard),
        cpu_s=after.cpu_s - idle.cpu_s,
        memory_mb=(before.memory_mb, after.memory_mb),
    )


def _client(stack: Stack, port: int, path: str, cookie: str) -> subprocess.Popen[str]:
    command = [
        str(stack.layout.python), "-m", "tools.bench.live_clients", "--sockets", str(SOCKETS // CLIENT_PROCESSES),
        "--host", "localhost", "--port", str(port), "--path", path, "--cookie", cookie,
    ]  # fmt: skip
    if cookie:
        command.append("--snapshot")
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _read(client: subprocess.Popen[str]) -> Mapping[str, Any]:
    assert client.stdout is not None
    line = client.stdout.readline()
    if not line:
        raise StackError("A process of clients ended before it said anything.")
    said: dict[str, Any] = json.loads(line)
    return said


def _end(client: subprocess.Popen[str]) -> Mapping[str, Any]:
    assert client.stdin is not None
    client.stdin.close()
    return _read(client)


def _figure(name: str, run: Run) -> Figure:
    """The p99 over what arrived; ``delivered`` is the share of all that should have."""
    p50, p99 = (round(percentile(run.late_ms, share), 1) if run.late_ms else -1.0 for share in (0.5, 0.99))
    bare, full = run.memory_mb
    detail = {
        "sockets": run.connected,
        "wanted_sockets": SOCKETS,
        "client_processes": CLIENT_PROCESSES,
        "pushes": PUSHES,
        "delivered": round(len(run.late_ms) / (SOCKETS * PUSHES), 5),
        "p50_ms": p50,
        "p99_ms": p99,
        "max_ms": max(run.late_ms, default=-1.0),
        "snapshots_instead": run.snapshots,
        "sockets_lost": run.lost,
        "connects_per_s": round(run.connected / run.connect_s, 1),
        "cpu_share_of_a_core": round(run.cpu_s / (PUSHES + SETTLE_S), 3),
        "memory_kb_per_socket": round((full - bare) * 1000 / max(1, run.connected), 1),
        "goal": "delivered 1.0, p99 <= 1000",
    }
    return Figure(f"{name}_p99_ms", p99, "ms", detail)
