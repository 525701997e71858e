"""Composition root: settings, URLs, ASGI, Celery, checks. Nobody imports it."""

from dialer.celery import app as celery_app

__all__ = ["celery_app"]
