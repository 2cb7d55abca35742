"""The notebooks run from top to bottom, and hold no output of an earlier run."""

from __future__ import annotations

import doctest
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from partner_analytics import Portfolio, Report, UsageError, portfolio
from partner_analytics.notebook import magic as cell_magic
from partner_analytics.vocabulary import REPORTS
from tests.support.paths import FIXTURES, NOTEBOOKS

if TYPE_CHECKING:
    # What reads notebooks takes seconds to import, which not every run of the tests need wait for.
    import nbformat


@pytest.fixture(autouse=True)
def jupyter_of_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings of whoever runs the tests, and no need of a home to write to."""
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))


def names() -> list[str]:
    return [path.stem for path in NOTEBOOKS]


def test_there_is_a_notebook_for_the_start_each_report_and_sql() -> None:
    assert set(names()) == {"ask_with_sql", "start_here", *REPORTS}


@pytest.mark.sampled(1)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=names())
def test_a_notebook_runs_without_jupyterlab_and_every_cell_shows_something(path: Path, tmp_path: Path) -> None:
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": tmp_path}}).execute()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in code:
        assert cell.outputs, cell.source
        assert all(output.output_type in ("execute_result", "stream", "display_data") for output in cell.outputs)
        assert all(output.get("name") != "stderr" for output in cell.outputs), cell.outputs


@pytest.mark.parametrize("path", NOTEBOOKS, ids=names())
def test_a_notebook_is_thin(path: Path) -> None:
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(code) <= 6
    for cell in code:
        assert not cell.outputs
        assert cell.execution_count is None
        assert "def " not in cell.source
        assert len(cell.source.splitlines()) <= 12
    assert "## Make it yours" in notebook.cells[-1].source


def run(folder: Path, *cells: str) -> list[nbformat.NotebookNode]:
    """Run cells as a notebook in a folder, on past errors."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    resources = {"metadata": {"path": folder}}
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources=resources, allow_errors=True).execute()
    return list(notebook.cells)


BEGIN = "from partner_analytics import Portfolio\nportfolio = Portfolio.demo()"


@pytest.mark.sampled(0)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_chart_is_drawn_by_jupyterlab_itself_and_is_a_picture_elsewhere(tmp_path: Path) -> None:
    *_, chart, sql = run(
        tmp_path,
        BEGIN,
        "portfolio.flex_vs_term().chart",
        "%load_ext partner_analytics",
        "%%sql --chart bar\nselect category, count(*) as customers from protection_status group by all",
    )[1::2]
    for cell in (chart, sql):
        data = cell.outputs[0].data
        assert set(data) == {"application/vnd.vegalite.v5+json", "image/svg+xml", "text/plain"}
        assert data["image/svg+xml"].startswith("<svg")
        assert "http" not in json.dumps(data["application/vnd.vegalite.v5+json"] | {"$schema": ""})


@pytest.mark.sampled(0)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_mistake_in_a_notebook_is_one_sentence_and_a_hint_and_what_is_cut_says_so(tmp_path: Path) -> None:
    *_, column, customer, cut = run(
        tmp_path,
        BEGIN,
        'portfolio.sql("select custmer_name from accounts")',
        'portfolio.customers("physo quellmos").protection_status()',
        'portfolio.sql("from range(10001)")',
    )
    for cell, first in ((column, "There is no column `custmer_name`"), (customer, "No customer has `physo quellmos`")):
        (error,) = cell.outputs
        assert error.output_type == "error"
        assert len(error.traceback) == 2
        assert error.traceback[0].startswith(first)
        assert error.traceback[1].startswith("Hint: did you mean ")
    line, _ = cut.outputs
    assert line.text == "Only the first 10,000 rows are shown: there are more.\n"


@pytest.mark.sampled(0)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_notebook_finds_the_store_of_its_folder_or_of_one_above_and_else_the_demo(tmp_path: Path) -> None:
    ask = "from partner_analytics import Portfolio\nportfolio = Portfolio.mine_or_demo()\nportfolio"
    below = tmp_path / "notebooks"
    below.mkdir()
    assert "The demo portfolio, which is invented" in run(below, ask)[0].outputs[0].data["text/html"]
    Portfolio(tmp_path / "partner.duckdb").load(FIXTURES / "customers.csv", snapshot_date="2026-11-02")
    assert "The portfolio in partner.duckdb" in run(below, ask)[0].outputs[0].data["text/html"]
    (below / "partner_analytics.toml").write_text('db = "../partner.duckdb"\nexpiring_days = 60\n', "utf-8")
    assert run(below, ask, "portfolio.settings.expiring_days")[1].outputs[0].data["text/plain"] == "60"


