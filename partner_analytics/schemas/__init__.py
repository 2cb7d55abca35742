"""What valid data is: one record a kind in `kinds.py`, and the rows that are not valid, each with its reason in words."""
