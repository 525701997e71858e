from django.apps import AppConfig


class AgentsConfig(AppConfig):
    name = "agents"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_out

        from accounts.signals import person_created, person_deactivated, person_role_changed
        from agents import browser_events  # noqa: F401  declared here, found by the live layer
        from agents.departures import (
            close_phone_of_browser,
            end_all_shifts,
            end_shift_of_deactivated,
            follow_role,
        )
        from agents.enrolment import enrol_new_person
        from tenants.signals import company_suspended

        person_created.connect(enrol_new_person, dispatch_uid="agents.enrol_new_person")
        person_deactivated.connect(end_shift_of_deactivated, dispatch_uid="agents.end_shift_of_deactivated")
        person_role_changed.connect(follow_role, dispatch_uid="agents.follow_role")
        user_logged_out.connect(close_phone_of_browser, dispatch_uid="agents.close_phone_of_browser")
        company_suspended.connect(end_all_shifts, dispatch_uid="agents.end_all_shifts")
