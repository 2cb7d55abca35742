"""Which license succeeds which between two days, and what that leaves to say about either.

Between 2026-10-05 and 2026-11-02, unless a test names other days.
"""

from __future__ import annotations

from tests.support.comparisons import NOTHING, THEN, changes, compare, licenses
from tests.support.tables import AS_OF, check_rows

# What succeeds


def test_seats_bought_in_the_middle_of_a_term_are_new_and_renew_nothing() -> None:
    first = "license | end | quantity\n1 | 2027-05-10 | 5"
    bought = "license | start | end | quantity\n1 | 2026-01-01 | 2027-05-10 | 5\n2 | 2026-10-22 | 2027-10-21 | 8"
    licenses("change | license | before | after | seats delta\nlicense_new | 2 | | term | 8", first, bought)


def test_a_successor_starts_from_90_days_before_the_end() -> None:
    first = "license | end | quantity\n1 | 2027-01-20 | 5"
    bought = "license | start | end | quantity\n1 | 2026-01-01 | 2027-01-20 | 5\n2 | {} | 2027-10-21 | 8"
    licenses(
        "change | license | before | after | seats delta\nlicense_renewed | 1 | 2027-01-20 | 2027-10-21 | 8",
        first,
        bought.format("2026-10-22"),
    )
    licenses("change | license | seats delta\nlicense_new | 2 | 8", first, bought.format("2026-10-21"))


def test_a_license_of_a_product_with_all_the_categories_succeeds_and_the_old_product_stays_the_subject() -> None:
    licenses(
        """
        change          | subject | license | before     | after      | seats delta
        license_renewed | CIXA    | 1       | 2026-10-31 | 2027-10-31 | 3
        """,
        "license | product | end | quantity\n1 | CIXA | 2026-10-31 | 5",
        """
        license | product | start      | end        | quantity
        1       | CIXA    | 2026-01-01 | 2026-10-31 | 5
        2       | CIXAXDR | 2026-11-01 | 2027-10-31 | 8
        """,
    )


def test_a_license_with_fewer_categories_or_of_another_unlisted_code_does_not_succeed() -> None:
    licenses(
        """
        change          | subject | license | seats delta
        license_expired | CIXAXDR | 1       | -5
        license_expired | NEW     | 3       | -5
        license_new     | CIXA    | 2       | 8
        license_new     | NEWER   | 4       | 8
        """,
        "license | product | end | quantity\n1 | CIXAXDR | 2026-10-31 | 5\n3 | NEW | 2026-10-31 | 5",
        """
        license | product | start      | end        | quantity
        1       | CIXAXDR | 2026-01-01 | 2026-10-31 | 5
        2       | CIXA    | 2026-11-01 | 2027-10-31 | 8
        3       | NEW     | 2026-01-01 | 2026-10-31 | 5
        4       | NEWER   | 2026-11-01 | 2027-10-31 | 8
        """,
    )


def test_what_began_and_ended_between_the_two_days_succeeds_nothing() -> None:
    licenses(
        """
        change          | license | seats delta
        license_expired | 1       | -5
        license_new     | 2       | 0
        """,
        "license | end | quantity\n1 | 2026-10-10 | 5",
        """
        license | start      | end        | quantity
        1       | 2026-01-01 | 2026-10-10 | 5
        2       | 2026-10-11 | 2026-10-25 | 8
        """,
    )


def test_what_was_in_force_beside_it_already_succeeds_nothing() -> None:
    both = "license | start | end | quantity\n1 | 2026-01-01 | 2026-11-30 | 5\n2 | 2026-10-01 | 2027-09-30 | 8"
    licenses(NOTHING, both, both)


