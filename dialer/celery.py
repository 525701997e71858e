"""The Celery application: its tasks are thin, its queues `dial` (the one-second tick) and `default`."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dialer.settings")
app = Celery("cadencia")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "sweep": {"task": "calls.tasks.sweep", "schedule": 2.0, "options": {"expires": 2}},
    "heal": {"task": "calls.tasks.heal", "schedule": 60.0, "options": {"expires": 30}},
    "make_partitions": {"task": "calls.tasks.make_partitions", "schedule": 86_400.0},
}
