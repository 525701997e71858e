"""The API describes itself without a doubt."""

from __future__ import annotations

from pathlib import Path

from django.core.management import call_command


def test_the_api_schema_is_valid_and_complete(tmp_path: Path) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))

    assert "/api/v1/campaigns/{id}/start/" in (tmp_path / "schema.yml").read_text(encoding="utf-8")


def test_the_platforms_api_schema_is_valid_too(tmp_path: Path) -> None:
    target = tmp_path / "schema.yml"
    call_command("spectacular", urlconf="dialer.urls_public", validate=True, fail_on_warn=True, file=str(target))

    assert "/api/v1/trunks/{id}/test-calls/" in target.read_text(encoding="utf-8")
