-- Clusters: who is in one, its ranking, its elected leader.
SELECT 1;
