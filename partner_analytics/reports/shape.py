"""The shape that a report's frame, columns and words must have to be shown, where a user's own code made them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from partner_analytics.errors import UsageError
from partner_analytics.reports.content import Column, Figure, Toggle, Words

__all__ = ["as_words", "check_columns", "check_frame"]

TEXT: Final = (pl.String,)
NUMBER: Final = (
    pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64, pl.Float32, pl.Float64,
)  # fmt: skip
FORMS: Final[dict[str, tuple[type[pl.DataType], ...]]] = {
    **dict.fromkeys(("name", "text", "word", "badge", "sentence", "person", "id"), TEXT),
    "day": (pl.Date,),
    "number": NUMBER,
    **dict.fromkeys(("flag", "alarm"), (pl.Boolean,)),
}
"""What a column of each form holds."""

KINDS_OF_VALUES: Final = (*TEXT, *NUMBER, pl.Date, pl.Boolean)
"""What can be written to every file."""

SAME_EVERYWHERE: Final = ("customer_id", "customer_name", "account_type", "category", "product_code")
"""Columns that mean the same in every frame: reports are narrowed, sorted and linked by them."""

TONES: Final = ("good", "warning", "bad", "unknown", "plain")
IDENTIFIER: Final = re.compile(r"[a-z_][a-z0-9_]*")


def check_columns(report: str, columns: object) -> None:
    """Raise a UsageError unless these are columns of a table."""
    if not isinstance(columns, tuple) or not columns or not all(isinstance(column, Column) for column in columns):
        raise UsageError(
            f"The columns of the report `{report}` are no tuple of Column.",
            'give it a tuple: (Column("seats", "Seats", "number"),)',
        )
    for column in columns:
        if not IDENTIFIER.fullmatch(column.name):
            raise UsageError(
                f"The report `{report}` has a column {column.name!r}: lower case letters, digits and underscores name one.",
                "call it seats_open, say.",
            )
        if column.form not in FORMS:
            raise UsageError(
                f"The column `{column.name}` of the report `{report}` is of the form {column.form!r}, which there is not.",
                f"forms are: {', '.join(FORMS)}.",
            )
        if column.form == "name" and column.name != "customer_name":
            raise UsageError(
                f"The column `{column.name}` of the report `{report}` is of the form name, which is for `customer_name`.",
                'give it the form "text".',
            )


def check_frame(report: str, frame: object, columns: Sequence[Column]) -> None:
    """Raise a UsageError unless a frame has these columns, and nothing in it that cannot be written."""
    if not isinstance(frame, pl.DataFrame):
        raise UsageError(
            f"The transform of the report `{report}` gives one of {type(frame).__name__}; expected a polars DataFrame.",
            "end a lazy frame with .collect()",
        )
    forms = {column.name: column.form for column in columns}
    if missing := [name for name in forms if name not in frame.columns]:
        raise UsageError(
            f"The frame of the report `{report}` has no column `{missing[0]}`; it has {', '.join(frame.columns) or 'none'}.",
            "let its transform make every column that its columns name.",
        )
    for name, dtype in frame.schema.items():
        expected = TEXT if name in SAME_EVERYWHERE else FORMS[forms[name]] if name in forms else KINDS_OF_VALUES
        if not IDENTIFIER.fullmatch(name) or dtype not in expected:
            raise UsageError(
                f"The column {name!r} of the report `{report}` holds {dtype}; expected {_in_words(expected)}, under a name "
                "of lower case letters, digits and underscores.",
                f"let its transform cast it: pl.col({name!r}).cast(pl.{expected[0].__name__})",
            )
        if dtype.is_float() and not frame[name].is_finite().all():
            raise UsageError(
                f"The column `{name}` of the report `{report}` holds a number that is none, or has no end.",
                "let its transform leave it empty: .fill_nan(None)",
            )


def as_words(report: str, words: object, frame: pl.DataFrame, columns: Sequence[Column]) -> Words:
    """The words of a report, as they can be shown beside its frame.

    Figures open to their customers, and so to nothing where the frame has no `customer_id`.

    Raises
    ------
    UsageError
        If they are no words, or one of their parts is none that can be shown.
    """
    if not isinstance(words, Words):
        raise UsageError(
            f"The words of the report `{report}` are one of {type(words).__name__}; expected Words.",
            "write Words(headline, figures, assumptions, caveats), from partner_analytics.reports.",
        )
    figures = tuple(words.figures)
    lists = (words.assumptions, words.caveats)
    texts = [words.headline, *words.assumptions, *words.caveats]
    texts += [
        text for figure in figures if isinstance(figure, Figure) for text in (figure.label, figure.value, figure.note)
    ]
    is_text = all(isinstance(text, str) for text in texts) and not any(isinstance(one, str) for one in lists)
    if not is_text or not all(isinstance(figure, Figure) for figure in figures):
        raise UsageError(
            f"The words of the report `{report}` hold something that is no text.",
            'write a headline, Figure("Seats", "120"), and tuples of sentences: assumptions=("…",), caveats=()',
        )
    for text in texts:
        text.encode()
    if wrong := [figure.tone for figure in figures if figure.tone not in TONES]:
        raise UsageError(
            f"A figure of the report `{report}` has the tone {wrong[0]!r}, which there is not.",
            f"tones are: {', '.join(TONES)}.",
        )
    table = words.table() if callable(words.table) else words.table
    table = frame if table is None else table
    check_frame(report, table, columns)
    for rows in (*(figure.rows for figure in figures), *_hidden(words.toggle)):
        if rows is not None:
            frame.filter(rows)
    for rows in _hidden(words.toggle):
        table.filter(rows)
    opens = "customer_id" in frame.columns
    return replace(
        words,
        table=table,
        figures=figures if opens else tuple(replace(figure, rows=None) for figure in figures),
        assumptions=tuple(words.assumptions),
        caveats=tuple(words.caveats),
    )


def _hidden(toggle: Toggle | None) -> tuple[pl.Expr, ...]:
    return () if toggle is None else (toggle.rows,)


def _in_words(kinds: Sequence[type[pl.DataType]]) -> str:
    named = {pl.String: "text", pl.Date: "days", pl.Boolean: "yes or no", pl.Int64: "numbers"}
    return " or ".join(named[kind] for kind in kinds if kind in named)
