"""How many seats each customer has of each product, and how many are used."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.charts import license_positions as chart
from partner_analytics.languages import count, number, say, verb
from partner_analytics.reports import wording
from partner_analytics.reports.content import Column, Figure, Words
from partner_analytics.reports.definition import Definition, Known

COLUMNS: Final = (
    Column("customer_name", "Customer", "name"),
    Column("product_name", "Product"),
    Column("model", "Model", "word"),
    Column("seats", "Seats", "number"),
    Column("is_unlimited", "Unlimited", "flag"),
    Column("used", "Used", "number"),
    Column("over_used_by", "Over-used by", "number"),
    Column("unused", "Unused", "number"),
    Column("product_code", "Product code", "id"),
    Column("customer_id", "Customer id", "id"),
)


def words(frame: pl.DataFrame, known: Known) -> Words:
    """The report in words."""
    basis = known.basis
    total = frame.height
    is_unlimited = pl.col("is_unlimited").fill_null(False)
    rows = {
        "all": pl.lit(value=True),
        "over": pl.col("over_used_by") > 0,
        "unused": pl.col("unused") > 0,
        "exact": (pl.col("over_used_by") == 0) & (pl.col("unused") == 0),
        "unlimited": is_unlimited,
        "unclear": pl.col("over_used_by").is_null() & is_unlimited.not_(),
    }
    row = frame.select(
        *(is_one.sum().alias(name) for name, is_one in rows.items()),
        over_seats=pl.col("over_used_by").sum(),
        unused_seats=pl.col("unused").sum(),
    ).row(0, named=True)
    of = {name: int(value or 0) for name, value in row.items()}
    customers = frame["customer_id"].n_unique()
    headline = say("No license is in force as of {day}, so there are no seats to report.", day=basis.as_of)
    if total:
        headline = say(
            "{over} of {positions} {use} more than the seats bought ({over_seats} over), {unused} {have} unused seats "
            "({unused_seats} unused), and for {unclear} seats or usage are not known.",
            over=of["over"],
            positions=count(total, "license position"),
            use=verb(of["over"], "uses", "use"),
            over_seats=of["over_seats"],
            unused=of["unused"],
            have=verb(of["unused"], "has", "have"),
            unused_seats=of["unused_seats"],
            unclear=of["unclear"],
        )
    figures = (
        Figure(say("Positions"), number(total), "plain", say("customer, product and model; {customers}",
               customers=count(customers, "customer")), rows["all"]),
        Figure(say("Over-used"), number(of["over"]), "bad", say("positions, by {seats} together",
               seats=count(of["over_seats"], "seat")), rows["over"]),
        Figure(say("Unused seats"), number(of["unused"]), "warning", say("positions with {seats} unused together",
               seats=count(of["unused_seats"], "seat", dative=True)), rows["unused"]),
        Figure(say("Exactly used"), number(of["exact"]), "good", say("positions that use just the seats they have"), rows["exact"]),
        Figure(say("Unlimited"), number(of["unlimited"]), "plain", say("positions without a limit of seats"), rows["unlimited"]),
        Figure(say("Not known"), number(of["unclear"]), "unknown", say("positions whose seats or usage are not reported"),
               rows["unclear"]),
    )  # fmt: skip
    assumptions = (
        wording.SNAPSHOTS,
        wording.LARGEST_USE,
        wording.MODELS,
        wording.ACCOUNT_TYPES,
        wording.INCLUSIVE_END,
    )
    return Words(
        headline,
        figures,
        assumptions,
        wording.caveats(basis, kinds=("customers", "licenses"), with_products=True),
    )


DEFINITION: Final = Definition(
    "license_positions",
    "Seats and usage",
    "license_positions",
    COLUMNS,
    words,
    chart.LOOK,
    short="Seats",
)
