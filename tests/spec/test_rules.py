"""What the words and figures of the reports mean: each rule with the examples that decide it, as of 2026-11-02."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from partner_analytics.transforms import results
from tests.support.tables import AS_OF, check, exports

# Customers


def test_the_first_account_type_that_fits_is_the_account_type() -> None:
    cases = """
        customer | billing type | is managed order => account type
        Anna     | usage        | yes              => managed_order
        Ben      |              | yes              => managed_order
        Cleo     | usage        | no               => monthly_usage
        Dora     | trial        | no               => trial
        Emil     | term         | no               => term
        Finn     |              | no               => unknown
    """
    check("accounts", cases, customers=cases)


def test_a_managed_order_flag_that_is_missing_counts_as_false() -> None:
    cases = """
        customer | billing type | is managed order => account type
        Anna     | usage        |                  => monthly_usage
        Ben      |              |                  => unknown
    """
    check("accounts", cases, customers=cases)


def test_facts_win_over_the_customer_export_where_they_say_something() -> None:
    check(
        "accounts",
        """
        customer | account type  | trial started by
        Anna     | managed_order | partner
        Ben      | term          | customer
        Cleo     | managed_order | partner
        Dora     | managed_order | customer
        """,
        customers="""
        customer | is managed order | trial started by
        Anna     | no               | customer
        Ben      | yes              | partner
        Cleo     | yes              | partner
        Dora     |                  |
        """,
        customer_facts="""
        customer | is managed order | trial started by
        Anna     | yes              | partner
        Ben      | no               | customer
        Cleo     |                  |
        Dora     | yes              | customer
        """,
    )


def test_a_customer_is_called_as_its_name_is_shown_and_else_by_its_account_name() -> None:
    cases = """
        customer | account name | shown as   => customer name
        1        | Zoe          | Anna & Son => Anna & Son
        2        | Ben          |            => Ben
    """
    check("accounts", cases, customers=cases)


def test_customers_stand_by_the_code_points_of_their_lower_cased_names_and_equal_names_by_id() -> None:
    cases = """
        customer | account name => customer | customer name
        1        | Émile        => 7        | 7 Seas
        2        | Zoe          => 4        | _Zoo
        3        | anna         => 3        | anna
        4        | _Zoo         => 5        | ANNA
        5        | ANNA         => 6        | Anna B
        6        | Anna B       => 2        | Zoe
        7        | 7 Seas       => 1        | Émile
    """
    check("accounts", cases, customers=cases)
    check("flex_vs_term", cases, customers=cases)
    check("protection_status", cases, customers=cases)
    check("assistance_coverage", cases, customers=cases)


def test_a_customer_that_only_licenses_know_is_reported_under_its_id_with_an_unknown_account_type() -> None:
    shows = partial(
        check,
        customers="""
        customer | account name | billing type
        a-1      | Zoe          | usage
        """,
        licenses="""
        customer | type
        n-1      | usage
        a-1      | usage
        n-1      | usage
        """,
        empty_answers="""
        customer
        n-2
        """,
    )
    shows(
        "protection_status",
        """
        customer | customer name | account type  | category | status | license count
        n-1      | n-1           | unknown       | Endpoint | active | 2
        n-2      | n-2           | unknown       |          | none   | 0
        a-1      | Zoe           | monthly_usage | Endpoint | active | 1
        """,
    )
    shows(
        "unknown_customers",
        """
        customer | kind           | rows
        n-1      | licenses       | 2
        n-2      | licenses       | 1
        """,
    )


def test_facts_and_assistance_of_a_customer_that_nobody_knows_make_no_row_but_are_counted() -> None:
    shows = partial(
        check,
        customers="""
        customer
        Anna
        """,
        evidence="""
        customer | evidence | basis
        Anna     | on       | stated
        Nobody   | on       | stated
        Nobody   | off      | observed
        """,
        customer_facts="""
        customer | is managed order
        Anna     | no
        No one   | yes
        """,
    )
    only_anna = """
        customer
        Anna
    """
    for result in ("accounts", "protection_status", "flex_vs_term", "assistance_coverage"):
        shows(result, only_anna)
    shows(
        "unknown_customers",
        """
        customer | kind           | rows
        Nobody   | assistance     | 2
        No one   | customer_facts | 1
        """,
    )


# Licenses


def test_the_first_model_that_fits_is_the_model_of_a_license() -> None:
    check(
        "license_states",
        """
        customer | model         | is paid
        Ordered  | trial         | no
        Ordered  | managed_order | yes
        Ordered  | managed_order | yes
        Ordered  | managed_order | yes
        Monthly  | trial         | no
        Monthly  | managed_order | yes
        Monthly  | flex          | yes
        Monthly  | term          | yes
        Monthly  | term          | yes
        Monthly  | term          | yes
        """,
        customers="""
        customer | billing type | is managed order
        Ordered  | term         | yes
        Monthly  | usage        |
        """,
        licenses="""
        customer | type
        Ordered  | trial
        Ordered  | ordered
        Ordered  | usage
        Ordered  | term
        Monthly  | trial
        Monthly  | ordered
        Monthly  | usage
        Monthly  | term
        Monthly  | enterprise
        Monthly  | perpetual
        """,
    )


def test_a_license_is_valid_through_the_end_of_its_end_date() -> None:
    cases = """
        end        => state    | is in force | days left
        2026-11-03 => expiring | yes         | 1
        2026-11-02 => expiring | yes         | 0
        2026-11-01 => expired  | no          | -1
    """
    check("license_states", cases, licenses=cases)


def test_a_license_is_expiring_from_30_days_before_its_end() -> None:
    cases = """
        type       | end        => state    | days left
        term       | 2026-12-02 => expiring | 30
        term       | 2026-12-03 => active   | 31
        usage      | 2026-12-02 => expiring | 30
        trial      | 2026-12-02 => expiring | 30
        enterprise | 2026-12-03 => active   | 31
    """
    check("license_states", cases, licenses=cases)


@pytest.mark.parametrize(
    ("days", "today", "tomorrow", "in_30_days", "in_31_days"),
    [
        (0, "expiring", "active", "active", "active"),
        (1, "expiring", "expiring", "active", "active"),
        (31, "expiring", "expiring", "expiring", "expiring"),
    ],
)
def test_how_long_before_its_end_a_license_is_expiring_is_a_setting(
    days: int, today: str, tomorrow: str, in_30_days: str, in_31_days: str
) -> None:
    cases = f"""
        end        => state
        2026-11-02 => {today}
        2026-11-03 => {tomorrow}
        2026-12-02 => {in_30_days}
        2026-12-03 => {in_31_days}
    """
    check("license_states", cases, expiring_days=days, licenses=cases)


def test_a_license_that_starts_tomorrow_is_future_and_one_that_starts_today_is_not() -> None:
    cases = """
        type  | start      | end        | is perpetual => state
        term  | 2026-11-03 | 2027-11-02 |              => future
        term  | 2026-11-02 | 2027-11-01 |              => active
        usage | 2026-11-03 |            |              => future
        term  | 2026-11-03 |            |              => future
        term  | 2026-11-03 |            | yes          => future
    """
    check("license_states", cases, licenses=cases)


def test_a_perpetual_license_is_active_whatever_its_end_date_says() -> None:
    cases = """
        type      | end        | is perpetual => state
        perpetual |            | yes          => active
        perpetual | 2026-11-01 | yes          => active
        term      | 2026-11-02 | yes          => active
        trial     |            | yes          => active
    """
    check("license_states", cases, licenses=cases)


def test_a_perpetual_flag_that_is_missing_counts_as_false() -> None:
    cases = """
        type      | end        | is perpetual => state
        perpetual |            |              => active
        perpetual | 2026-11-01 |              => expired
        perpetual | 2026-11-01 | no           => expired
    """
    check("license_states", cases, licenses=cases)


def test_without_an_end_date_usage_orders_and_perpetual_licenses_are_active_and_anything_else_is_unknown() -> None:
    cases = """
        type       | end => state   | is in force | days left
        usage      |     => active  | yes         |
        ordered    |     => active  | yes         |
        term       |     => unknown | no          |
        trial      |     => unknown | no          |
        enterprise |     => unknown | no          |
        perpetual  |     => active  | yes         |
    """
    check("license_states", cases, licenses=cases)


def test_a_license_can_be_reactivated_until_60_days_after_its_end() -> None:
    cases = """
        end        => state    | days left | is reactivatable
        2026-09-03 => expired  | -60       | yes
        2026-09-02 => expired  | -61       | no
        2026-11-01 => expired  | -1        | yes
        2026-11-02 => expiring | 0         | no
    """
    check("license_states", cases, licenses=cases)


def test_the_day_is_an_argument_of_every_state() -> None:
    license_of_two_days = """
        start      | end
        2026-11-02 | 2026-11-03
    """
    for day, state in ((1, "future"), (2, "expiring"), (3, "expiring"), (4, "expired")):
        check("license_states", f"state\n{state}", date(2026, 11, day), licenses=license_of_two_days)


# Products and categories


def test_a_product_of_two_categories_protects_in_both() -> None:
    cases = """
        product | type
        CIXAXDR | usage
        CIXA    | usage
    """
    check(
        "protection_status",
        """
        category | status | license count
        Endpoint | active | 2
        XDR      | active | 1
        """,
        licenses=cases,
    )


def test_categories_stand_in_the_order_of_the_trade() -> None:
    check(
        "protection_status",
        """
        category
        Endpoint
        Server
        XDR
        Email
        Other
        """,
        licenses="""
        product
        no such code
        CEMA
        SVRXDR
        CIXA
        """,
    )


def test_a_code_that_the_catalogue_lacks_falls_to_other_and_is_listed() -> None:
    shows = partial(
        check,
        licenses="""
        license | customer | product | product name | type
        L1      | Anna     | NEW     |              | usage
        L2      | Anna     | NEW     | New thing    | usage
        L3      | Ben      | NEW     | Newer name   | usage
        L4      | Ben      | ODD     |              | term
        L5      | Ben      | CIXA    | Ignored      | usage
        """,
    )
    shows(
        "protection_status",
        """
        customer | category | status
        Anna     | Other    | active
        Ben      | Endpoint | active
        Ben      | Other    | active
        """,
    )
    shows(
        "unmapped_products",
        """
        product | product name | licenses | customers
        NEW     | New thing    | 3        | 2
        ODD     |              | 1        | 1
        """,
    )


def test_product_codes_are_compared_exactly() -> None:
    cases = """
        license | product  => product
        L1      | CIXA-MSP => CIXA-MSP
        L2      | cixa     => cixa
    """
    check("unmapped_products", cases, licenses=cases)
    check("unmapped_products", "product", licenses="product\nCIXA")


# Protection status


def test_an_active_paid_license_comes_first_whatever_else_a_customer_has() -> None:
    check(
        "protection_status",
        """
        status | coverage ends on | days left | is renewed | license count
        active | 2026-12-03       | 31        | no         | 6
        """,
        licenses="""
        type  | start      | end
        term  | 2026-01-01 | 2026-12-03
        term  | 2026-01-01 | 2026-11-10
        term  | 2026-11-11 | 2027-11-10
        trial | 2026-01-01 | 2027-06-30
        term  | 2026-01-01 |
        term  | 2025-01-01 | 2025-12-31
        """,
    )


def test_a_license_that_starts_by_the_day_after_the_expiring_one_ends_renews_it() -> None:
    check(
        "protection_status",
        """
        customer             | status   | is renewed | coverage ends on | days left
        starts 2 days after  | expiring | no         | 2026-11-20       | 18
        starts before        | active   | yes        | 2027-10-31       | 363
        starts that day      | active   | yes        | 2027-11-19       | 382
        starts the day after | active   | yes        | 2027-11-20       | 383
        """,
        licenses="""
        customer             | start      | end
        starts before        | 2026-01-01 | 2026-11-20
        starts before        | 2026-11-03 | 2027-10-31
        starts that day      | 2026-01-01 | 2026-11-20
        starts that day      | 2026-11-20 | 2027-11-19
        starts the day after | 2026-01-01 | 2026-11-20
        starts the day after | 2026-11-21 | 2027-11-20
        starts 2 days after  | 2026-01-01 | 2026-11-20
        starts 2 days after  | 2026-11-22 | 2027-11-21
        """,
    )


def test_of_several_expiring_licenses_the_last_to_end_is_the_one_to_be_renewed() -> None:
    check(
        "protection_status",
        """
        customer | status   | is renewed | coverage ends on
        Anna     | active   | yes        | 2027-11-25
        Ben      | expiring | no         | 2026-11-25
        """,
        licenses="""
        customer | start      | end
        Anna     | 2026-01-01 | 2026-11-25
        Anna     | 2026-01-01 | 2026-11-10
        Anna     | 2026-11-26 | 2027-11-25
        Ben      | 2026-01-01 | 2026-11-25
        Ben      | 2026-01-01 | 2026-11-10
        Ben      | 2026-11-27 | 2027-11-26
        """,
    )


def test_a_renewed_coverage_ends_with_the_last_license_that_qualifies_as_a_renewal() -> None:
    check(
        "protection_status",
        """
        customer      | status | is renewed | coverage ends on | license count
        a gap follows | active | yes        | 2027-05-10       | 3
        ends earlier  | active | yes        | 2026-11-10       | 2
        never ends    | active | yes        |                  | 2
        two renewals  | active | yes        | 2028-11-10       | 3
        """,
        licenses="""
        customer      | type  | start      | end        | is perpetual
        a gap follows | term  | 2026-01-01 | 2026-11-10 |
        a gap follows | term  | 2026-11-11 | 2027-05-10 |
        a gap follows | term  | 2027-05-11 | 2028-05-10 |
        ends earlier  | term  | 2026-01-01 | 2026-11-10 |
        ends earlier  | term  | 2026-11-05 | 2026-11-06 |
        never ends    | term  | 2026-01-01 | 2026-11-10 |
        never ends    | term  | 2026-11-11 | 2027-11-10 | yes
        two renewals  | term  | 2026-01-01 | 2026-11-10 |
        two renewals  | term  | 2026-11-11 | 2028-11-10 |
        two renewals  | usage | 2026-11-11 | 2027-11-10 |
        """,
    )


def test_only_a_paid_license_of_the_same_category_renews_an_expiring_paid_one() -> None:
    check(
        "protection_status",
        """
        customer         | category | status   | is renewed
        another category | Endpoint | expiring | no
        another category | Email    | future   | no
        another product  | Endpoint | active   | yes
        another product  | XDR      | future   | no
        expiring trial   | Endpoint | trial    | no
        future trial     | Endpoint | expiring | no
        """,
        licenses="""
        customer         | product | type  | start      | end
        another category | CIXA    | term  | 2026-01-01 | 2026-11-10
        another category | CEMA    | term  | 2026-11-11 | 2027-11-10
        another product  | CIXA    | term  | 2026-01-01 | 2026-11-10
        another product  | CIXAXDR | term  | 2026-11-11 | 2027-11-10
        expiring trial   | CIXA    | trial | 2026-01-01 | 2026-11-10
        expiring trial   | CIXA    | term  | 2026-11-11 | 2027-11-10
        future trial     | CIXA    | term  | 2026-01-01 | 2026-11-10
        future trial     | CIXA    | trial | 2026-11-11 | 2027-11-10
        """,
    )


def test_each_status_comes_before_the_next() -> None:
    check(
        "protection_status",
        """
        customer   | status   | coverage ends on | days left | is reactivatable | license count
        1 expiring | expiring | 2026-11-10       | 8         | no               | 5
        2 trial    | trial    | 2027-01-31       | 90        | no               | 4
        3 future   | future   |                  |           | no               | 3
        4 unknown  | unknown  |                  |           | no               | 2
        5 expired  | expired  | 2026-10-31       | -2        | yes              | 1
        """,
        licenses="""
        customer   | type  | start      | end
        1 expiring | term  | 2026-01-01 | 2026-11-10
        1 expiring | trial | 2026-01-01 | 2027-01-31
        1 expiring | term  | 2026-12-01 | 2027-11-30
        1 expiring | term  | 2026-01-01 |
        1 expiring | term  | 2026-01-01 | 2026-10-31
        2 trial    | trial | 2026-01-01 | 2027-01-31
        2 trial    | term  | 2026-12-01 | 2027-11-30
        2 trial    | term  | 2026-01-01 |
        2 trial    | term  | 2026-01-01 | 2026-10-31
        3 future   | term  | 2026-12-01 | 2027-11-30
        3 future   | term  | 2026-01-01 |
        3 future   | term  | 2026-01-01 | 2026-10-31
        4 unknown  | term  | 2026-01-01 |
        4 unknown  | term  | 2026-01-01 | 2026-10-31
        5 expired  | term  | 2026-01-01 | 2026-10-31
        """,
    )


def test_a_trial_protects_and_is_awaited_whether_or_not_it_is_about_to_end() -> None:
    cases = """
        customer | type  | start      | end        => status
        Anna     | trial | 2026-01-01 | 2026-11-02 => trial
        Ben      | trial | 2026-01-01 | 2027-11-02 => trial
        Cleo     | trial | 2026-01-01 | 2026-11-01 => expired
        Dora     | trial | 2026-11-03 | 2026-12-02 => future
        Emil     | trial | 2026-01-01 |            => unknown
    """
    check("protection_status", cases, licenses=cases)


def test_a_customer_without_a_license_has_none_if_somebody_looked_and_no_data_if_nobody_did() -> None:
    check(
        "protection_status",
        """
        customer  | category | status  | coverage ends on | days left | is renewed | is reactivatable | license count
        Looked at |          | none    |                  |           | no         | no               | 0
        Not asked |          | no_data |                  |           | no         | no               | 0
        """,
        customers="""
        customer
        Not asked
        Looked at
        """,
        empty_answers="""
        customer
        Looked at
        """,
    )


def test_coverage_ends_with_the_last_paid_license_in_force() -> None:
    check(
        "protection_status",
        """
        customer            | status   | coverage ends on | days left
        active              | active   | 2027-03-31       | 149
        active, later trial | active   | 2026-12-31       | 59
        all expired         | expired  | 2026-10-31       | -2
        expiring            | expiring | 2026-11-20       | 18
        trials              | trial    | 2026-11-30       | 28
        """,
        licenses="""
        customer            | type  | start      | end
        active              | term  | 2026-01-01 | 2026-12-31
        active              | usage | 2026-01-01 | 2027-03-31
        active              | term  | 2026-01-01 | 2026-11-10
        active, later trial | term  | 2026-01-01 | 2026-12-31
        active, later trial | trial | 2026-01-01 | 2027-12-31
        all expired         | term  | 2025-01-01 | 2025-12-31
        all expired         | trial | 2026-10-01 | 2026-10-31
        expiring            | term  | 2026-01-01 | 2026-11-10
        expiring            | term  | 2026-01-01 | 2026-11-20
        trials              | trial | 2026-01-01 | 2026-11-30
        trials              | trial | 2026-01-01 | 2026-11-03
        trials              | term  | 2026-01-01 | 2026-10-31
        """,
    )


def test_coverage_with_a_license_that_does_not_end_has_no_last_day() -> None:
    check(
        "protection_status",
        """
        customer         | status | coverage ends on | days left
        monthly          | active |                  |
        perpetual        | active |                  |
        perpetual trial  | trial  |                  |
        term without end | active | 2026-12-31       | 59
        """,
        licenses="""
        customer         | type  | end        | is perpetual
        monthly          | usage |            |
        monthly          | term  | 2026-12-31 |
        term without end | term  | 2026-12-31 |
        term without end | term  |            |
        perpetual        | term  | 2027-12-31 | yes
        perpetual        | term  | 2026-12-31 |
        perpetual trial  | trial | 2026-12-31 | yes
        """,
    )


def test_a_category_can_be_reactivated_until_60_days_after_its_last_license_ended() -> None:
    check(
        "protection_status",
        """
        customer       | status  | days left | is reactivatable
        60 and 61 days | expired | -60       | yes
        61 days        | expired | -61       | no
        trial in time  | expired | -1        | yes
        """,
        licenses="""
        customer       | type  | end
        61 days        | term  | 2026-09-02
        60 and 61 days | term  | 2026-09-02
        60 and 61 days | term  | 2026-09-03
        trial in time  | trial | 2026-11-01
        """,
    )


# Seats and usage


def test_seats_of_licenses_in_force_add_up_and_those_of_others_do_not_count() -> None:
    check(
        "license_positions",
        """
        product | model | seats | is unlimited | used | over used by | unused
        CIXA    | term  | 35    | no           | 22   | 0            | 13
        """,
        licenses="""
        type       | start      | end        | quantity | used
        term       | 2026-01-01 | 2026-11-02 | 25       | 22
        enterprise | 2026-01-01 | 2027-12-31 | 10       | 7
        term       | 2026-11-03 | 2027-12-31 | 100      | 100
        term       | 2026-01-01 | 2026-11-01 | 200      | 200
        term       | 2026-01-01 |            | 400      | 400
        """,
    )


def test_usage_is_the_largest_count_since_the_vendor_counts_it_per_customer_and_product() -> None:
    check(
        "license_positions",
        """
        customer | used
        Anna     | 9
        Ben      | 0
        Cleo     |
        """,
        licenses="""
        customer | type  | used
        Anna     | usage | 9
        Anna     | usage |
        Anna     | usage | 8
        Ben      | usage | 0
        Ben      | usage |
        Cleo     | usage |
        """,
    )


def test_without_a_limit_or_with_a_quantity_that_is_missing_there_is_no_number_of_seats() -> None:
    check(
        "license_positions",
        """
        customer           | seats | is unlimited | used | over used by | unused
        missing            |       | no           | 9    |              |
        not unlimited      | 5     | no           | 9    | 4            | 0
        unlimited          |       | yes          | 9    |              |
        unlimited, counted |       | yes          | 9    |              |
        """,
        licenses="""
        customer           | type  | quantity | is unlimited | used
        missing            | usage |          |              | 9
        missing            | usage | 5        | no           | 9
        not unlimited      | usage | 5        |              | 9
        unlimited          | usage |          | yes          | 9
        unlimited          | usage | 5        | no           | 9
        unlimited, counted | usage | 7        | yes          | 9
        """,
    )


def test_what_is_used_beyond_the_seats_is_over_and_what_is_left_of_them_is_unused() -> None:
    cases = """
        customer | type  | quantity | used => seats | used | over used by | unused
        Anna     | usage | 10       | 12   => 10    | 12   | 2            | 0
        Ben      | usage | 10       | 10   => 10    | 10   | 0            | 0
        Cleo     | usage | 10       | 7    => 10    | 7    | 0            | 3
        Dora     | usage | 10       |      => 10    |      |              |
        Emil     | usage | 0        | 1    => 0     | 1    | 1            | 0
    """
    check("license_positions", cases, licenses=cases)


def test_positions_stand_by_customer_then_product_code_then_model() -> None:
    check(
        "license_positions",
        """
        customer | product | model         | seats
        anna     | CEMA    | flex          | 1
        anna     | CIXA    | flex          | 5
        anna     | CIXA    | term          | 4
        anna     | CIXA    | managed_order | 3
        anna     | CIXA    | trial         | 2
        Ben      | CEMA    | flex          | 6
        """,
        licenses="""
        customer | product | type    | end        | quantity
        Ben      | CEMA    | usage   | 2027-01-01 | 6
        anna     | CIXA    | trial   | 2027-01-01 | 2
        anna     | CIXA    | ordered | 2027-01-01 | 3
        anna     | CIXA    | term    | 2027-01-01 | 4
        anna     | CIXA    | usage   | 2027-01-01 | 5
        anna     | CEMA    | usage   | 2027-01-01 | 1
        """,
    )


def test_a_product_is_called_as_in_the_catalogue_else_as_in_the_lowest_license_else_by_its_code() -> None:
    check(
        "license_positions",
        """
        product | product name
        CIXA    | Intercept X Advanced
        NEW     | New thing
        ODD     | ODD
        """,
        licenses="""
        license | product | product name | type
        L1      | CIXA    | Old name     | usage
        L3      | NEW     | Newer name   | usage
        L2      | NEW     | New thing    | usage
        L4      | ODD     |              | usage
        """,
    )


# Flex against term


@pytest.mark.promise("unknown")
def test_licenses_in_force_are_counted_by_model_and_not_looked_at_is_not_none() -> None:
    check(
        "flex_vs_term",
        """
        customer | flex licenses | term licenses | managed order licenses | trial licenses
        Anna     | 2             | 1             | 1                      | 1
        Ben      | 0             | 0             | 0                      | 0
        Cleo     | 0             | 0             | 0                      | 0
        Dora     |               |               |                        |
        """,
        customers="""
        customer
        Anna
        Ben
        Cleo
        Dora
        """,
        empty_answers="customer\nCleo",
        licenses="""
        customer | type    | start      | end
        Anna     | usage   | 2026-01-01 |
        Anna     | usage   | 2026-01-01 | 2026-11-02
        Anna     | term    | 2026-01-01 | 2026-12-31
        Anna     | ordered | 2026-01-01 |
        Anna     | trial   | 2026-01-01 | 2026-12-31
        Ben      | usage   | 2026-11-03 |
        Ben      | term    | 2026-01-01 | 2026-11-01
        Ben      | term    | 2026-01-01 |
        """,
    )


def test_usage_and_seats_are_summed_over_products() -> None:
    check(
        "flex_vs_term",
        """
        customer | flex used | term seats | term used
        Anna     | 15        | 30         | 12
        """,
        licenses="""
        product | type    | end        | quantity | used
        CIXA    | usage   |            |          | 10
        CIXA    | usage   |            |          | 9
        CEMA    | usage   |            |          | 5
        CIXA    | term    | 2027-01-01 | 10       | 8
        CIXA    | term    | 2027-01-01 | 10       | 6
        CEMA    | term    | 2027-01-01 | 10       | 4
        CEMA    | ordered |            | 1000     | 1000
        CEMA    | trial   | 2027-01-01 | 1000     | 1000
        """,
    )


def test_a_sum_leaves_out_what_is_not_known_and_is_empty_where_nothing_is_known() -> None:
    check(
        "flex_vs_term",
        """
        customer      | flex used | term seats | term used
        nothing known |           |            |
        nothing there |           |            |
        nothing used  | 0         | 0          | 0
        partly known  | 5         | 10         | 4
        """,
        customers="""
        customer
        nothing known
        nothing there
        nothing used
        partly known
        """,
        licenses="""
        customer      | product | type  | end        | quantity | is unlimited | used
        nothing known | CIXA    | usage |            |          |              |
        nothing known | CIXA    | term  | 2027-01-01 |          |              |
        nothing used  | CIXA    | usage |            |          |              | 0
        nothing used  | CIXA    | term  | 2027-01-01 | 0        |              | 0
        partly known  | CIXA    | usage |            |          |              | 5
        partly known  | CEMA    | usage |            |          |              |
        partly known  | CIXA    | term  | 2027-01-01 | 10       |              |
        partly known  | CEMA    | term  | 2027-01-01 | 7        | yes          | 4
        """,
    )


def test_the_mix_is_the_paid_model_in_force_or_mixed_and_a_trial_only_counts_alone() -> None:
    check(
        "flex_vs_term",
        """
        customer            | mix
        flex                | flex
        flex and order      | mixed
        flex and term       | mixed
        flex, expired term  | flex
        no license          | none
        not exported        | no_data
        only expired        | none
        order               | managed_order
        order and term      | mixed
        term                | term
        term and trial      | term
        trial               | trial
        trial, expired term | trial
        """,
        customers="""
        customer
        flex
        flex and order
        flex and term
        flex, expired term
        no license
        not exported
        only expired
        order
        order and term
        term
        term and trial
        trial
        trial, expired term
        """,
        empty_answers="customer\nno license",
        licenses="""
        customer            | type       | end
        flex                | usage      |
        flex and order      | usage      |
        flex and order      | ordered    |
        flex and term       | usage      |
        flex and term       | term       | 2026-11-02
        flex, expired term  | usage      |
        flex, expired term  | term       | 2026-11-01
        only expired        | term       | 2026-11-01
        order               | ordered    |
        order and term      | ordered    |
        order and term      | term       | 2027-01-01
        term                | term       | 2027-01-01
        term                | enterprise | 2027-01-01
        term and trial      | term       | 2027-01-01
        term and trial      | trial      | 2027-01-01
        trial               | trial      | 2027-01-01
        trial, expired term | trial      | 2027-01-01
        trial, expired term | term       | 2026-11-01
        """,
    )


def test_a_category_other_than_other_with_both_flex_and_term_in_force_is_double_covered() -> None:
    check(
        "flex_vs_term",
        """
        customer         | double covered
        another category |
        expired term     |
        flex and order   |
        four categories  | Endpoint; Server; XDR
        other products   | Endpoint
        term twice       |
        """,
        licenses="""
        customer         | product | type    | end
        another category | CIXA    | usage   |
        another category | CEMA    | term    | 2027-01-01
        expired term     | CIXA    | usage   |
        expired term     | CIXA    | term    | 2026-11-01
        flex and order   | CIXA    | usage   |
        flex and order   | CIXA    | ordered |
        four categories  | ???     | term    | 2027-01-01
        four categories  | ???     | usage   |
        four categories  | SVRXDR  | term    | 2027-01-01
        four categories  | SVRXDR  | usage   |
        four categories  | CIXA    | term    | 2027-01-01
        four categories  | CIXA    | usage   |
        other products   | CIXAXDR | usage   |
        other products   | CIXA    | term    | 2026-11-02
        term twice       | CIXA    | term    | 2027-01-01
        term twice       | CIXA    | term    | 2027-01-01
        """,
    )


def test_early_access_is_limited_by_a_flex_license_in_force_or_a_monthly_usage_account() -> None:
    check(
        "flex_vs_term",
        """
        customer       | early access
        expired flex   | eligible
        flex on term   | limited
        monthly usage  | limited
        ordered by use | eligible
        term           | eligible
        """,
        customers="""
        customer       | billing type | is managed order
        expired flex   | term         |
        flex on term   | term         |
        monthly usage  | usage        |
        ordered by use | usage        | yes
        term           | term         |
        """,
        licenses="""
        customer       | type  | end
        expired flex   | usage | 2026-11-01
        flex on term   | usage | 2026-11-02
        ordered by use | usage |
        term           | term  | 2027-01-01
        """,
    )


# Partner Assistance


def test_the_vendors_rules_turn_assistance_on_where_nothing_else_is_known() -> None:
    cases = """
        customer | billing type | is managed order | trial started by => assistance | basis              | checked on | expected on
        Anna     | usage        |                  |                  => on         | rule_monthly_usage |            | yes
        Ben      | usage        | yes              |                  => on         | rule_managed_order |            | yes
        Cleo     | trial        |                  | partner          => on         | rule_partner_trial |            | yes
        Dora     | trial        |                  | customer         => unknown    | none               |            | no
        Emil     | trial        |                  |                  => unknown    | none               |            | no
        Finn     | term         |                  | partner          => unknown    | none               |            | no
        Gus      |              |                  |                  => unknown    | none               |            | no
    """
    check("assistance_coverage", cases, customers=cases)


def test_evidence_wins_over_the_vendors_rules_and_off_against_a_rule_is_an_anomaly() -> None:
    check(
        "assistance_coverage",
        """
        customer | assistance | basis              | expected on | is anomaly | can launch | next step
        Anna     | off        | stated             | yes         | yes        | no         | check_anomaly
        Ben      | on         | observed           | yes         | no         | yes        | launch
        Cleo     | on         | rule_monthly_usage | yes         | no         | yes        | launch
        Dora     | off        | observed           | no          | no         | no         | ask_customer
        Emil     | on         | stated             | no          | no         | yes        | launch
        Finn     | unknown    | none               | no          | no         | no         | ask_customer
        """,
        customers="""
        customer | billing type
        Anna     | usage
        Ben      | usage
        Cleo     | usage
        Dora     | term
        Emil     | term
        Finn     | term
        """,
        evidence="""
        customer | evidence | basis
        Anna     | off      | stated
        Ben      | on       | observed
        Dora     | off      | observed
        Emil     | on       | stated
        """,
    )


def test_the_newest_evidence_wins_and_on_the_same_day_what_was_stated() -> None:
    check(
        "assistance_coverage",
        """
        customer | assistance | basis    | checked on
        Anna     | off        | observed | 2026-11-01
        Ben      | off        | stated   | 2026-11-01
        Cleo     | on         | stated   | 2026-11-01
        """,
        customers="""
        customer
        Anna
        Ben
        Cleo
        """,
        evidence="""
        customer | evidence | basis    | checked on | snapshot date
        Anna     | off      | observed | 2026-11-01 | 2026-11-01
        Anna     | on       | stated   | 2026-10-31 | 2026-11-02
        Ben      | off      | stated   | 2026-11-01 | 2026-11-02
        Ben      | on       | observed | 2026-11-01 | 2026-11-02
        Cleo     | off      | observed | 2026-11-01 | 2026-11-02
        Cleo     | on       | stated   | 2026-11-01 | 2026-11-01
        """,
    )


def test_of_two_equal_pieces_of_evidence_the_later_snapshots_wins() -> None:
    check(
        "assistance_coverage",
        """
        customer | assistance
        Anna     | off
        Ben      | on
        """,
        customers="""
        customer
        Anna
        Ben
        """,
        evidence="""
        customer | evidence | checked on | snapshot date
        Anna     | off      | 2026-10-01 | 2026-11-02
        Anna     | on       | 2026-10-01 | 2026-11-01
        Ben      | off      | 2026-10-01 | 2026-11-01
        Ben      | on       | 2026-10-01 | 2026-11-02
        """,
    )


def test_evidence_of_today_counts_and_evidence_of_later_days_or_snapshots_does_not() -> None:
    check(
        "assistance_coverage",
        """
        customer | assistance | checked on
        Anna     | on         | 2026-11-02
        Ben      | on         | 2026-11-01
        Cleo     | on         | 2026-11-01
        Dora     | unknown    |
        """,
        customers="""
        customer
        Anna
        Ben
        Cleo
        Dora
        """,
        evidence="""
        customer | evidence | checked on | snapshot date
        Anna     | on       | 2026-11-02 | 2026-11-02
        Ben      | on       | 2026-11-01 | 2026-11-02
        Ben      | off      | 2026-11-03 | 2026-11-02
        Cleo     | on       | 2026-11-01 | 2026-11-02
        Cleo     | off      | 2026-11-02 | 2026-11-03
        Dora     | off      | 2026-11-03 | 2026-11-03
        """,
    )


def test_a_column_of_the_customer_export_is_evidence_and_names_no_unknown_customer() -> None:
    shows = partial(
        check,
        customers="""
        customer
        Anna
        """,
        evidence="""
        customer    | evidence | source
        Anna        | on       | customers
        Former Anna | on       | customers
        """,
    )
    shows("assistance_coverage", "customer | assistance | basis\nAnna | on | stated")
    shows("unknown_customers", "customer")


# Contacts and names


def test_a_contact_is_called_by_first_and_last_name_as_far_as_they_are_known() -> None:
    check(
        "contacts",
        """
        customer | customer name | contact name | contact phone | contact mobile
        4        | 4             |              |               |
        2        | anna          | Åsa O'Neil   | 08 000        |
        3        | Ben           | O'Neil       |               | 070 000
        1        | Zoe           | Åsa          |               |
        """,
        customers="""
        customer | account name | contact first name | contact last name | contact phone | contact mobile
        1        | Zoe          | Åsa                |                   |               |
        2        | anna         | Åsa                | O'Neil            | 08 000        |
        3        | Ben          |                    | O'Neil            |               | 070 000
        """,
        licenses="customer | end\n4 | 2027-06-30",
    )
    nobody = results(exports(customers="customer\nAnna"), AS_OF, names=("contacts",))["contacts"]
    assert nobody["contact_name"].to_list() == [None], (
        "a contact of whom nothing is known has no name, not an empty one"
    )


def test_a_name_is_to_correct_that_is_not_the_accounts_or_is_shared_whatever_the_case() -> None:
    check(
        "names_to_correct",
        """
        customer | customer name | account name | shared with
        2        | anna          | anna         | 2
        3        | Anna          | Anna         | 2
        4        | ANNA          | Anna GmbH    | 2
        5        | Ben           | Bernard      | 0
        7        | Dora          | Dora         | 1
        8        | Dora          | Dora         | 1
        """,
        customers="""
        customer | account name | shown as
        1        | Zoe          |
        2        | anna         |
        3        | Anna         |
        4        | Anna GmbH    | ANNA
        5        | Bernard      | Ben
        6        | Cleo         | Cleo
        7        | Dora         |
        8        | Dora         |
        """,
    )


# Flex against term


def test_the_categories_covered_twice_are_named_in_their_order() -> None:
    check(
        "flex_vs_term",
        "customer | double covered\nAnna | Endpoint; XDR; Email\nBen | Server; XDR",
        licenses="""
        customer | product | type  | end
        Ben      | SVRXDR  | term  | 2027-06-30
        Ben      | SVRXDR  | usage |
        Anna     | CEMA    | term  | 2027-06-30
        Anna     | CEMA    | usage |
        Anna     | CIXAXDR | term  | 2027-06-30
        Anna     | CIXAXDR | usage |
        """,
    )


def test_whose_licenses_nobody_looked_at_is_not_said_to_be_limited_but_by_its_account() -> None:
    check(
        "flex_vs_term",
        """
        customer | mix     | flex licenses | early access
        Anna     | no_data |               | eligible
        Ben      | no_data |               | limited
        """,
        customers="customer | billing type\nAnna | term\nBen | usage",
    )
