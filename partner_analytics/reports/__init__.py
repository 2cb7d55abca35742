"""Reports: what a frame says, in words, as one immutable value that knows its chart, its CSV and its HTML."""

from partner_analytics.charts.look import Look
from partner_analytics.reports.build import build_report, build_reports
from partner_analytics.reports.content import Column, Figure, Toggle, Words
from partner_analytics.reports.csv_text import csv_text
from partner_analytics.reports.definition import Definition, Known
from partner_analytics.reports.report import Report

__all__ = [
    "Column",
    "Definition",
    "Figure",
    "Known",
    "Look",
    "Report",
    "Toggle",
    "Words",
    "build_report",
    "build_reports",
    "csv_text",
]
