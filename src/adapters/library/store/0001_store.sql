-- What a store of the library has beside the log's own tables. Run after the migrations that define the log, with the
-- store's schema in the place of `thidua`, by the role that owns it.

-- Which application is which tenant of the log, for whoever looks into the database.
CREATE TABLE thidua.applications (
    tenant_id uuid        NOT NULL PRIMARY KEY,
    name      text        COLLATE "C" NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- How far an application has processed another one's notifications.
CREATE TABLE thidua.tracking (
    tenant_id        uuid   NOT NULL,
    application_name text   COLLATE "C" NOT NULL,
    notification_id  bigint NOT NULL,
    PRIMARY KEY (tenant_id, application_name)
) WITH (fillfactor = 50);


CREATE FUNCTION thidua.open_application(p_tenant uuid, p_name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO thidua.applications (tenant_id, name) VALUES (p_tenant, p_name) ON CONFLICT DO NOTHING;
    PERFORM thidua.register_tenant(p_tenant);
END
$$;

-- Whether the place was moved on; false: this notification, or a later one, was processed before.
CREATE FUNCTION thidua.track(p_tenant uuid, p_application text, p_notification bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO thidua.tracking AS t (tenant_id, application_name, notification_id)
    VALUES (p_tenant, p_application, p_notification)
        ON CONFLICT (tenant_id, application_name) DO UPDATE
       SET notification_id = EXCLUDED.notification_id
     WHERE t.notification_id < EXCLUDED.notification_id;
    RETURN FOUND;
END
$$;

-- A stream's events after one version and up to another, in order or the other way round. The planner is left the one
-- way that does not grow with the log, as in the log's own functions.
CREATE FUNCTION thidua.select_events(
    p_tenant uuid, p_stream text, p_gt integer, p_lte integer, p_desc boolean, p_limit integer
) RETURNS TABLE (version integer, type text, data bytea)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
    SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off
AS $$
#variable_conflict use_column
BEGIN
    IF p_desc THEN
        RETURN QUERY SELECT e.version, e.type, e.data FROM thidua.events AS e
                      WHERE e.tenant_id = p_tenant AND e.stream_id = p_stream AND e.version > p_gt
                        AND e.version <= p_lte
                      ORDER BY e.version DESC
                      LIMIT p_limit;
        RETURN;
    END IF;
    RETURN QUERY SELECT e.version, e.type, e.data FROM thidua.events AS e
                  WHERE e.tenant_id = p_tenant AND e.stream_id = p_stream AND e.version > p_gt AND e.version <= p_lte
                  ORDER BY e.version
                  LIMIT p_limit;
END
$$;

REVOKE ALL ON FUNCTION thidua.open_application, thidua.track, thidua.select_events FROM PUBLIC;
