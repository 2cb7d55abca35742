"""Each change as a plain sentence, with what was before and what is after."""

from __future__ import annotations

from typing import Final

import polars as pl

NOTHING: Final = "none"

SENTENCES: Final = {
    "customer_new": "New customer.",
    "customer_gone": "Gone: the customer export has it no longer.",
    "customer_renamed": "Renamed from {before} to {after}.",
    "account_type_changed": "Account type changed from {before} to {after}.",
    "assistance_changed": "Partner Assistance went from {before} to {after}.",
    "licenses_not_seen": "Its licenses were not exported this time. Nobody looked; that does not mean that they are gone.",
    "licenses_first_seen": "Its licenses were exported this time, and not the time before.",
    "model_changed": "{product} went from {before} to {after}.",
    "license_renewed": "{product} is renewed: its end was {before}, and now {ends}.",
    "license_ended_early": "{product} ended early, on {after}; it was to end on {before}.",
    "license_expired": "{product} ({before}) has expired.",
    "license_started": "{product} ({after}) has started.",
    "license_new": "New license of {product} ({after}).",
    "license_gone": "A license of {product} ({before}) is no longer in the export.",
    "product_changed": "The product of a license changed from {before} to {after}.",
    "quantity_changed": "The quantity of {product} changed from {before} to {after}.",
    "dates_changed": "The dates of {product} were {before}, and are now {after}.",
    "license_changed": "The state of {product} changed from {before} to {after}.",
}
"""What is said of each change; `{ends}` says until when a renewed license is valid."""

WORDED: Final = (
    "account_type_changed",
    "model_changed",
    "license_expired",
    "license_started",
    "license_new",
    "license_gone",
)
"""The changes whose before and after are words of the trade, shown with blanks."""


def sentence() -> pl.Expr:
    """The sentence of a row of changes that has `product_name` besides."""
    product = pl.coalesce("product_name", "subject", pl.lit(NOTHING))
    return pl.coalesce(
        pl.when(pl.col("change") == change).then(_filled(text, change, product)) for change, text in SENTENCES.items()
    )


def _filled(text: str, change: str, product: pl.Expr) -> pl.Expr:
    before, after = (_value(column, change) for column in ("before", "after"))
    ends = (
        pl.when(pl.col("after").is_null())
        .then(pl.lit("it has none"))
        .otherwise(pl.concat_str(pl.lit("it is "), pl.col("after")))
    )
    parts = {"before": before, "after": after, "product": product, "ends": ends}
    pieces: list[pl.Expr] = []
    for piece in text.split("{"):
        name, closed, rest = piece.partition("}")
        pieces += [parts[name], pl.lit(rest)] if closed else [pl.lit(piece)]
    return pl.concat_str(pieces)


def _value(column: str, change: str) -> pl.Expr:
    value = pl.col(column)
    if change in WORDED:
        value = value.str.replace_all("_", " ", literal=True)
    if change == "dates_changed":
        start, end = (value.str.split("/").list.get(part, null_on_oob=True) for part in (0, 1))
        no_end = pl.when(end == "").then(pl.lit("no end")).otherwise(end)
        return pl.concat_str(start, pl.lit(" to "), no_end)
    return value.fill_null("not known")
