"""A report as HTML: its section, the cells of its table, and its sources."""
