"""Figures of snapshot days that are remembered beside the store, so that no day is judged twice.

The file holds numbers only, nothing is lost with it, and what does not fit the store any more is not in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from partner_analytics.safety.seals import is_sealed, read_object, sealed
from partner_analytics.safety.whole_files import write_in_place
from partner_analytics.store.connection import frame_of
from partner_analytics.store.lock import place_of

__all__ = ["contents_by_day", "forget_remembered", "remember", "remembered"]

LOADS = """
    with taken_out as (
        select load_id, list([erasure_id, accepted, answers] order by erasure_id) as rows from erased group by load_id
    )
    select
        loads.snapshot_date,
        cast(
            (load_id, kind, sha256, loaded_at, accepted, replaced_by, taken_out.rows) as varchar
        ) as load
    from loads
    left join replaced using (load_id)
    left join taken_out using (load_id)
    order by loads.snapshot_date, load_id
    """
"""One row per load: what says which rows it has in the store."""


def contents_by_day(connection: duckdb.DuckDBPyConnection) -> dict[date, str]:
    """For each day that was loaded for a hash of all that is known as of it: it is another once anything of that is."""
    loads = (
        frame_of(connection, LOADS).group_by("snapshot_date", maintain_order=True).agg(pl.col("load").str.join("\n"))
    )
    known, hashes = hashlib.sha256(), {}
    for day, said in loads.iter_rows():
        known.update(f"{day}\n{said}\n".encode())
        hashes[day] = known.hexdigest()
    return hashes


def remembered(path: Path) -> dict[str, Any]:
    """What was remembered, by key; nothing where there is no file of ours, or not as it was written."""
    with suppress(OSError):
        said = read_object(_file(path).read_bytes())
        if is_sealed(said) and isinstance(figures := said.get("figures"), dict):
            return figures
    return {}


def remember(path: Path, figures: Mapping[str, Any]) -> None:
    """Remember figures in place of those before; where that cannot be, they are made again another time."""
    file = _file(path)
    with suppress(OSError):
        if not file.exists() or remembered(path):
            write_in_place(file, sealed({"figures": figures}))


def forget_remembered(path: Path) -> None:
    """Remove what was remembered of a store of which something was taken out."""
    with suppress(OSError):
        if remembered(path):
            _file(path).unlink()


def _file(path: Path) -> Path:
    place = place_of(path)
    return place.with_name(f".{place.name}.partner-analytics-trends")
