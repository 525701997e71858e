from django.apps import AppConfig


class AgentsConfig(AppConfig):
    name = "agents"

    def ready(self) -> None:
        from accounts.signals import person_created
        from agents import browser_events  # noqa: F401  declared here, found by the live layer
        from agents.enrolment import enrol_new_person

        person_created.connect(enrol_new_person, dispatch_uid="agents.enrol_new_person")
