"""The demo: an invented portfolio that ships with the package, exported on two days."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from partner_analytics.resources import resource
from partner_analytics.settings import Settings

DEMO_DAY = date(2026, 11, 2)
DEMO_DB = "demo.duckdb"
DEMO_FILES = ("customers.csv", "licenses.csv", "licenses.jsonl", "assistance.csv", "customer_facts.csv")
DEMO_EARLIER_DAY = date(2026, 10, 12)
DEMO_EARLIER_FILES = ("customers.csv", "licenses.csv", "assistance.csv", "customer_facts.csv")


def load_demo(db: Path) -> None:
    """Load the exports of both days into a store, which is made."""
    # The schemas take a moment to import, and all but loads do without them.
    from partner_analytics import ingest

    now = datetime.now(UTC).replace(tzinfo=None)
    fixtures = resource("data", "fixtures")
    files = (
        *((fixtures / "earlier" / name, DEMO_EARLIER_DAY) for name in DEMO_EARLIER_FILES),
        *((fixtures / name, DEMO_DAY) for name in DEMO_FILES),
    )
    ingest.load(((str(file), ingest.Instructions(day, now, Settings())) for file, day in files), db)
