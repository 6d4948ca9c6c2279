-- Answers as of an earlier position of the log.
--
-- Run by migrate.py as the owner, as 0001 says. The rows of a past state lie in the tables of `read_models`, with their
-- checkpoints, under an id of their own in the place of the tenant's: the id has no log, no credential and no keys.

-- Which pasts of a tenant are kept, under which id: what is too many or too old is taken away. Whoever makes the rows of one
-- holds its line until they are whole, so that nobody takes it away meanwhile, or makes it twice.
CREATE TABLE read_models.pasts (
    tenant_id uuid        NOT NULL,
    past_id   uuid        NOT NULL,
    position  bigint      NOT NULL CHECK (position >= 1),
    made_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    used_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant_id, past_id)
);
ALTER TABLE read_models.pasts ENABLE ROW LEVEL SECURITY;
ALTER TABLE read_models.pasts FORCE ROW LEVEL SECURITY;
CREATE POLICY of_tenant ON read_models.pasts
    USING (tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON read_models.pasts TO thidua_app;


-- The event at a position, or the last one that was recorded at or before an instant: its position and when it was
-- recorded, both null where there is none; and where the log ends and begins. No event of a tenant is recorded before the
-- one that it follows, so the instant is searched for by halves through the index of positions.
CREATE FUNCTION thidua.moment(
    p_tenant uuid, p_position bigint, p_at timestamptz,
    OUT head bigint, OUT began_at timestamptz, OUT "position" bigint, OUT recorded_at timestamptz
)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off
AS $$
DECLARE
    low    bigint := 0;
    high   bigint;
    middle bigint;
BEGIN
    PERFORM set_config('app.tenant', p_tenant::text, true);
    SELECT coalesce(max(e.position), 0) INTO head FROM thidua.events AS e WHERE e.tenant_id = p_tenant;
    SELECT e.recorded_at INTO began_at FROM thidua.events AS e WHERE e.tenant_id = p_tenant AND e.position = 1;
    IF p_position IS NULL THEN
        high := head;
        WHILE low < high LOOP
            middle := (low + high + 1) / 2;
            IF (SELECT e.recorded_at FROM thidua.events AS e WHERE e.tenant_id = p_tenant AND e.position = middle) <= p_at
            THEN
                low := middle;
            ELSE
                high := middle - 1;
            END IF;
        END LOOP;
    ELSE
        low := p_position;
    END IF;
    SELECT e.position, e.recorded_at INTO moment.position, moment.recorded_at
      FROM thidua.events AS e WHERE e.tenant_id = p_tenant AND e.position = low;
END
$$;
REVOKE ALL ON FUNCTION thidua.moment FROM PUBLIC;
GRANT EXECUTE ON FUNCTION thidua.moment TO thidua_app;
