-- Which content stood in which line of which load is the table of occurrences.
alter table sightings rename to occurrences;
