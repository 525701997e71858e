from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "campaigns"

    def ready(self) -> None:
        from accounts import bulk_kinds, notice_kinds
        from agents import assignments
        from calls.signals import (
            call_amd_corrected,
            call_arrived,
            call_disposed,
            calls_ended,
            calls_returned,
            operator_released,
        )
        from campaigns import (
            browser_events,  # noqa: F401  declared here, found by the live layer
            list_bulk,
        )
        from campaigns.inbound import note_arrival
        from campaigns.numbers import inbound_rules
        from campaigns.receivers import (
            note_unrecorded_calls,
            settle_corrected,
            settle_disposed,
            settle_ended,
            settle_released,
            settle_returned,
        )
        from campaigns.recording_room_notices import KINDS
        from campaigns.selectors import assignments_of, penalties_of
        from campaigns.suspension import pause_all
        from screens.tables import offer_actions
        from telephony.provisioning import register_inbound_rules
        from tenants.signals import company_suspended

        bulk_kinds.register(*list_bulk.KINDS)
        offer_actions("lists", list_bulk.bulk_actions)
        notice_kinds.register(*KINDS)
        assignments.register(assignments_of, penalties_of)
        register_inbound_rules(inbound_rules)
        calls_ended.connect(settle_ended, dispatch_uid="campaigns.settle_ended")
        calls_ended.connect(note_unrecorded_calls, dispatch_uid="campaigns.note_unrecorded_calls")
        call_amd_corrected.connect(settle_corrected, dispatch_uid="campaigns.settle_corrected")
        calls_returned.connect(settle_returned, dispatch_uid="campaigns.settle_returned")
        operator_released.connect(settle_released, dispatch_uid="campaigns.settle_released")
        call_arrived.connect(note_arrival, dispatch_uid="campaigns.note_arrival")
        call_disposed.connect(settle_disposed, dispatch_uid="campaigns.settle_disposed")
        company_suspended.connect(pause_all, dispatch_uid="campaigns.pause_all")
