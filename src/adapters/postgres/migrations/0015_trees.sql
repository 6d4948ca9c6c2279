-- The Merkle trees over the logs, behind them, and the checkpoints that were signed of them.
--
-- Run by migrate.py as the owner, as 0001 says. All of it can be made anew from the log but for the checkpoints, which
-- are handed out as well. Rewritten they would prove nothing: what is proven is what lies outside this database.

DO $$
BEGIN
    IF getdatabaseencoding() <> 'UTF8' THEN
        RAISE EXCEPTION 'the database''s encoding is %, and must be UTF8', getdatabaseencoding();
    END IF;
END
$$;

-- How far each tree has come. `epoch` is the one of its last leaf; `urgent` the size at which something came last that
-- is to be seen outside at once.
CREATE TABLE thidua.trees (
    tenant_id uuid    NOT NULL PRIMARY KEY,
    epoch     integer NOT NULL,
    size      bigint  NOT NULL CHECK (size >= 0),
    root      bytea   NOT NULL,
    urgent    bigint  NOT NULL
) WITH (fillfactor = 50);

-- Up to 256 hashes side by side, of the complete subtrees of 256 ^ level leaves.
CREATE TABLE thidua.tiles (
    tenant_id uuid    NOT NULL,
    level     integer NOT NULL CHECK (level >= 0),
    index     bigint  NOT NULL CHECK (index >= 0),
    hashes    bytea   NOT NULL CHECK (octet_length(hashes) BETWEEN 32 AND 8192),
    PRIMARY KEY (tenant_id, level, index)
);
ALTER TABLE thidua.tiles ALTER COLUMN hashes SET STORAGE EXTERNAL;  -- Hashes do not get smaller.

-- The checkpoint as a signed note, with the cosignatures that came back; and whether all who keep checkpoints outside
-- have it, for whoever stored it may have been killed before it handed it out.
CREATE TABLE thidua.checkpoints (
    tenant_id  uuid        NOT NULL,
    epoch      integer     NOT NULL,
    size       bigint      NOT NULL CHECK (size >= 0),
    note       text        NOT NULL,
    made_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    handed_out boolean     NOT NULL DEFAULT false,
    PRIMARY KEY (tenant_id, epoch, size)
);

DO $$
DECLARE
    made text;
