"""Files in, frames of text out: opening, decoding, finding the kind and the columns. Nothing is parsed here."""

from partner_analytics.loaders.columns import (
    CUSTOMER_NAME,
    KnownColumns,
    ReadColumn,
    named,
    normalise_header,
    quoted,
)
from partner_analytics.loaders.decoding import printable
from partner_analytics.loaders.export import RawExport, read_export, samples
from partner_analytics.loaders.source import Source
from partner_analytics.loaders.table import REFUSED, Part, Progress

__all__ = [
    "CUSTOMER_NAME",
    "REFUSED",
    "KnownColumns",
    "Part",
    "Progress",
    "RawExport",
    "ReadColumn",
    "Source",
    "named",
    "normalise_header",
    "printable",
    "quoted",
    "read_export",
    "samples",
]
