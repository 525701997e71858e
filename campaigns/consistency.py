"""Do the figures add up? A company's calls, contacts and figures held against each other.

Read in one snapshot of the database, so that it may be asked while campaigns are dialing. Used by
``manage.py check_figures``, the demo's summary and the drills.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction

from calls.past_figures import SUM_COLUMNS, SUMMED

# Each query gives the rows that contradict each other, and nothing when all is well. Calls with a parent are legs
# outside (calls.legs): they cost, and count nowhere else.
_DAY_FIGURES = """
WITH counted AS (
    SELECT campaign_id,
           (dialed_at AT TIME ZONE %(zone)s)::date AS day,
           count(own) AS attempts,
           count(own) FILTER (WHERE answered_at IS NOT NULL) AS answered,
           count(own) FILTER (WHERE outcome = 'connected') AS connected,
           count(own) FILTER (WHERE outcome = 'abandoned') AS abandoned,
           count(own) FILTER (WHERE outcome = 'busy') AS busy,
           count(own) FILTER (WHERE outcome = 'no_answer') AS no_answer,
           count(own) FILTER (WHERE outcome = 'invalid') AS invalid,
           count(own) FILTER (WHERE outcome = 'machine') AS machine,
           count(own) FILTER (WHERE outcome IN ('rejected', 'congestion', 'failed', 'canceled')) AS failed,
           count(own) FILTER (WHERE state = 'ended') AS ended,
           coalesce(sum(billed_s), 0) AS billed_s,
           coalesce(sum(price), 0) AS price
    FROM (SELECT *, CASE WHEN parent_id IS NULL THEN 1 END AS own FROM calls_call) AS one
    WHERE dialed_at IS NOT NULL AND direction = 'out'
    GROUP BY 1, 2
)
SELECT format('campaign %%s on %%s: calls %%s, figures %%s', coalesce(c.campaign_id, f.campaign_id),
              coalesce(c.day, f.day), row_to_json(c), row_to_json(f))
FROM counted c
FULL JOIN calls_dayfigures f ON f.campaign_id = c.campaign_id AND f.day = c.day
WHERE (c.attempts, c.answered, c.connected, c.abandoned, c.busy, c.no_answer,
       c.invalid, c.machine, c.failed, c.ended, c.billed_s, c.price)
   IS DISTINCT FROM
      (f.attempts, f.answered, f.connected, f.abandoned, f.busy, f.no_answer,
       f.invalid, f.machine, f.failed, f.ended, f.billed_s, f.price)
"""
_SLOT_FIGURES = """
WITH counted AS (
    SELECT date_bin('10 minutes', dialed_at, 'epoch'::timestamptz) AS at, campaign_id, contact_list_id,
           coalesce(operator_id, 0) AS operator_id, coalesce(disposition_id, 0) AS disposition_id,
           count(own) AS attempts,
           count(own) FILTER (WHERE answered_at IS NOT NULL) AS answered,
           count(own) FILTER (WHERE outcome = 'connected') AS connected,
           count(own) FILTER (WHERE outcome = 'abandoned') AS abandoned,
           count(own) FILTER (WHERE outcome = 'busy') AS busy,
           count(own) FILTER (WHERE outcome = 'no_answer') AS no_answer,
           count(own) FILTER (WHERE outcome = 'invalid') AS invalid,
           count(own) FILTER (WHERE outcome = 'machine') AS machine,
           count(own) FILTER (WHERE outcome IN ('rejected', 'congestion', 'failed', 'canceled')) AS failed,
           count(own) FILTER (WHERE state = 'ended') AS ended,
           coalesce(sum(floor(extract(epoch FROM ended_at - connected_at) * 1000)) FILTER (WHERE own = 1), 0)::bigint
               AS talk_ms,
           coalesce(sum(billed_s) FILTER (WHERE direction = 'out'), 0) AS billed_s,
           coalesce(sum(price) FILTER (WHERE direction = 'out'), 0) AS price,
           count(came) AS incoming,
           count(came) FILTER (WHERE connected_at IS NOT NULL AND ended_at IS NOT NULL) AS incoming_taken,
           count(came) FILTER (WHERE connected_at IS NULL AND ended_at IS NOT NULL) AS incoming_missed,
           coalesce(sum(floor(extract(epoch FROM ended_at - connected_at) * 1000)) FILTER (WHERE came = 1), 0)::bigint
               AS incoming_talk_ms
    FROM (SELECT *, CASE WHEN parent_id IS NULL AND direction = 'out' THEN 1 END AS own,
                 CASE WHEN direction = 'in' THEN 1 END AS came FROM calls_call) AS one
    WHERE dialed_at IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5
), compared AS (
    SELECT at, campaign_id, contact_list_id, operator_id, disposition_id, attempts, answered, connected, abandoned,
           busy, no_answer, invalid, machine, failed, ended, talk_ms, billed_s, price,
           incoming, incoming_taken, incoming_missed, incoming_talk_ms FROM counted
    UNION ALL
    SELECT at, campaign_id, contact_list_id, operator_id, disposition_id, -attempts, -answered, -connected, -abandoned,
           -busy, -no_answer, -invalid, -machine, -failed, -ended, -talk_ms, -billed_s, -price,
           -incoming, -incoming_taken, -incoming_missed, -incoming_talk_ms FROM calls_slotfigures
)
SELECT format('slot %%s of campaign %%s, list %%s, operator %%s, disposition %%s: off by %%s attempts, %%s connected',
              at, campaign_id, contact_list_id, operator_id, disposition_id, sum(attempts), sum(connected))
