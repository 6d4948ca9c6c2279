-- Reports, reminders and acknowledgements.
SELECT 1;
