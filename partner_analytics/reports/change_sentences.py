"""Each change as a plain sentence, with what was before and what is after."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.languages import day_format, say, text
from partner_analytics.languages.words import in_words

SENTENCES: Final = {
    "customer_new": text("New customer."),
    "customer_gone": text("Gone: the customer export has it no longer."),
    "customer_renamed": text("Renamed from {before} to {after}."),
    "account_type_changed": text("Account type changed from {before} to {after}."),
    "assistance_changed": text("Partner Assistance went from {before} to {after}."),
    "licenses_not_seen": text(
        "Its licenses were not exported this time. Nobody looked; that does not mean that they are gone."
    ),
    "licenses_first_seen": text("Its licenses were exported this time, and not the time before."),
    "model_changed": text("{product} went from {before} to {after}."),
    "license_renewed": text("{product} is renewed: its end was {before}, and now {ends}."),
    "license_ended_early": text("{product} ended early, on {after}; it was to end on {before}."),
    "license_expired": text("{product} ({before}) has expired."),
    "license_started": text("{product} ({after}) has started."),
    "license_new": text("New license of {product} ({after})."),
    "license_gone": text("A license of {product} ({before}) is no longer in the export."),
    "product_changed": text("The product of a license changed from {before} to {after}."),
    "quantity_changed": text("The quantity of {product} changed from {before} to {after}."),
    "dates_changed": text("The dates of {product} were {before}, and are now {after}."),
    "license_changed": text("The state of {product} changed from {before} to {after}."),
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

DATED: Final = ("license_renewed", "license_ended_early")
"""The changes whose before and after are days."""


def sentence() -> pl.Expr:
    """The sentence of a row of changes that has `product_name` besides."""
    product = pl.coalesce("product_name", "subject", pl.lit(say("none")))
    return pl.coalesce(
        pl.when(pl.col("change") == change).then(_filled(say(said), change, product))
        for change, said in SENTENCES.items()
    )


def _filled(said: str, change: str, product: pl.Expr) -> pl.Expr:
    before, after = (_value(column, change) for column in ("before", "after"))
    ends = (
        pl.when(pl.col("after").is_null())
        .then(pl.lit(say("it has none")))
        .otherwise(pl.format(say("it is {}"), _day("after")))
    )
    parts = {"before": before, "after": after, "product": product, "ends": ends}
    pieces: list[pl.Expr] = []
    for piece in said.split("{"):
        name, closed, rest = piece.partition("}")
        pieces += [parts[name], pl.lit(rest)] if closed else [pl.lit(piece)]
    return pl.concat_str(pieces)


def _value(column: str, change: str) -> pl.Expr:
    value = pl.col(column)
    if change in WORDED:
        value = in_words(value)
    if change in DATED:
        value = _day(column)
    if change == "dates_changed":
        start, end = (_day_of(pl.col(column).str.split("/").list.get(part, null_on_oob=True)) for part in (0, 1))
        no_end = pl.when(end == "").then(pl.lit(say("no end"))).otherwise(end)
        return pl.format(say("{} to {}"), start, no_end)
    return value.fill_null(say("not known"))


def _day(column: str) -> pl.Expr:
    """A day that stands as text in a column, as the language writes it."""
    return _day_of(pl.col(column))


def _day_of(text_of_a_day: pl.Expr) -> pl.Expr:
    written = text_of_a_day.str.to_date("%Y-%m-%d", strict=False).dt.strftime(day_format())
    return pl.coalesce(written, text_of_a_day)
