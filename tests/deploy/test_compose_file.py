"""docker-compose.yml, .env.example, the Dockerfiles and new-env.sh agree. Needs no Docker."""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
USED = re.compile(r"(?<!\$)\$\{([A-Z][A-Z0-9_]*)")
SET = re.compile(r"^([A-Z][A-Z0-9_]*)=(.*)$", re.MULTILINE)
FILES = ("docker-compose.yml", "docker-compose.carrier.yml", "docker-compose.second.yml")
DOCKERFILES = {
    "Dockerfile": ".", "deploy/servers.Dockerfile": ".", "asterisk/Dockerfile": "asterisk",
    "tools/carrier/Dockerfile": "tools",
}  # fmt: skip
SECRETS = {
    "CADENCIA_SECRET_KEY",
    "POSTGRES_PASSWORD",
    "REDIS_PASSWORD",
    "AMI_SECRET",
    "ARI_SECRET",
    "PHONE_TURN_SECRET",
}


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(_read("docker-compose.yml"))["services"]
    return found


_DEVELOPMENT = {"CADENCIA_DEBUG", "CADENCIA_TEST_SUFFIX", "CADENCIA_WEBHOOKS_LOOPBACK"}
"""None of a container's."""


def test_every_setting_used_is_explained_and_every_one_explained_is_used() -> None:
    used = {name for file in FILES for name in USED.findall(_read(file))}
    assert used == {name for name, _ in SET.findall(_read(".env.example"))}


def test_every_setting_stands_below_a_sentence_on_it() -> None:
    lines = _read(".env.example").splitlines()
    for number, line in enumerate(lines):
        if SET.match(line):
            assert SET.match(lines[number - 1]) or lines[number - 1].startswith("# "), line


def test_defaults_of_the_compose_file_are_those_of_the_example() -> None:
    example = dict(SET.findall(_read(".env.example")))
    for name, default in re.findall(r"\$\{([A-Z][A-Z0-9_]*):-([^${}]*)\}", _read("docker-compose.yml")):
        assert default in ("", example[name]), name


def test_every_setting_of_the_product_can_be_made_or_is_the_compose_files_own(
    services: dict[str, dict[str, Any]],
) -> None:
    read = set(re.findall(r"\benv\.\w+\(\s*\"([A-Z_]+)\"", _read("dialer/settings.py")))
    # Paths are the image's.
    elsewhere = {name for name in read if name.endswith(("_DIR", "_ROOT"))} | _DEVELOPMENT
    assert read - elsewhere <= set(services["web"]["environment"])


def test_the_product_and_the_switch_have_the_same_queues(services: dict[str, dict[str, Any]]) -> None:
    queues = {services[name]["environment"]["ASTERISK_QUEUES"] for name in ("web", "dial", "calls", "asterisk")}
    assert queues == {"${ASTERISK_QUEUES:-1000}"}


def test_an_upload_is_not_spooled_to_memory(services: dict[str, dict[str, Any]]) -> None:
    folder = services["web"]["environment"]["TMPDIR"]
    assert folder in {volume.split(":")[1] for volume in services["web"]["volumes"]}
    assert folder not in services["web"]["tmpfs"]


def _copied(dockerfile: str) -> list[str]:
    """What a Dockerfile takes from its context."""
    return [
        source
        for line in _read(dockerfile).splitlines()
        if line.startswith("COPY ") and "--from=" not in line
        for source in [word for word in line.split()[1:] if not word.startswith("--")][:-1]
    ]


@pytest.mark.parametrize("dockerfile", DOCKERFILES)
def test_everything_copied_into_an_image_is_there(dockerfile: str) -> None:
    context = ROOT / DOCKERFILES[dockerfile]
    sources = _copied(dockerfile)
    assert sources
    assert [source for source in sources if not (context / source).exists()] == []


@pytest.mark.parametrize("dockerfile", [name for name, context in DOCKERFILES.items() if context == "."])
def test_everything_copied_into_an_image_reaches_the_engine(dockerfile: str) -> None:
    let_in = {line[1:] for line in _read(".dockerignore").splitlines() if line.startswith("!")}
    assert {source.partition("/")[0] for source in _copied(dockerfile)} <= let_in


def test_every_app_of_the_product_is_in_its_image() -> None:
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert apps
    assert apps <= set(_copied("Dockerfile"))


@pytest.mark.parametrize("dockerfile", DOCKERFILES)
def test_no_image_names_a_registry_or_carries_a_secret(dockerfile: str) -> None:
    text = _read(dockerfile)
    stages = set(re.findall(r"^FROM \S+ AS (\w+)", text, re.MULTILINE))
    bases = set(re.findall(r"^FROM (\S+)", text, re.MULTILINE)) - stages
    assert bases <= {"debian:bookworm-slim", "debian:forky-slim", "${ASTERISK_FROM}"}
    assert SECRETS & set(re.findall(r"^(?:ENV|ARG) .*?([A-Z_]+)=", text, re.MULTILINE)) == set()


def test_only_pages_calls_and_sound_are_published(services: dict[str, dict[str, Any]]) -> None:
    assert {name for name, one in services.items() if "ports" in one} == {"nginx", "asterisk"}
    inside = [port.rsplit(":", 1)[1] for port in services["asterisk"]["ports"]]
    assert not any(port.startswith(("5038", "8088")) for port in inside)
    networks = yaml.safe_load(_read("docker-compose.yml"))["networks"]
    assert networks["inner"] == {"internal": True}
    assert {name for name, one in services.items() if "outer" in one["networks"]} == {"nginx", "asterisk", "webhooks"}


def test_no_container_may_write_into_its_image_or_gain_rights(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "cap_add" not in service, name
        assert service["security_opt"] == ["no-new-privileges:true"], name


@pytest.mark.parametrize("dockerfile", DOCKERFILES)
def test_no_image_runs_as_root(dockerfile: str) -> None:
    final = re.split(r"^FROM ", _read(dockerfile), flags=re.MULTILINE)
    for stage in (one for one in final if "ENTRYPOINT" in one):
        assert re.search(r"^USER (?!root|0)\S+$", stage, re.MULTILINE)


def test_new_env_makes_secrets_once_for_its_owner_alone(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    shutil.copy(ROOT / "deploy/new-env.sh", tmp_path / "deploy")
    shutil.copy(ROOT / ".env.example", tmp_path)
    run = ["sh", str(tmp_path / "deploy/new-env.sh"), "discador.example"]
    subprocess.run(run, check=True, capture_output=True)
    made = tmp_path / ".env"
    first = made.read_text(encoding="utf-8")
    values = dict(SET.findall(first))
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert values["CADENCIA_PUBLIC_DOMAIN"] == "discador.example"
    assert all(len(values[name]) == 64 for name in SECRETS)
    assert len({values[name] for name in SECRETS}) == len(SECRETS)

    subprocess.run(run, check=True, capture_output=True)
    assert made.read_text(encoding="utf-8") == first
