"""What changed about licenses between two days."""

from __future__ import annotations

from datetime import date

import polars as pl

from partner_analytics.transforms.customer_changes import differs, seats
from partner_analytics.transforms.successors import LICENSE, succession, successors

SAYS_DATES = ("license_renewed", "license_ended_early")
"""The changes whose before and after are end dates, so that no other row needs to tell of the license's own."""


def license_changes(then: pl.DataFrame, now: pl.DataFrame, day: date) -> pl.DataFrame:
    """One row per change of a license, in no particular order.

    Its difference of seats stands in the first row that is about it; that of a successor, in the row of the license
    that it succeeds, and it has no row of its own.

    Parameters
    ----------
    then, now
        The license states of both days, without customers whose licenses were exported on one of them only.
    day
        The later day.

    Returns
    -------
    polars.DataFrame
        customer_id, license_id, change, subject, before, after, seats_delta, and successor_id for what a successor
        changes.
    """
    pairs = _pairs(then, now)
    products = pl.concat(states.select("product_code", "categories", "is_mapped") for states in (now, then))
    succeeding = successors(pairs, products.unique("product_code"))
    licenses = (
        pairs.join(succession(succeeding), on=LICENSE, how="left")
        .join(
            succeeding.select("customer_id", pl.col("successor_id").alias("license_id")),
            on=LICENSE,
            how="anti",
        )
        .with_columns(
            pl.col("is_succeeded").fill_null(value=False),
            pl.col("seats_delta") + pl.col("inherited_delta").fill_null(0),
            pl.coalesce("product_code_now", "product_code").alias("subject"),
        )
        .with_columns(_first_change(day).alias("change"))
    )
    first = licenses.filter(pl.col("change").is_not_null()).with_columns(
        *_before_and_after(), _successor_id().alias("successor_id")
    )
    return _rows(first, _further_changes(licenses))


