"""Whatever is typed or found, a mistake is one sentence, a hint and an exit code, and changes nothing."""

from __future__ import annotations

import hashlib
import random
import re
import shlex
import shutil
from pathlib import Path

import duckdb
import pytest

from partner_analytics import Portfolio, StoreError
from partner_analytics.demo import DEMO_DAY
from tests.support.paths import FIXTURES
from tests.support.terminal import typed

DAYS = {"load": "--snapshot-date=2026-11-02", "report": "--as-of=2026-11-02", "sql": "--as-of=2026-11-02"}


@pytest.fixture(scope="module")
def demo_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's store; nobody writes to it."""
    return Portfolio.demo(tmp_path_factory.mktemp("demo")).db


@pytest.fixture(scope="module")
def desk(demo_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a good export, a good store, and one of everything that is neither."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copy(demo_db, folder / "demo.duckdb")
    shutil.copy(FIXTURES / "customers.csv", folder)
    for name in ("empty.csv", "sign_in_page.csv", "truncated.json", "missing_column.csv", "not_an_export.csv"):
        shutil.copy(FIXTURES / "broken" / name, folder)
    (folder / "a_folder").mkdir()
    (folder / "a_folder" / "in_the_way.txt").write_text("x", "utf-8")
    (folder / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\xff\x81")
    (folder / "workbook.csv").write_bytes(b"PK\x03\x04 and more")
    (folder / "damaged.duckdb").write_bytes(random.Random(1).randbytes(40_000))
    (folder / "text.duckdb").write_text("This is no database.", "utf-8")
    with duckdb.connect(str(folder / "other.duckdb")) as other:
        other.execute("create table books (title varchar)")
    shutil.copy(demo_db, folder / "future.duckdb")
    with duckdb.connect(str(folder / "future.duckdb")) as future:
        future.execute("update store_version set version = 99")
    return folder


def contents(folder: Path) -> dict[str, str]:
    """The hash of every file below a folder; a lock that nobody holds is no content."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith("-lock")
    }


def refused(folder: Path, command: str, exit_code: int, sentence: str) -> None:
    """Type a command, and expect of it an error that a person understands, and that nothing has changed."""
    before = contents(folder)
    words = shlex.split(command)
    if words[0] in DAYS and not any(word.startswith(("--as-of", "--snapshot-date")) for word in words):
        words.append(DAYS[words[0]])
    said = typed(folder, *words)
    assert "Traceback" not in said.stderr, said.stderr
    assert (said.returncode, said.stdout) == (exit_code, "")
    assert said.stderr.startswith(f"Error: {sentence}")
    assert re.fullmatch(r"Error: \S.+\nHint: \S.+\n", said.stderr), "one sentence, one hint"
    assert contents(folder) == before


FILES = [
    ("load missing.csv", 10, "There is no file missing.csv."),
    ("load empty.csv", 10, "empty.csv is empty; expected an export."),
    ("load sign_in_page.csv", 10, "sign_in_page.csv is a web page or XML;"),
    ("load truncated.json", 10, "truncated.json is not complete JSON: it cannot be read past line 21."),
    ("load missing_column.csv", 10, "missing_column.csv was read as licenses, which needs `license_type`;"),
    ("load not_an_export.csv", 10, "not_an_export.csv is not an export that is known: it has the columns `shelf`,"),
    ("load picture.csv", 10, "picture.csv is not text; expected a CSV or JSON export."),
    ("load workbook.csv", 10, "workbook.csv cannot be read as a workbook;"),
    ("load customers.csv --kind licenses", 10, "customers.csv was read as licenses, which needs `license_id`,"),
    ("explain missing.csv", 10, "There is no file missing.csv."),
]
WORDS = [
    ("lode customers.csv", 2, "No such command 'lode'. Did you mean 'load'?"),
    ("load", 2, "Missing argument 'FILE...'."),
    ("load customers.csv --fast", 2, "No such option '--fast'."),
    ("load customers.csv --kind bills", 2, "Invalid value for '--kind': 'bills' is not one of 'customers', "),
    ("load customers.csv --snapshot-date 02.11.2026", 2, "Invalid value for '--snapshot-date': Expected a day"),
    ("load customers.csv --customer 5", 2, "customers.csv names its customers itself;"),
    ("report --db demo.duckdb --as-of 2026-02-30", 2, "Invalid value for '--as-of': Expected a day that exists"),
    (
        "report --db demo.duckdb --as-of 2026-10-11",
        2,
        "No export was loaded for 2026-10-11 or before: the first snapshot is of",
    ),
    ("sql --db demo.duckdb --as-of 2026-10-11 'from accounts'", 2, "No export was loaded for 2026-10-11 or before:"),
    ("report flex --db demo.duckdb", 2, "There is no report `flex`."),
    (
        "report --db demo.duckdb --format pdf",
        2,
        "Invalid value for '--format': 'pdf' is not one of 'csv', 'html', 'ics', 'parquet', 'xlsx'.",
    ),
    ("sql --db demo.duckdb", 2, "Expected one of a query and --question NAME."),
    ("sql --db demo.duckdb 'select 1' --question ends_soon", 2, "Expected one of a query and --question NAME."),
    ("sql --db demo.duckdb --question end_soon", 2, "There is no question `end_soon`."),
    ("sql --db demo.duckdb --question ends_soon -p days", 2, "-p expects KEY=VALUE; found 'days'."),
    ("sql --db demo.duckdb --question ends_soon -p weeks=2", 2, "The question `ends_soon` takes `days`; found"),
    ("sql --db demo.duckdb --question ends_soon -p days=two", 2, "`days` expects a whole number; found 'two'."),
]
PLACES = [
    ("report", 2, "There is no store at partner.duckdb."),
    ("sql --db missing.duckdb 'select 1'", 2, "There is no store at missing.duckdb."),
    ("report --db a_folder", 14, "a_folder is not a file; expected a store."),
    ("load customers.csv --db a_folder", 14, "a_folder is not a file; expected a store."),
    ("report --db future.duckdb", 14, "future.duckdb was written by a newer version of partner-analytics"),
    ("load customers.csv --db future.duckdb", 14, "future.duckdb was written by a newer version of"),
    ("report --db damaged.duckdb", 14, "damaged.duckdb cannot be read as a store: it is damaged, or not a store"),
    ("load customers.csv --db damaged.duckdb", 14, "damaged.duckdb cannot be read as a store:"),
    ("sql --db text.duckdb 'select 1'", 14, "text.duckdb cannot be read as a store:"),
    ("report --db other.duckdb", 14, "other.duckdb is a database, but not a store of partner-analytics."),
    ("load customers.csv --db other.duckdb", 14, "other.duckdb is a database, but not a store of"),
    ("load customers.csv --db missing/x.duckdb", 2, "The store missing/x.duckdb cannot be written: No such file"),
    ("load customers.csv --db customers.csv/x.duckdb", 2, "The store customers.csv/x.duckdb cannot be written:"),
    ("report --db demo.duckdb --format csv --out customers.csv", 2, "The reports cannot be written to customers.csv:"),
    ("report --db demo.duckdb --format csv --out empty.csv/x", 2, "The reports cannot be written to empty.csv/x:"),
    ("demo --out customers.csv", 2, "The reports cannot be written to customers.csv:"),
]
QUERIES = [
    ("sql --db demo.duckdb 'select * from customer'", 12, "There is no table `customer`."),
    ("sql --db demo.duckdb 'select naem from customers'", 12, "There is no column `naem` in the tables of the query."),
    ("sql --db demo.duckdb 'select $day'", 12, "The query has a parameter `$day` without a value."),
    ("sql --db demo.duckdb ''", 12, "Expected one query, and found none."),
    ("sql --db demo.duckdb 'drop table customers_history'", 12, "Expected one query that reads (select …)"),
]


@pytest.mark.sampled(2)
@pytest.mark.parametrize(("command", "exit_code", "sentence"), [*FILES, *WORDS, *PLACES, *QUERIES])
def test_a_mistake_is_said_in_a_sentence_with_a_hint(command: str, exit_code: int, sentence: str, desk: Path) -> None:
    refused(desk, command, exit_code, sentence)


def test_a_query_that_cannot_be_parsed_gives_a_hint(desk: Path) -> None:
    refused(
        desk,
        "sql --db demo.duckdb 'selec * from customers'",
        12,
        "The query cannot be read from `selec` on, in line 1.",
    )


SETTINGS = [
    ("expiring_day = 30", "partner_analytics.toml has a key that is not known: `expiring_day`."),
    ("db = ", "partner_analytics.toml is not valid TOML: "),
    ("db = 3", "partner_analytics.toml sets `db` to 3; expected a path in quotes."),
    ('expiring_days = "30"', "partner_analytics.toml sets `expiring_days` to '30'; expected a whole number"),
    ("expiring_days = true", "partner_analytics.toml sets `expiring_days` to True; expected a whole number"),
    ('db = ""', "partner_analytics.toml sets `db` to an empty text; expected a path."),
    ("expiring_days = -1", "partner_analytics.toml sets `expiring_days` to -1; expected 0 or more."),
    ("products = 3", "partner_analytics.toml sets `products` to 3; expected tables"),
    ('[products.A]\nname = "A"', "partner_analytics.toml gives the product `A` no categories."),
    ('[products.A]\ncategories = ["Sever"]', "partner_analytics.toml puts the product `A` into the category `Sever`"),
    ('[products.A]\nkind = "x"', "partner_analytics.toml has a key that is not known: `products.A.kind`."),
    ("\N{LATIN SMALL LETTER U WITH DIAERESIS}", "partner_analytics.toml is not valid TOML: "),
]


@pytest.mark.parametrize(("text", "sentence"), SETTINGS)
def test_settings_that_are_not_understood_end_every_command(text: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "partner_analytics.toml").write_text(text, "utf-8")
    refused(tmp_path, "report", 13, sentence)


def test_settings_in_another_encoding_are_not_guessed(tmp_path: Path) -> None:
    (tmp_path / "partner_analytics.toml").write_bytes('db = "ü.duckdb"'.encode("cp1252"))
    refused(tmp_path, "load export.csv", 13, "partner_analytics.toml cannot be read as UTF-8 text.")


def figures(db: Path) -> dict[str, str]:
    """Each report of the demo's day as CSV."""
    return {report.name: report.to_csv() for report in Portfolio(db, DEMO_DAY).reports()}


@pytest.mark.sampled(0)
def test_a_store_with_one_damaged_block_is_said_to_be_damaged_or_gives_the_very_figures(
    demo_db: Path, tmp_path: Path
) -> None:
    block, whole, damaged = 256 * 1024, demo_db.read_bytes(), 0
    expected = figures(demo_db)
    db = tmp_path / "partner.duckdb"
    for start in range(3 * 4096, len(whole), block):
        db.write_bytes(whole[:start] + b"\xff" * 4096 + whole[start + 4096 :])
        try:
            found = figures(db)
        except StoreError:
            damaged += 1
        else:
            assert found == expected, "a block that no report reads does no harm"
    assert damaged, "some block is read by every report"
