"""One customer at a glance: whom to call, what it has, whether it can be opened, and where each row was read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from html import escape
from pathlib import Path

import polars as pl

from partner_analytics import store
from partner_analytics.as_of import state
from partner_analytics.as_of.selection import Selection, chosen, the_one
from partner_analytics.schemas.kinds import KINDS
from partner_analytics.settings import Settings
from partner_analytics.vocabulary import TURN_ON

NEXT_STEPS = {
    "launch": "you can open its Central Admin",
    "check_anomaly": "it should be on by itself: check it",
    "ask_customer": f"its administrator turns it on under {TURN_ON}",
}

TO_DO = ("action", "due_on", "days_left", "product_name", "model", "seats")
"""What the card says of an action."""

WORDS = ("action", "status", "model", "kind")
"""The columns whose codes are shown as words."""


@dataclass(frozen=True)
class Customer:
    """The contact card of a customer as of a day.

    Parameters
    ----------
    name, account_name
        The name shown as, and the account's name, which the customer does not always go by.
    contact, email, phone, account_manager, customer_group
        Whom to call, and who looks after it; None if it is not known.
    assistance, next_step
        Whether Partner Assistance is on, and what to do about it.
    actions, protection, positions
        Its rows of the reports `actions`, `protection_status` and `license_positions`.
    sources
        One row per row that was read about it: kind, file, line, snapshot_date.
    """

    customer_id: str
    name: str
    as_of: date
    account_name: str | None
    account_type: str
    contact: str | None
    email: str | None
    phone: str | None
    account_manager: str | None
    customer_group: str | None
    assistance: str
    next_step: str
    actions: pl.DataFrame = field(repr=False)
    protection: pl.DataFrame = field(repr=False)
    positions: pl.DataFrame = field(repr=False)
    sources: pl.DataFrame = field(repr=False)

    def _repr_html_(self) -> str:
        """What a notebook shows: the card, with its lists; what is not known is said to be so."""
        also = f" (account name {self.account_name})" if self.account_name not in (None, self.name) else ""
        about = {
            "Contact": ", ".join(filter(None, (self.contact, self.email, self.phone))) or "not known",
            "Account": f"{self.account_type.replace('_', ' ')}; id {self.customer_id}",
            "Account manager": self.account_manager or "not known",
            "Group": self.customer_group or "not known",
            "Partner Assistance": f"{self.assistance}: {NEXT_STEPS[self.next_step]}",
        }
        lines = "".join(f"<dt><strong>{label}</strong></dt><dd>{escape(text)}</dd>" for label, text in about.items())
        return (
            f"<div><h3>{escape(self.name + also)}</h3><p>as of {self.as_of}</p><dl>{lines}</dl>"
            + _listed("What to do", self.actions.select(TO_DO))
            + _listed("Protection", self.protection.drop("customer_id", "customer_name", "account_type"))
            + _listed("Licenses in force", self.positions.drop("customer_id", "customer_name"))
            + _listed("Read from", self.sources)
            + "</div>"
        )


def _listed(title: str, frame: pl.DataFrame) -> str:
    """A table of few rows: those of one customer."""
    if frame.is_empty():
        return f"<h4>{title}</h4><p>nothing</p>"
    heads = "".join(f"<th>{name.replace('_', ' ')}</th>" for name in frame.columns)
    rows = "".join(
        f"<tr>{''.join(f'<td>{_cell(name, value)}</td>' for name, value in row.items())}</tr>"
        for row in frame.iter_rows(named=True)
    )
    return f"<h4>{title}</h4><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(name: str, value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "–", True: "yes", False: "no"}[value]
    return escape(str(value).replace("_", " ") if name in WORDS else str(value))


def customer(db: Path, text: str, as_of: date, settings: Settings, only: Selection) -> Customer:
    """The customer of an id, or of a part of a name.

    Raises
    ------
    UsageError
        If there is none, or there are several: they are listed.
    """
    with store.reading(db) as connection:
        frames = state.transformed(
            connection,
            as_of,
            settings,
            (
                "accounts",
                "contacts",
                "license_states",
                "protection_status",
                "license_positions",
                "assistance_coverage",
                "actions",
            ),
        )
        known = state.customers(connection, as_of, frames)
        if only:
            known = known.filter(pl.col("customer_id").is_in(chosen(only, known).customer_ids.implode()))
        customer_id = the_one(text, known)
        sources = store.query(
            connection,
            " union all ".join(
                f"select '{kind}' as kind, parse_filename(file) as file, line, {kind}.snapshot_date "
                f"from {kind}_as_of($as_of) as {kind} join loads using (load_id) where customer_id = $customer_id"
                for kind in KINDS
            ),
            {"as_of": as_of, "customer_id": customer_id},
        )
    mine = {name: frame.filter(customer_id=customer_id) for name, frame in frames.items()}
    account, contact, assistance = (
        mine[name].row(0, named=True) for name in ("accounts", "contacts", "assistance_coverage")
    )
    return Customer(
        customer_id=customer_id,
        name=account["customer_name"],
        as_of=as_of,
        account_name=contact["account_name"],
        account_type=account["account_type"],
        contact=contact["contact_name"],
        email=contact["contact_email"],
        phone=contact["phone"],
        account_manager=account["account_manager"],
        customer_group=account["customer_group"],
        assistance=assistance["assistance"],
        next_step=assistance["next_step"],
        actions=mine["actions"],
        protection=mine["protection_status"],
        positions=mine["license_positions"],
        sources=sources,
    )
