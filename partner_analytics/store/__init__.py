"""The store: one DuckDB file with every snapshot, the ledger of loads, and the quarantine.

Nothing else imports duckdb. A writer works on a copy beside the file and puts it in place whole. So readers are
never locked out, and a kill at any point leaves the file as it was before or as it is after.
"""

from partner_analytics.store.connection import Connection, at_once
from partner_analytics.store.copy import is_copy, plain_copy
from partner_analytics.store.corrections import RefusedRows, refused_days, refused_rows, rows_refused_on
from partner_analytics.store.erase import Removed, customers_ever, erase_customer, forget_before
from partner_analytics.store.execute import (
    ROWS,
    SECONDS,
    Answer,
    Limits,
    answer,
    lock_down,
    query,
    too_large,
    too_long,
)
from partner_analytics.store.guard import vet
from partner_analytics.store.ledger import Accounting, Load, record
from partner_analytics.store.lock import writer
from partner_analytics.store.narrowed import narrowed
from partner_analytics.store.opening import OpenStore, is_of_an_older_version, loading, migrate, reading
from partner_analytics.store.parts import holding, licensed_as_of, licenses_held, licenses_in_parts, product_codes_as_of
from partner_analytics.store.private import private_folder
from partner_analytics.store.relations import AS_OF, relations
from partner_analytics.store.remembered import contents_by_day, remember, remembered
from partner_analytics.store.snapshots import (
    basis_as_of,
    customers_as_of,
    customers_before,
    evidence_read_as_of,
    exports_of_another_day,
    first_snapshot_day,
    frames_as_of,
    last_loaded_at,
    loads_as_of,
    names_as_of,
    snapshot_day_before,
    snapshot_days,
    warnings_as_of,
)
from partner_analytics.store.verify import Verified, verify
from partner_analytics.store.views import view_texts

__all__ = [
    "AS_OF",
    "ROWS",
    "SECONDS",
    "Accounting",
    "Answer",
    "Connection",
    "Limits",
    "Load",
    "OpenStore",
    "RefusedRows",
    "Removed",
    "Verified",
    "answer",
    "at_once",
    "basis_as_of",
    "contents_by_day",
    "customers_as_of",
    "customers_before",
    "customers_ever",
    "erase_customer",
    "evidence_read_as_of",
    "exports_of_another_day",
    "first_snapshot_day",
    "forget_before",
    "frames_as_of",
    "holding",
    "is_copy",
    "is_of_an_older_version",
    "last_loaded_at",
    "licensed_as_of",
    "licenses_held",
    "licenses_in_parts",
    "loading",
    "loads_as_of",
    "lock_down",
    "migrate",
    "names_as_of",
    "narrowed",
    "plain_copy",
    "private_folder",
    "product_codes_as_of",
    "query",
    "reading",
    "record",
    "refused_days",
    "refused_rows",
    "relations",
    "remember",
    "remembered",
    "rows_refused_on",
    "snapshot_day_before",
    "snapshot_days",
    "too_large",
    "too_long",
    "verify",
    "vet",
    "view_texts",
    "warnings_as_of",
    "writer",
]
