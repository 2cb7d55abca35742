"""What becomes of the seats that end: who takes over from whom, and how many seats stay open, as of 2026-11-02."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from tests.support.tables import check

renewals = partial(check, "renewals")

# Who takes over


def test_seats_that_go_on_beside_those_that_end_renew_none_of_them() -> None:
    renewals(
        """
        license | end date   | quantity | renewal | seats open
        01      | 2026-11-09 | 50       | open    | 50
        """,
        licenses="""
        start      | end        | quantity
        2026-01-01 | 2026-11-09 | 50
        2025-06-01 | 2028-05-31 | 20
        """,
    )


def test_what_takes_over_starts_from_90_days_before_the_end_to_the_day_after_it() -> None:
    renewals(
        """
        customer       | license | renewal | seats open
        90 days before | old     | renewed | 0
        91 days before | old     | open    | 10
        day after      | old     | renewed | 0
        two days after | old     | open    | 10
        """,
        licenses="""
        customer       | license | start      | end        | quantity
        90 days before | old     | 2026-01-01 | 2026-11-20 | 10
        90 days before | new     | 2026-08-22 | 2027-11-20 | 10
        91 days before | old     | 2026-01-01 | 2026-11-20 | 10
        91 days before | new     | 2026-08-21 | 2027-11-20 | 10
        day after      | old     | 2026-01-01 | 2026-11-20 | 10
        day after      | new     | 2026-11-21 | 2027-11-20 | 10
        two days after | old     | 2026-01-01 | 2026-11-20 | 10
        two days after | new     | 2026-11-22 | 2027-11-20 | 10
        """,
    )


def test_on_whatever_day_it_ends_a_license_is_taken_over_by_what_starts_in_time() -> None:
    ends = [date(2026, 11, 2) + timedelta(days) for days in range(92)]
    rows = [
        f"{end} {name} | {license} | {start} | {until} | 10"
        for end in ends
        for name, days in (("early", -90), ("late", 1))
        for license, start, until in (("old", date(2026, 1, 1), end), ("new", end + timedelta(days), date(2028, 1, 1)))
    ]
    renewals(
        "\n".join(["customer | renewal", *(f"{end} {name} | renewed" for end in ends for name in ("early", "late"))]),
        licenses="\n".join(["customer | license | start | end | quantity", *rows]),
        renewal_days=91,
    )


def test_what_takes_over_ends_later_or_not_at_all() -> None:
    renewals(
        """
        customer       | license | renewal | seats open
        no end         | old     | renewed | 0
        no end known   | old     | renewed | 0
        perpetual      | old     | renewed | 0
        same day       | new     | open    | 10
        same day       | old     | open    | 10
        the day after  | old     | renewed | 0
        the day after  | new     | open    | 10
        """,
        licenses="""
        customer       | license | type    | start      | end        | is perpetual | quantity
        no end         | old     | term    | 2026-01-01 | 2026-11-20 |              | 10
        no end         | new     | ordered | 2026-11-01 |            |              | 10
        no end known   | old     | term    | 2026-01-01 | 2026-11-20 |              | 10
        no end known   | new     | term    | 2026-11-01 |            |              | 10
        perpetual      | old     | term    | 2026-01-01 | 2026-11-20 |              | 10
        perpetual      | new     | term    | 2026-11-01 | 2026-11-10 | yes          | 10
        same day       | old     | term    | 2026-01-01 | 2026-11-20 |              | 10
        same day       | new     | term    | 2026-11-01 | 2026-11-20 |              | 10
        the day after  | old     | term    | 2026-01-01 | 2026-11-20 |              | 10
        the day after  | new     | term    | 2026-11-01 | 2026-11-21 |              | 10
        """,
    )


def test_the_same_product_takes_over_or_one_whose_categories_include_all_of_the_old_ones() -> None:
    renewals(
        """
        customer           | product | renewal
        less               | CIXAXDR | open
        more               | CIXA    | renewed
        other              | CIXA    | open
        overlapping        | CIXAXDR | open
        same               | CIXA    | renewed
        """,
        licenses="""
        customer           | product | start      | end        | quantity
        less               | CIXAXDR | 2026-01-01 | 2026-11-20 | 10
        less               | CIXA    | 2026-11-21 | 2027-11-20 | 10
        more               | CIXA    | 2026-01-01 | 2026-11-20 | 10
        more               | CIXAXDR | 2026-11-21 | 2027-11-20 | 10
        other              | CIXA    | 2026-01-01 | 2026-11-20 | 10
        other              | CEMA    | 2026-11-21 | 2027-11-20 | 10
        overlapping        | CIXAXDR | 2026-01-01 | 2026-11-20 | 10
        overlapping        | SVRXDR  | 2026-11-21 | 2027-11-20 | 10
        same               | CIXA    | 2026-01-01 | 2026-11-20 | 10
        same               | CIXA    | 2026-11-21 | 2027-11-20 | 10
        """,
    )


def test_a_product_that_the_catalogue_lacks_is_taken_over_by_its_own_code_only() -> None:
    renewals(
        """
        customer        | product | renewal
        from the list   | CIXA    | open
        letters differ  | new     | open
        on to the list  | NEW     | open
        other stranger  | NEW     | open
        same stranger   | NEW     | renewed
        """,
        licenses="""
        customer        | product | start      | end        | quantity
        from the list   | CIXA    | 2026-01-01 | 2026-11-20 | 10
        from the list   | NEW     | 2026-11-21 | 2027-11-20 | 10
        letters differ  | new     | 2026-01-01 | 2026-11-20 | 10
        letters differ  | NEW     | 2026-11-21 | 2027-11-20 | 10
        on to the list  | NEW     | 2026-01-01 | 2026-11-20 | 10
        on to the list  | CIXA    | 2026-11-21 | 2027-11-20 | 10
        other stranger  | NEW     | 2026-01-01 | 2026-11-20 | 10
        other stranger  | NEWER   | 2026-11-21 | 2027-11-20 | 10
        same stranger   | NEW     | 2026-01-01 | 2026-11-20 | 10
        same stranger   | NEW     | 2026-11-21 | 2027-11-20 | 10
        """,
    )


def test_no_trial_and_nothing_of_another_customer_takes_over() -> None:
    renewals(
        """
        customer | license | renewal
        Anna     | old     | open
        Ben      | old     | open
        """,
        licenses="""
        customer | license | type  | start      | end        | quantity
        Anna     | old     | term  | 2026-01-01 | 2026-11-20 | 10
        Anna     | new     | trial | 2026-11-21 | 2027-11-20 | 10
        Ben      | old     | term  | 2026-01-01 | 2026-11-20 | 10
        Cleo     | new     | term  | 2026-11-21 | 2027-11-20 | 10
        """,
    )


def test_a_renewal_that_has_ended_since_was_a_renewal() -> None:
    renewals(
        """
        license | end date   | days left | renewal | seats open
        first   | 2026-09-10 | -53       | renewed | 0
        second  | 2026-10-10 | -23       | open    | 10
        """,
        licenses="""
        license | start      | end        | quantity
        first   | 2026-01-01 | 2026-09-10 | 10
        second  | 2026-09-11 | 2026-10-10 | 10
        """,
    )


# How many seats


def test_each_seat_of_a_successor_renews_one_seat() -> None:
    renewals(
        """
        customer  | license | quantity | renewal | seats open
        as many   | old     | 10       | renewed | 0
        fewer     | old     | 10       | reduced | 6
        more      | old     | 10       | renewed | 0
        no seat   | old     | 10       | open    | 10
        one       | old     | 10       | reduced | 9
        """,
        licenses="""
        customer  | license | start      | end        | quantity
        as many   | old     | 2026-01-01 | 2026-11-20 | 10
        as many   | new     | 2026-11-21 | 2027-11-20 | 10
        fewer     | old     | 2026-01-01 | 2026-11-20 | 10
        fewer     | new     | 2026-11-21 | 2027-11-20 | 4
        more      | old     | 2026-01-01 | 2026-11-20 | 10
        more      | new     | 2026-11-21 | 2027-11-20 | 12
        no seat   | old     | 2026-01-01 | 2026-11-20 | 10
        no seat   | new     | 2026-11-21 | 2027-11-20 | 0
        one       | old     | 2026-01-01 | 2026-11-20 | 10
        one       | new     | 2026-11-21 | 2027-11-20 | 1
        """,
    )


def test_what_ends_first_takes_first_and_leaves_the_rest() -> None:
    renewals(
        """
        license | renewal | seats open
        9       | renewed | 0
        1       | reduced | 5
        2       | open    | 10
        """,
        licenses="""
        license | start      | end        | quantity
        1       | 2026-01-01 | 2026-11-25 | 10
        2       | 2026-01-01 | 2026-11-26 | 10
        9       | 2026-01-01 | 2026-11-20 | 10
        new     | 2026-11-15 | 2027-11-14 | 15
        """,
    )


def test_of_those_that_end_on_one_day_the_lower_license_id_takes_first() -> None:
    renewals(
        """
        license | renewal | seats open
        10      | renewed | 0
        2       | reduced | 5
        3       | open    | 10
        """,
        licenses="""
        license | start      | end        | quantity
        2       | 2026-01-01 | 2026-11-20 | 10
        10      | 2026-01-01 | 2026-11-20 | 10
        3       | 2026-01-01 | 2026-11-20 | 10
        new     | 2026-11-15 | 2027-11-14 | 15
        """,
    )


def test_seats_come_from_several_that_take_over_until_they_are_enough() -> None:
    renewals(
        """
        license | renewal | seats open
        1       | renewed | 0
        2       | reduced | 2
        """,
        licenses="""
        license | start      | end        | quantity
        1       | 2026-01-01 | 2026-11-20 | 10
        2       | 2026-01-01 | 2026-11-25 | 5
        new 1   | 2026-11-10 | 2027-11-09 | 6
        new 2   | 2026-11-21 | 2027-11-20 | 7
        """,
    )


def test_what_is_not_needed_for_one_is_left_for_the_next() -> None:
    renewals(
        """
        license | renewal | seats open
        1       | renewed | 0
        2       | renewed | 0
        3       | reduced | 1
        """,
        licenses="""
        license | start      | end        | quantity
        1       | 2026-01-01 | 2026-11-20 | 10
        2       | 2026-01-01 | 2026-11-25 | 10
        3       | 2026-01-01 | 2026-11-26 | 4
        new 1   | 2026-11-10 | 2027-11-09 | 12
        new 2   | 2026-11-21 | 2027-11-20 | 11
        """,
    )


def test_seats_come_first_from_what_starts_first() -> None:
    # What starts on 11-10 is too early to renew what ends on 2027-02-18; so the other must be left for it.
    renewals(
        """
        license | renewal | seats open
        first   | renewed | 0
        second  | renewed | 0
        """,
        licenses="""
        license | start      | end        | quantity
        first   | 2026-01-01 | 2026-11-20 | 5
        second  | 2026-01-01 | 2027-02-18 | 5
        new a   | 2026-11-21 | 2027-12-31 | 5
        new b   | 2026-11-10 | 2027-12-31 | 5
        """,
        renewal_days=180,
    )


def test_of_those_that_start_on_one_day_the_lower_license_id_gives_first() -> None:
    # What ends on 11-25 itself renews nothing that ends then; so the other must be left for it.
    renewals(
        """
        license | renewal | seats open
        1       | renewed | 0
        0       | renewed | 0
        new a   | open    | 5
        """,
        licenses="""
        license | start      | end        | quantity
        1       | 2026-01-01 | 2026-11-20 | 5
        0       | 2026-01-01 | 2026-11-25 | 5
        new b   | 2026-11-15 | 2027-11-14 | 5
        new a   | 2026-11-15 | 2026-11-25 | 5
        """,
    )


def test_what_one_product_code_takes_is_not_missing_to_another() -> None:
    renewals(
        """
        product | renewal | seats open
        CIXA    | renewed | 0
        CIXAXDR | renewed | 0
        """,
        licenses="""
        product | start      | end        | quantity
        CIXA    | 2026-01-01 | 2026-11-20 | 10
        CIXAXDR | 2026-01-01 | 2026-11-20 | 10
        CIXAXDR | 2026-11-21 | 2027-11-20 | 10
        """,
    )
    renewals(
        """
        product | end date   | renewal | seats open
        CIXAXDR | 2026-10-10 | renewed | 0
        CIXA    | 2026-11-20 | renewed | 0
        CIXAXDR | 2026-11-20 | renewed | 0
        """,
        licenses="""
        product | start      | end        | quantity
        CIXA    | 2026-01-01 | 2026-11-20 | 10
        CIXAXDR | 2026-01-01 | 2026-10-10 | 5
        CIXAXDR | 2026-10-11 | 2026-11-20 | 5
        CIXAXDR | 2026-11-21 | 2027-11-20 | 10
        """,
    )


def test_two_products_together_can_renew_one() -> None:
    renewals(
        """
        product | renewal | seats open
        CIXA    | reduced | 1
        """,
        licenses="""
        product | start      | end        | quantity
        CIXA    | 2026-01-01 | 2026-11-20 | 10
        CIXA    | 2026-11-21 | 2027-11-20 | 4
        CIXAXDR | 2026-11-21 | 2027-11-20 | 5
        """,
    )


def test_what_ended_too_long_ago_to_be_listed_took_its_seats_all_the_same() -> None:
    renewals(
        """
        license | renewal | seats open
        later   | reduced | 5
        """,
        licenses="""
        license | start      | end        | quantity
        earlier | 2026-01-01 | 2026-08-01 | 10
        later   | 2026-01-01 | 2026-09-10 | 10
        new     | 2026-08-02 | 2027-08-01 | 15
        """,
    )


def test_no_seats_to_renew_are_renewed_by_any_successor_and_open_without_one() -> None:
    renewals(
        """
        customer | license | quantity | renewal | seats open
        Anna     | old     | 0        | renewed | 0
        Ben      | old     | 0        | open    | 0
        """,
        licenses="""
        customer | license | start      | end        | quantity
        Anna     | old     | 2026-01-01 | 2026-11-20 | 0
        Anna     | new     | 2026-11-21 | 2027-11-20 | 1
        Ben      | old     | 2026-01-01 | 2026-11-20 | 0
        """,
    )


# Trials, perpetual licenses, and numbers that nobody knows


def test_a_trial_is_renewed_by_what_is_bought_and_takes_no_seats_of_it() -> None:
    renewals(
        """
        customer | license | model | renewal | seats open
        Anna     | old     | term  | renewed | 0
        Anna     | trial   | trial | renewed |
        Ben      | trial   | trial | open    |
        Cleo     | old     | term  | renewed | 0
        Cleo     | a trial | trial | renewed |
        Dora     | trial   | trial | renewed |
        """,
        licenses="""
        customer | license | type  | start      | end        | quantity
        Anna     | trial   | trial | 2026-10-20 | 2026-11-20 | 5
        Anna     | old     | term  | 2026-01-01 | 2026-11-20 | 5
        Anna     | new     | term  | 2026-11-15 | 2027-11-14 | 5
        Ben      | trial   | trial | 2026-10-20 | 2026-11-20 | 5
        Cleo     | a trial | trial | 2026-10-20 | 2026-11-20 | 5
        Cleo     | old     | term  | 2026-01-01 | 2026-11-20 | 5
        Cleo     | new     | term  | 2026-11-15 | 2027-11-14 | 5
        Dora     | trial   | trial | 2026-10-20 | 2026-11-20 |
        Dora     | new     | term  | 2026-11-15 | 2027-11-14 |
        """,
    )


def test_a_perpetual_license_is_not_listed_and_takes_no_seats_whatever_its_end_date_says() -> None:
    renewals(
        """
        license | renewal | seats open
        old     | renewed | 0
        """,
        licenses="""
        license | type      | start      | end        | is perpetual | quantity
        forever | perpetual | 2026-01-01 | 2026-11-10 | yes          | 10
        old     | term      | 2026-01-01 | 2026-11-20 |              | 10
        new     | term      | 2026-11-05 | 2027-11-04 |              | 10
        """,
    )


def test_unlimited_and_flex_licenses_renew_all_whatever_their_quantity() -> None:
    renewals(
        """
        customer      | license | renewal | seats open
        flex          | old     | renewed | 0
        managed order | old     | reduced | 7
        unlimited     | old     | renewed | 0
        """,
        licenses="""
        customer      | license | type    | start      | end        | quantity | is unlimited
        flex          | old     | term    | 2026-01-01 | 2026-11-20 | 10       |
        flex          | new     | usage   | 2026-11-21 |            | 3        |
        managed order | old     | term    | 2026-01-01 | 2026-11-20 | 10       |
        managed order | new     | ordered | 2026-11-21 |            | 3        |
        unlimited     | old     | term    | 2026-01-01 | 2026-11-20 | 10       |
        unlimited     | new     | term    | 2026-11-21 | 2027-11-20 |          | yes
        """,
    )


def test_where_a_number_of_seats_is_not_known_it_is_not_known_whether_they_are_renewed() -> None:
    renewals(
        """
        customer             | license | quantity | renewal | seats open
        new not known        | old     | 10       | unknown |
        old not known        | old     |          | unknown |
        old unlimited        | old     |          | unknown |
        one of two not known | old     | 10       | unknown |
        """,
        licenses="""
        customer             | license | start      | end        | quantity | is unlimited
        new not known        | old     | 2026-01-01 | 2026-11-20 | 10       |
        new not known        | new     | 2026-11-21 | 2027-11-20 |          |
        old not known        | old     | 2026-01-01 | 2026-11-20 |          |
        old not known        | new     | 2026-11-21 | 2027-11-20 | 10       |
        old unlimited        | old     | 2026-01-01 | 2026-11-20 | 5        | yes
        old unlimited        | new     | 2026-11-21 | 2027-11-20 | 10       |
        one of two not known | old     | 2026-01-01 | 2026-11-20 | 10       |
        one of two not known | new a   | 2026-11-21 | 2027-11-20 | 10       |
        one of two not known | new b   | 2026-11-21 | 2027-11-20 |          |
        """,
    )


def test_what_is_open_or_renewed_for_sure_is_so_even_if_numbers_are_not_known() -> None:
    renewals(
        """
        customer                  | license | renewal | seats open
        flex beside a not known   | old     | renewed | 0
        flex for a not known      | old     | renewed |
        nothing for a not known   | old     | open    |
        nothing for an unlimited  | old     | open    |
        unlimited for unlimited   | old     | renewed |
        """,
        licenses="""
        customer                  | license | type  | start      | end        | quantity | is unlimited
        flex beside a not known   | old     | term  | 2026-01-01 | 2026-11-20 | 10       |
        flex beside a not known   | new a   | term  | 2026-11-21 | 2027-11-20 |          |
        flex beside a not known   | new b   | usage | 2026-11-21 |            |          |
        flex for a not known      | old     | term  | 2026-01-01 | 2026-11-20 |          |
        flex for a not known      | new     | usage | 2026-11-21 |            |          |
        nothing for a not known   | old     | term  | 2026-01-01 | 2026-11-20 |          |
        nothing for an unlimited  | old     | term  | 2026-01-01 | 2026-11-20 | 5        | yes
        unlimited for unlimited   | old     | term  | 2026-01-01 | 2026-11-20 |          | yes
        unlimited for unlimited   | new     | term  | 2026-11-21 | 2027-11-20 |          | yes
        """,
    )


def test_an_unlimited_license_takes_no_seats_whatever_its_quantity_says() -> None:
    renewals(
        """
        license     | renewal | seats open
        a unlimited | unknown |
        b not known | unknown |
        limited     | renewed | 0
        """,
        licenses="""
        license     | start      | end        | quantity | is unlimited
        a unlimited | 2026-01-01 | 2026-11-20 | 5        | yes
        b not known | 2026-01-01 | 2026-11-20 |          |
        limited     | 2026-01-01 | 2026-11-20 | 10       |
        new         | 2026-11-21 | 2027-11-20 | 10       |
        """,
    )


def test_what_gives_all_leaves_the_seats_of_the_others_and_what_is_not_known_gives_none() -> None:
    renewals(
        """
        customer  | license | renewal | seats open
        flex      | old 1   | renewed | 0
        not known | old 1   | unknown |
        flex      | short   | renewed | 0
        flex      | old 2   | renewed | 0
        not known | old 2   | reduced | 1
        not known | short   | unknown |
        """,
        licenses="""
        customer  | license | type  | start      | end        | quantity
        flex      | old 1   | term  | 2026-01-01 | 2026-11-20 | 10
        flex      | old 2   | term  | 2026-01-01 | 2026-12-20 | 10
        flex      | short   | usage | 2026-11-01 | 2026-12-20 | 1
        flex      | new     | term  | 2026-11-15 | 2027-11-14 | 11
        not known | old 1   | term  | 2026-01-01 | 2026-11-20 | 10
        not known | old 2   | term  | 2026-01-01 | 2026-12-20 | 5
        not known | short   | term  | 2026-11-01 | 2026-12-20 |
        not known | new     | term  | 2026-11-15 | 2027-11-14 | 14
        """,
    )


# Which licenses are listed, and how


def test_licenses_are_listed_from_60_days_after_their_end_to_90_days_before_it() -> None:
    renewals(
        """
        license | days left | window
        02      | -60       | ended
        03      | -1        | ended
        04      | 0         | 30
        05      | 30        | 30
        06      | 31        | 60
        07      | 60        | 60
        08      | 61        | 90
        09      | 90        | 90
        """,
        licenses="""
        end
        2026-09-02
        2026-09-03
        2026-11-01
        2026-11-02
        2026-12-02
        2026-12-03
        2027-01-01
        2027-01-02
        2027-01-31
        2027-02-01
        """,
    )


def test_licenses_are_listed_up_to_400_days_ahead_where_that_is_asked_for() -> None:
    renewals(
        """
        license | days left | window
        1       | 90        | 90
        2       | 91        | 180
        3       | 180       | 180
        4       | 181       | 365
        5       | 365       | 365
        6       | 366       | 400
        7       | 400       | 400
        """,
        licenses="""
        license | end
        1       | 2027-01-31
        2       | 2027-02-01
        3       | 2027-05-01
        4       | 2027-05-02
        5       | 2027-11-02
        6       | 2027-11-03
        7       | 2027-12-07
        8       | 2027-12-08
        """,
        renewal_days=400,
    )
    renewals("license | days left\n1 | 7", licenses="license|end\n1|2026-11-09\n2|2026-11-10", renewal_days=7)


def test_a_renewal_says_who_looks_after_the_customer_and_how_many_seats_are_used() -> None:
    renewals(
        """
        customer | customer name | account manager | product name | model | quantity | used
        Anna     | Anna & Son    | Maya            | NEW          | term  | 10       | 12
        Anna     | Anna & Son    | Maya            | Brand New    | term  |          |
        Ben      | Ben           | Noah            | Email        | term  |          | 3
        Cleo     | Cleo          |                 | Email        | trial | 5        |
        """,
        customers="""
        customer | account name
        Anna     | Anna & Son
        Cleo     | Cleo
        """,
        customer_facts="""
        customer | account manager
        Anna     | Maya
        Ben      | Noah
        """,
        licenses="""
        customer | license | product | product name | type  | start      | end        | quantity | used | is unlimited
        Anna     | 1       | NEW     |              | term  | 2026-01-01 | 2026-11-20 | 10       | 12   |
        Anna     | 2       | NEW     | Brand New    | term  | 2026-01-01 | 2026-11-20 | 10       |      | yes
        Ben      | 3       | CEMA    | Mail         | term  | 2026-01-01 | 2026-11-20 |          | 3    |
        Cleo     | 4       | CEMA    |              | trial | 2026-01-01 | 2026-11-20 | 5        |      |
        """,
    )


def test_renewals_stand_by_day_then_customer_product_model_and_license() -> None:
    renewals(
        """
        days left | customer name | product | model | license
        7         | Zoe           | CIXA    | term  | 1
        8         | anna          | CEMA    | term  | 9
        8         | anna          | CIXA    | flex  | 8
        8         | anna          | CIXA    | term  | 10
        8         | anna          | CIXA    | term  | 2
        8         | anna          | CIXA    | managed_order | 0
        8         | anna          | CIXA    | trial | 1
        8         | Ben           | CEMA    | term  | 1
        """,
        licenses="""
        customer | license | product | type  | end
        anna     | 1       | CIXA    | trial | 2026-11-10
        anna     | 0       | CIXA    | ordered | 2026-11-10
        anna     | 2       | CIXA    | term  | 2026-11-10
        anna     | 10      | CIXA    | term  | 2026-11-10
        anna     | 8       | CIXA    | usage | 2026-11-10
        anna     | 9       | CEMA    | term  | 2026-11-10
        Ben      | 1       | CEMA    | term  | 2026-11-10
        Zoe      | 1       | CIXA    | term  | 2026-11-09
        """,
    )


# By month


def test_each_month_says_how_many_seats_end_in_it_and_how_many_go_on() -> None:
    check(
        "renewals_by_month",
        """
        month   | licenses | open licenses | unknown licenses | seats open | seats renewed | trial licenses
        2026-10 | 1        | 1             | 0                | 5          | 0             | 0
        2026-11 | 2        | 2             | 0                | 10         | 30            | 0
        2026-12 | 0        | 0             | 0                | 0          | 0             | 1
        2027-01 | 1        | 1             | 0                |            |               | 0
        """,
        licenses="""
        customer | license | type  | start      | end        | quantity
        Anna     | 1       | term  | 2025-01-01 | 2026-10-20 | 5
        Bert     | 1       | term  | 2025-01-01 | 2026-11-20 | 40
        Bert     | 2       | term  | 2026-11-21 | 2028-11-20 | 30
        Cora     | 1       | term  | 2025-01-01 | 2026-11-30 | 0
        Dora     | 1       | trial | 2026-11-01 | 2026-12-10 | 10
        Emil     | 1       | term  | 2025-01-01 | 2027-01-10 |
        """,
    )
