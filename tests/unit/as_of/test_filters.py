"""A portfolio narrowed to some customers: every report after it is about just those, and says so."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from partner_analytics import Portfolio, UsageError
from partner_analytics.transforms import of_categories, results
from partner_analytics.vocabulary import REPORTS
from tests.support.tables import AS_OF, check_rows, exports


@pytest.fixture(scope="module")
def demo() -> Portfolio:
    return Portfolio.demo()


def names(portfolio: Portfolio, report: str = "flex_vs_term") -> list[str]:
    return portfolio.reports(report)[0].frame["customer_name"].to_list()


@pytest.mark.sampled(0)
def test_a_customer_is_found_by_a_part_of_a_name_whatever_the_case_and_the_accents(demo: Portfolio) -> None:
    for text in ("müller", "MULLER", "Müller & Søn Brilleværk", "00000000-0000-4000-8000-000000000002"):
        assert names(demo.customers(text)) == ["Müller & Søn Brilleværk"]
    assert names(demo.customers("quillmarsh")) == ["The Crooked Thimble Tearoom"], "the account's name is a name too"
    assert names(demo.customers("muller", "quellmoos")) == [
        "Müller & Søn Brilleværk",
        "Physio Quellmoos",
        "Physio Quellmoos",
    ]


@pytest.mark.sampled(0)
def test_an_account_manager_is_found_by_the_only_name_that_fits(demo: Portfolio) -> None:
    assert len(names(demo.account_manager("Mei Okonjo"))) == 13
    assert names(demo.account_manager("mei")) == names(demo.account_manager("Mei Okonjo"))
    assert names(demo.account_manager("not known")) == [
        "00000000-0000-4000-8000-000000000090",
        "Serrurerie Dubois & Hibou",
        "Tolv Slag Ur & Guld",
    ]


def test_a_category_keeps_its_customers_and_of_their_protection_and_products_just_that(demo: Portfolio) -> None:
    server = demo.category("server")
    protection, models, positions, assistance = server.reports(
        "protection_status", "flex_vs_term", "license_positions", "assistance_coverage"
    )
    assert protection.frame["category"].unique().to_list() == ["Server"]
    assert set(positions.frame["product_code"]) <= {
        "SVRCLOUDADV-MSP",
        "SVRCIXAXDR",
        "SVRCIXAMTR-ADV-MSP",
        "SVRCIXAMTR-STD-MSP",
    }
    assert models.frame["customer_id"].to_list() == protection.frame["customer_id"].to_list()
    assert assistance.frame["customer_id"].to_list() == protection.frame["customer_id"].to_list()
    assert "Of these customers it shows only what they have in Server." in protection.caveats
    assert "Of these customers it counts all that they have, not only what they have in Server." in models.caveats


def test_of_a_category_the_actions_renewals_and_positions_are_those_of_its_products() -> None:
    known = exports(
        licenses="""
        product | type  | start      | end        | quantity | used
        CIXAXDR | term  | 2026-01-01 | 2026-11-20 | 5        | 5
        CIXA    | term  | 2025-01-01 | 2027-11-20 | 5        | 9
        CIXA    | usage | 2025-01-01 |            |          |
        SVRXDR  | term  | 2026-01-01 | 2026-11-21 | 5        | 5
        CEMA    | term  | 2026-01-01 | 2026-11-22 | 5        | 8
        """
    )
    everything = results(known, AS_OF)
    xdr, endpoint = (of_categories(everything, [category]) for category in ("XDR", "Endpoint"))
    check_rows(
        "actions",
        xdr["actions"],
        """
        action             | subject
        renew              | CIXAXDR
        renew              | SVRXDR
        ask_for_assistance |
        """,
    )
    check_rows(
        "actions",
        endpoint["actions"],
        """
        action             | subject
        renew              | CIXAXDR
        add_seats          | CIXA
        check_double_cover | Endpoint
        ask_for_assistance |
        """,
    )
    check_rows("renewals", xdr["renewals"], "product\nCIXAXDR\nSVRXDR")
    check_rows("license_positions", xdr["license_positions"], "product\nCIXAXDR\nSVRXDR")
    check_rows("protection_status", xdr["protection_status"], "category\nXDR")
    both = of_categories(everything, ["Email", "Server"])
    check_rows("renewals", both["renewals"], "product\nSVRXDR\nCEMA")
    check_rows("protection_status", both["protection_status"], "category\nServer\nEmail")
    assert both["renewals_by_month"]["licenses"].to_list() == [2]
    assert both.keys() == everything.keys()
    for name in set(everything) - {
        "actions",
        "renewals",
        "renewals_by_month",
        "license_positions",
        "protection_status",
    }:
        assert both[name].equals(everything[name]), name
    assert of_categories(everything, []) == everything
    some = {name: everything[name] for name in ("license_states", "accounts")}
    assert of_categories(some, ["XDR"]).keys() == some.keys()


@pytest.mark.sampled(0)
def test_filters_chain_as_values_and_leave_the_portfolio_before_them_alone(demo: Portfolio) -> None:
    jonas = demo.account_manager("Jonas Castellano")
    both = jonas.category("Server")
    assert set(names(both)) < set(names(jonas)) < set(names(demo))
    assert names(both) == names(demo.category("Server").account_manager("Jonas Castellano"))
    assert len(names(demo)) == 44
    assert both == demo.account_manager("Jonas Castellano").category("Server")


@pytest.mark.sampled(0)
def test_every_report_says_whom_it_is_about(demo: Portfolio) -> None:
    words = "the 13 of 44 customers of account manager Mei Okonjo"
    reports = demo.account_manager("Mei Okonjo").reports()
    assert len(reports) == len(REPORTS)
    for report in reports:
        assert report.headline.startswith(f"Only {words}: ")
        assert report.caveats[0].startswith(f"This is about {words}, and no others")
        assert report.frame["customer_id"].n_unique() <= 13
        assert f"Only {words}" in json.dumps(report.chart.to_dict())
        assert f"only {words}" in report.to_html()


@pytest.mark.sampled(0)
def test_figures_and_doubts_are_those_of_the_customers_that_are_meant(demo: Portfolio) -> None:
    report = demo.customers("papagaio").protection_status()
    assert report.basis.unmapped_products.height == 3
    assert report.basis.unknown_customers.height == 0
    everybody = demo.protection_status()
    assert everybody.basis.unmapped_products.height == 4
    assert not everybody.basis.only
    assert "Only" not in everybody.headline


@pytest.mark.sampled(0)
def test_what_is_published_of_some_customers_holds_no_other_and_says_so(demo: Portfolio, tmp_path: Path) -> None:
    some = demo.customers("papagaio")
    some.publish(tmp_path)
    page = (tmp_path / "index.html").read_text("utf-8")
    assert "only <strong>the 1 of 44 customers named like “papagaio”</strong>" in page
    assert (
        json.loads((tmp_path / "manifest.json").read_text("utf-8"))["only"]
        == "the 1 of 44 customers named like “papagaio”"
    )
    for other in ("Müller", "Quellmoos", "Hartzwick"):
        assert other not in page
        assert all(other not in file.read_text("utf-8") for file in tmp_path.glob("*.csv"))


@pytest.mark.sampled(0)
def test_questions_and_queries_after_a_filter_are_about_those_customers_too(demo: Portfolio) -> None:
    some = demo.account_manager("Mei Okonjo")
    assert some.ask("account_managers")["customers"].to_list() == [13]
    assert set(some.ask("ends_soon")["customer_name"]) < set(demo.ask("ends_soon")["customer_name"])
    assert some.sql("select count(distinct customer_id) from customers_history").item() == 13
    for table in ("customers", "customers_as_of(date '2026-11-02')", "accounts"):
        assert some.sql(f"select count(*) from {table}").item() == 13
    assert some.sql("select count(distinct customer_id) from licenses").item() <= 13
    assert some.sql("select count(*) from loads").item() == demo.sql("select count(*) from loads").item()


def test_a_filter_does_not_take_an_older_snapshot_for_the_newest(demo: Portfolio, tmp_path: Path) -> None:
    portfolio = Portfolio(Portfolio.demo(tmp_path).db, demo.today)
    later = tmp_path / "licenses.csv"
    later.write_text(
        "license_id,customer_id,product_code,license_type,start_date,end_date\n"
        "L,00000000-0000-4000-8000-000000000001,CIXA,term,2026-12-01,2027-12-01\n"
    )
    portfolio.load(later, snapshot_date="2026-12-01")
    gone = portfolio.customers("muller")
    assert gone.sql("select count(*) from licenses", as_of="2026-12-02").item() == 0
    assert gone.reports("protection_status", as_of="2026-12-02")[0].frame["status"].to_list() == ["no_data"]


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    ("narrow", "message", "hint"),
    [
        (lambda demo: demo.customers("physo quellmos"), "No customer has `physo quellmos` in its name.", "did you mean `Physio Quellmoos`?"),
        (lambda demo: demo.account_manager("o"), "`o` matches 2 account managers; expected one.", "name one of: Jonas Castellano, Mei Okonjo."),
        (lambda demo: demo.account_manager("Bob"), "No account manager is called `Bob`.", "known are: Amara Lindqvist, Jonas Castellano, Mei Okonjo."),
        (lambda demo: demo.category("Servre"), "There is no category `Servre`.", "did you mean `Server`?"),
        (lambda demo: demo.customers(), "`customers` expects names or ids; found none.", 'write .customers("müller")'),
        (lambda demo: demo.customers("müller").category("ZTNA"), "No customer fits all of the filters: with a license in ZTNA and named like “müller”.", "leave one of the filters out."),
    ],
)  # fmt: skip
def test_what_nobody_knows_is_named_with_what_there_is(narrow, message: str, hint: str, demo: Portfolio) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UsageError) as refused:
        narrow(demo).reports()
    assert (refused.value.message, refused.value.hint) == (message, hint)


@pytest.mark.sampled(0)
def test_a_copy_can_be_asked_with_any_duckdb_tool_and_says_what_each_column_means(
    demo: Portfolio, tmp_path: Path
) -> None:
    copy = demo.account_manager("Mei Okonjo").copy(tmp_path / "results.duckdb")
    assert list(tmp_path.iterdir()) == [copy]
    with duckdb.connect(str(copy), read_only=True) as connection:
        assert connection.execute("select whose from about").fetchall() == [
            ("the 13 of 44 customers of account manager Mei Okonjo",)
        ]
        for name in REPORTS:
            rows = demo.account_manager("Mei Okonjo").reports(name)[0].frame.height
            assert connection.execute(f"select count(*) from {name}").fetchall() == [(rows,)], name
        assert connection.execute("select count(*) from customers").fetchall() == [(13,)]
        assert (
            connection.execute(
                "select table_name, column_name from duckdb_columns() where not internal and comment is null"
            ).fetchall()
            == []
        )
        assert connection.execute("select distinct file from loads where contains(file, '/')").fetchall() == []
    assert str(demo.db.parent).encode() not in copy.read_bytes()


def test_a_card_says_whom_to_call_what_the_customer_has_and_where_each_row_was_read(demo: Portfolio) -> None:
    card = demo.customer("thimble")
    assert (card.name, card.account_name) == ("The Crooked Thimble Tearoom", "Quillmarsh Holdings 7 Ltd")
    assert (card.contact, card.account_manager, card.customer_group) == ("Priya Fernsby", "Amara Lindqvist", "Food")
    assert (card.assistance, card.next_step) == ("on", "launch")
    assert set(card.protection["customer_id"]) == {card.customer_id}
    assert ("customers", "customers.csv", 25) in card.sources.select("kind", "file", "line").rows()
    shown = card._repr_html_()
    for text in (
        "The Crooked Thimble Tearoom (account name Quillmarsh Holdings 7 Ltd)",
        "Priya Fernsby",
        "customers.csv",
    ):
        assert text in shown
    assert demo.customer(card.customer_id.upper()).name == card.name


def test_a_card_shows_a_hostile_name_as_text_and_what_is_not_known_as_such(demo: Portfolio) -> None:
    assert "&lt;script&gt;" in demo.customer("script")._repr_html_()
    assert "<script>" not in demo.customer("script")._repr_html_()
    unknown = demo.customer("00000000-0000-4000-8000-000000000090")
    assert (unknown.account_name, unknown.contact, unknown.account_manager) == (None, None, None)
    assert unknown._repr_html_().count("not known") == 3


def test_a_name_that_could_be_several_customers_lists_them(demo: Portfolio) -> None:
    with pytest.raises(UsageError) as several:
        demo.customer("quellmoos")
    assert several.value.message == "`quellmoos` matches 2 customers; expected one."
    assert several.value.hint == (
        "name one by its id: Physio Quellmoos (00000000-0000-4000-8000-000000000022); "
        "Physio Quellmoos (00000000-0000-4000-8000-000000000023)"
    )
    assert demo.account_manager("Mei Okonjo").customer("quellmoos").customer_id.endswith("23")
    with pytest.raises(UsageError, match="No customer has `nobody` in its name"):
        demo.customer("nobody")
