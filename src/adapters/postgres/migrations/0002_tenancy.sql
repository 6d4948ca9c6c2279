-- Tenants, credentials, wrapped keys.
--
-- Run by migrate.py as the owner, as 0001 says. Platform tables: tenants and credentials, written by the owner alone
-- and read by the server through functions, since who asks is not known before its credential is found. tenant_keys and
-- subject_keys are a tenant's own. Every table is fenced, also against its owner, who names the tenant that it writes.

CREATE TABLE thidua.tenants (
    tenant_id      uuid        NOT NULL PRIMARY KEY,
    handle         text        COLLATE "C" NOT NULL UNIQUE
                               CHECK (handle ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(handle) <= 64),
    name           text        NOT NULL CHECK (length(name) BETWEEN 1 AND 500),
    status         text        NOT NULL DEFAULT 'provisioning' CHECK (status IN ('provisioning', 'active', 'closed')),
    applied_digest bytea       CHECK (length(applied_digest) = 32),  -- SHA-256 of the file that was applied last.
    created_at     timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE thidua.credentials (
    tenant_id     uuid        NOT NULL REFERENCES thidua.tenants,
    credential_id uuid        NOT NULL,
    key_hash      bytea       NOT NULL UNIQUE CHECK (length(key_hash) = 32),  -- SHA-256 of a key of 256 random bits.
    role          text        NOT NULL CHECK (role <> 'system'),  -- The platform's own role needs no key.
    unit_id       uuid,
    actor         text        NOT NULL CHECK (length(actor) BETWEEN 1 AND 500),
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    revoked_at    timestamptz,
    PRIMARY KEY (tenant_id, credential_id)
);

CREATE TABLE thidua.tenant_keys (
    tenant_id  uuid        NOT NULL PRIMARY KEY REFERENCES thidua.tenants,
    wrapped    bytea       NOT NULL,
    master_id  bytea       NOT NULL,  -- Names the master key that wrapped it.
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- A destroyed key leaves its row behind as a tombstone, so that no second key is made for an erased person.
CREATE TABLE thidua.subject_keys (
    tenant_id    uuid        NOT NULL,
    subject      text        COLLATE "C" NOT NULL CHECK (length(subject) BETWEEN 1 AND 200),
    wrapped      bytea,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    destroyed_at timestamptz,
    PRIMARY KEY (tenant_id, subject),
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);

ALTER TABLE thidua.tenants      ENABLE ROW LEVEL SECURITY;
ALTER TABLE thidua.tenants      FORCE  ROW LEVEL SECURITY;
ALTER TABLE thidua.credentials  ENABLE ROW LEVEL SECURITY;
ALTER TABLE thidua.credentials  FORCE  ROW LEVEL SECURITY;
ALTER TABLE thidua.tenant_keys  ENABLE ROW LEVEL SECURITY;
ALTER TABLE thidua.tenant_keys  FORCE  ROW LEVEL SECURITY;
ALTER TABLE thidua.subject_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE thidua.subject_keys FORCE  ROW LEVEL SECURITY;

CREATE POLICY of_tenant ON thidua.tenants
    USING (tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY of_tenant ON thidua.credentials
    USING (tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY of_tenant ON thidua.tenant_keys
    USING (tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY of_tenant ON thidua.subject_keys FOR SELECT
    USING (tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY made_by_tenant ON thidua.subject_keys FOR INSERT
    WITH CHECK (tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid);
-- The one change there is: a living key is destroyed. No role brings one back, or puts another in its place.
CREATE POLICY destroyed_by_tenant ON thidua.subject_keys FOR UPDATE
    USING (tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid AND wrapped IS NOT NULL)
    WITH CHECK (tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid AND wrapped IS NULL);
-- For the functions below that are asked before a tenant is known, or about all of them.
CREATE POLICY of_writer ON thidua.tenants     FOR SELECT TO thidua_writer USING (true);
CREATE POLICY of_writer ON thidua.credentials FOR SELECT TO thidua_writer USING (true);
CREATE POLICY of_writer ON thidua.tenant_keys FOR SELECT TO thidua_writer USING (true);

GRANT SELECT ON thidua.tenants, thidua.credentials, thidua.tenant_keys TO thidua_writer;
-- All but the hash.
GRANT SELECT (tenant_id, credential_id, role, unit_id, actor, created_at, revoked_at) ON thidua.credentials
    TO thidua_app;
GRANT SELECT, INSERT ON thidua.tenant_keys, thidua.subject_keys TO thidua_app;
GRANT UPDATE (wrapped, destroyed_at) ON thidua.subject_keys TO thidua_app;


-- Whose key this is, as long as it is neither revoked nor of a tenant that is not active.
CREATE FUNCTION thidua.credential_of(p_key_hash bytea)
RETURNS TABLE (tenant_id uuid, credential_id uuid, role text, unit_id uuid, actor text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT c.tenant_id, c.credential_id, c.role, c.unit_id, c.actor
      FROM thidua.credentials AS c
      JOIN thidua.tenants AS t ON t.tenant_id = c.tenant_id
     WHERE c.key_hash = p_key_hash AND c.revoked_at IS NULL AND t.status = 'active'
$$;

CREATE FUNCTION thidua.all_tenants() RETURNS SETOF thidua.tenants
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT t.* FROM thidua.tenants AS t ORDER BY t.handle $$;

CREATE FUNCTION thidua.master_key_ids() RETURNS TABLE (master_id bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT DISTINCT k.master_id FROM thidua.tenant_keys AS k $$;


-- The rest runs as its caller, fenced: one round trip, in a transaction of the call's own.
CREATE FUNCTION thidua.credentials_of(p_tenant uuid)
RETURNS TABLE (credential_id uuid, role text, unit_id uuid, actor text, created_at timestamptz, revoked_at timestamptz)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM set_config('app.tenant', p_tenant::text, true);
    RETURN QUERY SELECT c.credential_id, c.role, c.unit_id, c.actor, c.created_at, c.revoked_at
                   FROM thidua.credentials AS c
                  WHERE c.tenant_id = p_tenant
                  ORDER BY c.created_at, c.credential_id;
END
$$;

-- Each looks again after its insert, in a statement of its own: only that sees what another process has committed.
CREATE FUNCTION thidua.keep_tenant_key(p_tenant uuid, p_wrapped bytea, p_master_id bytea)
RETURNS TABLE (wrapped bytea, master_id bytea)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM set_config('app.tenant', p_tenant::text, true);
    IF NOT EXISTS (SELECT 1 FROM thidua.tenant_keys AS k WHERE k.tenant_id = p_tenant) THEN
        INSERT INTO thidua.tenant_keys (tenant_id, wrapped, master_id) VALUES (p_tenant, p_wrapped, p_master_id)
            ON CONFLICT DO NOTHING;
    END IF;
    RETURN QUERY SELECT k.wrapped, k.master_id FROM thidua.tenant_keys AS k WHERE k.tenant_id = p_tenant;
END
$$;

CREATE FUNCTION thidua.keep_subject_key(p_tenant uuid, p_subject text, p_wrapped bytea) RETURNS bytea
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM set_config('app.tenant', p_tenant::text, true);
    IF NOT EXISTS (SELECT 1 FROM thidua.subject_keys AS k WHERE k.tenant_id = p_tenant AND k.subject = p_subject) THEN
        INSERT INTO thidua.subject_keys (tenant_id, subject, wrapped) VALUES (p_tenant, p_subject, p_wrapped)
            ON CONFLICT DO NOTHING;
    END IF;
    RETURN (SELECT k.wrapped FROM thidua.subject_keys AS k WHERE k.tenant_id = p_tenant AND k.subject = p_subject);
END
$$;

CREATE FUNCTION thidua.subject_keys_of(p_tenant uuid, p_subjects text[]) RETURNS TABLE (subject text, wrapped bytea)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM set_config('app.tenant', p_tenant::text, true);
    RETURN QUERY SELECT k.subject, k.wrapped FROM thidua.subject_keys AS k
                  WHERE k.tenant_id = p_tenant AND k.subject = ANY (p_subjects);
END
$$;

CREATE FUNCTION thidua.destroy_subject_key(p_tenant uuid, p_subject text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM set_config('app.tenant', p_tenant::text, true);
    INSERT INTO thidua.subject_keys (tenant_id, subject, destroyed_at) VALUES (p_tenant, p_subject, clock_timestamp())
        ON CONFLICT DO NOTHING;
    UPDATE thidua.subject_keys AS k SET wrapped = NULL, destroyed_at = clock_timestamp()
     WHERE k.tenant_id = p_tenant AND k.subject = p_subject AND k.wrapped IS NOT NULL;
END
$$;


REVOKE ALL ON FUNCTION
    thidua.credential_of, thidua.all_tenants, thidua.master_key_ids, thidua.credentials_of, thidua.keep_tenant_key,
    thidua.keep_subject_key, thidua.subject_keys_of, thidua.destroy_subject_key
    FROM PUBLIC;
ALTER FUNCTION thidua.credential_of  OWNER TO thidua_writer;
ALTER FUNCTION thidua.all_tenants    OWNER TO thidua_writer;
ALTER FUNCTION thidua.master_key_ids OWNER TO thidua_writer;
GRANT EXECUTE ON FUNCTION
    thidua.credential_of, thidua.all_tenants, thidua.master_key_ids, thidua.credentials_of, thidua.keep_tenant_key,
    thidua.keep_subject_key, thidua.subject_keys_of, thidua.destroy_subject_key
    TO thidua_app;
-- After the change of owner: the writer grants, the owner acting for it.
GRANT EXECUTE ON FUNCTION thidua.all_tenants TO CURRENT_USER;
