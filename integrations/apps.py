from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntegrationsConfig(AppConfig):
    name = "integrations"

    def ready(self) -> None:
        from accounts import bulk_kinds
        from accounts.notice_kinds import NoticeKind, register
        from calls.signals import call_disposed, calls_ended
        from campaigns.signals import campaign_state_changed
        from contacts.signals import contact_changed, import_finished
        from integrations import key_table
        from integrations.webhooks import bulk, receivers
        from integrations.webhooks.stopping import NOTICE

        bulk_kinds.register(*bulk.KINDS, *key_table.KINDS)
        register(
            NoticeKind(
                NOTICE,
                _("A webhook was stopped"),
                _("“%(webhook)s” is told of nothing more. Events that were not sent: %(unsent)s."),
                icon="webhook",
                tone="bad",
            )
        )
        calls_ended.connect(receivers.tell_calls_ended, dispatch_uid="integrations.tell_calls_ended")
        call_disposed.connect(receivers.tell_disposition, dispatch_uid="integrations.tell_disposition")
        contact_changed.connect(receivers.tell_contact, dispatch_uid="integrations.tell_contact")
        campaign_state_changed.connect(receivers.tell_campaign, dispatch_uid="integrations.tell_campaign")
        import_finished.connect(receivers.tell_import, dispatch_uid="integrations.tell_import")
