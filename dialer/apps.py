from django.apps import AppConfig


class DialerConfig(AppConfig):
    name = "dialer"

    def ready(self) -> None:
        from dialer import checks, openapi  # noqa: F401  both register what they declare
