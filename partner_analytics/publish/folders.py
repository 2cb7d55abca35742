"""Files into a folder: one writer at a time, each file private and whole, and nothing touched that is not ours.

What stands in a folder is ours if its manifest names it with the hash that it has. While files are moved to their places,
a journal beside them names those of before and those to come. So after a kill the next run knows them all.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from partner_analytics.errors import StoreError, UsageError
from partner_analytics.publish.manifests import MANIFEST, hash_of, hashes_of, read_journal, read_manifest, sealed
from partner_analytics.safety.whole_files import PRIVATE_FILE, PRIVATE_FOLDER, sync_folder, write_new

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

__all__ = ["put_all", "put_one", "remove_ours", "writable"]

LOCK: Final = ".partner-analytics.lock"
WORK: Final = ".partner-analytics"
JOURNAL: Final = "journal.json"
"""In the work folder, beside the files on their way, which are numbered."""

WRITERS: Final = 4
"""How many files are written at a time."""

WAIT_SECONDS: Final = 10.0
"""How long a second writer waits for the first."""


LEFT: Final = re.compile(r"\.(.+)\.\d+\.tmp")
LEFT_SECONDS: Final = 3600
"""How earlier versions called a file on its way, and from what age on it was left by a process that was killed."""

NO_FILE: Final = "no file"
"""In place of a hash, where a folder or a link stands in the way; no link is followed."""

Known = dict[str, set[str]]
"""The hashes that each file may have, by its path in the folder."""


@contextmanager
def writable(folder: Path, what: str) -> Iterator[None]:
    """Make the folder where it is missing, and say in a sentence that it cannot be written."""
    try:
        if not folder.is_dir():
            folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise UsageError(
            f"{what} cannot be written to {folder}: {error.strerror or error}.", "choose a folder that can be written."
        ) from error


def put_all(folder: Path, contents: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Put files into a folder in place of all that earlier runs put there; the manifest is the last of them.

    Raises
    ------
    UsageError
        If a file is in the way that is not ours, or was changed since: nothing was touched then.
    StoreError
        If another run writes to the folder.
    """
    with _held(folder):
        known = _known(folder)
        hashes = hashes_of(contents)
        _check(folder, hashes, known)
        _clear(folder, contents)
        with _staged(folder, contents) as staged:
            _make_private(folder, known)
            for name, one in hashes.items():
                known.setdefault(name, set()).add(one)
            _write_journal(folder, known)
            _remove(folder, known.keys() - contents.keys())
            *files, last = contents
            _move(folder, {name: staged[name] for name in files})
            # A manifest that is there proves that all else is.
            _move(folder, {last: staged[last]})
            (folder / WORK / JOURNAL).unlink()
    return tuple(folder / name for name in contents)


def put_one(file: Path, content: bytes) -> Path:
    """Put a file into its place, whole; whoever calls has seen that what is there may be replaced.

    Raises
    ------
    UsageError
        If a folder or a link is there.
    StoreError
        If another run writes to the folder.
    """
    with _held(file.parent):
        if _found(file.parent, file.name) == NO_FILE:
            raise UsageError(f"{file} is a link or not a regular file, so it was not replaced.", "name another file.")
        with _staged(file.parent, {file.name: content}) as staged:
            _move(file.parent, staged)
    return file


def remove_ours(folder: Path) -> bool:
    """Remove from a folder what we wrote and nobody has changed since; whether it is gone with that."""
    with _held(folder):
        known = _known(folder)
        ours = [name for name, hashes in known.items() if _found(folder, name) in hashes]
        # The manifest proves the others, so it goes last.
        _remove(folder, sorted(ours, key=lambda name: name == MANIFEST))
    with suppress(OSError):
        folder.rmdir()
    return not folder.exists()


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold a folder for one writer; the operating system frees it when the process ends, however it ends."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK, mode=PRIVATE_FILE, fallback_to_soft=False)
    try:
        lock.acquire(WAIT_SECONDS)
    except Timeout as error:
        raise StoreError(
            f"The folder {folder} is busy: another run is writing to it.", "try again when it has ended."
        ) from error
    try:
        yield
    finally:
        # Whoever waits for it sees that it is gone, and makes another; Windows keeps what is open.
        with suppress(OSError):
            (folder / LOCK).unlink()
        lock.release()


def _known(folder: Path) -> Known:
    """What may stand in the folder and is ours: what its manifest names, and what a killed run had written down."""
    known = read_journal(_read(folder, f"{WORK}/{JOURNAL}"))
    content = _read(folder, MANIFEST)
    manifest = read_manifest(content)
    if manifest is None:
        return known
    if not manifest.is_sealed and hash_of(content) not in known.get(MANIFEST, ()):
        found = {name: _found(folder, name) for name in manifest.files}
        there = {name: one for name, one in found.items() if one}
        # An earlier version set no seal: that all of its files are as it says is the proof.
        if not there or any(one != manifest.files[name] for name, one in there.items()):
            return known
    for name, one in {**manifest.files, MANIFEST: hash_of(content)}.items():
        known.setdefault(name, set()).add(one)
    return known


