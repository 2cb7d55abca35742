"""Files in, frames of text out: opening, decoding, finding the kind and the columns. Nothing is parsed here."""

from partner_analytics.loaders.columns import KnownColumns, ReadColumn, normalise_header
from partner_analytics.loaders.export import RawExport, read_export
from partner_analytics.loaders.table import REFUSED

__all__ = ["REFUSED", "KnownColumns", "RawExport", "ReadColumn", "normalise_header", "read_export"]
