"""The customers, each in one row, and what to do next."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.reports import wording
from partner_analytics.reports.report import Basis, Column, Figure, Toggle, Words
from partner_analytics.vocabulary import TO_DOS

TITLE: Final = "Customers"
COLUMNS: Final = (
    Column("customer_name", "Customer", "name"),
    Column("to_do", "What to do next", "to_do"),
    Column("cover", "Protection", "cover"),
    Column("next_end_on", "Next end", "day"),
    Column("days_left", "Days left", "number"),
    Column("account_type", "Account", "word"),
    Column("mix", "Models", "word"),
    Column("assistance", "Assistance", "badge"),
    Column("account_manager", "Account manager", "person"),
)
MY_PROTECTION: Final = Toggle(
    "Show my protection only",
    pl.any_horizontal(pl.col(f"{word}_in").is_not_null() for word in ("active", "expiring", "trial")),
    "all but active, expiring and trial, category by category",
)
ORDER: Final = (
    "What to do next is the first that applies: reactivate what ended at most 60 days ago; renew what is expiring; convert a trial that "
    "is about to end; win back whoever has nothing in force; offer protection to whoever has no license; export licenses "
    "that nobody looked at; check licenses without an end date; check Partner Assistance that should be on; add seats "
    "where more are used; check cover that is paid for twice; ask for Partner Assistance. Within one of these, the "
    "earliest day comes first."
)


def words(frame: pl.DataFrame, basis: Basis) -> Words:
    """The report in words."""
    total = frame.height
    found = dict(frame.group_by("to_do").len().iter_rows())
    of = {word: int(found.get(word, 0)) for word in TO_DOS}
    busy, unclear = total - of["nothing"], of["export_licenses"] + of["check_end_dates"]
    lost, assistance = of["win_back"] + of["offer_protection"], of["check_assistance"] + of["ask_for_assistance"]
    later = of["check_assistance"] + of["add_seats"] + of["check_double_cover"] + of["ask_for_assistance"]
    headline = wording.nobody(basis)
    if total:
        headline = (
            f"{busy:,} of {wording.count(total, 'customer')} {wording.verb(busy, 'needs', 'need')} something done: "
            f"{of['reactivate']:,} to reactivate, {of['renew']:,} to renew, "
            f"{of['convert_trial']:,} with a trial to convert, {lost:,} without protection, "
            f"{unclear:,} of which too little is known, and {later:,} with what is less urgent."
        )
    figures = (
        _figure("To reactivate", of["reactivate"], "bad", _first_day(frame, "reactivate"), "reactivate"),
        _figure("To renew", of["renew"], "warning", _first_day(frame, "renew"), "renew"),
        _figure("Trials to convert", of["convert_trial"], "warning", _first_day(frame, "convert_trial"), "convert_trial"),
        _figure("Without protection", lost, "bad", f"{of['win_back']:,} to win back, {of['offer_protection']:,} without any license", "win_back", "offer_protection"),
        _figure("Not known", unclear, "unknown", "licenses that were not exported, or have no end date", "export_licenses", "check_end_dates"),
        _figure("Nothing to do", of["nothing"], "good", f"{wording.share(of['nothing'], total)} of customers; {assistance:,} more are only about Partner Assistance", "nothing"),
    )  # fmt: skip
    assumptions = (ORDER, wording.SNAPSHOTS, wording.ALL_EVIDENCE, wording.INCLUSIVE_END, wording.CATEGORIES)
    caveats = wording.caveats(basis, kinds=("customers", "licenses", "assistance"), with_products=True)
    return Words(headline, figures, assumptions, caveats, MY_PROTECTION)


def _figure(label: str, number: int, tone: str, note: str, *to_dos: str) -> Figure:
    return Figure(label, f"{number:,}", tone, note, pl.col("to_do").is_in(to_dos))


def _first_day(frame: pl.DataFrame, to_do: str) -> str:
    day = frame.filter(to_do=to_do)["act_by"].min()
    return f"first by {day!s}" if day is not None else "none as of this day"
