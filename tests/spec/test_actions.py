"""What to do for a customer, and by when: each action with the examples that decide it, as of 2026-11-02."""

from __future__ import annotations

from tests.support.tables import AS_OF, check

EVERYBODY = ("Anna", "Ben", "Cleo", "Dora", "Emil")
NOTHING = "action"


def actions(expected: str, expiring_days: int = 30, **given: str) -> None:
    """Check what is to be done; where a test gives no evidence, everybody but 1 and 2 has switched assistance on."""
    given.setdefault("evidence", "\n".join(["customer | evidence", *(f"{name} | on" for name in EVERYBODY)]))
    check("actions", expected, AS_OF, expiring_days, 90, **given)


# Seats that end


def test_seats_that_end_soon_are_to_be_renewed_even_if_others_go_on() -> None:
    actions(
        """
        customer | action | due on     | days left | subject | product name         | model | seats
        Anna     | renew  | 2026-11-09 | 7         | CIXA    | Intercept X Advanced | term  | 50
        """,
        licenses="""
        start      | end        | quantity
        2026-01-01 | 2026-11-09 | 50
        2025-06-01 | 2028-05-31 | 20
        """,
    )


def test_seats_are_to_be_renewed_from_30_days_before_their_end_to_their_last_day() -> None:
    actions(
        """
        customer | action     | due on     | days left
        Anna     | renew      | 2026-11-02 | 0
        Ben      | renew      | 2026-12-02 | 30
        Dora     | reactivate | 2026-12-31 | 59
        """,
        licenses="""
        customer | end
        Anna     | 2026-11-02
        Ben      | 2026-12-02
        Cleo     | 2026-12-03
        Dora     | 2026-11-01
        """,
    )


def test_the_window_of_the_settings_says_what_ends_soon() -> None:
    licenses = """
        customer | type  | end
        Anna     | term  | 2026-11-12
        Ben      | term  | 2026-11-13
        Cleo     | trial | 2026-11-12
        Dora     | trial | 2026-11-13
    """
    actions("customer | action\nAnna | renew\nCleo | convert_trial", expiring_days=10, licenses=licenses)


def test_what_ends_on_one_day_is_one_thing_to_do_for_each_product() -> None:
    actions(
        """
        action | due on     | subject | model | seats
        renew  | 2026-11-20 | CEMA    | term  | 7
        renew  | 2026-11-20 | CIXA    |       | 30
        renew  | 2026-11-21 | CIXA    | term  | 5
        """,
        licenses="""
        product | type    | end        | quantity
        CIXA    | term    | 2026-11-20 | 10
        CIXA    | ordered | 2026-11-20 | 20
        CIXA    | term    | 2026-11-21 | 5
        CEMA    | term    | 2026-11-20 | 7
        """,
    )


def test_only_the_seats_that_are_still_open_are_to_be_renewed() -> None:
    actions(
        """
        customer | action | seats
        Anna     | renew  | 6
        Cleo     | renew  | 10
        Dora     | renew  |
        """,
        licenses="""
        customer | start      | end        | quantity
        Anna     | 2026-01-01 | 2026-11-20 | 10
        Anna     | 2026-11-21 | 2027-11-20 | 4
        Ben      | 2026-01-01 | 2026-11-20 | 10
        Ben      | 2026-11-21 | 2027-11-20 | 10
        Cleo     | 2026-01-01 | 2026-11-20 | 10
        Cleo     | 2026-01-01 | 2026-11-20 |
        Dora     | 2026-01-01 | 2026-11-20 |
        """,
    )


def test_a_perpetual_license_is_never_to_be_renewed_or_reactivated_whatever_its_end_date_says() -> None:
    actions(
        NOTHING,
        licenses="""
        type      | end        | is perpetual
        perpetual | 2026-11-20 | yes
        perpetual | 2026-10-20 | yes
        trial     | 2026-11-20 | yes
        perpetual |            | no
        """,
    )


