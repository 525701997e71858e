"""What the audit trail's codes mean, for people."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import Role
from calls.choices import Outcome
from campaigns.choices import AmdMode, AmdPreset, CallerIdRotation, Dialing, RecordingMode

Words = dict[str, Promise | str]

ACTIONS: Words = {
    "announcement.added": _("Message uploaded"),
    "announcement.deleted": _("Message deleted"),
    "api_key.created": _("API key made"),
    "api_key.revoked": _("API key revoked"),
    "board_limits.changed": _("Wallboard’s limits changed"),
    "call.amd_corrected": _("Detection corrected"),
    "call.consulted": _("Colleague consulted in a call"),
    "call.dialed_manually": _("Number dialed by hand"),
    "call.disposed": _("Disposition corrected"),
    "call.hung_up": _("Call hung up"),
    "call.transferred": _("Call transferred"),
    "callback.canceled": _("Callback canceled"),
    "callback.moved": _("Callback moved"),
    "callback.scheduled": _("Callback scheduled"),
    "campaign.caller_ids_set": _("Campaign’s caller IDs chosen"),
    "campaign.changed": _("Campaign’s rules changed"),
    "campaign.defaults_set": _("Defaults of new campaigns set"),
    "campaign.created": _("Campaign created"),
    "campaign.lists_set": _("Campaign’s lists chosen"),
    "campaign.operators_set": _("Campaign’s operators chosen"),
    "campaign.paused": _("Campaign paused"),
    "campaign.started": _("Campaign started"),
    "campaign.stopped": _("Campaign stopped"),
    "campaign.stopping": _("Campaign stopping"),
    "company.approved": _("Company approved"),
    "company.changed": _("Company’s settings changed"),
    "company.limits_set": _("Company’s limits changed"),
    "company.registered": _("Company registered"),
    "company.rejected": _("Company rejected"),
    "company.resumed": _("Company may work again"),
    "company.suspended": _("Company suspended"),
    "contact.changed": _("Contact corrected"),
    "disposition.changed": _("Disposition changed"),
    "disposition.created": _("Disposition created"),
    "disposition.ordered": _("Dispositions put into order"),
    "import.started": _("List imported"),
    "inbound_number.led": _("Incoming number led to a campaign"),
    "message.sent": _("Message sent to operators"),
    "pause_reason.changed": _("Pause reason changed"),
    "pause_reason.created": _("Pause reason added"),
    "pause_reason.deleted": _("Pause reason deleted"),
    "person.changed": _("Person’s data changed"),
    "person.created": _("Person added"),
    "person.deactivated": _("Person deactivated"),
    "person.invited": _("Person invited"),
    "person.link_made": _("Link for a password made"),
    "person.password_set": _("Password set"),
    "person.reactivated": _("Person reactivated"),
    "person.role_changed": _("Role changed"),
    "person.sessions_ended": _("Logged out everywhere"),
    "preview.skipped": _("Contact skipped in preview"),
    "recording.deleted": _("Recording deleted"),
    "recording.downloaded": _("Recording downloaded"),
    "recording.played": _("Recording listened to"),
    "recordings.retention_set": _("Recordings’ time of keeping set"),
    "session.ended": _("Logged out"),
    "session.started": _("Logged in"),
    "shift.ended": _("Shift ended"),
    "shift.freed": _("Operator set free"),
    "shift.pause_forced": _("Operator sent into a pause"),
    "shift.phone_taken_over": _("Shift’s phone taken over by another window"),
    "shift.started": _("Shift started"),
    "supervision.asked": _("Conversation listened in"),
    "supervision.take_over_asked": _("Conversation taken over"),
    "supervisor_phone.opened": _("Supervisor’s phone opened"),
    "webhook.changed": _("Webhook changed"),
    "webhook.created": _("Webhook added"),
    "webhook.deleted": _("Webhook removed"),
    "webhook.former_secret_ended": _("Webhook’s former secret ended"),
    "webhook.resent": _("Events sent again to a webhook"),
    "webhook.secret_rotated": _("Webhook’s secret changed"),
    "webhook.started": _("Webhook started"),
    "webhook.stopped": _("Webhook stopped"),
    "webhook.tested": _("Webhook tested"),
}

GROUPS: Words = {
    "campaign": _("Campaigns"),
    "person": _("People"),
    "session": _("Log-ins"),
    "company": _("Company"),
    "call": _("Calls"),
    "recording": _("Recordings"),
    "shift": _("Shifts"),
    "disposition": _("Dispositions"),
    "contact": _("Contacts"),
    "callback": _("Callbacks"),
    "pause_reason": _("Pause reasons"),
    "webhook": _("Webhooks"),
}
"""By which the trail is filtered: what stands before the dot."""

FIELDS: Words = {
    "retry_minutes": _("Minutes until the next attempt"),
    "amd_options": _("Detection’s own settings"),
    "days": pgettext_lazy("audit", "Days"),
    "reason": pgettext_lazy("audit", "Reason"),
    "code": pgettext_lazy("audit", "Code"),
    "disposition": _("Disposition"),
    "timezone": _("Time zone"),
}

WORDS: Words = {
    **dict(Role.choices),
    **dict(Dialing.choices),
    **dict(RecordingMode.choices),
    **dict(CallerIdRotation.choices),
    **dict(AmdMode.choices),
    **dict(AmdPreset.choices),
    **dict(Outcome.choices),
    "pt-br": _("Portuguese (Brazil)"),
    "en": _("English"),
}
