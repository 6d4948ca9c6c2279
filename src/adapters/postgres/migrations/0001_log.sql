-- The log: events, each tenant's counter row, the answers to commands, and the functions that are the only door to them.
--
-- Run by migrate.py as the owner, in one transaction, while the owner may act for thidua_writer and the writer may
-- create in the schema. thidua_writer (no login) owns the functions that write; thidua_app holds what the server may do.
-- Every key starts with tenant_id; there is no sequence and no trigger: the schema can be distributed by tenant.

CREATE TABLE thidua.heads (
    tenant_id   uuid        NOT NULL PRIMARY KEY,
    epoch       integer     NOT NULL DEFAULT 1 CHECK (epoch >= 1),
    position    bigint      NOT NULL DEFAULT 0 CHECK (position >= 0),
    recorded_at timestamptz NOT NULL DEFAULT '-infinity',
    frozen      boolean     NOT NULL DEFAULT false
) WITH (fillfactor = 50);  -- Updated by every append: room for the new row version on the same page.

-- "C" collation: names of streams are compared as bytes, whatever the database's locale.
CREATE TABLE thidua.events (
    tenant_id      uuid        NOT NULL,
    epoch          integer     NOT NULL,
    position       bigint      NOT NULL CHECK (position >= 1),
    stream_id      text        COLLATE "C" NOT NULL,
    version        integer     NOT NULL CHECK (version >= 1),
    type           text        COLLATE "C" NOT NULL,
    type_version   integer     NOT NULL,
    event_id       uuid        NOT NULL,
    recorded_at    timestamptz NOT NULL,
    happened_on    date,
    actor          text        NOT NULL,
    correlation_id text        NOT NULL,
    causation_id   text,
    command_id     uuid        NOT NULL,
    data           bytea       NOT NULL,
    PRIMARY KEY (tenant_id, stream_id, version),
    UNIQUE (tenant_id, position)
);

CREATE TABLE thidua.commands (
    tenant_id   uuid        NOT NULL,
    command_id  uuid        NOT NULL,
    fingerprint bytea       NOT NULL,
    answer      bytea       NOT NULL,
    position    bigint      NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, command_id)
);

