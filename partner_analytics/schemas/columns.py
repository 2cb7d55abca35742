"""A column of an export: its meaning, type and rule, and the other headers that lead there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

CUSTOMER_HEADERS: Final = ("customer", "Kunde", "Client", "Cliente", "顧客")
"""The customer's id, or the name: which one, the cells tell."""


@dataclass(frozen=True)
class Column:
    """What a column of a kind of export holds.

    Parameters
    ----------
    type
        Its type, as the store's tables have it.
    description
        What it means, in a sentence.
    aliases
        The other headers that lead there, whatever their case, spaces and punctuation.
    is_required
        Whether a row without it is refused, and a file without it is no export of the kind.
    words
        The words that it can hold; any text where there are none.
    unit
        What its numbers or days count.
    is_id
        Whether it holds a customer's uuid.
    prefix
        What a cell may begin with that is no part of its value.
    is_lower_case
        Whether the case of a cell says nothing.
    is_on_off
        Whether yes and no stand for on and off.
    """

    type: Literal["varchar", "bigint", "boolean", "date"]
    description: str
    aliases: tuple[str, ...] = ()
    is_required: bool = False
    words: tuple[str, ...] = ()
    unit: str = ""
    is_id: bool = False
    prefix: str = ""
    is_lower_case: bool = False
    is_on_off: bool = False


def text(description: str, *aliases: str, is_required: bool = False, prefix: str = "") -> Column:
    """A column of any text."""
    return Column("varchar", description, aliases, is_required, prefix=prefix)


def word(
    description: str, words: tuple[str, ...], *aliases: str, is_required: bool = False, is_on_off: bool = False
) -> Column:
    """A column of one of these words, in any case."""
    meaning = f"{description.removesuffix('.')}: {', '.join(words)}."
    return Column("varchar", meaning, aliases, is_required, words, is_lower_case=True, is_on_off=is_on_off)


def customer_id(*aliases: str) -> Column:
    """The column that says whom a row is about."""
    return Column(
        "varchar",
        "The customer's id: the bare uuid in lower case, without `urn:uuid:`.",
        ("tenant", "tenant id", "account id", *aliases),
        is_required=True,
        is_id=True,
        prefix="urn:uuid:",
        is_lower_case=True,
    )


def flag(description: str, *aliases: str) -> Column:
    """A column of yes and no."""
    return Column("boolean", description, aliases)


def count(description: str, *aliases: str, unit: str) -> Column:
    """A column of whole numbers, 0 or more."""
    return Column("bigint", description, aliases, unit=unit)


def day(description: str, *aliases: str, is_required: bool = False) -> Column:
    """A column of days."""
    return Column("date", description, aliases, is_required, unit="day")
