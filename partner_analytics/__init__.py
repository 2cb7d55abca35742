"""Reports on a partner's customers that refuse to lie.

`Portfolio` is where to start: `Portfolio.demo()`, or `Portfolio.open("partner.duckdb")`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from partner_analytics.errors import (
        CheckError,
        ExportError,
        PartnerAnalyticsError,
        QueryError,
        RefusedRowsError,
        SettingsError,
        StoreError,
        UsageError,
    )
    from partner_analytics.loaders.source import Source
    from partner_analytics.portfolio import Portfolio
    from partner_analytics.reports import Report

__version__ = "0.2.0"

__all__ = [
    "CheckError",
    "ExportError",
    "PartnerAnalyticsError",
    "Portfolio",
    "QueryError",
    "RefusedRowsError",
    "Report",
    "SettingsError",
    "Source",
    "StoreError",
    "UsageError",
    "__version__",
]

_MODULES = {"Portfolio": "portfolio", "Report": "reports", "Source": "loaders.source"}


def __getattr__(name: str) -> Any:
    """Import a public name where it is first used: polars, duckdb and altair take their time."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES.get(name, 'errors')}"), name)


def __dir__() -> list[str]:
    return __all__


def load_ipython_extension(shell: Any) -> None:
    """Make `%%sql` known to a notebook: `%load_ext partner_analytics`."""
    import_module(f"{__name__}.notebook.magic").register(shell)
