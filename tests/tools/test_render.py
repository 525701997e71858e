"""asterisk/render.sh, which both the container and the tools use."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tools.stack.layout import ROOT

SECRETS = {"ASTERISK_AMI_SECRET": "a" * 24, "ASTERISK_ARI_SECRET": "b" * 24}


def render(target: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], **SECRETS, **{f"ASTERISK_{name}": value for name, value in settings.items()}}
    command = ["sh", str(ROOT / "asterisk" / "render.sh"), str(target)]
    return subprocess.run(command, check=False, env=env, capture_output=True, text=True)


def read(target: Path, name: str) -> str:
    return (target / name).read_text(encoding="utf-8")


def test_every_setting_has_a_value_and_no_file_is_for_others(tmp_path: Path) -> None:
    target = tmp_path / "etc"
    assert render(target).returncode == 0
    for path in target.iterdir():
        assert not re.search(r"@[A-Z_]+@|^\?[A-Z_]+\?", path.read_text(encoding="utf-8"), re.MULTILINE), path.name
        assert path.stat().st_mode & 0o007 == 0


def test_the_pool_has_as_many_queues_as_asked_for(tmp_path: Path) -> None:
    render(tmp_path, QUEUES="3")
    assert re.findall(r"^\[(q\d+)\]", read(tmp_path, "queues.conf"), re.MULTILINE) == ["q0001", "q0002", "q0003"]


def test_a_secret_reaches_its_file_as_it_is(tmp_path: Path) -> None:
    secret = r"a&b/c|$d'e\"f-24-characters".replace("\\", "")
    render(tmp_path, AMI_SECRET=secret)
    assert f"secret = {secret}\n" in read(tmp_path, "manager.conf")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"AMI_SECRET": ""}, "ASTERISK_AMI_SECRET must be set"),
        ({"ARI_SECRET": "short"}, "ASTERISK_ARI_SECRET must be set"),
        ({"AMI_SECRET": "a" * 20 + ";b"}, "unusable character in ASTERISK_AMI_SECRET"),
        ({"AMI_SECRET": "a" * 20 + "\npermit=0.0.0.0/0"}, "unusable character in ASTERISK_AMI_SECRET"),
        ({"QUEUES": "many"}, "ASTERISK_QUEUES=many must be a number"),
        ({"QUEUES": "99999"}, "ASTERISK_QUEUES=99999 must be a number"),
        ({"EXTERNAL_ADDRESS": "203.0.113.7"}, "needs ASTERISK_MEDIA_ADDRESS"),
    ],
)
def test_an_unusable_setting_is_named_and_nothing_is_started_with_it(
    tmp_path: Path, settings: dict[str, str], words: str
) -> None:
    done = render(tmp_path / "etc", **settings)
    assert done.returncode != 0
    assert words in done.stderr
    assert not (tmp_path / "etc" / "manager.conf").exists() or "permit=0.0.0.0/0" not in read(
        tmp_path / "etc", "manager.conf"
    )


def test_behind_nat_both_addresses_are_told(tmp_path: Path) -> None:
    render(tmp_path, EXTERNAL_ADDRESS="203.0.113.7", MEDIA_ADDRESS="10.0.0.5", STUN="stun.example:3478")
    assert "external_media_address = 203.0.113.7" in read(tmp_path, "pjsip.conf")
    assert "10.0.0.5 = 203.0.113.7,include_local_address" in read(tmp_path, "rtp.conf")
    assert "stunaddr = stun.example:3478" in read(tmp_path, "rtp.conf")


def test_tls_to_carriers_needs_somebody_to_trust(tmp_path: Path) -> None:
    render(tmp_path)
    assert "transport-tls" not in read(tmp_path, "pjsip.conf")
    render(tmp_path, CA_FILE="/etc/ssl/certs/ca-certificates.crt")
    assert "[transport-tls]" in read(tmp_path, "pjsip.conf")
    assert "verify_server = yes" in read(tmp_path, "pjsip.conf")


def test_a_module_that_this_version_lacks_is_not_asked_for(tmp_path: Path) -> None:
    modules = tmp_path / "modules"
    modules.mkdir()
    (modules / "chan_pjsip.so").touch()
    render(tmp_path / "etc", MODULES=str(modules))
    assert re.findall(r"^load = (\S+)", read(tmp_path / "etc", "modules.conf"), re.MULTILINE) == ["chan_pjsip.so"]


def test_a_folder_with_a_strange_name_is_only_a_folder(tmp_path: Path) -> None:
    modules = tmp_path / '$(touch "$HOME-touched")'
    modules.mkdir()
    (modules / "chan_pjsip.so").touch()
    done = render(tmp_path / "etc", MODULES=str(modules))
    assert done.returncode == 0, done.stderr
    assert re.findall(r"^load = (\S+)", read(tmp_path / "etc", "modules.conf"), re.MULTILINE) == ["chan_pjsip.so"]


def test_a_phone_that_dials_reaches_nothing_and_makes_no_channel(tmp_path: Path) -> None:
    render(tmp_path)
    text = read(tmp_path, "extensions_operators.conf")
    phones = text.partition("[phones]")[2].partition("\n[")[0]
    assert "[phones]" in text
    assert re.findall(r"^\s*(?:exten|same|include|switch)\b", phones, re.MULTILINE) == []
