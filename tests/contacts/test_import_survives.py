"""An import whose worker dies goes on where it stood: nothing twice, nothing lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from common import clock
from contacts import bulk, files, tasks
from contacts.actions import do_cancel_import, do_confirm_import
from contacts.choices import ImportState
from contacts.importing import DEAD_AFTER, run_import
from contacts.models import Contact, Import, Phone, RefusedRow
from contacts.tasks import requeue_orphans
from live.keys import channel
from live.topics import WALLBOARD

FILE = b"nome;fone\n" + b"".join(
    b"C%d;119%08d\n" % (number, 80000000 + number) if number % 5 else b"C%d;190\n" % number for number in range(1, 51)
)


class KilledError(BaseException):
    """Stands for kill -9: nothing in the code catches it."""


@pytest.fixture
def queued(upload: Callable[..., Import], master: User, redis: Any, monkeypatch: pytest.MonkeyPatch) -> Import:
    monkeypatch.setattr("contacts.importing.CHUNK_ROWS", 10)
    return do_confirm_import(upload(FILE), choices=None, acting_user=master, enqueue=False)


def die_after(rows: int) -> Callable[[Import], None]:
    def listen(import_: Import) -> None:
        if import_.rows_read >= rows:
            raise KilledError

    return listen


def run(import_: Import, listener: Callable[[Import], None] = lambda _import: None) -> Import:
    run_import("acme", import_.pk, on_progress=listener)
    import_.refresh_from_db()
    return import_


def let_time_pass(import_: Import) -> None:
    Import.objects.filter(pk=import_.pk).update(heartbeat_at=clock.now() - DEAD_AFTER - timedelta(seconds=1))


def check_complete(import_: Import) -> None:
    import_.refresh_from_db()
    assert (import_.state, import_.rows_total, import_.rows_read) == (ImportState.DONE, 50, 50)
    assert (import_.contacts_created, import_.rows_refused) == (40, 10)
    assert import_.rows_by_reason == {"phone_short_code": 10}
    assert Contact.objects.count() == Phone.objects.count() == 40
    assert list(Contact.objects.order_by("id").values_list("source_line", flat=True)) == [
        line for line in range(2, 52) if (line - 1) % 5
    ]
    assert RefusedRow.objects.count() == 10
    import_.contact_list.refresh_from_db()
    assert import_.contact_list.contact_count == 40


@pytest.mark.parametrize("rows", [0, 10, 30, 50])
def test_a_worker_killed_between_chunks_is_followed_by_another(queued: Import, rows: int) -> None:
    with pytest.raises(KilledError):
        run(queued, die_after(rows))
    let_time_pass(queued)
    run(queued)
    check_complete(queued)


def test_a_worker_killed_in_the_middle_of_a_chunk_leaves_no_half_of_it(
    queued: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_arguments: object) -> None:
        raise KilledError

    with monkeypatch.context() as dying:
        dying.setattr(bulk, "insert_refused", die)
        with pytest.raises(KilledError):
            run(queued)
    assert not Contact.objects.exists()
    let_time_pass(queued)
    run(queued)
    check_complete(queued)


def test_a_task_delivered_twice_does_its_work_once(queued: Import) -> None:
    run(queued)
    run(queued)
    check_complete(queued)


def test_a_second_worker_leaves_a_living_import_alone(queued: Import) -> None:
    with pytest.raises(KilledError):
        run(queued, die_after(20))
    assert run(queued).state == ImportState.RUNNING
    assert queued.rows_read == 20


def test_a_worker_that_was_thought_dead_gives_up_when_another_has_gone_on(queued: Import) -> None:
    def overtake(import_: Import) -> None:
        if import_.rows_read == 20:
            let_time_pass(import_)
            run_import("acme", import_.pk, on_progress=lambda _import: None)

    run(queued, overtake)
    check_complete(queued)


def test_the_periodic_check_queues_orphans_again_once_a_minute(queued: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[tuple[str, int]] = []
    monkeypatch.setattr(tasks, "enqueue_import", lambda schema, import_id: handed.append((schema, import_id)))
    with pytest.raises(KilledError):
        run(queued, die_after(20))

    assert requeue_orphans("acme") == 0
    let_time_pass(queued)
    assert requeue_orphans("acme") == 1
    assert requeue_orphans("acme") == 0
    assert handed == [("acme", queued.pk)]
    run(queued)
    check_complete(queued)


def test_a_canceled_import_stops_at_its_next_chunk_and_keeps_what_it_has(queued: Import, master: User) -> None:
    def cancel(import_: Import) -> None:
        if import_.rows_read == 20:
            do_cancel_import(import_, acting_user=master)

    assert run(queued, cancel).state == ImportState.CANCELED
    assert queued.rows_read == 20
    assert Contact.objects.count() == 16


def test_a_file_that_is_gone_fails_the_import_in_words(queued: Import) -> None:
    files.discard("acme", queued.pk)
    assert (run(queued).state, queued.failure) == (ImportState.FAILED, "file_gone")


def test_a_file_with_too_many_rows_imports_none(queued: Import, settings: Any) -> None:
    settings.MAILING_MAX_ROWS = 49
    assert (run(queued).state, queued.failure) == (ImportState.FAILED, "file_too_many_rows")
    assert not Contact.objects.exists()


def test_live_pages_hear_of_the_beginning_and_the_end(queued: Import, redis: Any) -> None:
    with redis.pubsub() as listening:
        listening.subscribe(channel("acme", WALLBOARD))
        listening.get_message(timeout=5)
        tasks.run_import("acme", queued.pk)
        heard = []
        while message := listening.get_message(timeout=1):
            heard.append(json.loads(message["data"].split(" ", 1)[1]))
    assert [event["type"] for event in heard] == ["import.progress"] * len(heard)
    assert heard[0]["data"]["state"] == "running"
    last = heard[-1]["data"]
    assert (last["state"], last["rows_read"], last["contacts_created"], last["rows_refused"]) == ("done", 50, 40, 10)
