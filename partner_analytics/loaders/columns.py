"""Which column of a file is which, and from that, which kind of export it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from partner_analytics.errors import ExportError

REPORT_COLUMNS = {
    "to_do",
    "coverage_ends_on",
    "over_used_by",
    "double_covered",
    "next_step",
    "seats_delta",
    "is_renewed",
    "seats_open",
    "due_on",
    "last_end_date",
    "request",
}
"""One column of each report of ours: taken for an export, its conclusions would come back as evidence."""

REPORT_TITLES = (
    *("What to do next", "What to do", "Can be reactivated", "Over-used by", "Covered twice", "Should be on"),
    *("Seats to renew", "Last end date", "Change"),
    *("Was als Nächstes zu tun ist", "Was zu tun ist", "Reaktivierbar", "Überbucht um", "Doppelt abgedeckt"),
    *("Müsste an sein", "Plätze zum Verlängern", "Letztes Enddatum", "Änderung"),
)
"""One column of each report of ours as a workbook calls it, in each language, and what the customer is called there."""

TITLES_OF_CUSTOMERS = ("Customer", "Kunde")

WITHOUT_CUSTOMERS = (
    {"reason", "seats"},
    {"month", "licenses", "open_licenses", "unknown_licenses", "seats_open", "seats_renewed", "trial_licenses"},
)
"""The columns of each report of ours that has no customers."""

BILLING_COLUMNS = {"orderlineitemnumber", "billablequantity", "totalquantity", "unitmsrp"}
"""Columns that only a billing export has, as normalised headers."""

CUSTOMER_NAME = "customer_name"
"""The column that names customers where a file knows no ids; it is matched with the customer export, and not stored."""

LICENSE_NUMBER = "license_number"

STANDS_IN = {"customer_id": CUSTOMER_NAME, "license_id": LICENSE_NUMBER}
"""What stands in for a required column that a file has not."""

IDS_OR_NAMES = ("tenant", "customer", "kunde", "client", "cliente", "顧客")
"""Headers under which some tools write the customer's id, and others the name."""

LONGEST_NAME = 40

MOST_TITLES = 20
"""How many rows with titles can stand above a header."""


@dataclass(frozen=True)
class KnownColumns:
    """What the columns of one kind of export may be called.

    Parameters
    ----------
    names
        The canonical names, in order.
    required
        Those that a file must have.
    aliases
        Normalised header → canonical name, or `customer_name`, besides the canonical names themselves.
    precedence
        Where a header fits two kinds equally well, the one with the lower number is taken.
    """

    names: tuple[str, ...]
    required: tuple[str, ...]
    aliases: Mapping[str, str]
    precedence: int


@dataclass(frozen=True)
class ReadColumn:
    """One column of a file.

    Parameters
    ----------
    position
        From 0.
    header
        As the file writes it.
    name
        The canonical name that it leads to; None where it is not known, or another column is taken for that.
    repeats
        The canonical name that it leads to, where another column is taken for that.
    """

    position: int
    header: str
    name: str | None
    repeats: str | None = None


@lru_cache(maxsize=4096)
def normalise_header(text: str) -> str:
    """A header without case, spaces and punctuation: `Name shown as` and `name_shown_as` are the same."""
    return re.sub(r"[\W_]+", "", text.casefold())


def find_columns(headers: Sequence[str], known: KnownColumns) -> dict[int, str]:
    """The canonical name of each header that has one, by its position.

    A header that could be two columns is taken for the first one that no other header claims: `License ID` beside
    `Unique ID` is the license's number.
    """
    claims = _claims(headers, known)
    found: dict[int, str] = {}
    for position in sorted(
        claims, key=lambda position: (len(claims[position]), _is_alias(headers[position], known), position)
    ):
        free = [name for name in claims[position] if name not in found.values()]
        if free:
            found[position] = free[0]
    return dict(sorted(found.items()))


def find_repeated(headers: Sequence[str], known: KnownColumns, found: Mapping[int, str]) -> dict[int, str]:
    """The headers that lead to a column for which another one is taken: its canonical name, by their position."""
    claims = _claims(headers, known)
    return {n: names[0] for n, names in claims.items() if names and n not in found and names[0] != CUSTOMER_NAME}


def _claims(headers: Sequence[str], known: KnownColumns) -> dict[int, list[str]]:
    """The canonical names that each header can lead to, by its position."""
    canonical = {normalise_header(name): name for name in known.names}
    keys = enumerate(map(normalise_header, headers))
    return {n: [table[key] for table in (canonical, known.aliases) if key in table] for n, key in keys}


def _is_alias(header: str, known: KnownColumns) -> bool:
    return normalise_header(header) not in {normalise_header(name) for name in known.names}