def test_licenses_of_two_customers_with_the_same_ids_are_renewed_each_by_its_own() -> None:
    changes(
        """
        customer | change          | license | seats delta
        1        | license_renewed | 1       | 1
        2        | license_renewed | 1       | 3
        """,
        {"licenses": "customer | license | end | quantity\n1 | 1 | 2026-10-31 | 5\n2 | 1 | 2026-10-31 | 5"},
        {
            "licenses": """
            customer | license | start      | end        | quantity
            1        | 1       | 2026-01-01 | 2026-10-31 | 5
            1        | 2       | 2026-11-01 | 2027-10-31 | 6
            2        | 1       | 2026-01-01 | 2026-10-31 | 5
            2        | 2       | 2026-11-01 | 2027-10-31 | 8
            """
        },
    )


def test_a_license_of_another_model_itself_is_said_to_be_so_whatever_succeeds_it() -> None:
    then = "license | end | quantity\n1 | 2026-11-30 | 5"
    now = """
        license | type    | start      | end        | quantity
        1       | ordered | 2026-01-01 | 2026-11-30 | 5
        2       | {}      | 2026-11-01 | 2027-10-31 | 8
    """
    for model in ("term", "usage"):
        licenses(
            "change | license | before | after | seats delta\nmodel_changed | 1 | term | managed_order | 8",
            then,
            now.format(model),
        )
    (successor,) = compare({"licenses": then}, {"licenses": now.format("usage")})["change_origins"]["successor_id"]
    assert successor is None


def test_a_license_that_ended_early_and_has_a_successor_is_renewed() -> None:
    licenses(
        """
        change          | license | before                | after                 | seats delta
        license_renewed | 1       | 2026-11-30            | 2027-10-31            | 3
        dates_changed   | 1       | 2026-01-01/2026-11-30 | 2026-01-01/2026-10-31 | 0
        """,
        "license | end | quantity\n1 | 2026-11-30 | 5",
        "license | start | end | quantity\n1 | 2026-01-01 | 2026-10-31 | 5\n2 | 2026-11-01 | 2027-10-31 | 8",
    )


# Several


def test_of_several_successors_of_other_models_the_one_that_ends_last_gives_the_model() -> None:
    licenses(
        """
        change        | license | before | after | seats delta
        model_changed | 1       | term   | flex  | 4
        """,
        "license | end | quantity\n1 | 2026-10-31 | 10",
        """
        license | type    | start      | end        | quantity
        1       | term    | 2026-01-01 | 2026-10-31 | 10
        2       | ordered | 2026-11-01 | 2027-10-31 | 6
        3       | usage   | 2026-11-01 |            | 5
        4       | term    | 2026-11-01 | 2028-10-31 | 3
        """,
    )


def test_of_successors_of_other_models_that_end_on_one_day_the_lower_license_id_gives_the_model() -> None:
    licenses(
        "change | license | before | after | seats delta\nmodel_changed | 1 | term | managed_order | 1",
        "license | end | quantity\n1 | 2026-10-31 | 10",
        """
        license | type    | start      | end        | quantity
        1       | term    | 2026-01-01 | 2026-10-31 | 10
        2       | usage   | 2026-11-01 | 2027-10-31 | 5
        10      | ordered | 2026-11-01 | 2027-10-31 | 6
        """,
    )


def test_of_two_successors_of_other_models_with_an_end_the_later_end_decides() -> None:
    licenses(
        "change | license | before | after | seats delta\nmodel_changed | 1 | term | managed_order | 1",
        "license | end | quantity\n1 | 2026-10-31 | 10",
        """
        license | type    | start      | end        | quantity
        1       | term    | 2026-01-01 | 2026-10-31 | 10
        2       | usage   | 2026-11-01 | 2027-10-31 | 5
        3       | ordered | 2026-11-01 | 2028-10-31 | 6
        """,
    )


def test_of_several_successors_the_latest_end_is_the_new_end() -> None:
    licenses(
        "change | license | before | after | seats delta\nlicense_renewed | 1 | 2026-10-31 | 2028-10-31 | -1",
        "license | end | quantity\n1 | 2026-10-31 | 10",
        """
        license | start      | end        | quantity
        1       | 2026-01-01 | 2026-10-31 | 10
        2       | 2026-11-01 | 2028-10-31 | 4
        3       | 2026-11-01 | 2027-10-31 | 5
        """,
    )


