"""Whoever asks the store in SQL can read everything in it, and reach nothing else."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from partner_analytics import Portfolio, UsageError, store
from partner_analytics.as_of import state
from partner_analytics.ask import questions
from partner_analytics.charts import answer
from partner_analytics.demo import DEMO_DAY
from tests.support.paths import ROOT
from tests.support.terminal import typed

QUESTIONS = sorted(path.stem for path in (ROOT / "sql" / "questions").glob("*.sql"))


@pytest.fixture(scope="module")
def portfolio(tmp_path_factory: pytest.TempPathFactory) -> Portfolio:
    """The demo; nobody writes to its store."""
    return Portfolio(Portfolio.demo(tmp_path_factory.mktemp("demo")).db, DEMO_DAY)


def ask(portfolio: Portfolio, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Type a command beside the demo's store."""
    return typed(portfolio.db.parent, "sql", "--db", portfolio.db.name, "--as-of", "2026-11-02", *arguments)


def test_a_table_shows_every_cell_whole(portfolio: Portfolio) -> None:
    said = ask(portfolio, "select * from customers")
    assert (said.returncode, said.stderr) == (0, "43 rows\n")
    assert len(said.stdout.splitlines()) >= 43 + 4
    assert '=HYPERLINK("http://evil.example";"x") Imports' in said.stdout
    assert "…" not in said.stdout


def test_csv_escapes_formulas_and_leaves_numbers_and_days_alone(portfolio: Portfolio) -> None:
    query = (
        "select '=1+1' as formula, '-x' as dash, -5 as number, date '2026-11-02' as day, true as yes, null as nothing"
    )
    said = ask(portfolio, query, "--format", "csv")
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout == "formula,dash,number,day,yes,nothing\n'=1+1,'-x,-5,2026-11-02,true,\n"


def test_json_is_json_and_keeps_what_it_was_told(portfolio: Portfolio) -> None:
    query = "select '=1+1' as formula, -5 as number, date '2026-11-02' as day, true as yes, null as nothing"
    said = ask(portfolio, query, "--format", "json")
    assert (said.returncode, said.stderr) == (0, "")
    assert json.loads(said.stdout) == [
        {"formula": "=1+1", "number": -5, "day": "2026-11-02", "yes": True, "nothing": None}
    ]


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_a_query_without_rows_is_an_answer(form: str, portfolio: Portfolio) -> None:
    said = ask(portfolio, "select customer_id from customers where false", "--format", form)
    assert said.returncode == 0
    assert json.loads(said.stdout) == [] if form == "json" else "customer_id" in said.stdout


def test_a_parameter_of_a_query_is_a_value_and_never_sql(portfolio: Portfolio) -> None:
    said = ask(portfolio, "select $name as name", "-p", "name='; drop table loads; --=x", "--format", "json")
    assert json.loads(said.stdout) == [{"name": "'; drop table loads; --=x"}]


def test_two_columns_of_one_name_are_shown_or_refused_in_a_sentence(portfolio: Portfolio) -> None:
    query = "select * from customers c join licenses l on c.customer_id = l.customer_id"
    said = ask(portfolio, query)
    assert "Traceback" not in said.stderr
    assert said.returncode in (0, 12)


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    ("form", "query"),
    [
        ("csv", "select customer_id, list(product_code) as codes from licenses group by all"),
        ("csv", "select encode('a') || '\\xFF'::blob as bytes"),
        ("json", "select encode('a') as bytes"),
        ("table", "select interval 1 day as time"),
        ("table", "select date 'infinity' as day"),
        ("table", "select union_value(number := 1) as either"),
    ],
)
def test_any_kind_of_value_is_shown_or_refused_in_a_sentence(form: str, query: str, portfolio: Portfolio) -> None:
    said = ask(portfolio, query, "--format", form)
    assert "Traceback" not in said.stderr
    assert said.returncode in (0, 12)


