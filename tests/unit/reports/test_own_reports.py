"""A report of a user's own: asked for, narrowed, drawn and published as ours are, and told in a sentence where it is wrong."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from partner_analytics import Portfolio, UsageError
from partner_analytics.reports import Column, Definition, Figure, Known, Look, Toggle, Words, build_report
from partner_analytics.reports.definitions import DEFINITIONS
from partner_analytics.vocabulary import REPORTS
from tests.support.frames import AS_OF, basis_of
from tests.support.paths import FIXTURES
from tests.support.terminal import typed

FILE = """
import altair as alt
import polars as pl

from partner_analytics.reports import Column, Definition, Figure, Look, Words


def transform(frames, as_of):
    return (
        frames["licenses"]
        .group_by("customer_id")
        .agg(pl.len().cast(pl.Int64).alias("licenses"))
        .join(frames["accounts"].select("customer_id", "customer_name"), on="customer_id")
        .select("customer_id", "customer_name", "licenses", pl.lit(as_of).alias("counted_on"))
        .sort("customer_id")
    )


def words(frame, known):
    return Words(
        f"{frame['licenses'].sum()} licenses of {known.basis.customers} customers.",
        (Figure("Several licenses", str(frame.filter(pl.col("licenses") > 1).height), rows=pl.col("licenses") > 1),),
        ("Every row of the export counts.",),
        (),
    )


def draw(frame):
    return alt.Chart(frame.head(10)).mark_bar().encode(x="licenses:Q", y="customer_name:N")


REPORT = Definition(
    "my_report",
    "My <report>",
    transform,
    (Column("customer_name", "Customer", "name"), Column("licenses", "Licenses", "number"), Column("counted_on", "On", "day")),
    words,
    Look(draw, lambda frame: f"{frame.height} customers."),
)
"""

NOWHERE = Portfolio(Path("no_store.duckdb"))
"""A portfolio without a store: whatever it says, it has opened none."""

ENTRY = "[partner_analytics.reports]\n"


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder outside the package that Python looks into."""
    folder = tmp_path / "mine"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    before = set(sys.modules)
    yield folder
    for name in set(sys.modules) - before:
        if getattr(sys.modules[name], "__file__", None) and str(folder) in str(sys.modules[name].__file__):
            del sys.modules[name]


@pytest.fixture
def mine(outside: Path) -> Definition:
    (outside / "my_reports.py").write_text(FILE, "utf-8")
    made: Definition = importlib.import_module("my_reports").REPORT
    return made


def install(folder: Path, name: str, *reports: str) -> None:
    """What installing a package leaves: its name, and its entry points."""
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text(ENTRY + "\n".join(reports) + "\n", "utf-8")


# What it is


def test_the_reports_that_ship_are_those_of_the_vocabulary_in_its_order() -> None:
    assert tuple(DEFINITIONS) == REPORTS
    assert [definition.name for definition in DEFINITIONS.values()] == list(REPORTS)


def test_a_report_of_your_own_is_published_and_shown_beside_ours(mine: Definition, tmp_path: Path) -> None:
    demo = Portfolio.demo()
    portfolio = demo.add_report(mine)
    report = portfolio.report("my_report")
    assert report.frame.height > 10
    assert "My &lt;report&gt;" in report._repr_html_()
    assert "<svg" in report.to_html()
    assert report.chart.to_dict()["mark"]["type"] == "bar"
    assert ".report(&quot;my_report&quot;)" in portfolio._repr_html_()

    portfolio.publish(tmp_path / "all", formats="csv")
    manifest = json.loads((tmp_path / "all" / "manifest.json").read_text("utf-8"))
    assert manifest["reports"] == [*REPORTS, "my_report"]
    assert "my_report.csv" in manifest["files"]
    assert (tmp_path / "all" / "my_report.csv").read_text("utf-8") == report.to_csv()

    portfolio.publish(tmp_path / "two", "customer_overview", "my_report", formats=("html", "xlsx"))
    page = (tmp_path / "two" / "index.html").read_text("utf-8")
    assert '<section class="report" id="my_report"' in page
    assert 'href="#my_report-1" title="Open: Several licenses"' in page
    assert "my_report" in pl.read_excel(tmp_path / "two" / "reports.xlsx", sheet_id=0)

    assert demo.own_reports == ()
    with pytest.raises(UsageError, match="There is no report `my_report`"):
        demo.report("my_report")


