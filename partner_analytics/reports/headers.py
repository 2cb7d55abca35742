"""The names of columns as people read them, in a workbook and wherever a table has no title of its own for one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from partner_analytics.reports.content import Column

__all__ = ["headers"]

HEADERS: Final = {
    "contact_name": "Contact",
    "contact_email": "E-mail",
    "contact_phone": "Phone",
    "customer_name": "Customer",
    "is_anomaly": "Anomaly",
    "license_count": "Licenses",
    "license_id": "License id",
    "mix": "Models in force",
    "rows_read": "Rows read",
    "sha256": "SHA-256",
    "snapshot_date": "Exported for",
}


def headers(names: Iterable[str], columns: Sequence[Column] = ()) -> list[str]:
    """What each column of a frame is called, by its title in the report or made of its name; no two are the same.

    Parameters
    ----------
    names
        The names of the columns of a frame.
    columns
        The columns of the report's table, whose titles come first.
    """
    titles = {column.name: column.title for column in columns if column.form != "id"}
    made: list[str] = []
    for name in names:
        title = titles.get(name) or HEADERS.get(name) or name.removeprefix("is_").replace("_", " ").capitalize()
        made.append(f"{title} ({name})" if title in made else title)
    return made
