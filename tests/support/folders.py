"""A folder of reports, put as the product puts it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from partner_analytics.publish import folders
from partner_analytics.publish.manifests import hash_of, sealed


def put(folder: Path, files: Mapping[str, bytes]) -> None:
    said = {"as_of": "2026-01-01", "version": "1", "snapshot_days": {}}
    manifest = sealed(said | {"files": {name: hash_of(content) for name, content in files.items()}})
    with folders.writable(folder, "The reports"):
        folders.put_all(folder, {**files, "manifest.json": manifest})
