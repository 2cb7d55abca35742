"""What a user names in, the exports that it stands for out: the files of a folder, of an archive, or of a pattern."""

from __future__ import annotations

import glob
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from partner_analytics.loaders.columns import named
from partner_analytics.loaders.decoding import WORKBOOK, printable
from partner_analytics.loaders.source import LOCK_FILE, Packed, Source
from partner_analytics.vendor.exports import REPORT

__all__ = ["gathered"]

ENDINGS: Final = (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".xlsx", ".zip")
"""What a file in a folder is called that is taken for an export, or for an archive of some."""

PACKED_ENDINGS: Final = ENDINGS[:-1]
OF_A_WORKBOOK: Final = "[Content_Types].xml"
"""What an archive holds that is a workbook."""

SYSTEM_FOLDERS: Final = "__MACOSX"
PATTERN: Final = frozenset("*?[")


def gathered(
    files: Iterable[str | Source], left_out: Callable[[str], None] = lambda _: None
) -> Iterator[str | Source | Packed]:
    """The exports that paths stand for, each by its own path or its place in an archive.

    A pattern that no shell has written out is written out here. What a folder or an archive holds besides exports is
    left out. Whatever holds none stays as it is: reading it says what was expected.

    Parameters
    ----------
    left_out
        What is told, in a sentence, which files of a folder or an archive are left out.
    """
    for file in files:
        if isinstance(file, Source):
            yield file
        else:
            for one in _matching(file):
                yield from _in_a_folder(one, left_out) if os.path.isdir(one) else _in_an_archive(one, left_out)


def _matching(path: str) -> list[str]:
    """The paths that a pattern fits; the path itself where it is none."""
    if PATTERN.isdisjoint(path) or os.path.lexists(path):
        return [path]
    return sorted(glob.glob(path)) or [path]


def _in_a_folder(folder: str, left_out: Callable[[str], None]) -> Iterator[str | Packed]:
    """The exports in a folder, by name; the folder itself where there are none."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        yield folder
        return
    exports = [entry for entry in entries if entry.is_file() and _is_export(entry.name, ENDINGS)]
    _say_left_out(folder, [entry.name for entry in entries if entry not in exports], left_out)
    if not exports:
        yield folder
    for entry in exports:
        yield from _in_an_archive(entry.path, left_out)


def _in_an_archive(path: str, left_out: Callable[[str], None]) -> Iterator[str | Packed]:
    """The exports in an archive; the path itself where it is none."""
    names = _packed_names(path)
    if names is None:
        yield path
        return
    places = [place for place, name in enumerate(names) if _is_export(name, PACKED_ENDINGS)]
    others = [name for place, name in enumerate(names) if place not in set(places) and not name.endswith("/")]
    _say_left_out(path, others, left_out)
    if not places:
        yield Packed(path, None, "")
    for place in sorted(places, key=lambda place: names[place]):
        yield Packed(path, place, names[place])


def _packed_names(path: str) -> list[str] | None:
    """What the files in an archive are called; None where the path leads to no archive, or to a workbook."""
    try:
        if not os.path.isfile(path):
            return None
        with open(path, "rb") as file:
            if file.read(len(WORKBOOK)) != WORKBOOK:
                return None
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    # A version of ZIP that Python does not read is a RuntimeError.
    except (OSError, ValueError, RuntimeError, zipfile.BadZipFile):
        return None
    return None if OF_A_WORKBOOK in names else names


def _is_export(name: str, endings: tuple[str, ...]) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    is_ours = not path.name.startswith((".", LOCK_FILE)) and SYSTEM_FOLDERS not in path.parts and path.name != REPORT
    return is_ours and path.suffix.lower() in endings


def _say_left_out(where: str, names: list[str], left_out: Callable[[str], None]) -> None:
    shown = [printable(name) for name in names if not Path(name).name.startswith(".") and Path(name).name != REPORT]
    if shown:
        left_out(f"{printable(where)}: left out, since they are no CSV, JSON or XLSX exports: {named(shown, 10)}.")
