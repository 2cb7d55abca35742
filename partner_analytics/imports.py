"""Imports without the optional packages that take longer than all that is wanted of them."""

from __future__ import annotations

import sys
from importlib import import_module


def import_without(module: str, *optional: str) -> None:
    """Import a module as if optional packages that it would use were not installed; what is imported already stays.

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
