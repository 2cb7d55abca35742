"""Publish: reports in, files out."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from partner_analytics.publish.files import (
        check_replaceable,
        copy_file,
        write_file,
        write_packs,
        write_refused_rows,
        write_reports,
    )
    from partner_analytics.publish.request_templates import read_templates
    from partner_analytics.publish.requests import request_drafts
    from partner_analytics.publish.sheets import customer_sheets
    from partner_analytics.publish.site.page import page

__all__ = [
    "check_replaceable",
    "copy_file",
    "customer_sheets",
    "page",
    "read_templates",
    "request_drafts",
    "write_file",
    "write_packs",
    "write_refused_rows",
    "write_reports",
]

_MODULES = {
    "customer_sheets": "sheets",
    "page": "site.page",
    "read_templates": "request_templates",
    "request_drafts": "requests",
}


def __getattr__(name: str) -> Any:
    """Import a public name where it is first used: the command line names the formats without what writes them."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES.get(name, 'files')}"), name)
