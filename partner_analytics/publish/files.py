"""Reports as files: each is whole or not there, and the manifest comes last."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import polars as pl

from partner_analytics.errors import UsageError
from partner_analytics.publish.page import page
from partner_analytics.reports import csv_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from partner_analytics.reports import Report
    from partner_analytics.store import RefusedRows

__all__ = ["copy_file", "write_reports"]

FORMATS = ("csv", "html")


def write_reports(
    reports: Sequence[Report], folder: Path, formats: Collection[str] = FORMATS, *, version: str
) -> tuple[Path, ...]:
    """Write the reports into a folder, which is made where it is missing.

    Each file is first written beside its place and then moved there, so that a reader never meets half a file. The
    manifest with the hash of every file is the last, so that a manifest that fits its files proves them complete.

    Parameters
    ----------
    formats
        "csv" for one file a report, "html" for one page of all.

    Returns
    -------
    tuple[Path, ...]
        The files in the order in which they were written.

    Raises
    ------
    UsageError
        There is no report, a format is not known, or the folder cannot be written.
    """
    if isinstance(formats, str):
        formats = (formats,)
    if not reports:
        raise UsageError("There is no report to write.", "name at least one report.")
    if unknown := sorted(set(formats) - set(FORMATS)):
        raise UsageError(f"Reports are not written as {unknown[0]!r}.", f"formats are: {', '.join(FORMATS)}.")
    texts: dict[str, str] = {}
    if "csv" in formats:
        texts.update({f"{report.name}.csv": report.to_csv() for report in reports})
    if "html" in formats:
        texts["index.html"] = page(reports, version=version)
    contents = {name: text.encode("utf-8") for name, text in texts.items()}
    contents["manifest.json"] = _manifest(reports, contents, version).encode("utf-8")
    with _writable(folder):
        return tuple(_write(folder / name, content) for name, content in contents.items())


def copy_file(file: Path, folder: Path) -> Path:
    """Put a copy of a file into a folder, whole, in place of one that was there.

    Raises
    ------
    UsageError
        The folder cannot be written.
    """
    with _writable(folder):
        return _write(folder / file.name, file.read_bytes())


def write_refused_rows(refused: Sequence[RefusedRows], file: Path) -> tuple[tuple[Path, int], ...]:
    """Write refused rows as CSV, a file for each kind of export and day; the first has the name given.

    Returns
    -------
    tuple of (Path, int)
        The files, and how many rows each holds.
    """
    written = []
    for number, of in enumerate(refused):
        name = f"{file.stem}-{of.kind}-{of.snapshot_date}{file.suffix}" if number else file.name
        with _writable(file.parent):
            text = csv_text(of.rows, of.headers)
            written.append((_write(file.parent / name, text.encode("utf-8-sig")), of.rows.height))
    return tuple(written)


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise UsageError(
            f"The reports cannot be written to {folder}: {error.strerror or error}.",
            "choose a folder that can be written, with --out.",
        ) from error


def _manifest(reports: Sequence[Report], contents: dict[str, bytes], version: str) -> str:
    basis = reports[0].basis
    # Not when it was loaded: the same exports make the same files.
    loads = basis.loads.select(
        "file",
        "kind",
        pl.col("snapshot_date").cast(pl.String),
        "sha256",
        "rows_read",
        "accepted",
        "quarantined",
        "duplicates",
    ).to_dicts()
    manifest = {
        "as_of": basis.as_of.isoformat(),
        "version": version,
        "expiring_days": basis.expiring_days,
        "reports": [report.name for report in reports],
        "snapshot_days": {kind: day.isoformat() for kind, day in basis.snapshot_days},
        "loads": loads,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()},
    }
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def _write(path: Path, content: bytes) -> Path:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return path