def test_where_a_number_of_seats_is_not_known_the_renewal_is_to_be_checked() -> None:
    actions(
        """
        action       | due on     | subject | model | seats
        renew        | 2026-11-20 | CEMA    | term  | 5
        check_renewal| 2026-11-20 | CEMA    | term  |
        check_renewal| 2026-11-20 | CIXA    | term  |
        """,
        licenses="""
        product | start      | end        | quantity | is unlimited
        CIXA    | 2026-01-01 | 2026-11-20 |          | yes
        CIXA    | 2026-11-21 | 2027-11-20 | 10       |
        CEMA    | 2026-01-01 | 2026-11-20 | 5        |
        CEMA    | 2026-01-01 | 2026-11-20 |          |
        CEMA    | 2026-11-21 | 2027-11-20 | 0        |
        """,
    )


# Seats that have ended


def test_seats_can_be_reactivated_until_60_days_after_their_end() -> None:
    actions(
        """
        customer | action     | due on     | days left | seats
        Anna     | reactivate | 2026-11-02 | 0         | 10
        Ben      | reactivate | 2026-12-31 | 59        | 10
        Cleo     | win_back   |            |           |
        """,
        licenses="""
        customer | end        | quantity
        Anna     | 2026-09-03 | 10
        Ben      | 2026-11-01 | 10
        Cleo     | 2026-09-02 | 10
        """,
    )


def test_all_that_can_be_reactivated_of_a_product_is_due_with_the_first_of_it() -> None:
    actions(
        """
        action     | due on     | subject | model | seats
        reactivate | 2026-11-09 | CIXA    |       | 15
        reactivate | 2026-12-19 | CEMA    | term  | 4
        """,
        licenses="""
        product | type    | end        | quantity
        CIXA    | term    | 2026-09-02 | 100
        CIXA    | term    | 2026-09-10 | 10
        CIXA    | ordered | 2026-10-20 | 5
        CIXA    | term    | 2026-10-20 |
        CEMA    | term    | 2026-10-20 | 4
        """,
    )


def test_what_was_taken_over_is_not_to_be_reactivated_and_of_a_part_only_the_rest() -> None:
    actions(
        """
        customer | action     | due on     | seats
        Ben      | reactivate | 2026-11-09 | 6
        Cleo     | reactivate | 2026-12-09 | 10
        Ben      | reactivate | 2026-12-19 | 7
        """,
        licenses="""
        customer | product | start      | end        | quantity
        Anna     | CIXA    | 2026-01-01 | 2026-10-20 | 10
        Anna     | CIXA    | 2026-10-21 | 2027-10-20 | 10
        Ben      | CIXA    | 2026-01-01 | 2026-09-10 | 10
        Ben      | CIXAXDR | 2026-09-11 | 2026-10-20 | 4
        Ben      | CIXAXDR | 2026-01-01 | 2026-10-20 | 3
        Cleo     | CIXA    | 2026-01-01 | 2026-09-10 | 10
        Cleo     | CIXA    | 2026-09-11 | 2026-10-10 | 10
        """,
    )


def test_a_product_is_not_to_be_reactivated_while_paid_licenses_cover_all_its_categories() -> None:
    actions(
        """
        customer | action     | subject
        Dora     | reactivate | CEMA
        Ben      | reactivate | CIXAXDR
        """,
        licenses="""
        customer | product | start      | end
        Anna     | CIXAXDR | 2026-01-01 | 2026-10-20
        Anna     | CIXA    | 2025-01-01 | 2027-10-20
        Anna     | SVRXDR  | 2025-01-01 | 2027-10-20
        Ben      | CIXAXDR | 2026-01-01 | 2026-10-20
        Ben      | CIXA    | 2025-01-01 | 2027-10-20
        Cleo     | CIXA    | 2026-01-01 | 2026-10-20
        Cleo     | CIXAXDR | 2025-01-01 | 2027-10-20
        Dora     | CEMA    | 2026-01-01 | 2026-10-10
        Dora     | CIXA    | 2026-01-01 | 2026-10-20
        Dora     | CIXA    | 2025-01-01 | 2027-10-20
        """,
    )


