-- Which records were merged into a person's: asked whenever that person is judged.
CREATE INDEX ON read_models.members (tenant_id, merged_into) WHERE merged_into IS NOT NULL;
