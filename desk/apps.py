from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "desk"

    def ready(self) -> None:
        from desk import browser_events  # noqa: F401  declared here, found by the live layer
        from desk import snapshots as desk_snapshots
        from live import snapshots

        snapshots.register("wallboard", desk_snapshots.wallboard)
        snapshots.register("person", desk_snapshots.person)
        snapshots.register("platform", desk_snapshots.platform)
        snapshots.register("logs", desk_snapshots.logs)
