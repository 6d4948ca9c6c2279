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

-- What a unit above has demanded, and when it falls due: duties beside the directive's.
CREATE TABLE read_models.demands (
    tenant_id      uuid NOT NULL,
    demand_id      text COLLATE "C" NOT NULL,
    campaign_id    text COLLATE "C",
    by_unit_id     text COLLATE "C",
    unit_ids       text[],
    kind           text,
    name           text,
    department     text,
    terms          text,
    demanded_on    date,
    state          text,
    reason         text,
    first_position bigint,
    version        bigint,
    position       bigint,
    PRIMARY KEY (tenant_id, demand_id)
);
CREATE INDEX ON read_models.demands (tenant_id, campaign_id);
CREATE INDEX ON read_models.demands (tenant_id, first_position);
CREATE TABLE read_models.demand_dates (
    tenant_id  uuid NOT NULL,
    demand_id  text COLLATE "C" NOT NULL,
    occurrence text COLLATE "C" NOT NULL,
    opens_on   date,
    due_on     date,
    PRIMARY KEY (tenant_id, demand_id, occurrence)
);

-- Who has the directive: units that acknowledged it, and recipients whose delivery is on record.
CREATE TABLE read_models.deliveries (
    tenant_id      uuid NOT NULL,
    delivery_id    text COLLATE "C" NOT NULL,
    campaign_id    text COLLATE "C",
    unit_id        text COLLATE "C",
    issuer_id      text COLLATE "C",
    recipient      text,
    done_on        date,
    channel        text,
    document       text,
    first_position bigint,
    version        bigint,
    position       bigint,
    PRIMARY KEY (tenant_id, delivery_id)
);
CREATE INDEX ON read_models.deliveries (tenant_id, campaign_id, unit_id);
CREATE INDEX ON read_models.deliveries (tenant_id, first_position);


-- Every new table is fenced by tenant, also against its owner.
DO $$
DECLARE
    made text;
BEGIN
    FOREACH made IN ARRAY ARRAY['duty_reminders', 'demands', 'demand_dates', 'deliveries']
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
