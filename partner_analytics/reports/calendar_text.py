"""A frame as the text of a calendar file (RFC 5545), made column by column."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Final

import polars as pl

__all__ = ["calendar_text"]

OCTETS: Final = 71
"""A line of 71 octets, the rest of a sign of up to 4 that begins in the last, and the blank of a folded line make 75."""

MOST_OCTETS: Final = 4
CONTINUED: Final = (b"\x80", b"\xc0")
"""A sign has so many octets at most; all but its first are from one of these, and below the other."""

OPENING: Final = (
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//partner-analytics//renewals//EN",
    "CALSCALE:GREGORIAN",
    "METHOD:PUBLISH",
)


def calendar_text(events: pl.DataFrame, as_of: date, nothing: str) -> str:
    """The events as a calendar of whole days.

    Whoever imports a later calendar has its entries updated, since ids stay the same and the sequence number grows with
    the day. A calendar must hold something: without an event it holds a note that says so.

    Parameters
    ----------
    events
        One row per event: uid, day, summary, description, category, alarm (how many days after its day it reminds of
        itself, at nine in the morning; negative before it, empty for none).
    as_of
        The day that the calendar is about.
    nothing
        What the note says.
    """
    stamp = f"DTSTAMP:{as_of:%Y%m%d}T000000Z"
    if events.is_empty():
        note = pl.Series([f"SUMMARY:{nothing}"])
        body = [
            "BEGIN:VJOURNAL", "UID:nothing@partner-analytics", stamp, f"DTSTART;VALUE=DATE:{as_of:%Y%m%d}",
            *_folded(note), "END:VJOURNAL",
        ]  # fmt: skip
    else:
        day = pl.col("day")
        lines = events.select(
            pl.lit("BEGIN:VEVENT"),
            pl.concat_str(pl.lit("UID:"), _escaped("uid")).alias("uid"),
            pl.lit(stamp).alias("stamp"),
            pl.lit(f"SEQUENCE:{(as_of - date(1970, 1, 1)).days}").alias("sequence"),
            pl.concat_str(pl.lit("DTSTART;VALUE=DATE:"), day.dt.strftime("%Y%m%d")).alias("start"),
            # The end of an event is the first day that is no longer part of it.
            pl.concat_str(pl.lit("DTEND;VALUE=DATE:"), day.dt.offset_by("1d").dt.strftime("%Y%m%d")).alias("end"),
            pl.concat_str(pl.lit("SUMMARY:"), _escaped("summary")).alias("summary"),
            pl.concat_str(pl.lit("DESCRIPTION:"), _escaped("description")).alias("description"),
            pl.concat_str(pl.lit("CATEGORIES:"), _escaped("category")).alias("category"),
            pl.lit("TRANSP:TRANSPARENT").alias("transparent"),
            *_alarm(),
            pl.lit("END:VEVENT").alias("closing"),
        )
        body = _folded(lines.select(pl.concat_list(pl.all()).explode()).to_series().drop_nulls()).to_list()
    return "\r\n".join((*OPENING, *body, "END:VCALENDAR", ""))


def _alarm() -> tuple[pl.Expr, ...]:
    """The lines of the alarm of an event, which are empty where it has none."""
    has_one, days = pl.col("alarm").is_not_null(), pl.col("alarm")
    # A day begins at midnight: nine in the morning of the day before is fifteen hours earlier.
    before = pl.format("TRIGGER:-P{}DT15H", -days - 1)
    lines = {
        "opening": pl.lit("BEGIN:VALARM"),
        "action": pl.lit("ACTION:DISPLAY"),
        "trigger": pl.when(days < 0).then(before).otherwise(pl.format("TRIGGER:P{}DT9H", days)),
        "said": pl.concat_str(pl.lit("DESCRIPTION:"), _escaped("summary")),
        "closing": pl.lit("END:VALARM"),
    }
    return tuple(pl.when(has_one).then(line).alias(f"alarm_{name}") for name, line in lines.items())


def _escaped(column: str) -> pl.Expr:
    """Text as a calendar writes it: separators and line breaks escaped, other control characters taken out."""
    return (
        pl.col(column)
        .str.replace_all("\\", "\\\\", literal=True)
        .str.replace_all(";", "\\;", literal=True)
        .str.replace_all(",", "\\,", literal=True)
        .str.replace_all("(?:\r\n|[\n\r\x0b\x0c\x85\u2028\u2029])+", "\\n")
        .str.replace_all(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]", "\N{REPLACEMENT CHARACTER}")
    )


def _folded(lines: pl.Series) -> pl.Series:
    """The lines, those of more than 75 octets folded between two signs: each further part begins with a blank."""
    octets = lines.str.len_bytes()
    longest = octets.max()
    if not isinstance(longest, int) or longest <= OCTETS:
        return lines
    line = pl.col("line")
    ends = [pl.lit(0), *(_end_of_sign(line, at) for at in range(OCTETS, longest, OCTETS)), pl.lit(longest)]
    parts = (
        pl.when(end > start).then(line.bin.slice(start, end - start)).cast(pl.String).alias(f"part_{number}")
        for number, (start, end) in enumerate(pairwise(pl.min_horizontal(end, line.bin.size()) for end in ends))
    )
    is_long = octets > OCTETS
    folded = (
        lines.filter(is_long)
        .cast(pl.Binary)
        .alias("line")
        .to_frame()
        .select(pl.concat_str(*parts, separator="\r\n ", ignore_nulls=True))
        .to_series()
    )
    return lines.clone().scatter(is_long.arg_true(), folded)


def _end_of_sign(line: pl.Expr, octet: int) -> pl.Expr:
    """Where the sign ends that an octet is in the middle of; the octet itself where a sign begins there."""
    goes_on = pl.lit(value=True)
    end = pl.lit(octet)
    for further in range(MOST_OCTETS - 1):
        found = line.bin.slice(octet + further, 1)
        goes_on = goes_on & (found >= CONTINUED[0]) & (found < CONTINUED[1])
        end = end + goes_on.cast(pl.Int32)
    return end
