-- Read models: tables that are made of the log and nothing else, in a schema of their own. They can be wiped and rebuilt
-- at any time, so no table refers to another and no row is checked beyond its key: the log was.
--
-- Run by migrate.py as the owner, as 0001 says. The columns are named again in src/adapters/read_models/, where each
-- projection is; a test holds the two together. What is personal is ciphertext here as in the log.

CREATE SCHEMA read_models;
GRANT USAGE ON SCHEMA read_models TO thidua_app;

-- How far each projection of a tenant has come, and on what it stopped.
CREATE TABLE read_models.checkpoints (
    tenant_id  uuid        NOT NULL,
    projection text        COLLATE "C" NOT NULL,
    position   bigint      NOT NULL DEFAULT 0 CHECK (position >= 0),
    stopped_at bigint,
    error      text,
    moved_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant_id, projection)
) WITH (fillfactor = 50);  -- Updated by every batch.


-- units
CREATE TABLE read_models.units (
    tenant_id      uuid NOT NULL,
    unit_id        text COLLATE "C" NOT NULL,
    code           text,
    name           text,
    level          text,
    parent_id      text COLLATE "C",
    parent_since   date,
    sector         text,
    has_union      boolean,
    union_since    date,
    cluster        text,
    established_on date,
    dissolved_on   date,
    first_position bigint,
    version        bigint,
    position       bigint,
    PRIMARY KEY (tenant_id, unit_id)
);
CREATE TABLE read_models.unit_headcounts (
    tenant_id      uuid NOT NULL,
    unit_id        text COLLATE "C" NOT NULL,
    counted_on     date NOT NULL,
    members        bigint,
    workers        bigint,
    direct_workers bigint,
    PRIMARY KEY (tenant_id, unit_id, counted_on)
);

-- members
CREATE TABLE read_models.members (
    tenant_id      uuid NOT NULL,
    person_id      text COLLATE "C" NOT NULL,
    unit_id        text COLLATE "C",
    code           text,
    full_name      text,
    employment     text,
    state          text,
    joined_on      date,
    left_on        date,
    merged_into    text,
    first_position bigint,
    version        bigint,
    position       bigint,
    PRIMARY KEY (tenant_id, person_id)
);

-- campaigns
CREATE TABLE read_models.campaigns (
    tenant_id       uuid NOT NULL,
    campaign_id     text COLLATE "C" NOT NULL,
    issuer_id       text COLLATE "C",
    issuer_level    text,
    name            text,
    document_number text,
    directive       text,
    state           text,
    launched_on     date,
    opens_on        date,
    closes_on       date,
    drafted_at      timestamptz,
    first_position  bigint,
    version         bigint,
    position        bigint,
    PRIMARY KEY (tenant_id, campaign_id)
);
CREATE TABLE read_models.campaign_phases (
    tenant_id   uuid NOT NULL,
    campaign_id text COLLATE "C" NOT NULL,
    phase       text COLLATE "C" NOT NULL,
    place       integer,
    name        text,
    theme       text,
    peak        boolean,
    source      text,
    opens_on    date,
    closes_on   date,
    PRIMARY KEY (tenant_id, campaign_id, phase)
);
CREATE TABLE read_models.campaign_phase_marks (
    tenant_id   uuid NOT NULL,
    campaign_id text COLLATE "C" NOT NULL,
    phase       text COLLATE "C" NOT NULL,
    opened_at   timestamptz,
    closed_at   timestamptz,
    PRIMARY KEY (tenant_id, campaign_id, phase)
);
CREATE TABLE read_models.campaign_duties (
    tenant_id    uuid NOT NULL,
    campaign_id  text COLLATE "C" NOT NULL,
    duty         text COLLATE "C" NOT NULL,
    name         text,
    kind         text,
    modality     text,
    source       text,
    department   text,
    lapses       boolean,
    bearers      text[],
    units        text[],
    sectors      text[],
    fulfilled_by text[],
    PRIMARY KEY (tenant_id, campaign_id, duty)
);
CREATE TABLE read_models.campaign_duty_dates (
    tenant_id   uuid NOT NULL,
    campaign_id text COLLATE "C" NOT NULL,
    duty        text COLLATE "C" NOT NULL,
    occurrence  text COLLATE "C" NOT NULL,
    opens_on    date,
    due_on      date,
    PRIMARY KEY (tenant_id, campaign_id, duty, occurrence)
);
CREATE TABLE read_models.campaign_reviews (
    tenant_id   uuid NOT NULL,
    campaign_id text COLLATE "C" NOT NULL,
    scope       text COLLATE "C" NOT NULL,
    period      text COLLATE "C" NOT NULL,
    called      text,
    document    text,
    findings    text,
    reviewed_at timestamptz,
    PRIMARY KEY (tenant_id, campaign_id, scope, period)
);

