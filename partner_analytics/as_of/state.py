"""The exports and the results of the rules as of a day, read from a store."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import polars as pl

from partner_analytics import store
from partner_analytics.as_of.selection import Selection, chosen
from partner_analytics.errors import UsageError
from partner_analytics.resources import resource
from partner_analytics.settings import Settings
from partner_analytics.transforms import (
    COMPARED,
    NEEDED_TO_COMPARE,
    RELATIONS,
    Exports,
    State,
    compared,
    results,
)
from partner_analytics.transforms.coding import coded
from partner_analytics.transforms.exports import FRAMES, NEEDED
from partner_analytics.transforms.lazily import together


def catalogue(settings: Settings) -> pl.DataFrame:
    """One row per product known: `product_code`, `product_name`, `categories` (a list); the partner's own win."""
    shipped = pl.read_csv(resource("catalog", "products.csv"), infer_schema=False).with_columns(
        pl.col("categories").str.split("; ")
    )
    own = pl.DataFrame(
        [(product.code, product.name, list(product.categories)) for product in settings.products],
        schema=shipped.schema,
        orient="row",
    )
    return pl.concat([own, shipped.join(own, on="product_code", how="anti")])


def known(connection: store.Connection, as_of: date, settings: Settings, *, whole: bool = False) -> Exports:
    """What is known as of a day, with ids and codes as numbers.

    Parameters
    ----------
    whole
        Whether all columns are read, also those that no rule asks for.

    Raises
    ------
    UsageError
        If the day lies before the first snapshot.
    """
    check_day(connection, as_of)
    frames = store.frames_as_of(connection, as_of, FRAMES, {} if whole else NEEDED)
    return coded(Exports(**frames, products=catalogue(settings)))


def check_day(connection: store.Connection, as_of: date) -> None:
    """Raise a UsageError if a day lies before the first snapshot."""
    first = store.first_snapshot_day(connection)
    if first is not None and as_of < first:
        raise UsageError(
            f"No export was loaded for {as_of} or before: the first snapshot is of {first}.",
            f"ask for {first} or later.",
        )


def transformed(
    connection: store.Connection,
    as_of: date,
    settings: Settings,
    names: Collection[str] = tuple(RELATIONS),
) -> dict[str, pl.DataFrame]:
    """The results of the transforms as of a day, by name; changes are those since the snapshot day before.

    Parameters
    ----------
    names
        The results that are wanted.
    """

    def of_day(day: date) -> State:
        exports = known(connection, day, settings)
        wanted = NEEDED_TO_COMPARE if day != as_of else tuple(RELATIONS)
        return State(day, exports, results(exports, day, settings.expiring_days, wanted, settings.renewal_days))

    if RELATIONS.keys().isdisjoint(names):
        return {}
    if COMPARED.isdisjoint(names):
        exports = known(connection, as_of, settings)
        return dict(results(exports, as_of, settings.expiring_days, names, settings.renewal_days))
    now, since = of_day(as_of), store.snapshot_day_before(connection, as_of)
    found = together(now.results, compared(None if since is None else of_day(since), now))
    return {name: found[name] for name in RELATIONS if name in names}


def customers(connection: store.Connection, as_of: date, frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row per customer, by which some can be chosen: its names, its account manager, its categories (a list)."""
    day = {"as_of": as_of}
    names = store.query(connection, "select customer_id, account_name from customers_as_of($as_of)", day)
    licensed = (
        frames["license_states"]
        .group_by("customer_id")
        .agg(pl.col("categories").list.explode(keep_nulls=False, empty_as_null=False).unique())
    )
    return (
        frames["accounts"]
        .select("customer_id", "customer_name", "account_manager")
        .join(names, on="customer_id", how="left", maintain_order="left")
        .join(licensed, on="customer_id", how="left", maintain_order="left")
    )


def narrowed(connection: store.Connection, as_of: date, settings: Settings, only: Selection) -> store.Connection:
    """A store of the chosen customers only."""
    of_all = transformed(connection, as_of, settings, ("accounts", "license_states"))
    return store.narrowed(connection, chosen(only, customers(connection, as_of, of_all)).customer_ids)
