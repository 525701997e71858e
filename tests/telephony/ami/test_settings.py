"""The process's environment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from telephony.ami.settings import Settings, SettingsError

WHOLE = {
    "REDIS_URL": "redis://127.0.0.1/0",
    "AMI_NODE": "n1",
    "AMI_HOST": "127.0.0.1",
    "AMI_PORT": "5038",
    "AMI_USER": "cadencia",
    "AMI_SECRET": "very-secret",
    "AMI_CPS_LIMIT": "50",
    "AMI_CHANNEL_LIMIT": "300",
}


def test_a_whole_environment_is_read_and_the_secret_is_not_shown() -> None:
    settings = Settings.from_environment({**WHOLE, "AMI_CEL_PATH": "/var/log/cel.csv"})

    assert (settings.port, settings.cps_limit, settings.channel_limit) == (5038, 50, 300)
    assert settings.cel_path == Path("/var/log/cel.csv")
    assert Settings.from_environment(WHOLE).cel_path is None
    assert "very-secret" not in repr(settings)


@pytest.mark.parametrize("name", WHOLE)
def test_a_missing_variable_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is not set"):
        Settings.from_environment({key: value for key, value in WHOLE.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AMI_PORT", "http"),
        ("AMI_PORT", "70000"),
        ("AMI_CPS_LIMIT", "0"),
        ("AMI_CPS_LIMIT", "-1"),
        ("AMI_CHANNEL_LIMIT", "1.5"),
        ("AMI_NODE", "N 1"),
    ],
)
def test_an_unusable_variable_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({**WHOLE, name: value})


def test_the_process_says_everything_that_is_missing_and_ends_with_2() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "telephony.ami"],
        cwd=Path(__file__).parents[3],
        env={"AMI_NODE": "n1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert [line.split()[0] for line in done.stderr.splitlines()[1:]] == [name for name in WHOLE if name != "AMI_NODE"]
    assert "Traceback" not in done.stderr
