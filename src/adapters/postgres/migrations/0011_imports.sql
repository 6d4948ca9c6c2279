-- Workbooks that were imported.
SELECT 1;
