"""What the page, the reports and SQL say of one question is one answer; and whom a page is about, it says by itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Final

import polars as pl
import pytest

from partner_analytics import Portfolio
from partner_analytics.ask.questions import questions
from partner_analytics.publish.site.page import page as page_of
from partner_analytics.reports import Report


@pytest.fixture(scope="module")
def demo() -> Portfolio:
    return Portfolio.demo()


@pytest.fixture(scope="module")
def reports(demo: Portfolio) -> dict[str, Report]:
    return {report.name: report for report in demo.reports()}


@pytest.fixture(scope="module")
def page(reports: dict[str, Report]) -> str:
    return page_of(tuple(reports.values()), version="1.0")


@pytest.fixture(scope="module")
def asked(demo: Portfolio) -> dict[str, list[str]]:
    """The names of the customers in the answer to each question, all asked in one query."""
    texts = {one.name: one.text.rstrip().rstrip(";") for one in questions() if one.name in ANSWERS}
    each = (f"select '{name}' as question, customer_name from (\n{text}\n)" for name, text in texts.items())
    answered = demo.sql("\nunion all\n".join(each), customer="%", manager="%")
    assert set(answered["question"]) == set(ANSWERS)
    return {name: names(answered.filter(question=name)) for name in ANSWERS}


def text(cell: str) -> str:
    """What a cell says; it shows the end of a line within a name as a sign."""
    said = unescape(re.sub(r'<span class="dollar".*?</span>|<[^>]*>', "", cell)).strip()
    return said.replace(" ↵ ", "\n")


def rows_of(page: str, caption: str) -> list[list[str]]:
    """The cells of a table of the page, row by row."""
    (table,) = (part for part in page.split("<table")[1:] if re.search(rf"<caption>{caption}[^<]*</caption>", part))
    body = table.partition("<tbody>")[2].partition("</tbody>")[0]
    return [[text(cell) for cell in re.split(r"<t[hd][^>]*>", row)[1:]] for row in body.split("<tr")[1:]]


def names_of(page: str, caption: str) -> list[str]:
    return sorted(row[0] for row in rows_of(page, caption))


def opened(page: str, title: str) -> list[str]:
    """The customers that a figure opens to; it says how many they are."""
    ((mark, customers),) = re.findall(
        rf'data-mark="(\w+)"><strong>{re.escape(title)}</strong> <span>([\d,]+) customers?</span>', page
    )
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(r'<tr class="([^"]*)"><th>(.*?)</th>|<tr class="([^"]*)"><th>(.*?)<td>', body)
    found = [text(name or other) for marks, name, more, other in rows if mark in (marks or more).split()]
    assert len(found) == int(customers)
    return sorted(found)


def names(frame: pl.DataFrame) -> list[str]:
    return sorted(frame["customer_name"])


def once(frame: pl.DataFrame) -> list[str]:
    """The names of the customers of some rows, each customer once."""
    return names(frame.unique("customer_id"))


Answer = Callable[[str, dict[str, Report]], list[str]]
ANSWERS: Final[dict[str, dict[str, Answer]]] = {
    "names_to_correct": {
        "the list of the page": lambda page, _: names_of(page, "Names to look at"),
        "what the reports rest on": lambda _, reports: names(behind(reports).names_to_correct),
    },
    "trials_to_convert": {
        "the list of the page": lambda page, _: names_of(page, "Trials to convert within 30 days"),
        "actions": lambda _, reports: names(actions(reports, "convert_trial")),
        "the figure": lambda page, _: opened(page, "Customers: Trials to convert"),
    },
    "reactivatable": {
        "actions": lambda _, reports: names(actions(reports, "reactivate")),
        "the figure of the customers": lambda page, _: opened(page, "Customers: To reactivate"),
        "the figure of the actions": lambda page, _: opened(page, "What to do, and by when: Reactivations to arrange"),
        "renewals": lambda _, reports: names(
            reports["renewals"].frame.filter(pl.col("model") != "trial", renewal="open", window="ended")
        ),
        "the figure of the renewals": lambda page, _: opened(page, "Renewals: Can be reactivated"),
    },
    "contacts": {
        "the list of the page": lambda page, _: names_of(page, "Customers, <span>44 rows</span>"),
        "the cards of the page": lambda page, _: sorted(map(text, re.findall(r"<div popover id=c\d+><h3>(.*?)</h3>", page))),
        "what the reports rest on": lambda _, reports: names(behind(reports).contacts),
        "customer_overview": lambda _, reports: names(reports["customer_overview"].frame),
    },
    "assistance_to_ask": {
        "the list of the page": lambda page, _: opened(page, "Partner Assistance is to be asked for"),
        "actions": lambda _, reports: names(actions(reports, "ask_for_assistance")),
        "assistance_coverage": lambda _, reports: names(reports["assistance_coverage"].frame.filter(next_step="ask_customer")),
        "the figure": lambda page, _: opened(page, "Partner Assistance coverage: To ask"),
    },
    "assistance_anomalies": {
        "the list of the page": lambda page, _: names_of(page, "Off, although it should be on"),
        "what the headline opens": lambda page, _: opened(page, "Partner Assistance should be on"),
        "actions": lambda _, reports: names(actions(reports, "check_assistance")),
        "assistance_coverage": lambda _, reports: names(reports["assistance_coverage"].frame.filter("is_anomaly")),
        "customer_overview": lambda _, reports: names(reports["customer_overview"].frame.filter("is_anomaly")),
        "the figure": lambda page, _: opened(page, "Partner Assistance coverage: Should be on"),
    },
    "covered_twice": {
        "flex_vs_term": lambda _, reports: names(reports["flex_vs_term"].frame.drop_nulls("double_covered")),
        "actions": lambda _, reports: once(actions(reports, "check_double_cover")),
        "the figure": lambda page, _: opened(page, "Flex against term: Covered twice"),
    },
    "not_exported": {
        "protection_status": lambda _, reports: names(reports["protection_status"].frame.filter(status="no_data")),
        "customer_overview": lambda _, reports: names(reports["customer_overview"].frame.filter(without_license="no_data")),
        "flex_vs_term": lambda _, reports: names(reports["flex_vs_term"].frame.filter(mix="no_data")),
        "actions": lambda _, reports: names(actions(reports, "export_licenses")),
        "the figure": lambda page, _: opened(page, "Flex against term: Models not known"),
    },
    "nothing_in_force": {
        "protection_status": lambda _, reports: once(
            reports["protection_status"].frame.filter((pl.col("status") == "expired").all().over("customer_id"))
        ),
        "the figure": lambda page, _: opened(page, "Protection status: Only expired licenses"),
    },
}  # fmt: skip


def behind(reports: dict[str, Report]):  # type: ignore[no-untyped-def]
    found = reports["customer_overview"].basis.behind
    assert found is not None
    return found


def actions(reports: dict[str, Report], action: str) -> pl.DataFrame:
    return reports["actions"].frame.filter(action=action)


@pytest.mark.sampled(0)
@pytest.mark.parametrize("question", ANSWERS)
def test_the_page_the_reports_and_sql_give_one_answer_to(
    question: str, asked: dict[str, list[str]], reports: dict[str, Report], page: str
) -> None:
    assert asked[question]
    for place, answer in ANSWERS[question].items():
        assert answer(page, reports) == asked[question], place


def test_the_rows_of_a_list_of_the_page_are_those_of_the_question(demo: Portfolio, page: str) -> None:
    names_to_correct = demo.ask("names_to_correct").select(pl.exclude("customer_id").cast(pl.String)).rows()
    assert [tuple(row) for row in rows_of(page, "Names to look at")] == names_to_correct
    trials = demo.ask("trials_to_convert").select(
        pl.col("customer_name", "product_name", "due_on", "days_left").cast(pl.String)
    )
    assert [tuple(row) for row in rows_of(page, "Trials to convert within 30 days")] == trials.rows()


@pytest.mark.sampled(0)
def test_the_page_is_about_as_many_customers_as_the_portfolio_has_whatever_reports_it_holds(
    demo: Portfolio, tmp_path: Path
) -> None:
    chosen = {
        "44 customers": demo,
        "13 customers": demo.account_manager("Mei Okonjo"),
        "1 customer": demo.customers("papagaio"),
    }
    for number, (customers, portfolio) in enumerate(chosen.items()):
        folder = tmp_path / str(number)
        portfolio.publish(folder, "changes", "renewals", formats=("html",))
        assert said_at_the_top(folder / "index.html") == customers
    renewals, changes = demo.account_manager("Mei Okonjo").reports("renewals", "changes")
    with_a_row = pl.concat(report.frame.select("customer_id") for report in (renewals, changes))["customer_id"]
    assert with_a_row.n_unique() < 13, "or this would show nothing"


@pytest.mark.sampled(0)
def test_the_page_of_a_pack_is_about_as_many_customers_as_it_is_of(demo: Portfolio, tmp_path: Path) -> None:
    demo.publish(tmp_path, "changes", "renewals", formats=("html",), split_by="account_manager")
    told = {page.parent.name: said_at_the_top(page) for page in tmp_path.glob("*/index.html")}
    owned = demo.ask("account_managers").select("account_manager", "customers").rows()
    assert len(told) == len(owned) == 4
    assert sorted(told.values()) == sorted(f"{customers} customers" for _manager, customers in owned)
    assert sum(customers for _manager, customers in owned) == 44


def said_at_the_top(page: Path) -> str:
    (customers,) = re.findall(r"</strong> · ([\d,]+ customers?)\b", page.read_text("utf-8"))
    return str(customers)
