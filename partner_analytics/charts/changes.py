"""The bridge of seats: from those then, reason by reason, to those now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from partner_analytics.charts import theme
from partner_analytics.charts.look import Look
from partner_analytics.languages import count, say, text
from partner_analytics.vocabulary import BRIDGE_REASONS

if TYPE_CHECKING:
    import altair as alt

TOTAL: Final = "total"
MORE: Final = "more"
FEWER: Final = "fewer"
COLOURS: Final = {TOTAL: theme.BLUE, MORE: theme.GREEN, FEWER: theme.VERMILION}

NAMES: Final = {
    "then": text("Seats then"),
    "new": text("New licenses"),
    "gone": text("Licenses gone"),
    "renewed": text("Renewed"),
    "expired": text("Expired"),
    "started": text("Started"),
    "grown": text("Quantity grown"),
    "reduced": text("Quantity reduced"),
    "not_seen": text("Not exported now"),
    "first_seen": text("Not exported then"),
    "reclassified": text("Reclassified"),
    "now": text("Seats now"),
}
ORDER: Final = ("then", *BRIDGE_REASONS, "now")


def counts(bridge: pl.DataFrame) -> pl.DataFrame:
    """One row per step of the bridge: step (in words), series, seats, and where its bar starts and ends."""
    is_total = pl.col("reason").is_in(["then", "now"])
    # Where each step leads to: all before it, added up; `now` starts again from nothing.
    led_to = pl.col("seats").cum_sum()
    number = pl.Series("number", [theme.written(abs(seats)) for seats in bridge["seats"]], dtype=pl.String)
    return bridge.with_columns(pl.col("seats").cast(pl.Int64)).select(
        pl.col("reason")
        .replace_strict({reason: say(name) for reason, name in NAMES.items()}, return_dtype=pl.String)
        .alias("step"),
        pl.when(is_total)
        .then(pl.lit(TOTAL))
        .when(pl.col("seats") < 0)
        .then(pl.lit(FEWER))
        .otherwise(pl.lit(MORE))
        .alias("series"),
        "seats",
        pl.when(is_total).then(0).otherwise(led_to - pl.col("seats")).alias("starts"),
        pl.when(is_total).then("seats").otherwise(led_to).alias("ends"),
        pl.when(is_total)
        .then(number)
        .otherwise(
            pl.concat_str(
                pl.when(pl.col("seats") > 0).then(pl.lit("+")).otherwise(pl.lit("−")),
                number,
            )
        )
        .alias("label"),
    )


def draw(bridge: pl.DataFrame) -> alt.TopLevelMixin:
    """A bar for the seats then, one for each reason where the last one ended, and one for the seats now."""
    import altair as alt

    counted = counts(bridge)
    first, last = axis(counted)
    steps = counted["step"].to_list() or [say(NAMES["then"]), say(NAMES["now"])]
    rows = alt.Y(
        "step:N",
        sort=steps,
        title=None,
        scale=alt.Scale(domain=steps),
        axis=alt.Axis(minExtent=12 + 8 * max(map(len, steps))),
    )
    scale = alt.Scale(domain=[first, last], nice=False, zero=False)
    # A bar that does not begin at 0 needs an axis that says so.
    title = say("Seats; the axis begins at {first}", first=first) if first else None
    base = alt.Chart(
        counted.with_columns(
            pl.col("starts").clip(lower_bound=first), pl.max_horizontal("starts", "ends").alias("reaches")
        )
    )
    bars = base.mark_bar().encode(
        y=rows,
        x=alt.X(
            "starts:Q",
            title=title,
            scale=scale,
            axis=None if not first else alt.Axis(tickCount=5, grid=True, format=",d"),
        ),
        x2="ends:Q",
        color=alt.Color(
            "series:N",
            sort=list(COLOURS),
            scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values())),
            legend=None,
        ),
        tooltip=[
            alt.Tooltip("step:N", title=say("Step")),
            alt.Tooltip("seats:Q", title=say("Seats"), format=","),
        ],
    )
    labels = base.mark_text(align="left", dx=5, fontSize=12, color=theme.INK).encode(
        y=rows, x=alt.X("reaches:Q", scale=scale), text="label:N"
    )
    return theme.finish((bars + labels).properties(width=theme.WIDTH, height={"step": theme.BAR + 6}))


def axis(counted: pl.DataFrame) -> tuple[int, int]:
    """The first and last value of the axis: from 0, unless the changes are too small to be seen beside the totals."""
    led_to = counted["ends"].to_list() or [0]
    low, high = min(led_to), max(led_to)
    room = max(high - low, 5)
    step = 10 ** (len(str(room)) - 1)
    first = (low - room) // step * step if low > 2 * room else 0
    return first, high + max(1, (high - first) // 8)


def finding(bridge: pl.DataFrame) -> str:
    """From how many seats to how many, and the largest reason."""
    if bridge.is_empty():
        return say("There is nothing to compare with")
    seats = dict(bridge.select("reason", pl.col("seats").cast(pl.Int64)).iter_rows())
    then, now = seats.pop("then"), seats.pop("now")
    if not seats:
        return say("{seats}, as before", seats=count(now, "seat"))
    reason = max(seats, key=lambda one: abs(seats[one]))
    sign = "+" if seats[reason] > 0 else "−"
    return say(
        "From {then} to {seats}; the largest step is “{reason}” with {difference}",
        then=then,
        seats=count(now, "seat"),
        reason=say(NAMES[reason]),
        difference=f"{sign}{theme.written(abs(seats[reason]))}",
    )


def describe(bridge: pl.DataFrame) -> str:
    """The bridge in words, step by step."""
    counted = counts(bridge)
    parts = counted.select(pl.concat_str("step", pl.lit(" "), "label")).to_series()
    return say("Bridge of seats: {steps}.", steps="; ".join(parts) or say("nothing to compare, 0 steps"))


LOOK: Final = Look(draw, describe, finding=finding)