def test_an_answer_can_be_redirected_where_the_encoding_is_not_utf_8(
    portfolio: Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")
    said = ask(portfolio, "select account_name from customers")
    assert "Traceback" not in said.stderr
    assert said.returncode == 0


def test_the_list_names_every_question_and_its_parameters(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "partner_analytics", "sql", "--list"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert said.stderr == ""
    assert re.findall(r"^(\w+): ", said.stdout, re.MULTILINE) == QUESTIONS
    assert "  -p days=60  how many days ahead to look" in said.stdout.splitlines()


@pytest.mark.sampled(8)
@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_is_answered_with_its_defaults(name: str, portfolio: Portfolio) -> None:
    assert portfolio.ask(name).height > 0, "the demo shows each at least once"


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_head_of_a_question_says_what_it_is_and_what_it_takes(name: str) -> None:
    question = questions.question(name)
    assert question.title
    assert question.grain.startswith("one row per ")
    with duckdb.connect() as connection:
        (statement,) = connection.extract_statements(question.text)
    assert {parameter.name for parameter in question.parameters} == set(statement.named_parameters) - {"as_of"}
    assert all(parameter.meaning for parameter in question.parameters)


def test_a_parameter_changes_the_answer(portfolio: Portfolio) -> None:
    said = ask(portfolio, "--question", "ends_soon", "-p", "days=0", "--format", "csv")
    assert said.stdout.splitlines() == [
        "customer_name,category,status,coverage_ends_on,days_left",
        '"Okafor, Quillfeather & Reyes",Endpoint,expiring,2026-11-02,0',
    ]


@pytest.mark.sampled(0)
def test_a_question_looks_at_the_day_asked_for_and_not_at_the_newest_snapshot(tmp_path: Path) -> None:
    portfolio = Portfolio(Portfolio.demo(tmp_path).db, DEMO_DAY)
    before = {name: portfolio.ask(name) for name in QUESTIONS if name != "refused_rows"}
    customers = (ROOT / "data" / "fixtures" / "customers.csv").read_text("utf-8")
    facts = (ROOT / "data" / "fixtures" / "customer_facts.csv").read_text("utf-8")
    (tmp_path / "customers.csv").write_text(customers.replace("GmbH,,", "GmbH,Renamed,"), "utf-8")
    (tmp_path / "facts.csv").write_text(facts.replace("Mei Okonjo", "New Manager"), "utf-8")
    portfolio.load(tmp_path / "customers.csv", tmp_path / "facts.csv", snapshot_date="2026-12-01")
    for name, kept in before.items():
        assert portfolio.ask(name).equals(kept), name
    assert "Renamed" in portfolio.ask("names_to_correct", as_of="2026-12-01")["customer_name"]


def test_a_category_is_understood_in_any_case_and_a_wrong_one_is_named(portfolio: Portfolio) -> None:
    assert portfolio.ask("cover_missing", lacks="server").equals(portfolio.ask("cover_missing", lacks="Server"))
    with pytest.raises(UsageError, match="There is no category `Servre`"):
        portfolio.ask("cover_missing", lacks="Servre")


def test_an_answer_is_cut_at_its_limit_and_says_so(portfolio: Portfolio, capsys: pytest.CaptureFixture[str]) -> None:
    assert portfolio.sql("select range as number from range(10000)").height == 10_000
    assert capsys.readouterr().err == ""
    assert portfolio.sql("select range as number from range(10001)")["number"].to_list() == list(range(10_000))
    assert capsys.readouterr() == ("", "Only the first 10,000 rows are shown: there are more.\n")
    said = ask(portfolio, "select customer_id from customers order by 1", "--max-rows", "2", "--format", "csv")
    assert len(said.stdout.splitlines()) == 1 + 2
    assert said.stderr == "Only the first 2 rows are shown: there are more.\n"


def test_a_query_is_stopped_when_it_was_told_to(portfolio: Portfolio) -> None:
    start = time.monotonic()
    said = ask(portfolio, "select count(*) from range(1000000000000)", "--max-seconds", "0.2")
    assert time.monotonic() - start < 8
    assert said.returncode == 12
    assert said.stderr.startswith("Error: The query took longer than 0.2 seconds and was stopped.\nHint: ")
    assert portfolio.sql("select 1 as one").equals(pl.DataFrame({"one": [1]}, schema={"one": pl.Int32}))


def test_an_answer_is_drawn_as_bars_where_one_is_asked_for(portfolio: Portfolio) -> None:
    query = "select customer_name, over_used_by from license_positions where over_used_by > 0 order by 2 desc"
    said = ask(portfolio, query, "--chart", "bar")
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith("<svg ")
    assert sorted(re.findall(r">(Halvorsen[^<]*|Floristería[^<]*|over used by)<", said.stdout)) == [
        "Floristería Trece Jazmines",
        "Halvorsen &amp; Ugle Lydbok",
        "over used by",
    ]
    assert all('fill="#000"' in tag for tag in re.findall(r"<text[^>]*>", said.stdout)), "no style sheet paints it"
    question = ask(portfolio, "--question", "account_managers", "--chart", "bar")
    assert "Mei Okonjo" in question.stdout


def test_a_drawing_leaves_the_words_of_an_answer_as_they_are(portfolio: Portfolio) -> None:
    words = 'v="1.23456" fill="#000" > ok'
    said = ask(portfolio, f"select '{words}' as name, 1 as seats", "--chart", "bar")
    assert words.replace(">", "&gt;") in said.stdout


def test_two_rows_of_one_name_have_a_bar_each_and_what_is_not_known_has_none() -> None:
    frame = pl.DataFrame({"name": ["Quellmoos", "Quellmoos", "Tolv"], "seats": [3, 4, None]})
    drawn = answer.draw(frame).to_dict()
    bars, labels = drawn["datasets"].values()
    assert [label["label"] for label in labels] == ["3", "4", "–"]
    assert [(bar["bar"], bar["value"]) for bar in bars] == [("Quellmoos", 3), ("Quellmoos (2)", 4), ("Tolv", None)]
    assert answer.draw(frame.clear()).to_dict()["layer"]
    many = pl.DataFrame({"name": [f"{n:02}" for n in range(50)], "n": range(50)})
    assert "n (the first 40 of 50 rows)" in str(answer.draw(many).to_dict())


@pytest.mark.parametrize("query", ["select customer_name from accounts", "select 1 as one, 2 as two"])
def test_bars_need_a_name_and_a_number(query: str, portfolio: Portfolio) -> None:
    said = ask(portfolio, query, "--chart", "bar")
    assert said.returncode == 12
    assert said.stderr.startswith("Error: Bars need a column that names them and a column of numbers; the answer has ")


def test_parameters_are_numbers_days_and_text_in_python(portfolio: Portfolio) -> None:
    query = "select $number + 1 as number, $day + 1 as day, upper($text) as text, $nothing as nothing, $flag as flag"
    found = portfolio.sql(query, number=1, day=DEMO_DAY, text="a", nothing=None, flag=True)
    assert found.rows() == [(2, date(2026, 11, 3), "A", None, True)]


def test_a_query_computes_only_the_results_that_it_names(portfolio: Portfolio) -> None:
    with store.reading(portfolio.db) as connection:
        assert state.transformed(connection, DEMO_DAY, portfolio.settings, {"customers"}) == {}
        assert set(state.transformed(connection, DEMO_DAY, portfolio.settings, {"flex_vs_term"})) == {"flex_vs_term"}


def test_a_comment_at_the_end_of_a_query_is_no_mistake(portfolio: Portfolio) -> None:
    assert portfolio.sql("select 1 as one; -- that is all").height == 1
    assert portfolio.sql("from customers -- all of them").height == 43
    assert portfolio.sql("select 1 as one /* open").height == 1
    assert portfolio.sql("select 1 as one; " + "-- -" * 20_000).height == 1
    assert portfolio.sql("select 'ü;' as ü ; /* ä; */ ;").rows() == [("ü;",)]


@pytest.mark.parametrize("given", ["days=--5", "days=²", "question=1", "query=1", "as_of=2026-11-02"])
def test_an_odd_parameter_is_refused_in_a_sentence(given: str, portfolio: Portfolio) -> None:
    said = ask(portfolio, "--question", "ends_soon", "-p", given)
    assert said.returncode == 2, said.stderr
