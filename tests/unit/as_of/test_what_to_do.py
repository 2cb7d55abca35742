"""What to do next for a customer, and in which order: the most urgent first."""

from __future__ import annotations

import polars as pl
import pytest

from partner_analytics import Portfolio
from partner_analytics.transforms import results
from partner_analytics.vocabulary import TO_DOS
from tests.support.tables import AS_OF, check, exports


@pytest.fixture(scope="module")
def demo() -> Portfolio:
    return Portfolio.demo()


def test_each_state_of_licenses_leads_to_its_next_step() -> None:
    cases = """
        customer | type  | start      | end        | quantity | used => to do           | act by     | urgency
        Bert     | term  | 2026-01-01 | 2026-11-20 | 5        |      => renew           | 2026-11-20 | 1
        Dora     | trial | 2026-01-01 | 2026-11-30 |          |      => convert_trial   | 2026-11-30 | 2
        Cleo     | term  | 2026-01-01 | 2026-10-20 | 5        |      => reactivate      | 2026-12-19 | 3
        Emil     | term  | 2025-01-01 | 2026-01-31 |          |      => win_back        |            | 4
        Finn     | term  | 2026-01-01 |            |          |      => check_end_dates |            | 5
        Gabi     | term  | 2026-01-01 | 2027-06-30 | 10       | 12   => add_seats       |            | 6
        Anna     | term  | 2026-01-01 | 2027-06-30 |          |      => nothing         |            | 7
    """
    everybody_is_on = """
        customer | evidence
        Anna     | on
        Bert     | on
        Cleo     | on
        Dora     | on
        Emil     | on
        Finn     | on
        Gabi     | on
    """
    check("customer_overview", cases, licenses=cases, evidence=everybody_is_on)


def test_of_two_renewals_the_one_that_ends_first_comes_first() -> None:
    check(
        "customer_overview",
        licenses="""
            customer | end        | quantity
            Anna     | 2026-11-25 | 5
            Bert     | 2026-11-05 | 5
        """,
        table="""
            customer | to do | act by     | urgency
            Bert     | renew | 2026-11-05 | 1
            Anna     | renew | 2026-11-25 | 2
        """,
    )


@pytest.mark.promise("unknown")
def test_whoever_nobody_looked_at_is_not_said_to_have_nothing() -> None:
    check(
        "customer_overview",
        customers="""
            customer
            Anna
            Bert
            Cleo
        """,
        empty_answers="""
            customer
            Anna
        """,
        licenses="""
            customer | end
            Cleo     | 2027-06-30
        """,
        table="""
            customer | without license | to do
            Anna     | none            | offer_protection
            Bert     | no_data         | export_licenses
            Cleo     |                 | ask_for_assistance
        """,
    )


def test_assistance_is_on_or_off_since_the_first_evidence_after_the_last_that_said_otherwise() -> None:
    check(
        "customer_overview",
        customers="customer\nAnna\nBert\nCleo\nDora\nEmil\nFinn\nGabi",
        evidence="""
            customer | evidence | checked on | basis    | snapshot date
            Anna     | on       | 2026-08-15 | stated   | 2026-08-15
            Anna     | off      | 2026-08-20 | stated   | 2026-08-20
            Anna     | on       | 2026-09-01 | stated   | 2026-09-01
            Anna     | off      | 2026-10-01 | stated   | 2026-10-01
            Bert     | off      | 2026-08-01 | stated   | 2026-08-01
            Bert     | off      | 2026-09-15 | stated   | 2026-09-15
            Cleo     | on       | 2026-09-01 | observed | 2026-09-01
            Cleo     | off      | 2026-09-01 | stated   | 2026-09-01
            Dora     | on       | 2026-09-01 | observed | 2026-09-01
            Dora     | off      | 2026-09-01 | stated   | 2026-09-01
            Dora     | off      | 2026-10-01 | stated   | 2026-10-01
            Emil     | off      | 2026-11-02 | stated   | 2026-11-02
            Emil     | on       | 2026-10-01 | stated   | 2026-10-01
            Finn     | on       | 2026-09-01 | stated   | 2026-09-01
            Finn     | on       | 2026-10-01 | stated   | 2026-10-01
            Finn     | off      | 2026-11-03 | stated   | 2026-11-02
            Gabi     | on       | 2026-09-01 | stated   | 2026-09-01
            Gabi     | on       | 2026-10-01 | stated   | 2026-10-01
            Gabi     | off      | 2026-09-15 | stated   | 2026-11-03
        """,
        table="""
            customer | assistance | assistance since
            Anna     | off        | 2026-10-01
            Bert     | off        | 2026-08-01
            Cleo     | off        | 2026-09-01
            Dora     | off        | 2026-10-01
            Emil     | off        | 2026-11-02
            Finn     | on         | 2026-09-01
            Gabi     | on         | 2026-09-01
        """,
    )