def test_it_is_about_just_the_customers_that_a_filter_leaves(mine: Definition, tmp_path: Path) -> None:
    portfolio = Portfolio.demo().add_report(mine)
    whole = portfolio.report("my_report")
    some = portfolio.account_manager("mei").report("my_report")
    assert some.headline.startswith("Only the 13 of ")
    assert 0 < some.frame.height < whole.frame.height
    assert some.frame.equals(whole.frame.filter(pl.col("customer_id").is_in(some.frame["customer_id"].implode())))

    portfolio.publish(tmp_path, "my_report", formats="csv", split_by="account_manager")
    packs = [pl.read_csv(file, infer_schema=False) for file in tmp_path.glob("*/my_report.csv")]
    assert len(packs) > 2
    assert sorted(pl.concat(packs)["customer_id"]) == whole.frame["customer_id"].to_list()


def test_a_category_leaves_the_rows_of_its_category_or_of_its_products(mine: Definition) -> None:
    portfolio = Portfolio.demo().category("server")
    columns = {"protection_status": "category", "license_positions": "product_code"}
    for result, column in columns.items():

        def copied(
            frames: Mapping[str, pl.DataFrame], day: date, result: str = result, column: str = column
        ) -> pl.DataFrame:
            rows = frames[result].select("customer_id", "customer_name", column)
            return rows.with_columns(licenses=pl.lit(1), counted_on=pl.lit(day))

        portfolio = portfolio.add_report(replace(mine, name=f"my_{result}", result=copied))
    frames = {report.name: report.frame for report in portfolio.reports(*columns, *(f"my_{name}" for name in columns))}
    for result, column in columns.items():
        assert frames[result].height
        assert frames[f"my_{result}"][column].to_list() == frames[result][column].to_list()


def test_the_packs_of_a_category_hold_that_category_only(tmp_path: Path) -> None:
    Portfolio.demo().category("server").publish(
        tmp_path, "protection_status", formats="csv", split_by="account_manager"
    )
    files = tmp_path.glob("*/protection_status.csv")
    assert set(pl.concat(pl.read_csv(file, infer_schema=False) for file in files)["category"]) == {"Server"}


def test_it_can_show_a_result_of_ours_and_further_files_a_calendar_and_a_trend(
    mine: Definition, tmp_path: Path
) -> None:
    def calendar(_frame: pl.DataFrame, known: Known) -> str:
        return f"BEGIN:VCALENDAR {known.as_of}"

    columns = (Column("customer_name", "Customer", "name"), Column("status", "Status", "badge"))
    ours = DEFINITIONS["protection_status"]
    definition = replace(
        mine, result="protection_status", columns=columns, words=ours.words, look=ours.look, trend=ours.trend,
        calendar=calendar, further={"my_accounts": "accounts"},
    )  # fmt: skip
    portfolio = Portfolio.demo(tmp_path / "demo").add_report(definition)
    # A trend has three days at least.
    portfolio.load(FIXTURES / "licenses.csv", snapshot_date="2026-11-09")
    portfolio = replace(portfolio, today=date(2026, 11, 9))
    report, same = portfolio.reports("my_report", "protection_status")
    assert (report.headline, report.frame.rows(), report.trend is not None) == (same.headline, same.frame.rows(), True)
    written = {file.name for file in portfolio.publish(tmp_path / "reports", "my_report", formats=("csv", "ics"))}
    assert written == {"my_report.csv", "my_accounts.csv", "my_report.ics", "manifest.json"}


