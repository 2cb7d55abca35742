"""The contact card of each customer: whom to call, what they are called, what they have, and where each row was read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import polars as pl

from partner_analytics.languages import day_format, say, text
from partner_analytics.publish.site.talk import sentence
from partner_analytics.reports.html.cells import OPENINGS, badge, escaped, fitting, in_words, mail_link, phone_link

if TYPE_CHECKING:
    from partner_analytics.as_of.basis import Behind

__all__ = ["cards"]

YEAR: Final = 365
FACTS: Final = {"customer_group": text("group {}"), "account_manager": text("account manager {}")}


def cards(
    overview: pl.DataFrame, behind: Behind, loads: pl.DataFrame, changes: pl.DataFrame | None, as_of: date, size: int
) -> pl.Series:
    """The cards of customers in their order, as many as stay within a number of bytes.

    Where not all fit whole, the less urgent are short: without what stands in the customer's row, and without its id;
    of what to do, all but the first; of the licenses the code, the last day and the seats, the first day only where it is to come; and the lines of all of
    them in one place.

    Parameters
    ----------
    overview
        Rows of the report `customer_overview`, the most urgent first.
    changes
        What has changed, a row a change: customer_id, sentence; None where days were not compared.
    """
    files = loads.select("load_id", "file")
    licenses, names, sources, actions = (
        frame.join(overview, on="customer_id", how="semi", maintain_order="left")
        for frame in (behind.licenses, behind.names, behind.sources, behind.actions)
    )
    changed = pl.DataFrame(schema={"customer_id": pl.String, "sentence": pl.String}) if changes is None else changes
    customers = (
        overview.join(behind.contacts.drop("customer_name"), "customer_id", "left", maintain_order="left")
        .join(_actions(actions), "customer_id", "left", maintain_order="left")
        .join(_changes(changed), "customer_id", "left", maintain_order="left")
        .join(_licenses(licenses, files, as_of), "customer_id", "left", maintain_order="left")
        .join(_names(names), "customer_id", "left", maintain_order="left")
        .join(_sources(sources, files), "customer_id", "left", maintain_order="left")
        .join(
            _sources(_with_licenses(sources, licenses), files).rename({"sources": "all_sources"}),
            "customer_id",
            "left",
            maintain_order="left",
        )
        .with_row_index("card")
        .select(whole=_whole_card(), short=_short_card())
    )
    whole, short = (customers[name].str.len_bytes() for name in ("whole", "short"))
    is_whole = whole.cum_sum() + short.sum() - short.cum_sum() <= size
    made = customers.select(pl.when(is_whole).then("whole").otherwise("short")).to_series()
    return fitting(made, size)


def _whole_card() -> pl.Expr:
    """A card with all there is."""
    about = (_account(), *_facts("customer_group", "account_manager"))
    read = pl.concat_str("sources", pl.format("id {}", "customer_id"), separator="; ", ignore_nulls=True)
    return _card(
        about,
        "to_do_in_words",
        _contact(mail_link, phone_link),
        pl.col("changes"),
        _assistance(in_short=False),
        "licenses",
        read,
    )


def _short_card() -> pl.Expr:
    """A card that leaves out what the customer's row says, and of the licenses what other reports say."""
    contact = _contact(lambda address: _between("<a>", escaped(address), "</a>"), escaped)
    return _card(
        _facts("customer_group"),
        "to_do_in_short",
        contact,
        pl.lit(None, pl.String),
        _assistance(in_short=True),
        "licenses_in_short",
        pl.col("all_sources"),
    )


def _card(
    about: tuple[pl.Expr, ...],
    to_do: str,
    contact: pl.Expr,
    history: pl.Expr,
    assistance: pl.Expr,
    licenses: str,
    read: pl.Expr,
) -> pl.Expr:
    """A card: each part has its place, so that the style sheet can say what it is."""
    return pl.concat_str(
        pl.format("<div popover id=c{}><h3>{}</h3><p>", "card", escaped(pl.col("customer_name"))),
        _listed(*about).fill_null(""),
        pl.col(to_do).fill_null(""),
        _between("<p>", contact.fill_null("")),
        _between("<p>", _listed(_both_names(), history).fill_null("")),
        assistance,
        pl.coalesce(licenses, _no_license()),
        _between("<p>", read.fill_null("")),
        pl.lit("</div>\n"),
    )


def _between(before: str, inside: pl.Expr, after: str = "") -> pl.Expr:
    return pl.concat_str(pl.lit(before), inside, pl.lit(after))


def _listed(*parts: pl.Expr) -> pl.Expr:
    """What is known of some things, with commas; empty where nothing is."""
    return pl.concat_str(*parts, separator=", ", ignore_nulls=True).replace("", None)


