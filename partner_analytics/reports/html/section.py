"""A report as one HTML section, the same on the page and in a notebook."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import polars as pl
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from partner_analytics.languages import DAYS_IN_TEXT, code, count, day, number, say, spoken, verb, word
from partner_analytics.reports.html.cells import CARD, fitting, table_row

if TYPE_CHECKING:
    from partner_analytics.reports.content import Column, Content

__all__ = ["TABLE_BYTES", "fragment", "shown_columns", "shown_rows", "style", "templates"]

HERE: Final = "partner_analytics.reports"
PLACE, OPENING, OPENED_BY, URGENCY = "row.place", "row.opening", "row.opened_by", "row.urgency"
"""What is known of a row beside its columns, whatever those are called."""

ORIGIN: Final = {"load_id", "line"}
"""Where a row was read; a row of several rows of the exports has none, and its card names them."""

RIGHT: Final = ("number", "day")

TABLE_BYTES: Final = 400_000
"""How large a table may get. A page of more opens slowly; all rows are in the CSV file, and in the frame."""

SMALLEST_ROW: Final = 40
"""No row of a table has fewer bytes: so many rows at most are made."""


@cache
def templates(package: str) -> Environment:
    """The templates of a package; whatever is put into one is escaped unless it is markup already."""
    made = Environment(
        loader=PackageLoader(package, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["days_whole"] = _days_whole
    made.filters["word"] = word
    made.globals.update(say=say, count=count, verb=verb, number=number, day=day, language=code)
    return made


def _days_whole(text: str) -> Markup:
    """A text in which no day is broken over two lines."""
    return Markup(DAYS_IN_TEXT.sub(r'<span class="day">\g<0></span>', str(escape(text))))


@cache
def style() -> str:
    """The style sheet of the fragment; every rule is inside `.pa`."""
    return PackageLoader(HERE, "templates").get_source(templates(HERE), "report.css")[0]


def fragment(
    report: Content,
    *,
    customers: pl.DataFrame | None = None,
    table_bytes: int = TABLE_BYTES,
    marks: pl.Expr | None = None,
    controls: str = "",
    table: str = "",
    said: frozenset[str] = frozenset(),
) -> str:
    """The report as a `<section>`: headline, figures, chart, table, and what it takes as given.

    Parameters
    ----------
    customers
        Where the page lists the customers, one row per customer: customer_id, urgency, card (the number of its card, or
        empty), opened_by (the marks of the figures that open to it). A figure is then a link to its customers there.
    table_bytes
        How large the table may get.
    marks
        What the rows carry as classes, by which the page's filters find them.
    controls
        Markup that stands above the table; the table then comes before the caveats and the chart.
    table
        Markup of a table that stands in place of that of the rows; it then comes before the caveats and the chart.
    said
        The caveats that stand on the page already.
    """
    with spoken(report.basis.language):
        return _said(report, customers, table_bytes, marks, controls, table, said)


def _said(
    report: Content,
    customers: pl.DataFrame | None,
    table_bytes: int,
    marks: pl.Expr | None,
    controls: str,
    table: str,
    said: frozenset[str],
) -> str:
    """The section in the language that is spoken."""
    from partner_analytics.charts import chart, trend, trend_alternative
    from partner_analytics.charts.svg import to_svg

    rows = pl.Series(dtype=pl.String) if table else shown_rows(report, customers, table_bytes, marks)
    columns = shown_columns(report, on_page=customers is not None)
    toggle = report.toggle
    look, drawn_trend = report.look, trend(report.look, report.history)
    return (
        templates(HERE)
        .get_template("fragment.html")
        .render(
            report=report,
            basis=report.basis,
            right=RIGHT,
            columns=columns,
            numeric=" ".join(f"n{place}" for place, column in enumerate(columns, 1) if column.form in RIGHT),
            opens=customers is not None,
            drawing=Markup(to_svg(chart(look, report.drawn, report.basis.only), report.name)),
            alternative=_alternative(report),
            trend=None if drawn_trend is None else Markup(to_svg(drawn_trend, f"{report.name}-trend")),
            trend_alternative=trend_alternative(look, report.history),
            controls=Markup(controls),
            table=Markup(table),
            caveats=[line for line in report.caveats if line not in said],
            body=Markup("".join(rows)),
            shown=rows.len(),
            hidden=None if toggle is None else report.frame.height - report.frame.filter(toggle.rows).height,
        )
        .strip()
        + "\n"
    )


def _alternative(report: Content) -> str:
    """What the chart shows, for those who cannot see it."""
    told = report.look.describe(report.drawn)
    only = report.basis.only
    return say("Chart, only {only}. {told}", only=only, told=told) if only else say("Chart. {told}", told=told)


def shown_columns(report: Content, *, on_page: bool) -> tuple[Column, ...]:
    """The columns of the report's table that hold anything; ids stand in the cards of the page, and in the CSV file."""
    frame = report.table
    empty = {name for name in frame.columns if frame.height and frame[name].null_count() == frame.height}
    return tuple(one for one in report.columns if one.name not in empty and not (on_page and one.form == "id"))


