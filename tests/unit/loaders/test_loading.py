"""Every row of an export is stored, refused with its line and a reason, or counted as a duplicate."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandera.errors import SchemaErrors

from partner_analytics import Portfolio, store
from partner_analytics.errors import ExportError, PartnerAnalyticsError, UsageError
from partner_analytics.loaders import CUSTOMER_NAME, csv_header, csv_records
from partner_analytics.schemas.headers import known_columns
from partner_analytics.schemas.kinds import KINDS
from partner_analytics.schemas.rules import dtypes, schema_of
from partner_analytics.settings import Settings
from tests.support.effort import examples
from tests.support.paths import FIXTURES

DAY = date(2026, 11, 2)
NO_SETTINGS = Settings()
ANNA, BEN = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"


@dataclass(frozen=True)
class Loaded:
    """What became of a file: read, accepted, quarantined, duplicates, and the refused cells."""

    kind: str
    counts: tuple[int, int, int, int]
    refused: list[tuple[int, str]]
    reasons: list[str]


def load(file: Path, db: Path, settings: Settings = NO_SETTINGS, **options: Any) -> Loaded:
    (accounting,) = Portfolio(db, settings=settings).load(file, snapshot_date=DAY, **options)
    with store.reading(db) as connection:
        quarantine = store.query(
            connection,
            "select line, column_name, reason from quarantine where load_id = (select max(load_id) from loads) "
            "order by all",
        )
    return Loaded(
        accounting.kind,
        (accounting.rows_read, accounting.accepted, accounting.quarantined, accounting.duplicates),
        quarantine.select("line", "column_name").rows(),
        quarantine["reason"].to_list(),
    )


def load_text(folder: Path, text: str | bytes, name: str = "export.csv", **options: Any) -> Loaded:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load(file, folder / "partner.duckdb", NO_SETTINGS, **options)


def rows_of_table(readme: Path) -> list[list[str]]:
    """The cells of the only Markdown table of a page, without its header."""
    lines = [line for line in readme.read_text("utf-8").splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


BROKEN = {row[0]: row for row in rows_of_table(FIXTURES / "broken" / "README.md")}


def test_the_page_about_broken_exports_names_every_one_of_them() -> None:
    assert set(BROKEN) == {path.name for path in (FIXTURES / "broken").iterdir()} - {"README.md"}


@pytest.mark.sampled(2)
@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_export_is_accounted_for_as_its_page_says(name: str, tmp_path: Path) -> None:
    _, kind, _, _, exit_code, *counts, refused = BROKEN[name]
    if exit_code == "10":
        with pytest.raises(ExportError):
            load(FIXTURES / "broken" / name, tmp_path / "partner.duckdb")
        assert not (tmp_path / "partner.duckdb").exists(), "nothing of it may be stored"
        return
    loaded = load(FIXTURES / "broken" / name, tmp_path / "partner.duckdb")
    expected = [
        (int(line), "" if column == "the whole row" else column)
        for line, column in re.findall(r"(\d+): ([^;]+)", refused)
    ]
    assert loaded.kind == kind
    assert loaded.counts == tuple(map(int, counts))
    assert loaded.refused == expected


@pytest.mark.sampled(0)
def test_the_demo_portfolio_is_accounted_for_as_its_page_says(tmp_path: Path) -> None:
    db = tmp_path / "partner.duckdb"
    readme = (FIXTURES / "README.md").read_text("utf-8")
    files = re.findall(r"^\| (\S+\.\w+) \| (\w+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", readme, re.MULTILINE)
    assert len(files) == 5
    for name, kind, *counts in files:
        loaded = load(FIXTURES / name, db)
        assert (loaded.kind, loaded.counts) == (kind, tuple(map(int, counts)))


@pytest.mark.sampled(6)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_encoding_and_delimiter_reads_the_same(encoding: str, delimiter: str, tmp_path: Path) -> None:
    text = delimiter.join(["Customer ID", "Account Name"]) + "\r\n" + delimiter.join([ANNA, "Ünal"]) + "\r\n"
    load_text(tmp_path, text.encode(encoding))
    with store.reading(tmp_path / "partner.duckdb") as connection:
        customers = store.query(connection, "select customer_id, account_name from customers")
    assert customers.rows() == [(ANNA, "Ünal")]


def test_a_line_number_is_the_line_of_the_file_on_which_the_row_begins(tmp_path: Path) -> None:
    text = f'#TYPE System.Data.DataRow\ncustomer_id,account_name\n{ANNA},"two\nlines"\n\nnobody,x\n'
    loaded = load_text(tmp_path, text)
    assert loaded.counts == (2, 1, 1, 0)
    assert loaded.refused == [(6, "customer_id")]


def test_a_file_without_a_last_line_break_keeps_its_last_row(tmp_path: Path) -> None:
    assert load_text(tmp_path, f"customer_id,account_name\n{ANNA},Anna").counts == (1, 1, 0, 0)


def test_a_ragged_row_says_how_many_fields_it_has(tmp_path: Path) -> None:
    loaded = load_text(tmp_path, f"customer_id,account_name\n{ANNA}\n{BEN},Ben,Co\n")
    assert loaded.reasons == ["has 1 fields where the header has 2", "has 3 fields where the header has 2"]


def test_the_common_scripts_license_id_is_the_number_and_its_unique_id_the_key(tmp_path: Path) -> None:
    text = (
        '"Unique ID","License ID","Product Code","License Type","Start Date","Perpetual License"\n'
        '"L1","D1","CIXA","term","2026-01-01","True"\n'
    )
    load_text(tmp_path, text, customer_id=ANNA)
    with store.reading(tmp_path / "partner.duckdb") as connection:
        rows = store.query(connection, "select license_id, license_number, customer_id, is_perpetual from licenses")
    assert rows.rows() == [("L1", "D1", ANNA, True)]


DESKTOP = (
    "License identifier,Product,Product code,Subscription type,Start,End,Perpetual,Unlimited,Quantity,Usage,"
    "Subscription state,License state,Tenant,Model,Hostname\n"
)


def test_number_product_and_first_day_stand_for_the_ids_that_a_desktop_tool_lacks_and_this_is_said(
    tmp_path: Path,
) -> None:
    loaded = load_text(
        tmp_path,
        DESKTOP + f"D1,Endpoint,CIXA,term,2026-01-01,2026-12-31,False,False,10,7,active,ok,{ANNA},,\n"
        f"D1,Server,SVRCIXA,term,2026-01-01,2026-12-31,False,False,5,4,active,ok,{ANNA},,\n"
        f"D1,Endpoint,CIXA,term,2027-01-01,2027-12-31,False,False,12,,renewed,ok,{ANNA},,\n"
        f"D1,Endpoint,CIXA,term,2026-01-01,2026-12-31,False,False,11,7,active,ok,{ANNA},,\n"
        f"D1,Endpoint,CIXA,term,2026-01-01,2026-12-31,False,False,10,7,active,ok,{BEN},,\n"
        f",Email,CEMA,term,2026-01-01,2026-12-31,False,False,10,7,active,ok,{ANNA},,\n",
    )
    assert loaded.counts == (6, 4, 2, 0)
    assert list(zip(loaded.refused, loaded.reasons, strict=True)) == [
        ((5, "license_id"), "has the key of line 2, but other content"),
        ((7, "license_number"), "is required, and it is empty"),
    ]
    with store.reading(tmp_path / "partner.duckdb") as connection:
        rows = store.query(connection, "select license_id, license_number, quantity, used from licenses order by all")
    assert rows.rows() == [
        ("D1 CIXA 2026-01-01", "D1", 10, 7),
        ("D1 CIXA 2026-01-01", "D1", 10, 7),
        ("D1 CIXA 2027-01-01", "D1", 12, None),
        ("D1 SVRCIXA 2026-01-01", "D1", 5, 4),
    ]
    portfolio = Portfolio(tmp_path / "partner.duckdb")
    caveats = portfolio.license_positions(DAY).caveats
    assert any("License exports without a column of license ids: 1, the newest export.csv." in one for one in caveats)
    explained = portfolio.explain(tmp_path / "export.csv")
    assert "license_id, which the file lacks:\n  license_number, product_code and start_date stand for it" in explained


def test_licenses_with_ids_and_others_without_on_one_day_are_said_to_count_twice(tmp_path: Path) -> None:
    load_text(
        tmp_path,
        f"license_id,license_number,customer_id,product_code,license_type,start_date\nL1,D1,{ANNA},CIXA,term,2026-01-01\n",
        "api.csv",
    )
    portfolio = Portfolio(tmp_path / "partner.duckdb")
    assert not any("have none" in one for one in portfolio.license_positions(DAY).caveats)
    load_text(tmp_path, DESKTOP + f"D1,E,CIXA,term,2026-01-01,,False,False,1,1,,,{ANNA},,\n", "tool.csv")
    said = [one for one in portfolio.license_positions(DAY).caveats if "have none" in one]
    assert len(said) == 1
    assert "count twice: 1. Load one sort, with --replace." in said[0]


def test_licenses_that_name_no_customer_ask_for_one(tmp_path: Path) -> None:
    text = "license_id,product_code,license_type,start_date\nL1,CIXA,term,2026-01-01\n"
    with pytest.raises(ExportError, match="--customer ID"):
        load_text(tmp_path, text)
    assert load_text(tmp_path, text, customer_id=f"URN:UUID:{ANNA}").counts == (1, 1, 0, 0)


def test_a_license_answer_of_a_customer_with_an_endless_id_is_refused_in_a_short_sentence(tmp_path: Path) -> None:
    answer = json.dumps({"tenant": {"id": "x" * 5000}, "licenses": []})
    with pytest.raises(ExportError, match=r"holds a license answer of a customer whose id is not a uuid: 'x{40}…'"):
        load_text(tmp_path, answer, "answer.json")


def test_of_several_files_the_bad_one_is_named_and_the_others_are_there(tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text(f"customer_id,account_name\n{ANNA},Anna\n", "utf-8")
    (tmp_path / "bad.csv").write_text("shelf,book\n1,2\n", "utf-8")
    (tmp_path / "licenses.csv").write_text(
        "license_id,customer name,product_code,license_type,start_date\nL1,Anna,CIXA,term,2026-01-01\n", "utf-8"
    )
    files = [tmp_path / name for name in ("customers.csv", "bad.csv", "licenses.csv", "customers.csv")]
    errors: list[PartnerAnalyticsError] = []
    portfolio = Portfolio(tmp_path / "partner.duckdb")
    loaded = portfolio.load(*files, snapshot_date=DAY, failed=errors.append)
    assert [(one.kind, one.accepted, one.already_loaded) for one in loaded] == [
        ("customers", 1, False),
        ("licenses", 1, False),
        ("customers", 1, True),
    ]
    assert ["bad.csv" in error.message for error in errors] == [True]
    assert portfolio.sql("select kind from loads order by load_id")["kind"].to_list() == ["customers", "licenses"]


def test_without_anybody_to_tell_a_bad_file_ends_the_load_after_those_before_it(tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text(f"customer_id,account_name\n{ANNA},Anna\n", "utf-8")
    (tmp_path / "bad.csv").write_text("shelf,book\n1,2\n", "utf-8")
    (tmp_path / "facts.csv").write_text(f"customer_id,account_manager\n{ANNA},Mei\n", "utf-8")
    portfolio = Portfolio(tmp_path / "partner.duckdb")
    with pytest.raises(ExportError, match=r"bad\.csv is not an export"):
        portfolio.load(*(tmp_path / name for name in ("customers.csv", "bad.csv", "facts.csv")), snapshot_date=DAY)
    assert portfolio.sql("select kind from loads")["kind"].to_list() == ["customers"]


def test_a_customer_is_given_by_its_id_and_not_by_its_name(tmp_path: Path) -> None:
    text = "license_id,product_code,license_type,start_date\nL1,CIXA,term,2026-01-01\n"
    with pytest.raises(UsageError, match=r"Expected the id of a customer, such as .*; found 'Smith Ltd'"):
        load_text(tmp_path, text, customer_id="Smith Ltd")


def test_one_answer_for_two_customers_is_two_loads(tmp_path: Path) -> None:
    answer = json.dumps({"licenses": [LICENSE]})
    assert load_text(tmp_path, answer, "answer.json", customer_id=ANNA).counts == (1, 1, 0, 0)
    assert load_text(tmp_path, answer, "answer.json", customer_id=BEN).counts == (1, 1, 0, 0)
    assert load_text(tmp_path, answer, "answer.json", customer_id=BEN).counts == (1, 1, 0, 0), "known: nothing changed"


def test_a_customer_cannot_be_given_for_a_file_that_names_its_own(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="names its customers itself"):
        load_text(tmp_path, f"customer_id,account_name\n{ANNA},Anna\n", customer_id=BEN)


def test_a_sheet_of_facts_that_repeats_the_names_is_still_a_sheet_of_facts(tmp_path: Path) -> None:
    assert load_text(tmp_path, f"customer_id,name,account_manager\n{ANNA},Anna,Mei\n").kind == "customer_facts"


LICENSE = {
    "id": "L1",
    "licenseIdentifier": "D1",
    "product": {"code": "CIXA"},
    "startDate": "2026-01-01",
    "type": "term",
    "perpetual": False,
    "unlimited": False,
    "quantity": 5,
    "usage": {"current": {"count": 3, "date": "2026-11-01"}},
}
ANSWER = {"tenant": {"id": ANNA}, "licenses": [LICENSE]}
EMPTY = {"tenant": {"id": BEN}, "licenses": []}
CUSTOMER = {
    "id": f"urn:uuid:{ANNA.upper()}",
    "name": "Anna",
    "showAs": None,
    "billingType": "term",
    "externalIds": ["x"],
}
PAGE = {"items": [CUSTOMER], "pages": {"current": 1, "size": 50}}


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    ("text", "kind", "rows"),
    [
        (json.dumps(PAGE), "customers", 1),
        (json.dumps([PAGE, {"items": [CUSTOMER | {"id": BEN}]}]), "customers", 2),
        (json.dumps([CUSTOMER, CUSTOMER | {"id": BEN}]), "customers", 2),
        (json.dumps(CUSTOMER) + "\n" + json.dumps(CUSTOMER | {"id": BEN}) + "\n", "customers", 2),
        (json.dumps(PAGE, indent=2), "customers", 1),
        (json.dumps(ANSWER), "licenses", 1),
        (json.dumps([ANSWER, EMPTY]), "licenses", 1),
        (json.dumps(EMPTY) + "\n\n" + json.dumps(ANSWER), "licenses", 1),
    ],
)
def test_every_shape_of_an_api_answer_is_read(text: str, kind: str, rows: int, tmp_path: Path) -> None:
    loaded = load_text(tmp_path, text, "answer.json")
    assert (loaded.kind, loaded.counts) == (kind, (rows, rows, 0, 0))


def test_an_empty_license_list_is_kept_as_an_answer(tmp_path: Path) -> None:
    assert load_text(tmp_path, json.dumps([EMPTY]), "answer.json").counts == (0, 0, 0, 0)
    with store.reading(tmp_path / "partner.duckdb") as connection:
        assert store.frames_as_of(connection, DAY, ["empty_answers"])["empty_answers"].rows() == [(BEN,)]


def test_an_error_answer_among_license_answers_is_refused_and_is_not_taken_for_no_licenses(
    tmp_path: Path,
) -> None:
    error = {"error": "Forbidden", "message": "no"}
    loaded = load_text(tmp_path, "\n".join(map(json.dumps, [ANSWER, error, EMPTY])), "answers.jsonl")
    assert loaded.counts == (2, 1, 1, 0)
    assert loaded.refused == [(2, "")]


def test_a_number_in_json_keeps_every_digit_and_a_fraction_is_no_whole_number(tmp_path: Path) -> None:
    answer = {
        "tenant": {"id": ANNA},
        "licenses": [LICENSE | {"id": f"L{n}", "quantity": n} for n in (1.0, 2**70, 7)],
    }
    loaded = load_text(tmp_path, json.dumps(answer), "answer.json")
    assert loaded.refused == [(1, "quantity"), (2, "quantity")]


def test_usage_that_is_null_in_one_license_does_not_hide_it_in_another(tmp_path: Path) -> None:
    nothing = [LICENSE | {"id": f"N{n}", "usage": usage} for n, usage in enumerate([None, {"current": None}])]
    load_text(tmp_path, json.dumps({"tenant": {"id": ANNA}, "licenses": [*nothing, LICENSE]}), "answer.json")
    with store.reading(tmp_path / "partner.duckdb") as connection:
        used = store.query(connection, "select used from licenses order by line")
    assert used["used"].to_list() == [None, None, 3]


def test_an_unknown_field_of_any_shape_does_not_break_a_load(tmp_path: Path) -> None:
    items = [CUSTOMER | {"odd": ["x"]}, CUSTOMER | {"id": BEN, "odd": "y", "line": 3, "0": {"1": [[2]]}}]
    assert load_text(tmp_path, json.dumps(items), "customers.json").counts == (2, 2, 0, 0)


def test_a_list_of_nothing_asks_what_it_is_a_list_of(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="--kind"):
        load_text(tmp_path, "[]", "customers.json")
    assert load_text(tmp_path, "[]", "customers.json", kind="customers").counts == (0, 0, 0, 0)


@pytest.mark.sampled(1)
@pytest.mark.parametrize("written", ["", "  ", "null", "NULL"])
def test_missing_null_and_blank_are_the_same(written: str, tmp_path: Path) -> None:
    load_text(tmp_path, f"customer_id,account_name,shown_as,billing_type\n{ANNA},Anna,{written},{written}\n")
    with store.reading(tmp_path / "partner.duckdb") as connection:
        assert store.query(connection, "select shown_as, billing_type from customers").rows() == [(None, None)]


def licenses_from(*days: str) -> str:
    rows = [f"L{number},{ANNA},CIXA,term,{day}" for number, day in enumerate(days)]
    return "\n".join(["license_id,customer_id,product_code,license_type,start_date", *rows])


def start_dates(folder: Path) -> list[str]:
    with store.reading(folder / "partner.duckdb") as connection:
        return [
            str(day) for day in store.query(connection, "select start_date from licenses order by line")["start_date"]
        ]


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    ("days", "read"),
    [
        (["13/05/2026", "04/05/2026"], ["2026-05-13", "2026-05-04"]),
        (["05/13/2026", "04/05/2026"], ["2026-05-13", "2026-04-05"]),
        (["13.5.2026", "4.5.2026"], ["2026-05-13", "2026-05-04"]),
        (["31/12/2026 00:00:00", "2026-05-04"], ["2026-12-31", "2026-05-04"]),
        (["04/04/2026"], ["2026-04-04"]),
        (["2026-05-04T23:59:59-11:00"], ["2026-05-04"]),
    ],
)
def test_a_column_that_proves_the_order_of_its_days_is_read_in_that_order(
    days: list[str], read: list[str], tmp_path: Path
) -> None:
    assert load_text(tmp_path, licenses_from(*days)).counts == (len(days), len(days), 0, 0)
    assert start_dates(tmp_path) == read


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (["04/05/2026", "06/07/2026"], "does not show in which order .* line 2 '04/05/2026', line 3 '06/07/2026'"),
        (["13/05/2026", "05/13/2026"], "in two orders: line 2 '13/05/2026' has the day first, line 3 '05/13/2026'"),
    ],
)
def test_days_whose_order_nothing_proves_are_asked_about_and_never_guessed(
    days: list[str], said: str, tmp_path: Path
) -> None:
    with pytest.raises(ExportError, match=said):
        load_text(tmp_path, licenses_from(*days))
    assert load_text(tmp_path, licenses_from(days[0]), date_format="%d/%m/%Y").counts == (1, 1, 0, 0)


@pytest.mark.parametrize("day", ["31/04/2026", "29/02/2027", "31/13/2026"])
def test_a_day_that_does_not_exist_is_refused_in_any_order(day: str, tmp_path: Path) -> None:
    assert load_text(tmp_path, licenses_from("13/05/2026", day)).refused == [(3, "start_date")]


def test_headers_and_words_of_the_partner_are_understood(tmp_path: Path) -> None:
    text = f"Lizenz-Nr.;Kunde;Produkt;Art;Beginn;Unbegrenzt\nL1;{ANNA};CIXA;Abo;2026-01-01;JA\n"
    settings = Settings(
        columns={
            "lizenz nr": "license_id",
            "Kunde": "customer_id",
            "Produkt": "product_code",
            "Art": "license_type",
            "Beginn": "start_date",
            "Unbegrenzt": "is_unlimited",
        },
        words={"ja": "yes", "Abo": "usage"},
    )
    (tmp_path / "export.csv").write_text(text, "utf-8")
    assert load(tmp_path / "export.csv", tmp_path / "partner.duckdb", settings).counts == (1, 1, 0, 0)
    with store.reading(tmp_path / "partner.duckdb") as connection:
        assert store.query(connection, "select license_type, is_unlimited from licenses").rows() == [("usage", True)]


CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@pytest.mark.promise("accounting")
@examples(100, 6)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=12), st.sampled_from(",;\t|"))
def test_whatever_the_cells_hold_every_row_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]], delimiter: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    quoted = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    text = "\n".join([delimiter.join(["customer_id", "account_name", "billing_type"]), *quoted])
    read, accepted, quarantined, duplicates = load_text(folder, text).counts
    assert read == len(rows) == accepted + quarantined + duplicates


@examples(100, 12)
@given(st.data())
def test_a_corrupted_export_is_loaded_or_refused_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("corrupted")
    name = data.draw(st.sampled_from(["licenses.csv", "licenses.jsonl", "customers.csv", "assistance.csv"]))
    content = bytearray((FIXTURES / name).read_bytes()[:3000])
    for position, byte in data.draw(
        st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), max_size=5)
    ):
        content[position] = byte
    content = content[: data.draw(st.integers(0, len(content)))]
    try:
        read, accepted, quarantined, duplicates = load_text(folder, bytes(content), name).counts
    except (ExportError, UsageError) as error:
        refusal = error
    else:
        assert read == accepted + quarantined + duplicates
        return
    assert refusal.hint


def test_every_column_says_what_it_means() -> None:
    for kind in KINDS.values():
        for name, column in kind.columns.items():
            assert column.description.endswith("."), name


def test_no_alias_leads_to_two_columns() -> None:
    for known in known_columns({}).values():
        assert set(known.aliases.values()) <= {*known.names, CUSTOMER_NAME}


@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_value_fails_its_schema(kind: str) -> None:
    empty = pl.DataFrame({name: [None] for name in KINDS[kind].columns}, schema=dtypes(kind))
    with pytest.raises(SchemaErrors):
        schema_of(kind).validate(empty, lazy=True)


def test_a_customer_given_for_an_answer_that_names_another_is_refused_and_never_overrides_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="names its customers itself"):
        load_text(tmp_path, json.dumps(ANSWER), "answer.json", customer_id=BEN)


def test_an_empty_answer_of_a_customer_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="not a uuid: 'nobody'"):
        load_text(tmp_path, json.dumps({"tenant": {"id": "nobody"}, "licenses": []}), "answer.json")


def test_the_same_file_read_the_same_way_twice_changes_nothing(tmp_path: Path) -> None:
    text = licenses_from("04/05/2026", "soon")
    first = load_text(tmp_path, text, date_format="%d/%m/%Y")
    assert load_text(tmp_path, text, date_format="%d/%m/%Y") == first
    with store.reading(tmp_path / "partner.duckdb") as connection:
        assert store.query(connection, "select count(*) from loads").rows() == [(1,)]


@pytest.mark.parametrize("day", ["04/05/26", "2026-02-01T99:99junk", "2026-02-01Tea"])
def test_a_year_of_two_digits_or_a_time_that_is_none_is_no_day(day: str, tmp_path: Path) -> None:
    assert load_text(tmp_path, licenses_from(day), date_format="%d/%m/%Y").refused == [(2, "start_date")]


@pytest.mark.parametrize("column", ["quantity", "used"])
def test_a_count_above_2_147_483_647_is_refused(column: str, tmp_path: Path) -> None:
    text = f"license_id,customer_id,product_code,license_type,start_date,{column}\n"
    text += "".join(f"L{count},{ANNA},CIXA,term,2026-01-01,{count}\n" for count in (2**31, 2**31 - 1, 2**63, 0))
    loaded = load_text(tmp_path, text)
    assert loaded.counts == (4, 2, 2, 0)
    assert loaded.refused == [(2, column), (4, column)]
    assert loaded.reasons[0] == "must be at most 2,147,483,647"


def test_a_number_that_no_sum_could_hold_is_refused(tmp_path: Path) -> None:
    answer = ANSWER | {"licenses": [LICENSE | {"quantity": 2**31}, LICENSE | {"id": "L2", "quantity": 2**31 - 1}]}
    assert load_text(tmp_path, json.dumps(answer), "answer.json").refused == [(1, "quantity")]


def test_a_cell_of_any_length_is_read(tmp_path: Path) -> None:
    assert load_text(tmp_path, f"customer_id,account_name\n{ANNA},{'n' * 300_000}\n").counts == (1, 1, 0, 0)


def test_a_carriage_return_alone_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="line 2: a carriage return"):
        load_text(tmp_path, f"customer_id,account_name\n{ANNA},An\rna\n")


FIELD = st.text(st.sampled_from('ab" \t,;x\n\r\u2028'), max_size=6)


RECORDS = st.lists(st.lists(FIELD, min_size=1, max_size=4), min_size=1, max_size=6)


def written(rows: list[list[str]], delimiter: str, is_quoted: bool, line_end: str = "\n") -> str:
    cells = [[f'"{field.replace(chr(34), chr(34) * 2)}"' if is_quoted else field for field in row] for row in rows]
    return line_end.join(delimiter.join(row) for row in cells) + line_end


def same_records(found: csv_records.Records, expected: csv_records.Records) -> None:
    assert found.lines.to_list() == expected.lines.to_list()
    assert found.cells.rows() == expected.cells.rows()
    assert found.refused.drop("value").rows() == expected.refused.drop("value").rows()


@examples(1000, 200)
@given(RECORDS, st.sampled_from(",;"), st.booleans(), st.sampled_from(["\n", "\r\n"]))
def test_reading_at_once_by_column_and_by_row_find_the_same_records(
    rows: list[list[str]], delimiter: str, is_quoted: bool, line_end: str
) -> None:
    text = written(rows, delimiter, is_quoted, line_end)
    at_once = csv_records._at_once(text, text.count("\n"), delimiter, 2, 5)
    by_column = csv_records._by_column(text, delimiter, 2, 5)
    for faster in filter(None, (at_once, by_column)):
        by_row, unread = csv_records._by_row("export.csv", text, delimiter, 2, 5)
        assert unread == ""
        same_records(faster, by_row)


@examples(500, 100)
@given(RECORDS, st.booleans(), st.lists(st.booleans()))
def test_where_a_file_is_cut_into_blocks_makes_no_difference(
    rows: list[list[str]], is_quoted: bool, cuts: list[bool]
) -> None:
    text = "a,b\n" + written(rows, ",", is_quoted)
    header = csv_header.header_of(text, ",")
    assert header is not None
    lines = [f"{line}\n" for line in text.split("\n")[:-1]]
    blocks = [""]
    for line, cut in zip(lines, [*cuts, *[False] * len(lines)], strict=False):
        blocks[-1] += line
        if cut:
            blocks.append("")
    try:
        whole, unread = csv_records._by_row("export.csv", text[header.length :], ",", 2, header.lines + 1)
        assert not unread
    except (ExportError, AssertionError):
        with pytest.raises(ExportError, match="cannot be read past line"):
            list(csv_records.records_of("export.csv", iter(filter(None, blocks)), ",", header))
        return
    parts = list(csv_records.records_of("export.csv", iter(filter(None, blocks)), ",", header))
    same_records(
        csv_records.Records(
            pl.concat(part.lines for part in parts),
            pl.concat(part.cells for part in parts),
            pl.concat(part.refused for part in parts),
        ),
        whole,
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("licenses_{}.csv", "license_id,product_code,license_type,start_date\nL1,CIXA,term,2026-01-01\n"),
        ("{}.json", json.dumps({"licenses": [LICENSE]})),
    ],
)
def test_a_customers_id_in_the_name_of_the_file_says_whose_licenses_these_are(
    name: str, text: str, tmp_path: Path
) -> None:
    assert load_text(tmp_path, text, name.format(BEN.upper())).counts == (1, 1, 0, 0)
    with store.reading(tmp_path / "partner.duckdb") as connection:
        assert store.query(connection, "select customer_id from licenses").rows() == [(BEN,)]


def test_an_id_in_the_name_of_a_file_never_overrides_the_customer_that_the_file_names(tmp_path: Path) -> None:
    assert load_text(tmp_path, json.dumps(ANSWER), f"{BEN}.json").counts == (1, 1, 0, 0)
    with store.reading(tmp_path / "partner.duckdb") as connection:
        assert store.query(connection, "select customer_id from licenses").rows() == [(ANNA,)]


def test_byte_order_marks_of_files_put_together_are_no_cells(tmp_path: Path) -> None:
    text = "\ufeff\ufeff\n" + f"customer_id,account_name\n{ANNA},Anna\n"
    assert load_text(tmp_path, text.encode("utf-8-sig")).counts == (1, 1, 0, 0)


def test_a_header_that_a_quote_has_swallowed_is_told_in_one_short_line(tmp_path: Path) -> None:
    with pytest.raises(ExportError) as error:
        load_text(tmp_path, '"' + "shelf\nbook " * 50 + '",x\n')
    assert "\n" not in error.value.message
    assert len(error.value.message) < 300
