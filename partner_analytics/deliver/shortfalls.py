"""What a run has not brought whole: from the facts of its steps to sentences, in the language that is spoken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from partner_analytics.languages import count, say, verb

__all__ = ["shortfalls"]


def shortfalls(facts: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each thing that is not whole.

    Parameters
    ----------
    facts
        Counts: not_asked (customers), list_is_short, refused_files, waiting_files, refused_rows, missed (runs), and
        without_address (account managers).
    """
    if missed := _number(facts, "missed"):
        yield say("{runs} before this one {were} missed.", runs=count(missed, "run"), were=verb(missed, "was", "were"))
    if not_asked := _number(facts, "not_asked"):
        yield say(
            "{customers} could not be asked for: their licenses are not known.", customers=count(not_asked, "customer")
        )
    if facts.get("list_is_short"):
        yield say("The vendor's list of customers did not come whole.")
    if refused := _number(facts, "refused_files"):
        yield say(
            "{files} could not be read, and {lie} in the folder of refused ones with the reason.",
            files=count(refused, "export"),
            lie=verb(refused, "lies", "lie"),
        )
    if waiting := _number(facts, "waiting_files"):
        yield say(
            "{files} {were} still growing, and {wait} for the next run.",
            files=count(waiting, "export"),
            were=verb(waiting, "was", "were"),
            wait=verb(waiting, "waits", "wait"),
        )
    if rows := _number(facts, "refused_rows"):
        yield say("{rows} of the exports {were} refused.", rows=count(rows, "row"), were=verb(rows, "was", "were"))
    if managers := _number(facts, "without_address"):
        yield say(
            "{managers} {have} customers and no address in the settings.",
            managers=count(managers, "account manager"),
            have=verb(managers, "has", "have"),
        )


def _number(facts: Mapping[str, Any], name: str) -> int:
    value = facts.get(name, 0)
    return value if isinstance(value, int) else 0
