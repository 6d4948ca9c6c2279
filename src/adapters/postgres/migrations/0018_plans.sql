-- The plans of what read models ask all day are kept, as those of the log's functions are: the arrays of each call were
-- taken for a reason to plan anew, which was half of what it cost to recall what a few streams had come to.
--
-- Run by migrate.py as the owner, as 0001 says.

ALTER FUNCTION read_models.earlier_events SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION read_models.positions SET plan_cache_mode = force_generic_plan;
