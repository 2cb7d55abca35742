"""Manifests: what was written into a folder, each file with its hash, and whether it was we who said so."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from partner_analytics.safety.seals import SEAL, hash_of, is_sealed, read_object, sealed

__all__ = ["MANIFEST", "NAME", "Manifest", "hash_of", "hashes_of", "read_journal", "read_manifest", "sealed"]

MANIFEST: Final = "manifest.json"

NAME: Final = re.compile(r"[a-z0-9_][a-z0-9_.=-]*(/[a-z0-9_][a-z0-9_.=-]*){0,2}")
"""What the files are called that we write: a path with anything else in it was never one of ours."""

HASH: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Manifest:
    """What a manifest says.

    Parameters
    ----------
    files
        The hash of each file, by its path in the folder.
    is_sealed
        Whether its seal proves that it is ours, to the letter; those of earlier versions have none.
    """

    files: Mapping[str, str]
    is_sealed: bool


def hashes_of(contents: Mapping[str, bytes]) -> dict[str, str]:
    """The hash of each file, by its path; several are made at a time."""
    with ThreadPoolExecutor() as readers:
        return dict(zip(contents, readers.map(hash_of, contents.values()), strict=True))


def read_manifest(content: bytes) -> Manifest | None:
    """What a manifest says; None where it has not the form of one of ours."""
    said = read_object(content)
    files = said.get("files")
    of_its_own = isinstance(said.get("as_of"), str) and isinstance(said.get("version"), str)
    if not of_its_own or not isinstance(said.get("snapshot_days"), dict) or not isinstance(files, dict):
        return None
    if not all(NAME.fullmatch(name) and _is_hash(found) for name, found in files.items()):
        return None
    is_ours = is_sealed(said)
    # A seal that does not fit was broken.
    return None if SEAL in said and not is_ours else Manifest(files, is_ours)


def read_journal(content: bytes) -> dict[str, set[str]]:
    """The hashes that each file of a folder may have, by its path, as a run wrote them down; nothing if none of ours did."""
    said = read_object(content)
    files = said.get("files")
    if not isinstance(files, dict) or not is_sealed(said):
        return {}
    return {name: set(hashes) for name, hashes in files.items() if NAME.fullmatch(name) and _are_hashes(hashes)}


def _is_hash(found: object) -> bool:
    return isinstance(found, str) and HASH.fullmatch(found) is not None


def _are_hashes(found: Collection[object]) -> bool:
    return isinstance(found, list) and all(map(_is_hash, found))
