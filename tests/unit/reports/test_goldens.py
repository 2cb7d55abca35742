"""The demo portfolio's reports and charts are, to the byte, the ones that were looked at and kept."""

from __future__ import annotations

import json
import os
from pathlib import Path

import polars as pl
import pytest

from partner_analytics import Portfolio, Report
from partner_analytics.ask.questions import Question, questions
from partner_analytics.reports import csv_text
from partner_analytics.vocabulary import REPORTS

GOLDEN = Path(__file__).parent / "golden"
FURTHER = ("changes_bridge.csv", "renewals_by_month.csv", "unlinkable_customers.csv", "renewals.ics")
RENEW = "PARTNER_ANALYTICS_RENEW_GOLDENS"
COMMAND = f"{RENEW}=1 python -m pytest tests/unit/reports/test_goldens.py"


@pytest.fixture(scope="module")
def demo() -> Portfolio:
    return Portfolio.demo()


@pytest.fixture(scope="module")
def reports(demo: Portfolio) -> dict[str, Report]:
    return {report.name: report for report in demo.reports()}


def agree(name: str, made: str) -> None:
    """Compare with the golden of this name, or renew it where that is asked for."""
    golden = GOLDEN / name
    if os.environ.get(RENEW) == "1":
        golden.parent.mkdir(exist_ok=True)
        golden.write_bytes(made.encode())
        pytest.skip(f"{name} is renewed: look at its difference before you keep it")
    kept = golden.read_bytes().decode() if golden.exists() else ""
    for number, (was, now) in enumerate(zip([*kept.split("\n"), ""], [*made.split("\n"), ""], strict=False), 1):
        assert was == now, f"{name} differs from its golden in line {number}; if it should, renew it: {COMMAND}"
    assert kept == made, f"{name} differs from its golden in length; if it should, renew it: {COMMAND}"


@pytest.mark.parametrize("name", REPORTS)
def test_the_csv_file_is_the_one_that_was_kept(name: str, reports: dict[str, Report]) -> None:
    agree(f"{name}.csv", reports[name].to_csv())


@pytest.mark.parametrize("name", FURTHER)
def test_the_further_files_are_the_ones_that_were_kept(name: str, reports: dict[str, Report]) -> None:
    files = {file: text for report in reports.values() for file, text in report.csv_files().items()}
    files["renewals.ics"] = reports["renewals"].to_ics()
    agree(name, files[name])


@pytest.mark.parametrize("name", REPORTS)
def test_the_chart_is_the_one_that_was_kept(name: str, reports: dict[str, Report]) -> None:
    drawing = reports[name].chart.to_dict()
    agree(f"{name}.vl.json", json.dumps(drawing, indent=2, sort_keys=True, ensure_ascii=False) + "\n")


@pytest.mark.sampled(8)
@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_the_answer_to_a_question_is_the_one_that_was_kept(question: Question, demo: Portfolio) -> None:
    answer = demo.ask(question.name)
    if "file" in answer.columns:
        # Where the demo's files are differs from machine to machine.
        answer = answer.with_columns(pl.col("file").str.extract(r"([^/\\]+)$"))
    agree(f"questions/{question.name}.csv", csv_text(answer))


@pytest.mark.skipif(os.environ.get(RENEW) == "1", reason="another process may be renewing them")
def test_every_golden_belongs_to_a_report_or_a_question() -> None:
    kept = {path.relative_to(GOLDEN).as_posix() for path in GOLDEN.rglob("*.*")}
    of_reports = {f"{name}.{ending}" for name in REPORTS for ending in ("csv", "vl.json")}
    assert kept == of_reports | {f"questions/{question.name}.csv" for question in questions()} | set(FURTHER)
