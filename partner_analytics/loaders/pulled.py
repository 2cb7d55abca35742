"""What a pull says of its folder: whether an export in it is whole, and how many customers could not be asked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from partner_analytics.vendor.exports import CUSTOMERS, EXPORTS, REPORT

__all__ = ["Shortfall", "shortfall_of"]

LARGEST_REPORT: Final = 64 * 2**20


@dataclass(frozen=True)
class Shortfall:
    """What an export lacks, by the `pull.json` beside it.

    Parameters
    ----------
    notes
        What is missing, in sentences.
    announced
        How many customers the vendor announced, where not all came.
    """

    notes: tuple[str, ...] = ()
    announced: int | None = None


def shortfall_of(path: str) -> Shortfall:
    """What a file lacks by the pull that wrote it; nothing where there was none, or it is whole."""
    file = Path(path)
    if file.name not in EXPORTS:
        return Shortfall()
    said = _report(file.with_name(REPORT))
    if not said or said.get("is_whole") is True:
        return Shortfall()
    failures = said.get("failures")
    missing = len(failures) if isinstance(failures, list) else 0
    announced = said.get("announced")
    is_short = said.get("has_all_customers") is False and isinstance(announced, int) and announced > 0
    counts = said.get("counts")
    left_out = counts.get("left_out", 0) if isinstance(counts, dict) else 0
    what = (
        f"{missing:,} customers could not be asked"
        if missing
        else f"{left_out:,} customers were not to be asked"
        if left_out
        else "it was broken off, or not all customers came"
    )
    return Shortfall(
        (f"the pull that wrote it is not whole: {what}; pull again on the same day to complete it.",),
        announced if is_short and file.name == CUSTOMERS else None,
    )


def _report(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > LARGEST_REPORT:
            return {}
        said = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
