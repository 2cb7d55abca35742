"""The names of columns as people read them, in a workbook and wherever a table has no title of its own for one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from partner_analytics.languages import say, text

if TYPE_CHECKING:
    from partner_analytics.reports.content import Column

__all__ = ["HEADERS", "headers", "made_of"]

HEADERS: Final = {
    "contact_name": text("Contact"),
    "contact_email": text("E-mail"),
    "contact_phone": text("Phone"),
    "customer_name": text("Customer"),
    "is_anomaly": text("Anomaly"),
    "license_count": text("Licenses"),
    "license_id": text("License id"),
    "mix": text("Models in force"),
    "rows_read": text("Rows read"),
    "sha256": text("SHA-256"),
    "snapshot_date": text("Exported for"),
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
        title = titles.get(name) or say(HEADERS.get(name) or made_of(name))
        made.append(f"{title} ({name})" if title in made else title)
    return made


def made_of(name: str) -> str:
    """A header made of the name of a column."""
    return name.removeprefix("is_").replace("_", " ").capitalize()
