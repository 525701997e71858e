"""SQL that fills one company's schema with millions of rows, set by set. Parameters: see each statement's names.

Only what pages read is filled, and filled consistently: a call's contact, phone, list and campaign belong together,
figures are counted from the calls, attempts lie in the company's working hours (8 to 20, São Paulo) of 90 days.
"""

_FIRST = """
Ana Maria João José Antônio Francisco Carlos Paulo Pedro Lucas Luiz Marcos Gabriel Rafael Daniel Marcelo Bruno
Eduardo Felipe Rodrigo Manoel Juliana Márcia Fernanda Patrícia Aline Sandra Camila Amanda Bruna Jéssica Letícia
"""
_LAST = """
Silva Santos Oliveira Souza Rodrigues Ferreira Alves Pereira Lima Gomes Costa Ribeiro Martins Carvalho Almeida
Lopes Soares Fernandes Vieira Barbosa Rocha Dias Nascimento Andrade Moreira Nunes Marques Machado Mendes Freitas
"""
_AREAS = "11 21 31 41 51 61 71 81 85 19 27 48 62 92 98 13 16 34 47 83"
FIRST_NAMES, LAST_NAMES, AREAS = _FIRST.split(), _LAST.split(), _AREAS.split()

# n → contact: list, name and phone follow from it, so that calls can name them without a join.
CONTACTS = """
INSERT INTO contacts_contact (id, contact_list_id, name, document, external_id, extra, source_line, state,
                              next_attempt_at, attempts, last_outcome)
SELECT n, (%(lists)s::bigint[])[width_bucket(n, %(bounds)s::bigint[])],
       (%(first)s::text[])[1 + n * 31 %% 32] || ' ' || (%(last)s::text[])[1 + n * 17 %% 30] || ' '
           || (%(last)s::text[])[1 + n / 7 %% 30],
       lpad((n * 7919 %% 99999999999)::text, 11, '0'), 'C' || n, jsonb_build_object('plano', 'P' || n %% 5), n,
       CASE WHEN r < .55 THEN 'ready' WHEN r < .77 THEN 'done' ELSE 'exhausted' END,
       now() + (r - .4) * interval '2 days', (n %% 6)::smallint,
       (%(outcomes)s::text[])[1 + n %% 4]
FROM (SELECT n::bigint, random() AS r FROM generate_series(1, %(contacts)s) n OFFSET 0) AS one
"""
PHONES = """
INSERT INTO contacts_phone (id, contact_id, e164, kind, position, state, attempts, last_outcome, ninth_digit_added)
SELECT n, n, '+55' || (%(areas)s::text[])[1 + n %% 20] || '9' || lpad((n * 7919 %% 100000000)::text, 8, '0'), 'mobile',
       0, CASE WHEN n %% 19 = 0 THEN 'invalid' ELSE 'usable' END, (n %% 6)::smallint, '', false
FROM generate_series(1, %(contacts)s::bigint) n
UNION ALL
SELECT %(contacts)s + n, n, '+55' || (%(areas)s::text[])[1 + n %% 20] || '3'
           || lpad((n * 104729 %% 10000000)::text, 7, '0'),
       'landline', 1, 'usable', 0, '', false
FROM generate_series(1, %(contacts)s::bigint, 2) n
"""
SEQUENCES = """
SELECT setval(pg_get_serial_sequence('contacts_contact', 'id'), (SELECT max(id) FROM contacts_contact)),
       setval(pg_get_serial_sequence('contacts_phone', 'id'), (SELECT max(id) FROM contacts_phone))
"""
LIST_COUNTS = """
UPDATE contacts_contactlist SET contact_count = one.n
FROM (SELECT contact_list_id, count(*) AS n FROM contacts_contact GROUP BY 1) AS one
WHERE one.contact_list_id = contacts_contactlist.id
"""

