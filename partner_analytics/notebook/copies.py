"""The notebooks that ship with the package, in a folder of the user's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partner_analytics.publish.files import copy_file
from partner_analytics.resources import resource

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["copy_notebooks"]


def copy_notebooks(folder: Path) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Copy the notebooks into a folder; one that is there already, and was changed, stays as it is.

    Returns
    -------
    tuple
        The files that are the package's, and those that were kept.
    """
    copied, kept = [], []
    for notebook in sorted(resource("notebooks").glob("*.ipynb")):
        there = folder / notebook.name
        is_there = there.is_symlink() or there.exists()
        if is_there and (there.is_symlink() or not there.is_file() or there.read_bytes() != notebook.read_bytes()):
            kept.append(there)
        else:
            copied.append(copy_file(notebook, folder, "The notebooks"))
    return tuple(copied), tuple(kept)
