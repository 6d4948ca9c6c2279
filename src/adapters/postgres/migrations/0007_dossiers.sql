-- Parts of a dossier, concurrences and complaints.
SELECT 1;
