from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate, post_save


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import (
            background,
            browser_events,  # noqa: F401  declared here, found by the live layer
            directory,
        )
        from accounts.bulk_views import running_bulk
        from accounts.company_audit import record_company_change
        from tenants.signals import company_changed

        background.register("bulk", running_bulk)
        # Roles, not Django's model permissions, decide here; making those rows costs seconds for each company.
        post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
        company_changed.connect(record_company_change, dispatch_uid="accounts.record_company_change")
        post_save.connect(directory.follow_saved, sender="accounts.User", dispatch_uid="accounts.directory.saved")
        post_delete.connect(directory.follow_deleted, sender="accounts.User", dispatch_uid="accounts.directory.deleted")
