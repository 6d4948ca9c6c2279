-- Reports, reminders and acknowledgements.
--
-- A duty's row now begins with the first that is on record of it, which may be a report's figures or a reminder: until
-- something is handed in its state is null.
ALTER TABLE read_models.duty_submissions
    ADD COLUMN channel          text,
    ADD COLUMN addressees       text[],
    ADD COLUMN period           text,
    ADD COLUMN figures          text,
    ADD COLUMN figures_position bigint,
    ADD COLUMN prepared_on      date,
    ADD COLUMN signature        text,
    ADD COLUMN signed_on        date;

CREATE TABLE read_models.duty_reminders (
    tenant_id uuid NOT NULL,
    duty_id   text COLLATE "C" NOT NULL,
    kind      text COLLATE "C" NOT NULL,
    due_on    date NOT NULL,
    channel   text,
    sent_on   date,
    PRIMARY KEY (tenant_id, duty_id, kind, due_on)
);


-- Every new table is fenced by tenant, also against its owner.
DO $$
DECLARE
    made text;
BEGIN
    FOREACH made IN ARRAY ARRAY['duty_reminders']
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