def test_a_column_may_be_called_as_the_page_calls_its_own(mine: Definition, tmp_path: Path) -> None:
    import altair as alt

    names = ("card", "opened_by", "opening", "place", "customer_urgency", "urgency", "row")

    def transform(frames: Mapping[str, pl.DataFrame], _day: date) -> pl.DataFrame:
        return frames["accounts"].select("customer_id", "customer_name", *(pl.lit(name).alias(name) for name in names))

    columns = (Column("customer_name", "Customer", "name"), *(Column(name, name) for name in names))
    look = Look(lambda frame: alt.Chart(frame.head(3)).mark_bar(), lambda _: "Three.")
    definition = replace(mine, result=transform, columns=columns, words=lambda *_: Words("All.", (), (), ()), look=look)
    Portfolio.demo().add_report(definition).publish(tmp_path, "customer_overview", "my_report", formats="html")
    assert "<td><bdi>opened_by</bdi>" in (tmp_path / "index.html").read_text("utf-8")


# Installed


def test_the_command_line_finds_an_installed_report(outside: Path, mine: Definition, tmp_path: Path) -> None:
    install(outside, "my-package", "my_report = my_reports:REPORT")
    portfolio = Portfolio.demo(tmp_path)
    said = typed(tmp_path, "report", "my_report", "--db", portfolio.db, "--as-of", f"{portfolio.today}", "--out", "one")
    assert (said.returncode, said.stderr) == (0, "")
    assert {file.name for file in (tmp_path / "one").glob("[!.]*")} == {"my_report.csv", "index.html", "manifest.json"}
    typed(tmp_path, "report", "--db", portfolio.db, "--as-of", f"{portfolio.today}", "--out", "all", "--format", "csv")
    assert {f"{name}.csv" for name in (*REPORTS, "my_report")} <= {file.name for file in (tmp_path / "all").iterdir()}
    wrong = typed(tmp_path, "report", "my_reprot", "--db", portfolio.db, "--as-of", f"{portfolio.today}")
    assert (wrong.returncode, wrong.stderr) == (
        2,
        "Error: There is no report `my_reprot`.\nHint: did you mean `my_report`?\n",
    )
    with pytest.raises(UsageError, match="The name `my_report` is taken"):
        portfolio.add_report(mine)


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        (["my_report = no_such_module:REPORT"], "of the package other cannot be loaded: ModuleNotFoundError"),
        (["my_report = my_reports:NOTHING"], "of the package other cannot be loaded: AttributeError"),
        (["my_report = my_reports:words"], "Expected a Definition"),
        (["another = my_reports:REPORT"], "calls a report `another` that calls itself `my_report`"),
    ],
)
def test_an_installed_report_that_is_none_is_said(
    entries: list[str], message: str, outside: Path, mine: Definition
) -> None:
    install(outside, "other", *entries)
    with pytest.raises(UsageError, match=message) as refused:
        NOWHERE.reports()
    assert refused.value.hint


def test_an_installed_report_that_is_none_keeps_ours_from_nobody(outside: Path) -> None:
    install(outside, "other", "my_report = no_such_module:REPORT")
    assert Portfolio.demo().renewals().frame.height


def test_two_packages_that_bring_one_report_are_named(outside: Path, mine: Definition) -> None:
    for package in ("one", "two"):
        install(outside, package, "my_report = my_reports:REPORT")
    with pytest.raises(UsageError, match="Several packages bring a report `my_report`: one and two"):
        NOWHERE.report("my_report")


# What is wrong with it

ROW = {"customer_id": "c1", "customer_name": "Anna", "licenses": 1, "counted_on": date(2026, 11, 2)}


def shown(definition: Definition) -> str:
    """The section of a report that a portfolio knows; its frame is made of nothing that is known."""
    (made,) = NOWHERE.add_report(definition).own_reports
    assert not isinstance(made.result, str)
    return build_report(made, made.result({}, AS_OF), Known(basis_of(), {})).to_html()