def find_kind(headers: Sequence[str], known: Mapping[str, KnownColumns]) -> str | None:
    """The kind that knows the most of these headers; None where no kind knows two."""
    # Every kind but the customers can name them besides: that tells nothing.
    counts = {
        kind: sum(name != CUSTOMER_NAME for name in find_columns(headers, known[kind]).values())
        for kind in sorted(known, key=lambda kind: known[kind].precedence)
    }
    best = max(counts.values())
    fitting = [kind for kind, count in counts.items() if count == best and best > 1]
    complete = [kind for kind in fitting if not missing_columns(headers, known[kind])]
    return next(iter(complete + fitting), None)


def header_place(rows: Sequence[Sequence[str]], known: Mapping[str, KnownColumns], kind: str | None) -> int:
    """Which of the first rows of a file is its header: the first, or where that is a title, the first of any kind.

    Parameters
    ----------
    kind
        The kind that the user names.
    """
    kinds = [find_kind(row, known) for row in rows]
    if not kinds or kinds[0] is not None:
        return 0
    place = next((place for place, found in enumerate(kinds) if found is not None and kind in (None, found)), 0)
    # A row as wide as the header is no title: it may be a row of the export below a header that is spoilt.
    widest = max((_filled(row) for row in rows[:place]), default=0)
    return place if widest <= _filled(rows[place]) // 2 else 0


def _filled(row: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def said_of_titles(titles: Sequence[str]) -> tuple[str, ...]:
    """Which rows above the header were left out, in a sentence; nothing where there are none."""
    if not titles:
        return ()
    return (f"what stands above its header is no row, and was left out: {named(list(titles))}.",)


def missing_columns(headers: Sequence[str], known: KnownColumns) -> list[str]:
    """The required columns that no header leads to, and for which none stands in."""
    found = set(find_columns(headers, known).values())
    found |= {name for name, other in STANDS_IN.items() if other in found}
    return [name for name in known.required if name not in found]


def may_hold_names(header: str, known: KnownColumns) -> bool:
    """Whether a column that is read as customers' ids can just as well hold their names."""
    return normalise_header(header) in IDS_OR_NAMES and CUSTOMER_NAME in known.aliases.values()


def settle_kind(file: str, headers: Sequence[str], known: Mapping[str, KnownColumns], kind: str | None) -> str:
    """The kind of a file by its headers, or the one asked for.

    Raises
    ------
    ExportError
        If no kind fits.
    """
    is_titled = bool(set(TITLES_OF_CUSTOMERS) & set(headers) and set(REPORT_TITLES) & set(headers))
    is_named = "customer_name" in headers and bool(REPORT_COLUMNS & set(headers))
    if is_named or is_titled or set(headers) in WITHOUT_CUSTOMERS:
        raise ExportError(
            f"{file} is a report of partner-analytics; expected an export.",
            "load a file that the vendor's portal or API gave you.",
        )
    if len(BILLING_COLUMNS & set(map(normalise_header, headers))) > 1:
        raise ExportError(
            f"{file} is a billing export, and that kind cannot be loaded yet.",
            "leave it out, and load the other files.",
        )
    found = kind or find_kind(headers, known)
    if found is None:
        raise ExportError(
            f"{file} is not an export that is known: it has {f'the columns {named(headers)}' if headers else 'no items'}.",
            f"if it is one, say which with --kind: {', '.join(known)}; what its columns are: partner-analytics explain FILE",
        )
    return found


def check_columns(file: str, kind: str, headers: Sequence[str], known: KnownColumns, customer_id: str | None) -> None:
    """Raise an ExportError if a required column is missing, other than a license's customer that the user names."""
    missing = missing_columns(headers, known)
    if missing == ["customer_id"] and kind == "licenses":
        if customer_id is not None:
            return
        hint = "name the customer whose licenses these are: --customer ID."
    else:
        hint = "is it there under another name? see what to write into the settings: partner-analytics explain FILE"
    if missing:
        raise ExportError(
            f"{file} was read as {kind}, which needs {named(missing)}; it has the columns {named(headers)}.",
            hint,
        )


def named(headers: Sequence[str], most: int = 30) -> str:
    """A list of columns for a sentence."""
    shown = ", ".join(f"`{shortened(header)}`" for header in headers[:most])
    return shown + (f" and {len(headers) - most} more" if len(headers) > most else "")


def shortened(text: str, longest: int = LONGEST_NAME) -> str:
    """A text on one line, and not too long for a sentence."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[:longest] + "…"


def quoted(cell: str, longest: int = LONGEST_NAME) -> str:
    """A cell for a sentence: each of its signs as it is, and no more of them than fit."""
    return repr(cell if len(cell) <= longest else cell[:longest] + "…")
