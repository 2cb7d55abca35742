"""Ids and codes are numbers while the rules work: nobody who reads what they find can tell."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import polars as pl
from polars.testing import assert_frame_equal

from partner_analytics import Portfolio, store
from partner_analytics.as_of import state
from partner_analytics.demo import DEMO_DAY
from partner_analytics.settings import Settings
from partner_analytics.transforms import Exports, results
from partner_analytics.transforms.coding import as_text, coded, decoded
from partner_analytics.transforms.lazily import some_columns


def known(*, whole: bool) -> Exports:
    with store.reading(Portfolio.demo().db) as connection:
        return state.known(connection, DEMO_DAY, Settings(), whole=whole)


def test_the_rules_read_no_column_that_is_left_out() -> None:
    few, whole = (results(known(whole=whole), DEMO_DAY) for whole in (False, True))
    for name, frame in whole.items():
        assert_frame_equal(few[name], frame)


def test_exports_as_text_give_the_same_results() -> None:
    numbers = known(whole=True)
    text = decoded(numbers)
    assert text.licenses.schema["customer_id"] == pl.String
    assert coded(numbers) is numbers
    of_numbers, of_text = results(numbers, DEMO_DAY), results(text, DEMO_DAY)
    for name, frame in of_numbers.items():
        assert_frame_equal(of_text[name], frame)


def test_results_hold_no_enum() -> None:
    found = results(known(whole=False), DEMO_DAY)
    for name, frame in found.items():
        assert not any(isinstance(kind, pl.Enum) or kind == pl.List(pl.Enum) for kind in frame.dtypes)
        assert_frame_equal(as_text(some_columns(found, name, frame.columns)), frame)


def test_words_that_are_coded_arrive_in_the_store_as_words() -> None:
    found = results(known(whole=False), DEMO_DAY)
    with closing(
        store.holding({name: some_columns(found, name, frame.columns) for name, frame in found.items()})
    ) as held:
        for name, frame in found.items():
            assert_frame_equal(store.query(held, f"from {name}_as_of(null)"), frame)


def test_customers_are_numbered_in_the_order_of_reports() -> None:
    exports = known(whole=False)
    ids = exports.customers.schema["customer_id"]
    assert isinstance(ids, pl.Enum)
    listed = results(exports, DEMO_DAY)["accounts"]["customer_id"].to_list()
    assert ids.categories.to_list()[: len(listed)] == listed


def test_what_goes_by_the_ids_of_customers_does_not_go_by_their_names(tmp_path: Path) -> None:
    first, second, third, fourth = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3, 4))
    files = {
        "customers.csv": f"customer_id,account_name\n{first},Zed\n{second},Abe\n",
        "licenses.csv": "license_id,customer_id,product_code,product_name,type,start_date\n"
        f"L1,{second},STRANGE,Second,term,2026-01-01\nL1,{first},STRANGE,First,term,2026-01-01\n"
        f"L2,{fourth},CIXA,,term,2026-01-01\n",
        "assistance.csv": f"customer_id,partner_assistance\n{fourth},on\n{third},off\n",
    }
    portfolio = Portfolio(tmp_path / "partner.duckdb", DEMO_DAY)
    for name, text in files.items():
        (tmp_path / name).write_text(text)
        portfolio.load(tmp_path / name, snapshot_date=DEMO_DAY)
    assert portfolio.sql("select product_name from unmapped_products")["product_name"].to_list() == ["First"]
    assert portfolio.sql("select customer_id from unknown_customers where kind = 'assistance'")[
        "customer_id"
    ].to_list() == [third, fourth]