def of_one_row(definition: Definition, **change: Any) -> Definition:
    return replace(definition, result=lambda _frames, _day: pl.DataFrame([ROW]), **change)


@pytest.mark.parametrize(
    "name",
    ["My_report", "my-report", "../report", "my report", "", "m", "1st", "_mine", "straße", "a" * 32, "my_report\n", 7],
)
def test_a_name_that_is_no_plain_identifier_is_refused(name: Any, mine: Definition) -> None:
    with pytest.raises(UsageError, match="lower case letters, digits and underscores to name a report") as refused:
        NOWHERE.add_report(replace(mine, name=name))
    assert refused.value.hint


@pytest.mark.parametrize("name", [*REPORTS, "changes_bridge", "accounts", "customers", "sources", "nul", "my_report"])
def test_a_name_that_is_taken_is_refused(name: str, mine: Definition) -> None:
    with pytest.raises(UsageError, match=f"The name `{name}` is taken") as refused:
        NOWHERE.add_report(mine).add_report(replace(mine, name=name))
    assert refused.value.hint


def test_a_further_file_that_another_report_writes_is_refused(mine: Definition, outside: Path) -> None:
    one = replace(mine, further={"my_accounts": "accounts"})
    with pytest.raises(UsageError, match="The name `my_accounts` is taken"):
        NOWHERE.add_report(one).add_report(replace(one, name="my_other"))
    (outside / "others.py").write_text(FILE.replace('"my_report"', '"my_accounts"'), "utf-8")
    portfolio = NOWHERE.add_report(one)
    install(outside, "other", "my_accounts = others:REPORT")
    with pytest.raises(UsageError, match="Two reports would write `my_accounts`"):
        portfolio.reports()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"title": " "}, "has no title"),
        ({"result": "no_result"}, "shows the result `no_result`, which there is not"),
        ({"result": 7}, "has a part that is no function"),
        ({"words": None}, "has a part that is no function"),
        ({"look": None}, "has a part that is no function"),
        ({"columns": ()}, "The columns of the report `my_report` are no tuple of Column"),
        ({"columns": (Column("Seats", "Seats"),)}, "has a column 'Seats'"),
        ({"columns": (Column("seats", "Seats", "bold"),)}, "of the form 'bold', which there is not"),
        ({"columns": (Column("seats", "Seats", "name"),)}, "is for `customer_name`"),
        ({"further": {"../x": "accounts"}}, "to name a report"),
        ({"further": {"renewals": "accounts"}}, "The name `renewals` is taken"),
        ({"lists_customers": True}, "cannot be the list of all customers"),
    ],
)
def test_a_definition_that_is_none_is_refused_in_a_sentence(
    change: dict[str, Any], message: str, mine: Definition
) -> None:
    with pytest.raises(UsageError, match=message) as refused:
        NOWHERE.add_report(replace(mine, **change))
    assert refused.value.hint
    with pytest.raises(UsageError, match="Expected a Definition"):
        NOWHERE.add_report(mine.name)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (None, "gives one of NoneType; expected a polars DataFrame"),
        (pl.DataFrame([ROW]).lazy(), "gives one of LazyFrame"),
        (
            pl.DataFrame([ROW]).drop("licenses"),
            "has no column `licenses`; it has customer_id, customer_name, counted_on",
        ),
        (
            pl.DataFrame([ROW | {"licenses": "1"}]),
            "The column 'licenses' of the report `my_report` holds String; expected numbers",
        ),
        (pl.DataFrame([ROW | {"licenses": float("nan")}]), "holds a number that is none"),
        (
            pl.DataFrame([ROW | {"customer_id": 1}]),
            "The column 'customer_id' of the report `my_report` holds Int64; expected text",
        ),
        (pl.DataFrame([ROW | {"more": [1]}]), r"The column 'more' of the report `my_report` holds List\(Int64\)"),
        (pl.DataFrame([ROW | {"More": 1}]), "The column 'More'"),
    ],
)
def test_a_transform_that_gives_another_shape_is_one_sentence(made: Any, message: str, mine: Definition) -> None:
    with pytest.raises(UsageError, match=message) as refused:
        shown(replace(mine, result=lambda _frames, _day: made))
    assert refused.value.hint
    assert "\n" not in refused.value.message