def _check(folder: Path, hashes: Mapping[str, str], known: Known) -> None:
    """Raise a UsageError if something is not ours that would be replaced or removed."""
    # Where the manifest is not ours, no other file can be.
    names = tuple(dict.fromkeys((MANIFEST, *hashes, *known)))
    with ThreadPoolExecutor(WRITERS) as readers:
        there = dict(zip(names, readers.map(partial(_found, folder), names), strict=True))
    for name, found in there.items():
        ours = known.get(name, set()) | ({hashes[name]} if name in hashes else set())
        if found and found not in ours:
            whose = "has changed since it was written" if name in known else "was not written by partner-analytics"
            raise UsageError(
                f"The reports cannot be written to {folder}: {name} {whose}, so nothing was written.",
                f"move {folder / name} away, or choose another folder: --out FOLDER",
            )


def _found(folder: Path, name: str) -> str:
    """The hash of a file; empty where there is nothing."""
    place = folder
    parts = PurePosixPath(name).parts
    for number, part in enumerate(parts, start=1):
        place /= part
        try:
            mode = place.lstat().st_mode
        except FileNotFoundError:
            return ""
        if not (stat.S_ISREG(mode) if number == len(parts) else stat.S_ISDIR(mode)):
            return NO_FILE
    with place.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _read(folder: Path, name: str) -> bytes:
    return (folder / name).read_bytes() if _found(folder, name) not in ("", NO_FILE) else b""


@contextmanager
def _staged(folder: Path, contents: Mapping[str, bytes]) -> Iterator[dict[str, Path]]:
    """The files in the work folder, where nobody but us reads them, before any takes its place."""
    work = folder / WORK
    if work.is_symlink() or (work.exists() and not work.is_dir()):
        raise UsageError(
            f"{work} was not made by partner-analytics, so it was not touched.",
            "move it away, or choose another folder.",
        )
    work.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    _tidy(work)
    try:
        staged = {name: work / str(number) for number, name in enumerate(contents)}
        # To wait for the disk takes longer than to write.
        with ThreadPoolExecutor(WRITERS) as writers:
            list(writers.map(write_new, staged.values(), contents.values()))
        yield staged
    finally:
        _tidy(work)
        with suppress(OSError):
            work.rmdir()


def _tidy(work: Path) -> None:
    """Remove what is on its way, or was when a run was killed."""
    for left in work.iterdir():
        if left.name.isdecimal():
            left.unlink()


def _clear(folder: Path, names: Collection[str]) -> None:
    """Remove what earlier versions left beside these files when they were killed."""
    for parent in {(folder / name).parent for name in names}:
        for left in parent.iterdir() if parent.is_dir() else ():
            beside = LEFT.fullmatch(left.name)
            if beside and (parent / beside[1]).relative_to(folder).as_posix() in names:
                found = left.lstat()
                # How old a file on the disk is, only the clock can tell; nothing that is published depends on it.
                if stat.S_ISREG(found.st_mode) and time.time() - found.st_mtime > LEFT_SECONDS:  # noqa: TID251
                    left.unlink()


def _write_journal(folder: Path, known: Known) -> None:
    work = folder / WORK
    # All files on their way are known: theirs are smaller numbers.
    new = work / str(len(known))
    write_new(new, sealed({"files": {name: sorted(hashes) for name, hashes in known.items()}}))
    os.replace(new, work / JOURNAL)
    sync_folder(work)


def _move(folder: Path, files: Mapping[str, Path]) -> None:
    for name, file in files.items():
        place = folder / name
        for parent in reversed(PurePosixPath(name).parents[:-1]):
            (folder / parent).mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        os.replace(file, place)
    for touched in {folder, *((folder / name).parent for name in files)}:
        sync_folder(touched)


def _make_private(folder: Path, names: Collection[str]) -> None:
    """Close the folders that earlier versions made for anybody to look into."""
    for parent in {parent for name in names for parent in PurePosixPath(name).parents[:-1]}:
        with suppress(FileNotFoundError, PermissionError):
            (folder / parent).chmod(PRIVATE_FOLDER)


def _remove(folder: Path, names: Collection[str]) -> None:
    """Remove files that are not to be there any more, and the folders that are empty then.

    A draft to a customer whose assistance is on by now, or the pack of somebody who has left, must not lie there.
    """
    for name in names:
        (folder / name).unlink(missing_ok=True)
    parents = {parent for name in names for parent in PurePosixPath(name).parents[:-1]}
    for parent in sorted(parents, key=lambda one: len(one.parts), reverse=True):
        with suppress(OSError):
            (folder / parent).rmdir()
