"""The vendor's API: credentials in, the exports of a day out, as plain files that are loaded like any others.

Nothing here was checked against a live account. What is known of the API stands in `facts`, with where it comes from.
"""
