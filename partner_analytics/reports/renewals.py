"""What ends soon, what ended lately, and how many of its seats go on in another license."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.charts import renewals as chart
from partner_analytics.languages import count, day, day_format, number, say, verb
from partner_analytics.languages.words import in_words
from partner_analytics.reports import wording
from partner_analytics.reports.calendar_text import calendar_text
from partner_analytics.reports.content import Column, Figure, Words
from partner_analytics.reports.definition import Definition, Known
from partner_analytics.transforms.renewals_by_month import renewals_by_month
from partner_analytics.vocabulary import REACTIVATION_DAYS, RENEWAL_DAYS, RENEWAL_WINDOWS

LICENSE: Final = ("customer_id", "license_id")
REACHED_BY: Final = ("customer_id", "contact_name", "contact_email", "phone")
ALARM_DAYS: Final = 14
"""How many days before the end the calendar reminds of it."""

COLUMNS: Final = (
    Column("customer_name", "Customer", "name"),
    Column("product_name", "Product"),
    Column("model", "Model", "word"),
    Column("quantity", "Quantity", "number"),
    Column("used", "Used", "number"),
    Column("end_date", "Ends on", "day"),
    Column("days_left", "Days left", "number"),
    Column("renewal", "Renewal", "badge"),
    Column("seats_open", "Seats to renew", "number"),
    Column("account_manager", "Account manager", "person"),
    Column("license_id", "License", "id"),
    Column("customer_id", "Customer id", "id"),
)
NAMED: Final = 10
"""How many customers that can be unlinked are called by their names."""


def words(frame: pl.DataFrame, known: Known) -> Words:
    """The report in words."""
    basis = known.basis
    days = basis.renewal_days
    is_open = pl.col("renewal").is_in(["open", "reduced"])
    is_trial, is_ahead = pl.col("model") == "trial", pl.col("days_left") >= 0
    is_ending = is_open & is_trial.not_() & is_ahead
    is_ended = is_open & is_trial.not_() & is_ahead.not_()
    is_trial_ending = is_open & is_trial & is_ahead
    ending, ended = frame.filter(is_ending), frame.filter(is_ended)
    first = RENEWAL_WINDOWS[0]
    soon = ending.filter(pl.col("days_left") <= first).height
    headline = (
        say(
            "{licenses} {end} within {days}{seats}, {soon} of them within {first} days; {ended} ended in "
            "the last {reactivation} days and can still be reactivated.",
            licenses=count(ending.height, "paid license"),
            end=verb(ending.height, "ends", "end"),
            days=count(days, "day", dative=True),
            seats=_seats(ending),
            soon=soon,
            first=first,
            ended=ended.height,
            reactivation=REACTIVATION_DAYS,
        )
        if frame.height
        else say(
            "No license ends within {days} of {day} or ended in the {reactivation} days before it, so there is nothing to report.",
            days=count(days, "day", dative=True),
            day=basis.as_of,
            reactivation=REACTIVATION_DAYS,
        )
    )
    reduced, unknown = (frame.filter(renewal=word).height for word in ("reduced", "unknown"))
    figures = (
        *(_window(ending, is_ending, since, until) for since, until in _windows(days)),
        _figure(frame, say("Can be reactivated"), "bad", say("paid licenses that ended in the last {days} days{seats}",
                days=REACTIVATION_DAYS, seats=_seats(ended)), is_ended),
        _figure(frame, say("Trials that end"), "plain", say("within {days}, with no paid license to follow",
                days=count(days, "day", dative=True)), is_trial_ending),
        _figure(frame, say("Renewed already"), "good", say("licenses whose every seat goes on; {reduced} more go on in part, and "
                "of {unknown} it is not known", reduced=reduced, unknown=unknown), pl.col("renewal") == "renewed"),
    )  # fmt: skip
    unlink = say(
        "A customer can be unlinked when each of its licenses, trials included, expired more than {days} days ago: "
        "nothing of it can be reactivated any more.",
        days=REACTIVATION_DAYS,
    )
    return Words(
        headline,
        figures,
        (wording.SNAPSHOTS, wording.INCLUSIVE_END, wording.renewed(), unlink, wording.MODELS, wording.ACCOUNT_TYPES),
        (
            *_unlinkable(known.frames["unlinkable_customers"]),
            *wording.caveats(basis, kinds=("customers", "licenses", "customer_facts"), with_products=False),
        ),
        # Those that are renewed need nothing more: they stand apart, after the others.
        table=lambda: _with_origin(frame, known).sort(pl.col("renewal") == "renewed", maintain_order=True),
        drawn=renewals_by_month(frame),
    )


def _with_origin(frame: pl.DataFrame, known: Known) -> pl.DataFrame:
    """The rows, each with the load and the line of its license."""
    read = known.frames["license_states"].select(*LICENSE, "load_id", "line")
    return frame.join(read, on=LICENSE, how="left", maintain_order="left")


def _windows(days: int) -> tuple[tuple[int, int], ...]:
    """From and to how many days ahead: the next 30, 60 and 90 days, and all later ones together."""
    first = tuple(window for window in RENEWAL_WINDOWS if window <= RENEWAL_DAYS)
    ends = (
        *(min(window, days) for window in first if window - first[0] < max(days, 1)),
        *((days,) if days > first[-1] else ()),
    )
    return tuple(zip((0, *(end + 1 for end in ends)), ends, strict=False))


def _window(ending: pl.DataFrame, is_ending: pl.Expr, since: int, until: int) -> Figure:
    """The paid licenses of a window that are not renewed, and their open seats."""
    is_in_it = pl.col("days_left").is_between(since, until)
    return _figure(
        ending,
        say("To renew in {since} to {until} days", since=since, until=until)
        if since
        else say("To renew within {days}", days=count(until, "day", dative=True)),
        "plain" if since else "warning",
        say("paid licenses{seats}", seats=_seats(ending.filter(is_in_it))),
        is_ending & is_in_it,
    )


def _figure(frame: pl.DataFrame, label: str, tone: str, note: str, rows: pl.Expr) -> Figure:
    return Figure(label, number(frame.filter(rows).height), tone, note, rows)


def _seats(frame: pl.DataFrame) -> str:
    """With how many seats that do not go on; what is not known is left out, and where nothing is known there is no sum."""
    known = frame["seats_open"].drop_nulls()
    if not known.len():
        return say(" with no seats known") if frame.height else ""
    return say(" with {seats} to renew", seats=count(int(known.sum()), "seat", dative=True))


def _unlinkable(customers: pl.DataFrame) -> tuple[str, ...]:
    if customers.is_empty():
        return ()
    names = customers["customer_name"].head(NAMED).str.replace_all(r"[\s\p{C}]+", " ").to_list()
    more = customers.height - len(names)
    listed = "; ".join(names)
    of_them = count(customers.height, "customer")
    return (
        say(
            "{customers} can be unlinked, since nothing of theirs can be reactivated any more: {names}; and {more} more, in "
            "unlinkable_customers.csv.",
            customers=of_them,
            names=listed,
            more=more,
        )
        if more
        else say(
            "{customers} can be unlinked, since nothing of theirs can be reactivated any more: {names}.",
            customers=of_them,
            names=listed,
        ),
    )


def calendar(frame: pl.DataFrame, known: Known) -> str:
    """What is to be renewed as a calendar: one entry a license, on the last day on which it is valid.

    What has ended stays while it can be reactivated; then, and when it was renewed, there is nothing to do for it.
    """
    basis = known.basis
    is_trial, is_renewed, is_past = pl.col("model") == "trial", pl.col("renewal") == "renewed", pl.col("days_left") < 0
    kinds = (say("Renewed"), say("Trial"), say("Renewal"))
    kind = pl.when(is_renewed).then(pl.lit(kinds[0])).when(is_trial).then(pl.lit(kinds[1])).otherwise(pl.lit(kinds[2]))
    verb = (
        pl.when(is_past)
        .then(pl.lit(say("Ended, can be reactivated: ")))
        .when(is_renewed)
        .then(pl.lit(say("Ends, and is renewed: ")))
        .when(is_trial)
        .then(pl.lit(say("Trial ends: ")))
        .when(pl.col("renewal") == "reduced")
        .then(pl.lit(say("Ends, and is renewed in part: ")))
        .otherwise(pl.lit(say("Ends: ")))
    )
    seats = pl.when(pl.col("quantity").is_not_null()).then(
        pl.concat_str(pl.lit(say(", quantity ")), pl.col("quantity").cast(pl.String))
    )
    to_renew = pl.when(pl.col("seats_open") > 0).then(
        pl.concat_str(pl.lit(say(", seats to renew ")), pl.col("seats_open").cast(pl.String))
    )
    of_it = pl.format(
        say("License {} ({}), product {}, customer id {}. As known on {}."),
        "license_id",
        in_words(pl.col("model")),
        "product_code",
        "customer_id",
        pl.lit(day(basis.as_of)),
    )
    contact = pl.concat_str("contact_name", "phone", "contact_email", separator=", ", ignore_nulls=True)
    last_day = pl.col("end_date").dt.offset_by(f"{REACTIVATION_DAYS}d").dt.strftime(day_format())
    said = (
        pl.when(is_past).then(pl.format(say("It can be reactivated until {}."), last_day)),
        pl.format(say("Contact: {}"), contact.replace("", None)),
        pl.format(say("Account manager: {}"), "account_manager"),
        of_it,
    )
    events = (
        frame.filter(is_past.not_() | (is_trial.not_() & pl.col("renewal").is_in(["open", "reduced"])))
        .join(known.frames["contacts"].select(*REACHED_BY), on="customer_id", how="left", maintain_order="left")
        .select(
            pl.concat_str("license_id", pl.lit("."), "customer_id", pl.lit("@partner-analytics")).alias("uid"),
            pl.col("end_date").alias("day"),
            pl.concat_str(
                verb, "customer_name", pl.lit(", "), "product_name", seats.fill_null(""), to_renew.fill_null("")
            ).alias("summary"),
            pl.concat_str(*said, separator="\n", ignore_nulls=True).alias("description"),
            kind.alias("category"),
            _alarm().alias("alarm"),
        )
    )
    return calendar_text(events, basis.as_of, say("Nothing ends within {days} days.", days=basis.renewal_days))


def _alarm() -> pl.Expr:
    """How many days after its day an entry reminds of itself, before it where negative; empty where nothing is to be done.

    Two weeks before the end, or where that is past on the day before; for what has ended, a week before it can no longer
    be reactivated.
    """
    days = pl.col("days_left")
    return (
        pl.when(pl.col("renewal") == "renewed")
        .then(None)
        .when(days < 0)
        .then(REACTIVATION_DAYS - 7)
        .when(days > ALARM_DAYS)
        .then(-ALARM_DAYS)
        .when(days > 1)
        .then(-1)
    )


DEFINITION: Final = Definition(
    "renewals",
    "Renewals",
    "renewals",
    COLUMNS,
    words,
    chart.LOOK,
    further={"renewals_by_month": "renewals_by_month", "unlinkable_customers": "unlinkable_customers"},
    calendar=calendar,
)
