-- Requests of persons about their data, and erasures.
--
-- Run by migrate.py as the owner, as 0001 says. The rows that are there stay valid: nobody was erased before this.
ALTER TABLE read_models.members      ADD COLUMN erased_on date;
ALTER TABLE read_models_next.members ADD COLUMN erased_on date;

CREATE TABLE read_models.requests (
    tenant_id      uuid NOT NULL,
    request_id     text COLLATE "C" NOT NULL,
    kind           text,
    person_id      text COLLATE "C",
    unit_id        text COLLATE "C",
    received_on    date,
    channel        text,
    due_on         date,
    term_days      bigint,
    term_counted   text,
    term_source    text,
    term_cites     text,
    state          text,
    answered_on    date,
    handed_over    text[],
    reason         text,
    first_position bigint,
    version        bigint,
    position       bigint,
    PRIMARY KEY (tenant_id, request_id)
);
CREATE INDEX ON read_models.requests (tenant_id, first_position);
CREATE INDEX ON read_models.requests (tenant_id, person_id);

-- Whose keys are to be destroyed: what a killed server left undone is found here.
CREATE TABLE read_models.erasures (
    tenant_id      uuid NOT NULL,
    person_id      text COLLATE "C" NOT NULL,
    ground         text,
    request_id     text COLLATE "C",
    erased_on      date,
    subjects       text[],
    first_position bigint,
    version        bigint,
    position       bigint,
    PRIMARY KEY (tenant_id, person_id)
);
CREATE INDEX ON read_models.erasures (tenant_id, first_position);

-- What is held about a person is gathered from the streams that are about them.
CREATE INDEX ON read_models.trail_streams (tenant_id, person_id) WHERE person_id IS NOT NULL;

CREATE UNLOGGED TABLE read_models_next.requests (LIKE read_models.requests INCLUDING DEFAULTS);
ALTER TABLE read_models_next.requests ADD PRIMARY KEY (tenant_id, request_id);
CREATE UNLOGGED TABLE read_models_next.erasures (LIKE read_models.erasures INCLUDING DEFAULTS);
ALTER TABLE read_models_next.erasures ADD PRIMARY KEY (tenant_id, person_id);

-- Every new table is fenced by tenant, also against its owner.
DO $$
DECLARE
    made regclass;
BEGIN
    FOREACH made IN ARRAY ARRAY[
        'read_models.requests', 'read_models.erasures', 'read_models_next.requests', 'read_models_next.erasures'
    ]::regclass[]
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