FROM compared
GROUP BY at, campaign_id, contact_list_id, operator_id, disposition_id
HAVING (sum(attempts), sum(answered), sum(connected), sum(abandoned), sum(busy), sum(no_answer), sum(invalid),
        sum(machine), sum(failed), sum(ended), sum(talk_ms), sum(billed_s), sum(price),
        sum(incoming), sum(incoming_taken), sum(incoming_missed), sum(incoming_talk_ms))
    IS DISTINCT FROM (0::numeric, 0::numeric, 0::numeric, 0::numeric, 0::numeric, 0::numeric, 0::numeric,
                      0::numeric, 0::numeric, 0::numeric, 0::numeric, 0::numeric, 0::numeric,
                      0::numeric, 0::numeric, 0::numeric, 0::numeric)
"""
_PAST_FIGURES = f"""
WITH made AS ({SUMMED.format(which="day.is_fresh")}),
kept AS (SELECT {", ".join(SUM_COLUMNS)} FROM calls_pastfigures JOIN calls_pastday USING (since) WHERE is_fresh)
SELECT format('sums of the day since %%s: kind %%s of campaign %%s, list %%s, key %%s is not what its slots add up to',
              since, kind, campaign_id, contact_list_id, key)
FROM ((TABLE made EXCEPT TABLE kept) UNION (TABLE kept EXCEPT TABLE made)) AS one
GROUP BY since, kind, campaign_id, contact_list_id, key
"""  # noqa: S608
_OUTCOMES_ADD_UP = """
SELECT format('campaign %%s on %%s: outcomes do not add up to %%s ended calls', campaign_id, day, ended)
FROM calls_dayfigures
WHERE connected + abandoned + busy + no_answer + invalid + machine + failed <> ended OR ended > attempts
"""
_CONTACTS_BEING_DIALED = """
SELECT format('contact %%s is being dialed by %%s, but its open call is %%s', coalesce(t.id, k.contact_id),
              t.current_call_id, k.id)
FROM (SELECT id, current_call_id FROM contacts_contact WHERE state = 'dialing') t
FULL JOIN (
    SELECT id, contact_id FROM calls_call
    WHERE state <> 'ended' AND parent_id IS NULL
      AND (direction = 'out' OR id IN (SELECT current_call_id FROM contacts_contact WHERE state = 'dialing'))
) k ON k.contact_id = t.id
WHERE t.current_call_id IS DISTINCT FROM k.id
"""
_ATTEMPTS = """
SELECT format('contact %%s counts %%s attempts, %%s of its calls were dialed', t.id, t.attempts, coalesce(k.dialed, 0))
FROM contacts_contact t
LEFT JOIN (
    SELECT contact_id, count(*) AS dialed FROM calls_call
    WHERE dialed_at IS NOT NULL AND state = 'ended' AND direction = 'out' AND parent_id IS NULL GROUP BY contact_id
) k ON k.contact_id = t.id
WHERE t.attempts <> coalesce(k.dialed, 0)
"""
_ENDED_CALLS = """
SELECT format('call %%s ended without outcome, price or in the wrong order', id)
FROM calls_call
WHERE state = 'ended'
  AND (outcome = '' OR ended_at IS NULL
       OR (outcome <> 'not_dialed' AND (price IS NULL OR dialed_at IS NULL))
       OR (outcome = 'not_dialed' AND dialed_at IS NOT NULL)
       OR (outcome = 'connected') <> (connected_at IS NOT NULL)
       OR answered_at > ended_at OR connected_at < answered_at)
"""
_LIST_COUNTS = """
SELECT format('list %%s says %%s contacts and has %%s', l.id, l.contact_count, count(t.id))
FROM contacts_contactlist l LEFT JOIN contacts_contact t ON t.contact_list_id = l.id
GROUP BY l.id HAVING l.contact_count <> count(t.id)
"""
_CHECKS = {
    "day figures equal the calls": _DAY_FIGURES,
    "slot figures equal the calls": _SLOT_FIGURES,
    "sums of finished days equal their slots": _PAST_FIGURES,
    "outcomes add up": _OUTCOMES_ADD_UP,
    "each contact being dialed has one open call": _CONTACTS_BEING_DIALED,
    "contacts' attempts equal their dialed calls": _ATTEMPTS,
    "ended calls are complete": _ENDED_CALLS,
    "lists know their contacts": _LIST_COUNTS,
}


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check: its name, how many rows contradict it, and up to five of them in words."""

    name: str
    contradictions: int
    examples: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return self.contradictions == 0


def check_figures(timezone: str) -> list[CheckResult]:
    """Run every check on the active schema; ``timezone`` is the company's, in which its days begin."""
    results = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for name, query in _CHECKS.items():
            cursor.execute(query, {"zone": timezone})
            rows = [row[0] for row in cursor.fetchall()]
            results.append(CheckResult(name, len(rows), tuple(rows[:5])))
    return results
