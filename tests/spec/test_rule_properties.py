"""What holds of the results whatever the exports hold, on portfolios in which few customers share few products."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from partner_analytics.transforms import NEEDED_TO_COMPARE, Exports, State, compared, results
from partner_analytics.vocabulary import (
    ASSISTANCE,
    BILLING_TYPES,
    CATEGORIES,
    EVIDENCE_BASES,
    LICENSE_TYPES,
    MODELS,
    STATES,
    TRIAL_STARTERS,
)
from tests.support.effort import examples
from tests.support.tables import AS_OF, TYPES

# The customer export may lack any of them, and always lacks the last.
IDS = ["c1", "c2", "c3", "nobody"]
CUSTOMERS = st.sampled_from(IDS)
CODES = st.sampled_from(["CIXA", "CIXAXDR", "cixa"])
FLAGS = st.sampled_from([None, False, True])
COUNTS = st.sampled_from([None, *range(0, 50, 7)])
EDGES = st.sampled_from([-61, -60, -1, 0, 1, 2, 29, 30, 31]) | st.integers(-90, 90)
DAYS = EDGES.map(lambda days: AS_OF + timedelta(days))

customers = st.fixed_dictionaries(
    {
        "customer_id": st.sampled_from(IDS[:-1]),
        "account_name": st.sampled_from(["Anna", "anna", "Émile", "c2"]),
        "billing_type": st.none() | st.sampled_from(BILLING_TYPES),
        "is_managed_order": FLAGS,
        "trial_started_by": st.none() | st.sampled_from(TRIAL_STARTERS),
    }
)

customer_facts = st.fixed_dictionaries(
    {
        "customer_id": CUSTOMERS,
        "is_managed_order": FLAGS,
        "trial_started_by": st.none() | st.sampled_from(TRIAL_STARTERS),
    }
)

evidence = st.fixed_dictionaries(
    {
        "customer_id": CUSTOMERS,
        "partner_assistance": st.sampled_from(["on", "off"]),
        "checked_on": DAYS,
        "basis": st.sampled_from(EVIDENCE_BASES),
        "snapshot_date": DAYS,
        "source": st.sampled_from(["assistance", "customers"]),
    }
)

products = st.lists(st.sampled_from(CATEGORIES), min_size=1, max_size=3, unique=True)


@st.composite
def licenses(draw: st.DrawFn) -> dict[str, Any]:
    """A license; it ends no earlier than it starts, as loading a file makes sure."""
    days = draw(st.lists(DAYS, min_size=2, max_size=2).map(sorted))
    return {
        "license_id": draw(st.sampled_from("123456")),
        "customer_id": draw(CUSTOMERS),
        "product_code": draw(CODES),
        "product_name": draw(st.sampled_from([None, "One name", "Another"])),
        "license_type": draw(st.sampled_from(LICENSE_TYPES)),
        "quantity": draw(COUNTS),
        "is_unlimited": draw(st.sampled_from([None, False, False, True])),
        "is_perpetual": draw(st.sampled_from([None, False, False, True])),
        "start_date": days[0],
        "end_date": draw(st.sampled_from([days[1], days[1], None])),
        "used": draw(COUNTS),
    }


def ids(frame: pl.DataFrame) -> set[str]:
    return set(frame["customer_id"])


def rows(kind: str, row: st.SearchStrategy[dict[str, Any]], *key: str) -> st.SearchStrategy[pl.DataFrame]:
    """Some rows of a kind of export, of which no two have the same key."""
    # Fewer rows seldom meet, and what is empty is not where the rules go wrong.
    distinct = st.lists(row, min_size=2, max_size=10, unique_by=lambda values: tuple(values[name] for name in key))
    return distinct.map(lambda listed: pl.DataFrame(listed, TYPES[kind]))


@st.composite
def portfolios(draw: st.DrawFn) -> Exports:
    named = draw(rows("licenses", licenses(), "customer_id", "license_id"))
    answered = draw(st.sets(CUSTOMERS)) - ids(named)
    catalogue = draw(st.dictionaries(CODES, products))
    return Exports(
        customers=draw(rows("customers", customers, "customer_id")),
        licenses=named,
        # Nobody has licenses and an answer that says that there are none.
        empty_answers=pl.DataFrame({"customer_id": sorted(answered)}, TYPES["empty_answers"]),
        evidence=draw(rows("evidence", evidence, "customer_id", "checked_on", "basis", "snapshot_date", "source")),
        customer_facts=draw(rows("customer_facts", customer_facts, "customer_id")),
        products=pl.DataFrame(
            [(code, code.title(), categories) for code, categories in catalogue.items()],
            TYPES["products"],
            orient="row",
        ),
    )


def found_as_of(day: date, exports: Exports, *names: str) -> dict[str, pl.DataFrame]:
    return dict(results(exports, day, names=names))


# A busy machine draws slowly, which says nothing about the rules.
often = settings(examples(100, 10), suppress_health_check=[HealthCheck.too_slow])


@often
@given(portfolios())
def test_every_license_has_exactly_one_state_and_one_model(exports: Exports) -> None:
    states = found_as_of(AS_OF, exports, "license_states")["license_states"]
    key = ["customer_id", "license_id"]
    assert sorted(states.select(key).rows()) == sorted(exports.licenses.select(key).rows())
    assert set(states["state"]) <= set(STATES)
    assert set(states["model"]) <= set(MODELS)


@often
@given(portfolios())
def test_every_customer_is_in_every_report_on_customers(exports: Exports) -> None:
    found = found_as_of(AS_OF, exports, "protection_status", "flex_vs_term", "assistance_coverage")
    known = ids(exports.customers) | ids(exports.licenses) | ids(exports.empty_answers)
    for report in ("protection_status", "flex_vs_term", "assistance_coverage"):
        assert ids(found[report]) == known, report
    for report in ("flex_vs_term", "assistance_coverage"):
        assert len(found[report]) == len(known), report


@often
@given(portfolios())
def test_on_off_and_unknown_share_out_all_customers(exports: Exports) -> None:
    found = found_as_of(AS_OF, exports, "accounts", "assistance_coverage")
    coverage = found["assistance_coverage"]
    shares = Counter(coverage["assistance"])
    assert set(shares) <= set(ASSISTANCE)
    assert sum(shares.values()) == len(found["accounts"])
    assert coverage["can_launch"].sum() == shares["on"]


@often
@given(portfolios())
def test_the_licenses_of_flex_against_term_are_those_in_force(exports: Exports) -> None:
    found = found_as_of(AS_OF, exports, "license_states", "flex_vs_term")
    counted = found["flex_vs_term"].select(pl.sum_horizontal(f"{model}_licenses" for model in MODELS).sum())
    assert counted.item() == found["license_states"]["is_in_force"].sum()


@often
@given(portfolios())
def test_every_license_counts_once_in_each_of_its_categories(exports: Exports) -> None:
    found = found_as_of(AS_OF, exports, "license_states", "protection_status")
    counted = found["protection_status"]["license_count"].sum()
    assert counted == found["license_states"]["categories"].list.len().sum()


@often
@given(portfolios())
def test_no_seat_is_lost_or_counted_twice(exports: Exports) -> None:
    found = found_as_of(AS_OF, exports, "license_states", "license_positions")
    expected: dict[tuple[str, str, str], int | None] = {}
    for row in found["license_states"].filter("is_in_force").iter_rows(named=True):
        key = row["customer_id"], row["product_code"], row["model"]
        before, quantity = expected.get(key, 0), None if row["is_unlimited"] else row["quantity"]
        expected[key] = None if before is None or quantity is None else before + quantity
    positions = found["license_positions"].select("customer_id", "product_code", "model", "seats").rows()
    assert {row[:3]: row[3] for row in positions} == expected
    assert len(positions) == len(expected)


@often
@given(portfolios())
def test_seats_are_never_both_over_used_and_unused(exports: Exports) -> None:
    for row in found_as_of(AS_OF, exports, "license_positions")["license_positions"].iter_rows(named=True):
        over, unused, seats, used = row["over_used_by"], row["unused"], row["seats"], row["used"]
        if seats is None or used is None:
            assert over is unused is None
        else:
            assert min(over, unused) == 0
            assert seats + over == used + unused


@often
@given(portfolios(), DAYS)
def test_days_left_are_the_days_from_the_day_to_the_end_of_coverage(exports: Exports, as_of: date) -> None:
    for row in found_as_of(as_of, exports, "protection_status")["protection_status"].iter_rows(named=True):
        ends_on = row["coverage_ends_on"]
        assert row["days_left"] == (None if ends_on is None else (ends_on - as_of).days)


@often
@given(portfolios(), DAYS)
def test_a_license_that_has_expired_stays_expired_the_next_day(exports: Exports, as_of: date) -> None:
    today, tomorrow = (
        found_as_of(day, exports, "license_states")["license_states"]
        .filter(pl.col("state") == "expired")
        .select("customer_id", "license_id")
        .rows()
        for day in (as_of, as_of + timedelta(1))
    )
    assert set(today) <= set(tomorrow)


@often
@given(portfolios(), st.integers(0, 2**32))
def test_the_order_of_the_rows_of_an_export_changes_nothing(exports: Exports, seed: int) -> None:
    frames = {field.name: getattr(exports, field.name) for field in fields(exports)}
    shuffled = {name: frame.sample(fraction=1, shuffle=True, seed=seed) for name, frame in frames.items()}
    before, after = results(exports, AS_OF), results(replace(exports, **shuffled), AS_OF)
    for name, frame in before.items():
        # The states of licenses come in no particular order.
        in_order = name != "license_states"
        assert_frame_equal(frame, after[name], check_row_order=in_order)


# Changes: two portfolios taken as two snapshots of one, and three as three


def as_of_a_day(exports: Exports) -> State:
    return State(AS_OF, exports, results(exports, AS_OF, names=NEEDED_TO_COMPARE))


def said(changes: pl.DataFrame, change: str, *columns: str) -> dict[tuple[str, ...], tuple[Any, ...]]:
    """The rows of one change, by customer and license: the columns asked for."""
    found = changes.filter(change=change).with_columns(pl.col("license_id").fill_null(""))
    return {row[:2]: row[2:] for row in found.select("customer_id", "license_id", *columns).iter_rows()}


@often
@given(portfolios(), portfolios())
def test_the_bridge_adds_up(then: Exports, now: Exports) -> None:
    later = as_of_a_day(now)
    found = compared(as_of_a_day(then), later)
    *steps, (last, seats_now) = found["changes_bridge"].rows()
    assert last == "now"
    assert sum(seats for _reason, seats in steps) == seats_now
    states = later.results["license_states"]
    assert seats_now == states.filter("is_paid", "is_in_force", pl.col("is_unlimited").not_())["quantity"].sum()


@often
@given(portfolios(), portfolios())
def test_swapping_two_snapshots_turns_the_changes_round(then: Exports, now: Exports) -> None:
    one, other = as_of_a_day(then), as_of_a_day(now)
    there, back = compared(one, other)["changes"], compared(other, one)["changes"]
    assert said(there, "customer_new") == said(back, "customer_gone")
    assert said(there, "licenses_not_seen").keys() == said(back, "licenses_first_seen").keys()
    for change in ("customer_renamed", "account_type_changed", "assistance_changed"):
        assert said(there, change, "before", "after") == said(back, change, "after", "before")
    there_and_back = (
        said(there, "quantity_changed", "before", "after"),
        said(back, "quantity_changed", "after", "before"),
    )
    for key in there_and_back[0].keys() & there_and_back[1].keys():
        assert there_and_back[0][key] == there_and_back[1][key]
    assert there["seats_delta"].sum() == -back["seats_delta"].sum()


@often
@given(portfolios(), portfolios(), portfolios())
def test_changes_over_three_days_compose(first: Exports, second: Exports, third: Exports) -> None:
    days = [as_of_a_day(exports) for exports in (first, second, third)]
    ab, bc, ac = (compared(days[a], days[b])["changes"] for a, b in ((0, 1), (1, 2), (0, 2)))
    assert sum(int(of["seats_delta"].sum()) for of in (ab, bc)) == ac["seats_delta"].sum()
    on_all = ids(first.customers) & ids(second.customers) & ids(third.customers)
    for change in ("customer_renamed", "account_type_changed", "assistance_changed"):
        earlier, later = said(ab, change, "before"), said(bc, change, "before")
        for key, before in said(ac, change, "before").items():
            if key[0] in on_all:
                assert before == earlier.get(key, later.get(key))


@often
@given(portfolios())
def test_nothing_changes_from_a_day_to_itself(exports: Exports) -> None:
    same = as_of_a_day(exports)
    found = compared(same, same)
    # A license in force whose end is over does not exist, so that on one and the same day nothing starts or expires.
    assert found["changes"].is_empty()
    assert found["changes_bridge"]["reason"].to_list() == ["then", "now"]


@often
@given(portfolios(), portfolios())
def test_each_difference_of_seats_stands_in_one_row_and_each_change_in_one_place(then: Exports, now: Exports) -> None:
    found = compared(as_of_a_day(then), as_of_a_day(now))
    changes, origins = found["changes"], found["change_origins"]
    key = ["customer_id", "change", "license_id"]
    assert changes.select(key).rows() == origins.select(key).rows()
    assert not changes.select(key).is_duplicated().any()
    of_licenses = changes.filter(pl.col("license_id").is_not_null())
    assert of_licenses["seats_delta"].null_count() == 0
    with_seats = of_licenses.filter(pl.col("seats_delta") != 0).group_by("customer_id", "license_id").len()
    assert not with_seats.height or with_seats["len"].max() == 1
    succeeding = set(origins.select("customer_id", "successor_id").drop_nulls().rows())
    assert not succeeding & set(of_licenses.select("customer_id", "license_id").rows()), (
        "a successor has no row of its own"
    )


@often
@given(portfolios(), DAYS)
def test_renewals_are_the_licenses_that_end_in_the_window(exports: Exports, as_of: date) -> None:
    found = found_as_of(as_of, exports, "license_states", "renewals")
    expected = {
        (row["customer_id"], row["license_id"])
        for row in found["license_states"].iter_rows(named=True)
        if not row["is_open_ended"] and -60 <= (row["end_date"] - as_of).days <= 90
    }
    rows = found["renewals"].select("customer_id", "license_id").rows()
    assert set(rows) == expected
    assert len(rows) == len(expected)
    assert found["renewals"]["days_left"].is_sorted()


@often
@given(portfolios(), DAYS, st.integers(1, 4))
def test_it_makes_no_difference_how_many_licenses_are_judged_at_a_time(exports: Exports, as_of: date, few: int) -> None:
    at_once, in_parts = results(exports, as_of), results(exports, as_of, licenses_of_a_part=few)
    assert at_once.keys() == in_parts.keys()
    for name, frame in at_once.items():
        is_in_order = name != "license_states"
        assert_frame_equal(in_parts[name], frame, check_row_order=is_in_order)
