"""A query is made of what stands in a list: parts, relations, functions; all else is refused before it runs."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from partner_analytics import Portfolio, QueryError, store
from partner_analytics.store.guard import functions
from partner_analytics.transforms import RELATIONS
from tests.support.paths import ROOT

ALL = store.relations(RELATIONS, of_some=False)
FUNCTIONS = ROOT / "sql" / "functions.txt"
CHANCE = {"random", "uuid", "gen_random_uuid", "uuidv4", "uuidv7"}


def vetted(*queries: str) -> None:
    """Take queries apart, none of which is refused."""
    for query in queries:
        store.vet(query, ALL)


def refused(query: str) -> str:
    """What is said of a query that is refused: one sentence, and a hint."""
    with pytest.raises(QueryError) as error:
        store.vet(query, ALL)
    assert error.value.message.endswith(".")
    assert error.value.hint
    assert "\n" not in error.value.message + error.value.hint
    return error.value.message


def test_what_an_analyst_writes_is_on_the_lists() -> None:
    vetted(
        "select * exclude (city) replace (upper(state) as state) from customers order by all limit 5",
        "select city.upper(), account_name[1:3], city ilike 'a%', city ~ 'x', not city like 'b' from customers",
        "select count(*) filter (where city is null), count(distinct city), string_agg(city, ',' order by city) from customers",
        "select lag(city) over w, sum(line) over (partition by city order by line rows 2 preceding) from customers window w as (order by line)",
        "select date_trunc('month', end_date), extract(year from end_date), end_date - interval 30 days, today() from licenses",
        "select customer_id, max(end_date) from licenses group by all having count(*) > 1 qualify row_number() over () = 1",
        "select [x + 1 for x in [1, 2]], list_transform([1], lambda x: x), {'a': 1}.a, map {1: 2}, try_cast('1' as int)",
        "with a as (select 1 as x), b as (select * from a) select * from b union all by name select * from a",
        "with recursive t(n) as (select 1 union all select n + 1 from t where n < 5) select * from t, range(3), unnest([1])",
        "select * from customers semi join licenses using (customer_id) anti join empty_answers using (customer_id)",
        "from customers as c asof join licenses as l on c.customer_id = l.customer_id and c.snapshot_date >= l.start_date",
        "pivot protection_status on status in ('active', 'expired') using count(*) group by category",
        "unpivot (select 1 as a, 2 as b) on a, b into name n value v",
        "select * from customers using sample 10%",
        "select case when x > (select avg(x) from range(3) t(x)) then 1 end from (values (1), (2)) v(x)",
        "select $name as name, 5 % 2, 2 ** 3, -1, 'a' || 'b', x'ab', 1 in (1, 2), 1 between 0 and 2, 1 = any([1])",
        "select distinct on (city) city, account_name from store.main.customers, temp.accounts",
        "from json_each('{\"a\": 1}')",
        "summarize customers",
        "describe customers",
        "show customers",
        "show tables",
        "from information_schema.columns",
    )


@pytest.mark.promise("queries")
@pytest.mark.parametrize(
    "where",
    [
        "select {}",
        "select * from customers where {} is null",
        "select * from customers order by {}",
        "select count(*) from customers group by {}",
        "select sum(1) over (partition by {}) from customers",
        "select count(*) filter (where {} = 'x') from customers",
        "select list_transform([1], lambda x: {})",
        "select columns(c -> c = {}) from customers",
        "select * replace ({} as city) from customers",
        "select distinct on ({}) city from customers",
        "select case when true then {} end",
        "select 1 limit (select {})",
        "select * from range({}::int)",
        "select * from customers_as_of({}::date)",
        "select * from customers as c join licenses as l on {} = '1'",
        "with a as (select {}) from a",
        "with recursive t(n) as (select 1 union all select n + 1 from t where {} = 'x') from t",
        "values ({})",
        "describe select {}",
        "pivot protection_status on status in ('a') using max({})",
        "select cast({} as int), [{}], {{'a': {}}}, ({}, 1)",
    ],
)
def test_a_function_that_looks_around_is_refused_wherever_it_stands(where: str) -> None:
    assert refused(where.replace("{}", "current_setting('x')").replace("{{", "{").replace("}}", "}")) == (
        "There is no function `current_setting`."
    )


@pytest.mark.parametrize(
    "query",
    [
        "show temp_directory",
        "show variables",
        "from duckdb_settings",
        "with duckdb_settings as (from duckdb_settings) from duckdb_settings",
        "select * from (with pg_settings as (select 1) from pg_settings) as x, pg_settings",
        "with pg_settings as (select 1) from (with pg_settings as (from pg_settings) from pg_settings)",
        "with recursive pg_settings as (select name from pg_settings union all select '1') from pg_settings",
        "with pg_settings as (select 1) from pg_settings",
        "with a as (from b), b as (select 1) from a",
        "select 1 from (with \"x.csv\" as (select 1) from \"x.csv\"), \"x.csv\"",
        "from system.information_schema.tables",
        "from information_schema.views",
        "from memory.main.customers",
        "from other.customers",
        "from occurrences",
        "from store.main.refused_rows",
        "from store_version",
        "from '/etc/passwd'",
        "from 'partner.duckdb.tmp/left.csv'",
        "from query_table('customers')",
    ],
)  # fmt: skip
def test_a_table_that_is_no_relation_and_no_step_in_sight_is_refused(query: str) -> None:
    refused(query)


def test_a_function_that_is_not_known_is_named_with_the_nearest_that_is() -> None:
    with pytest.raises(QueryError) as error:
        store.vet("select lenght(city) from customers", ALL)
    assert str(error.value) == "There is no function `lenght`.\nHint: did you mean `length`?"
    with pytest.raises(QueryError) as error:
        store.vet("select zzzzqqqq(city) from customers", ALL)
    assert str(error.value) == "There is no function `zzzzqqqq`.\nHint: sql/functions.txt lists what there is."
    with pytest.raises(QueryError, match="did you mean `customers_as_of`"):
        store.vet("from customer_as_of(date '2026-11-02')", ALL)


def test_each_function_of_the_list_exists_and_leaves_nothing_behind() -> None:
    assert FUNCTIONS.read_text("utf-8") == "".join(f"{name}\n" for name in sorted(functions()))
    with duckdb.connect() as connection:
        found = connection.execute(
            "select lower(function_name), bool_or(coalesce(has_side_effects, false)) from duckdb_functions() group by all"
        ).fetchall()
    acts = dict(found)
    assert functions() <= acts.keys() | {"unnest"}
    assert {name for name in functions() if acts.get(name)} == CHANCE


def test_no_relation_of_a_query_is_missing_from_the_store(tmp_path: Path) -> None:
    with store.reading(Portfolio.demo(tmp_path).db) as connection:
        found = store.query(connection, "select table_name from information_schema.tables")["table_name"]
    assert ALL.tables - set(RELATIONS) <= set(found)


@pytest.mark.promise("queries")
def test_who_reads_a_store_has_no_temporary_folder(tmp_path: Path) -> None:
    portfolio = Portfolio.demo(tmp_path)
    with store.reading(portfolio.db) as connection:
        settings = store.query(connection, "select value from duckdb_settings() where name = 'temp_directory'")
        assert settings["value"].to_list() == [""]
        store.lock_down(connection, {})
        left = tmp_path / "demo.duckdb.tmp" / "left.csv"
        left.parent.mkdir()
        left.write_text("column\nhush\n")
        with pytest.raises(duckdb.PermissionException):
            connection.execute(f"from read_csv('{left}')")
