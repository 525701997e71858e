"""Where the packages of the real switch come from, and what is said where they can't."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tools.asterisk import Addresses, AsteriskError, Instance, tree
from tools.stack import StackError, switch
from tools.stack.layout import Layout
from tools.stack.ports import Ports

ONE_LINE = "deb [signed-by=/usr/share/k.gpg] https://own.example/debian bookworm main contrib\n"
DEB822 = """\
Types: deb
# a comment
URIs: http://own.example/debian
Suites: bookworm bookworm-updates
Components: main

Types: deb
URIs: http://own.example/debian-security
Suites: bookworm-security
Components: main
"""


OWN = "own.example"
"""The made-up host of the sources above (RFC 2606)."""


@pytest.fixture
def apt(tmp_path: Path) -> Path:
    (tmp_path / "sources.list.d").mkdir()
    return tmp_path


def test_the_mirror_is_the_machines_own_in_apts_one_line_form(apt: Path) -> None:
    (apt / "sources.list.d" / "cloud.list").write_text("deb https://tools.example/apt cloud main\n")
    (apt / "sources.list").write_text("# deb http://old.example/debian buster main\n" + ONE_LINE)
    assert tree.mirror_of(apt) == f"https://{OWN}/debian"


def test_the_mirror_is_the_machines_own_in_apts_stanza_form(apt: Path) -> None:
    (apt / "sources.list.d" / "debian.sources").write_text(DEB822)
    assert tree.mirror_of(apt) == f"http://{OWN}/debian"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "deb http://own.example/debian-security bookworm-security main\n",
        "deb cdrom:[Debian 12]/ bookworm main\n",
        "deb-src http://own.example/debian bookworm main\n",
        "deb http://own.example/ubuntu noble main\n",
    ],
)
def test_other_sources_are_no_mirror_of_debian(apt: Path, text: str) -> None:
    (apt / "sources.list").write_text(text)
    assert tree.mirror_of(apt) is None


def test_a_source_that_is_switched_off_is_none(apt: Path) -> None:
    (apt / "sources.list.d" / "debian.sources").write_text("Enabled: no\n" + DEB822.partition("\n\n")[0])
    assert tree.mirror_of(apt) is None


def test_who_is_not_root_is_told_why_there_is_no_real_switch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(AsteriskError, match="only root can enter a tree"):
        tree.make(tmp_path / "root")


def test_a_machine_without_a_mirror_is_told_so(apt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(tree, "APT_FOLDER", apt)
    monkeypatch.setattr("shutil.which", lambda _name: "/usr/bin/apt-get")
    with pytest.raises(AsteriskError, match="no Debian mirror is named"):
        tree.make(apt / "root")


def test_a_demo_on_a_real_switch_says_why_it_can_not_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(StackError, match=r"^No real Asterisk here: only root can enter a tree \(chroot\)\.$"):
        switch.install(Layout(tmp_path, "demo"))


def test_the_real_switch_gets_none_of_the_stacks_environment(tmp_path: Path) -> None:
    asterisk = switch.instance(Layout(tmp_path, "demo"), Ports(20_000), ami_secret="a" * 20, ari_secret="b" * 20)
    command = switch.command(asterisk, {"TAG": "x"})
    assert command[:2] == ("env", "-i")
    assert not any("a" * 20 in word or "b" * 20 in word for word in command)


@pytest.mark.parametrize("name", ["", "../x", "a/b", "A", "x" * 50])
def test_an_instance_has_a_plain_name(name: str) -> None:
    with pytest.raises(AsteriskError, match="no name for an instance"):
        Instance(name, Addresses.from_base(20_000))