BEGIN
    FOREACH made IN ARRAY ARRAY['trees', 'tiles', 'checkpoints'] LOOP
        EXECUTE format('ALTER TABLE thidua.%I ENABLE ROW LEVEL SECURITY', made);
        EXECUTE format('ALTER TABLE thidua.%I FORCE ROW LEVEL SECURITY', made);
        EXECUTE format('CREATE POLICY of_tenant ON thidua.%I
                        USING (tenant_id = (SELECT NULLIF(current_setting(''app.tenant'', true), '''')::uuid))
                        WITH CHECK (tenant_id = (SELECT NULLIF(current_setting(''app.tenant'', true), '''')::uuid))', made);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON thidua.%I TO thidua_app', made);
    END LOOP;
END
$$;


-- The hashes of the leaves behind position p_after, up to p_limit of them, side by side: SHA-256 of the byte 00 and the
-- envelope of version 1. docs/envelope.md says what an envelope is; a contract test holds this to the program's.
-- `urgent`: whether one of them is of a type of p_urgent. `last`, `epoch`: the last one's position and epoch. What
-- PostgreSQL calls infinite is the program's first or last day.
CREATE FUNCTION thidua.leaf_hashes(
    p_tenant uuid, p_after bigint, p_limit integer, p_urgent text[],
    OUT leaves bytea, OUT last bigint, OUT epoch integer, OUT urgent boolean
)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off
AS $$
DECLARE
    begun constant bytea := '\x00'::bytea || int4send(11) || 'envelope_v1'::bytea || int4send(16) || uuid_send(p_tenant);
    eight constant bytea := int4send(8);
    sixteen constant bytea := int4send(16);
    none constant bytea := '\xffffffff'::bytea;
BEGIN
    PERFORM set_config('app.tenant', p_tenant::text, true);
    SELECT string_agg(sha256(
               begun
               || eight || int8send(e.epoch)
               || eight || int8send(e.position)
               || int4send(octet_length(e.stream_id)) || convert_to(e.stream_id, 'UTF8')
               || eight || int8send(e.version)
               || int4send(octet_length(e.type)) || convert_to(e.type, 'UTF8')
               || eight || int8send(e.type_version)
               || sixteen || uuid_send(e.event_id)
               || eight || int8send((extract(epoch FROM e.recorded_at) * 1000000)::bigint)
               || CASE WHEN e.happened_on IS NULL THEN none
                       WHEN e.happened_on = '-infinity' THEN int4send(10) || '0001-01-01'::bytea
                       WHEN e.happened_on = 'infinity' THEN int4send(10) || '9999-12-31'::bytea
                       ELSE int4send(10) || convert_to(to_char(e.happened_on, 'YYYY-MM-DD'), 'UTF8') END
               || int4send(octet_length(e.actor)) || convert_to(e.actor, 'UTF8')
               || int4send(octet_length(e.correlation_id)) || convert_to(e.correlation_id, 'UTF8')
               || CASE WHEN e.causation_id IS NULL THEN none
                       ELSE int4send(octet_length(e.causation_id)) || convert_to(e.causation_id, 'UTF8') END
               || sixteen || uuid_send(e.command_id)
               || int4send(octet_length(e.data)) || e.data), ''::bytea),
           max(e.position), max(e.epoch), bool_or(e.type = ANY (p_urgent))
      INTO leaves, last, leaf_hashes.epoch, urgent
      FROM (SELECT s.* FROM thidua.events AS s
             WHERE s.tenant_id = p_tenant AND s.position > p_after
             ORDER BY s.position
             LIMIT p_limit) AS e;
END
$$;


-- The tree as far as it has come; no row where there is none yet.
CREATE FUNCTION thidua.tree_of(p_tenant uuid) RETURNS SETOF thidua.trees
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM set_config('app.tenant', p_tenant::text, true);
    RETURN QUERY SELECT t.* FROM thidua.trees AS t WHERE t.tenant_id = p_tenant;
END
$$;

-- The tiles at these places (the n-th level with the n-th index) that there are.
CREATE FUNCTION thidua.tiles_at(p_tenant uuid, p_levels integer[], p_indexes bigint[]) RETURNS SETOF thidua.tiles
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off
AS $$
BEGIN
    PERFORM set_config('app.tenant', p_tenant::text, true);
    RETURN QUERY SELECT t.* FROM unnest(p_levels, p_indexes) AS w (level, index)
                   JOIN thidua.tiles AS t ON t.tenant_id = p_tenant AND t.level = w.level AND t.index = w.index;
END
$$;

-- Store a tree that has grown from p_from leaves; false, and nothing is stored, where another server was faster. The
-- commit does not wait for the disk: what a crash takes back grows again from the log, which does wait.
CREATE FUNCTION thidua.grow_tree(
    p_tenant uuid, p_from bigint, p_epoch integer, p_size bigint, p_root bytea, p_urgent boolean,
    p_levels integer[], p_indexes bigint[], p_hashes bytea[]
) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off
AS $$
BEGIN
    PERFORM set_config('app.tenant', p_tenant::text, true), set_config('synchronous_commit', 'off', true);
    INSERT INTO thidua.trees AS t (tenant_id, epoch, size, root, urgent)
    SELECT p_tenant, p_epoch, p_size, p_root, CASE WHEN p_urgent THEN p_size ELSE 0 END WHERE p_from = 0
        ON CONFLICT (tenant_id) DO NOTHING;
    IF NOT FOUND THEN
        UPDATE thidua.trees AS t SET epoch = p_epoch, size = p_size, root = p_root,
               urgent = CASE WHEN p_urgent THEN p_size ELSE t.urgent END
         WHERE t.tenant_id = p_tenant AND t.size = p_from;
        IF NOT FOUND THEN
            RETURN false;
        END IF;
    END IF;
    INSERT INTO thidua.tiles (tenant_id, level, index, hashes)
    SELECT p_tenant, n.level, n.index, n.hashes FROM unnest(p_levels, p_indexes, p_hashes) AS n (level, index, hashes)
        ON CONFLICT (tenant_id, level, index) DO UPDATE SET hashes = excluded.hashes;
    RETURN true;
END
$$;

-- The tenants whose tree is behind the log (`grows`), or whose last checkpoint is behind the tree and is due (`signs`):
-- because something urgent came, because the last one is p_seconds old, or because that one was not handed out. Holds no
-- tenant's data.
CREATE FUNCTION thidua.trees_due(p_seconds double precision)
RETURNS TABLE (tenant_id uuid, grows boolean, signs boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT d.tenant_id, d.grows, d.signs
      FROM (SELECT h.tenant_id, h.position > coalesce(t.size, 0) AS grows,
                   coalesce(t.size > coalesce(c.size, 0)
                            AND (t.urgent > coalesce(c.size, 0)
                                 OR coalesce(c.made_at <= clock_timestamp() - make_interval(secs => p_seconds), true)),
                            false)
                   OR coalesce(NOT c.handed_out, false) AS signs
              FROM thidua.heads AS h
              LEFT JOIN thidua.trees AS t ON t.tenant_id = h.tenant_id
              LEFT JOIN LATERAL (SELECT k.size, k.made_at, k.handed_out FROM thidua.checkpoints AS k
                                  WHERE k.tenant_id = h.tenant_id AND k.epoch = t.epoch AND k.size <= t.size
                                  ORDER BY k.size DESC LIMIT 1) AS c ON true) AS d
     WHERE d.grows OR d.signs
$$;
CREATE POLICY of_writer ON thidua.checkpoints TO thidua_writer USING (true);
GRANT SELECT ON thidua.checkpoints TO thidua_writer;
CREATE POLICY of_writer ON thidua.trees TO thidua_writer USING (true);
GRANT SELECT ON thidua.trees TO thidua_writer;

REVOKE ALL ON FUNCTION thidua.leaf_hashes, thidua.tree_of, thidua.tiles_at, thidua.grow_tree, thidua.trees_due FROM PUBLIC;
ALTER FUNCTION thidua.trees_due OWNER TO thidua_writer;
GRANT EXECUTE ON FUNCTION
    thidua.leaf_hashes, thidua.tree_of, thidua.tiles_at, thidua.grow_tree, thidua.trees_due TO thidua_app;
