-- The functions that append, once more, with the same promises. What the keys of the tables make sure of is not looked for
-- first: a command id that is known, or a version that is taken, ends the batch with the key's error, and the batch is
-- sent again in the careful way, which finds out whose it was. Bytes come as one value, for text doubles them.

-- append_stream stays as it is. append_requests stays for servers of the release before, which may go on beside this one's.


-- Many callers' appends, of many tenants, in one go. A refused request takes nobody with it.
--
-- p_tenants: the batch's tenants, distinct, in order; p_events: how many events the batch brings each. r_*: one entry a
-- request; r_tenant is an index into p_tenants, r_start the number of the batch's events of the same tenant before it.
-- s_*: each stream whose last version must be this one. e_*: one entry an event; e_request is an index into r_*, e_index
-- counts from 1 in the request. p_bytes: each request's fingerprint and answer, and then each event's data, end to end;
-- p_ends: 0, and where each of them ends. Two requests that share a command id, or a stream that one of them writes, must
-- not share a batch: the checks look at the table, which does not hold the batch yet.
--
-- p_careful: look command ids up, whatever the checks say. Without it s_* may leave out the streams that are written from
-- version 0 on, whose version 1 has a key.
--
-- bases, times: each tenant's position before the batch (-1: unknown tenant) and the time recorded. The arrays that
-- start with `refused` hold one entry a refused request: known (with the first answer), unknown, frozen or moved.
CREATE FUNCTION thidua.append_together(
    p_clock timestamptz, p_careful boolean, p_tenants uuid[], p_events bigint[],
    r_tenant integer[], r_command uuid[], r_events integer[], r_start bigint[],
    s_request integer[], s_stream text[], s_expected integer[],
    e_request integer[], e_index integer[], e_stream text[], e_version integer[], e_type text[],
    e_type_version integer[], e_event_id uuid[], e_happened_on date[], e_actor text[], e_correlation_id text[],
    e_causation_id text[], p_ends integer[], p_bytes bytea,
    OUT bases bigint[], OUT times timestamptz[],
    OUT refused integer[], OUT reasons text[], OUT moved_streams text[], OUT positions bigint[],
    OUT known_times timestamptz[], OUT fingerprints bytea[], OUT answers bytea[]
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET enable_hashjoin = off
    SET enable_mergejoin = off SET jit = off
AS $$
DECLARE
    now_at     timestamptz := CASE WHEN p_clock IS NULL AND current_setting('transaction_isolation') = 'read committed'
                                   THEN clock_timestamp() ELSE thidua.append_time(p_clock) END;
    ids        uuid[];
    epochs     integer[];
    froze      boolean[];
    unusual    boolean;
    known      bigint[];
    moved      integer[];
    moved_to   text[];
    starts     bigint[] := r_start;
    data_at    integer := 2 * cardinality(r_tenant);
BEGIN
    -- 1. Lock the counters and move them as if all were accepted: one tenant after the other, in the order of p_tenants or
    -- of the key, which are the same, so that two batches never wait for each other.
    WITH counted AS (
        UPDATE thidua.heads AS h
           SET position = h.position + b.events,
               recorded_at = CASE WHEN b.events > 0 THEN greatest(now_at, h.recorded_at) ELSE h.recorded_at END
          FROM (SELECT unnest(p_tenants) AS tenant_id, unnest(p_events) AS events) AS b
         WHERE h.tenant_id = b.tenant_id
        RETURNING h.tenant_id, h.epoch, h.position - b.events AS base, greatest(now_at, h.recorded_at) AS at, h.frozen)
    SELECT array_agg(c.tenant_id), array_agg(c.epoch), array_agg(c.base), array_agg(c.at), array_agg(c.frozen),
           bool_or(c.frozen)
      INTO ids, epochs, bases, times, froze, unusual
      FROM counted AS c;
    IF ids IS DISTINCT FROM p_tenants THEN
        SELECT array_agg(coalesce(k.epoch, 0) ORDER BY t.n), array_agg(coalesce(k.base, -1) ORDER BY t.n),
               array_agg(coalesce(k.at, now_at) ORDER BY t.n), array_agg(coalesce(k.froze, false) ORDER BY t.n)
          INTO epochs, bases, times, froze
          FROM unnest(p_tenants) WITH ORDINALITY AS t (id, n)
          LEFT JOIN unnest(ids, epochs, bases, times, froze) AS k (id, epoch, base, at, froze) ON k.id = t.id;
        unusual := true;
    END IF;

    -- 2. Statements of their own: they see what was committed while the lock was waited for.
    IF s_stream <> '{}' THEN
        SELECT array_agg(s.request), array_agg(s.stream_id)
          INTO moved, moved_to
          FROM (SELECT unnest(s_request) AS request, unnest(s_stream) AS stream_id, unnest(s_expected) AS expected) AS s
          LEFT JOIN LATERAL (SELECT e.version FROM thidua.events AS e
                              WHERE e.tenant_id = p_tenants[r_tenant[s.request]] AND e.stream_id = s.stream_id
                              ORDER BY e.version DESC
                              LIMIT 1) AS last ON true
         WHERE coalesce(last.version, 0) <> s.expected;
    END IF;
    IF p_careful OR unusual OR moved IS NOT NULL THEN
        SELECT array_agg(r.n) INTO known
          FROM (SELECT unnest(r_tenant) AS tenant, unnest(r_command) AS command_id,
                       generate_subscripts(r_command, 1) AS n) AS r
         CROSS JOIN LATERAL (SELECT 1 FROM thidua.commands AS c
                              WHERE c.tenant_id = p_tenants[r.tenant] AND c.command_id = r.command_id
                              LIMIT 1) AS k;
    END IF;

    IF known IS NULL AND moved IS NOT NULL AND NOT unusual THEN  -- As a rule.
        SELECT array_agg(m.request ORDER BY m.request), array_agg(m.stream_id ORDER BY m.request)
          INTO refused, moved_streams
          FROM (SELECT DISTINCT ON (u.request) u.request, u.stream_id
                  FROM unnest(moved, moved_to) WITH ORDINALITY AS u (request, stream_id, n)
                 ORDER BY u.request, u.n) AS m;
        reasons := array_fill('moved'::text, ARRAY[cardinality(refused)]);
        positions := array_fill(NULL::bigint, ARRAY[cardinality(refused)]);
        known_times := array_fill(NULL::timestamptz, ARRAY[cardinality(refused)]);
        fingerprints := array_fill(NULL::bytea, ARRAY[cardinality(refused)]);
        answers := fingerprints;
    ELSIF known IS NOT NULL OR moved IS NOT NULL OR unusual THEN
        SELECT array_agg(x.n ORDER BY x.n), array_agg(x.reason ORDER BY x.n), array_agg(x.stream_id ORDER BY x.n),
               array_agg(x.position ORDER BY x.n), array_agg(x.recorded_at ORDER BY x.n),
               array_agg(x.fingerprint ORDER BY x.n), array_agg(x.answer ORDER BY x.n)
          INTO refused, reasons, moved_streams, positions, known_times, fingerprints, answers
          FROM (SELECT r.n, m.stream_id, k.position, k.recorded_at, k.fingerprint, k.answer,
                       CASE WHEN bases[r.tenant] < 0 THEN 'unknown'
                            WHEN k.answer IS NOT NULL THEN 'known'
                            WHEN froze[r.tenant] THEN 'frozen'
                            WHEN m.stream_id IS NOT NULL THEN 'moved' END AS reason
                  FROM unnest(r_tenant, r_command) WITH ORDINALITY AS r (tenant, command_id, n)
                  LEFT JOIN LATERAL (SELECT c.position, c.recorded_at, c.fingerprint, c.answer
                                       FROM thidua.commands AS c
                                      WHERE c.tenant_id = p_tenants[r.tenant] AND c.command_id = r.command_id
                                      LIMIT 1) AS k ON r.n = ANY (known)
                  LEFT JOIN (SELECT DISTINCT ON (u.request) u.request, u.stream_id
                               FROM unnest(moved, moved_to) WITH ORDINALITY AS u (request, stream_id, n)
                              ORDER BY u.request, u.n) AS m ON m.request = r.n) AS x
         WHERE x.reason IS NOT NULL;
    END IF;
    IF refused IS NOT NULL THEN  -- Count again without the refused, so that positions have no gaps.
        WITH lost AS (
            SELECT u.n, r_tenant[u.n] AS tenant, r_events[u.n] AS events FROM unnest(refused) AS u (n)),
        moved_back AS (
            -- A tenant of whom nothing is left stands where its last event left it, in time too.
            UPDATE thidua.heads AS h
               SET position = bases[t.tenant] + t.events,
                   recorded_at = CASE WHEN t.events > 0 THEN h.recorded_at
                                      ELSE coalesce((SELECT e.recorded_at FROM thidua.events AS e
                                                      WHERE e.tenant_id = h.tenant_id AND e.position = bases[t.tenant]),
                                                    '-infinity') END
              FROM (SELECT l.tenant, p_events[l.tenant] - sum(l.events) AS events FROM lost AS l GROUP BY l.tenant) AS t
             WHERE h.tenant_id = p_tenants[t.tenant])
        SELECT array_agg(CASE WHEN r.n = ANY (refused) THEN -1
                              ELSE r.start - coalesce((SELECT sum(l.events) FROM lost AS l
                                                        WHERE l.tenant = r.tenant AND l.n < r.n), 0) END ORDER BY r.n)
          INTO starts
          FROM unnest(r_tenant, r_start) WITH ORDINALITY AS r (tenant, start, n);
    END IF;

    -- 3. The others.
    WITH stored AS (
        INSERT INTO thidua.events (
               tenant_id, epoch, position, stream_id, version, type, type_version, event_id, recorded_at, happened_on,
               actor, correlation_id, causation_id, command_id, data)
        SELECT p_tenants[r_tenant[e.request]], epochs[r_tenant[e.request]],
               bases[r_tenant[e.request]] + starts[e.request] + e.index, e.stream_id, e.version, e.type, e.type_version,
               e.event_id, times[r_tenant[e.request]], e.happened_on, e.actor, e.correlation_id, e.causation_id,
               r_command[e.request],
               substring(p_bytes, p_ends[data_at + e.n] + 1, p_ends[data_at + e.n + 1] - p_ends[data_at + e.n])
          FROM (SELECT unnest(e_request) AS request, unnest(e_index) AS index, unnest(e_stream) AS stream_id,
                       unnest(e_version) AS version, unnest(e_type) AS type, unnest(e_type_version) AS type_version,
                       unnest(e_event_id) AS event_id, unnest(e_happened_on) AS happened_on, unnest(e_actor) AS actor,
                       unnest(e_correlation_id) AS correlation_id, unnest(e_causation_id) AS causation_id,
                       generate_subscripts(e_stream, 1) AS n) AS e
         WHERE starts[e.request] >= 0)
    INSERT INTO thidua.commands (tenant_id, command_id, fingerprint, answer, position, recorded_at)
    SELECT p_tenants[r.tenant], r.command_id,
           substring(p_bytes, p_ends[2 * r.n - 1] + 1, p_ends[2 * r.n] - p_ends[2 * r.n - 1]),
           substring(p_bytes, p_ends[2 * r.n] + 1, p_ends[2 * r.n + 1] - p_ends[2 * r.n]),
           bases[r.tenant] + r.start + r.events, times[r.tenant]
      FROM (SELECT unnest(r_tenant) AS tenant, unnest(r_command) AS command_id, unnest(r_events) AS events,
                   unnest(starts) AS start, generate_subscripts(r_command, 1) AS n) AS r
     WHERE r.start >= 0;
END
$$;


-- One event of one stream, without guards, in one statement. It needs no look after the lock: a version that there is does
-- not go away, and the keys hold the next one and the command id. `at_position` is null where the tenant is unknown or
-- frozen, or the stream was not seen at p_expected: then nothing was stored, and append_stream says why.
CREATE FUNCTION thidua.append_event(
    p_clock timestamptz, p_tenant uuid, p_command uuid, p_fingerprint bytea, p_answer bytea, p_stream text,
    p_expected integer, p_actor text, p_correlation_id text, p_causation_id text, p_type text, p_type_version integer,
    p_event_id uuid, p_happened_on date, p_data bytea,
    OUT at_position bigint, OUT at_time timestamptz
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET enable_bitmapscan = off
AS $$
DECLARE
    now_at timestamptz := CASE WHEN p_clock IS NULL AND current_setting('transaction_isolation') = 'read committed'
                               THEN clock_timestamp() ELSE thidua.append_time(p_clock) END;
BEGIN
    WITH head AS (
        UPDATE thidua.heads AS h
           SET position = h.position + 1, recorded_at = greatest(now_at, h.recorded_at)
         WHERE h.tenant_id = p_tenant AND NOT h.frozen
           AND (p_expected = 0 OR EXISTS (SELECT FROM thidua.events AS e
                                           WHERE e.tenant_id = p_tenant AND e.stream_id = p_stream
                                             AND e.version = p_expected))
        RETURNING h.epoch, h.position, h.recorded_at),
    stored AS (
        INSERT INTO thidua.events (
               tenant_id, epoch, position, stream_id, version, type, type_version, event_id, recorded_at, happened_on,
               actor, correlation_id, causation_id, command_id, data)
        SELECT p_tenant, h.epoch, h.position, p_stream, p_expected + 1, p_type, p_type_version, p_event_id, h.recorded_at,
               p_happened_on, p_actor, p_correlation_id, p_causation_id, p_command, p_data
          FROM head AS h)
    INSERT INTO thidua.commands (tenant_id, command_id, fingerprint, answer, position, recorded_at)
    SELECT p_tenant, p_command, p_fingerprint, p_answer, h.position, h.recorded_at FROM head AS h
    RETURNING position, recorded_at INTO at_position, at_time;
END
$$;


REVOKE ALL ON FUNCTION thidua.append_together, thidua.append_event FROM PUBLIC;
ALTER FUNCTION thidua.append_together OWNER TO thidua_writer;
ALTER FUNCTION thidua.append_event OWNER TO thidua_writer;
GRANT EXECUTE ON FUNCTION thidua.append_together, thidua.append_event TO thidua_app;
