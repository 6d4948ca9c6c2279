-- The ballot box of a council session.
SELECT 1;
