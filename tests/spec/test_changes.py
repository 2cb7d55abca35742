"""What changed between two days: each row of the rules' tables with the examples that decide it.

Between 2026-10-05, the day before the changes, and 2026-11-02, the day after them, unless a test names other days.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.comparisons import NOTHING, changes, compare, licenses
from tests.support.tables import AS_OF, check_rows

# Customers


def test_a_customer_of_one_customer_snapshot_only_is_new_or_gone_and_its_licenses_are_listed_too() -> None:
    changes(
        """
        customer | customer name | change       | subject | license | before | after | seats delta
        Anna     | Anna & Son    | customer_gone|         |         |        |       |
        Anna     | Anna & Son    | license_gone | CIXA    | 1       | term   |       | -10
        Ben      | Ben           | customer_new |         |         |        |       |
        Ben      | Ben           | license_new  | CIXA    | 1       |        | term  | 7
        """,
        {
            "customers": "customer | account name\nAnna | Anna & Son",
            "licenses": "customer | license | end | quantity\nAnna | 1 | 2027-06-30 | 10",
        },
        {
            "customers": "customer\nBen",
            "licenses": "customer | license | end | quantity\nBen | 1 | 2027-06-30 | 7",
        },
    )


def test_of_who_is_new_or_gone_it_is_not_said_that_the_licenses_were_not_exported() -> None:
    changes(
        """
        customer | change        | license | seats delta
        1        | customer_new  |         |
        1        | license_gone  | 1       | -5
        2        | customer_gone |         |
        2        | license_new   | 1       | 5
        """,
        {"customers": "customer\n2", "licenses": "customer | license | end | quantity\n1 | 1 | 2027-06-30 | 5"},
        {"customers": "customer\n1", "licenses": "customer | license | end | quantity\n2 | 1 | 2027-06-30 | 5"},
    )


def test_names_account_types_and_assistance_change_from_and_to() -> None:
    changes(
        """
        customer | customer name | change               | before | after         | seats delta
        1        | Anna & Son    | customer_renamed     | Anna   | Anna & Son    |
        2        | Ben           | account_type_changed | term   | monthly_usage |
        2        | Ben           | assistance_changed   | unknown| on            |
        3        | Cleo          | assistance_changed   | on     | off           |
        """,
        {
            "customers": """
                customer | account name | billing type
                1        | Anna         | term
                2        | Ben          | term
                3        | Cleo         | term
            """,
            "evidence": "customer | evidence | checked on | snapshot date\n3 | on | 2026-10-01 | 2026-10-05",
        },
        {
            "customers": """
                customer | account name | shown as   | billing type
                1        | Anna         | Anna & Son | term
                2        | Ben          |            | usage
                3        | Cleo         |            | term
            """,
            "evidence": "customer | evidence | checked on | snapshot date\n3 | off | 2026-10-30 | 2026-11-02",
        },
    )


def test_of_a_new_or_gone_customer_nothing_else_is_said_and_its_name_is_that_of_the_export_that_has_it() -> None:
    changes(
        """
        customer | customer name | change
        Anna     | Anna & Son    | customer_gone
        """,
        {
            "customers": "customer | account name | billing type\nAnna | Anna & Son | usage",
            "licenses": "customer | type | quantity | end\nAnna | usage | 5 |",
        },
        {"customers": "customer\n", "licenses": "customer | type | quantity | end\nAnna | usage | 5 |"},
    )


@pytest.mark.promise("unknown")
def test_licenses_that_nobody_looked_at_are_not_gone() -> None:
    two = "customer | license | end | quantity\nAnna | 1 | 2027-06-30 | 10\nAnna | 2 | 2027-06-30 | 5"
    looked, not_looked = {"customers": "customer\nAnna", "licenses": two}, {"customers": "customer\nAnna"}
    changes(
        "customer | change | subject | license | seats delta\nAnna | licenses_not_seen | | | -15", looked, not_looked
    )
    changes(
        "customer | change | subject | license | seats delta\nAnna | licenses_first_seen | | | 15", not_looked, looked
    )


def test_an_answer_that_there_are_no_licenses_is_an_answer() -> None:
    anna = {"customers": "customer\nAnna"}
    answered = anna | {"empty_answers": "customer\nAnna"}
    one = anna | {"licenses": "customer | license | end | quantity\nAnna | 1 | 2027-06-30 | 10"}
    changes("change | license | seats delta\nlicense_gone | 1 | -10", one, answered)
    changes("change | license | seats delta\nlicense_new | 1 | 10", answered, one)
    changes("change | license | seats delta\nlicenses_first_seen | | 0", anna, answered)
    changes("change | license | seats delta\nlicenses_not_seen | | 0", answered, anna)


# Seats


def test_only_paid_limited_known_quantities_in_force_are_seats() -> None:
    found = compare(
        {"customers": "customer\nAnna", "empty_answers": "customer\nAnna"},
        {
            "customers": "customer\nAnna",
            "licenses": """
                type  | start      | end        | quantity | is unlimited
                term  | 2026-01-01 | 2027-06-30 | 10       |
                trial | 2026-01-01 | 2027-06-30 | 20       |
                term  | 2026-01-01 | 2027-06-30 | 30       | yes
                term  | 2026-01-01 | 2027-06-30 |          |
                term  | 2026-12-01 | 2027-06-30 | 40       |
                term  | 2026-01-01 | 2026-11-01 | 50       |
                usage | 2026-01-01 |            | 7        |
            """,
        },
    )
    check_rows("changes_bridge", found["changes_bridge"], "reason | seats\nthen | 0\nnew | 17\nnow | 17")


# The same license on both days


def test_the_same_license_of_another_model() -> None:
    licenses(
        """
        change        | license | before | after | seats delta
        model_changed | 1       | trial  | term  | 10
        model_changed | 2       | term   | flex  | 0
        dates_changed | 2       | 2026-01-01/2027-06-30 | 2026-01-01/ | 0
        """,
        """
        license | type  | end        | quantity
        1       | trial | 2027-06-30 | 10
        2       | term  | 2027-06-30 | 10
        """,
        """
        license | type  | end        | quantity
        1       | term  | 2027-06-30 | 10
        2       | usage |            | 10
        """,
    )


def test_a_license_whose_end_moves_later_or_goes_away_is_renewed_trials_too() -> None:
    licenses(
        """
        change          | license | before     | after      | seats delta
        license_renewed | 1       | 2026-11-30 | 2027-11-30 | 0
        license_renewed | 2       | 2026-11-30 |            | 0
        license_renewed | 3       | 2026-10-10 | 2026-11-10 | 0
        license_renewed | 4       | 2026-10-04 | 2027-10-04 | 5
        license_renewed | 5       | 2026-10-10 | 2026-11-01 | -5
        """,
        """
        license | type  | end        | quantity
        1       | term  | 2026-11-30 | 5
        2       | usage | 2026-11-30 | 5
        3       | trial | 2026-10-10 | 5
        4       | term  | 2026-10-04 | 5
        5       | term  | 2026-10-10 | 5
        """,
        """
        license | type  | end        | quantity
        1       | term  | 2027-11-30 | 5
        2       | usage |            | 5
        3       | trial | 2026-11-10 | 5
        4       | term  | 2027-10-04 | 5
        5       | term  | 2026-11-01 | 5
        """,
    )


def test_a_license_that_had_not_begun_is_not_renewed_by_a_later_end() -> None:
    licenses(
        """
        change        | before                | after                 | seats delta
        dates_changed | 2026-12-01/2027-06-30 | 2026-12-01/2027-12-31 | 0
        """,
        "start | end\n2026-12-01 | 2027-06-30",
        "start | end\n2026-12-01 | 2027-12-31",
    )


def test_a_license_ends_early_only_if_it_is_over() -> None:
    licenses(
        """
        change              | license | before                | after                 | seats delta
        license_ended_early | 1       | 2027-06-30            | 2026-11-01            | -5
        license_expired     | 4       | term                  |                       | 0
        dates_changed       | 2       | 2026-01-01/2027-06-30 | 2026-01-01/2026-11-02 | 0
        dates_changed       | 3       | 2026-01-01/2026-10-01 | 2026-01-01/2026-09-01 | 0
        dates_changed       | 4       | 2026-10-20/2027-06-30 | 2026-10-20/2026-10-31 | 0
        """,
        """
        license | start      | end        | quantity
        1       | 2026-01-01 | 2027-06-30 | 5
        2       | 2026-01-01 | 2027-06-30 | 5
        3       | 2026-01-01 | 2026-10-01 | 5
        4       | 2026-10-20 | 2027-06-30 | 5
        """,
        """
        license | start      | end        | quantity
        1       | 2026-01-01 | 2026-11-01 | 5
        2       | 2026-01-01 | 2026-11-02 | 5
        3       | 2026-01-01 | 2026-09-01 | 5
        4       | 2026-10-20 | 2026-10-31 | 5
        """,
    )


def test_a_license_expires_the_day_after_its_end_whether_it_is_still_exported_or_not() -> None:
    licenses(
        """
        change          | license | before | after | seats delta
        license_expired | 1       | term   |       | -5
        license_expired | 2       | term   |       | -5
        license_expired | 5       | term   |       | 0
        license_gone    | 4       | term   |       | -5
        license_gone    | 6       | term   |       | 0
        """,
        """
        license | start      | end        | quantity
        1       | 2026-01-01 | 2026-11-01 | 5
        2       | 2026-01-01 | 2026-11-01 | 5
        3       | 2026-01-01 | 2026-11-02 | 5
        4       | 2026-01-01 | 2026-11-02 | 5
        5       | 2026-10-06 | 2026-10-31 | 5
        6       | 2026-01-01 | 2026-10-04 | 5
        """,
        """
        license | start      | end        | quantity
        1       | 2026-01-01 | 2026-11-01 | 5
        3       | 2026-01-01 | 2026-11-02 | 5
        5       | 2026-10-06 | 2026-10-31 | 5
        """,
    )


def test_a_perpetual_license_does_not_expire_whatever_its_end_date_says() -> None:
    one = "type | is perpetual | end | quantity\nperpetual | yes | 2022-03-31 | 5"
    licenses(NOTHING, one, one)


def test_a_license_that_had_not_begun_and_is_in_force_has_started() -> None:
    licenses(
        """
        change          | license | before | after | seats delta
        license_started | 1       | term   | term  | 5
        license_started | 2       | trial  | trial | 0
        """,
        "license | type | start | end | quantity\n1 | term | 2026-10-06 | 2027-06-30 | 5\n2 | trial | 2026-11-02 | 2026-12-01 | 5\n3 | term | 2026-11-03 | 2027-06-30 | 5",
        "license | type | start | end | quantity\n1 | term | 2026-10-06 | 2027-06-30 | 5\n2 | trial | 2026-11-02 | 2026-12-01 | 5\n3 | term | 2026-11-03 | 2027-06-30 | 5",
    )


def test_besides_product_quantity_and_dates_can_change_and_the_seats_stand_in_the_first_row() -> None:
    licenses(
        """
        change           | subject | before                | after                 | seats delta
        product_changed  | CEMA    | CIXA                  | CEMA                  | 3
        quantity_changed | CEMA    | 5                     | 8                     | 0
        dates_changed    | CEMA    | 2026-01-01/2027-06-30 | 2026-02-01/2027-05-31 | 0
        """,
        "product | start | end | quantity\nCIXA | 2026-01-01 | 2027-06-30 | 5",
        "product | start | end | quantity\nCEMA | 2026-02-01 | 2027-05-31 | 8",
    )


def test_quantities_can_be_unlimited_or_not_known() -> None:
    licenses(
        """
        change           | license | before    | after     | seats delta
        quantity_changed | 1       | 5         | unlimited | -5
        quantity_changed | 2       | unlimited | 5         | 5
        quantity_changed | 3       | 5         |           | -5
        quantity_changed | 4       |           | 0         | 0
        """,
        "license | end | quantity | is unlimited\n1|2027-06-30|5|\n2|2027-06-30|5|yes\n3|2027-06-30|5|\n4|2027-06-30||",
        "license | end | quantity | is unlimited\n1|2027-06-30|5|yes\n2|2027-06-30|5|no\n3|2027-06-30||\n4|2027-06-30|0|",
    )


def test_the_quantity_of_a_license_that_is_over_is_of_no_interest() -> None:
    licenses(NOTHING, "end | quantity\n2026-09-30 | 5", "end | quantity\n2026-09-30 | 8")
    licenses(
        "change | seats delta\nlicense_expired | -5", "end | quantity\n2026-11-01 | 5", "end | quantity\n2026-11-01 | 8"
    )


def test_what_no_other_row_says_is_a_change_of_state_but_expiring_is_none() -> None:
    licenses(
        """
        change          | license | before | after   | seats delta
        license_changed | 1       | active | unknown | -5
        license_changed | 3       | active | unknown | 0
        license_changed | 4       | unknown | active | 0
        """,
        "license | end | is perpetual | quantity\n1 | | yes | 5\n2 | 2026-11-30 | | 5\n3 | | yes |\n4 | | no |",
        "license | end | is perpetual | quantity\n1 | | no | 5\n2 | 2026-11-30 | | 5\n3 | | no |\n4 | | yes |",
    )


def test_a_change_of_state_is_not_said_of_what_another_row_tells() -> None:
    licenses(
        """
        change           | license | before      | after                 | seats delta
        product_changed  | 1       | CIXA        | CEMA                  | -5
        quantity_changed | 2       | 5           | 8                     | -5
        dates_changed    | 3       | 2026-01-01/ | 2026-01-01/2027-06-30 | 5
        """,
        """
        license | product | end | is perpetual | quantity
        1       | CIXA    |     | yes          | 5
        2       | CIXA    |     | yes          | 5
        3       | CIXA    |     | no           | 5
        """,
        """
        license | product | end        | is perpetual | quantity
        1       | CEMA    |            | no           | 5
        2       | CIXA    |            | no           | 8
        3       | CIXA    | 2027-06-30 | no           | 5
        """,
    )


# Successors


def test_a_license_of_the_same_product_that_follows_in_time_renews() -> None:
    licenses(
        """
        change          | subject | license | before     | after      | seats delta
        license_renewed | CIXA    | 1       | 2026-10-31 | 2027-10-31 | 3
        """,
        "license | end | quantity\n1 | 2026-10-31 | 5",
        "license | start | end | quantity\n1 | 2026-01-01 | 2026-10-31 | 5\n2 | 2026-11-01 | 2027-10-31 | 8",
    )


def test_a_license_that_follows_a_day_too_late_or_ends_no_later_is_no_successor() -> None:
    licenses(
        """
        change          | license | seats delta
        license_expired | 1       | -5
        license_new     | 3       | 8
        license_new     | 2       | 8
        license_new     | 4       | 0
        license_new     | 5       | 8
        """,
        "license | end | quantity\n1 | 2026-10-30 | 5",
        """
        license | product | type  | start      | end        | quantity
        2       | CIXA    | term  | 2026-11-01 | 2027-10-31 | 8
        3       | CEMA    | term  | 2026-10-31 | 2027-10-31 | 8
        4       | CIXA    | trial | 2026-10-31 | 2027-10-31 | 8
        5       | CIXA    | usage | 2026-11-01 |            | 8
        """,
    )
    licenses(
        "change | license | seats delta\nlicense_new | 2 | 8",
        "license | end | quantity\n1 | 2027-06-30 | 5",
        "license | end | quantity\n1 | 2027-06-30 | 5\n2 | 2027-06-30 | 8",
    )


def test_a_successor_can_be_ordered_early_and_start_later() -> None:
    first = "license | end | quantity\n1 | 2026-11-30 | 5"
    ordered = "license | start | end | quantity\n1 | 2026-01-01 | 2026-11-30 | 5\n2 | 2026-12-01 | 2027-11-30 | 8"
    renewed = "change | license | before | after | seats delta\nlicense_renewed | 1 | 2026-11-30 | 2027-11-30 |"
    licenses(renewed + "0", first, ordered)
    licenses(NOTHING, ordered, ordered)
    licenses(renewed + "3", ordered, ordered, AS_OF, date(2026, 12, 1))
    licenses(
        "change | license\nlicense_new | 2", first.replace("30", "29"), ordered.replace("2026-11-30", "2026-11-29")
    )


def test_a_successor_that_does_not_end_leaves_the_end_empty() -> None:
    licenses(
        "change | license | before | after | seats delta\nlicense_renewed | 1 | 2026-11-30 | | 12",
        "license | type | end | quantity\n1 | term | 2026-11-30 | 5",
        """
        license | type      | start      | end        | is perpetual | quantity
        1       | term      | 2026-01-01 | 2026-11-30 |              | 5
        2       | term      | 2026-11-01 | 2027-11-30 |              | 8
        3       | perpetual | 2026-11-01 | 2026-11-30 | yes          | 4
        """,
    )


def test_a_successor_of_another_model_changes_the_model() -> None:
    licenses(
        """
        change        | subject | license | before | after | seats delta
        model_changed | CEMA    | term-1  | term   | flex  | -5
        model_changed | CIXA    | trial-1 | trial  | term  | 8
        """,
        "license | product | type | end | quantity\ntrial-1 | CIXA | trial | 2026-10-31 | 5\nterm-1 | CEMA | term | 2026-10-31 | 5",
        """
        license | product | type  | start      | end        | quantity
        trial-1 | CIXA    | trial | 2026-01-01 | 2026-10-31 | 5
        paid-1  | CIXA    | term  | 2026-10-20 | 2027-10-31 | 8
        flex-1  | CEMA    | usage | 2026-11-01 |            |
        """,
    )


def test_of_several_that_it_succeeds_the_difference_goes_to_the_one_that_ends_last() -> None:
    licenses(
        """
        change          | license | before     | after      | seats delta
        license_renewed | 1       | 2026-10-30 | 2027-10-31 | -5
        license_renewed | 2       | 2026-10-31 | 2027-10-31 | 5
        license_renewed | 3       | 2026-10-31 | 2027-10-31 | -5
        """,
        "license | end | quantity\n1 | 2026-10-30 | 5\n3 | 2026-10-31 | 5\n2 | 2026-10-31 | 5",
        "license | start | end | quantity\n4 | 2026-10-31 | 2027-10-31 | 10",
    )


def test_a_successor_has_no_row_of_its_own_even_if_more_about_it_changed() -> None:
    licenses(
        "change | license | after | seats delta\nlicense_renewed | 1 | 2027-12-31 | 4",
        "license | start | end | quantity\n1 | 2026-01-01 | 2026-10-31 | 5\n2 | 2026-11-01 | 2027-10-31 | 8",
        "license | start | end | quantity\n1 | 2026-01-01 | 2026-10-31 | 5\n2 | 2026-11-01 | 2027-12-31 | 9",
    )


# Names and order


def test_a_change_bears_the_name_of_the_later_day_that_knows_the_customer() -> None:
    changes(
        """
        customer | customer name | change
        2        | Ben           | customer_gone
        1        | Zoe           | customer_renamed
        """,
        {"customers": "customer | account name\n1 | Anna\n2 | Ben"},
        {"customers": "customer | account name\n1 | Zoe"},
    )


def test_changes_stand_by_customer_then_as_the_tables_list_them_then_by_product_and_license() -> None:
    changes(
        """
        customer name | change           | subject | license
        anna          | license_new      | CEMA    | 9
        anna          | license_new      | CIXA    | 10
        anna          | license_new      | CIXA    | 2
        anna          | quantity_changed | CEMA    | 1
        Ben           | customer_new     |         |
        """,
        {
            "customers": "customer | account name\n1 | anna",
            "licenses": "customer | license | product | end | quantity\n1 | 1 | CEMA | 2027-06-30 | 5",
        },
        {
            "customers": "customer | account name\n1 | anna\n2 | Ben",
            "licenses": """
                customer | license | product | end        | quantity
                1        | 2       | CIXA    | 2027-06-30 | 5
                1        | 10      | CIXA    | 2027-06-30 | 5
                1        | 9       | CEMA    | 2027-06-30 | 5
                1        | 1       | CEMA    | 2027-06-30 | 6
            """,
        },
    )


def test_customers_of_one_name_stand_by_their_ids() -> None:
    changes(
        """
        customer | customer name | change
        1        | Anna          | license_new
        2        | anna          | customer_renamed
        """,
        {"customers": "customer | account name\n1 | Anna\n2 | Anne", "licenses": "customer | end\n1 | 2027-06-30"},
        {
            "customers": "customer | account name\n1 | Anna\n2 | anna",
            "licenses": "customer | end\n1 | 2027-06-30\n1 | 2027-06-30",
        },
    )


# The bridge


def test_the_bridge_leads_from_the_seats_then_to_the_seats_now() -> None:
    anna = {"customers": "customer\nAnna\nBen\nCleo"}
    found = compare(
        anna
        | {
            "licenses": """
                customer | license  | product  | type  | start      | end        | quantity
                Anna     | gone     | gone     | term  | 2026-01-01 | 2027-06-30 | 1
                Anna     | renewed  | renewed  | term  | 2026-01-01 | 2026-10-04 | 2
                Anna     | expired  | expired  | term  | 2026-01-01 | 2026-11-01 | 4
                Anna     | early    | early    | term  | 2026-01-01 | 2027-06-30 | 8
                Anna     | started  | started  | term  | 2026-10-20 | 2027-06-30 | 16
                Anna     | grown    | grown    | term  | 2026-01-01 | 2027-06-30 | 1
                Anna     | reduced  | reduced  | term  | 2026-01-01 | 2027-06-30 | 70
                Anna     | trial | trial    | trial | 2026-01-01 | 2027-06-30 | 512
                Ben      | not seen | not seen | term  | 2026-01-01 | 2027-06-30 | 128
            """
        },
        anna
        | {
            "licenses": """
                customer | license  | product  | type  | start      | end        | quantity
                Anna     | renewed  | renewed  | term  | 2026-01-01 | 2027-10-04 | 2
                Anna     | expired  | expired  | term  | 2026-01-01 | 2026-11-01 | 4
                Anna     | early    | early    | term  | 2026-01-01 | 2026-11-01 | 8
                Anna     | started  | started  | term  | 2026-10-20 | 2027-06-30 | 16
                Anna     | grown    | grown    | term  | 2026-01-01 | 2027-06-30 | 33
                Anna     | reduced  | reduced  | term  | 2026-01-01 | 2027-06-30 | 6
                Anna     | trial | trial    | term  | 2026-01-01 | 2027-06-30 | 512
                Anna     | new      | new      | term  | 2026-01-01 | 2027-06-30 | 1024
                Cleo     | seen     | seen     | term  | 2026-01-01 | 2027-06-30 | 256
            """
        },
    )
    check_rows(
        "changes_bridge",
        found["changes_bridge"],
        """
        reason       | seats
        then         | 212
        new          | 1024
        gone         | -1
        renewed      | 2
        expired      | -12
        started      | 16
        grown        | 32
        reduced      | -64
        not_seen     | -128
        first_seen   | 256
        reclassified | 512
        now          | 1849
        """,
    )


def test_where_nothing_changed_the_bridge_has_no_reason() -> None:
    one = {"licenses": "end | quantity\n2027-06-30 | 5"}
    check_rows("changes_bridge", compare(one, one)["changes_bridge"], "reason | seats\nthen | 5\nnow | 5")


# Where a change comes from


def test_a_change_names_the_rows_of_both_days_and_the_successor() -> None:
    found = compare(
        {"licenses": "license | end | load id | line\n1 | 2026-10-31 | 7 | 2"},
        {
            "licenses": "license | start | end | load id | line\n1 | 2026-01-01 | 2026-10-31 | 9 | 2\n2 | 2026-11-01 | 2027-10-31 | 9 | 3"
        },
    )
    check_rows(
        "change_origins",
        found["change_origins"],
        """
        change          | license | successor id | product name         | load id before | line before | load id after | line after
        license_renewed | 1       | 2            | Intercept X Advanced | 7              | 2           | 9             | 3
        """,
    )
