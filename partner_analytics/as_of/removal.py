"""A customer, or what is older than a day, taken out of a store; or what that would take."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from html import escape
from pathlib import Path
from typing import Final

import polars as pl

from partner_analytics import store
from partner_analytics.as_of.selection import the_one
from partner_analytics.errors import UsageError

OUTSIDE: Final = (
    "the reports, drafts, calendars, workbooks and copies that were written from this store, and backups of it",
    "mails, and whatever else was made of them",
)
"""What may hold the same, and no ledger knows."""


@dataclass(frozen=True)
class Removal:
    """What was taken out of a store, or would be.

    Parameters
    ----------
    about
        Who or what is meant, in words.
    is_done
        Whether it was taken out.
    rows, refused, answers
        How many stored rows, refused rows, and license answers with an empty list.
    loads
        One row per load whose rows are meant: load_id, file, kind, snapshot_date, accepted, quarantined, answers.
    consequences
        What there is to know before it is done, in sentences.
    files
        The exports that brought it: they lie outside the store, and stay.
    """

    about: str
    is_done: bool
    rows: int
    refused: int
    answers: int
    loads: pl.DataFrame = field(repr=False)
    consequences: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join(self.lines)

    @property
    def lines(self) -> tuple[str, ...]:
        """What was removed and what was not, line by line."""
        verb = "Removed" if self.is_done else "Would remove"
        kinds = self.loads.group_by("kind").agg(pl.col("accepted").sum(), pl.col("snapshot_date").n_unique())
        lines = [
            f"{verb} {self.about}: {_counted(self.rows, 'stored row')}, {_counted(self.refused, 'refused row')}, "
            f"{_counted(self.answers, 'empty license answer')}, of {_counted(self.loads.height, 'load')}."
        ]
        lines += [
            f"  {kind}: {_counted(rows, 'row')} of {_counted(days, 'day')}"
            for kind, rows, days in kinds.sort("kind").rows()
        ]
        lines += self.consequences
        lines += ["Outside the store, and not removed; look there yourself:"]
        lines += [f"  {one}" for one in (*self.files, *OUTSIDE)]
        return tuple(lines)

    def _repr_html_(self) -> str:
        """What a notebook shows: the same, line by line."""
        return f"<pre>{escape(str(self))}</pre>"


def erase(db: Path, customer: str, at: datetime | None) -> Removal:
    """Take a customer out of a store, or say what that would remove.

    Parameters
    ----------
    at
        Now; None to say what would be removed, and do nothing.

    Raises
    ------
    UsageError
        If no customer matches, or several do: they are listed.
    """
    with store.reading(db) as connection:
        known = store.customers_ever(connection)
        customer_id = the_one(customer, known)
    name = known.filter(customer_id=customer_id)["customer_name"][0]
    removed = store.erase_customer(db, customer_id, at)
    about = f"the customer {' '.join(name.split())} ({customer_id})" if name else f"the customer {customer_id}"
    return _removal(about, removed)


def forget(db: Path, before: date, at: datetime | None) -> Removal:
    """Take what is older than a day out of a store, or say what that would remove.

    Parameters
    ----------
    at
        Now; None to say what would be removed, and do nothing.

    Raises
    ------
    UsageError
        If nothing is.
    """
    removed = store.forget_before(db, before, None)
    if removed.loads.is_empty():
        raise UsageError(
            f"The store {db} holds nothing of a day before {before}.",
            'see its days: partner-analytics sql "select distinct snapshot_date from loads"',
        )
    if at is not None:
        removed = store.forget_before(db, before, at)
    return _removal(f"all of days before {before}", removed)


def _removal(about: str, removed: store.Removed) -> Removal:
    consequences = [
        f"Of {kind} no snapshot is left: the newest is of {day}." for kind, day in removed.last_snapshots.iter_rows()
    ]
    consequences += [
        f"The table {name} was not made by partner-analytics, and stays as it is." for name in removed.foreign_tables
    ]
    loads = removed.loads
    return Removal(
        about=about,
        is_done=removed.is_done,
        rows=int(loads["accepted"].sum()),
        refused=int(loads["quarantined"].sum()),
        answers=int(loads["answers"].sum()),
        loads=loads,
        consequences=tuple(consequences),
        files=tuple(dict.fromkeys([*loads["file"], *removed.other_files])),
    )


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("" if count == 1 else "s")
