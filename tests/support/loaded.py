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
    """A store with these exports, loaded at once."""
    db = folder / "partner.duckdb"
    written = list(write_exports(exports, folder / "exports"))
    instructions = (ingest.Instructions(day, datetime(2026, 11, 2), Settings()) for _, _, day in written)
    files = [(str(file), of) for (file, _, _), of in zip(written, instructions, strict=True)]
    accounted, errors = ingest.load(files, db)
    assert errors == ()
    assert [accounting.kind for accounting in accounted] == [kind for _, kind, _ in written]
    assert not any(accounting.quarantined + accounting.duplicates for accounting in accounted)
    return Portfolio.open(db)
