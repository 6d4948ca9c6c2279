-- Electronic ballots of council sessions.
--
-- What is voted never enters the log. A session's box is ONE row, written anew as a whole with each ballot and each
-- paper that is taken, so that no table, dump or backup holds ballots in the order in which they came: what is in it is
-- sorted by what was drawn at random, and sealed with keys of this box alone, which are destroyed once the sums are in
-- the log. There is no time of a ballot, no actor and no request here.

ALTER TABLE read_models.council_sessions ADD COLUMN ballot text NOT NULL DEFAULT 'minutes';

CREATE SCHEMA ballots;
GRANT USAGE ON SCHEMA ballots TO thidua_app, thidua_writer;

-- `keys` (the papers' private keys), `seats` (hashes of codes, and of what each seat had signed) and `content` (the
-- ballots) are sealed by the vault. `papers` is what the log says of them too.
CREATE TABLE ballots.boxes (
    tenant_id  uuid        NOT NULL,
    session_id uuid        NOT NULL,
    papers     bytea       NOT NULL,
    keys       text        NOT NULL,
    seats      text        NOT NULL,
    content    text        NOT NULL,
    closes_at  timestamptz NOT NULL,
    state      text        NOT NULL DEFAULT 'made' CHECK (state IN ('made', 'open', 'closed')),
    PRIMARY KEY (tenant_id, session_id)
);

-- Fenced by tenant, also against its owner.
ALTER TABLE ballots.boxes ENABLE ROW LEVEL SECURITY;
ALTER TABLE ballots.boxes FORCE  ROW LEVEL SECURITY;
CREATE POLICY of_tenant ON ballots.boxes
    USING (tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY of_writer ON ballots.boxes FOR SELECT TO thidua_writer USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON ballots.boxes TO thidua_app;
GRANT SELECT (tenant_id, session_id, state) ON ballots.boxes TO thidua_writer;

-- A voter has no key to the platform, so the session says whose it is; asked before a tenant is known. One session's
-- id under two tenants is nobody's: ids are drawn by the server.
CREATE FUNCTION ballots.tenant_of(p_session uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT (array_agg(b.tenant_id))[1] FROM ballots.boxes AS b
     WHERE b.session_id = p_session AND b.state <> 'made' HAVING count(*) = 1
$$;
REVOKE ALL ON FUNCTION ballots.tenant_of FROM PUBLIC;
GRANT CREATE ON SCHEMA ballots TO thidua_writer;
ALTER FUNCTION ballots.tenant_of OWNER TO thidua_writer;
REVOKE CREATE ON SCHEMA ballots FROM thidua_writer;
GRANT EXECUTE ON FUNCTION ballots.tenant_of TO thidua_app;
