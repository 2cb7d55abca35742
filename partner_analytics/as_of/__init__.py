"""All that is known as of a day: state, comparison with another day, selection of customers, checks."""
