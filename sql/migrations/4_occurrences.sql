-- Which content stood in which line of which load is the table of occurrences.
alter table sightings rename to occurrences;
-- A column of a day has no name of a text's.
alter table erasures rename column before to forgotten_before;