def _account() -> pl.Expr:
    """What sort of account it is."""
    return pl.when(pl.col("account_type") == "managed_order").then(pl.lit(f"$ {say('managed customer order')}")).otherwise(
        pl.format(say("{} account"), in_words(pl.col("account_type")))
    )  # fmt: skip


def _facts(*facts: str) -> tuple[pl.Expr, ...]:
    """What is out of the ordinary about the account, and such facts as the group it belongs to."""
    status = pl.col("account_status")
    return (
        pl.when(status != "active").then(_between(OPENINGS["bad"], in_words(status), "</b>")),
        *(pl.format(say(FACTS[fact]), escaped(pl.col(fact))) for fact in facts),
        pl.when(pl.col("early_access") == "limited").then(pl.lit(say("limited for early access programs"))),
    )


def _contact(mail: Callable[[pl.Expr], pl.Expr], phone: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """Whom to write to and to call.

    In short, the address of a mail is an element of its own, of which the page's script makes a link.
    """
    return _listed(escaped(pl.col("contact_name")), phone(pl.col("phone")), mail(pl.col("contact_email")))


def _actions(actions: pl.DataFrame) -> pl.DataFrame:
    """One row per customer with something to do: customer_id, to_do_in_words and to_do_in_short (lists).

    In short, what is to be done first is left out: the customer's row says it.
    """
    by = _between(say(" by "), pl.col("due_on").dt.strftime(day_format())).fill_null("")
    about = _between(" ", escaped(pl.coalesce("product_name", "subject"))).fill_null("")
    item = pl.concat_str(pl.lit("<li>"), badge(pl.col("action")))
    return (
        actions.with_columns(
            in_words=pl.concat_str(item, by, pl.lit("<p>"), sentence()),
            in_short=pl.concat_str(pl.lit("<li>"), in_words(pl.col("action")), by, about),
        )
        .group_by("customer_id", maintain_order=True)
        .agg(
            _between("<ol>", pl.col("in_words").str.join(""), "</ol>").alias("to_do_in_words"),
            pl.when(pl.len() > 1)
            .then(_between("<ol>", pl.col("in_short").slice(1).str.join(""), "</ol>"))
            .alias("to_do_in_short"),
        )
    )


def _changes(changes: pl.DataFrame) -> pl.DataFrame:
    """One row per customer that has changed: customer_id, changes (a list of sentences)."""
    sentences = escaped(pl.col("sentence")).str.join("<br>").alias("changes")
    return changes.drop_nulls("customer_id").group_by("customer_id", maintain_order=True).agg(sentences)


def _both_names() -> pl.Expr:
    """The account's name where another one is shown, and the names that were shown before."""
    account = pl.when(pl.col("shown_as") != pl.col("account_name")).then(
        _between(f"{say('account name')} <dfn>", escaped(pl.col("account_name")), "</dfn>")
    )
    return _listed(account, pl.col("names"))


def _assistance(*, in_short: bool) -> pl.Expr:
    """Whether assistance is on and how that is known; the class names what to do, and the style sheet says how.

    In short, whether it is on is left out: the customer's row says it.
    """
    since, checked = (pl.col(name).dt.strftime(day_format()) for name in ("assistance_since", "checked_on"))
    known = (
        pl.when(pl.col("basis") == "observed")
        .then(
            pl.format(
                say("{}, observed on {} by asking") if in_short else say(" since {}, observed on {} by asking"),
                pl.coalesce(since, checked),
                checked,
            )
        )
        .when(since.is_not_null())
        .then(pl.format(say("{}, {}") if in_short else say(" since {}, {}"), since, in_words(pl.col("basis"))))
        .when(pl.col("basis") == "none")
        .then(pl.lit(say("nobody has looked") if in_short else say(", nobody has looked")))
        .otherwise(
            pl.format(
                say("by the vendor's rule for {}") if in_short else say(" by the vendor's rule for {}"),
                in_words(pl.col("basis").str.strip_prefix("rule_")),
            )
        )
    )
    step = pl.col("next_step").str.extract(r"^([a-z]+)")
    said = (known,) if in_short else (in_words(pl.col("assistance")), known)
    return pl.concat_str(pl.format("<p class={}>", step), *said)


def _no_license() -> pl.Expr:
    return pl.when(pl.col("without_license") == "none").then(pl.lit(f"<p>{say('none: the export was empty')}")).otherwise(
        pl.lit(f"<p>{say('not known: they were not exported')}")
    )  # fmt: skip


def _timeline(as_of: date) -> pl.Expr:
    """From when until when a license runs, drawn between a year before the day and two years after it."""
    first, days = as_of - timedelta(YEAR), 3 * YEAR
    places = [
        ((day - pl.lit(first)).dt.total_days() * 100 // days).clip(0, 100)
        for day in (pl.col("start_date"), pl.coalesce(pl.col("end_date"), pl.lit(first + timedelta(days))))
    ]
    return pl.format("<svg aria-hidden=true><line x1={}% x2={}% y1=4 y2=4 /></svg>", *places).fill_null("")


def _licenses(licenses: pl.DataFrame, files: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """One row per customer: customer_id, licenses (a list for each file they were read from) and licenses_in_short."""
    end = (
        pl.when(pl.col("end_date").is_not_null())
        .then(_between(say(" to "), pl.col("end_date").dt.strftime(day_format())))
        .when(pl.col("state") == "unknown")
        .then(pl.lit(say(", no end date")))
        .otherwise(pl.lit(""))
    )
    use = _between(", ", _seats())
    start = pl.col("start_date").dt.strftime(f" {day_format()}")
    name = escaped(pl.coalesce("product_name", "product_code"))
    whole = pl.concat_str(
        pl.format("<li>{}<p>", name),
        badge(pl.col("state")),
        pl.lit(" "),
        in_words(pl.col("model")),
        start,
        end,
        use,
        pl.format(say(", line {}"), "line"),
        _timeline(as_of),
    )
    short_use = _between(", ", _seats(in_short=True))
    begins = pl.when(pl.col("state") == "future").then(start).otherwise(pl.lit(""))
    short = pl.concat_str(pl.lit("<li>"), escaped(pl.col("product_code")), begins, end, short_use)
    read = pl.format("<p>{}, {}<ul>", escaped(pl.col("file")), pl.col("snapshot_date").dt.strftime(day_format()))
    return (
        licenses.with_columns(licenses=whole, licenses_in_short=short)
        .group_by("customer_id", "load_id", maintain_order=True)
        .agg(pl.col("licenses", "licenses_in_short").str.join(""), pl.col("snapshot_date").first())
        .join(files, on="load_id", how="left", maintain_order="left")
        .group_by("customer_id", maintain_order=True)
        .agg(
            pl.concat_str(read, "licenses", pl.lit("</ul>")).str.join("").alias("licenses"),
            _between("<ul>", pl.col("licenses_in_short").str.join(""), "</ul>").alias("licenses_in_short"),
        )
    )


def _with_licenses(sources: pl.DataFrame, licenses: pl.DataFrame) -> pl.DataFrame:
    """The rows that were read about customers, and before them those of their licenses, in the order of the cards."""
    places = ["customer_id", "snapshot_date", "load_id", "line"]
    return pl.concat([licenses.select(places), sources.select(places)])


def _seats(*, in_short: bool = False) -> pl.Expr:
    quantity, used = pl.col("quantity").cast(pl.String), pl.col("used").cast(pl.String)
    return (
        pl.when(pl.col("is_unlimited") & used.is_not_null())
        .then(pl.format(say("unlimited, {} used"), used))
        .when("is_unlimited")
        .then(pl.lit(say("unlimited")))
        .when(quantity.is_not_null() & used.is_not_null())
        .then(pl.format(_in_order(say("{used} of {seats}")) if in_short else say("{} of {} used"), used, quantity))
        .when(quantity.is_not_null())
        .then(pl.format(say("{} seats, use not reported"), quantity))
        .when(used.is_not_null())
        .then(pl.format(say("{} used"), used))
        .otherwise(pl.lit(say("seats and use not reported")))
    )


def _in_order(said: str) -> str:
    """A text with places in the order of the values."""
    return said.replace("{used}", "{}").replace("{seats}", "{}")


def _names(names: pl.DataFrame) -> pl.DataFrame:
    """One row per customer that was called otherwise once: customer_id, names."""
    shown = pl.format(
        say("shown as {} from {} ({} line {})"),
        _between("<bdi>", escaped(pl.col("customer_name")), "</bdi>"),
        pl.col("snapshot_date").dt.strftime(day_format()),
        escaped(pl.col("file")),
        "line",
    )
    return names.group_by("customer_id", maintain_order=True).agg(shown.str.join(", ").alias("names"))


def _sources(sources: pl.DataFrame, files: pl.DataFrame) -> pl.DataFrame:
    """One row per customer: customer_id, sources (by day and file the lines of the rows that were read about it)."""
    day = pl.col("snapshot_date").dt.strftime(f"{day_format()}: ")
    return (
        sources.group_by("customer_id", "snapshot_date", "load_id", maintain_order=True)
        .agg(pl.col("line").cast(pl.String).str.join(", ").alias("lines"))
        .join(files, on="load_id", how="left", maintain_order="left")
        .with_columns(read=pl.format("{} {}", escaped(pl.col("file")), "lines"))
        .group_by("customer_id", "snapshot_date", maintain_order=True)
        .agg(pl.col("read").str.join("; "))
        .group_by("customer_id", maintain_order=True)
        .agg(pl.concat_str(day, "read").str.join("; ").alias("sources"))
    )
