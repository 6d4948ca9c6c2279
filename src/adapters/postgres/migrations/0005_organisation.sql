-- Units as they were on a day, and the titles that are held.

-- A merged unit is a closed child of the one that goes on in its place.
ALTER TABLE read_models.units ADD COLUMN merged_into text COLLATE "C";
CREATE INDEX ON read_models.units (tenant_id, merged_into) WHERE merged_into IS NOT NULL;

-- unit-history
CREATE TABLE read_models.unit_changes (
    tenant_id uuid NOT NULL,
    unit_id   text COLLATE "C" NOT NULL,
    kind      text COLLATE "C" NOT NULL,
    position  bigint NOT NULL,
    since     date,
    value     text,
    PRIMARY KEY (tenant_id, unit_id, kind, position)
);

-- titles-held
CREATE TABLE read_models.titles_held (
    tenant_id       uuid NOT NULL,
    held_id         text COLLATE "C" NOT NULL,
    person_id       text COLLATE "C",
    unit_id         text COLLATE "C",
    title           text,
    title_name      text,
    year            integer,
    scheme          text,
    level           text,
    source          text,
    state           text,
    issuer          text,
    decision_kind   text,
    decision_number text,
    decision_issued text,
    decision_title  text,
    ended_by        text,
    reason          text,
    first_position  bigint,
    version         bigint,
    position        bigint,
    PRIMARY KEY (tenant_id, held_id)
);
CREATE INDEX ON read_models.titles_held (tenant_id, first_position);
CREATE INDEX ON read_models.titles_held (tenant_id, unit_id);
CREATE INDEX ON read_models.titles_held (tenant_id, person_id) WHERE person_id IS NOT NULL;


-- What a unit's last change of a kind, up to a day, says. Of two for one day, the later entry.
CREATE FUNCTION read_models.unit_change_on(p_tenant uuid, p_unit text, p_kind text, p_day date)
RETURNS TABLE (since date, value text)
LANGUAGE sql STABLE
AS $$
    SELECT c.since, c.value
      FROM read_models.unit_changes AS c
     WHERE c.tenant_id = p_tenant AND c.unit_id = p_unit AND c.kind = p_kind AND c.since <= p_day
     ORDER BY c.since DESC, c.position DESC
     LIMIT 1
$$;

-- The units that there were on a day, as they were then.
CREATE FUNCTION read_models.units_on(p_tenant uuid, p_day date) RETURNS TABLE (
    tenant_id uuid, unit_id text, code text, name text, level text, parent_id text, parent_since date, sector text,
    has_union boolean, union_since date, cluster text, established_on date, dissolved_on date, merged_into text,
    first_position bigint, version bigint, "position" bigint
)
LANGUAGE sql STABLE
AS $$
    SELECT u.tenant_id, u.unit_id, u.code, n.value, u.level, p.value, p.since, s.value,
           coalesce(u.union_since <= p_day, false), CASE WHEN u.union_since <= p_day THEN u.union_since END,
           u.cluster, u.established_on, NULL::date, NULL::text, u.first_position, u.version, u.position
      FROM read_models.units AS u
      CROSS JOIN LATERAL read_models.unit_change_on(p_tenant, u.unit_id, 'name', p_day) AS n
      CROSS JOIN LATERAL read_models.unit_change_on(p_tenant, u.unit_id, 'sector', p_day) AS s
      CROSS JOIN LATERAL read_models.unit_change_on(p_tenant, u.unit_id, 'parent', p_day) AS p
     WHERE u.tenant_id = p_tenant AND u.established_on <= p_day
       AND (u.dissolved_on IS NULL OR u.dissolved_on > p_day)
$$;

-- The unit and everything that lay under it on a day; nothing where there was no such unit.
CREATE FUNCTION read_models.subtree_on(p_tenant uuid, p_root text, p_day date) RETURNS TABLE (unit_id text)
LANGUAGE sql STABLE
AS $$
    WITH RECURSIVE existing AS MATERIALIZED (
        SELECT u.unit_id, u.parent_id FROM read_models.units_on(p_tenant, p_day) AS u
    ), tree (unit_id) AS (
        SELECT e.unit_id FROM existing AS e WHERE e.unit_id = p_root
        UNION
        SELECT below.unit_id FROM tree AS above JOIN existing AS below ON below.parent_id = above.unit_id
    )
    SELECT tree.unit_id FROM tree
$$;

-- The unit, those that were merged into it, those that were merged into these, and so on.
CREATE FUNCTION read_models.predecessors(p_tenant uuid, p_unit text) RETURNS TABLE (unit_id text)
LANGUAGE sql STABLE
AS $$
    WITH RECURSIVE line (unit_id) AS (
        SELECT p_unit COLLATE "C"
        UNION
        SELECT u.unit_id
          FROM line JOIN read_models.units AS u ON u.tenant_id = p_tenant AND u.merged_into = line.unit_id
    )
    SELECT line.unit_id FROM line
$$;

-- The person's record, those that were merged into it, and so on.
CREATE FUNCTION read_models.records_of(p_tenant uuid, p_person text) RETURNS TABLE (person_id text)
LANGUAGE sql STABLE
AS $$
    WITH RECURSIVE line (person_id) AS (
        SELECT p_person COLLATE "C"
        UNION
        SELECT m.person_id
          FROM line JOIN read_models.members AS m ON m.tenant_id = p_tenant AND m.merged_into = line.person_id
    )
    SELECT line.person_id FROM line
$$;

DO $$
DECLARE
    made text;
BEGIN
    FOREACH made IN ARRAY ARRAY['unit_change_on', 'units_on', 'subtree_on', 'predecessors', 'records_of']
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION read_models.%I FROM PUBLIC', made);
        EXECUTE format('GRANT EXECUTE ON FUNCTION read_models.%I TO thidua_app', made);
    END LOOP;
    FOREACH made IN ARRAY ARRAY['unit_changes', 'titles_held']
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
