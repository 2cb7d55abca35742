"""Publish: reports in, files out."""

from __future__ import annotations

from partner_analytics.publish.files import (
    DEFAULT_FORMATS,
    FORMATS,
    check_replaceable,
    copy_file,
    write_file,
    write_packs,
    write_refused_rows,
    write_reports,
)
from partner_analytics.publish.requests import read_templates, request_drafts
from partner_analytics.publish.site.page import page

__all__ = [
    "DEFAULT_FORMATS",
    "FORMATS",
    "check_replaceable",
    "copy_file",
    "page",
    "read_templates",
    "request_drafts",
    "write_file",
    "write_packs",
    "write_refused_rows",
    "write_reports",
]