def test_the_seats_of_what_succeeds_two_products_go_to_the_license_that_ends_last() -> None:
    licenses(
        """
        change          | subject | license | before     | after      | seats delta
        license_renewed | CIXA    | 1       | 2026-10-31 | 2027-10-29 | -5
        license_renewed | CIXAXDR | 2       | 2026-11-10 | 2027-10-29 | 10
        """,
        "license | product | end | quantity\n1 | CIXA | 2026-10-31 | 5\n2 | CIXAXDR | 2026-11-10 | 5",
        """
        license | product | start      | end        | quantity
        1       | CIXA    | 2026-01-01 | 2026-10-31 | 5
        2       | CIXAXDR | 2026-01-01 | 2026-11-10 | 5
        3       | CIXAXDR | 2026-10-30 | 2027-10-29 | 10
        """,
    )


def test_a_change_names_the_successor_that_ends_last_of_those_that_are_meant() -> None:
    found = compare(
        {"licenses": "license | product | end\n1 | CIXA | 2026-10-31\n5 | CEMA | 2026-10-31"},
        {
            "licenses": """
            license | product | type    | start      | end
            1       | CIXA    | term    | 2026-01-01 | 2026-10-31
            2       | CIXA    | term    | 2026-11-01 | 2027-10-31
            3       | CIXA    | term    | 2026-11-01 | 2028-10-31
            4       | CIXA    | term    | 2026-11-01 | 2028-10-31
            5       | CEMA    | term    | 2026-01-01 | 2026-10-31
            6       | CEMA    | ordered | 2026-11-01 | 2027-10-31
            7       | CEMA    | usage   | 2026-11-01 | 2028-10-31
            8       | CEMA    | term    | 2026-11-01 | 2029-10-31
            """
        },
    )
    check_rows(
        "change_origins",
        found["change_origins"],
        """
        change          | license | successor id
        model_changed   | 5       | 7
        license_renewed | 1       | 3
        """,
    )


# Perpetual licenses


def test_a_perpetual_license_has_no_successor_whatever_its_end_date_says() -> None:
    licenses(
        "change | license | seats delta\nlicense_new | 2 | 8",
        "license | end | is perpetual | quantity\n1 | 2026-10-31 | yes | 5",
        """
        license | start      | end        | is perpetual | quantity
        1       | 2026-01-01 | 2026-10-31 | yes          | 5
        2       | 2026-11-01 | 2027-10-31 |              | 8
        """,
    )


def test_a_license_that_becomes_perpetual_is_renewed_for_good_and_one_that_ceases_to_be_can_have_expired() -> None:
    licenses(
        """
        change          | license | before     | after | seats delta
        license_renewed | 1       | 2026-10-20 |       | 0
        license_expired | 2       | term       |       | -5
        """,
        "license | end | is perpetual | quantity\n1 | 2026-10-20 | no | 5\n2 | 2026-10-20 | yes | 5\n3 | 2027-06-30 | yes | 5",
        "license | end | is perpetual | quantity\n1 | 2026-10-20 | yes | 5\n2 | 2026-10-20 | no | 5\n3 | 2027-06-30 | no | 5",
    )


def test_only_a_change_of_dates_shows_the_end_date_of_a_perpetual_license() -> None:
    licenses(
        """
        change        | before                | after                 | seats delta
        dates_changed | 2026-01-01/2026-10-20 | 2026-01-01/2027-10-20 | 0
        """,
        "end | is perpetual | quantity\n2026-10-20 | yes | 5",
        "end | is perpetual | quantity\n2027-10-20 | yes | 5",
    )


def test_a_license_of_the_perpetual_type_without_an_end_has_seats_in_force() -> None:
    licenses(
        "change | seats delta\nlicense_new | 5",
        "license | end\n1 | 2027-06-30",
        "license | type | end | quantity\n1 | term | 2027-06-30 |\n2 | perpetual | | 5",
    )


# Dates, and quantities


