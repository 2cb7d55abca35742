"""The results of a day, held against every check of `sql/checks`."""

from __future__ import annotations

from datetime import date

from partner_analytics import store
from partner_analytics.errors import CheckError
from partner_analytics.resources import sql_texts
from partner_analytics.settings import Settings


def check(connection: store.Connection, as_of: date, settings: Settings) -> None:
    """Hold the results of a day against every check of `sql/checks`.

    Raises
    ------
    CheckError
        If a check returns rows.
    """
    known = {"as_of": as_of, "expiring_days": settings.expiring_days, "renewal_days": settings.renewal_days}
    for name, text in sql_texts("checks").items():
        broken = store.query(connection, text, {key: value for key, value in known.items() if f"${key}" in text})
        if broken.height:
            found = ", ".join(f"{column} {value}" for column, value in broken.row(0, named=True).items())
            raise CheckError(
                f"The reports contradict themselves, so nothing was written: the check `{name}` finds "
                f"{broken.height} rows, first {found}.",
                "please report this, it is a defect of partner-analytics; the last good files are untouched.",
            )
