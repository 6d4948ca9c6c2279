-- A restore does not fork: a log that does not reach, or contradicts, its newest checkpoint outside takes no appends until
-- the owner opens a new epoch.
--
-- Run by migrate.py as the owner, as 0001 says.

-- Why a log was stopped (JSON, as application/ports.py has it), null where the owner stopped it by hand.
ALTER TABLE thidua.heads ADD COLUMN halt text, ADD COLUMN halted_at timestamptz;

-- A row for each epoch but the first. A cursor of an earlier one that lies beyond `cut` is of a history that is gone.
CREATE TABLE thidua.epochs (
    tenant_id uuid        NOT NULL,
    epoch     integer     NOT NULL CHECK (epoch >= 2),
    cut       bigint      NOT NULL CHECK (cut >= 0),
    began     bigint      NOT NULL CHECK (began > cut),  -- The position of its first event.
    opened_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, epoch)
);
ALTER TABLE thidua.epochs ENABLE ROW LEVEL SECURITY;
ALTER TABLE thidua.epochs FORCE  ROW LEVEL SECURITY;
CREATE POLICY of_tenant ON thidua.epochs FOR SELECT
    USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant', true), '')::uuid));
CREATE POLICY of_writer ON thidua.epochs TO thidua_writer USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON thidua.epochs TO thidua_writer;
GRANT SELECT ON thidua.epochs TO thidua_app;


