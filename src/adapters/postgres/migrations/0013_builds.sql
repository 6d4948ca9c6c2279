-- Read models that are built anew beside the ones that are read, and the counts of registrations as one of their own.
--
-- Run by migrate.py as the owner, as 0001 says. The rows that are there stay valid: they are of version 1 of their models.

-- Which version of the model made the rows; 0: there are none yet, and a build makes them.
ALTER TABLE read_models.checkpoints ADD COLUMN version integer NOT NULL DEFAULT 1;


-- phase counts: what the phase summary says of registrations, counted as they come. No column of the key is null: an
-- empty text stands for "none".
CREATE TABLE read_models.phase_counts (
    tenant_id      uuid NOT NULL,
    campaign_id    text COLLATE "C" NOT NULL,
    unit_id        text COLLATE "C" NOT NULL,
    other_unit_id  text COLLATE "C" NOT NULL,
    phase          text COLLATE "C" NOT NULL,
    block          text COLLATE "C" NOT NULL,
    level          text COLLATE "C" NOT NULL,
    kind           text COLLATE "C" NOT NULL,
    state          text COLLATE "C" NOT NULL,
    count          bigint NOT NULL,
    late           bigint NOT NULL,
    persons        bigint NOT NULL,
    direct_workers bigint NOT NULL,
    PRIMARY KEY (tenant_id, campaign_id, unit_id, other_unit_id, phase, block, level, kind, state)
);
ALTER TABLE read_models.phase_counts ENABLE ROW LEVEL SECURITY;
ALTER TABLE read_models.phase_counts FORCE ROW LEVEL SECURITY;
CREATE POLICY of_tenant ON read_models.phase_counts
    USING (tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON read_models.phase_counts TO thidua_app;


-- The second set of tables: a build's rows until they are swapped in. Of the indexes only the primary key, since nobody
-- reads here. Unlogged, the builds with their rows: after a crash of the database both are gone together and the build
-- begins anew, which costs less than to write everything twice to the disk.
CREATE SCHEMA read_models_next;
GRANT USAGE ON SCHEMA read_models_next TO thidua_app;

CREATE UNLOGGED TABLE read_models_next.builds (
    tenant_id  uuid        NOT NULL,
    projection text        COLLATE "C" NOT NULL,
    version    integer     NOT NULL,
    position   bigint      NOT NULL DEFAULT 0 CHECK (position >= 0),
    state      text        NOT NULL DEFAULT 'building' CHECK (state IN ('building', 'stopped', 'cancelled')),
    stopped_at bigint,
    error      text,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    moved_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant_id, projection)
) WITH (fillfactor = 50);

DO $$
DECLARE
    made text;
    keyed text;
BEGIN
    FOR made IN SELECT t.tablename FROM pg_tables AS t WHERE t.schemaname = 'read_models' AND t.tablename <> 'checkpoints'
    LOOP
        SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.n) INTO keyed
          FROM pg_index AS i
         CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (attnum, n)
          JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
         WHERE i.indrelid = format('read_models.%I', made)::regclass AND i.indisprimary;
        EXECUTE format('CREATE UNLOGGED TABLE read_models_next.%I (LIKE read_models.%I INCLUDING DEFAULTS)', made, made);
        EXECUTE format('ALTER TABLE read_models_next.%I ADD PRIMARY KEY (%s)', made, keyed);
    END LOOP;
    FOR made IN SELECT t.tablename FROM pg_tables AS t WHERE t.schemaname = 'read_models_next'
    LOOP
        EXECUTE format('ALTER TABLE read_models_next.%I ENABLE ROW LEVEL SECURITY', made);
        EXECUTE format('ALTER TABLE read_models_next.%I FORCE ROW LEVEL SECURITY', made);
        EXECUTE format(
            'CREATE POLICY of_tenant ON read_models_next.%I USING (tenant_id = NULLIF(current_setting(''app.tenant'', true), '''')::uuid)'
            ' WITH CHECK (tenant_id = NULLIF(current_setting(''app.tenant'', true), '''')::uuid)', made);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON read_models_next.%I TO thidua_app', made);
    END LOOP;
END
$$;


-- What came before in some streams, each up to a version of its own: what a thing had counted for.
CREATE FUNCTION read_models.earlier_events(p_tenant uuid, p_streams text[], p_versions integer[])
RETURNS SETOF thidua.events
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
    SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off
AS $$
BEGIN
    PERFORM set_config('app.tenant', p_tenant::text, true);
    RETURN QUERY SELECT l.*
                   FROM unnest(p_streams, p_versions) AS s (stream_id, version)
                  CROSS JOIN LATERAL (SELECT e.* FROM thidua.events AS e
                                       WHERE e.tenant_id = p_tenant AND e.stream_id = s.stream_id
                                         AND e.version < s.version
                                       ORDER BY e.version) AS l;
END
$$;


-- A batch of the projector: take the checkpoints that are where they are thought to be and that nobody else holds, carry
-- out the statements of those projections (p_owners: by their index), move them, and say which they were. The statements
-- are the caller's own, with the caller's rights: p_prepared says that they are the names under which its connection keeps
-- them. A plan is kept for all sizes of a table, so there is one way, by its key. The commit does not wait for the disk.
CREATE FUNCTION read_models.project(
    p_tenant uuid, p_projections text[], p_versions integer[], p_from bigint[], p_until bigint, p_owners integer[],
    p_statements text[], p_rows text[], p_prepared boolean
) RETURNS SETOF text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET jit = off SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
    SET enable_material = off SET enable_memoize = off
AS $$
DECLARE
    held integer[];
BEGIN
    PERFORM set_config('app.tenant', p_tenant::text, true), set_config('synchronous_commit', 'off', true);
    SELECT array_agg(t.n) INTO held
      FROM (SELECT w.n::integer
              FROM unnest(p_projections, p_versions, p_from) WITH ORDINALITY AS w (projection, version, position, n)
              JOIN read_models.checkpoints AS c
                ON c.tenant_id = p_tenant AND c.projection = w.projection AND c.version = w.version
               AND c.position = w.position AND c.stopped_at IS NULL
             ORDER BY c.projection
               FOR UPDATE OF c SKIP LOCKED) AS t;
    IF held IS NULL THEN
        RETURN;
    END IF;
    FOR i IN 1 .. cardinality(p_statements) LOOP
        IF p_owners[i] <> ALL (held) THEN
            CONTINUE;
        END IF;
        IF p_prepared THEN
            EXECUTE format('EXECUTE %I (%L, %L)', p_statements[i], p_tenant, p_rows[i]);
        ELSE
            EXECUTE p_statements[i] USING p_tenant, p_rows[i]::json;
        END IF;
    END LOOP;
    RETURN QUERY
    UPDATE read_models.checkpoints AS c
       SET position = p_until, moved_at = clock_timestamp()
      FROM unnest(held) AS h (n)
     WHERE c.tenant_id = p_tenant AND c.projection = p_projections[h.n]
    RETURNING c.projection;
END
$$;

-- What each wait for read models asks, in one exchange.
CREATE FUNCTION read_models.positions(p_tenant uuid, p_projections text[]) RETURNS SETOF read_models.checkpoints
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM set_config('app.tenant', p_tenant::text, true);
    RETURN QUERY SELECT c.* FROM read_models.checkpoints AS c
                  WHERE c.tenant_id = p_tenant AND c.projection = ANY (p_projections);
END
$$;

REVOKE ALL ON FUNCTION read_models.earlier_events, read_models.project, read_models.positions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION read_models.earlier_events, read_models.project, read_models.positions TO thidua_app;
