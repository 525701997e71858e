"""A call, what the switch reports of its recording, and the folder of the files. Import the fixtures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django_tenants.utils import schema_context

from calls import batch, recording_rounds
from calls.models import Call, Recording
from telephony.bus.events import CallEvent, RecordingChanged
from telephony.naming import recording_path
from tests.factories.calls import NODE, ZONE, Telling, at
from tests.factories.sounds import place, tone

LATER = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def root(settings: Any, tmp_path: Path, redis: Any) -> Path:
    settings.RECORDINGS_DIR = tmp_path / "recordings"
    (tmp_path / "recordings").mkdir()
    return tmp_path / "recordings"


@pytest.fixture
def call(make_call: Callable[..., Call]) -> Call:
    return make_call("acme")


def path_of(call: Call, schema: str = "acme") -> str:
    return recording_path(schema, str(call.pk))


def changed(call: Call, state: str, second: float, **extra: Any) -> RecordingChanged:
    path = extra.pop("path", path_of(call))
    return RecordingChanged(NODE, at(second), "acme", call.campaign_id, str(call.pk), state, path, **extra)


def apply(*events: Any) -> None:
    with schema_context("acme"):
        batch.apply("acme", ZONE, list(events))


def talked(call: Call, *recording: RecordingChanged) -> None:
    events: list[CallEvent] = Telling.of(call).talk()
    apply(*events[:-1], *(recording or [changed(call, "started", 6)]))
    apply(events[-1])


def row_of(call: Call) -> Recording:
    with schema_context("acme"):
        return Recording.objects.get(call_id=call.pk)


def finish(moment: datetime = LATER) -> int:
    with schema_context("acme"):
        return recording_rounds.finish_recordings("acme", moment)


def kept(call: Call, root: Path, content: bytes | None = None) -> Recording:
    """A call of two seconds' recording, kept."""
    apply(*Telling.of(call).talk(end=8.5)[:-1], changed(call, "started", 6.5))
    apply(Telling.of(call).talk(end=8.5)[-1])
    place(root, path_of(call), content or tone(2))
    finish()
    return row_of(call)
