"""The words of the vocabulary in a column, as people read them in the language that is spoken."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics import vocabulary
from partner_analytics.languages import ENGLISH, code, word

__all__ = ["WORDS", "in_words"]

WORDS: Final = tuple(
    dict.fromkeys(
        (
            *vocabulary.WORDS,
            *vocabulary.ACCOUNT_TYPES,
            *vocabulary.MODELS,
            *vocabulary.STATES,
            *vocabulary.STATUSES,
            *vocabulary.MIXES,
            *vocabulary.ASSISTANCE,
            *vocabulary.ASSISTANCE_BASES,
            *vocabulary.NEXT_STEPS,
            *vocabulary.TO_DOS,
            *vocabulary.RENEWALS,
            *("limited", "eligible", "suspended", "canceled"),
            *("customers", "licenses", "assistance", "customer_facts"),
            *(basis.removeprefix("rule_") for basis in vocabulary.ASSISTANCE_BASES),
            *("flex, used", "term, seats", "trial, seats"),
            *("customer", "license", "Partner Assistance", "customer facts"),
        )
    )
)
"""Every word that a page shows of a column or a list; the categories are names, and stay as they are."""


def in_words(codes: pl.Expr) -> pl.Expr:
    """Codes as words: `no_data` reads "no data"."""
    plain = codes.str.replace_all("_", " ", literal=True)
    if code() == ENGLISH:
        return plain
    return plain.replace({one.replace("_", " "): word(one) for one in WORDS})
