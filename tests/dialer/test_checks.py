"""Wrong settings are told at start."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.checks.messages import CheckMessage


def _found(*, deploy: bool = False) -> dict[str | None, CheckMessage]:
    return {message.id: message for message in run_checks(tags=["cadencia"], include_deployment_checks=deploy)}


def test_the_tests_own_settings_are_sound() -> None:
    assert _found() == {}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"ENVIRONMENT": "prod", "SECRET_KEY": "short"}, "cadencia.E001"),
        ({"TELEPHONY_NODES": []}, "cadencia.E002"),
        ({"TELEPHONY_NODES": ["sim1", "sim1"]}, "cadencia.E003"),
        ({"DIAL_SHARDS": 0}, "cadencia.E004"),
        ({"REDIS_URL": "localhost:6379"}, "cadencia.E005"),
        ({"REDIS_URL": "redis://localhost:6379/zero"}, "cadencia.E005"),
    ],
)
def test_each_wrong_setting_has_an_id_and_a_hint(settings: Any, changed: dict[str, object], expected: str) -> None:
    for name, value in changed.items():
        setattr(settings, name, value)

    found = _found()

    assert list(found) == [expected]
    assert found[expected].hint


def test_a_deployment_without_https_is_warned_of(settings: Any) -> None:
    assert list(_found(deploy=True)) == ["cadencia.W001"]
    settings.SECURE_COOKIES = True
    assert _found(deploy=True) == {}
