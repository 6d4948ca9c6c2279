-- Child campaigns, works with plaques, exemplary models.
SELECT 1;
