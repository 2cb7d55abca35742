"""Publish: reports in, files out."""

from __future__ import annotations

from partner_analytics.publish.files import write_reports
from partner_analytics.publish.page import page

__all__ = ["page", "write_reports"]
