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


-- findings: disciplines and accidents by their days, and the days that the decision on an award looked at, so that what came
-- to light later is set beside what it concerns.
CREATE TABLE read_models.findings (
    tenant_id   uuid   NOT NULL,
    subject_id  text   COLLATE "C" NOT NULL,
    kind        text   COLLATE "C" NOT NULL,
    degree      text   COLLATE "C" NOT NULL,
    happened_on date   NOT NULL,
    until       date,
    lifted_on   date,
    deaths      bigint,
    injured     bigint,
    recorded_at timestamptz,
    position    bigint,
    PRIMARY KEY (tenant_id, subject_id, kind, degree, happened_on)
);
CREATE TABLE read_models.granted_awards (
    tenant_id   uuid   NOT NULL,
    award_id    text   COLLATE "C" NOT NULL,
    decided_at  timestamptz,
    position    bigint,
    period_from date,
    judged_on   date,
    reads       text[],
    PRIMARY KEY (tenant_id, award_id)
);
CREATE INDEX ON read_models.findings (tenant_id, position);

DO $$
DECLARE
    made text;
BEGIN
    CREATE UNLOGGED TABLE read_models_next.findings (LIKE read_models.findings INCLUDING DEFAULTS,
        PRIMARY KEY (tenant_id, subject_id, kind, degree, happened_on));
    CREATE UNLOGGED TABLE read_models_next.granted_awards (LIKE read_models.granted_awards INCLUDING DEFAULTS,
        PRIMARY KEY (tenant_id, award_id));
    FOREACH made IN ARRAY ARRAY['read_models.findings', 'read_models.granted_awards', 'read_models_next.findings',
                                'read_models_next.granted_awards']
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', made);
        EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', made);
        EXECUTE format(
            'CREATE POLICY of_tenant ON %s USING (tenant_id = NULLIF(current_setting(''app.tenant'', true), '''')::uuid)'
            ' WITH CHECK (tenant_id = NULLIF(current_setting(''app.tenant'', true), '''')::uuid)', made);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO thidua_app', made);
    END LOOP;
END
$$;

-- Every record of the person whose record this is: the one that it was merged into in the end, and all that were merged.
CREATE FUNCTION read_models.person_of(p_tenant uuid, p_record text) RETURNS TABLE (person_id text)
LANGUAGE sql STABLE
AS $$
    WITH RECURSIVE line (person_id, into_id) AS (
        SELECT m.person_id, m.merged_into FROM read_models.members AS m
         WHERE m.tenant_id = p_tenant AND m.person_id = p_record
        UNION
        SELECT m.person_id, m.merged_into
          FROM line JOIN read_models.members AS m ON m.tenant_id = p_tenant AND m.person_id = line.into_id
    )
    SELECT r.person_id
      FROM (SELECT line.person_id FROM line WHERE line.into_id IS NULL) AS last,
           read_models.records_of(p_tenant, last.person_id) AS r
$$;
REVOKE ALL ON FUNCTION read_models.person_of FROM PUBLIC;
GRANT EXECUTE ON FUNCTION read_models.person_of TO thidua_app;
