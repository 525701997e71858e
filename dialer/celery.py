"""The Celery application: its tasks are thin, its queues `dial` (the one-second tick) and `default`."""

from __future__ import annotations

import logging
import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, heartbeat_sent, setup_logging
from django.conf import settings

from dialer.schedules import Aligned
from dialer.signs import worker_lives

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dialer.settings")
app = Celery("cadencia")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """Keep Django's logging: with a receiver here, Celery leaves loggers and levels alone."""


@beat_init.connect
def tell_ready(**kwargs: Any) -> None:
    """Say that ticks begin: whoever supervises beat waits for this line."""
    logging.getLogger(__name__).info("beat is ready.")


heartbeat_sent.connect(worker_lives, dispatch_uid="dialer.worker_lives")
app.conf.beat_scheduler = "dialer.signs:SigningScheduler"
app.conf.beat_schedule = {
    "gather_platform": {"task": "desk.tasks.gather_platform", "schedule": 5.0, "options": {"expires": 5}},
    "gather_companies": {"task": "desk.tasks.gather_companies", "schedule": 30.0, "options": {"expires": 30}},
    "keep_directory": {"task": "accounts.tasks.keep_directory", "schedule": crontab(minute=50)},
    "tidy_bulk_runs": {"task": "accounts.tasks.tidy_bulk_runs", "schedule": 60.0, "options": {"expires": 30}},
    "sweep": {"task": "calls.tasks.sweep", "schedule": 2.0, "options": {"expires": 2}},
    "heal": {"task": "calls.tasks.heal", "schedule": 60.0, "options": {"expires": 30}},
    "tidy_imports": {"task": "contacts.tasks.tidy_imports", "schedule": 30.0, "options": {"expires": 30}},
    "watch_switch": {"task": "telephony.tasks.watch_switch", "schedule": 2.0, "options": {"expires": 2}},
    "finish_recordings": {"task": "calls.tasks.finish_recordings", "schedule": 5.0, "options": {"expires": 5}},
    "tend_recordings": {"task": "calls.tasks.tend_recordings", "schedule": crontab(hour=4, minute=10)},
    "provision": {"task": "telephony.tasks.provision", "schedule": 10.0, "options": {"expires": 10}},
    "send_webhooks": {"task": "integrations.tasks.send_due", "schedule": 1.0, "options": {"expires": 2}},
    "tend_webhooks": {"task": "integrations.tasks.tend", "schedule": 60.0, "options": {"expires": 30}},
    "forget_events": {"task": "integrations.tasks.forget_events", "schedule": crontab(hour=4, minute=40)},
    "tell_of_recording_room": {
        "task": "campaigns.tasks.tell_of_recording_room",
        "schedule": 600.0,
        "options": {"expires": 300},
    },
    "sum_up_days": {"task": "calls.tasks.sum_up_days", "schedule": 300.0, "options": {"expires": 150}},
    "make_partitions": {"task": "calls.tasks.make_partitions", "schedule": crontab(hour=3, minute=30)},
}
for shard in range(settings.DIAL_SHARDS):
    share = shard / settings.DIAL_SHARDS
    app.conf.beat_schedule[f"dial_shard_{shard}"] = {
        "task": "campaigns.tasks.dial_shard",
        "schedule": Aligned(1.0, share),  # spread over the second: shards don't wait for each other's worker
        "args": (shard,),
        "options": {"expires": 1},  # a late tick is worth nothing, the next one sees more
    }
    app.conf.beat_schedule[f"reconcile_shard_{shard}"] = {
        "task": "campaigns.tasks.reconcile_shard",
        "schedule": Aligned(15.0, 15 * share),
        "args": (shard,),
        "options": {"expires": 10},
    }
