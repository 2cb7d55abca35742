"""What another DuckDB tool that was ended had not yet written into the file of a store: it lies beside it."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

import duckdb

from partner_analytics.store.connection import connect
from partner_analytics.store.faults import foreign_wal, writable


def wal_of(place: Path) -> Path:
    """Where DuckDB keeps what it has not yet written into a database file."""
    return place.with_name(place.name + ".wal")


def belongs(place: Path, path: Path, folder: Path) -> bool:
    """Whether what lies beside a store, if anything does, is a part of it: tried on a copy in a private folder."""
    wal, trial = wal_of(place), folder / "trial"
    if not os.path.lexists(wal):
        return True
    if wal.is_symlink() or not wal.is_file() or not place.exists():
        return False
    with writable(path):
        shutil.copyfile(place, trial)
        shutil.copyfile(wal, wal_of(trial))
    try:
        _checkpoint(trial)
    except duckdb.IOException as error:
        if "WAL" in str(error):
            return False
        raise
    # DuckDB lets what it cannot read lie there.
    is_taken_in = not wal_of(trial).exists()
    trial.unlink()
    return is_taken_in


def take_in_wal(place: Path, path: Path, folder: Path) -> None:
    """Have in the store what another DuckDB tool, ended in between, left beside it.

    Raises
    ------
    StoreError
        If it does not belong to the store.
    """
    if not belongs(place, path, folder):
        raise foreign_wal(path)
    if os.path.lexists(wal_of(place)):
        # DuckDB does this as safely as we put a copy into its place.
        _checkpoint(place)


def _checkpoint(place: Path) -> None:
    with closing(connect(place, read_only=False)) as connection:
        connection.execute("checkpoint")
