-- What the states of streams are made of, a row a stream: the day that its first event states, and a text a column, a
-- line an event: `kinds`, the type and after a space its version where that is not 1, and `lines`, the data (JSON as it
-- is stored has no line breaks). Like events are then decoded all at once; a JSON text made of each was half of the
-- time here. 0014's `histories` stays for servers of an earlier release.
CREATE FUNCTION thidua.stream_lines(p_tenant uuid, p_streams text[])
RETURNS TABLE (stream_id text, began_on date, kinds text, lines bytea)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off
AS $$
BEGIN
    PERFORM set_config('app.tenant', p_tenant::text, true);
    RETURN QUERY
    SELECT s.stream_id, h.began_on, h.kinds, h.lines
      FROM unnest(p_streams) AS s (stream_id)
     CROSS JOIN LATERAL (
           SELECT min(e.happened_on) FILTER (WHERE e.version = 1) AS began_on,
                  string_agg(CASE e.type_version WHEN 1 THEN e.type ELSE concat(e.type, ' ', e.type_version) END, E'\n')
                      AS kinds,
                  string_agg(e.data, '\x0a'::bytea) AS lines
             FROM (SELECT i.version, i.happened_on, i.type, i.type_version, i.data FROM thidua.events AS i
                    WHERE i.tenant_id = p_tenant AND i.stream_id = s.stream_id
                    ORDER BY i.version) AS e) AS h
     WHERE h.kinds IS NOT NULL;
END
$$;
REVOKE ALL ON FUNCTION thidua.stream_lines FROM PUBLIC;
GRANT EXECUTE ON FUNCTION thidua.stream_lines TO thidua_app;


-- A page of the log in the same way, of each event the stream and, in four bytes, the version in it too. Streams are
-- apart by a sign that is in no name, as a line break might be. One row, so nothing is kept aside before it is sent;
-- `last` is the position of the last event, null where there is none.
CREATE FUNCTION thidua.page_lines(
    p_tenant uuid, p_after bigint, p_until bigint, p_limit integer,
    OUT last bigint, OUT streams text, OUT versions bytea, OUT kinds text, OUT lines bytea
)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off
AS $$
BEGIN
    PERFORM set_config('app.tenant', p_tenant::text, true);
    SELECT max(e.position), string_agg(e.stream_id, E'\x1f'), string_agg(int4send(e.version), ''::bytea),
           string_agg(CASE e.type_version WHEN 1 THEN e.type ELSE concat(e.type, ' ', e.type_version) END, E'\n'),
           string_agg(e.data, '\x0a'::bytea)
      INTO last, streams, versions, kinds, lines
      FROM (SELECT i.position, i.stream_id, i.version, i.type, i.type_version, i.data FROM thidua.events AS i
             WHERE i.tenant_id = p_tenant AND i.position > p_after AND i.position <= p_until
             ORDER BY i.position
             LIMIT p_limit) AS e;
END
$$;
REVOKE ALL ON FUNCTION thidua.page_lines FROM PUBLIC;
GRANT EXECUTE ON FUNCTION thidua.page_lines TO thidua_app;
