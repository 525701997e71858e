from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "desk"

    def ready(self) -> None:
        from accounts import bulk_kinds
        from desk import (
            browser_events,  # noqa: F401  declared here, found by the live layer
            callback_bulk,
            contact_bulk,
            people_bulk,
        )
        from desk import snapshots as desk_snapshots
        from live import snapshots

        bulk_kinds.register(*people_bulk.KINDS, *contact_bulk.KINDS, *callback_bulk.KINDS)

        snapshots.register("wallboard", desk_snapshots.wallboard)
        snapshots.register("person", desk_snapshots.person)
        snapshots.register("platform", desk_snapshots.platform)
        snapshots.register("logs", desk_snapshots.logs)
