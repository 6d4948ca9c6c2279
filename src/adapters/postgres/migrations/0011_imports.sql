-- Workbooks that were imported: the register, what stands ready for one large append, and marked workbooks.

-- Keys of many subjects in one round trip: as keep_subject_key, which is asked for one.
CREATE FUNCTION thidua.keep_subject_keys(p_tenant uuid, p_subjects text[], p_wrapped bytea[])
RETURNS TABLE (subject text, wrapped bytea)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM set_config('app.tenant', p_tenant::text, true);
    -- In the order of the key, so that two imports of the same persons do not wait for each other in a circle.
    INSERT INTO thidua.subject_keys (tenant_id, subject, wrapped)
    SELECT p_tenant, n.subject, n.wrapped
      FROM unnest(p_subjects, p_wrapped) AS n (subject, wrapped)
     ORDER BY n.subject
        ON CONFLICT DO NOTHING;
    RETURN QUERY SELECT k.subject, k.wrapped FROM thidua.subject_keys AS k
                  WHERE k.tenant_id = p_tenant AND k.subject = ANY (p_subjects);
END
$$;


-- What one large append is to store, brought in slices inside its own transaction, so that the tenant's counter is
-- locked for the last step alone and the lane that everybody else's appends go through never carries it. Rows without a
-- type are guards. Nothing outlives the transaction: the last step takes the rows away.
CREATE UNLOGGED TABLE thidua.staged (
    tenant_id    uuid    NOT NULL,
    command_id   uuid    NOT NULL,
    index        integer NOT NULL,
    stream_id    text    COLLATE "C" NOT NULL,
    expected     integer NOT NULL,
    version      integer NOT NULL,
    type         text    COLLATE "C",
    type_version integer,
    event_id     uuid,
    happened_on  date,
    data         bytea,
    PRIMARY KEY (tenant_id, command_id, index)
);
ALTER TABLE thidua.staged ENABLE ROW LEVEL SECURITY;
ALTER TABLE thidua.staged FORCE ROW LEVEL SECURITY;
CREATE POLICY of_tenant ON thidua.staged
    USING (tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT, DELETE ON thidua.staged TO thidua_app;
CREATE POLICY of_writer ON thidua.staged TO thidua_writer USING (true) WITH CHECK (true);
GRANT SELECT ON thidua.staged TO thidua_writer;

-- Store what is staged for a command, all or nothing. reason is null when it was appended; else as `append_one`'s.
CREATE FUNCTION thidua.append_staged(
    p_clock timestamptz, p_tenant uuid, p_command uuid, p_fingerprint bytea, p_answer bytea, p_actor text,
    p_correlation_id text, p_causation_id text,
    OUT reason text, OUT moved_stream text, OUT at_position bigint, OUT at_time timestamptz, OUT fingerprint bytea,
    OUT answer bytea
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off
AS $$
DECLARE
    now_at timestamptz := thidua.append_time(p_clock);
    head   record;
    added  bigint;
BEGIN
    SELECT h.epoch, h.position, h.recorded_at, h.frozen INTO head
      FROM thidua.heads AS h WHERE h.tenant_id = p_tenant FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        reason := 'unknown';
        RETURN;
    END IF;
    -- Statements of their own: each sees what was committed while the lock was waited for.
    SELECT c.position, c.recorded_at, c.fingerprint, c.answer INTO at_position, at_time, fingerprint, answer
      FROM thidua.commands AS c WHERE c.tenant_id = p_tenant AND c.command_id = p_command;
    IF FOUND THEN
        reason := 'known';
        RETURN;
    END IF;
    IF head.frozen THEN
        reason := 'frozen';
        RETURN;
    END IF;
    SELECT s.stream_id INTO moved_stream
      FROM thidua.staged AS s
      LEFT JOIN LATERAL (SELECT e.version FROM thidua.events AS e
                          WHERE e.tenant_id = p_tenant AND e.stream_id = s.stream_id
                          ORDER BY e.version DESC
                          LIMIT 1) AS last ON true
     WHERE s.tenant_id = p_tenant AND s.command_id = p_command
       AND s.version IN (0, s.expected + 1)  -- A guard, or a stream's first event here.
       AND coalesce(last.version, 0) <> s.expected
     LIMIT 1;
    IF FOUND THEN
        reason := 'moved';
        RETURN;
    END IF;
    at_time := greatest(now_at, head.recorded_at);
    INSERT INTO thidua.events (
           tenant_id, epoch, position, stream_id, version, type, type_version, event_id, recorded_at, happened_on,
           actor, correlation_id, causation_id, command_id, data)
    SELECT p_tenant, head.epoch, head.position + s.index, s.stream_id, s.version, s.type, s.type_version, s.event_id,
           at_time, s.happened_on, p_actor, p_correlation_id, p_causation_id, p_command, s.data
      FROM thidua.staged AS s
     WHERE s.tenant_id = p_tenant AND s.command_id = p_command AND s.index > 0
     ORDER BY s.index;
    GET DIAGNOSTICS added = ROW_COUNT;
    at_position := head.position + added;
    INSERT INTO thidua.commands (tenant_id, command_id, fingerprint, answer, position, recorded_at)
    VALUES (p_tenant, p_command, p_fingerprint, p_answer, at_position, at_time);
    UPDATE thidua.heads AS h SET position = at_position, recorded_at = at_time WHERE h.tenant_id = p_tenant;
END
$$;


-- A workbook that was sent back with its bad cells marked: sealed, and only until it is fetched or a day is over.
CREATE TABLE thidua.marked_workbooks (
    tenant_id uuid        NOT NULL,
    import_id uuid        NOT NULL,
    unit_id   uuid,
    sealed    text        NOT NULL,
    made_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant_id, import_id)
);
ALTER TABLE thidua.marked_workbooks ENABLE ROW LEVEL SECURITY;
ALTER TABLE thidua.marked_workbooks FORCE ROW LEVEL SECURITY;
CREATE POLICY of_tenant ON thidua.marked_workbooks
    USING (tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON thidua.marked_workbooks TO thidua_app;


REVOKE ALL ON FUNCTION thidua.keep_subject_keys, thidua.append_staged FROM PUBLIC;
ALTER FUNCTION thidua.append_staged OWNER TO thidua_writer;
GRANT EXECUTE ON FUNCTION thidua.keep_subject_keys, thidua.append_staged TO thidua_app;


CREATE TABLE read_models.imports (
    tenant_id      uuid        NOT NULL,
    import_id      text        NOT NULL,
    kind           text        NOT NULL,
    file_sha256    text        NOT NULL,
    file_name      text,
    rows           bigint      NOT NULL,
    changed        bigint      NOT NULL,
    refused        bigint      NOT NULL,
    unit_id        text,
    actor          text        NOT NULL,
    recorded_at    timestamptz NOT NULL,
    first_position bigint      NOT NULL,
    version        bigint      NOT NULL,
    position       bigint      NOT NULL,
    PRIMARY KEY (tenant_id, import_id)
);
CREATE INDEX ON read_models.imports (tenant_id, first_position);
ALTER TABLE read_models.imports ENABLE ROW LEVEL SECURITY;
ALTER TABLE read_models.imports FORCE ROW LEVEL SECURITY;
CREATE POLICY of_tenant ON read_models.imports
    USING (tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON read_models.imports TO thidua_app;
