"""Count what came in before it was kept."""

from django.db import migrations

_COUNT = """
INSERT INTO calls_slotfigures AS kept
    (at, campaign_id, contact_list_id, operator_id, disposition_id, attempts, answered, connected, abandoned, busy,
     no_answer, invalid, machine, failed, ended, talk_ms, billed_s, price,
     incoming, incoming_taken, incoming_missed, incoming_talk_ms)
SELECT date_bin('10 minutes', dialed_at, 'epoch'::timestamptz), campaign_id, contact_list_id,
       coalesce(operator_id, 0), coalesce(disposition_id, 0), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
       count(*),
       count(*) FILTER (WHERE connected_at IS NOT NULL AND ended_at IS NOT NULL),
       count(*) FILTER (WHERE connected_at IS NULL AND ended_at IS NOT NULL),
       coalesce(sum(floor(extract(epoch FROM ended_at - connected_at) * 1000)), 0)::bigint
FROM calls_call
WHERE dialed_at IS NOT NULL AND direction = 'in'
GROUP BY 1, 2, 3, 4, 5
ON CONFLICT (at, campaign_id, contact_list_id, operator_id, disposition_id) DO UPDATE SET
    incoming = excluded.incoming, incoming_taken = excluded.incoming_taken,
    incoming_missed = excluded.incoming_missed, incoming_talk_ms = excluded.incoming_talk_ms
"""
_FORGET = """
UPDATE calls_slotfigures SET incoming = 0, incoming_taken = 0, incoming_missed = 0, incoming_talk_ms = 0
WHERE incoming <> 0
"""


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0008_incoming_figures"),
    ]

    operations = [
        migrations.RunSQL(_COUNT, _FORGET),
    ]