def shown_rows(report: Content, customers: pl.DataFrame | None, size: int, marks: pl.Expr | None = None) -> pl.Series:
    """The rows of the report's table, in its order; of more than fit those of the most urgent customers.

    A report that says itself how urgent a customer is comes most urgent first.

    Parameters
    ----------
    marks
        What the rows carry as classes.
    """
    frame = report.table
    if "urgency" in frame.columns:
        frame = frame.sort("urgency")
    frame = frame.with_row_index(PLACE).with_columns(_opening(report).alias(OPENING))
    if customers is not None and "customer_id" in frame.columns:
        known = customers.select(
            "customer_id",
            pl.col("card").alias(CARD),
            pl.col("opened_by").alias(OPENED_BY),
            pl.col("urgency").alias(URGENCY),
        )
        frame = frame.join(known, on="customer_id", how="left").sort(URGENCY, PLACE, nulls_last=True)
        if "urgency" in frame.columns:
            marks = pl.col(OPENED_BY)
    if marks is not None:
        frame = frame.with_columns(_marked(marks).alias(OPENING))
    if set(frame.columns) >= ORIGIN:
        frame = frame.with_columns(_with_origin().alias(OPENING))
    frame = frame.head(size // SMALLEST_ROW)
    columns = shown_columns(report, on_page=customers is not None)
    rows = frame.select(PLACE, table_row(columns, frame.schema, pl.col(OPENING)).alias("row"))
    return rows.head(fitting(rows["row"], size).len()).sort(PLACE)["row"]


def _opening(report: Content) -> pl.Expr:
    """The opening tag of a row; those that the report's toggle hides are marked."""
    opening = pl.lit("<tr>")
    if report.toggle is None:
        return opening
    return pl.when(report.toggle.rows).then(opening).otherwise(pl.lit("<tr class=other>"))


def _marked(marks: pl.Expr) -> pl.Expr:
    """The opening tag with some marks."""
    return (
        pl.when(marks.is_null() | (marks == ""))
        .then(OPENING)
        .when(pl.col(OPENING) == "<tr>")
        .then(pl.concat_str(pl.lit('<tr class="'), marks, pl.lit('">')))
        .otherwise(pl.concat_str(pl.lit('<tr class="other '), marks, pl.lit('">')))
    )


def _with_origin() -> pl.Expr:
    """The opening tag with the load and the line that the row was read from, as data."""
    origin = pl.format("<tr data-load={} data-line={}", "load_id", "line")
    return pl.when(pl.col("line").is_null()).then(OPENING).otherwise(
        pl.concat_str(origin, pl.col(OPENING).str.strip_prefix("<tr"))
    )  # fmt: skip
