"""Files in, frames of text out: opening, decoding, finding the kind and the columns. Nothing is parsed here."""

from partner_analytics.loaders.beginning import Beginning, beginning_of
from partner_analytics.loaders.columns import (
    CUSTOMER_NAME,
    KnownColumns,
    ReadColumn,
    find_columns,
    find_kind,
    missing_columns,
    named,
    normalise_header,
    quoted,
)
from partner_analytics.loaders.decoding import printable
from partner_analytics.loaders.export import RawExport, read_export, samples
from partner_analytics.loaders.gathering import gathered
from partner_analytics.loaders.source import Packed, Source
from partner_analytics.loaders.table import REFUSED, Part, Progress

__all__ = [
    "CUSTOMER_NAME",
    "REFUSED",
    "Beginning",
    "KnownColumns",
    "Packed",
    "Part",
    "Progress",
    "RawExport",
    "ReadColumn",
    "Source",
    "beginning_of",
    "find_columns",
    "find_kind",
    "gathered",
    "missing_columns",
    "named",
    "normalise_header",
    "printable",
    "quoted",
    "read_export",
    "samples",
]
