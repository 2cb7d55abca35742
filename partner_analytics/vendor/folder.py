"""The folder of a day: what is there already, and the exports in their places, each whole."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TextIO

from filelock import FileLock, Timeout

from partner_analytics.errors import StoreError, UsageError
from partner_analytics.safety.json_lines import for_its_owner, read_lines
from partner_analytics.safety.whole_files import PRIVATE_FOLDER, write_in_place
from partner_analytics.vendor.exports import ASSISTANCE, CUSTOMERS, EXPORTS, LICENSES, REPORT
from partner_analytics.vendor.ids import bare_id
from partner_analytics.vendor.licenses import Asked

__all__ = ["Kept", "exports", "fresh_beside", "journal", "kept", "locked", "note", "take_over", "write", "write_report"]

JOURNAL: Final = ".pull.jsonl"
LOCK: Final = ".pull.lock"
FRESH: Final = ".fresh"
"""Where everything is asked for again, beside what stays until that is whole."""

HEADER: Final = ("customer_id", "partner_assistance", "checked_on", "basis")


@dataclass
class Kept:
    """What a folder holds of a day.

    Parameters
    ----------
    report
        What `pull.json` says; empty where there is none.
    customers
        One item a customer, by its bare id; None where the list was not read whole.
    asked
        What became of each customer that was asked.
    called_on
        The day of each of these calls.
    """

    report: dict[str, Any] = field(default_factory=dict)
    customers: dict[str, dict[str, Any]] | None = None
    asked: dict[str, Asked] = field(default_factory=dict)
    called_on: dict[str, str] = field(default_factory=dict)

    def in_order(self) -> list[Asked]:
        """What became of each customer, in the order of the list: the same answers are the same bytes."""
        return [self.asked[customer] for customer in self.customers or {} if customer in self.asked]


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder, which is made where it is missing; one pull at a time writes to it.

    Raises
    ------
    UsageError
        If it cannot be written.
    StoreError
        If another pull holds it.
    """
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        with FileLock(folder / LOCK, timeout=0):
            yield
    except Timeout:
        raise StoreError(f"Another pull writes to {folder}.", "wait until it has ended.") from None
    except OSError as error:
        raise UsageError(
            f"The exports cannot be written to {folder}: {error.strerror or error}.",
            "choose another folder: --out FOLDER",
        ) from error


def kept(folder: Path) -> Kept:
    """What is there already; what cannot be read is asked for again.

    Raises
    ------
    UsageError
        If exports are there that no pull has written.
    """
    found = Kept(report=_object(folder / REPORT))
    for name in () if found.report else EXPORTS:
        if os.path.lexists(folder / name):
            raise UsageError(
                f"{folder / name} was not written by pull, so nothing was written to {folder}.",
                "move it away, or choose another folder: --out FOLDER",
            )
    if found.report.get("has_all_customers") is True:
        listed = read_lines(folder / CUSTOMERS)
        found.customers = {bare_id(item.get("id")) or f"no id, {n}": item for n, item in enumerate(listed)}
    days = {row["customer_id"]: row["checked_on"] for row in _rows(folder / ASSISTANCE)}
    for answer in read_lines(folder / LICENSES):
        tenant = answer.get("tenant")
        customer = bare_id(tenant.get("id")) if isinstance(tenant, dict) else None
        if customer is not None:
            _add(found, Asked(customer, answer), days.get(customer, ""))
    refused = found.report.get("refused")
    for customer, day in refused.items() if isinstance(refused, dict) else ():
        if bare_id(customer) == customer and isinstance(day, str):
            _add(found, Asked(customer), day)
    for line in read_lines(folder / JOURNAL):
        if (customer := bare_id(line.get("customer_id"))) is not None:
            noted = line.get("answer")
            _add(found, Asked(customer, noted if isinstance(noted, dict) else None), str(line.get("day", "")))
    return found


def _add(found: Kept, asked: Asked, day: str) -> None:
    found.asked[asked.customer_id] = asked
    found.called_on[asked.customer_id] = day


@contextmanager
def journal(folder: Path) -> Iterator[TextIO]:
    """Where answers are noted as they come, so that after a kill nobody is asked twice."""
    with open(folder / JOURNAL, "a", encoding="utf-8", opener=for_its_owner) as where:
        # What a kill has cut off ends here, and does not begin the next line.
        where.write("\n")
        yield where


def note(where: TextIO, asked: Asked, day: str) -> None:
    """Note an answer or a refusal."""
    where.write(_line({"customer_id": asked.customer_id, "day": day, "answer": asked.answer}))
    where.flush()


def write(folder: Path, found: Kept, evidence: Iterable[tuple[str, str, str]], report: Mapping[str, Any]) -> None:
    """Put the exports of a day in their places, `pull.json` last; what was noted on the way is in them then.

    Parameters
    ----------
    evidence
        For each customer of which a call has shown it: its id, on or off, and the day.
    """
    rows = io.StringIO()
    written = csv.writer(rows, lineterminator="\n")
    written.writerow(HEADER)
    written.writerows((customer, state, day, "observed") for customer, state, day in evidence)
    answers = [asked.answer for asked in found.in_order() if asked.answer is not None]
    contents = {
        CUSTOMERS: "".join(map(_line, (found.customers or {}).values())),
        LICENSES: "".join(map(_line, answers)),
        ASSISTANCE: rows.getvalue(),
    }
    for name, text in contents.items():
        write_in_place(folder / name, text.encode())
    write_report(folder, report)
    (folder / JOURNAL).unlink(missing_ok=True)


def fresh_beside(folder: Path) -> Path:
    """An empty folder in it, in which everything is asked for again."""
    fresh = folder / FRESH
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=PRIVATE_FOLDER)
    return fresh


def take_over(folder: Path, report: Mapping[str, Any]) -> None:
    """Put what was asked for again in the place of what was there.

    Parameters
    ----------
    report
        What `pull.json` says until all of it is there: that it is not whole.
    """
    write_report(folder, report)
    for name in (*EXPORTS, REPORT):
        (folder / FRESH / name).replace(folder / name)
    (folder / JOURNAL).unlink(missing_ok=True)


def write_report(folder: Path, report: Mapping[str, Any]) -> None:
    """Put `pull.json` in its place."""
    write_in_place(folder / REPORT, (json.dumps(report, indent=2, ensure_ascii=False) + "\n").encode())


def exports(folder: Path) -> list[Path]:
    """The exports of a folder that hold anything."""

    def holds(file: Path) -> bool:
        text = file.read_bytes() if file.is_file() else b""
        return text.count(b"\n") > (1 if file.suffix == ".csv" else 0)

    return [folder / name for name in EXPORTS if holds(folder / name)]


def _line(item: Mapping[str, Any]) -> str:
    """An item on a line; half a character, which no file can hold, becomes U+FFFD."""
    text = json.dumps(item, ensure_ascii=False)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") + "\n"


def _object(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _rows(file: Path) -> Iterator[dict[str, str]]:
    try:
        rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8"), newline="")))
    except (OSError, UnicodeDecodeError, csv.Error):
        return
    yield from (row for row in rows if row.get("customer_id") and row.get("checked_on"))
