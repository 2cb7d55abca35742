"""What changed between two days: for each customer, and in seats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from partner_analytics.as_of.basis import Basis
from partner_analytics.charts import changes as chart
from partner_analytics.languages import count, day_format, number, say, text, verb
from partner_analytics.reports import wording
from partner_analytics.reports.change_sentences import sentence
from partner_analytics.reports.content import Column, Figure, Words
from partner_analytics.reports.definition import Definition, Known

COLUMNS: Final = (
    Column("account_manager", "Account manager"),
    Column("customer_name", "Customer", "name"),
    Column("seats_delta", "Seats", "number"),
    Column("sentence", "What changed", "sentence"),
    Column("row_before", "Row before"),
    Column("row_after", "Row after"),
    Column("license_id", "License", "id"),
    Column("customer_id", "Customer id", "id"),
)

MOST_IMPORTANT_FIRST: Final = (
    "customer_gone",
    "license_ended_early",
    "license_expired",
    "license_gone",
    "reduced",
    "switched_off",
    "licenses_not_seen",
    "customer_new",
    "model_changed",
    "license_new",
    "license_started",
    "license_renewed",
    "grown",
    "switched_on",
    "account_type_changed",
    "product_changed",
    "dates_changed",
    "license_changed",
    "customer_renamed",
    "licenses_first_seen",
)
"""What is lost or must be looked at, then what is won, then what is merely different."""

SCOPE_SHARE: Final = 0.1
SCOPE_CUSTOMERS: Final = 3
"""More than one customer in ten, and at least three, do not leave at once: somebody exported who sees fewer of them."""

ORIGINS: Final = (
    "product_name",
    "account_manager",
    *(f"{what}_{side}" for side in ("before", "after") for what in ("file", "snapshot_date", "line")),
)
"""What the report takes from where a change comes from."""

COMPARED: Final = text(
    "Both days rest on their own snapshots. A license is followed by the ids of its customer and of itself; one that takes "
    "over from another of the same product in time is a renewal, and not a license that ended and one that is new."
)
SEATS: Final = text(
    "Seats are the quantities of paid licenses in force; unlimited licenses and quantities that are not known count as 0. "
    "Each license's difference stands in exactly one row."
)


NOTHING_COMPARED: Final = (
    text("Customers new"),
    text("Customers gone"),
    text("Seats"),
    text("Licenses renewed"),
    text("Licenses ended"),
    text("Partner Assistance"),
)
"""The figures that say nothing where there is only one day."""


def words(frame: pl.DataFrame, known: Known) -> Words:
    """The report in words."""
    basis, seats, bridge = known.basis, known.frames["customer_seats"], known.frames["changes_bridge"]
    origins, known_before = known.frames["change_origins"], known.frames["customers_before"]
    customers = tuple(int(seats[column].sum()) for column in ("was_exported", "is_exported"))
    back = frame.filter(change="customer_new").join(known_before, on="customer_id", how="semi").height
    times = dict(frame.group_by("change").len().iter_rows())
    gone = int(times.get("customer_gone", 0))
    is_smaller_scope = gone >= SCOPE_CUSTOMERS and gone > SCOPE_SHARE * customers[0]
    return Words(
        headline=_headline(times, bridge, basis, is_smaller_scope),
        figures=_nothing_compared() if basis.since is None else _figures(frame, times, bridge, back, is_smaller_scope),
        assumptions=(
            wording.SNAPSHOTS,
            COMPARED,
            SEATS,
            wording.INCLUSIVE_END,
            wording.ACCOUNT_TYPES,
            wording.MODELS,
            wording.ALL_EVIDENCE,
        ),
        caveats=(
            *_caveats(frame, times, basis, customers, is_smaller_scope),
            *wording.caveats(basis, kinds=("customers", "licenses", "assistance"), with_products=False),
        ),
        table=_table(frame, origins, known_before, is_smaller_scope),
        drawn=bridge,
    )


def _nothing_compared() -> tuple[Figure, ...]:
    why = say("not known: there is only one snapshot day")
    return tuple(Figure(say(label), "–", "unknown", why) for label in NOTHING_COMPARED)


def _headline(times: dict[str, int], bridge: pl.DataFrame, basis: Basis, is_smaller_scope: bool) -> str:
    if basis.since is None:
        return say(
            "There is only one snapshot day up to {day}, so there is nothing to report yet: the next export will show what changed.",
            day=basis.as_of,
        )
    if not times:
        return say(
            "Nothing changed since {since}: {seats} seats then and now.", since=basis.since, seats=_seats(bridge, "now")
        )
    new, gone = times.get("customer_new", 0), times.get("customer_gone", 0)
    then, now = _seats(bridge, "then"), _seats(bridge, "now")
    lost = (
        say("{gone} are missing from the export, perhaps because somebody made it who sees fewer of them", gone=gone)
        if is_smaller_scope
        else say("{gone} {are} gone", gone=gone, are=verb(gone, "is", "are"))
    )
    ended = sum(times.get(change, 0) for change in ("license_expired", "license_ended_early", "license_gone"))
    renewed = times.get("license_renewed", 0)
    difference = (
        say("as many as then")
        if now == then
        else say("{seats} more than then", seats=now - then)
        if now > then
        else say("{seats} fewer than then", seats=then - now)
    )
    return say(
        "Since {since}, {new} {are} new and {lost}; {renewed} {were} renewed and {ended} ended or disappeared. "
        "There are {seats} now, {difference}.",
        since=basis.since,
        new=count(new, "customer"),
        are=verb(new, "is", "are"),
        lost=lost,
        renewed=count(renewed, "license"),
        were=verb(renewed, "was", "were"),
        ended=ended,
        seats=count(now, "seat"),
        difference=difference,
    )


def _seats(bridge: pl.DataFrame, reason: str) -> int:
    return int(bridge.filter(reason=reason)["seats"].sum())


def _figures(
    frame: pl.DataFrame, times: dict[str, int], bridge: pl.DataFrame, back: int, is_smaller_scope: bool
) -> tuple[Figure, ...]:
    new, gone = times.get("customer_new", 0), times.get("customer_gone", 0)
    then, now = _seats(bridge, "then"), _seats(bridge, "now")
    ended = [times.get(change, 0) for change in ("license_expired", "license_ended_early", "license_gone")]
    assistance = frame.filter(change="assistance_changed")
    on, off = (assistance.filter(after=word).height for word in ("on", "off"))
    return (
        Figure(say("Customers new"), number(new), "good",
               say("{back} of them are back: an earlier export had them", back=back) if back else "", pl.col("change") == "customer_new"),
        Figure(say("Customers missing"), number(gone), "unknown", say("perhaps only not seen by whoever exported"))
        if is_smaller_scope
        else Figure(say("Customers gone"), number(gone), "bad", say("no longer in the customer export")),
        Figure(say("Seats"), _signed(now - then), "plain", say("from {then} to {now}", then=then, now=now)),
        Figure(say("Licenses renewed"), number(times.get("license_renewed", 0)), "good", "", pl.col("change") == "license_renewed"),
        Figure(say("Licenses ended"), number(sum(ended)), "bad", say("{expired} expired, {early} ended early, {gone} no longer in the "
               "export", expired=ended[0], early=ended[1], gone=ended[2])),
        Figure(say("Partner Assistance"), number(on + off), "warning" if off else "plain", say("customers: switched on for {on}, "
               "off for {off}", on=on, off=off), pl.col("change") == "assistance_changed"),
    )  # fmt: skip


def _signed(seats: int) -> str:
    """A difference with its sign; a minus is as wide as a plus."""
    return f"{'+' if seats > 0 else '−' if seats < 0 else ''}{number(abs(seats))}"


def _caveats(
    frame: pl.DataFrame, times: dict[str, int], basis: Basis, customers: Sequence[int], is_smaller_scope: bool
) -> tuple[str, ...]:
    lines: list[str] = []
    if is_smaller_scope:
        gone = times["customer_gone"]
        lines.append(
            say(
                "{gone} of {before} customers are missing at once, more than one in ten. That is seldom churn: the "
                "export was perhaps made by an administrator who sees fewer customers. Export again with one who sees all.",
                gone=gone,
                before=customers[0],
            )
        )
    if unseen := times.get("licenses_not_seen", 0):
        seats = -int(frame.filter(change="licenses_not_seen")["seats_delta"].sum())
        lines.append(
            say(
                "The licenses of {customers} ({seats}) were exported for the earlier day only. Nobody looked at them for the "
                "later one; they are not counted as ended.",
                customers=count(unseen, "customer"),
                seats=count(seats, "seat"),
            )
        )
    if basis.since is not None and not customers[0] and customers[1]:
        lines.append(say("No customer export is known for the earlier day, so that every customer is shown as new."))
    licenses = basis.loads.filter(kind="licenses")
    if (
        basis.since is not None
        and licenses.height
        and licenses.filter(pl.col("snapshot_date") <= basis.since).is_empty()
    ):
        lines.append(
            say("No license export is known for the earlier day: the seats then are not known, and stand as 0.")
        )
    return tuple(lines)


def _table(
    frame: pl.DataFrame, origins: pl.DataFrame, known_before: pl.DataFrame, is_smaller_scope: bool
) -> pl.DataFrame:
    """The changes as sentences, by account manager, most important first, with file and line of both rows."""
    change = pl.col("change")
    told = (
        pl.when(pl.lit(is_smaller_scope) & (change == "customer_gone"))
        .then(pl.lit(say("Missing from the export, perhaps because whoever made it sees fewer customers.")))
        .when((change == "customer_new") & pl.col("customer_id").is_in(known_before["customer_id"].implode()))
        .then(pl.lit(say("Back: the customer export has it again, as an earlier one had.")))
    )
    return (
        pl.concat([frame, origins.select(*ORIGINS)], how="horizontal")
        .with_row_index("place")
        .with_columns(
            told.otherwise(sentence()).alias("sentence"),
            _importance().alias("importance"),
            *(
                pl.format(
                    say("{} of {}, line {}"),
                    f"file_{side}",
                    pl.col(f"snapshot_date_{side}").dt.strftime(day_format()),
                    f"line_{side}",
                ).alias(f"row_{side}")
                for side in ("before", "after")
            ),
        )
        .sort("account_manager", "importance", pl.col("seats_delta").abs() * -1, "place", nulls_last=True)
        .drop("place")
    )


def _importance() -> pl.Expr:
    """Where a change stands in `MOST_IMPORTANT_FIRST`."""
    change, fewer = pl.col("change"), pl.col("seats_delta") < 0
    kind = (
        pl.when(change == "quantity_changed")
        .then(pl.when(fewer).then(pl.lit("reduced")).otherwise(pl.lit("grown")))
        .when(change == "assistance_changed")
        .then(pl.when(pl.col("after") == "on").then(pl.lit("switched_on")).otherwise(pl.lit("switched_off")))
        .otherwise(change)
    )
    return kind.cast(pl.Enum(MOST_IMPORTANT_FIRST))


DEFINITION: Final = Definition(
    "changes",
    "Changes",
    "changes",
    COLUMNS,
    words,
    chart.LOOK,
    further={"changes_bridge": "changes_bridge"},
    compares=True,
)
