"""Some customers in place of all: who is meant, and what they are called in a sentence."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

import polars as pl

from partner_analytics.errors import UsageError, nearest
from partner_analytics.languages import say
from partner_analytics.vocabulary import CATEGORIES

NOT_KNOWN: Final = "not known"
"""The name that stands for having no account manager."""

SHOWN_CANDIDATES: Final = 10
ASK_FOR_NAMES: Final = 'see the names: portfolio.sql("select customer_name, customer_id from accounts")'


@dataclass(frozen=True)
class Selection:
    """What the customers that are meant have in common; all customers if nothing is said.

    Parameters
    ----------
    names
        Texts, several of which are alternatives: a customer's id, or a part of its name.
    account_managers
        Who looks after them.
    categories
        In which they have a license.
    """

    names: tuple[tuple[str, ...], ...] = ()
    account_managers: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is said."""
        return bool(self.names or self.account_managers or self.categories)


EVERYBODY: Final = Selection()


@dataclass(frozen=True)
class Chosen:
    """The customers that are meant: their ids, and what they are called."""

    customer_ids: pl.Series
    words: str


def chosen(selection: Selection, customers: pl.DataFrame) -> Chosen:
    """The customers that a selection means.

    Parameters
    ----------
    customers
        One row per customer: customer_id, customer_name, account_name, account_manager, categories (a list).

    Raises
    ------
    UsageError
        If a name matches no customer or account manager, or several.
    """
    words = []
    found = customers
    for manager in selection.account_managers:
        # Each filter knows those customers only that the filters before it leave.
        known = _manager(manager, found["account_manager"])
        found = found.filter(pl.col("account_manager").fill_null(NOT_KNOWN) == known)
        words.append(
            say("without an account manager")
            if known == NOT_KNOWN
            else say("of account manager {manager}", manager=known)
        )
    of_managers = found
    for category in selection.categories:
        found = found.filter(pl.col("categories").list.contains(category).fill_null(value=False))
        words.append(say("with a license in {category}", category=category))
    for alternatives in selection.names:
        for text in alternatives:
            if of_managers.filter(named_like(text)).is_empty():
                raise UsageError(f"No customer has `{text}` in its name.", _nearest(text, of_managers["customer_name"]))
        found = found.filter(pl.any_horizontal(named_like(text) for text in alternatives))
        words.append(say("named like {names}", names=say(" or ").join(f"“{text}”" for text in alternatives)))
    if found.is_empty():
        raise UsageError(
            f"No customer fits all of the filters: {' and '.join(words)}.", "leave one of the filters out."
        )
    said = say("the {some} of {all} customers {fit}", some=found.height, all=customers.height, fit=", ".join(words))
    return Chosen(found["customer_id"], said)


def category_named(text: str) -> str:
    """The protection category of a name, whatever the case.

    Raises
    ------
    UsageError
        If there is none.
    """
    meant = [category for category in CATEGORIES if category.casefold() == text.strip().casefold()]
    if not meant:
        raise UsageError(f"There is no category `{text}`.", nearest(text, CATEGORIES))
    return meant[0]


def named_like(text: str) -> pl.Expr:
    """Whether a customer has this id, or the text in one of its names, whatever the case and the accents."""
    looked_for = _folded(text)
    names = (pl.col(name).fill_null("") for name in ("customer_name", "account_name"))
    return pl.any_horizontal(
        pl.col("customer_id") == text.strip().lower(),
        *(
            name.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase().str.contains(looked_for, literal=True)
            for name in names
        ),
    )  # fmt: skip


def the_one(text: str, customers: pl.DataFrame) -> str:
    """The id of the customer that a text means.

    Raises
    ------
    UsageError
        If there is none, or there are several: they are listed.
    """
    found = customers.filter(named_like(text))
    # Whoever has the whole name is meant, though others have it as a part of theirs.
    whole = found.filter((pl.col("customer_name") == text) | (pl.col("account_name") == text))
    found = whole if whole.height else found
    if found.is_empty():
        raise UsageError(f"No customer has `{text}` in its name.", _nearest(text, customers["customer_name"]))
    if found.height > 1:
        shown = found.head(SHOWN_CANDIDATES).select("customer_name", "customer_id").iter_rows()
        candidates = "; ".join(f"{' '.join(name.split())} ({customer_id})" for name, customer_id in shown)
        more = f"; and {found.height - SHOWN_CANDIDATES} more" if found.height > SHOWN_CANDIDATES else ""
        raise UsageError(
            f"`{text}` matches {found.height} customers; expected one.", f"name one by its id: {candidates}{more}"
        )
    return str(found["customer_id"][0])


def _manager(text: str, managers: pl.Series) -> str:
    """The account manager that a text means: the one of that name, else the only one with it in the name."""
    known = sorted(managers.drop_nulls().unique())
    same = [name for name in (*known, NOT_KNOWN) if _folded(name) == _folded(text)]
    near = same or [name for name in known if _folded(text) in _folded(name)]
    if len(near) == 1:
        return str(near[0])
    if near:
        raise UsageError(
            f"`{text}` matches {len(near)} account managers; expected one.", f"name one of: {', '.join(near)}."
        )
    hint = f"known are: {', '.join(known)}." if known else "load a sheet of customer facts that names them."
    raise UsageError(f"No account manager is called `{text}`.", hint)


def _nearest(text: str, names: pl.Series) -> str:
    near = get_close_matches(text, names.head(10_000).to_list(), n=1, cutoff=0.5)
    return f"did you mean `{near[0]}`?" if near else ASK_FOR_NAMES


def _folded(text: str) -> str:
    """The text without accents and in lower case."""
    parts = unicodedata.normalize("NFKD", text.strip())
    return "".join(part for part in parts if not unicodedata.combining(part)).lower()