def _pairs(then: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """One row per license of either day: what it was, and with `_now` what it is."""
    columns = (
        *LICENSE, "product_code", "model", "state", "is_paid", "is_in_force", "is_unlimited", "quantity",
        "start_date", "end_date", "ends_on", "seats",
    )  # fmt: skip
    # A perpetual license has no end, whatever its end date says.
    ends_on = pl.when(pl.col("is_open_ended").not_()).then("end_date").alias("ends_on")
    left, right = (states.with_columns(ends_on, seats().alias("seats")).select(columns) for states in (then, now))
    return left.join(right, on=LICENSE, how="full", coalesce=True, suffix="_now").with_columns(
        (pl.col("seats_now").fill_null(0) - pl.col("seats").fill_null(0)).alias("seats_delta")
    )


def _was() -> pl.Expr:
    return pl.col("state").is_not_null()


def _is() -> pl.Expr:
    return pl.col("state_now").is_not_null()


def _has_other_model() -> pl.Expr:
    return _was() & _is() & (pl.col("model") != pl.col("model_now"))


def _is_by_successor() -> pl.Expr:
    """Whether what is said first about a license is said of its successor."""
    by_model = (pl.col("change") == "model_changed") & _has_other_model().not_()
    by_end = (pl.col("change") == "license_renewed") & pl.col("is_succeeded")
    return by_model | by_end


def _successor_id() -> pl.Expr:
    """The successor that a change is about."""
    is_other_model = pl.col("change") == "model_changed"
    return pl.when(_is_by_successor()).then(pl.when(is_other_model).then("other_id").otherwise("successor_id"))


def _first_change(day: date) -> pl.Expr:
    """The first of the changes of which a license has at most one, if any."""
    on_both = _was() & _is()
    state, ends_on, ends_on_now = pl.col("state"), pl.col("ends_on"), pl.col("ends_on_now")
    moved_later = ends_on.is_not_null() & (ends_on_now.is_null() | (ends_on_now > ends_on))
    last_known_end = pl.when(_is()).then(ends_on_now).otherwise(ends_on)
    cases = {
        "model_changed": _has_other_model() | pl.col("successor_model").is_not_null(),
        # What succeeds a trial is paid, so that its model has changed.
        "license_renewed": pl.col("is_succeeded") | (on_both & (state != "future") & moved_later),
        "license_ended_early": pl.col("is_in_force") & (pl.col("state_now") == "expired") & (ends_on_now < ends_on),
        "license_expired": (pl.col("is_in_force") | (state == "future")) & (last_known_end < pl.lit(day)),
        "license_started": (state == "future") & pl.col("is_in_force_now"),
        "license_new": _was().not_(),
        "license_gone": _is().not_(),
    }
    return pl.coalesce(pl.when(is_case).then(pl.lit(change)) for change, is_case in cases.items())


def _before_and_after() -> tuple[pl.Expr, pl.Expr]:
    """What the first change leads from and to: models, or end dates."""
    change = pl.col("change")
    says_dates = change.is_in(SAYS_DATES)
    end_now = pl.when(_is_by_successor()).then("renewed_until").otherwise("ends_on_now")
    model_now = pl.when(_is_by_successor()).then("successor_model").otherwise("model_now")
    is_over = change == "license_expired"
    return (
        pl.when(says_dates).then(_day("ends_on")).otherwise("model").alias("before"),
        pl.when(says_dates).then(end_now.cast(pl.String)).when(is_over.not_()).then(model_now).alias("after"),
    )


def _further_changes(licenses: pl.DataFrame) -> tuple[pl.DataFrame, ...]:
    """The changes that a license on both days can have besides, a frame for each."""
    both = licenses.filter(_was() & _is()).with_columns(pl.lit(None, pl.String).alias("successor_id"))
    state, state_now = pl.col("state"), pl.col("state_now")
    other_product = pl.col("product_code") != pl.col("product_code_now")
    is_unlimited, is_unlimited_now = pl.col("is_unlimited"), pl.col("is_unlimited_now")
    # The quantity of what is unlimited says nothing.
    other_quantity = (state_now != "expired") & (
        (is_unlimited != is_unlimited_now) | (differs("quantity") & is_unlimited.not_())
    )
    is_said = pl.col("change").is_in(SAYS_DATES).fill_null(value=False) & _is_by_successor().not_()
    other_dates = differs("start_date") | (differs("end_date") & is_said.not_())
    # Seats that no other row tells of differ with the state.
    other_state = (state != state_now) & (pl.col("is_in_force") & pl.col("is_in_force_now")).not_()
    has_row = pl.col("change").is_not_null() | other_product | other_quantity | other_dates
    cases = (
        ("product_changed", other_product, pl.col("product_code"), pl.col("product_code_now")),
        ("quantity_changed", other_quantity, _quantity(""), _quantity("_now")),
        ("dates_changed", other_dates, _dates(""), _dates("_now")),
        ("license_changed", other_state & has_row.not_(), state, state_now),
    )
    return tuple(
        both.filter(is_case).with_columns(pl.lit(change).alias("change"), before.alias("before"), after.alias("after"))
        for change, is_case, before, after in cases
    )


def _rows(first: pl.DataFrame, further: tuple[pl.DataFrame, ...]) -> pl.DataFrame:
    """All changes; a license's difference of seats stands in the first of its rows."""
    columns = (*LICENSE, "change", "subject", "before", "after", "seats_delta", "successor_id")
    rows = pl.concat(frame.select(columns) for frame in (first, *further))
    is_first = pl.int_range(pl.len()).over(LICENSE) == 0
    return rows.with_columns(pl.when(is_first).then("seats_delta").otherwise(0).alias("seats_delta"))


def _day(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String)


def _quantity(suffix: str) -> pl.Expr:
    return (
        pl.when(pl.col(f"is_unlimited{suffix}"))
        .then(pl.lit("unlimited"))
        .otherwise(pl.col(f"quantity{suffix}").cast(pl.String))
    )


def _dates(suffix: str) -> pl.Expr:
    start, end = (_day(f"{name}{suffix}").fill_null("") for name in ("start_date", "end_date"))
    return pl.concat_str(start, pl.lit("/"), end)
