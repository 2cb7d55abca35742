"""Two separate readings of the rules give the same CSV files, on portfolios made to be difficult."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from partner_analytics import UsageError
from tests.spec.reference import rules, texts
from tests.spec.reference.actions import TABLE, actions
from tests.spec.reference.portfolios import portfolio
from tests.spec.reference.renewals import heirs_of
from tests.support.loaded import CATALOGUE, loaded


@pytest.mark.sampled(3)
@pytest.mark.promise("rules")
@pytest.mark.parametrize("seed", range(40))
def test_every_value_of_every_report_agrees(seed: int, tmp_path: Path) -> None:
    exports = portfolio(seed, CATALOGUE)
    days = (90, 400)[seed % 2]
    expected = texts(exports, renewal_days=days)
    opened = loaded(exports, tmp_path)
    ahead = replace(opened, settings=replace(opened.settings, renewal_days=days))
    for report in ahead.reports(*expected, as_of=exports.as_of):
        assert report.to_csv().splitlines() == expected[report.name].splitlines(), report.name
        assert report.to_csv() == expected[report.name]


@pytest.mark.sampled(0)
def test_the_first_day_is_named_when_a_report_asks_for_an_earlier_one(tmp_path: Path) -> None:
    exports = portfolio(0, CATALOGUE)
    first = rules.first_snapshot(exports)
    assert first is not None
    with pytest.raises(UsageError, match=f"the first snapshot is of {first}"):
        loaded(exports, tmp_path).protection_status(as_of=date(first.year - 1, 1, 1))


def test_the_generated_portfolios_hold_every_word() -> None:
    columns = ("status", "mix", "basis", "next_step", "model", "action", "renewal", "window", "to_do")
    seen: dict[str, set[str]] = {column: set() for column in columns}
    for seed in range(8):
        for text in texts(portfolio(seed, CATALOGUE), renewal_days=400).values():
            frame = pl.read_csv(text.encode(), infer_schema=False)
            for column in seen.keys() & set(frame.columns):
                seen[column] |= set(frame[column].drop_nulls())
    assert seen["status"] == {"active", "expiring", "trial", "future", "unknown", "expired", "none", "no_data"}
    assert seen["mix"] == {"flex", "term", "managed_order", "mixed", "trial", "none", "no_data"}
    assert seen["model"] == {"flex", "term", "managed_order", "trial"}
    assert len(seen["basis"]) == 6
    assert len(seen["next_step"]) == 3
    assert seen["action"] == set(TABLE)
    assert seen["to_do"] >= set(TABLE) - {"check_renewal"}
    assert seen["renewal"] == {"renewed", "reduced", "open", "unknown"}
    assert seen["window"] == {"ended", "30", "60", "90", "180", "365", "400"}


def test_the_generated_licenses_stand_at_every_edge_of_renewals_and_actions() -> None:
    seen: Counter[str] = Counter()
    for seed in range(8):
        exports = portfolio(seed, CATALOGUE)
        for customer in rules.customers_of(exports):
            seen.update(_edges(customer, exports))
        for row in actions(exports):
            about_a_product = row["product_name"] is not None
            seen["an action about several models"] += about_a_product and row["model"] is None
            seen["seats to renew that nobody knows"] += row["action"] == "renew" and row["seats"] is None
            seen["half a contact"] += row["contact_name"] is not None and row["contact_email"] is None
    expected = {
        *(f"starts {days} days after the end" for days in (-91, -90, 0, 1, 2)),
        *(f"ends {days} days after the end" for days in (0, 1)),
        *(f"{days} days left" for days in (-61, -60, -1, 0, 30, 31, 60, 90, 91, 180, 181, 365, 366, 400, 401)),
        "a successor of several", "several successors", "a successor with more categories", "a flex successor",
        "an unlimited successor", "a successor of unknown quantity", "a successor of an unknown quantity",
        "a successor of an unlimited license", "a successor that has ended", "a successor that has not begun",
        "a code that the catalogue lacks, taken over", "a trial taken over", "a perpetual license with an end date",
        "a license of the perpetual type without an end", "an action about several models",
        "seats to renew that nobody knows", "half a contact", "a manager of a customer that the export lacks",
    }  # fmt: skip
    assert {edge for edge in expected if seen[edge] < 3} == set()


def _edges(customer: rules.Customer, exports: rules.Exports) -> Iterator[str]:
    """Where the licenses of a customer stand."""
    if customer.account_type == "unknown" and customer.name == customer.customer_id and customer.account_manager:
        yield "a manager of a customer that the export lacks"
    succeeded: Counter[str] = Counter()
    for x in customer.licenses:
        if x.is_perpetual and x.end_date is not None:
            yield "a perpetual license with an end date"
        if x.ends_on is None:
            if x.state == "active" and x.model == "term" and not x.is_perpetual:
                yield "a license of the perpetual type without an end"
            continue
        yield f"{(x.ends_on - exports.as_of).days} days left"
        for y in customer.licenses:
            if y is not x and y.is_paid and y.product_code == x.product_code:
                yield f"starts {(y.start_date - x.ends_on).days} days after the end"
                if y.ends_on is not None:
                    yield f"ends {(y.ends_on - x.ends_on).days} days after the end"
        heirs = heirs_of(x, customer.licenses)
        succeeded.update(y.license_id for y in heirs)
        named = {
            "several successors": len(heirs) > 1,
            "a successor with more categories": any(y.product_code != x.product_code for y in heirs),
            "a flex successor": any(y.model == "flex" for y in heirs),
            "an unlimited successor": any(y.is_unlimited for y in heirs),
            "a successor of unknown quantity": any(y.quantity is None and not y.is_unlimited for y in heirs),
            "a successor of an unknown quantity": bool(heirs) and x.quantity is None and not x.is_unlimited,
            "a successor of an unlimited license": bool(heirs) and x.is_unlimited,
            "a successor that has ended": any(y.state == "expired" for y in heirs),
            "a successor that has not begun": any(y.state == "future" for y in heirs),
            "a code that the catalogue lacks, taken over": bool(heirs) and not x.is_mapped,
            "a trial taken over": bool(heirs) and not x.is_paid,
        }
        yield from (name for name, is_so in named.items() if is_so)
    yield from ("a successor of several" for times in succeeded.values() if times > 1)
