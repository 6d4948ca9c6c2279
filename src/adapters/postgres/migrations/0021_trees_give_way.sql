-- What trees_due says, and how far each log and its tree have come. trees_due stays for servers of the release before.

CREATE FUNCTION thidua.trees_behind(p_seconds double precision)
RETURNS TABLE (tenant_id uuid, head bigint, size bigint, signs boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT d.tenant_id, d.head, d.size, d.signs
      FROM (SELECT h.tenant_id, h.position AS head, coalesce(t.size, 0) AS size,
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
     WHERE d.head > d.size OR d.signs
$$;

REVOKE ALL ON FUNCTION thidua.trees_behind FROM PUBLIC;
ALTER FUNCTION thidua.trees_behind OWNER TO thidua_writer;
GRANT EXECUTE ON FUNCTION thidua.trees_behind TO thidua_app;
