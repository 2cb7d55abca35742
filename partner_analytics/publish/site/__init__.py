"""The page: its customers, their cards and the work lists."""