def test_neither_a_trial_nor_what_has_not_begun_covers_what_can_be_reactivated() -> None:
    actions(
        """
        customer | action     | subject
        Anna     | reactivate | CIXA
        Ben      | reactivate | CIXA
        """,
        licenses="""
        customer | product | type  | start      | end
        Anna     | CIXA    | term  | 2026-01-01 | 2026-10-20
        Anna     | CIXA    | trial | 2026-10-21 | 2026-12-31
        Ben      | CIXA    | term  | 2026-01-01 | 2026-10-20
        Ben      | CIXA    | term  | 2026-11-03 | 2027-11-02
        """,
    )


def test_a_trial_that_has_ended_is_not_to_be_reactivated_nor_what_has_not_begun() -> None:
    actions(NOTHING, licenses="type | end\ntrial | 2026-10-20")
    actions(NOTHING, licenses="start | end\n2026-11-03 | 2026-11-20")


def test_licenses_of_two_customers_with_one_id_are_two() -> None:
    actions(
        """
        customer | action     | seats
        Ben      | renew      | 5
        Dora     | reactivate | 7
        """,
        licenses="""
        customer | license | start      | end        | quantity
        Anna     | 1       | 2026-01-01 | 2026-11-20 | 5
        Anna     | 2       | 2026-11-21 | 2027-11-20 | 5
        Ben      | 1       | 2026-01-01 | 2026-11-20 | 5
        Cleo     | 3       | 2026-01-01 | 2026-10-20 | 7
        Cleo     | 4       | 2025-01-01 | 2027-10-20 | 7
        Dora     | 3       | 2026-01-01 | 2026-10-20 | 7
        """,
    )


def test_whose_licenses_all_ended_longer_than_60_days_ago_is_to_be_won_back() -> None:
    actions(
        """
        customer | action   | subject | product name | seats
        Anna     | win_back |         |              |
        """,
        licenses="""
        customer | product | type  | start      | end
        Anna     | CIXA    | term  | 2026-01-01 | 2026-09-02
        Anna     | CEMA    | trial | 2025-01-01 | 2025-02-01
        Ben      | CIXA    | term  | 2026-01-01 | 2026-09-02
        Ben      | CEMA    | trial | 2026-01-01 | 2026-09-03
        Cleo     | CIXA    | term  | 2026-01-01 | 2026-09-02
        Cleo     | CEMA    | term  | 2026-11-03 | 2027-11-02
        """,
    )


# Trials


def test_a_trial_that_ends_soon_is_to_be_converted() -> None:
    actions(
        """
        customer | action        | due on     | subject | product name | model | seats
        Anna     | convert_trial | 2026-11-02 | CEMA    | Email        | trial |
        Ben      | convert_trial | 2026-12-02 | CEMA    | Email        | trial |
        """,
        licenses="""
        customer | product | type  | start      | end        | quantity
        Anna     | CEMA    | trial | 2026-10-01 | 2026-11-02 | 5
        Ben      | CEMA    | trial | 2026-10-01 | 2026-12-02 | 5
        Ben      | CEMA    | trial | 2026-10-02 | 2026-12-02 | 5
        Cleo     | CEMA    | trial | 2026-10-01 | 2026-12-03 | 5
        """,
    )


