"""Drafts of mails to customers, and a table of them all: written as files, never sent.

One asks for Partner Assistance, one is about licenses that end, and one about trials that end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from partner_analytics.publish.drafts import draft
from partner_analytics.publish.file_names import one_line, slugs
from partner_analytics.reports.csv_text import csv_text
from partner_analytics.safety.addresses import ADDRESS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from string import Template

    from partner_analytics.as_of.basis import Basis
    from partner_analytics.reports import Report

__all__ = ["request_drafts"]

GERMAN: Final = ("DE", "AT", "CH", "LI")
"""Customers in these countries are written to in German, all others in English."""

TABLE: Final = "requests.csv"
COLUMNS: Final = (
    *("customer_id", "customer_name", "request", "account_manager", "contact_name", "email", "language", "due_on"),
    *("licenses", "subject", "file", "reason"),
)


@dataclass(frozen=True)
class Request:
    """What customers are written to about.

    Parameters
    ----------
    name
        The word for it in the table.
    folder
        Where its drafts lie.
    actions
        The actions that it is about.
    """

    name: str
    folder: str
    actions: tuple[str, ...]


REQUESTS: Final = (
    Request("assistance", "requests", ("ask_for_assistance",)),
    Request("renewal", "renewals", ("reactivate", "renew")),
    Request("trial", "trials", ("convert_trial",)),
)

CHECKED_FIRST: Final = {
    "check_assistance": ("assistance", "to be checked first: it should be on by itself, so the customer is not asked"),
    "check_renewal": ("renewal", "to be checked first: how many seats go on is not known"),
    "check_end_dates": ("renewal", "to be checked first: the end date of a license is not known"),
}
"""The actions that nobody is written to about, with the request that they would be, and why not."""

DATED: Final = {"en": "%Y-%m-%d", "de": "%d.%m.%Y"}
LINES: Final = {
    ("en", "renew"): ("- {}{}: last day {}", ", {} seats"),
    ("en", "reactivate"): ("- {}{}: has ended, and can be reactivated until {}", ", {} seats"),
    ("en", "convert_trial"): ("- {}{}: the trial ends on {}", ", {} seats"),
    ("de", "renew"): ("- {}{}: letzter Tag {}", ", {} Plätze"),
    ("de", "reactivate"): ("- {}{}: abgelaufen, kann bis {} reaktiviert werden", ", {} Plätze"),
    ("de", "convert_trial"): ("- {}{}: der Test endet am {}", ", {} Plätze"),
}
"""How a license is named in a mail, and its seats where they are known."""

NAMES: Final = {"customer": "customer_name", "contact": "contact_name", "manager": "account_manager"}
"""Names as they stand in a mail, on one line, and where they come from."""

NOT_NEEDED_FOR_A_LINE: Final = ("contact", "customer")
"""A line of a template that names anything else is left out where that is not known."""


def request_drafts(overview: Report, templates: Mapping[tuple[str, str], Template]) -> dict[str, bytes]:
    """The drafts, by path, and `requests.csv`: one row per customer and request, with the draft or why there is none.

    Who is asked for Partner Assistance is whose next step is to be asked: not where it should be on by itself.

    Parameters
    ----------
    overview
        The report `customer_overview`, with the rows behind it.
    templates
        The text of each request, in each language.
    """
    behind = overview.basis.behind
    if behind is None:
        return {}
    contacts = behind.contacts.select("customer_id", "contact_name", "contact_email", "country_code")
    rows = (
        _asked(behind.actions)
        .join(overview.frame.select("customer_id", "customer_name", "account_manager", "urgency"), on="customer_id")
        .join(contacts, on="customer_id", how="left", maintain_order="left")
        .sort("urgency", "place")
        .select(
            "customer_id",
            "customer_name",
            "request",
            "account_manager",
            "contact_name",
            pl.col("contact_email").alias("email"),
            _language().alias("language"),
            "due_on",
            "licenses_en",
            "licenses_de",
            pl.when(pl.col("reason").is_null()).then(
                pl.format("{}/{}-{}.eml", "folder", slugs(pl.col("customer_name"), "customer"), "customer_id")
            ).alias("file"),
            "reason",
            *(one_line(pl.col(name)).alias(word) for word, name in NAMES.items()),
        )
    )  # fmt: skip
    made: dict[str, bytes] = {}
    subjects: list[str | None] = []
    addresses: list[str | None] = []
    # One file a draft is one step a draft; there are as many as mails that somebody will send.
    for row in rows.iter_rows(named=True):
        address = row["email"] or ""
        addresses.append(address if ADDRESS.fullmatch(address) else None)
        subject = None
        if row["file"] is not None:
            subject, text = _filled(templates[row["request"], row["language"]], _words(row, overview.basis))
            made[row["file"]] = draft(address, row["contact"], subject, text)
        subjects.append(subject)
    table = _table(rows, pl.Series("subject", subjects, pl.String), pl.Series("address", addresses, pl.String))
    return made | {TABLE: csv_text(table).encode()}


def _asked(actions: pl.DataFrame) -> pl.DataFrame:
    """One row per customer and request: what it is about, when the first of it is due, or why it is not made."""
    requests: dict[str, tuple[str, str | None, str | None]] = {
        action: (one.name, one.folder, None) for one in REQUESTS for action in one.actions
    }
    requests |= {action: (name, None, reason) for action, (name, reason) in CHECKED_FIRST.items()}
    known = pl.DataFrame(
        [(action, *of, place) for place, (action, of) in enumerate(requests.items())],
        schema={
            "action": pl.String,
            "request": pl.String,
            "folder": pl.String,
            "reason": pl.String,
            "place": pl.Int64,
        },
        orient="row",
    )
    return (
        actions.join(known, on="action", maintain_order="left")
        .with_columns(_license_line(language).alias(f"licenses_{language}") for language in DATED)
        .group_by("customer_id", "request", "folder", "reason", maintain_order=True)
        .agg(pl.col("place").min(), pl.col("due_on").min(), pl.col("licenses_en", "licenses_de").str.join("\n"))
    )


def _license_line(language: str) -> pl.Expr:
    """A license in a mail, on a line; empty for what is about a customer as a whole."""
    name = one_line(pl.coalesce("product_name", "subject"))
    day = pl.col("due_on").dt.strftime(DATED[language])
    line = pl.lit(None, pl.String)
    for (of, action), (text, seats) in LINES.items():
        if of == language:
            counted = pl.when(pl.col("seats") > 0).then(pl.format(seats, "seats")).otherwise(pl.lit(""))
            line = pl.when(pl.col("action") == action).then(pl.format(text, name, counted, day)).otherwise(line)
    return line


def _language() -> pl.Expr:
    return pl.when(pl.col("country_code").is_in(GERMAN)).then(pl.lit("de")).otherwise(pl.lit("en"))


def _words(row: Mapping[str, Any], basis: Basis) -> dict[str, str]:
    """What a template can name, for one draft; empty for what is not known."""
    signed = (row["manager"], basis.partner, basis.address, basis.contact)
    return {
        "customer": row["customer"],
        "contact": row["contact"],
        "account_manager": row["manager"],
        "partner": basis.partner,
        "address": basis.address,
        "signature": basis.signature or "\n".join(filter(None, signed)),
        "licenses": row[f"licenses_{row['language']}"] or "",
    }


def _filled(template: Template, words: Mapping[str, str]) -> tuple[str, str]:
    """Subject and text of a draft."""
    lines = [
        type(template)(line).substitute(words)
        for line in template.template.splitlines()
        if all(words[name] or name in NOT_NEEDED_FOR_A_LINE for name in type(template)(line).get_identifiers())
    ]
    subject, _, body = "\n".join(lines).partition("\n")
    # A line for whom nothing is known would read "Hello ,".
    text = re.sub(r" +(?=[,.])", "", re.sub(r"\n{3,}", "\n\n", body.strip())) + "\n"
    return " ".join(subject.removeprefix("Subject:").split()), text


def _table(rows: pl.DataFrame, subjects: pl.Series, addresses: pl.Series) -> pl.DataFrame:
    """The table for a mail merge; what is no plain address is left out, since it may be several."""
    no_address = (
        pl.when(pl.col("email").is_null())
        .then(pl.lit("no address is known"))
        .when(addresses.is_null())
        .then(pl.lit("the address is no plain one, so it was left out"))
    )
    licenses = pl.when(pl.col("language") == "de").then("licenses_de").otherwise("licenses_en")
    on_one_line = licenses.str.replace_all(r"(?m)^- ", "").str.replace_all("\n", "; ", literal=True)
    return rows.with_columns(
        pl.coalesce("reason", no_address).alias("reason"),
        on_one_line.replace("", None).alias("licenses"),
        addresses.alias("email"),
        subjects,
    ).select(*COLUMNS)
