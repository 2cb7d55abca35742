"""How many folders of days stay: the newest, and of older ones only what is not ours."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from partner_analytics.errors import PartnerAnalyticsError
from partner_analytics.jobs.job import DAY, Job
from partner_analytics.publish.folders import remove_ours

__all__ = ["remove_older"]

ISO_DAY: Final = r"\d{4}-\d\d-\d\d"


def remove_older(job: Job, newest: Path) -> int:
    """Remove the reports of older days, beyond those that are kept; how many folders are gone.

    What was not written by us, or has changed since, stays where it is.

    Parameters
    ----------
    newest
        The folder of the day.
    """
    if not job.keep:
        return 0
    pattern = re.escape(Path(job.out).name).replace(re.escape(DAY), ISO_DAY)
    days = sorted(
        (
            one
            for one in newest.parent.iterdir()
            if re.fullmatch(pattern, one.name) and one.is_dir() and not one.is_symlink()
        ),
        key=lambda one: one.name,
    )
    removed = 0
    for folder in days[: -job.keep]:
        try:
            removed += remove_ours(folder)
        except PartnerAnalyticsError:
            continue
    return removed
