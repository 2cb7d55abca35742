"""What is asked about one account manager's customers never tells anything of another's, by whatever way it is asked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import polars as pl
import pytest

from partner_analytics import Portfolio, QueryError, UsageError, store
from partner_analytics.as_of import state
from partner_analytics.ask import questions
from partner_analytics.demo import DEMO_DAY
from partner_analytics.notebook import magic as cell_magic
from partner_analytics.transforms import RELATIONS
from partner_analytics.vocabulary import REPORTS

ANOTHERS = re.compile(r"alba|aaaaaaaa-", re.IGNORECASE)
"""What stands in every cell of the customers of Alba, accepted or refused, and in the folder of her exports."""

THEIRS = "aaaaaaaa-0000-4000-8000-00000000000{}"
OURS = "bbbbbbbb-0000-4000-8000-00000000000{}"
CUSTOMERS = "customer_id,account_name,shown_as,billing_type,partner_assistance,contact_first_name,contact_email,city,country_code\n"
LICENSES = (
    "license_id,license_number,customer_id,product_code,product_name,license_type,quantity,start_date,end_date,used\n"
)


def export(folder: Path, day: str) -> dict[str, str]:
    """The files of a day: Alba's customers, Bruno's, and of each some rows that are refused."""
    seats = 30 if day < "2026-11" else 40
    customers, licenses, assistance, facts = [], [], [], []
    for word, ids, manager in (("alba", THEIRS, "Alba Attenborough"), ("bruno", OURS, "Bruno Brandt")):
        for number in (1, 2, 3):
            one = ids.format(number)
            customers.append(
                f"{one},{word}corp {number},{word}show {number} {day},term,on,{word}-first,x{number}@{word}.example,{word}ville,DE"
            )
            licenses.append(
                f"{word}-L{number},{word}-N{number},{one},CIXA,{word} product,term,{seats},2026-01-01,2026-11-{number + 4:02},50"
            )
            licenses.append(
                f"{word}-M{number},{word}-N{number},{one},{word}-CODE,{word} other,term,{seats},2026-01-01,2027-01-01,"
            )
            assistance.append(f"{one},on,2026-10-0{number},observed")
            facts.append(f"{one},{manager},{word}group")
        customers.append(
            f"{ids.format(1)},{word}corp conflicting,{word}show,{word}-billing,on,{word}-first,,{word}ville,DE"
        )
        customers.append(f"not-a-uuid-{word},{word}corp broken,,term,,,,,")
        licenses.append(
            f"{word}-L9,{word}-N9,{ids.format(2)},CIXA,{word} product,{word}-type,1,2026-01-01,2026-02-30,1"
        )
        assistance.append(f"{ids.format(3)},{word}-perhaps,2026-10-01,stated")
        facts.append(f"{word}-nobody,{manager},{word}group")
    return {
        "customers.csv": CUSTOMERS + "\n".join(customers),
        "licenses.csv": LICENSES + "\n".join(licenses),
        "assistance.csv": "customer_id,partner_assistance,checked_on,basis\n" + "\n".join(assistance),
        "customer_facts.csv": "customer_id,account_manager,customer_group\n" + "\n".join(facts),
    }  # fmt: skip


@pytest.fixture(scope="module")
def portfolio(tmp_path_factory: pytest.TempPathFactory) -> Portfolio:
    """A store of two account managers, of two days, with refused, replaced and empty exports of both."""
    folder = tmp_path_factory.mktemp("two")
    exports = folder / "exports of alba"
    exports.mkdir()
    made = Portfolio(folder / "partner.duckdb", DEMO_DAY)
    for day in ("2026-10-12", "2026-11-02"):
        for name, text in export(exports, day).items():
            (exports / name).write_text(text, "utf-8")
            made.load(exports / name, snapshot_date=day)
    made.load(exports / "licenses.csv", snapshot_date="2026-11-02", replace=True)
    for word, ids in (("alba", THEIRS), ("bruno", OURS)):
        empty = exports / f"none-{word}.json"
        empty.write_text('{"licenses": []}')
        made.load(empty, snapshot_date="2026-11-02", kind="licenses", customer_id=ids.format(3))
    return made


@pytest.fixture(scope="module")
def bruno(portfolio: Portfolio) -> Portfolio:
    return portfolio.account_manager("Bruno Brandt")


@pytest.fixture
def narrowed(portfolio: Portfolio, bruno: Portfolio) -> Iterator[store.Connection]:
    """What a query about Bruno's customers is asked of, with every result."""
    with store.reading(portfolio.db) as whole:
        some = state.narrowed(whole, DEMO_DAY, portfolio.settings, bruno.only)
    with closing(some):
        store.lock_down(some, state.transformed(some, DEMO_DAY, portfolio.settings))
        yield some


