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


ARI = {
    "ARI_URL": "http://127.0.0.1:8088/ari/",
    "ARI_USER": "cadencia",
    "ARI_SECRET": "very-secret-too",
    "AMI_PHONE_URL": "wss://switch.example:443/sip/ast1/",
    "AMI_TRUNKS_PATH": "/switch/pjsip_trunks.conf",
    "AMI_PLAIN_PHONES": r"99\d+",
}


def test_what_a_node_that_makes_phones_is_told() -> None:
    settings = Settings.from_environment({**WHOLE, **ARI})

    assert settings.ari_url == "http://127.0.0.1:8088/ari"
    assert settings.phone_url == "wss://switch.example:443/sip/ast1/"
    assert settings.trunks_path == Path("/switch/pjsip_trunks.conf")
    assert settings.plain_phones is not None
    assert settings.plain_phones.fullmatch("99123")
    assert "very-secret-too" not in repr(settings)


def test_a_node_without_ari_makes_no_phones() -> None:
    settings = Settings.from_environment({**WHOLE, "ARI_URL": "", "ARI_SECRET": "left-over"})

    assert (settings.ari_url, settings.ari_secret, settings.phone_url) == ("", "", "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ARI_URL", "127.0.0.1:8088"),
        ("ARI_URL", "ftp://127.0.0.1/ari"),
        ("ARI_URL", "http://user:very-secret-too@127.0.0.1/ari"),
        ("ARI_URL", "http://127.0.0.1:99999/ari"),
        ("ARI_URL", "http:///ari"),
        ("ARI_USER", ""),
        ("ARI_SECRET", ""),
        ("AMI_PHONE_URL", "https://switch.example"),
        ("AMI_PHONE_URL", "wss://switch.example/a b"),
        ("AMI_TRUNKS_PATH", "pjsip_trunks.conf"),
        ("AMI_CEL_PATH", "cel.csv"),
        ("AMI_PLAIN_PHONES", "99("),
    ],
)
def test_an_unusable_way_to_phones_and_trunks_is_named_without_its_password(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as caught:
        Settings.from_environment({**WHOLE, **ARI, name: value})

    assert "very-secret" not in str(caught.value)


def test_phones_and_trunks_without_ari_are_named_all_at_once() -> None:
    alone = {name: value for name, value in ARI.items() if not name.startswith("ARI_")}

    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({**WHOLE, **alone})

    assert [line.split()[0] for line in str(caught.value).splitlines()] == [
        "AMI_PHONE_URL", "AMI_TRUNKS_PATH", "AMI_PLAIN_PHONES",
    ]  # fmt: skip
