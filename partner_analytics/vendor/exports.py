"""What the files of a pull are called, for who writes them and for who loads them."""

from __future__ import annotations

from typing import Final

__all__ = ["ASSISTANCE", "CUSTOMERS", "EXPORTS", "LICENSES", "REPORT"]

CUSTOMERS: Final = "customers.jsonl"
LICENSES: Final = "licenses.jsonl"
ASSISTANCE: Final = "assistance.csv"

EXPORTS: Final = (CUSTOMERS, LICENSES, ASSISTANCE)
"""The exports of a day, in the order in which they are loaded."""

REPORT: Final = "pull.json"
"""What the pull says of them."""