def test_a_trial_is_not_to_be_converted_where_all_its_categories_are_bought_or_about_to_begin() -> None:
    actions(
        """
        customer | action        | subject
        Cleo     | convert_trial | CIXAXDR
        Emil     | convert_trial | CEMA
        Emil     | convert_trial | SVRXDR
        """,
        licenses="""
        customer | product | type  | start      | end
        Anna     | CEMA    | trial | 2026-10-10 | 2026-11-10
        Anna     | CEMA    | term  | 2026-01-01 | 2027-12-31
        Ben      | CEMA    | trial | 2026-10-10 | 2026-11-10
        Ben      | CEMA    | term  | 2026-12-24 | 2027-12-23
        Cleo     | CIXAXDR | trial | 2026-10-10 | 2026-11-10
        Cleo     | CIXA    | term  | 2026-01-01 | 2027-12-31
        Dora     | CIXA    | trial | 2026-10-10 | 2026-11-10
        Dora     | CIXA    | term  | 2026-10-20 | 2027-10-19
        Emil     | CEMA    | trial | 2026-10-10 | 2026-11-10
        Emil     | CEMA    | trial | 2026-11-03 | 2027-11-02
        Emil     | SVRXDR  | trial | 2026-10-10 | 2026-11-10
        Emil     | SVRXDR  | term  | 2025-01-01 | 2026-01-01
        """,
    )


def test_a_trial_that_was_bought_is_not_to_be_converted_but_what_was_bought_to_be_renewed() -> None:
    actions(
        """
        action | due on     | subject
        renew  | 2026-11-11 | CEMA
        """,
        licenses="""
        product | type  | start      | end
        CEMA    | trial | 2026-10-10 | 2026-11-10
        CEMA    | term  | 2026-10-10 | 2026-11-11
        """,
    )


def test_a_trial_that_was_bought_without_a_known_end_is_not_to_be_converted_but_the_end_to_be_checked() -> None:
    actions(
        """
        action          | due on | subject | model
        check_end_dates |        | CEMA    | term
        """,
        licenses="""
        product | type  | start      | end
        CEMA    | trial | 2026-10-10 | 2026-11-10
        CEMA    | term  | 2026-11-01 |
        """,
    )


# Nothing known, nothing there, and what does not fit


def test_who_has_nothing_is_offered_protection_and_where_nobody_looked_somebody_looks() -> None:
    actions(
        """
        customer | action           | due on | subject | product name | model | seats
        Anna     | offer_protection |        |         |              |       |
        Ben      | export_licenses  |        |         |              |       |
        """,
        customers="""
        customer
        Anna
        Ben
        """,
        empty_answers="""
        customer
        Anna
        """,
    )


def test_end_dates_that_are_not_known_are_to_be_checked_product_by_product() -> None:
    actions(
        """
        action          | due on | subject | model | seats
        check_end_dates |        | CEMA    | trial |
        check_end_dates |        | CIXA    |       |
        """,
        licenses="""
        product | type       | end        | quantity
        CIXA    | term       |            | 5
        CIXA    | trial      |            | 5
        CEMA    | trial      |            | 5
        CEMA    | term       | 2027-12-31 | 5
        NEW     | usage      |            | 5
        SVRXDR  | perpetual  |            | 5
        """,
    )


def test_assistance_is_to_be_checked_where_it_should_be_on_and_else_to_be_asked_for() -> None:
    actions(
        """
        customer | action             | due on | subject
        Anna     | check_assistance   |        |
        Ben      | ask_for_assistance |        |
        Cleo     | ask_for_assistance |        |
        """,
        customers="""
        customer | billing type
        Anna     | usage
        Ben      | term
        Cleo     | term
        Dora     | term
        Emil     | usage
        """,
        licenses="""
        customer | end
        Anna     | 2027-12-31
        Ben      | 2027-12-31
        Cleo     | 2027-12-31
        Dora     | 2027-12-31
        Emil     | 2027-12-31
        """,
        evidence="""
        customer | evidence
        Anna     | off
        Ben      | off
        Dora     | on
        """,
    )