def everything(connection: store.Connection) -> Iterator[tuple[str, str]]:
    """Every relation that a connection has, whatever the schema, with all of its content as text."""
    places = connection.execute(
        "select database_name, schema_name, table_name from duckdb_tables() union all "
        "select database_name, schema_name, view_name from duckdb_views()"
    ).fetchall()
    asked = [f'"{database}"."{schema}"."{name}"' for database, schema, name in places]
    asked += [f"{name}(date '{DEMO_DAY}')" for name in store.AS_OF]
    asked += ["duckdb_settings()", "duckdb_databases()", "duckdb_columns()", "duckdb_functions()", "duckdb_views()"]
    for name in asked:
        yield name, str(connection.execute(f"from {name}").fetchall())


@pytest.mark.sampled(0)
def test_the_store_of_all_holds_another_managers_values_wherever_one_looks(portfolio: Portfolio) -> None:
    with store.reading(portfolio.db) as whole:
        telling = {name for name, content in everything(whole) if ANOTHERS.search(content)}
    for name in (
        "customers",
        "customers_history",
        "licenses_rows",
        "refused_rows",
        "quarantine",
        "loads",
        "empty_answers",
    ):
        assert f'"store"."main"."{name}"' in telling, name


@pytest.mark.sampled(0)
@pytest.mark.promise("packs")
def test_no_relation_of_a_filtered_portfolio_holds_a_value_of_another_manager(narrowed: store.Connection) -> None:
    seen = dict(everything(narrowed))
    assert len(seen) > 60
    assert [name for name, content in seen.items() if ANOTHERS.search(content)] == []
    for name in ("customers", "licenses", "assistance", "customer_facts"):
        assert "bruno" in seen[f'"store"."main"."{name}_history"'] + seen['"store"."main"."customers"']
    assert "bbbbbbbb-" in seen['"temp"."main"."customer_overview"'] + seen['"store"."main"."empty_answers"']


def test_no_database_file_is_open_when_a_filtered_portfolio_is_asked(narrowed: store.Connection) -> None:
    assert narrowed.execute("select distinct path from duckdb_databases()").fetchall() == [(None,)]


def test_the_loads_of_a_filtered_portfolio_count_its_customers_rows_only(
    narrowed: store.Connection, portfolio: Portfolio
) -> None:
    rows = "select file, accepted, quarantined from loads order by load_id"
    assert narrowed.execute(rows).fetchall() == [
        *(("customers.csv", 3, 0), ("licenses.csv", 6, 0), ("assistance.csv", 3, 0), ("customer_facts.csv", 3, 0)),
        *(("customers.csv", 3, 0), ("assistance.csv", 3, 0), ("customer_facts.csv", 3, 0), ("licenses.csv", 6, 0)),
        ("none-bruno.json", 0, 0),
    ]  # fmt: skip


def named_in_the_whole_store(portfolio: Portfolio) -> set[str]:
    with store.reading(portfolio.db) as whole:
        names = whole.execute(
            "select table_name from duckdb_tables() union select view_name from duckdb_views() "
            "union select table_schema || '.' || table_name from information_schema.tables "
            "union select 'store.main.' || table_name from duckdb_tables() "
            "union select function_name || '()' from duckdb_functions() where function_type in ('table', 'table_macro', 'pragma')"
        ).fetchall()
    return {name for (name,) in names}


@pytest.mark.sampled(0)
def test_a_filtered_query_can_name_what_is_filtered_and_nothing_else(
    portfolio: Portfolio, narrowed: store.Connection
) -> None:
    relations = store.relations(RELATIONS, of_some=True)
    answered = set()
    for name in sorted(named_in_the_whole_store(portfolio)):
        try:
            vetted = store.vet(f"select * from {name}", relations)
            said = str(store.answer(narrowed, vetted, {}, store.Limits()).frame.to_dicts())
            answered.add(name.removeprefix("store.main.").removeprefix("main."))
        except QueryError as refused:
            said = str(refused)
        assert not ANOTHERS.search(said), name
    kinds = ("customers", "licenses", "assistance", "customer_facts")
    assert answered >= {*kinds, *(f"{kind}_history" for kind in kinds), "loads", "empty_answers", "replaced"}
    assert not answered & {"quarantine", "open_quarantine", "refused_rows", "occurrences", "headers", "customers_rows"}


