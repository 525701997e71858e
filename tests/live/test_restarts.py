"""A web process is replaced under a crowd of pages: by the pages' own code, over TCP."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterator
from queue import Empty, Queue
from threading import Thread
from typing import Any

import pytest
from django.conf import settings

from accounts.models import User
from agents import live as agents_live
from agents.live import OperatorLive
from live.publish import publish
from telephony.browser_events import SwitchChanged
from tests.live.web_process import WebProcess, log_in

NODE_JS = shutil.which("node") or "node"
PAGES = 50
PATIENCE_S = 60
FAILURES = 3
"""So often does each page try in vain before the process is back."""
FIRST_WAIT_MS, LONGEST_WAIT_MS = 500, 30_000
Happened = dict[int, list[dict[str, Any]]]
"""What happened to each page, in its order."""
pytestmark = pytest.mark.usefixtures("redis")


class Crowd:
    """Pages at work in Node; what happens to each is read as it comes."""

    def __init__(self, url: str, headers: list[dict[str, str]]) -> None:
        script = str(settings.BASE_DIR / "tests/live/crowd.mjs")
        command = [NODE_JS, "--experimental-websocket", "--no-warnings", script]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._lines: Queue[str] = Queue()
        self._reader = Thread(target=self._read)
        self._reader.start()
        order = {"folder": str(settings.BASE_DIR / "web/src/live"), "url": url, "headers": headers}
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps(order)}\n")
        self._process.stdin.flush()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)

    def until(self, holds: Callable[[Happened], bool]) -> Happened:
        """Take what happens until ``holds``, and give it."""
        happened: Happened = defaultdict(list)
        while not holds(happened):
            try:
                told = json.loads(self._lines.get(timeout=PATIENCE_S))
            except Empty:
                raise AssertionError(f"nothing more happens; {len(happened)} pages have told something") from None
            happened[told["page"]].append(told)
        return happened

    def close(self) -> None:
        self._process.kill()
        with self._process:  # closes its pipes
            self._reader.join(PATIENCE_S)


@pytest.fixture
def web(committed: None) -> Iterator[WebProcess]:
    process = WebProcess()
    try:
        process.start()
        yield process
    finally:
        process.stop()


def _all(what: str, times: int = 1, **fields: Any) -> Callable[[Happened], bool]:
    """Whether this has happened so often to every page."""

    def holds(happened: Happened) -> bool:
        fits = [
            sum(told["what"] == what and fields.items() <= told.items() for told in page) for page in happened.values()
        ]
        return len(fits) == PAGES and min(fits) >= times

    return holds


def test_fifty_pages_outlive_a_web_process_and_none_misses_what_happened(
    web: WebProcess, person: Callable[..., User]
) -> None:
    site = "/c/acme"
    host = f"localhost:{web.port}"
    masters = [person("acme", "master") for _ in range(2)]
    cookies = ["; ".join(f"{n}={v}" for n, v in log_in(web.address, host, site, one).items()) for one in masters]
    headers = [{"cookie": cookies[page % 2], "origin": f"http://{host}"} for page in range(PAGES)]
    crowd = Crowd(f"ws://{host}{site}/ws/live/", headers)
    try:
        crowd.until(_all("health", health="live"))
        web.stop(kill=True)
        waits = crowd.until(_all("wait", FAILURES))
        agents_live.write("acme", [_operator()])  # and nobody is told: there was no process to tell it
        web.start()
        healed = crowd.until(_all("health", health="live"))
        publish("acme", [SwitchChanged(node="sim1", state="frozen", since_us=7)])
        told = crowd.until(_all("event"))
    finally:
        crowd.close()

    for page in range(PAGES):
        assert waits[page][0] == {"page": page, "what": "health", "health": "lost"}
        spans = [one["ms"] for one in waits[page] if one["what"] == "wait"]
        for attempt, span in enumerate(spans):
            most = min(FIRST_WAIT_MS * 2**attempt, LONGEST_WAIT_MS)
            assert most / 2 <= span <= most
        snapshot = next(one for one in healed[page] if one["what"] == "snapshot")
        assert [operator["name"] for operator in snapshot["data"]["operators"]] == ["Came Meanwhile"]
        assert [one["type"] for one in told[page] if one["what"] == "event"] == ["switch.changed"]
    assert len({waits[page][1]["ms"] for page in range(PAGES)}) > PAGES / 2, "they don't come back in one wave"


def _operator() -> OperatorLive:
    return OperatorLive(
        id=7, user_id=70, name="Came Meanwhile", extension="1007", session=1, node="sim1", state="free", since_us=1,
        until_us=None, campaigns=[], call_id=None, pause=None, pause_asked=False,
    )  # fmt: skip
