"""The notebooks run from top to bottom, and hold no output of an earlier run."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))


@pytest.fixture(autouse=True)
def jupyter_of_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings of whoever runs the tests, and no need of a home to write to."""
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))


def names() -> list[str]:
    return [path.stem for path in NOTEBOOKS]


def test_there_is_a_notebook_for_the_start_each_report_and_sql() -> None:
    assert names() == [
        "ask_with_sql",
        "assistance_coverage",
        "changes",
        "flex_vs_term",
        "protection_status",
        "renewals",
        "start_here",
    ]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=names())
def test_a_notebook_runs_and_every_cell_shows_something(path: Path, tmp_path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": tmp_path}}).execute()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in code:
        shows = not cell.source.rstrip().endswith("= Portfolio.demo()")
        assert bool(cell.outputs) == shows, cell.source
        assert all(output.output_type in ("execute_result", "stream", "display_data") for output in cell.outputs)
        assert all(output.get("name") != "stderr" for output in cell.outputs), cell.outputs


@pytest.mark.parametrize("path", NOTEBOOKS, ids=names())
def test_a_notebook_is_thin(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(code) <= 6
    for cell in code:
        assert not cell.outputs
        assert cell.execution_count is None
        assert "def " not in cell.source
        assert len(cell.source.splitlines()) <= 12
    assert "## Make it yours" in notebook.cells[-1].source


def test_a_chart_in_a_notebook_is_a_picture_that_needs_no_network() -> None:
    notebook = nbformat.read(next(path for path in NOTEBOOKS if path.stem == "flex_vs_term"), as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    (chart,) = [cell for cell in notebook.cells if cell.source == "report.chart"]
    assert set(chart.outputs[0].data) == {"image/svg+xml", "text/plain"}
