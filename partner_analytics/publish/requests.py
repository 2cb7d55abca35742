"""Drafts of mails that ask customers to turn on Partner Assistance: written as files, never sent."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Final

import polars as pl

from partner_analytics.errors import SettingsError, nearest
from partner_analytics.publish.drafts import draft
from partner_analytics.publish.file_names import one_line, slugs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from partner_analytics.reports import Report

__all__ = ["read_templates", "request_drafts"]

SHIPPED: Final = Path(__file__).parent / "templates" / "requests"

LANGUAGES: Final = ("en", "de")
GERMAN: Final = ("DE", "AT", "CH", "LI")
"""Customers in these countries are written to in German, all others in English."""

WORDS: Final = ("customer", "contact", "account_manager")
"""What a template can name with a dollar sign before it."""


def read_templates(folder: Path | None) -> dict[str, Template]:
    """The template of each language: those that ship with the package, or in their place those of a folder.

    Raises
    ------
    SettingsError
        If the folder holds none, or one without a subject or with a name that is not known.
    """
    texts = {language: (SHIPPED / f"{language}.txt").read_text("utf-8") for language in LANGUAGES}
    if folder is not None:
        own = {language: folder / f"{language}.txt" for language in LANGUAGES}
        if not any(file.is_file() for file in own.values()):
            raise SettingsError(
                f"The folder {folder} of `requests.templates` holds neither en.txt nor de.txt.",
                "put a template there, or leave the setting out.",
            )
        for language, file in own.items():
            if file.is_file():
                try:
                    texts[language] = file.read_text("utf-8")
                except (OSError, UnicodeDecodeError) as error:
                    raise SettingsError(
                        f"{file} cannot be read as UTF-8 text.", "save it again as UTF-8 text."
                    ) from error
                _check(file, texts[language])
    return {language: Template(text) for language, text in texts.items()}


def _check(file: Path, text: str) -> None:
    if not re.match(r"Subject: .*\S.*\n\s*\n", text):
        raise SettingsError(
            f"{file} does not begin with a subject and an empty line.", "write `Subject: …` on its first line."
        )
    template = Template(text)
    if not template.is_valid():
        raise SettingsError(f"{file} holds a dollar sign without a name after it.", "write `$$` for a dollar sign.")
    for word in template.get_identifiers():
        if word not in WORDS:
            raise SettingsError(f"{file} uses `${word}`, which is not known.", nearest(word, WORDS))


def request_drafts(overview: Report, templates: Mapping[str, Template]) -> dict[str, bytes]:
    """The drafts, by file name: one for each customer whose Partner Assistance is off or not known.

    Who is asked is whose next step is to be asked: not where it should be on by itself, which is to be checked first.

    Parameters
    ----------
    overview
        The report `customer_overview`, with the rows behind it.
    """
    behind = overview.basis.behind
    if behind is None:
        return {}
    contacts = behind.contacts.select("customer_id", "contact_name", "contact_email", "country_code")
    texts = (
        overview.frame.filter(pl.col("assistance") != "on", pl.col("is_anomaly").not_())
        .join(contacts, on="customer_id", how="left", maintain_order="left")
        .select(
            file=pl.format("{}-{}.eml", slugs(pl.col("customer_name"), "customer"), "customer_id"),
            customer=one_line(pl.col("customer_name")),
            contact=one_line(pl.col("contact_name")),
            email=pl.col("contact_email").fill_null(""),
            account_manager=one_line(pl.col("account_manager")),
            language=pl.when(pl.col("country_code").is_in(GERMAN)).then(pl.lit("de")).otherwise(pl.lit("en")),
        )
    )
    # One file a customer is one step a customer; there are as many as mails that somebody will send.
    return {row["file"]: _draft(row, templates[row["language"]]) for row in texts.iter_rows(named=True)}


def _draft(row: Mapping[str, str], template: Template) -> bytes:
    subject, _, body = template.substitute({word: row[word] for word in WORDS}).partition("\n")
    # A line for whom nothing is known would read "Hello ,".
    text = re.sub(r" +(?=[,.])", "", body.strip()) + "\n"
    return draft(row["email"], row["contact"], subject.removeprefix("Subject:"), text)
