"""Reports that other packages bring: the entry points of the group `partner_analytics.reports`, each a definition."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Final

from partner_analytics.errors import UsageError
from partner_analytics.reports.own import own

if TYPE_CHECKING:
    from partner_analytics.reports import Definition

__all__ = ["GROUP", "names", "report"]

GROUP: Final = "partner_analytics.reports"


def names() -> tuple[str, ...]:
    """The names of the reports that are installed, in order; none is loaded."""
    return tuple(sorted({entry.name for entry in entry_points(group=GROUP)}))


def report(name: str) -> Definition:
    """What makes the report that is installed under a name.

    Raises
    ------
    UsageError
        If it cannot be loaded, is no report, has another name than its entry point or one that is taken.
    """
    entry, *others = entry_points(group=GROUP, name=name)
    if others:
        packages = " and ".join(sorted(_package(one) for one in (entry, *others)))
        raise UsageError(f"Several packages bring a report `{name}`: {packages}.", "uninstall all but one of them.")
    try:
        definition = entry.load()
    except Exception as error:
        raise UsageError(
            f"The report `{name}` of the package {_package(entry)} cannot be loaded: {type(error).__name__}.",
            f"import {entry.module} in Python to see why, or uninstall the package.",
        ) from error
    made = own(definition)
    if made.name != name:
        raise UsageError(
            f"The package {_package(entry)} calls a report `{name}` that calls itself `{made.name}`.",
            f"let its entry point be called `{made.name}`.",
        )
    return made


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist is not None else "that brings it"
