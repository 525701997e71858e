from typing import Any

from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "calls"

    def ready(self) -> None:
        from calls import browser_events  # noqa: F401  declared here, found by the live layer
        from tenants.signals import company_approved

        company_approved.connect(_give_defaults, dispatch_uid="calls.give_defaults")


def _give_defaults(sender: Any, **kwargs: Any) -> None:
    """Receiver of tenants.signals.company_approved; the new company's schema is active."""
    from calls.defaults import create_default_dispositions

    create_default_dispositions()
