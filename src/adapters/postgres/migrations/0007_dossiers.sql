-- Parts of a dossier, complaints about it, and what a revoked award still has to give back.

CREATE TABLE read_models.award_parts (
    tenant_id uuid NOT NULL,
    award_id  text COLLATE "C" NOT NULL,
    part      text COLLATE "C" NOT NULL,
    address   text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, award_id, part, address)
);
CREATE TABLE read_models.award_complaints (
    tenant_id uuid NOT NULL,
    award_id  text COLLATE "C" NOT NULL,
    number    bigint NOT NULL,
    standing  text,
    PRIMARY KEY (tenant_id, award_id, number)
);
ALTER TABLE read_models.awards ADD COLUMN outstanding_vnd bigint, ADD COLUMN object_returned boolean;


-- Nothing had come back of what was revoked before this; the owner sees the rows only while nothing is forced on it.
ALTER TABLE read_models.awards NO FORCE ROW LEVEL SECURITY;
UPDATE read_models.awards AS a SET outstanding_vnd = a.prize_vnd WHERE a.state = 'revoked';
ALTER TABLE read_models.awards FORCE ROW LEVEL SECURITY;


DO $$
DECLARE
    made text;
BEGIN
    FOREACH made IN ARRAY ARRAY['award_parts', 'award_complaints']
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
