"""What another DuckDB tool that was ended had not yet written into the file of a store: it lies beside it."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

from partner_analytics.store.connection import connect
from partner_analytics.store.faults import foreign_wal, writable


def wal_of(place: Path) -> Path:
    """Where DuckDB keeps what it has not yet written into a database file."""
    return place.with_name(place.name + ".wal")


def take_in_wal(place: Path, path: Path, folder: Path) -> None:
    """Have in the store what another DuckDB tool, ended in between, left beside it; tried on a private copy first.

    Raises
    ------
    StoreError
        If it does not belong to the store.
    """
    wal, trial = wal_of(place), folder / "trial"
    if not os.path.lexists(wal):
        return
    if wal.is_symlink() or not wal.is_file() or not place.exists():
        raise foreign_wal(path)
    with writable(path):
        shutil.copyfile(place, trial)
        shutil.copyfile(wal, wal_of(trial))
    _checkpoint(trial)
    # DuckDB lets what it cannot read lie there.
    if wal_of(trial).exists():
        raise foreign_wal(path)
    _checkpoint(place)
    trial.unlink()


def _checkpoint(place: Path) -> None:
    with closing(connect(place, read_only=False)) as connection:
        connection.execute("checkpoint")