@pytest.mark.parametrize("name", ["quarantine", "open_quarantine", "corrected"])
def test_refused_rows_are_anybodys_and_said_to_be_so(name: str) -> None:
    with pytest.raises(QueryError) as refused:
        store.vet(f"from {name}", store.relations(RELATIONS, of_some=True))
    assert refused.value.message == (
        f"There is no table `{name}` after a filter: a refused row may belong to any customer."
    )
    assert refused.value.hint == "ask the whole portfolio, without a filter."


@pytest.mark.sampled(6)
@pytest.mark.parametrize("name", sorted(one.name for one in questions.questions()))
def test_a_question_about_some_customers_answers_of_them_or_says_that_it_cannot(
    name: str, narrowed: store.Connection
) -> None:
    asked = questions.question(name)
    try:
        vetted = store.vet(asked.text, store.relations(RELATIONS, of_some=True))
    except QueryError:
        assert name == "refused_rows"
        return
    found = store.answer(narrowed, vetted, questions.values(asked, {}, DEMO_DAY), store.Limits())
    assert not ANOTHERS.search(str(found.frame.to_dicts()))


@pytest.mark.sampled(0)
def test_every_way_to_ask_a_filtered_portfolio_goes_to_the_filtered_store(
    bruno: Portfolio, portfolio: Portfolio
) -> None:
    whole = (
        "select 'c' as name, string_agg(h::varchar, ';') as content from customers_history as h "
        "union all select 'l', string_agg(l::varchar, ';') from loads as l "
        "union all select 'e', string_agg(e::varchar, ';') from evidence_as_of(current_date) as e "
        "union all select 'o', string_agg(o::varchar, ';') from customer_overview as o "
        "union all select 's', string_agg(s::varchar, ';') from (summarize licenses_history) as s"
    )
    shown = cell_magic.answer({"mine": bruno}, "mine", whole)
    for found in (bruno.sql(whole), shown, portfolio.customers("bruno").category("Endpoint").sql(whole)):
        assert isinstance(found, pl.DataFrame)
        text = str(found.to_dicts())
        assert "bruno" in text
        assert not ANOTHERS.search(text)
    with pytest.raises(QueryError, match="may belong to any customer"):
        bruno.ask("refused_rows")


@pytest.mark.promise("packs")
def test_a_filtered_copy_holds_no_byte_of_another_manager(bruno: Portfolio, tmp_path: Path) -> None:
    copy = bruno.copy(tmp_path / "copy.duckdb")
    content = copy.read_bytes()
    assert not re.search(rb"(?i)alba|aaaaaaaa-", content)
    assert b"brunocorp" in content
    with duckdb.connect(str(copy), read_only=True) as connection:
        tables = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
        assert {"customers", "licenses", "loads", *REPORTS} <= tables
        assert "quarantine" not in tables
        for name in tables:
            assert not ANOTHERS.search(str(connection.execute(f"from {name}").fetchall())), name


def test_a_copy_of_all_still_has_the_refused_rows(portfolio: Portfolio, tmp_path: Path) -> None:
    with duckdb.connect(str(portfolio.copy(tmp_path / "copy.duckdb")), read_only=True) as connection:
        assert connection.execute("select count(*) from quarantine").fetchall() != [(0,)]


@pytest.mark.sampled(0)
@pytest.mark.promise("packs")
def test_a_filtered_publication_and_card_hold_nothing_of_another_manager(bruno: Portfolio, tmp_path: Path) -> None:
    bruno.publish(tmp_path, formats=("csv", "html", "ics"), requests=True)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 8
    assert [path.name for path in files if re.search(rb"(?i)alba|aaaaaaaa-", path.read_bytes())] == []
    page = (tmp_path / "index.html").read_text("utf-8")
    assert "No row was refused" not in page, "some were, whose nobody knows"
    assert "stands in the report of the whole portfolio" in page
    assert not ANOTHERS.search(str(bruno.customer("brunocorp 1")) + bruno.customer("brunocorp 1")._repr_html_())


def test_refused_rows_are_not_written_for_some_customers(bruno: Portfolio, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="may belong to any customer"):
        bruno.quarantine(tmp_path / "refused.csv")
    assert list(tmp_path.iterdir()) == []


def test_an_error_about_some_customers_names_no_other(bruno: Portfolio) -> None:
    for ask in (
        lambda: bruno.customers("corp 9").protection_status(),
        lambda: bruno.customer("corp 9"),
        lambda: bruno.customer("corp"),
        lambda: bruno.account_manager("nobody").protection_status(),
    ):
        with pytest.raises(UsageError) as refused:
            ask()
        assert not ANOTHERS.search(str(refused.value)), json.dumps(str(refused.value))