def test_more_use_than_seats_is_to_be_bought_for_each_product_and_model_but_not_for_trials() -> None:
    actions(
        """
        action             | due on | subject  | model         | seats
        add_seats          |        | CEMA     | term          | 1
        add_seats          |        | CIXA     | flex          | 6
        add_seats          |        | CIXA     | term          | 2
        add_seats          |        | CIXA     | managed_order | 3
        check_double_cover |        | Endpoint |               |
        """,
        licenses="""
        product | type    | end        | quantity | used
        CIXA    | ordered |            | 10       | 13
        CIXA    | usage   |            | 10       | 16
        CIXA    | term    | 2027-12-31 | 10       | 22
        CIXA    | term    | 2027-12-31 | 10       | 22
        CIXA    | trial   | 2027-12-31 | 10       | 40
        CEMA    | term    | 2027-12-31 | 10       | 11
        SVRXDR  | term    | 2027-12-31 | 10       | 10
        """,
    )


def test_each_category_with_both_flex_and_term_is_to_be_checked_but_other() -> None:
    actions(
        """
        customer | action             | due on | subject  | product name | model | seats
        Anna     | check_double_cover |        | Server   |              |       |
        Anna     | check_double_cover |        | XDR      |              |       |
        Anna     | check_double_cover |        | Email    |              |       |
        Ben      | check_double_cover |        | Endpoint |              |       |
        """,
        licenses="""
        customer | product | type  | end
        Anna     | SVRXDR  | usage |
        Anna     | SVRXDR  | term  | 2027-12-31
        Anna     | CEMA    | usage |
        Anna     | CEMA    | term  | 2027-12-31
        Anna     | NEW     | usage |
        Anna     | NEW     | term  | 2027-12-31
        Ben      | CIXA    | usage |
        Ben      | CIXA    | term  | 2027-12-31
        """,
    )


# Who, what it is called, and the order


def test_an_action_says_whom_to_ask_and_who_looks_after_the_customer() -> None:
    actions(
        """
        customer | customer name | account manager | contact name | contact email   | contact phone
        Anna     | Anna & Son    | Maya            | Åsa O'Neil   | asa@example.org | 08 000
        Ben      | Ben           | Noah            |              |                 |
        Cleo     | Cleo          |                 | O'Neil       |                 |
        Dora     | Dora          |                 | Åsa          | asa@example.org |
        """,
        customers="""
        customer | account name | contact first name | contact last name | contact email   | contact phone | contact mobile
        Anna     | Anna & Son   | Åsa                | O'Neil            | asa@example.org | 08 000        | 070 000
        Cleo     | Cleo         |                    | O'Neil            |                 |               | 070 000
        Dora     | Dora         | Åsa                |                   | asa@example.org |               |
        """,
        customer_facts="""
        customer | account manager
        Anna     | Maya
        Ben      | Noah
        """,
        licenses="""
        customer | end
        Anna     | 2026-11-20
        Ben      | 2026-11-20
        Cleo     | 2026-11-20
        Dora     | 2026-11-20
        """,
    )


def test_a_product_is_called_as_the_lowest_license_id_with_a_name_calls_it_among_those_to_act_upon() -> None:
    actions(
        """
        due on     | subject | product name
        2026-11-20 | CIXA    | Intercept X Advanced
        2026-11-20 | NEW     | Brand New
        2026-11-21 | NEW     | NEW
        """,
        licenses="""
        license | product | product name | end
        1       | NEW     |              | 2026-11-20
        3       | NEW     | Newest       | 2026-11-20
        2       | NEW     | Brand New    | 2026-11-20
        0       | NEW     | Oldest       | 2027-12-31
        4       | NEW     |              | 2026-11-21
        5       | CIXA    | Interceptor  | 2026-11-20
        """,
    )


def test_nothing_that_is_to_be_done_hides_behind_something_else() -> None:
    everything = """
        action             | due on     | subject
        renew              | 2026-11-20 | CIXA
        reactivate         | 2026-12-19 | CEMA
        check_end_dates    |            | NEW
        add_seats          |            | CIXA
        ask_for_assistance |            |
    """
    licenses = """
        product | end        | quantity | used
        CIXA    | 2026-11-20 | 10       | 12
        CEMA    | 2026-10-20 | 10       |
        NEW     |            | 10       |
    """
    actions(everything, licenses=licenses, evidence="customer | evidence\nAnna | off")
    check(
        "customer_overview",
        """
        customer | urgency | to do | act by     | actions
        Anna     | 1       | renew | 2026-11-20 | 5
        """,
        licenses=licenses,
    )


