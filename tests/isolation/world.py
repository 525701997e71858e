"""Acme's objects where every page and operation answers, for tests that walk over all of them.

Import the fixture into a conftest or a module.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from common.clock import now, to_us
from telephony.bus import keys
from telephony.bus.status import NodeStatus
from tests.isolation.objects import make_objects


@pytest.fixture
def objects(operator_user: User, redis: Any, settings: Any, tmp_path: Path) -> dict[str, Any]:
    """Acme's objects, a switch that works, and nobody who asks too often."""
    settings.DATA_DIR = tmp_path
    settings.RECORDINGS_DIR = tmp_path / "recordings"
    settings.SOUNDS_DIR = tmp_path / "sounds"
    settings.API_LIMITS = dict.fromkeys(settings.API_LIMITS, 10**9)
    at_us = to_us(now())
    status = NodeStatus("sim1", "up", since_us=at_us, at_us=at_us, cps_limit=10, channel_limit=10)
    redis.set(keys.node_status("sim1"), status.to_json(), ex=600)
    return make_objects(operator_user)