def test_with_nothing_in_force_the_next_end_is_the_last_and_cover_that_does_not_end_has_none() -> None:
    licenses = """
        customer | product | type  | end
        Anna     | CIXA    | term  | 2026-08-20
        Anna     | CEMA    | term  | 2026-08-25
        Bert     | CIXA    | usage |
        Bert     | CEMA    | term  | 2026-08-25
    """
    check(
        "customer_overview",
        licenses=licenses,
        table="""
            customer | expired in      | active in | next end on | days left
            Anna     | Endpoint; Email |           | 2026-08-25  | -69
            Bert     | Email           | Endpoint  |             |
        """,
    )
    found = results(exports(licenses=licenses), AS_OF)["customer_overview"]
    assert found["active_in"].to_list() == [None, "Endpoint"], "of no category there is no text, not an empty one"


def test_assistance_is_off_since_the_first_evidence_after_the_last_that_said_on() -> None:
    check(
        "customer_overview",
        licenses="""
            customer | end
            Anna     | 2027-06-30
        """,
        evidence="""
            customer | evidence | checked on
            Anna     | off      | 2026-08-01
            Anna     | on       | 2026-09-01
            Anna     | off      | 2026-10-01
            Anna     | off      | 2026-10-20
        """,
        table="""
            customer | assistance | assistance since | to do
            Anna     | off        | 2026-10-01       | ask_for_assistance
        """,
    )


def test_the_categories_are_listed_by_status_and_the_next_end_is_the_first_of_what_is_in_force() -> None:
    check(
        "customer_overview",
        licenses="""
            customer | product | end
            Anna     | CIXA    | 2026-11-20
            Anna     | CEMA    | 2027-06-30
            Anna     | SVRXDR  | 2026-10-20
        """,
        table="""
            customer | expired in  | expiring in | active in | next end on | days left
            Anna     | Server; XDR | Endpoint    | Email     | 2026-11-20  | 18
        """,
    )


def test_urgency_counts_each_customer_once_and_what_is_due_first_comes_first(demo: Portfolio) -> None:
    frame = demo.customer_overview().frame
    assert frame["urgency"].to_list() == list(range(1, frame.height + 1))
    assert frame["act_by"].is_sorted(nulls_last=True)
    places = frame.filter(pl.col("act_by").is_null())["to_do"].replace_strict(list(TO_DOS), list(range(len(TO_DOS))))
    assert places.is_sorted()


def test_no_two_figures_of_the_page_have_one_name(demo: Portfolio) -> None:
    labels = [figure.label for report in demo.reports() for figure in report.figures]
    assert len(labels) == len(set(labels)), sorted(label for label in labels if labels.count(label) > 1)


def test_a_figure_of_any_report_opens_to_as_many_as_it_says(demo: Portfolio) -> None:
    opened = 0
    for report in demo.reports():
        for figure in report.figures:
            if figure.rows is None:
                continue
            rows = report.frame.filter(figure.rows)
            number = int(figure.value.replace(",", ""))
            assert number in (rows.height, rows["customer_id"].n_unique()), f"{report.title}: {figure.label}"
            opened += 1
    assert opened >= 29


def test_nothing_known_is_no_customer() -> None:
    assert results(exports(), AS_OF)["customer_overview"].is_empty()
    assert results(exports(), AS_OF)["customer_overview"].schema["urgency"] == pl.Int64
