"""What a report rests on: its day, its exports, what is doubtful about them, and the rows behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

import polars as pl

from partner_analytics.languages import count, say, word
from partner_analytics.vendor.facts import end_soon

__all__ = ["Basis", "Behind", "Pack", "together"]


REGULAR: Final = ("customers", "licenses")
"""The kinds of export that a report in a rhythm needs anew each time."""


@dataclass(frozen=True)
class Behind:
    """The rows of the exports behind the figures, with the load and the line that brought them.

    Parameters
    ----------
    contacts
        One row per customer: the result `contacts`; basis and checked_on (how its Partner Assistance is known, and of
        which day), and next_step.
    actions
        One row per action: the result `actions`.
    names_to_correct
        One row per customer with a name to look at: the result `names_to_correct`.
    licenses
        One row per license, customer by customer: what `license_states` says of it, and snapshot_date.
    names
        One row per name that a customer was shown under, for those with several: customer_id, customer_name,
        snapshot_date (the first of that name), load_id, line, file.
    sources
        One row per customer and row that was read about it, licenses apart: customer_id, kind, load_id, line,
        snapshot_date.
    """

    contacts: pl.DataFrame
    actions: pl.DataFrame
    names_to_correct: pl.DataFrame
    licenses: pl.DataFrame
    names: pl.DataFrame
    sources: pl.DataFrame


@dataclass(frozen=True)
class Pack:
    """A part of the portfolio: the customers of one account manager, or those without one.

    Parameters
    ----------
    account_manager
        Who looks after them; None if nobody does, since any text could be a name.
    """

    account_manager: str | None

    @property
    def title(self) -> str:
        """What it is called."""
        return say("Customers without an account manager") if self.account_manager is None else self.account_manager


@dataclass(frozen=True)
class Basis:
    """What a report rests on.

    Parameters
    ----------
    as_of
        The day the report is about.
    expiring_days
        Days before its end from which a license counts as expiring.
    renewal_days
        How many days ahead renewals look.
    customers
        How many customers the reports are about.
    snapshot_days
        For each kind of export that exists: the kind and the day of the newest snapshot used.
    loads
        One row per load behind the report: load_id, file, kind, snapshot_date, sha256, rows_read, accepted,
        quarantined, duplicates.
    quarantine
        One row per broken rule in these loads: load_id, file, line, kind, column_name, value, reason.
    warnings
        One row for each thing that makes the exports look incomplete or spoilt: kind, warning (a sentence),
        is_of_another_day (whether it says that an export looks like another day's).
    unmapped_products
        One row per product code that the catalogue lacks: product_code, product_name, licenses, customers.
    unknown_customers
        One row per customer id and kind that the customer export lacks: customer_id, kind, rows.
    language
        The code of the language in which reports are written.
    partner
        The partner's own name, if it is known.
    contact
        Whom customers can ask at the partner, if that is known.
    address
        Where the partner is.
    signature
        What the partner's mails end with, where it is not made of the account manager, name, address and contact.
    logo
        The partner's logo, as the address of a picture that holds it whole.
    programs
        The vendor's programs that the partner is in; None if the settings do not name them.
    credentials_expire_on
        The last day of the credentials for the vendor's API, if the settings name it.
    rhythm_days
        The most days between two runs of the job that asks; None outside of a job.
    pack
        Whose customers these are, for a part of the portfolio; None for all of it.
    behind
        The rows of the exports behind the report, where they were asked for.
    directory
        What makes one row per customer, the most urgent first: customer_id, account_manager, contact_name, contact_email,
        contact_phone.
    since
        The earlier day that the report compares with, if it does.
    only
        Which customers it is about, if not about all.
    only_categories
        The only categories it is about, if not about all.
    """

    as_of: date
    expiring_days: int
    renewal_days: int
    customers: int
    snapshot_days: tuple[tuple[str, date], ...]
    loads: pl.DataFrame
    quarantine: pl.DataFrame
    warnings: pl.DataFrame
    unmapped_products: pl.DataFrame
    unknown_customers: pl.DataFrame
    language: str = "en"
    partner: str = ""
    contact: str = ""
    address: str = ""
    signature: str = ""
    logo: str = field(default="", repr=False)
    programs: tuple[str, ...] | None = None
    credentials_expire_on: date | None = None
    rhythm_days: int | None = None
    pack: Pack | None = None
    behind: Behind | None = None
    directory: Callable[[], pl.DataFrame] | None = field(default=None, repr=False)
    since: date | None = None
    only: str = ""
    only_categories: tuple[str, ...] = ()

    @property
    def rows_refused(self) -> int:
        """How many rows of the loads were refused, and have not come back corrected."""
        return self.quarantine.select("load_id", "line").n_unique()

    @property
    def credentials_end_soon(self) -> bool:
        """Whether new credentials for the vendor's API have to be made soon."""
        return self.credentials_expire_on is not None and end_soon(self.credentials_expire_on, self.as_of)

    @property
    def outdated(self) -> tuple[str, ...]:
        """What is older than the job's rhythm allows, a sentence for each kind of export."""
        rhythm = self.rhythm_days
        return tuple(
            say(
                "The newest export of {kind} is of {day}, {days} old, and this report is made every {rhythm} at least.",
                kind=word(kind),
                day=day,
                days=count((self.as_of - day).days, "day"),
                rhythm=count(rhythm, "day"),
            )
            for kind, day in self.snapshot_days
            if rhythm is not None and kind in REGULAR and (self.as_of - day).days > rhythm
        )

    @property
    def is_part(self) -> bool:
        """Whether it is about some of the customers: then refused rows are left out, as they may belong to any customer."""
        return self.pack is not None or bool(self.only)


def together(bases: Sequence[Basis]) -> Basis:
    """What several reports rest on together: what the first does, and the loads of all."""
    loads = pl.concat(basis.loads for basis in bases).unique("load_id").sort("load_id")
    since = next((basis.since for basis in bases if basis.since is not None), None)
    return replace(bases[0], loads=loads, since=since)
