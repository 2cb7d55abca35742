"""The notebooks, as somebody sees them who opens them in JupyterLab and runs them from top to bottom, without a network."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.paths import NOTEBOOKS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab with a copy of the notebooks, of nobody's settings."""
    folder = tmp_path_factory.mktemp("lab")
    subprocess.run(
        [sys.executable, "-m", "partner_analytics", "notebooks", folder / "notebooks"], check=True, capture_output=True
    )
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        name: str(folder / name.lower())
        for name in ("HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    }
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}", "--port-retries=0"),
            *("--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True", "--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"),
            f"--ServerApp.root_dir={folder / 'notebooks'}",
        ],
        env=os.environ | settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address)
        yield address
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(address: str) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"{address}/api/status", timeout=5).close()
        except (urllib.error.URLError, OSError):
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


@pytest.fixture
def tab(browser: Browser, lab: str) -> Iterator[Page]:
    """A tab that reaches nothing but this JupyterLab, so high that it draws every cell of a notebook at once."""
    page = browser.new_page(viewport={"width": 1400, "height": 6000})
    page.route("**/*", lambda route: route.continue_() if route.request.url.startswith(lab) else route.abort())
    yield page
    page.close()


@pytest.mark.sampled(0)
@pytest.mark.promise("offline")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom_and_shows_its_charts(path: Path, tab: Page, lab: str) -> None:
    import nbformat

    code = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    tab.goto(f"{lab}/lab/tree/{path.name}?reset")
    tab.locator(".jp-CodeCell").nth(len(code) - 1).wait_for(timeout=60_000)
    tab.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)
    tab.get_by_role("menuitem", name="Run", exact=True).click()
    tab.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    prompts = tab.locator(".jp-CodeCell .jp-InputPrompt")
    # A number in the prompt of the last cell: all before it have run.
    tab.wait_for_function(
        "count => [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].filter(e => /[0-9]/.test(e.textContent)).length === count",
        arg=len(code),
        timeout=60_000,
    )
    assert prompts.count() == len(code)
    assert tab.locator(".jp-CodeCell:has(.jp-OutputArea-output)").count() == len(code), "a cell shows nothing"
    assert tab.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert "Error" not in " ".join(tab.locator(".jp-OutputArea-output").all_inner_texts())
    charts = sum(source.endswith(".chart") or "--chart" in source for source in code)
    drawn = tab.locator(".vega-embed svg.marks, .vega-embed canvas")
    if charts:
        drawn.first.wait_for(timeout=30_000)
    assert drawn.count() == charts, "a chart is missing"
    for chart in drawn.all():
        box = chart.bounding_box()
        assert box is not None
        assert box["width"] > 300
        assert box["height"] > 40
    if folder := os.environ.get("PARTNER_ANALYTICS_SCREENSHOTS"):
        tab.screenshot(path=Path(folder) / f"{path.stem}.png")
