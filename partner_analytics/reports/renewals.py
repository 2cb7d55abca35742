"""What ends soon, what ended lately, and what of it is renewed."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.reports import wording
from partner_analytics.reports.calendar_text import calendar_text
from partner_analytics.reports.report import Basis, Column, Figure, Words
from partner_analytics.vocabulary import REACTIVATION_DAYS, RENEWAL_DAYS

TITLE: Final = "Renewals"
COLUMNS: Final = (
    Column("customer_name", "Customer", "name"),
    Column("product_name", "Product"),
    Column("model", "Model", "word"),
    Column("quantity", "Quantity", "number"),
    Column("end_date", "Ends on", "day"),
    Column("days_left", "Days left", "number"),
    Column("is_renewed", "Renewed", "flag"),
    Column("license_id", "License", "id"),
    Column("customer_id", "Customer id", "id"),
)
NAMED: Final = 10
"""How many customers that can be unlinked are called by their names."""

RENEWED: Final = (
    "A license counts as renewed when the customer has another paid license of the same product that starts no later than "
    "the day after its end and ends later."
)
UNLINK: Final = (
    f"A customer can be unlinked when each of its licenses, trials included, expired more than {REACTIVATION_DAYS} days ago: "
    "nothing of it can be reactivated any more."
)


def words(frame: pl.DataFrame, basis: Basis, *, unlinkable: pl.DataFrame | None = None) -> Words:
    """The report in words.

    Parameters
    ----------
    unlinkable
        One row per customer that can be unlinked.
    """
    if unlinkable is None:
        unlinkable = pl.DataFrame(schema={"customer_id": pl.String, "customer_name": pl.String})
    is_open, is_trial = pl.col("is_renewed").not_(), pl.col("model") == "trial"
    ends_on = pl.col("days_left") >= 0
    is_paid = is_open & is_trial.not_()
    is_ending, is_ended, is_ending_trial = is_paid & ends_on, is_paid & ends_on.not_(), is_open & is_trial & ends_on
    ending, ended, trials = frame.filter(is_ending), frame.filter(is_ended), frame.filter(is_ending_trial)
    renewed = frame.filter("is_renewed").height
    first, *_, last = RENEWAL_DAYS
    soon = ending.filter(pl.col("days_left") <= first).height
    headline = (
        f"{wording.count(ending.height, 'paid license')} {wording.verb(ending.height, 'ends', 'end')} within {last} days and "
        f"{wording.verb(ending.height, 'is', 'are')} not renewed, {soon:,} of them within {first} days; {ended.height:,} "
        f"ended in the last {REACTIVATION_DAYS} days and can still be reactivated."
        if frame.height
        else f"No license ends within {last} days of {basis.as_of.isoformat()} or ended in the {REACTIVATION_DAYS} days "
        "before it, so there is nothing to report."
    )
    windows = zip((0, *(days + 1 for days in RENEWAL_DAYS)), RENEWAL_DAYS, strict=False)
    figures = (
        *(
            Figure(
                f"Ends within {until} days" if not since else f"In {since} to {until} days",
                f"{ending.filter(pl.col('days_left').is_between(since, until)).height:,}",
                "plain" if since else "warning",
                "paid licenses, not renewed",
                is_ending & pl.col("days_left").is_between(since, until),
            )
            for since, until in windows
        ),
        Figure("Can be reactivated", f"{ended.height:,}", "bad", f"paid licenses that ended in the last {REACTIVATION_DAYS} "
               "days, not renewed", is_ended),
        Figure("Trials ending", f"{trials.height:,}", "plain", f"within {last} days, with no paid license to follow",
               is_ending_trial),
        Figure("Renewed already", f"{renewed:,}", "good", "licenses that another one follows", pl.col("is_renewed")),
    )  # fmt: skip
    return Words(
        headline,
        figures,
        (wording.SNAPSHOTS, wording.INCLUSIVE_END, RENEWED, UNLINK, wording.MODELS, wording.ACCOUNT_TYPES),
        (
            *_unlinkable(unlinkable),
            *wording.caveats(basis, kinds=("customers", "licenses"), with_products=False),
        ),
        # Those that are renewed need nothing more: they stand apart, after the others.
        table=frame.sort("is_renewed", maintain_order=True),
        further={"unlinkable_customers": unlinkable},
    )


def _unlinkable(customers: pl.DataFrame) -> tuple[str, ...]:
    if customers.is_empty():
        return ()
    names = customers["customer_name"].head(NAMED).str.replace_all(r"[\s\p{C}]+", " ").to_list()
    more = customers.height - len(names)
    return (
        f"{wording.count(customers.height, 'customer')} can be unlinked, since nothing of theirs can be reactivated any more: "
        + "; ".join(names)
        + (f"; and {more:,} more, in unlinkable_customers.csv." if more else "."),
    )


def calendar(frame: pl.DataFrame, basis: Basis) -> str:
    """The renewals as a calendar: one entry a license, on the last day on which it is valid."""
    is_trial = pl.col("model") == "trial"
    kind = (
        pl.when("is_renewed").then(pl.lit("Renewed")).when(is_trial).then(pl.lit("Trial")).otherwise(pl.lit("Renewal"))
    )
    verb = (
        pl.when("is_renewed")
        .then(pl.lit("Ends, and is renewed: "))
        .when(is_trial)
        .then(pl.lit("Trial ends: "))
        .otherwise(pl.lit("Ends: "))
    )
    seats = pl.when(pl.col("quantity").is_not_null()).then(
        pl.concat_str(pl.lit(", quantity "), pl.col("quantity").cast(pl.String))
    )
    events = frame.select(
        pl.concat_str("license_id", pl.lit("."), "customer_id", pl.lit("@partner-analytics")).alias("uid"),
        pl.col("end_date").alias("day"),
        pl.concat_str(verb, "customer_name", pl.lit(", "), "product_name", seats.fill_null("")).alias("summary"),
        pl.concat_str(
            pl.lit("Last day of license "),
            "license_id",
            pl.lit(" ("),
            pl.col("model").str.replace_all("_", " ", literal=True),
            pl.lit("), product "),
            "product_code",
            pl.lit(", customer id "),
            "customer_id",
            pl.lit(f". As known on {basis.as_of.isoformat()}."),
        ).alias("description"),
        kind.alias("category"),
    )
    return calendar_text(events, basis.as_of, f"Nothing ends within {max(RENEWAL_DAYS)} days.")
