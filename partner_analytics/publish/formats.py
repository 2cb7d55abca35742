"""The formats that reports are written in, each from all reports to its files."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from partner_analytics.errors import UsageError
from partner_analytics.publish.manifests import NAME

if TYPE_CHECKING:
    from partner_analytics.reports import Report
    from partner_analytics.reports.csv_text import CsvTable, Dialect

__all__ = ["FORMATS", "Format", "by_default", "help_text", "names", "written"]


@dataclass(frozen=True)
class Format:
    """A format that reports are written in.

    Parameters
    ----------
    name
        The word for it after `--format`.
    is_for
        What it gives, in a few words.
    write
        From the reports, at least one, and the version of this package to the bytes of each file by its name.
    by_default
        Whether it is written where no format is asked for.
    draws
        Whether charts are in it.
    is_rows_alone
        Whether nothing but the rows of the reports is in it.
    """

    name: str
    is_for: str
    write: Callable[[Sequence[Report], str], Mapping[str, bytes]]
    by_default: bool = False
    draws: bool = False
    is_rows_alone: bool = False


def csv(reports: Sequence[Report], _version: str) -> Mapping[str, bytes]:
    """A CSV file for each report and each of its further frames."""
    from partner_analytics.reports.csv_text import MACHINES

    return _csv(reports, MACHINES)


def csv_for_excel(reports: Sequence[Report], _version: str) -> Mapping[str, bytes]:
    """The same files as a spreadsheet opens them: separated by semicolons, and marked as UTF-8."""
    from partner_analytics.reports.csv_text import EXCEL

    return _csv(reports, EXCEL)


def _csv(reports: Sequence[Report], dialect: Dialect) -> dict[str, bytes]:
    def written(report: Report) -> dict[str, bytes]:
        return {name: _content(table) for name, table in report.csv_tables(dialect).items()}

    # As many at a time as there are cores: the cells of more would only take memory.
    with ThreadPoolExecutor(os.cpu_count()) as writers:
        return {name: content for files in writers.map(written, reports) for name, content in files.items()}


def _content(table: CsvTable) -> bytes:
    table.write(content := io.BytesIO())
    return content.getvalue()


def ics(reports: Sequence[Report], _version: str) -> Mapping[str, bytes]:
    """A calendar for each report that makes one."""
    return {f"{report.name}.ics": report.to_ics().encode() for report in reports if report.calendar is not None}


def xlsx(reports: Sequence[Report], _version: str) -> Mapping[str, bytes]:
    """One workbook of all reports."""
    from partner_analytics.publish.workbook import workbook

    return {"reports.xlsx": workbook(reports)}


def html(reports: Sequence[Report], version: str) -> Mapping[str, bytes]:
    """One page of all reports."""
    from partner_analytics.publish.site.page import page

    return {"index.html": page(reports, version=version).encode()}


def parquet(reports: Sequence[Report], _version: str) -> Mapping[str, bytes]:
    """A Parquet file for each report and each of its further frames."""
    from partner_analytics.publish.parquet import parquet_file
    from partner_analytics.transforms import RELATIONS

    frames = {
        name: frame for report in reports for name, frame in ((report.name, report.frame), *report.further.items())
    }
    known = {name: RELATIONS[name] for name in frames if name in RELATIONS}
    return {
        f"{name}.parquet": parquet_file(frame, known[name].grain, known[name].columns)
        if name in known
        else parquet_file(frame)
        for name, frame in frames.items()
    }


FORMATS: tuple[Format, ...] = (
    Format("csv", "CSV files", csv, by_default=True, is_rows_alone=True),
    Format("ics", "a calendar of renewals", ics, by_default=True),
    Format("xlsx", "a workbook", xlsx),
    Format("parquet", "Parquet files", parquet, is_rows_alone=True),
    Format("html", "a page", html, by_default=True, draws=True),
)
"""Every format, in the order in which their files are written."""


def names() -> tuple[str, ...]:
    """The name of every format, in the order of the alphabet."""
    return tuple(sorted(one.name for one in FORMATS))


def by_default() -> tuple[str, ...]:
    """The names of those that are written where none is asked for."""
    return tuple(sorted(one.name for one in FORMATS if one.by_default))


def draws(formats: Collection[str] | None) -> bool:
    """Whether one of these formats, None for those by default, has charts in it."""
    return any(one.draws and (one.by_default if formats is None else one.name in formats) for one in FORMATS)


def is_rows_alone(formats: Collection[str] | None) -> bool:
    """Whether these formats, None for those by default, hold nothing but the rows of the reports."""
    return formats is not None and all(one.is_rows_alone for one in FORMATS if one.name in formats)


def help_text() -> str:
    """What each format gives, for the help of a command."""
    given = ", ".join(f"{one.name}: {one.is_for}" for one in sorted(FORMATS, key=lambda one: one.name))
    return f"{given}; can be given several times. By default {', '.join(by_default())}."


CSV_FOR: Mapping[str, Callable[[Sequence[Report], str], Mapping[str, bytes]]] = {
    "machines": csv,
    "excel": csv_for_excel,
}
"""For whom CSV files can be written, and what writes them."""


def written(
    reports: Sequence[Report], formats: Collection[str] | None, version: str, csv_for: str = "machines"
) -> dict[str, bytes]:
    """The files of some reports, by name.

    Parameters
    ----------
    formats
        The names of the formats; None for those that are written by default.
    csv_for
        For whom CSV files are written: "machines" or "excel".

    Raises
    ------
    UsageError
        There is no report, a format is not known, or CSV files are meant and not written.
    """
    wanted = by_default() if formats is None else (formats,) if isinstance(formats, str) else formats
    if not reports:
        raise UsageError(
            "Expected at least one report to write; found none.", "name one, or leave the names out to write all."
        )
    if unknown := sorted(set(wanted) - set(names())):
        raise UsageError(f"Reports cannot be written as {unknown[0]!r}.", f"formats are: {', '.join(names())}.")
    if csv_for not in CSV_FOR:
        raise UsageError(f"CSV files cannot be written for {csv_for!r}.", f"write them for: {', '.join(CSV_FOR)}.")
    if csv_for != "machines" and "csv" not in wanted:
        raise UsageError(f"Expected CSV files to write for {csv_for}; found none.", "add csv to the formats.")
    files: dict[str, bytes] = {}
    for one in FORMATS:
        if one.name in wanted:
            write = CSV_FOR[csv_for] if one.name == "csv" else one.write
            files.update(write(reports, version))
    # A later run knows our files by the names in the manifest, and takes no others.
    if strange := [file for file in files if not NAME.fullmatch(file)]:
        raise UsageError(
            f"Expected names of files in lower case letters, digits, dots, hyphens and underscores; found {strange[0]!r}.",
            "let the format that writes it call it otherwise.",
        )
    return files