def test_a_transform_that_fails_is_one_sentence_that_names_its_line(outside: Path, tmp_path: Path) -> None:
    text = FILE.replace('frames["licenses"]', 'frames["lisences"]')
    (outside / "wrong_reports.py").write_text(text, "utf-8")
    wrong = importlib.import_module("wrong_reports").REPORT
    with pytest.raises(UsageError) as refused:
        Portfolio.demo().add_report(wrong).report("my_report")
    line = 1 + text.split("\n").index('        frames["lisences"]')
    assert refused.value.message == (
        f"The transform of the report `my_report` failed with KeyError 'lisences', in line {line} of wrong_reports.py."
    )
    assert isinstance(refused.value.__cause__, KeyError)
    install(outside, "wrong", "my_report = wrong_reports:REPORT")
    portfolio = Portfolio.demo(tmp_path)
    said = typed(tmp_path, "report", "my_report", "--db", portfolio.db, "--as-of", f"{portfolio.today}")
    assert said.returncode == 2
    assert said.stderr.startswith("Error: The transform of the report `my_report` failed with KeyError")
    assert len(said.stderr.splitlines()) == 2


FIGURE: Any = Figure("Seats", "1")


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (None, "are one of NoneType; expected Words"),
        (Words(7, (), (), ()), "hold something that is no text"),  # type: ignore[arg-type]
        (Words("Yes.", (FIGURE,), "one", ()), "hold something that is no text"),  # type: ignore[arg-type]
        (Words("Yes.", ("1",), (), ()), "hold something that is no text"),  # type: ignore[arg-type]
        (Words("Yes.", (replace(FIGURE, value=1),), (), ()), "hold something that is no text"),
        (Words("Yes.", (replace(FIGURE, tone="loud"),), (), ()), "has the tone 'loud', which there is not"),
        (
            Words("Yes.", (replace(FIGURE, rows=pl.col("x") > 1),), (), ()),
            "The words .* failed with ColumnNotFoundError",
        ),
        (Words("Yes.", (), (), (), Toggle("Some", pl.col("x"), "")), "The words .* failed with ColumnNotFoundError"),
        (Words("Yes.", (), (), (), table=pl.DataFrame({"x": [1]})), "has no column `customer_name`"),
        (Words("\ud800", (), (), ()), "The words .* failed with UnicodeEncodeError"),
    ],
)
def test_words_that_cannot_be_shown_are_one_sentence(said: Any, message: str, mine: Definition) -> None:
    with pytest.raises(UsageError, match=message) as refused:
        shown(of_one_row(mine, words=lambda _frame, _known: said))
    assert refused.value.hint


@pytest.mark.parametrize(
    ("look", "message"),
    [
        (Look(lambda _: "a picture", lambda _: ""), "The chart .* failed with TypeError"),  # type: ignore[arg-type, return-value]
        (Look(lambda frame: frame["x"], lambda _: ""), "The chart .* failed with ColumnNotFoundError, in line"),  # type: ignore[arg-type, return-value]
        (Look(DEFINITIONS["changes"].look.draw, lambda _: ""), "The chart .* failed with ColumnNotFoundError"),
        (Look(DEFINITIONS["actions"].look.draw, lambda _: 7), "failed with"),  # type: ignore[arg-type, return-value]
    ],
)
def test_a_chart_that_cannot_be_drawn_is_one_sentence(look: Look, message: str, mine: Definition) -> None:
    with pytest.raises(UsageError, match=message):
        shown(of_one_row(mine, look=look))
