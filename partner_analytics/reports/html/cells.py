"""The cells of a table as HTML, made column by column: no loop over rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from partner_analytics.languages import day_format, say, word
from partner_analytics.languages.words import in_words as words_of
from partner_analytics.vocabulary import MY_PROTECTION

if TYPE_CHECKING:
    from partner_analytics.reports.content import Column

__all__ = [
    "CARD",
    "NOTHING",
    "OPENINGS",
    "badge",
    "escaped",
    "fitting",
    "in_words",
    "mail_link",
    "name_cell",
    "phone_link",
    "table_row",
    "tone",
]

CARD: Final = "row.card"
"""The column with the number of a customer's card; no column of a report has a dot in its name."""

TONES: Final = {
    "active": "good",
    "on": "good",
    "nothing": "good",
    "expiring": "warning",
    "renew": "warning",
    "convert_trial": "warning",
    "check_assistance": "warning",
    "expired": "bad",
    "off": "bad",
    "reactivate": "bad",
    "win_back": "bad",
    "unknown": "unknown",
    "no_data": "unknown",
    "export_licenses": "unknown",
    "check_end_dates": "unknown",
    "check_renewal": "unknown",
    "add_seats": "warning",
    "open": "bad",
    "reduced": "warning",
    "renewed": "good",
}
"""The tone of a word; any other is plain. The style sheet gives each tone a colour and a shape."""

OPENINGS: Final = {
    "good": "<b class=g>",
    "warning": "<b class=w>",
    "bad": "<b class=x>",
    "unknown": "<b class=u>",
    "plain": "<b>",
}
"""How the badge of a tone begins; in short, since a page can have ten thousand of them."""

COVER: Final = ("expired", "expiring", "unknown", "trial", "future", "active")
"""The statuses in the order in which a customer's categories are named; the columns are `expired_in` and so on."""

DOLLAR: Final = ' <span class="dollar" role="img" aria-label="{}">$</span>'
NOTHING: Final = "<td class=empty>–"
"""The cell of what is not known."""

ADDRESS: Final = r"^[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$"
"""What is plainly the address of a mail, and nothing else."""

PHONE: Final = r"^\+?[0-9][0-9 ()/.-]{3,30}$"
"""What is plainly a telephone number."""


def escaped(text: pl.Expr) -> pl.Expr:
    """Text that stays text: marked-up signs escaped, line breaks shown, control characters taken out."""
    return (
        text.str.replace_all("&", "&amp;", literal=True)
        .str.replace_all("<", "&lt;", literal=True)
        .str.replace_all(">", "&gt;", literal=True)
        .str.replace_all('"', "&quot;", literal=True)
        .str.replace_all("'", "&#39;", literal=True)
        .str.replace_all("(?:\r\n|[\n\r\x0b\x0c\x85\u2028\u2029])+", " ↵ ")
        .str.replace_all("\t", " ", literal=True)
        .str.replace_all(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]", "\N{REPLACEMENT CHARACTER}")
    )


def in_words(code: pl.Expr) -> pl.Expr:
    """A code as words: `no_data` reads "no data"."""
    return escaped(words_of(code))


def tone(of: pl.Expr) -> pl.Expr:
    """The tone of a word."""
    return of.replace_strict(list(TONES), list(TONES.values()), default="plain", return_dtype=pl.String)


def badge(of: pl.Expr) -> pl.Expr:
    """A word with its tone: the style sheet draws it as a badge."""
    opening = tone(of).replace_strict(list(OPENINGS), list(OPENINGS.values()), return_dtype=pl.String)
    return pl.concat_str(opening, in_words(of), pl.lit("</b>"))


def table_row(columns: tuple[Column, ...], schema: pl.Schema, opening: pl.Expr) -> pl.Expr:
    """One row of a table, from its opening tag to its end, without the end tags that HTML does not need.

    Parameters
    ----------
    schema
        The columns of the frame. Where it has `CARD`, the name opens the card of that number; where it has an
        `account_type`, the names of managed customer orders carry the dollar mark.
    """
    cells = [name_cell(schema) if column.form == "name" else _cell(column) for column in columns]
    return pl.concat_str(opening, *cells, pl.lit("\n"))