-- For the server: stop a log. It cannot be let go on by the same role. What was found of another epoch does not count,
-- and the first reason stays.
CREATE FUNCTION thidua.freeze_log(p_tenant uuid, p_epoch integer, p_halt text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    UPDATE thidua.heads AS h SET frozen = true, halt = p_halt, halted_at = clock_timestamp()
     WHERE h.tenant_id = p_tenant AND h.epoch = p_epoch AND h.halt IS NULL
$$;

CREATE FUNCTION thidua.frozen_logs() RETURNS TABLE (tenant_id uuid, halt text, halted_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT h.tenant_id, h.halt, h.halted_at FROM thidua.heads AS h WHERE h.frozen $$;

-- As 0001 had it; a log that goes on has no reason to stand.
CREATE OR REPLACE FUNCTION thidua.freeze_tenant(p_tenant uuid, p_frozen boolean) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    UPDATE thidua.heads AS h SET frozen = p_frozen, halt = NULL, halted_at = CASE WHEN p_frozen THEN clock_timestamp() END
     WHERE h.tenant_id = p_tenant
$$;


-- For the owner: the log goes on as epoch p_epoch, with this event as its first. `p_kept` is the last position that the
-- owner has looked at. refused: null when it was done, unknown (no such tenant), or moved (an epoch or an event was added
-- meanwhile, or the epoch is not a later one).
CREATE FUNCTION thidua.open_epoch(
    p_clock timestamptz, p_tenant uuid, p_epoch integer, p_cut bigint, p_kept bigint, p_event_id uuid, p_stream text,
    p_type text, p_type_version integer, p_actor text, p_correlation_id text, p_command uuid, p_data bytea,
    OUT refused text, OUT began bigint
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    now_at timestamptz := thidua.append_time(p_clock);
    head   record;
BEGIN
    SELECT h.epoch, h.position, h.recorded_at INTO head
      FROM thidua.heads AS h WHERE h.tenant_id = p_tenant FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        refused := 'unknown';
        RETURN;
    END IF;
    IF head.position <> p_kept OR head.epoch >= p_epoch THEN
        refused := 'moved';
        RETURN;
    END IF;
    began := head.position + 1;
    now_at := greatest(now_at, head.recorded_at);
    INSERT INTO thidua.epochs (tenant_id, epoch, cut, began, opened_at)
    VALUES (p_tenant, p_epoch, p_cut, began, now_at);
    INSERT INTO thidua.events (
           tenant_id, epoch, position, stream_id, version, type, type_version, event_id, recorded_at, happened_on,
           actor, correlation_id, causation_id, command_id, data)
    SELECT p_tenant, p_epoch, began, p_stream, 1 + coalesce(max(e.version), 0), p_type, p_type_version, p_event_id, now_at,
           NULL, p_actor, p_correlation_id, NULL, p_command, p_data
      FROM thidua.events AS e WHERE e.tenant_id = p_tenant AND e.stream_id = p_stream;
    UPDATE thidua.heads AS h
       SET epoch = p_epoch, position = began, recorded_at = now_at, frozen = false, halt = NULL, halted_at = NULL
     WHERE h.tenant_id = p_tenant;
END
$$;


-- A page of the log for a cursor (epoch, position). It is made as by `cloud_events` of 0014, which the release before goes
-- on by: calling that one would copy each page once more. `epoch` is the present one;
-- `cut` is not null where the cursor lies beyond it: of the history that it is of, nothing after `cut` is in this log.
CREATE FUNCTION thidua.feed_page(
    p_tenant uuid, p_epoch integer, p_after bigint, p_types text[], p_limit integer,
    OUT epoch integer, OUT cut bigint, OUT head bigint, OUT last bigint, OUT counted integer, OUT events bytea
)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off
AS $$
DECLARE
    tenant text := p_tenant::text;
BEGIN
    PERFORM set_config('app.tenant', tenant, true);
    SELECT coalesce(max(e.position), 0) INTO head FROM thidua.events AS e WHERE e.tenant_id = p_tenant;
    -- What an event does not have is left out, and so is its name: a text and null are null.
    SELECT max(e.position), count(*), string_agg(convert_to(concat(
               '{"specversion":"1.0","id":"', tenant, ':', e.epoch, ':', e.position,
               '","source":"urn:uuid:', tenant,
               '","type":', to_json(e.type),
               ',"time":"', to_char(e.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
               'Z","subject":', to_json(e.stream_id),
               ',"datacontenttype":"application/json","dataschema":',
               to_json('/v1/event-types/' || e.type || '/' || e.type_version),
               ',"epoch":', e.epoch, ',"position":', e.position, ',"streamversion":', e.version,
               ',"typeversion":', e.type_version, ',"eventid":"', e.event_id,
               '","correlationid":', to_json(e.correlation_id), ',"commandid":"', e.command_id,
               '","actor":', to_json(e.actor),
               ',"causationid":' || to_json(e.causation_id),
               ',"happenedon":"' || to_char(e.happened_on, 'YYYY-MM-DD') || '"',
               ',"data":'), 'UTF8') || e.data || '}'::bytea, ','::bytea)
      INTO last, counted, events
      FROM (SELECT s.* FROM thidua.events AS s
             WHERE s.tenant_id = p_tenant AND s.position > p_after AND s.position <= feed_page.head
               AND (cardinality(p_types) = 0 OR s.type = ANY (p_types))
             ORDER BY s.position
             LIMIT p_limit) AS e;
    -- After the page: whatever it holds stands in an epoch that opens in between, too.
    SELECT coalesce(max(x.epoch), 1), CASE WHEN min(x.cut) FILTER (WHERE x.epoch > p_epoch) < p_after
                                           THEN min(x.cut) FILTER (WHERE x.epoch > p_epoch) END
      INTO feed_page.epoch, feed_page.cut
      FROM thidua.epochs AS x WHERE x.tenant_id = p_tenant;
END
$$;


REVOKE ALL ON FUNCTION thidua.freeze_log, thidua.frozen_logs, thidua.open_epoch, thidua.feed_page FROM PUBLIC;
ALTER FUNCTION thidua.freeze_log  OWNER TO thidua_writer;
ALTER FUNCTION thidua.frozen_logs OWNER TO thidua_writer;
ALTER FUNCTION thidua.open_epoch  OWNER TO thidua_writer;
GRANT EXECUTE ON FUNCTION thidua.freeze_log, thidua.frozen_logs, thidua.feed_page TO thidua_app;
-- After the change of owner: the writer grants, the owner acting for it.
GRANT EXECUTE ON FUNCTION thidua.frozen_logs, thidua.open_epoch TO CURRENT_USER;
