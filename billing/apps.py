from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"

    def ready(self) -> None:
        from billing.receivers import price_calls
        from calls.signals import calls_ending

        calls_ending.connect(price_calls, dispatch_uid="billing.price_calls")
