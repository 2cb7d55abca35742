"""The ledger of changes at the vendor's: what was sent, when, by whose credentials, and what became of it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from partner_analytics.errors import StoreError, UsageError
from partner_analytics.safety.json_lines import add_line, read_lines
from partner_analytics.safety.locks import one_at_a_time

__all__ = ["LEDGER", "Entry", "Ledger", "entries", "held"]

LEDGER: Final = "account_changes.jsonl"
"""Beside the store; a line when a change is sent, and one when its outcome is known."""

SENT: Final = "sent"


@dataclass(frozen=True)
class Entry:
    """A change, with what is known of it.

    Parameters
    ----------
    key
        What its lines have in common.
    noted
        What was noted when it was sent: at, by, change, customer_id, and what it was about.
    outcome
        "done", "not done", "not known", or "sent" where the command was broken off.
    what
        What came instead of an answer.
    """

    key: str
    noted: Mapping[str, Any]
    outcome: str = SENT
    what: str = ""

    @property
    def is_open(self) -> bool:
        """Whether nobody knows yet what became of it."""
        return self.outcome not in ("done", "not done")


@dataclass(frozen=True)
class Ledger:
    """The ledger while it is held: nobody else changes anything meanwhile."""

    file: Path

    def sent(self, at: str, by: Mapping[str, str], noted: Mapping[str, Any]) -> str:
        """Note, before it is sent, that a change is sent; the key of its entry."""
        key = secrets.token_hex(8)
        self._append({"key": key, "at": at, "by": by, **noted, "outcome": SENT})
        return key

    def became(self, key: str, at: str, outcome: str, customer_id: str, what: str) -> None:
        """Note what became of a change."""
        self._append({"key": key, "at": at, "outcome": outcome, "customer_id": customer_id, "what": what})

    def _append(self, line: Mapping[str, Any]) -> None:
        try:
            add_line(self.file, line)
        except OSError as error:
            raise _unwritable(self.file, error) from error


@contextmanager
def held(folder: Path) -> Iterator[Ledger]:
    """Hold the ledger of a folder.

    Raises
    ------
    StoreError
        If somebody else holds it.
    UsageError
        If it cannot be written.
    """
    lock, busy = folder / f".{LEDGER}.lock", StoreError("Another command changes accounts.", "wait until it has ended.")
    with one_at_a_time(lock, busy, lambda error: _unwritable(folder / LEDGER, error)):
        yield Ledger(folder / LEDGER)


def _unwritable(file: Path, error: OSError) -> UsageError:
    return UsageError(
        f"The ledger {file} cannot be written: {error.strerror or error}.",
        "make room, or let it be written; nothing is sent without it.",
    )


def entries(folder: Path) -> list[Entry]:
    """The changes that the ledger of a folder holds, the first one first; a line that was cut off is none."""
    found: dict[str, Entry] = {}
    for said in read_lines(folder / LEDGER):
        key = said.get("key")
        if not isinstance(key, str):
            continue
        noted = found[key].noted if key in found else said
        noted = {**noted, "customer_id": said.get("customer_id") or noted.get("customer_id")}
        found[key] = Entry(key, noted, str(said.get("outcome", SENT)), str(said.get("what", "")))
    return list(found.values())