-- allotments
CREATE TABLE read_models.allotments (
    tenant_id       uuid NOT NULL,
    allotment_id    text COLLATE "C" NOT NULL,
    campaign_id     text COLLATE "C",
    target          text,
    unit_id         text COLLATE "C",
    period          text,
    number          bigint,
    document_number text,
    first_position  bigint,
    version         bigint,
    position        bigint,
    PRIMARY KEY (tenant_id, allotment_id)
);

-- registrations
CREATE TABLE read_models.registrations (
    tenant_id       uuid NOT NULL,
    registration_id text COLLATE "C" NOT NULL,
    campaign_id     text COLLATE "C",
    unit_id         text COLLATE "C",
    level           text,
    block           text,
    phase           text,
    kind            text,
    state           text,
    subject         text,
    person_id       text COLLATE "C",
    other_unit_id   text COLLATE "C",
    other_person_id text COLLATE "C",
    employment      text,
    name            text,
    content         text,
    title           text,
    quantity        bigint,
    quantity_unit   text,
    quantity_done   bigint,
    held_on         date,
    submitted_on    date,
    due_on          date,
    late            boolean,
    confirmed_at    timestamptz,
    completed_on    date,
    scope           text,
    plaque          boolean,
    reason          text,
    first_position  bigint,
    version         bigint,
    position        bigint,
    PRIMARY KEY (tenant_id, registration_id)
);

-- evaluations
CREATE TABLE read_models.evaluations (
    tenant_id      uuid NOT NULL,
    evaluation_id  text COLLATE "C" NOT NULL,
    campaign_id    text COLLATE "C",
    unit_id        text COLLATE "C",
    person_id      text COLLATE "C",
    phase          text,
    period         text,
    rubric         text,
    rubric_source  text,
    state          text,
    band           text,
    total_x100     bigint,
    classified_on  date,
    complained     boolean,
    first_position bigint,
    version        bigint,
    position       bigint,
    PRIMARY KEY (tenant_id, evaluation_id)
);

-- awards
CREATE TABLE read_models.awards (
    tenant_id        uuid NOT NULL,
    award_id         text COLLATE "C" NOT NULL,
    campaign_id      text COLLATE "C",
    phase            text,
    year             integer,
    title            text,
    title_name       text,
    title_source     text,
    form             text,
    scheme           text,
    level            text,
    unit_id          text COLLATE "C",
    person_id        text COLLATE "C",
    employment       text,
    deciding_unit_id text COLLATE "C",
    registration_id  text COLLATE "C",
    evaluation_id    text COLLATE "C",
    achievement      text,
    fast_path        boolean,
    state            text,
    supported        boolean,
    eligible         boolean,
    published_from   date,
    published_until  date,
    session_id       text COLLATE "C",
    decision_number  text,
    decision_issued  text,
    signing_body     text,
    prize_vnd        bigint,
    decided_at       timestamptz,
    presented_on     date,
    revoked_for      text,
    revoked_at       timestamptz,
    reason           text,
    first_position   bigint,
    version          bigint,
    position         bigint,
    PRIMARY KEY (tenant_id, award_id)
);
CREATE TABLE read_models.award_holds (
    tenant_id uuid NOT NULL,
    award_id  text COLLATE "C" NOT NULL,
    kind      text COLLATE "C" NOT NULL,
    pending   boolean,
    PRIMARY KEY (tenant_id, award_id, kind)
);

-- councils
CREATE TABLE read_models.council_sessions (
    tenant_id        uuid NOT NULL,
    session_id       text COLLATE "C" NOT NULL,
    campaign_id      text COLLATE "C",
    unit_id          text COLLATE "C",
    title            text,
    meets_on         date,
    seats            bigint,
    voted_in_room    bigint,
    voted_in_writing bigint,
    state            text,
    minutes_number   text,
    quota_fits       boolean,
    decision_number  text,
    signing_body     text,
    first_position   bigint,
    version          bigint,
    position         bigint,
    PRIMARY KEY (tenant_id, session_id)
);
CREATE TABLE read_models.council_dossiers (
    tenant_id  uuid NOT NULL,
    session_id text COLLATE "C" NOT NULL,
    award_id   text COLLATE "C" NOT NULL,
    votes_for  bigint,
    roster     bigint,
    approved   boolean,
    granted    boolean,
    PRIMARY KEY (tenant_id, session_id, award_id)
);