def test_the_notebooks_are_copied_and_one_that_was_changed_stays(tmp_path: Path) -> None:
    def copy() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "partner_analytics", "notebooks", str(tmp_path / "mine")]
        return subprocess.run(command, capture_output=True, encoding="utf-8", check=True)

    assert sorted(Path(line).name for line in copy().stdout.splitlines()) == [path.name for path in NOTEBOOKS]
    (tmp_path / "mine" / "start_here.ipynb").write_text("{}", "utf-8")
    again = copy()
    assert again.stderr == f"{tmp_path / 'mine' / 'start_here.ipynb'} was changed by you, and stays as it is.\n"
    assert (tmp_path / "mine" / "start_here.ipynb").read_text("utf-8") == "{}"


def test_a_cell_of_sql_asks_the_portfolio_that_it_names() -> None:
    demo = Portfolio.demo()
    query = "select count(*) as n from accounts where account_type = $type"
    mine = demo.account_manager("Mei Okonjo")
    variables = {"portfolio": demo, "mine": mine}
    for line, customers in (("type=term", 27), ("mine type=term", 4)):
        answer = cell_magic.answer(variables, line, query)
        assert isinstance(answer, pl.DataFrame)
        assert answer.item() == customers
    for line, message in (
        ("nobody type=term", "`nobody` is not a portfolio."),
        ("--chart", "Expected `bar` after --chart; it is the only kind of chart."),
        ("--color", "Expected a portfolio, --chart bar and parameters after %%sql; found more."),
        ("--chart pie", "Expected `bar` after --chart; it is the only kind of chart."),
        ("a b", "%%sql asks one portfolio; found a, b."),
        ("type='term", "A quotation mark after %%sql is not closed."),
    ):
        with pytest.raises(UsageError) as refused:
            cell_magic.answer({"portfolio": demo}, line, query)
        assert refused.value.message == message


def test_a_cell_of_sql_draws_and_leaves_altair_as_the_user_has_it() -> None:
    import altair

    before = altair.renderers.active
    query = "select account_type, count(*) as customers from accounts group by all"
    drawn = cell_magic.answer({"portfolio": Portfolio.demo()}, "--chart bar", query)
    assert isinstance(drawn, altair.LayerChart)
    assert "image/svg+xml" in (drawn._repr_mimebundle_() or ())
    assert altair.renderers.active == before


@pytest.mark.sampled(0)
def test_help_teaches_by_examples_that_are_so() -> None:
    assert doctest.testmod(portfolio).failed == 0
    for of in (Portfolio, Report):
        for name, value in vars(of).items():
            if not name.startswith("_") and callable(getattr(of, name, None)):
                assert (value.__doc__ or getattr(of, name).__doc__ or "").strip(), f"{of.__name__}.{name}"


@pytest.mark.alone
def test_importing_the_package_costs_nothing_and_the_first_report_less_than_two_seconds(tmp_path: Path) -> None:
    code = """
import sys, time
start = time.process_time()
import partner_analytics
print(time.process_time() - start)
print(sorted({"duckdb", "polars", "altair", "pandera"} & set(sys.modules)))
portfolio = partner_analytics.Portfolio.demo()
start = time.process_time()
portfolio.protection_status()._repr_html_()
print(time.process_time() - start)
start = time.process_time()
sum(number * number for number in range(2_000_000))
print(time.process_time() - start)
"""
    # Where processors are shared with other machines the same work takes more of their time: by as much as a sum of two
    # million squares does, which takes 0.14 s otherwise.
    best = math.inf
    for _ in range(3):
        said = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True, cwd=tmp_path
        )
        to_import, imported, to_report, to_count = said.stdout.splitlines()
        assert float(to_import) < 0.1
        assert imported == "[]"
        best = min(best, float(to_report) / max(1, float(to_count) / 0.14))
        if best < 2:
            return
    raise AssertionError(f"{best:.2f} s")
