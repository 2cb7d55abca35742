"""Imports without optional packages that take long to load and are not needed."""

from __future__ import annotations

import sys
from importlib import import_module


def import_without(module: str, *optional: str) -> None:
    """Import a module as if some optional packages were not installed; packages that are imported already stay.

    Parameters
    ----------
    module
        What is imported; nothing happens if it has been already.
    optional
        The packages to do without.
    """
    if module in sys.modules:
        return
    without = [name for name in optional if name not in sys.modules]
    sys.modules.update(dict.fromkeys(without))  # type: ignore[arg-type]
    try:
        import_module(module)
    finally:
        for name in without:
            del sys.modules[name]
