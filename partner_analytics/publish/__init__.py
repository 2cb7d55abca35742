"""Publish: reports in, files out."""

from __future__ import annotations

from partner_analytics.publish.files import copy_file, write_refused_rows, write_reports
from partner_analytics.publish.page import page

__all__ = ["copy_file", "page", "write_refused_rows", "write_reports"]
