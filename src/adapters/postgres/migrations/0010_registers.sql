-- Child campaigns, recorded readings and admitted titles, works with plaques, exemplary models.
--
-- Run by migrate.py as the owner, as 0001 says. New columns hold nothing for what happened before them, and that is so.

ALTER TABLE read_models.campaigns ADD COLUMN parent_campaign_id text COLLATE "C";
CREATE INDEX ON read_models.campaigns (tenant_id, parent_campaign_id) WHERE parent_campaign_id IS NOT NULL;

CREATE TABLE read_models.campaign_addenda (
    tenant_id   uuid   NOT NULL,
    campaign_id text   COLLATE "C" NOT NULL,
    position    bigint NOT NULL,
    kind        text,
    event       text,
    recorded_at timestamptz,
    PRIMARY KEY (tenant_id, campaign_id, position)
);

ALTER TABLE read_models.registrations
    ADD COLUMN council             text,
    ADD COLUMN value_vnd           bigint,
    ADD COLUMN certificate_number  text,
    ADD COLUMN plaque_attached_on  date,
    ADD COLUMN plaque_place        text,
    ADD COLUMN attended            bigint,
    ADD COLUMN fulfils             text;

CREATE TABLE read_models.exemplars (
    tenant_id       uuid NOT NULL,
    exemplar_id     text COLLATE "C" NOT NULL,
    campaign_id     text COLLATE "C",
    phase           text,
    unit_id         text COLLATE "C",
    level           text,
    block           text,
    person_id       text COLLATE "C",
    employment      text,
    kind            text,
    state           text,
    name            text,
    story           text,
    registered_on   date,
    recognised_level text,
    decision_number text,
    reason          text,
    first_position  bigint,
    version         bigint,
    position        bigint,
    PRIMARY KEY (tenant_id, exemplar_id)
);
CREATE INDEX ON read_models.exemplars (tenant_id, first_position);
CREATE INDEX ON read_models.exemplars (tenant_id, campaign_id, first_position);
CREATE INDEX ON read_models.exemplars (tenant_id, unit_id);
CREATE INDEX ON read_models.exemplars (tenant_id, person_id) WHERE person_id IS NOT NULL;

CREATE TABLE read_models.exemplar_spreads (
    tenant_id   uuid   NOT NULL,
    exemplar_id text   COLLATE "C" NOT NULL,
    position    bigint NOT NULL,
    channel     text,
    spread_on   date,
    place       text,
    PRIMARY KEY (tenant_id, exemplar_id, position)
);


-- Every new table is fenced by tenant, also against its owner.
DO $$
DECLARE
    made text;
BEGIN
    FOREACH made IN ARRAY ARRAY['campaign_addenda', 'exemplars', 'exemplar_spreads']
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
