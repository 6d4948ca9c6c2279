-- Units as they were on a day, and the titles that are held.
SELECT 1;
