from typing import Any

from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "calls"

    def ready(self) -> None:
        from agents.signals import supervised
        from calls import browser_events  # noqa: F401  declared here, found by the live layer
        from calls.recordings import close_ended
        from calls.signals import calls_ended
        from calls.supervised import keep_steps, release_supervisors
        from tenants.signals import company_approved

        calls_ended.connect(close_ended, dispatch_uid="calls.close_recordings")
        company_approved.connect(_give_defaults, dispatch_uid="calls.give_defaults")
        supervised.connect(keep_steps, dispatch_uid="calls.keep_supervision")
        calls_ended.connect(release_supervisors, dispatch_uid="calls.release_supervisors")


def _give_defaults(sender: Any, **kwargs: Any) -> None:
    """Receiver of tenants.signals.company_approved; the new company's schema is active."""
    from calls.defaults import create_default_dispositions

    create_default_dispositions()
