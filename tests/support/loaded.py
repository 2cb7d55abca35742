"""A store with the exports of a portfolio made up."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from partner_analytics import Portfolio, ingest
from partner_analytics.as_of.state import catalogue
from partner_analytics.settings import Settings
from tests.spec.reference import rules
from tests.spec.reference.portfolios import write_exports

CATALOGUE = {code: (name, tuple(categories)) for code, name, categories in catalogue(Settings()).iter_rows()}


def loaded(exports: rules.Exports, folder: Path) -> Portfolio:
    """A store with these exports, loaded file by file."""
    db = folder / "partner.duckdb"
    for file, kind, day in write_exports(exports, folder / "exports"):
        (accounting,), _ = ingest.load([(str(file), ingest.Instructions(day, datetime(2026, 11, 2), Settings()))], db)
        assert accounting.kind == kind
        assert accounting.quarantined == accounting.duplicates == 0
    return Portfolio.open(db)
