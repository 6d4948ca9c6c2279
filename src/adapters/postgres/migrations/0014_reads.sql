-- A page of the log as the CloudEvents that integrators read, made where the rows lie: one value goes out instead of
-- fifteen for each event. `application/cloud_events.py` says what an event looks like; a contract test holds the two
-- together, byte for byte.

CREATE FUNCTION thidua.cloud_events(
    p_tenant uuid, p_after bigint, p_types text[], p_limit integer,
    OUT head bigint, OUT last bigint, OUT counted integer, OUT events bytea
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
             WHERE s.tenant_id = p_tenant AND s.position > p_after AND s.position <= cloud_events.head
               AND (cardinality(p_types) = 0 OR s.type = ANY (p_types))
             ORDER BY s.position
             LIMIT p_limit) AS e;
END
$$;
REVOKE ALL ON FUNCTION thidua.cloud_events FROM PUBLIC;
GRANT EXECUTE ON FUNCTION thidua.cloud_events TO thidua_app;


-- The readers' plans are kept too, as the appends' are; and whose rows may be seen is worked out once for a statement
-- instead of once for a row.
ALTER FUNCTION thidua.load_streams SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION thidua.page_events SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION thidua.remembered SET plan_cache_mode = force_generic_plan;
ALTER POLICY of_tenant ON thidua.events
    USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant', true), '')::uuid));
ALTER POLICY of_tenant ON thidua.commands
    USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant', true), '')::uuid));


-- What the states of streams are made of, a row a stream: its version, the day that its first event states, and the events
-- as one JSON text of [type, version of the type, data]. A decision needs no more of the envelope, and rows of fifteen
-- columns cost most of the time of loading.
CREATE FUNCTION thidua.histories(p_tenant uuid, p_streams text[])
RETURNS TABLE (stream_id text, version integer, began_on date, events bytea)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off
AS $$
BEGIN
    PERFORM set_config('app.tenant', p_tenant::text, true);
    RETURN QUERY
    SELECT s.stream_id, h.version, h.began_on, h.events
      FROM unnest(p_streams) AS s (stream_id)
     CROSS JOIN LATERAL (
           SELECT count(*)::integer AS version, min(e.happened_on) FILTER (WHERE e.version = 1) AS began_on,
                  '['::bytea || string_agg(convert_to(concat('[', to_json(e.type), ',', e.type_version, ','), 'UTF8')
                                           || e.data || ']'::bytea, ','::bytea) || ']'::bytea AS events
             FROM (SELECT i.version, i.happened_on, i.type, i.type_version, i.data FROM thidua.events AS i
                    WHERE i.tenant_id = p_tenant AND i.stream_id = s.stream_id
                    ORDER BY i.version) AS e) AS h
     WHERE h.version > 0;
END
$$;
REVOKE ALL ON FUNCTION thidua.histories FROM PUBLIC;
GRANT EXECUTE ON FUNCTION thidua.histories TO thidua_app;
