"""Count what was called before slot figures were kept."""

from django.db import migrations

_COUNT = """
INSERT INTO calls_slotfigures
    (at, campaign_id, contact_list_id, operator_id, disposition_id, attempts, answered, connected, abandoned, busy,
     no_answer, invalid, machine, failed, ended, talk_ms, billed_s, price)
SELECT date_bin('10 minutes', dialed_at, 'epoch'::timestamptz), campaign_id, contact_list_id,
       coalesce(operator_id, 0), coalesce(disposition_id, 0),
       count(own),
       count(own) FILTER (WHERE answered_at IS NOT NULL),
       count(own) FILTER (WHERE outcome = 'connected'),
       count(own) FILTER (WHERE outcome = 'abandoned'),
       count(own) FILTER (WHERE outcome = 'busy'),
       count(own) FILTER (WHERE outcome = 'no_answer'),
       count(own) FILTER (WHERE outcome = 'invalid'),
       count(own) FILTER (WHERE outcome = 'machine'),
       count(own) FILTER (WHERE outcome IN ('rejected', 'congestion', 'failed', 'canceled')),
       count(own) FILTER (WHERE state = 'ended'),
       coalesce(sum(floor(extract(epoch FROM ended_at - connected_at) * 1000)) FILTER (WHERE own = 1), 0)::bigint,
       coalesce(sum(billed_s), 0),
       coalesce(sum(price), 0)
FROM (SELECT *, CASE WHEN parent_id IS NULL THEN 1 END AS own FROM calls_call) AS one
WHERE dialed_at IS NOT NULL AND direction = 'out'
GROUP BY 1, 2, 3, 4, 5
ORDER BY 1, 2, 3, 4, 5
"""


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0006_slot_figures"),
    ]

    operations = [
        migrations.RunSQL(_COUNT, migrations.RunSQL.noop),
    ]