def test_the_most_urgent_comes_first_and_what_has_no_day_last() -> None:
    actions(
        """
        due on     | action             | customer name | subject
        2026-11-09 | renew              | Zoe           | CIXA
        2026-12-01 | reactivate         | Zoe           | CEMA
        2026-12-01 | renew              | anna          | CEMA
        2026-12-01 | renew              | anna          | CIXA
        2026-12-01 | renew              | Ben           | CEMA
        2026-12-01 | convert_trial      | anna          | SVRXDR
        2026-12-01 | check_renewal      | Zoe           | CIXAXDR
                   | win_back           | Dora          |
                   | offer_protection   | Emil          |
                   | export_licenses    | Cleo          |
                   | ask_for_assistance | anna          |
                   | ask_for_assistance | Zoe           |
        """,
        customers="""
        customer | account name
        1        | Zoe
        2        | anna
        Ben      | Ben
        Cleo     | Cleo
        Dora     | Dora
        Emil     | Emil
        """,
        licenses="""
        customer | product | type  | start      | end        | is unlimited
        1        | CIXA    | term  | 2026-01-01 | 2026-11-09 |
        1        | CEMA    | term  | 2026-01-01 | 2026-10-02 |
        1        | CIXAXDR | term  | 2026-01-01 | 2026-12-01 | yes
        1        | CIXAXDR | term  | 2026-12-02 | 2027-12-01 |
        2        | SVRXDR  | trial | 2026-11-01 | 2026-12-01 |
        2        | CIXA    | term  | 2026-01-01 | 2026-12-01 |
        2        | CEMA    | term  | 2026-01-01 | 2026-12-01 |
        Ben      | CEMA    | term  | 2026-01-01 | 2026-12-01 |
        Dora     | CIXA    | term  | 2025-01-01 | 2026-01-01 |
        """,
        empty_answers="""
        customer
        Emil
        """,
    )


def test_a_customer_stands_where_its_first_action_stands_and_last_where_it_has_none() -> None:
    check(
        "customer_overview",
        """
        customer | urgency | to do              | act by     | actions
        Dora     | 1       | renew              | 2026-11-20 | 2
        Finn     | 2       | renew              | 2026-11-20 | 1
        Ben      | 3       | reactivate         | 2026-12-19 | 1
        Emil     | 4       | add_seats          |            | 1
        Cleo     | 5       | ask_for_assistance |            | 1
        Anna     | 6       | nothing            |            | 0
        Gabi     | 7       | nothing            |            | 0
        """,
        licenses="""
        customer | product | end        | quantity | used
        Anna     | CIXA    | 2027-12-31 | 10       | 10
        Ben      | CIXA    | 2026-10-20 | 10       | 10
        Cleo     | CIXA    | 2027-12-31 | 10       | 10
        Dora     | CIXA    | 2026-11-20 | 10       | 10
        Dora     | CIXA    | 2026-11-25 | 10       | 10
        Emil     | CIXA    | 2027-12-31 | 10       | 12
        Finn     | CIXA    | 2026-11-20 | 10       | 10
        Gabi     | CIXA    | 2027-12-31 | 10       | 10
        """,
        evidence="""
        customer | evidence
        Anna     | on
        Ben      | on
        Dora     | on
        Emil     | on
        Finn     | on
        Gabi     | on
        """,
    )


def test_cover_that_goes_on_does_not_hide_seats_that_end() -> None:
    check(
        "customer_overview",
        """
        customer | active in | expiring in | to do | act by
        Anna     | Endpoint  |             | renew | 2026-11-09
        """,
        licenses="""
        start      | end        | quantity
        2026-01-01 | 2026-11-09 | 50
        2025-06-01 | 2028-05-31 | 20
        """,
    )
