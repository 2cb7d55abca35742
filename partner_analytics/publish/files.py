"""Reports as files: each is whole or not there, and the manifest comes last."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import polars as pl

from partner_analytics.as_of.basis import together
from partner_analytics.errors import UsageError
from partner_analytics.publish.folders import put_all, put_one, writable
from partner_analytics.publish.formats import written
from partner_analytics.publish.manifests import MANIFEST, hashes_of, sealed
from partner_analytics.publish.packs import folder_names, index
from partner_analytics.reports import csv_text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from partner_analytics.reports import Report
    from partner_analytics.store import RefusedRows

__all__ = [
    "check_replaceable",
    "copy_file",
    "write_file",
    "write_packs",
    "write_refused_rows",
    "write_reports",
]

PLACES = "file,line,reason,snapshot_date".encode("utf-8-sig")
"""How a file of refused rows begins."""


def write_reports(
    reports: Sequence[Report],
    folder: Path,
    formats: Collection[str] | None = None,
    *,
    version: str,
    csv_for: str = "machines",
    beside: Mapping[str, bytes] | None = None,
) -> tuple[Path, ...]:
    """Write the reports into a folder, which is made where it is missing.

    All files are written before the first is moved to its place, so that a reader never meets half a file. The manifest
    with the hash of every file is the last, so that a manifest that fits its files proves them complete. What an earlier
    run wrote and this one does not, goes; nothing that is not ours is touched.

    Parameters
    ----------
    formats
        The names of `publish.formats`; None for those that are written by default.
    csv_for
        For whom CSV files are written: "machines" or "excel".
    beside
        Drafts, their table and sheets, by path in the folder.

    Returns
    -------
    tuple[Path, ...]
        The files in the order in which they were written.

    Raises
    ------
    UsageError
        There is no report, a format is not known, or the folder cannot be written; or a file is in the way that is not
        ours, or was changed since.
    StoreError
        Another run writes to the folder.
    """
    contents = _contents(reports, formats, version, csv_for, beside or {})
    return _write_all(folder, contents)


def write_packs(
    packs: Mapping[str | None, Sequence[Report]],
    folder: Path,
    formats: Collection[str] | None = None,
    *,
    names: Collection[str],
    version: str,
    csv_for: str = "machines",
    beside: Mapping[str | None, Mapping[str, bytes]],
) -> tuple[Path, ...]:
    """Write a folder for each pack, an index of them, and the manifest of all, as `write_reports` does.

    Parameters
    ----------
    packs
        By the account manager's name, or None for nobody, the reports of their customers; `customer_overview` is one of
        them.
    names
        The reports that are written.
    beside
        For each pack its drafts, their table and sheets, by path in its folder.
    """
    folders = folder_names(packs)
    contents: dict[str, bytes] = {}
    for name, reports in packs.items():
        wanted = [report for report in reports if report.name in names]
        files = _contents(wanted, formats, version, csv_for, beside.get(name, {}))
        contents.update({f"{folders[name]}/{file}": content for file, content in files.items()})
    has_pages = any(name.endswith("/index.html") for name in contents)
    contents["index.html"] = index(packs, folders, has_pages=has_pages, version=version).encode()
    hashes = hashes_of(contents)
    basis = next(iter(packs.values()))[0].basis
    manifest = {
        "as_of": basis.as_of.isoformat(),
        "version": version,
        "snapshot_days": {kind: day.isoformat() for kind, day in basis.snapshot_days},
        "packs": {name: of for name, of in folders.items() if name is not None},
        **({"without_account_manager": folders[None]} if None in folders else {}),
        "files": hashes,
    }
    contents[MANIFEST] = sealed(manifest)
    return _write_all(folder, contents)


def _contents(
    reports: Sequence[Report], formats: Collection[str] | None, version: str, csv_for: str, beside: Mapping[str, bytes]
) -> dict[str, bytes]:
    """The files of one folder, by name; its manifest is the last."""
    contents = written(reports, formats, version, csv_for)
    contents.update(beside)
    return contents | {MANIFEST: _manifest(reports, contents, version)}


def _write_all(folder: Path, contents: Mapping[str, bytes]) -> tuple[Path, ...]:
    with writable(folder, "The reports"):
        return put_all(folder, contents)


def copy_file(file: Path, folder: Path, what: str = "The reports") -> Path:
    """Put a copy of a file into a folder, whole, in place of one that was there.

    Raises
    ------
    UsageError
        The folder cannot be written, or holds a link or a folder of that name.
    StoreError
        Another run writes to the folder.
    """
    with writable(folder, what):
        return put_one(folder / file.name, file.read_bytes())


def write_file(file: Path, content: bytes) -> Path:
    """Write a file whole, in place of one that was there.

    Raises
    ------
    UsageError
        The folder cannot be written, or holds a link or a folder of that name.
    StoreError
        Another run writes to the folder.
    """
    with writable(file.parent, file.name):
        return put_one(file, content)


def check_replaceable(file: Path, is_earlier_one: Callable[[Path], bool], what: str) -> None:
    """Raise a UsageError if a file is a folder or a link, or is there and no earlier one of its sort: it would be lost."""
    if not file.name or file.is_dir():
        raise UsageError(f"Expected a file; found {str(file)!r}, a folder.", "name a file in it.")
    is_there = file.is_symlink() or file.exists()
    if is_there and not (stat.S_ISREG(file.lstat().st_mode) and is_earlier_one(file)):
        raise UsageError(f"{file} exists and is not an {what}, so it was not replaced.", "name another file.")


def write_refused_rows(refused: Sequence[RefusedRows], file: Path) -> tuple[tuple[Path, int], ...]:
    """Write refused rows as CSV, a file for each kind of export and day; the first has the name given.

    Returns
    -------
    tuple of (Path, int)
        The files, and how many rows each holds.
    """
    names = [f"{file.stem}-{of.kind}-{of.snapshot_date}{file.suffix}" for of in refused[1:]]
    files = [file, *(file.with_name(name) for name in names)]
    for one in files:
        check_replaceable(one, _holds_refused_rows, "earlier file of refused rows")
    return tuple(
        (write_file(one, csv_text(of.rows, of.headers).encode("utf-8-sig")), of.rows.height)
        for one, of in zip(files, refused, strict=False)
    )


def _holds_refused_rows(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(len(PLACES)) == PLACES


def _manifest(reports: Sequence[Report], contents: Mapping[str, bytes], version: str) -> bytes:
    basis = together([report.basis for report in reports])
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
        **({"only": basis.only} if basis.only else {}),
        "reports": [report.name for report in reports],
        "snapshot_days": {kind: day.isoformat() for kind, day in basis.snapshot_days},
        "loads": loads,
        "files": hashes_of(contents),
    }
    if basis.since is not None:
        manifest["since"] = basis.since.isoformat()
    if basis.pack is not None:
        manifest["pack"] = basis.pack.account_manager
    return sealed(manifest)
