"""Outside of HTTP too, everything says whose it is: tasks, Redis keys, channels, files."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django_tenants.utils import schema_context

from calls import live as calls_live
from contacts import files
from dialer.celery import app
from live import keys as live_keys
from live.publish import publish, recheck
from telephony.browser_events import SwitchChanged
from tenants.models import Company

PLATFORM_WIDE = {
    # Tasks that go through companies by themselves, each in a schema_context of its own; they work for no single one.
    "accounts.tasks.keep_directory",
    "accounts.tasks.tidy_bulk_runs",
    "calls.tasks.finish_recordings",
    "calls.tasks.heal",
    "calls.tasks.make_partitions",
    "calls.tasks.sum_up_days",
    "calls.tasks.sweep",
    "calls.tasks.tend_recordings",
    "campaigns.tasks.reconcile_shard",
    "campaigns.tasks.dial_shard",
    "campaigns.tasks.tell_of_recording_room",
    "contacts.tasks.tidy_imports",
    "desk.tasks.gather_companies",
    "desk.tasks.gather_platform",
    "integrations.tasks.forget_events",
    "integrations.tasks.send_due",
    "integrations.tasks.tend",
    "telephony.tasks.provision",
    "telephony.tasks.watch_switch",
}
OUR_APPS = [app_ for app_ in settings.INSTALLED_APPS if (Path(settings.BASE_DIR) / app_).is_dir()]


def _tasks() -> dict[str, Any]:
    app.loader.import_default_modules()
    return {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}


def test_every_task_is_told_its_company() -> None:
    tasks = _tasks()
    without = {name for name, task in tasks.items() if "schema" not in inspect.signature(task.run).parameters}

    assert without == PLATFORM_WIDE
    for name in set(tasks) - PLATFORM_WIDE:
        first = next(iter(inspect.signature(tasks[name].run).parameters.values()))
        assert (first.name, first.default) == ("schema", inspect.Parameter.empty), name


def test_the_tasks_that_beat_sends_exist_and_take_what_it_sends() -> None:
    tasks = _tasks()

    for entry in app.conf.beat_schedule.values():
        signature = inspect.signature(tasks[entry["task"]].run)
        signature.bind(*entry.get("args", ()), **entry.get("kwargs", {}))


def test_the_keys_of_live_state_name_their_company() -> None:
    for schema in ("acme", "beta"):
        made = [
            live_keys.sequence(schema, "wallboard"),
            live_keys.channel(schema, "wallboard"),
            live_keys.control_channel(schema),
            calls_live.stage_key(schema, 1, "ringing"),
        ]
        assert all(f":{schema}:" in key for key in made), made


def test_events_of_one_company_touch_no_key_of_another(redis: Any) -> None:
    publish("acme", [SwitchChanged(node="sim1", state="up", since_us=1)])
    recheck("acme", 1)

    assert {key.split(":")[1] for key in redis.scan_iter("live:*")} == {"acme"}


def _source_files() -> Iterator[Path]:
    for name in OUR_APPS:
        for path in (Path(settings.BASE_DIR) / name).rglob("*.py"):
            if "migrations" not in path.parts:
                yield path


def _literals(path: Path) -> Iterator[str]:
    """Give every formatted string of a file as its text with ``{}`` for what is filled in."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            yield "".join(_part(part) for part in node.values)


def _part(part: ast.expr) -> str:
    if isinstance(part, ast.FormattedValue):
        return "{" + ast.unparse(part.value) + "}"
    return str(part.value) if isinstance(part, ast.Constant) else ""


def test_no_key_of_live_state_is_made_without_the_schema() -> None:
    """Read in the sources, so that a key which no test writes is found as well."""
    bad = [
        (path.name, text)
        for path in _source_files()
        for text in _literals(path)
        if re.match(r"(live|login|import|export|cache)s?:", text) and not re.match(r"\w+:\{[^}]*schema\}", text)
    ]

    assert bad == []


_ENTERS_A_SCHEMA = {"schema_context", "set_schema", "set_tenant", "activate"}


def _calls_in_coroutines(path: Path) -> Iterator[ast.Call]:
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(function, ast.AsyncFunctionDef):
            yield from (node for node in ast.walk(function) if isinstance(node, ast.Call))


def test_no_code_holds_a_schema_across_an_await() -> None:
    bad = [
        f"{path.name}:{call.lineno}"
        for path in _source_files()
        for call in _calls_in_coroutines(path)
        if ast.unparse(call.func).rpartition(".")[2] in _ENTERS_A_SCHEMA
    ]

    assert bad == []


@pytest.mark.parametrize("schema", ["acme", "beta"])
def test_files_lie_in_their_companys_folder(schema: str, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path

    assert files.path_of(schema, 5).is_relative_to(tmp_path / schema)


def test_the_search_path_survives_a_rolled_back_transaction(db: None, acme: Company, beta: Company) -> None:
    """PostgreSQL takes a SET back with its transaction: the next query must not land in the former company."""
    from django.db import connection, transaction

    def here() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_schema()")
            return str(cursor.fetchone()[0])

    with schema_context("beta"):
        assert here() == "beta"
    with schema_context("acme"):
        with transaction.atomic():
            inside = here()
            transaction.set_rollback(True)
        assert (inside, here()) == ("acme", "acme")
