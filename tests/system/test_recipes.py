"""The recipes of CONTRIBUTING.md, followed to the letter."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from partner_analytics import Portfolio
from partner_analytics.publish import formats
from partner_analytics.vocabulary import REPORTS
from tests.support.paths import ROOT
from tests.support.terminal import typed


def blocks(recipe: str) -> list[tuple[str, str]]:
    """The code of a recipe, block by block: its language, its text."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    section = text.partition(f"\n## {recipe}\n")[2].partition("\n## ")[0]
    return re.findall(r"```(\w+)\n(.*?)```", section, re.DOTALL)


def test_a_report_of_your_own_is_made_as_its_recipe_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (_, file), (_, notebook), (_, project) = blocks("A report of your own")
    (tmp_path / "my_reports.py").write_text(file, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    cells: dict[str, Any] = {}
    exec(notebook, cells)
    portfolio = cells["portfolio"]
    report = portfolio.report("seats_by_customer")
    assert report.headline == "27 customers have 757 seats as of 2026-11-02."
    assert "Seats by customer" in report._repr_html_()
    manifest = json.loads((tmp_path / "reports" / "manifest.json").read_text("utf-8"))
    assert manifest["reports"] == [*REPORTS, "seats_by_customer"]

    # What the package's installation would write.
    info = tmp_path / "my_reports-1.0.dist-info"
    info.mkdir()
    points = tomllib.loads(project)["project"]["entry-points"]["partner_analytics.reports"]
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-reports\nVersion: 1.0\n", "utf-8")
    listed = "\n".join(f"{name} = {place}" for name, place in points.items())
    (info / "entry_points.txt").write_text(f"[partner_analytics.reports]\n{listed}\n", "utf-8")
    demo = Portfolio.demo(tmp_path)
    command = ("report", "seats_by_customer", "--db", demo.db, "--as-of", f"{demo.today}", "--out", "installed")
    assert typed(tmp_path, *command).returncode == 0
    assert (tmp_path / "installed" / "seats_by_customer.csv").read_text("utf-8") == report.to_csv()
    del sys.modules["my_reports"]


def test_a_format_is_added_as_its_recipe_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (_, function), (_, line) = blocks("A new format")
    scope: dict[str, Any] = {"Format": formats.Format}
    exec(function, scope)
    monkeypatch.setattr(formats, "FORMATS", (*formats.FORMATS, *eval(f"({line})", scope)))
    Portfolio.demo().publish(tmp_path, "renewals", formats="json")
    rows = json.loads((tmp_path / "renewals.json").read_text("utf-8"))
    assert rows[0].keys() >= {"customer_id", "end_date"}


def test_the_recipe_of_a_new_report_names_files_that_there_are() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("\n## A new report\n")[2].partition("\n## ")[0]
    for path in re.findall(r"`((?:\w+/)+(?:<name>|\w+)\.(?:py|ipynb))`", text):
        there = path.replace("<name>", "renewals")
        assert (ROOT / there).is_file() or (ROOT / "partner_analytics" / there).is_file(), path