def test_dates_of_its_own_are_said_of_a_license_that_successors_renew() -> None:
    licenses(
        """
        change          | license | before                | after                 | seats delta
        license_renewed | 1       | 2026-11-30            | 2027-11-30            | 0
        dates_changed   | 1       | 2026-01-01/2026-11-30 | 2026-01-01/2026-11-20 | 0
        """,
        "license | end | quantity\n1 | 2026-11-30 | 5",
        """
        license | start      | end        | quantity
        1       | 2026-01-01 | 2026-11-20 | 5
        2       | 2026-11-21 | 2027-11-30 | 5
        """,
    )


def test_another_start_is_said_of_a_license_whose_own_end_moves() -> None:
    licenses(
        """
        change              | license | before                | after                 | seats delta
        license_renewed     | 1       | 2026-11-30            | 2027-11-30            | 0
        license_ended_early | 2       | 2026-11-30            | 2026-11-01            | -5
        dates_changed       | 2       | 2026-01-01/2026-11-30 | 2026-02-01/2026-11-01 | 0
        dates_changed       | 1       | 2026-01-01/2026-11-30 | 2026-02-01/2027-11-30 | 0
        """,
        "license | product | end | quantity\n1 | CIXA | 2026-11-30 | 5\n2 | CEMA | 2026-11-30 | 5",
        """
        license | product | start      | end        | quantity
        1       | CIXA    | 2026-02-01 | 2027-11-30 | 5
        2       | CEMA    | 2026-02-01 | 2026-11-01 | 5
        """,
    )


def test_a_quantity_that_is_unlimited_on_both_days_is_no_change() -> None:
    licenses(
        NOTHING,
        "end | quantity | is unlimited\n2027-06-30 | 5 | yes",
        "end | quantity | is unlimited\n2027-06-30 | 8 | yes",
    )


# Names


def test_the_name_is_that_of_the_later_customer_snapshot_that_has_the_customer_else_its_id() -> None:
    changes(
        """
        customer | customer name | change           | license | seats delta
        2        | 2             | quantity_changed | 1       | 3
        3        | Cleo          | customer_new     |         |
        3        | Cleo          | quantity_changed | 1       | 3
        1        | Zoe           | customer_gone    |         |
        1        | Zoe           | quantity_changed | 1       | 3
        """,
        {
            "customers": "customer | account name\n1 | Zoe",
            "licenses": "customer | license | end | quantity\n1|1|2027-06-30|5\n2|1|2027-06-30|5\n3|1|2027-06-30|5",
        },
        {
            "customers": "customer | account name\n3 | Cleo",
            "licenses": "customer | license | end | quantity\n1|1|2027-06-30|8\n2|1|2027-06-30|8\n3|1|2027-06-30|8",
        },
    )


def test_assistance_changes_for_who_is_in_both_customer_snapshots_or_in_neither_but_licensed_on_both_days() -> None:
    evidence = "customer | evidence | checked on | snapshot date\n"
    then = "".join(f"{customer} | on | 2026-10-01 | {THEN}\n" for customer in "1234")
    now = "".join(f"{customer} | off | 2026-10-30 | {AS_OF}\n" for customer in "1234")
    two = "customer | end\n1 | 2027-06-30\n2 | 2027-06-30\n"
    for customer in "56":
        evidence += f"{customer} | on | 2026-10-01 | 2026-10-01\n{customer} | off | 2026-10-30 | 2026-10-30\n"
    changes(
        """
        customer | change             | before | after
        1        | assistance_changed | on     | off
        2        | customer_gone      |        |
        3        | license_gone       | term   |
        4        | assistance_changed | on     | off
        5        | license_new        |        | term
        6        | customer_new       |        |
        """,
        {
            "customers": "customer\n2\n4",
            "licenses": two + "3 | 2027-06-30\n6 | 2027-06-30",
            "evidence": evidence + then,
        },
        {
            "customers": "customer\n4\n6",
            "licenses": two + "5 | 2027-06-30\n6 | 2027-06-30",
            "evidence": evidence + then + now,
        },
    )
