"""What can go wrong, each as one sentence and a hint.

```text
PartnerAnalyticsError
├── UsageError         2   a wrong argument, a store that is not there, a folder that cannot be written
├── ExportError       10   an export cannot be read
├── RefusedRowsError  11   rows were refused, and --strict was asked for
├── QueryError        12   a query is wrong or not allowed
├── SettingsError     13   partner_analytics.toml says something that is not understood
├── StoreError        14   the store is busy, damaged, or from a later version; the folder of reports is busy
├── CheckError        15   a report contradicts itself, so it was not written
├── VendorError       16   the vendor's API could not be asked
├── PartialPullError  17   some of the customers could not be asked; what came is written and loaded
├── PartialRunError   18   a job was done, but not all of it
└── EngineError       19   an engine that makes results elsewhere could not be asked, or broke off
```

The number is the exit code of the command line.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from partner_analytics.safety.visible import visible

__all__ = [
    "CheckError",
    "EngineError",
    "ExportError",
    "PartialPullError",
    "PartialRunError",
    "PartnerAnalyticsError",
    "QueryError",
    "RefusedRowsError",
    "SettingsError",
    "StoreError",
    "UsageError",
    "VendorError",
    "nearest",
]


class PartnerAnalyticsError(Exception):
    """Anything a user can cause.

    Parameters
    ----------
    message
        One sentence: what was expected, and what was found.
    hint
        What to do next, with the command where there is one.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        message, hint = visible(self.message), visible(self.hint)
        return f"{message}\nHint: {hint}" if hint else message

    def _render_traceback_(self) -> list[str]:
        """Let IPython and Jupyter show the sentence in place of a traceback."""
        return str(self).splitlines()


class UsageError(PartnerAnalyticsError):
    """A wrong argument, a store that is not there, a folder that cannot be written."""

    exit_code = 2


class ExportError(PartnerAnalyticsError):
    """An export cannot be read; nothing of it was stored."""

    exit_code = 10


class RefusedRowsError(PartnerAnalyticsError):
    """Rows were refused, and the user asked for this to be an error; the other rows are stored."""

    exit_code = 11


class QueryError(PartnerAnalyticsError):
    """A query is wrong, not allowed, or took too long."""

    exit_code = 12


class SettingsError(PartnerAnalyticsError):
    """The settings file says something that is not understood."""

    exit_code = 13


class StoreError(PartnerAnalyticsError):
    """The store is busy, damaged, from a later version, or no store at all."""

    exit_code = 14


class CheckError(PartnerAnalyticsError):
    """A report contradicts itself, so it was not written; the last good files are still there."""

    exit_code = 15


class VendorError(PartnerAnalyticsError):
    """The vendor's API could not be asked: no credentials, no network, no list of customers."""

    exit_code = 16


class PartialPullError(PartnerAnalyticsError):
    """Some of the customers could not be asked; what came is written and loaded, and says that it is not whole."""

    exit_code = 17


class PartialRunError(PartnerAnalyticsError):
    """A job was done, but not all of it: an export was not whole, or a mail was not taken."""

    exit_code = 18


class EngineError(PartnerAnalyticsError):
    """An engine that makes results elsewhere could not be asked, or broke off; nothing that it wrote counts."""

    exit_code = 19


def nearest(word: str, known: Sequence[str]) -> str:
    """A hint for a word that is not known: the nearest that is, or all of them."""
    from difflib import get_close_matches

    near = get_close_matches(word, known, n=1, cutoff=0.5)
    return f"did you mean `{near[0]}`?" if near else "known are: " + ", ".join(known) + "."