# The key's time grows with n. Of each day the working hours are used; of today, what has passed of them.
CALLS = """
INSERT INTO calls_call (id, parent_id, campaign_id, contact_list_id, contact_id, phone_id, number, kind, node, trunk,
    caller_id, direction, mode, attempt, state, outcome, created_at, deadline_at, dialed_at, ringing_at, answered_at,
    connected_at, ended_at, unattended, operator_id, cause, tech_cause, hung_up_by, end_source, refusal, amd_status,
    amd_cause, amd_ms, amd_control, amd_corrected, hold_ms, billed_s, rate_per_min, price, rate_id, disposition_id,
    note, disposed_at)
SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(n & 4095), 3, '0') || '8'
            || lpad(to_hex(n), 15, '0'))::uuid,
       NULL, (%(campaigns)s::bigint[])[place], (%(lists)s::bigint[])[place], contact, contact,
       '+55' || (%(areas)s::text[])[1 + contact %% 20] || '9' || lpad((contact * 7919 %% 100000000)::text, 8, '0'),
       'mobile', 'sim1', 'trunk', '', CASE WHEN mode = 'inbound' THEN 'in' ELSE 'out' END, mode, 1 + n %% 6, 'ended',
       outcome, at, at + interval '3 seconds', CASE WHEN outcome <> 'not_dialed' THEN at + interval '1 second' END,
       CASE WHEN outcome NOT IN ('invalid', 'not_dialed', 'congestion') THEN at + interval '3 seconds' END, answered,
       CASE WHEN talked THEN answered + interval '1 second' END,
       CASE WHEN talked THEN answered + interval '1 second' + talk
            WHEN answered IS NOT NULL THEN answered + interval '4 seconds'
            ELSE at + interval '20 seconds' END,
       outcome = 'abandoned',
       CASE WHEN talked THEN (%(operators)s::bigint[])[1 + (r2 * %(operator_count)s)::int %% %(operator_count)s] END,
       CASE outcome WHEN 'busy' THEN 17 WHEN 'no_answer' THEN 19 WHEN 'invalid' THEN 1 ELSE 16 END, '',
       CASE WHEN talked THEN 'customer' ELSE '' END, 'ami', CASE WHEN outcome = 'not_dialed' THEN 'late' ELSE '' END,
       CASE WHEN outcome = 'machine' THEN 'machine' WHEN talked AND r2 < .7 THEN 'human' ELSE '' END, '', NULL, false,
       CASE WHEN talked AND r2 < .02 THEN 'machine' ELSE '' END, 0,
       CASE WHEN talked OR outcome = 'machine' THEN 36 ELSE 0 END, .09,
       CASE WHEN talked OR outcome = 'machine' THEN .054 ELSE 0 END, NULL,
       CASE WHEN talked AND r2 < .97 THEN (%(dispositions)s::bigint[])[1 + n %% %(disposition_count)s] END,
       CASE WHEN talked AND r2 < .1 THEN 'Pediu para ligar à tarde.' ELSE '' END,
       CASE WHEN talked AND r2 < .97 THEN answered + talk + interval '9 seconds' END
FROM (
    SELECT *, outcome = 'connected' AS talked, (20 + r2 * 240) * interval '1 second' AS talk,
           width_bucket(contact, %(bounds)s::bigint[]) AS place,
           CASE WHEN outcome IN ('connected', 'abandoned', 'machine') THEN at + interval '9 seconds' END AS answered
    FROM (
        SELECT n, r2, 1 + (r3 * %(contacts)s)::bigint %% %(contacts)s AS contact,
               CASE WHEN r1 < .12 THEN 'connected' WHEN r1 < .123 THEN 'abandoned' WHEN r1 < .21 THEN 'busy'
                    WHEN r1 < .6 THEN 'no_answer' WHEN r1 < .67 THEN 'invalid' WHEN r1 < .7 THEN 'rejected'
                    WHEN r1 < .72 THEN 'congestion' WHEN r1 < .74 THEN 'failed' WHEN r1 < .78 THEN 'canceled'
                    WHEN r1 < .99 THEN 'machine' ELSE 'not_dialed' END AS outcome,
               CASE WHEN r2 < .97 THEN 'predictive' WHEN r2 < .98 THEN 'preview' WHEN r2 < .992 THEN 'manual'
                    ELSE 'inbound' END AS mode,
               CASE WHEN day < %(today)s THEN day + interval '8 hours' + part * interval '12 hours'
                    ELSE day + part * %(passed)s END AT TIME ZONE 'America/Sao_Paulo' AS at
        FROM (
            SELECT n, random() AS r1, random() AS r2, random() AS r3,
                   %(today)s::timestamp - (90 - 91 * (n - 1) / %(calls)s) * interval '1 day' AS day,
                   (91 * (n - 1) %% %(calls)s)::float / %(calls)s AS part
            FROM generate_series(%(from)s::bigint, %(until)s::bigint) n OFFSET 0
        ) AS drawn
    ) AS known
) AS call
"""
DAY_FIGURES = """
INSERT INTO calls_dayfigures (campaign_id, day, attempts, answered, connected, abandoned, busy, no_answer, invalid,
                              machine, failed, ended, talk_ms, billed_s, price)
SELECT campaign_id, (at AT TIME ZONE 'America/Sao_Paulo')::date, sum(attempts), sum(answered), sum(connected),
       sum(abandoned), sum(busy), sum(no_answer), sum(invalid), sum(machine), sum(failed), sum(ended), sum(talk_ms),
       sum(billed_s), sum(price)
FROM calls_slotfigures GROUP BY 1, 2
"""
OPEN_CALLS = """
UPDATE calls_call SET state = %(state)s, outcome = '', ended_at = NULL, price = NULL, billed_s = NULL,
       disposition_id = NULL, disposed_at = NULL
WHERE id IN (
    SELECT id FROM calls_call WHERE outcome = %(outcome)s AND direction = 'out' ORDER BY id DESC LIMIT %(count)s
)
"""
STEPS = """
INSERT INTO calls_callstep (call_id, at, kind, operator_id, detail)
SELECT id, connected_at + step * interval '7 seconds', CASE step WHEN 1 THEN 'held' ELSE 'resumed' END, operator_id,
       '{}'
FROM calls_call, generate_series(1, 2) step
WHERE outcome = 'connected' AND amd_status = 'human' AND attempt = 1
"""
RECORDINGS = """
INSERT INTO calls_recording (call_id, campaign_id, path, state, detail, started_at, ended_at, seconds, size_bytes,
                             sha256, delete_after, delete_reason)
SELECT id, campaign_id, 'big/' || id || '.wav', CASE WHEN r < .995 THEN 'kept' WHEN r < .998 THEN 'missing'
       ELSE 'failed' END, '', connected_at, ended_at, extract(epoch FROM ended_at - connected_at),
       (extract(epoch FROM ended_at - connected_at) * 16000)::bigint, md5(id::text) || md5(id::text),
       (connected_at + interval '180 days')::date, ''
FROM (SELECT *, random() AS r FROM calls_call WHERE outcome = 'connected' OFFSET 0) AS talked
"""
SHIFTS = """
WITH made AS (
    INSERT INTO agents_operatorsession (operator_id, campaign_ids, node, state, state_since, pause_asked, phone,
                                        started_at, ended_at, end_reason)
    SELECT operator, %(campaigns)s::bigint[], 'sim1', 'free', day + interval '20 hours', false, 'registered',
           day + interval '11 hours', day + interval '20 hours', 'operator'
    FROM unnest(%(operators)s::bigint[]) operator,
         generate_series(%(today)s::timestamptz - interval '90 days', %(today)s::timestamptz - interval '1 day',
                         '1 day') day
    RETURNING id, operator_id, started_at
)
INSERT INTO agents_stateinterval (session_id, operator_id, state, started_at, ended_at)
SELECT id, operator_id, (ARRAY['free', 'talking', 'wrap_up', 'paused'])[1 + part %% 4],
       started_at + part * interval '27 minutes', started_at + (part + 1) * interval '27 minutes'
FROM made, generate_series(0, 19) part
"""
OPEN_SHIFTS = """
WITH made AS (
    INSERT INTO agents_operatorsession (operator_id, campaign_ids, node, state, state_since, pause_asked, phone,
                                        started_at, end_reason)
    SELECT operator, %(campaigns)s::bigint[], 'sim1', (ARRAY['free', 'wrap_up', 'paused'])[1 + operator %% 3],
           now() - interval '1 minute', false, 'registered', now() - interval '2 hours', ''
    FROM unnest(%(at_work)s::bigint[]) operator
    RETURNING id, operator_id, state, started_at
)
INSERT INTO agents_stateinterval (session_id, operator_id, state, started_at)
SELECT id, operator_id, state, now() - interval '1 minute' FROM made
"""
CALLBACKS = """
INSERT INTO campaigns_callback (campaign_id, contact_id, operator_id, due_at, note, state, created_at)
SELECT (%(campaigns)s::bigint[])[width_bucket(n, %(bounds)s::bigint[])], n,
       CASE WHEN n %% 3 > 0 THEN (%(operators)s::bigint[])[1 + n %% %(operator_count)s] END,
       now() + (n %% 2000 - 700) * interval '7 minutes', 'Ligar de novo',
       CASE WHEN n %% 4 = 0 THEN 'pending' WHEN n %% 4 = 1 THEN 'missed' ELSE 'done' END, now() - interval '1 day'
FROM generate_series(1, %(contacts)s::bigint, 40) n
"""
ACTIONS = (
    ("campaign.updated", "campaigns.campaign"),
    ("campaign.started", "campaigns.campaign"),
    ("campaign.paused", "campaigns.campaign"),
    ("recording.played", "calls.call"),
    ("session.opened", "accounts.user"),
    ("list.imported", "contacts.contactlist"),
    ("person.updated", "accounts.user"),
    ("disposition.updated", "calls.disposition"),
)
PLATFORM_ACTIONS = (("company.approved", "tenants.company"), ("person.deactivated", "tenants.personentry")) * 4
AUDIT = """
INSERT INTO accounts_auditentry (at, actor_id, actor_name, action, target_type, target_id, detail)
SELECT now() - (%(rows)s - n) * interval '30 seconds', (%(people)s::bigint[])[1 + n %% %(person_count)s],
       (%(names)s::text[])[1 + n %% %(person_count)s],
       (%(actions)s::text[])[1 + n %% 8], (%(targets)s::text[])[1 + n %% 8],
       (1 + n %% 20)::text, jsonb_build_object('changes', jsonb_build_object('name', jsonb_build_array('A', 'B')))
FROM generate_series(1, %(rows)s) n
"""
EVENTS = """
INSERT INTO integrations_event (id, sequence, type, version, created_at, data)
SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(n & 4095), 3, '0') || '9'
            || lpad(to_hex(n), 15, '0'))::uuid,
       n, (ARRAY['call.ended', 'disposition.set', 'call.ended', 'contact.changed'])[1 + n %% 4], 1, at,
       jsonb_build_object('call_id', gen_random_uuid(), 'campaign_id', 1, 'number', '+5511987650042',
                          'outcome', 'connected', 'contact_external_id', 'C' || n, 'billed_s', 36, 'price', '0.054')
FROM (SELECT n::bigint, now() - (%(rows)s - n) * interval '5 seconds' AS at FROM generate_series(1, %(rows)s) n) AS one
"""
FEED_POSITION = "INSERT INTO integrations_feedposition (id, last_sequence, forgotten) VALUES (1, %(rows)s, 0)"
DELIVERIES = """
INSERT INTO integrations_webhookdelivery (endpoint_id, event_id, event_type, state, tries, last_status, last_error,
                                          created_at, finished_at)
SELECT (%(endpoints)s::bigint[])[1 + sequence %% %(endpoint_count)s], id, type,
       CASE WHEN sequence %% 50 = 0 THEN 'failed' ELSE 'delivered' END, 1, 200, '', created_at, created_at
FROM integrations_event
"""
ATTEMPTS = """
INSERT INTO integrations_webhookattempt (delivery_id, at, duration_ms, status, error, body)
SELECT id, created_at, 80, 200, '', '' FROM integrations_webhookdelivery
"""
REFUSED = """
INSERT INTO contacts_refusedrow (source_import_id, line, reason, cells)
SELECT %(import)s, n, 'no_phone', jsonb_build_array('Fulano ' || n, '') FROM generate_series(1, %(rows)s) n
"""
NOTICES = """
INSERT INTO accounts_notice (user_id, code, params, view, args, key, created_at, read_at)
SELECT %(user)s, 'import.done', '{"list": "Mailing"}', '', '[]', '', now() - n * interval '1 hour',
       CASE WHEN n > 9 THEN now() END
FROM generate_series(1, 400) n
"""
PEOPLE = """
INSERT INTO accounts_user (password, email, name, role, is_active, language, created_at)
SELECT '!' , 'op' || n || '@' || %(schema)s || '.example',
       (%(first)s::text[])[1 + n * 31 %% 32] || ' ' || (%(last)s::text[])[1 + n * 17 %% 30], 'operator', true, 'pt-br',
       now()
FROM generate_series(1, %(people)s) n
"""
