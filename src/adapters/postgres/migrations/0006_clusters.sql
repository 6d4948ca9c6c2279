-- Clusters: who is in one and was.
CREATE TABLE read_models.clusters (
    tenant_id       uuid NOT NULL,
    cluster_id      text COLLATE "C" NOT NULL,
    code            text,
    name            text,
    kind            text,
    unit_id         text COLLATE "C",
    lead_unit_id    text COLLATE "C",
    majority_x100   bigint,
    majority_source text,
    formed_on       date,
    dissolved_on    date,
    first_position  bigint,
    version         bigint,
    position        bigint,
    PRIMARY KEY (tenant_id, cluster_id)
);
CREATE TABLE read_models.cluster_members (
    tenant_id      uuid NOT NULL,
    cluster_id     text COLLATE "C" NOT NULL,
    unit_id        text COLLATE "C" NOT NULL,
    since          date NOT NULL,
    until          date,
    first_position bigint,
    PRIMARY KEY (tenant_id, cluster_id, unit_id, since)
);
CREATE INDEX ON read_models.clusters (tenant_id, first_position);
CREATE INDEX ON read_models.cluster_members (tenant_id, unit_id);

-- Who is to cross-score an evaluation may read it. The rows are made again from the log, which has always said who.
ALTER TABLE read_models.evaluations ADD COLUMN peers text[] COLLATE "C";
CREATE INDEX ON read_models.evaluations USING gin (peers);
TRUNCATE read_models.evaluations;
ALTER TABLE read_models.checkpoints NO FORCE ROW LEVEL SECURITY;
UPDATE read_models.checkpoints AS c
   SET position = 0, stopped_at = NULL, error = NULL, moved_at = clock_timestamp()
 WHERE c.projection = 'evaluations';
ALTER TABLE read_models.checkpoints FORCE ROW LEVEL SECURITY;

DO $$
DECLARE
    made text;
BEGIN
    FOREACH made IN ARRAY ARRAY['clusters', 'cluster_members']
    LOOP
        EXECUTE format('ALTER TABLE read_models.%I ENABLE ROW LEVEL SECURITY', made);
        EXECUTE format('ALTER TABLE read_models.%I FORCE ROW LEVEL SECURITY', made);
        EXECUTE format(
            'CREATE POLICY of_tenant ON read_models.%I USING (tenant_id = NULLIF(current_setting(''app.tenant'', true), '''')::uuid)'
            ' WITH CHECK (tenant_id = NULLIF(current_setting(''app.tenant'', true), '''')::uuid)', made);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON read_models.%I TO thidua_app', made);
    END LOOP;
END
$$;
