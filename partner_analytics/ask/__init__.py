"""SQL from outside on one path: a query or a named question, answered by a process of its own."""