-- duties
CREATE TABLE read_models.duty_submissions (
    tenant_id      uuid NOT NULL,
    duty_id        text COLLATE "C" NOT NULL,
    campaign_id    text COLLATE "C",
    duty           text,
    occurrence     text,
    unit_id        text COLLATE "C",
    receiver_id    text COLLATE "C",
    state          text,
    proof          text,
    report         text,
    reason         text,
    submitted_on   date,
    late           boolean,
    first_position bigint,
    version        bigint,
    position       bigint,
    PRIMARY KEY (tenant_id, duty_id)
);

-- trail
CREATE TABLE read_models.trail (
    tenant_id      uuid NOT NULL,
    position       bigint NOT NULL,
    epoch          integer,
    recorded_at    timestamptz,
    happened_on    date,
    actor          text,
    type           text,
    stream_id      text COLLATE "C",
    version        bigint,
    command_id     text COLLATE "C",
    correlation_id text COLLATE "C",
    causation_id   text COLLATE "C",
    summary        text,
    reason         text,
    PRIMARY KEY (tenant_id, position)
);
CREATE TABLE read_models.trail_streams (
    tenant_id     uuid NOT NULL,
    stream_id     text COLLATE "C" NOT NULL,
    campaign_id   text COLLATE "C",
    unit_id       text COLLATE "C",
    other_unit_id text COLLATE "C",
    person_id     text COLLATE "C",
    PRIMARY KEY (tenant_id, stream_id)
);


CREATE INDEX ON read_models.units (tenant_id, parent_id);
CREATE INDEX ON read_models.units (tenant_id, first_position);
CREATE INDEX ON read_models.members (tenant_id, first_position);
CREATE INDEX ON read_models.members (tenant_id, unit_id);
CREATE INDEX ON read_models.allotments (tenant_id, campaign_id, target);
CREATE INDEX ON read_models.registrations (tenant_id, first_position);
CREATE INDEX ON read_models.registrations (tenant_id, campaign_id, first_position);
CREATE INDEX ON read_models.registrations (tenant_id, unit_id);
CREATE INDEX ON read_models.registrations (tenant_id, other_unit_id) WHERE other_unit_id IS NOT NULL;
CREATE INDEX ON read_models.registrations (tenant_id, person_id) WHERE person_id IS NOT NULL;
CREATE INDEX ON read_models.registrations (tenant_id, other_person_id) WHERE other_person_id IS NOT NULL;
CREATE INDEX ON read_models.evaluations (tenant_id, first_position);
CREATE INDEX ON read_models.evaluations (tenant_id, campaign_id, first_position);
CREATE INDEX ON read_models.evaluations (tenant_id, unit_id);
CREATE INDEX ON read_models.evaluations (tenant_id, person_id) WHERE person_id IS NOT NULL;
CREATE INDEX ON read_models.duty_submissions (tenant_id, campaign_id, duty, occurrence, unit_id);
CREATE INDEX ON read_models.awards (tenant_id, first_position);
CREATE INDEX ON read_models.awards (tenant_id, campaign_id, first_position);
CREATE INDEX ON read_models.awards (tenant_id, unit_id);
CREATE INDEX ON read_models.awards (tenant_id, person_id) WHERE person_id IS NOT NULL;
CREATE INDEX ON read_models.council_sessions (tenant_id, first_position);
CREATE INDEX ON read_models.trail (tenant_id, stream_id, position);
CREATE INDEX ON read_models.trail (tenant_id, type, position);
CREATE INDEX ON read_models.trail (tenant_id, command_id);
CREATE INDEX ON read_models.trail_streams (tenant_id, unit_id);
CREATE INDEX ON read_models.trail_streams (tenant_id, campaign_id);


-- The unit and everything under it; nothing where the unit is unknown.
CREATE FUNCTION read_models.subtree(p_tenant uuid, p_root text) RETURNS TABLE (unit_id text)
LANGUAGE sql STABLE
AS $$
    WITH RECURSIVE tree (unit_id) AS (
        SELECT u.unit_id FROM read_models.units AS u WHERE u.tenant_id = p_tenant AND u.unit_id = p_root
        UNION
        SELECT below.unit_id
          FROM tree AS above
          JOIN read_models.units AS below ON below.tenant_id = p_tenant AND below.parent_id = above.unit_id
    )
    SELECT tree.unit_id FROM tree
$$;
REVOKE ALL ON FUNCTION read_models.subtree FROM PUBLIC;
GRANT EXECUTE ON FUNCTION read_models.subtree TO thidua_app;


-- Every table is fenced by tenant, also against its owner.
DO $$
DECLARE
    made text;
BEGIN
    FOR made IN SELECT t.tablename FROM pg_tables AS t WHERE t.schemaname = 'read_models'
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
