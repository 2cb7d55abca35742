"""A report as one HTML section, the same on the page and in a notebook."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import polars as pl
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from partner_analytics.vocabulary import KINDS, MY_PROTECTION

if TYPE_CHECKING:
    from partner_analytics.reports.report import Column, Report

__all__ = ["fragment", "style", "templates"]

HERE: Final = "partner_analytics.reports"

TONES: Final = {
    "active": "good",
    "on": "good",
    "expiring": "warning",
    "expired": "bad",
    "off": "bad",
    "unknown": "unknown",
    "no_data": "unknown",
}
"""The tone of a word; any other is plain."""

SHAPES: Final = {"good": "✓", "warning": "▲", "bad": "✕", "unknown": "?", "plain": "○"}
"""A shape for each tone, so that no tone is told by colour alone."""

RIGHT: Final = ("number", "day")
KIND_TITLES: Final = {
    "customers": "customers",
    "licenses": "licenses",
    "assistance": "Partner Assistance",
    "customer_facts": "customer facts",
}


@cache
def templates(package: str) -> Environment:
    """The templates of a package; whatever is put into one is escaped unless it is markup already."""
    return Environment(
        loader=PackageLoader(package, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def style() -> str:
    """The style sheet of the fragment and the page; every rule is inside `.pa`."""
    return PackageLoader(HERE, "templates").get_source(templates(HERE), "page.css")[0]


def fragment(report: Report) -> str:
    """The report as a `<section>`: headline, figures, chart, what it rests on, and the table."""
    from partner_analytics.charts import chart, text_alternative
    from partner_analytics.charts.svg import to_svg

    basis = report.basis
    shown = sum(report.frame["status"].is_in(MY_PROTECTION)) if report.name == "protection_status" else None
    text = templates(HERE).get_template("fragment.html").render(
        report=report,
        basis=basis,
        shapes=SHAPES,
        right=RIGHT,
        drawing=Markup(to_svg(chart(report.name, report.frame), report.name)),
        alternative=f"Chart. {text_alternative(report.name, report.frame)}",
        body=Markup(table_body(report.frame, report.columns, report.name)),
        hidden=None if shown is None else report.frame.height - shown,
        snapshots=[(KIND_TITLES.get(kind, kind), day.isoformat()) for kind, day in basis.snapshot_days],
        never_loaded=[KIND_TITLES[kind] for kind in KINDS if kind not in dict(basis.snapshot_days)],
        sources=Markup(_rows(basis.loads, SOURCES)),
        refused=Markup(_rows(basis.quarantine, REFUSED)),
        unmapped=Markup(_rows(basis.unmapped_products, UNMAPPED)),
        unknown=Markup(_rows(basis.unknown_customers, UNKNOWN)),
    )  # fmt: skip
    return text.strip() + "\n"


SOURCES: Final = (
    ("file", "text"),
    ("kind", "word"),
    ("snapshot_date", "day"),
    ("rows_read", "number"),
    ("accepted", "number"),
    ("quarantined", "number"),
    ("duplicates", "number"),
)
REFUSED: Final = (
    ("file", "text"),
    ("line", "number"),
    ("column_name", "text"),
    ("value", "text"),
    ("reason", "text"),
)
UNMAPPED: Final = (
    ("product_code", "text"),
    ("product_name", "text"),
    ("licenses", "number"),
    ("customers", "number"),
)
UNKNOWN: Final = (("customer_id", "text"), ("kind", "word"), ("rows", "number"))


def _rows(frame: pl.DataFrame, columns: tuple[tuple[str, str], ...]) -> str:
    cells = [_cell(name, form) for name, form in columns]
    return _joined(frame, pl.concat_str(pl.lit("<tr>"), *cells, pl.lit("</tr>\n")))


def table_body(frame: pl.DataFrame, columns: tuple[Column, ...], name: str) -> str:
    """The rows of the report's table, made column by column: no loop over rows."""
    opening = pl.lit("<tr>")
    if name == "protection_status":
        # What "Show my protection only" hides.
        opening = pl.when(pl.col("status").is_in(MY_PROTECTION)).then(opening).otherwise(pl.lit('<tr class="other">'))
    cells = [_cell(column.name, column.form) for column in columns]
    return _joined(frame, pl.concat_str(opening, *cells, pl.lit("</tr>\n")))


def _joined(frame: pl.DataFrame, row: pl.Expr) -> str:
    return "".join(frame.select(row).to_series().to_list()) if frame.height else ""


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


def _cell(name: str, form: str) -> pl.Expr:
    """One cell of each row, as HTML."""
    column = pl.col(name)
    empty = pl.lit('<td class="empty">–</td>')
    if form == "name":
        return pl.concat_str(pl.lit('<th scope="row"><bdi>'), escaped(column.fill_null("")), pl.lit("</bdi></th>"))
    if form == "flag":
        return pl.when(column).then(pl.lit("<td>yes</td>")).when(column.not_()).then(
            pl.lit('<td class="empty">no</td>')
        ).otherwise(empty)  # fmt: skip
    if form == "alarm":
        return (
            pl.when(column)
            .then(
                pl.lit(f'<td><span class="badge bad"><span aria-hidden="true">{SHAPES["bad"]}</span> yes</span></td>')
            )
            .otherwise(pl.lit('<td class="empty">no</td>'))
        )
    nothing = pl.lit('<td class="num empty">–</td>')
    if form == "day":
        return _known(column, "day", column.dt.strftime("%Y-%m-%d"), nothing)
    if form == "number":
        return _known(column, "num", column.cast(pl.String).str.replace("-", "−", literal=True), nothing)
    if form == "word":
        return _known(column, "", escaped(column.str.replace_all("_", " ", literal=True)), empty)
    if form == "badge":
        tone = column.replace_strict(list(TONES), list(TONES.values()), default="plain", return_dtype=pl.String)
        shape = tone.replace_strict(list(SHAPES), list(SHAPES.values()), default="○", return_dtype=pl.String)
        inside = pl.concat_str(
            pl.lit('<span class="badge '),
            tone,
            pl.lit('"><span aria-hidden="true">'),
            shape,
            pl.lit("</span> "),
            escaped(column.str.replace_all("_", " ", literal=True)),
            pl.lit("</span>"),
        )
        return _known(column, "", inside, empty)
    text = pl.concat_str(pl.lit("<bdi>"), escaped(column), pl.lit("</bdi>"))
    return _known(column, "id" if form == "id" else "", text, empty)


def _known(column: pl.Expr, css_class: str, inside: pl.Expr, empty: pl.Expr) -> pl.Expr:
    opening = f'<td class="{css_class}">' if css_class else "<td>"
    return pl.when(column.is_null()).then(empty).otherwise(pl.concat_str(pl.lit(opening), inside, pl.lit("</td>")))
