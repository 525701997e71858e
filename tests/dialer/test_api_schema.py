"""The API describes itself without a doubt."""

from __future__ import annotations

from pathlib import Path

from django.core.management import call_command


def test_the_api_schema_is_valid_and_complete(tmp_path: Path) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))

    assert "/api/v1/campaigns/{id}/start/" in (tmp_path / "schema.yml").read_text(encoding="utf-8")