def fitting(rows: pl.Series, size: int) -> pl.Series:
    """The first rows of a table that stay within a number of bytes."""
    return rows.filter(rows.str.len_bytes().cum_sum() <= size)


def mail_link(address: pl.Expr) -> pl.Expr:
    """The address of a mail as a link; text where it could be anything else."""
    link = pl.concat_str(pl.lit('<a href="mailto:'), address, pl.lit('">'), address, pl.lit("</a>"))
    return pl.when(address.str.contains(ADDRESS)).then(link).otherwise(escaped(address))


def phone_link(number: pl.Expr) -> pl.Expr:
    """A telephone number as a link; text where it could be anything else."""
    dialled = number.str.replace_all(r"\(0\)|[^0-9+]", "")
    link = pl.concat_str(pl.lit('<a href="tel:'), dialled, pl.lit('">'), escaped(number), pl.lit("</a>"))
    return pl.when(number.str.contains(PHONE)).then(link).otherwise(escaped(number))


def name_cell(schema: pl.Schema) -> pl.Expr:
    """The cell of a customer's name, as the first of a row: it opens the customer's card where there is one."""
    text = escaped(pl.col("customer_name").fill_null(""))
    name = pl.concat_str(pl.lit("<bdi>"), text, pl.lit("</bdi>"))
    if CARD in schema:
        # The style sheet isolates the text of a button as <bdi> does.
        button = pl.format("<button popovertarget=c{}>{}</button>", CARD, text)
        name = pl.when(pl.col(CARD).is_null()).then(name).otherwise(button)
    mark = pl.lit("")
    if "account_type" in schema:
        mark = (
            pl.when(pl.col("account_type") == "managed_order")
            .then(pl.lit(DOLLAR.format(say("managed customer order"))))
            .otherwise(mark)
        )
    return pl.concat_str(pl.lit("<th>"), name, mark)


def _cell(column: Column) -> pl.Expr:
    """One cell of each row, as HTML."""
    if column.form == "cover":
        return _cover()
    value = pl.col(column.name)
    if column.form == "to_do":
        by = pl.concat_str(pl.lit(say(" by ")), pl.col("act_by").dt.strftime(day_format())).fill_null("")
        others = (
            pl.when(pl.col("actions") > 1)
            .then(pl.format(say("<br>+{} more"), pl.col("actions") - 1))
            .otherwise(pl.lit(""))
        )
        return pl.concat_str(pl.lit("<td>"), badge(value), by, others)
    if column.form in ("flag", "alarm"):
        yes = f"<td>{say('yes')}" if column.form == "flag" else f"<td>{OPENINGS['bad']}{say('yes')}</b>"
        return pl.when(value).then(pl.lit(yes)).when(value.not_()).then(pl.lit(f"<td class=empty>{say('no')}")).otherwise(
            pl.lit(NOTHING)
        )  # fmt: skip
    if column.form == "day":
        return _known("<td>", value.dt.strftime(day_format()))
    if column.form == "number":
        return _known("<td>", value.cast(pl.String).str.replace("-", "−", literal=True))
    if column.form == "word":
        return _known("<td>", in_words(value))
    if column.form == "badge":
        return _known("<td>", badge(value))
    if column.form == "person":
        return _known("<td>", escaped(value))
    text = pl.concat_str(pl.lit("<bdi>"), escaped(value), pl.lit("</bdi>"))
    return _known(f"<td class={column.form}>" if column.form in ("id", "sentence") else "<td>", text)


def _cover() -> pl.Expr:
    """The categories of a customer by status, marked as rows are for "Show my protection only", or why it has none."""
    parts = [
        pl.concat_str(
            pl.lit(
                f"<p{'' if status in MY_PROTECTION else ' class=other'}>{OPENINGS[TONES.get(status, 'plain')]}{word(status)}</b> "
            ),
            pl.col(f"{status}_in").str.replace_all("; ", ", ", literal=True),
        ).fill_null("")
        for status in COVER
    ]
    without = pl.concat_str(pl.lit("<p class=other>"), badge(pl.col("without_license"))).fill_null("")
    return pl.concat_str(pl.lit("<td>"), *parts, without)


def _known(opening: str, inside: pl.Expr) -> pl.Expr:
    return pl.concat_str(pl.lit(opening), inside).fill_null(NOTHING)
