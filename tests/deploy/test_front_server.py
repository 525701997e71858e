"""deploy/nginx: what is rendered of the environment."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from dialer.schema_view import SchemaView

NGINX = Path(__file__).resolve().parents[2] / "deploy" / "nginx"
pytestmark = pytest.mark.skipif(shutil.which("envsubst") is None, reason="no envsubst (apt-get install gettext-base)")


def _render(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "CADENCIA_PUBLIC_DOMAIN": "discador.example", **settings}
    environment["NGINX_CONF"] = str(folder / "nginx.conf")
    command = ["sh", str(NGINX / "start.sh"), "--render-only"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_every_node_gets_its_way_to_its_switch_and_nothing_is_left_unfilled(tmp_path: Path) -> None:
    assert _render(tmp_path, SIP_NODES="ast1=asterisk:8088 ast2=other:9088", HTTPS_PORT="8443").returncode == 0
    text = (tmp_path / "nginx.conf").read_text(encoding="utf-8")
    for node, address in (("ast1", "asterisk:8088"), ("ast2", "other:9088")):
        location = text.partition(f"location = /sip/{node}/ {{")[2].partition("}")[0]
        assert f"set $switch {address};" in location
        assert "proxy_pass http://$switch/ws;" in location
    assert "${" not in text
    assert "https://$host:8443$request_uri" in text
    # nginx's own variables are left to it.
    assert "$http_host" in text
    assert text.count("{") == text.count("}")


def test_the_phones_of_a_call_center_behind_one_address_come_back_together(tmp_path: Path) -> None:
    _render(tmp_path, SIP_NODES="ast1=asterisk:8088")
    text = (tmp_path / "nginx.conf").read_text(encoding="utf-8")
    assert "rate=50r/s;" in text
    assert "limit_req zone=phones burst=500 nodelay;" in text


def test_pages_that_are_away_are_said_to_come_back_soon(tmp_path: Path) -> None:
    _render(tmp_path)
    text = (tmp_path / "nginx.conf").read_text(encoding="utf-8")
    # Without "=" the answer keeps nginx's own 502 or 504 and "return 503" is for nothing.
    assert "error_page 502 504 = @away;" in text
    assert "return 503" in text.partition("location @away {")[2].partition("\n        }")[0]
    assert "resolver_timeout 3s;" in text
    assert "proxy_connect_timeout 5s;" in text.partition("location / {\n            proxy_pass http://$web;")[2]


def test_the_apis_description_is_compressed_in_each_of_its_forms(tmp_path: Path) -> None:
    _render(tmp_path)
    text = (tmp_path / "nginx.conf").read_text(encoding="utf-8")
    compressed = set(text.partition("gzip_types")[2].partition(";")[0].split())
    assert {renderer.media_type for renderer in SchemaView.renderer_classes} <= compressed


def test_the_usual_port_is_not_spelled_out(tmp_path: Path) -> None:
    assert _render(tmp_path).returncode == 0
    assert "https://$host$request_uri" in (tmp_path / "nginx.conf").read_text(encoding="utf-8")


@pytest.mark.parametrize("nodes", ["ast1=a;b:1", "ast1=$(id):1", "ast1={:1"])
def test_a_node_that_would_be_configuration_is_refused(tmp_path: Path, nodes: str) -> None:
    done = _render(tmp_path, SIP_NODES=nodes)
    assert done.returncode == 1
    assert "SIP_NODES" in done.stderr
    assert not (tmp_path / "nginx.conf").exists()


def test_without_a_domain_nothing_starts(tmp_path: Path) -> None:
    assert _render(tmp_path, CADENCIA_PUBLIC_DOMAIN="").returncode != 0