-- What the owner says about the whole database; 'demo' lets the server's clock be moved.
CREATE TABLE thidua.database_marks (
    mark   text        NOT NULL PRIMARY KEY,
    set_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

ALTER TABLE thidua.heads    ENABLE ROW LEVEL SECURITY;
ALTER TABLE thidua.heads    FORCE  ROW LEVEL SECURITY;
ALTER TABLE thidua.events   ENABLE ROW LEVEL SECURITY;
ALTER TABLE thidua.events   FORCE  ROW LEVEL SECURITY;
ALTER TABLE thidua.commands ENABLE ROW LEVEL SECURITY;
ALTER TABLE thidua.commands FORCE  ROW LEVEL SECURITY;

CREATE POLICY of_tenant ON thidua.events FOR SELECT
    USING (tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY of_tenant ON thidua.commands FOR SELECT
    USING (tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid);
-- The one deliberate hole: a batch holds several tenants. Only the functions below act as thidua_writer.
CREATE POLICY of_writer ON thidua.heads    TO thidua_writer USING (true) WITH CHECK (true);
CREATE POLICY of_writer ON thidua.events   TO thidua_writer USING (true) WITH CHECK (true);
CREATE POLICY of_writer ON thidua.commands TO thidua_writer USING (true) WITH CHECK (true);

GRANT SELECT, INSERT, UPDATE ON thidua.heads TO thidua_writer;
GRANT SELECT, INSERT ON thidua.events, thidua.commands TO thidua_writer;
GRANT SELECT ON thidua.database_marks TO thidua_writer;
GRANT SELECT ON thidua.events, thidua.commands, thidua.database_marks TO thidua_app;


-- Plans are kept, and one that was made while the tables were small goes on after they have grown: it read a tenant's
-- whole log through the index of positions, and sorted, for each append. So the functions that run all day leave the
-- planner one way only: the index that gives the rows in their order. (What it must sort all the same counts as dear,
-- and would be compiled each time: no jit.)

-- The time that an append records. A caller's time counts in a demo only.
CREATE FUNCTION thidua.append_time(p_clock timestamptz) RETURNS timestamptz
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- Under a fixed snapshot the checks would not see what was committed while the counter row was waited for.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'the log is appended to under read committed only' USING ERRCODE = 'TD002';
    END IF;
    IF p_clock IS NULL THEN
        RETURN clock_timestamp();
    END IF;
    IF NOT EXISTS (SELECT 1 FROM thidua.database_marks AS m WHERE m.mark = 'demo') THEN
        RAISE EXCEPTION 'this database is not marked as a demo: its clock is its own' USING ERRCODE = 'TD001';
    END IF;
    RETURN p_clock;
END
$$;


-- Many callers' appends, of many tenants, in one go. A refused request takes nobody with it.
--
-- p_tenants: the batch's tenants, distinct, in order. r_*: one entry a request; r_tenant is an index into p_tenants,
-- r_start the number of the batch's events of the same tenant before it. s_*: each stream that a request writes or
-- guards, with the version that it must be at. e_*: one entry an event; e_request is an index into r_*, e_index counts
-- from 1 in the request. Two requests that share a command id, or a stream that one of them writes, must not share a
-- batch: the checks look at the table, which does not hold the batch yet.
--
-- bases, times: each tenant's position before the batch (-1: unknown tenant) and the time recorded. The arrays that
-- start with `refused` hold one entry a refused request: known (with the first answer), unknown, frozen or moved.
CREATE FUNCTION thidua.append_batch(
    p_clock timestamptz, p_tenants uuid[],
    r_tenant integer[], r_command uuid[], r_fingerprint bytea[], r_answer bytea[], r_events integer[], r_start bigint[],
    s_request integer[], s_stream text[], s_expected integer[],
    e_request integer[], e_index integer[], e_stream text[], e_version integer[], e_type text[],
    e_type_version integer[], e_event_id uuid[], e_happened_on date[], e_actor text[], e_correlation_id text[],
    e_causation_id text[], e_data bytea[],
    OUT bases bigint[], OUT times timestamptz[],
    OUT refused integer[], OUT reasons text[], OUT moved_streams text[], OUT positions bigint[],
    OUT known_times timestamptz[], OUT fingerprints bytea[], OUT answers bytea[]
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off
AS $$
DECLARE
    now_at     timestamptz := thidua.append_time(p_clock);
    ids        uuid[];
    epochs     integer[];
    froze      boolean[];
    known      bigint[];
    moved      integer[];
    moved_to   text[];
    accepted   boolean[];
    starts     bigint[] := r_start;
BEGIN
    -- 1. One tenant after the other, always in the same order, so that two batches never wait for each other.
    SELECT array_agg(l.tenant_id), array_agg(l.epoch), array_agg(l.position),
           array_agg(greatest(now_at, l.recorded_at)), array_agg(l.frozen)
      INTO ids, epochs, bases, times, froze
      FROM (SELECT h.tenant_id, h.epoch, h.position, h.recorded_at, h.frozen
              FROM thidua.heads AS h
             WHERE h.tenant_id = ANY (p_tenants)
             ORDER BY h.tenant_id
               FOR NO KEY UPDATE) AS l;
    IF ids IS DISTINCT FROM p_tenants THEN
        SELECT array_agg(coalesce(k.epoch, 0) ORDER BY t.n), array_agg(coalesce(k.base, -1) ORDER BY t.n),
               array_agg(coalesce(k.at, now_at) ORDER BY t.n), array_agg(coalesce(k.froze, false) ORDER BY t.n)
          INTO epochs, bases, times, froze
          FROM unnest(p_tenants) WITH ORDINALITY AS t (id, n)
          LEFT JOIN unnest(ids, epochs, bases, times, froze) AS k (id, epoch, base, at, froze) ON k.id = t.id;
    END IF;

    -- 2. Statements of their own: each sees what was committed while the lock was waited for.
    SELECT array_agg(r.n) INTO known
      FROM unnest(r_tenant, r_command) WITH ORDINALITY AS r (tenant, command_id, n)
     CROSS JOIN LATERAL (SELECT 1 FROM thidua.commands AS c
                          WHERE c.tenant_id = p_tenants[r.tenant] AND c.command_id = r.command_id
                          LIMIT 1) AS k;
    SELECT array_agg(s.request), array_agg(s.stream_id) INTO moved, moved_to
      FROM unnest(s_request, s_stream, s_expected) AS s (request, stream_id, expected)
      LEFT JOIN LATERAL (SELECT e.version FROM thidua.events AS e
                          WHERE e.tenant_id = p_tenants[r_tenant[s.request]] AND e.stream_id = s.stream_id
                          ORDER BY e.version DESC
                          LIMIT 1) AS last ON true
     WHERE coalesce(last.version, 0) <> s.expected;

    IF known IS NOT NULL OR moved IS NOT NULL OR -1 = ANY (bases) OR true = ANY (froze) THEN
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
        SELECT array_agg(NOT r.n = ANY (refused) ORDER BY r.n) INTO accepted
          FROM generate_series(1, cardinality(r_tenant)) AS r (n);
        SELECT array_agg(CASE WHEN accepted[w.n] THEN w.running - w.events ELSE -1 END ORDER BY w.n) INTO starts
          FROM (SELECT r.n, r.events,
                       sum(CASE WHEN accepted[r.n] THEN r.events ELSE 0 END)
                           OVER (PARTITION BY r.tenant ORDER BY r.n)::bigint AS running
                  FROM unnest(r_tenant, r_events) WITH ORDINALITY AS r (tenant, events, n)) AS w;
    END IF;

    -- 3. The others.
    INSERT INTO thidua.events (
           tenant_id, epoch, position, stream_id, version, type, type_version, event_id, recorded_at, happened_on,
           actor, correlation_id, causation_id, command_id, data)
    SELECT p_tenants[r_tenant[e.request]], epochs[r_tenant[e.request]],
           bases[r_tenant[e.request]] + starts[e.request] + e.index, e.stream_id, e.version, e.type, e.type_version,
           e.event_id, times[r_tenant[e.request]], e.happened_on, e.actor, e.correlation_id, e.causation_id,
           r_command[e.request], e.data
      FROM unnest(e_request, e_index, e_stream, e_version, e_type, e_type_version, e_event_id, e_happened_on, e_actor,
                  e_correlation_id, e_causation_id, e_data)
           AS e (request, index, stream_id, version, type, type_version, event_id, happened_on, actor,
                 correlation_id, causation_id, data)
     WHERE starts[e.request] >= 0;

    INSERT INTO thidua.commands (tenant_id, command_id, fingerprint, answer, position, recorded_at)
    SELECT p_tenants[r.tenant], r.command_id, r.fingerprint, r.answer, bases[r.tenant] + r.start + r.events,
           times[r.tenant]
      FROM unnest(r_tenant, r_command, r_fingerprint, r_answer, r_events, starts)
           AS r (tenant, command_id, fingerprint, answer, events, start)
     WHERE r.start >= 0;

    UPDATE thidua.heads AS h
       SET position = m.position, recorded_at = m.recorded_at
      FROM (SELECT p_tenants[r.tenant] AS tenant_id, max(bases[r.tenant] + r.start + r.events) AS position,
                   max(times[r.tenant]) AS recorded_at
              FROM unnest(r_tenant, r_events, starts) AS r (tenant, events, start)
             WHERE r.start >= 0 AND r.events > 0
             GROUP BY r.tenant) AS m
     WHERE h.tenant_id = m.tenant_id;
END
$$;


-- A batch of one event on one stream, without guards: the same steps, without the arrays.
-- reason is null when it was appended; `position` and `time` are then the new event's.
CREATE FUNCTION thidua.append_one(
    p_clock timestamptz, p_tenant uuid, p_command uuid, p_fingerprint bytea, p_answer bytea, p_stream text,
    p_expected integer, p_type text, p_type_version integer, p_event_id uuid, p_happened_on date, p_actor text,
    p_correlation_id text, p_causation_id text, p_data bytea,
    OUT reason text, OUT at_position bigint, OUT at_time timestamptz, OUT fingerprint bytea, OUT answer bytea
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off
AS $$
DECLARE
    now_at  timestamptz := thidua.append_time(p_clock);
    head    record;
    version integer;
BEGIN
    SELECT h.epoch, h.position, h.recorded_at, h.frozen INTO head
      FROM thidua.heads AS h WHERE h.tenant_id = p_tenant FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        reason := 'unknown';
        RETURN;
    END IF;
    SELECT c.position, c.recorded_at, c.fingerprint, c.answer INTO at_position, at_time, fingerprint, answer
      FROM thidua.commands AS c WHERE c.tenant_id = p_tenant AND c.command_id = p_command;
    IF FOUND THEN
        reason := 'known';
        RETURN;
    END IF;
    SELECT e.version INTO version
      FROM thidua.events AS e
     WHERE e.tenant_id = p_tenant AND e.stream_id = p_stream ORDER BY e.version DESC LIMIT 1;
    reason := CASE WHEN head.frozen THEN 'frozen' WHEN coalesce(version, 0) <> p_expected THEN 'moved' END;
    IF reason IS NOT NULL THEN
        RETURN;
    END IF;
    at_position := head.position + 1;
    at_time := greatest(now_at, head.recorded_at);
    INSERT INTO thidua.events (
           tenant_id, epoch, position, stream_id, version, type, type_version, event_id, recorded_at, happened_on,
           actor, correlation_id, causation_id, command_id, data)
    VALUES (p_tenant, head.epoch, at_position, p_stream, p_expected + 1, p_type, p_type_version, p_event_id, at_time,
           p_happened_on, p_actor, p_correlation_id, p_causation_id, p_command, p_data);
    INSERT INTO thidua.commands (tenant_id, command_id, fingerprint, answer, position, recorded_at)
    VALUES (p_tenant, p_command, p_fingerprint, p_answer, at_position, at_time);
    UPDATE thidua.heads AS h SET position = at_position, recorded_at = at_time WHERE h.tenant_id = p_tenant;
END
$$;


-- Every tenant's last position: who is behind. Holds no tenant's data.
CREATE FUNCTION thidua.heads() RETURNS TABLE (tenant_id uuid, epoch integer, "position" bigint, recorded_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT h.tenant_id, h.epoch, h.position, h.recorded_at FROM thidua.heads AS h $$;


-- For the owner: open a tenant's log; stop and restart it.
CREATE FUNCTION thidua.register_tenant(p_tenant uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ INSERT INTO thidua.heads (tenant_id) VALUES (p_tenant) ON CONFLICT (tenant_id) DO NOTHING $$;

CREATE FUNCTION thidua.freeze_tenant(p_tenant uuid, p_frozen boolean) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ UPDATE thidua.heads AS h SET frozen = p_frozen WHERE h.tenant_id = p_tenant $$;


-- Reads: one round trip and one snapshot, each stream's events in order, fenced inside the caller's own transaction. Not definer functions: the
-- policies of the caller's role hold.
CREATE FUNCTION thidua.load_streams(p_tenant uuid, p_streams text[]) RETURNS SETOF thidua.events
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
    SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off
AS $$
BEGIN
    PERFORM set_config('app.tenant', p_tenant::text, true);
    RETURN QUERY SELECT l.*
                   FROM unnest(p_streams) AS s (stream_id)
                  CROSS JOIN LATERAL (SELECT e.* FROM thidua.events AS e
                                       WHERE e.tenant_id = p_tenant AND e.stream_id = s.stream_id
                                       ORDER BY e.version) AS l;
END
$$;

CREATE FUNCTION thidua.page_events(p_tenant uuid, p_after bigint, p_until bigint, p_types text[], p_limit integer)
RETURNS SETOF thidua.events
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
    SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off
AS $$
BEGIN
    PERFORM set_config('app.tenant', p_tenant::text, true);
    RETURN QUERY SELECT e.* FROM thidua.events AS e
                  WHERE e.tenant_id = p_tenant AND e.position > p_after AND e.position <= p_until
                    AND (cardinality(p_types) = 0 OR e.type = ANY (p_types))
                  ORDER BY e.position
                  LIMIT p_limit;
END
$$;

CREATE FUNCTION thidua.remembered(p_tenant uuid, p_command uuid) RETURNS SETOF thidua.commands
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
    SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off
AS $$
BEGIN
    PERFORM set_config('app.tenant', p_tenant::text, true);
    RETURN QUERY SELECT c.* FROM thidua.commands AS c WHERE c.tenant_id = p_tenant AND c.command_id = p_command;
END
$$;


REVOKE ALL ON ALL FUNCTIONS IN SCHEMA thidua FROM PUBLIC;
DO $$
DECLARE
    written text;
BEGIN
    FOREACH written IN ARRAY ARRAY['append_time', 'append_batch', 'append_one', 'heads', 'register_tenant', 'freeze_tenant']
    LOOP
        EXECUTE format('ALTER FUNCTION thidua.%I OWNER TO thidua_writer', written);
    END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION
    thidua.append_batch, thidua.append_one, thidua.heads, thidua.load_streams, thidua.page_events, thidua.remembered
    TO thidua_app;
-- After the change of owner: the writer grants, the owner acting for it.
GRANT EXECUTE ON FUNCTION thidua.heads, thidua.register_tenant, thidua.freeze_tenant TO CURRENT_USER;
