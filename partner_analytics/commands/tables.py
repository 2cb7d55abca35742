"""Answers and questions, as the command line prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from partner_analytics.safety.visible import JOINERS, visible
from partner_analytics.terminal import is_terminal, print_data, print_text, say

if TYPE_CHECKING:
    import polars as pl

UNSEEN: Final = rf"[^\p{{L}}\p{{M}}\p{{N}}\p{{P}}\p{{S}}\p{{Zs}}{JOINERS}]"
"""Any sign but letters, marks, numbers, punctuation, symbols and spaces."""


def print_questions() -> None:
    """The named questions, with their parameters."""
    from partner_analytics.ask.questions import questions

    for question in questions():
        print_text(f"{question.name}: {question.title}", f"  {question.grain}")
        for parameter in question.parameters:
            print_text(f"  -p {parameter.name}={parameter.default}  {parameter.meaning}")


def print_frame(frame: pl.DataFrame, form: str) -> None:
    """The rows of an answer as a table, CSV or JSON."""
    import polars as pl

    if form == "csv":
        from partner_analytics.reports import csv_text

        print_data(csv_text(_in_lines(frame) if is_terminal() else frame).removesuffix("\n"))
    elif form == "json":
        print_data(frame.write_json())
    else:
        with pl.Config(
            tbl_rows=-1,
            tbl_cols=-1,
            tbl_width_chars=2**15,
            fmt_str_lengths=200,
            tbl_hide_column_data_types=True,
            tbl_hide_dataframe_shape=True,
            tbl_formatting="UTF8_BORDERS_ONLY",
        ):
            print_text(*str(_in_lines(frame)).split("\n"))
        say(f"{frame.height:,} {'row' if frame.height == 1 else 'rows'}")


def _in_lines(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows with each cell and each header on one line."""
    import polars as pl

    cells = [_in_line(column) if column.dtype == pl.String else column for column in frame.get_columns()]
    names = [visible(name) for name in frame.columns]
    if len(set(names)) < len(names):
        # Two that differ in what is written out only.
        names = [f"{name} ({number})" for number, name in enumerate(names, start=1)]
    return pl.DataFrame([cell.alias(name) for cell, name in zip(cells, names, strict=True)])


def _in_line(column: pl.Series) -> pl.Series:
    found = column.str.extract_all(UNSEEN).list.explode(keep_nulls=False, empty_as_null=False).unique().to_list()
    return column.str.replace_many(found, [visible(sign) for sign in found]) if found else column
