-- Kept for changes to the append function; this number is taken so that numbers have no gaps.
SELECT;
