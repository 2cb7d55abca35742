"""The demo: an invented portfolio that ships with the package, exported on two days."""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from partner_analytics.errors import PartnerAnalyticsError
from partner_analytics.resources import resource
from partner_analytics.settings import Settings

DEMO_DAY = date(2026, 11, 2)
DEMO_DB = "demo.duckdb"
DEMO_FILES = ("customers.csv", "licenses.csv", "licenses.jsonl", "assistance.csv", "customer_facts.csv")
DEMO_EARLIER_DAY = date(2026, 10, 12)
DEMO_EARLIER_FILES = ("customers.csv", "licenses.csv", "assistance.csv", "customer_facts.csv")


def demo_store() -> Path:
    """A new store with the exports of both days, in a folder that goes when Python ends."""
    # The schemas take a moment to import, and all but loads do without them.
    from partner_analytics import ingest

    folder = Path(tempfile.mkdtemp(prefix="partner-analytics-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    now = datetime.now(UTC).replace(tzinfo=None)
    exports = ((str(file), ingest.Instructions(day, now, Settings())) for file, day in _exports())
    ingest.load(exports, folder / DEMO_DB)
    return folder / DEMO_DB


def is_demo_store(path: Path) -> bool:
    """Whether a store holds the exports of the demo and nothing else. A store with more in it must not be replaced."""
    from partner_analytics import store

    try:
        with store.reading(path) as connection:
            loaded = store.query(connection, "select sha256 from loads")["sha256"]
    except PartnerAnalyticsError:
        return False
    return set(loaded) <= {hashlib.sha256(file.read_bytes()).hexdigest() for file, _ in _exports()}


def _exports() -> tuple[tuple[Path, date], ...]:
    fixtures = resource("data", "fixtures")
    return (
        *((fixtures / "earlier" / name, DEMO_EARLIER_DAY) for name in DEMO_EARLIER_FILES),
        *((fixtures / name, DEMO_DAY) for name in DEMO_FILES),
    )
