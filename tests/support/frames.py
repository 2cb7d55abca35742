"""Frames as the transforms make them, and reports over them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from partner_analytics.as_of.basis import Basis
from partner_analytics.reports import Known, Report, build_report
from partner_analytics.reports.definitions import DEFINITIONS
from partner_analytics.transforms.changes_bridge import changes_bridge
from partner_analytics.transforms.renewals_by_month import renewals_by_month

AS_OF = date(2026, 3, 1)

SEATS = pl.DataFrame(
    schema={
        "customer_id": pl.String,
        "was_exported": pl.Boolean,
        "is_exported": pl.Boolean,
        "seats_then": pl.Int64,
        "seats_now": pl.Int64,
    }
)
ORIGINS = {
    "product_name": pl.String,
    "account_manager": pl.String,
    **{f"file_{side}": pl.String for side in ("before", "after")},
    **{f"snapshot_date_{side}": pl.Date for side in ("before", "after")},
    **{f"line_{side}": pl.Int64 for side in ("before", "after")},
}


SCHEMAS: dict[str, dict[str, type[pl.DataType]]] = {
    "customer_overview": {
        "customer_id": pl.String,
        "customer_name": pl.String,
        "account_type": pl.String,
        "account_manager": pl.String,
        "customer_group": pl.String,
        "urgency": pl.Int64,
        "to_do": pl.String,
        "act_by": pl.Date,
        "actions": pl.Int64,
        "expired_in": pl.String,
        "expiring_in": pl.String,
        "unknown_in": pl.String,
        "trial_in": pl.String,
        "future_in": pl.String,
        "active_in": pl.String,
        "without_license": pl.String,
        "next_end_on": pl.Date,
        "days_left": pl.Int64,
        "mix": pl.String,
        "early_access": pl.String,
        "assistance": pl.String,
        "assistance_since": pl.Date,
        "is_anomaly": pl.Boolean,
    },
    "actions": {
        "customer_id": pl.String,
        "customer_name": pl.String,
        "account_manager": pl.String,
        "action": pl.String,
        "due_on": pl.Date,
        "days_left": pl.Int64,
        "subject": pl.String,
        "product_name": pl.String,
        "model": pl.String,
        "seats": pl.Int64,
        "contact_name": pl.String,
        "contact_email": pl.String,
        "contact_phone": pl.String,
    },
    "protection_status": {
        "customer_id": pl.String,
        "customer_name": pl.String,
        "account_type": pl.String,
        "category": pl.String,
        "status": pl.String,
        "coverage_ends_on": pl.Date,
        "days_left": pl.Int64,
        "is_renewed": pl.Boolean,
        "is_reactivatable": pl.Boolean,
        "license_count": pl.Int64,
    },
    "license_positions": {
        "customer_id": pl.String,
        "customer_name": pl.String,
        "product_code": pl.String,
        "product_name": pl.String,
        "model": pl.String,
        "seats": pl.Int64,
        "is_unlimited": pl.Boolean,
        "used": pl.Int64,
        "over_used_by": pl.Int64,
        "unused": pl.Int64,
    },
    "flex_vs_term": {
        "customer_id": pl.String,
        "customer_name": pl.String,
        "account_type": pl.String,
        "mix": pl.String,
        "flex_licenses": pl.Int64,
        "term_licenses": pl.Int64,
        "managed_order_licenses": pl.Int64,
        "trial_licenses": pl.Int64,
        "flex_used": pl.Int64,
        "term_seats": pl.Int64,
        "term_used": pl.Int64,
        "double_covered": pl.String,
        "early_access": pl.String,
    },
    "assistance_coverage": {
        "customer_id": pl.String,
        "customer_name": pl.String,
        "account_type": pl.String,
        "assistance": pl.String,
        "basis": pl.String,
        "checked_on": pl.Date,
        "expected_on": pl.Boolean,
        "is_anomaly": pl.Boolean,
        "can_launch": pl.Boolean,
        "next_step": pl.String,
    },
    "changes": {
        "customer_id": pl.String,
        "customer_name": pl.String,
        "change": pl.String,
        "subject": pl.String,
        "license_id": pl.String,
        "before": pl.String,
        "after": pl.String,
        "seats_delta": pl.Int64,
    },
    "renewals": {
        "customer_id": pl.String,
        "customer_name": pl.String,
        "account_manager": pl.String,
        "product_code": pl.String,
        "product_name": pl.String,
        "model": pl.String,
        "license_id": pl.String,
        "quantity": pl.Int64,
        "used": pl.Int64,
        "end_date": pl.Date,
        "days_left": pl.Int64,
        "window": pl.String,
        "renewal": pl.String,
        "seats_open": pl.Int64,
    },
}


def frame_of(name: str, *rows: Mapping[str, object]) -> pl.DataFrame:
    """A report's frame from rows that name only what matters; the rest is absent."""
    schema = SCHEMAS[name]
    return pl.DataFrame([{column: row.get(column) for column in schema} for row in rows], schema=schema)


def basis_of(*, refused: int = 0, kinds: tuple[str, ...] = ("customers", "licenses", "assistance")) -> Basis:
    loads = {
        "load_id": 1, "file": "customers.csv", "kind": "customers", "snapshot_date": AS_OF, "sha256": "0" * 64,
        "rows_read": 5 + refused, "accepted": 4, "quarantined": refused, "duplicates": 1,
    }  # fmt: skip
    broken = {
        "load_id": 1, "file": "customers.csv", "line": 3, "kind": "customers", "column_name": "billing_type",
        "value": "<b>monthly</b>", "reason": "billing type must be one of trial, term, usage",
    }  # fmt: skip
    return Basis(
        as_of=AS_OF,
        expiring_days=30,
        renewal_days=90,
        customers=0,
        snapshot_days=tuple((kind, AS_OF) for kind in kinds),
        loads=pl.DataFrame([loads]),
        warnings=pl.DataFrame(schema={"kind": pl.String, "warning": pl.String}),
        quarantine=pl.DataFrame([broken]).head(refused),
        unmapped_products=pl.DataFrame(
            schema={
                "product_code": pl.String,
                "product_name": pl.String,
                "licenses": pl.Int64,
                "customers": pl.Int64,
            }
        ),
        unknown_customers=pl.DataFrame(schema={"customer_id": pl.String, "kind": pl.String, "rows": pl.Int64}),
    )


def built(name: str, frame: pl.DataFrame, basis: Basis) -> Report:
    """A report of ours, with nothing to do for anybody, nobody to unlink and no seats."""
    frames = {
        "actions": frame_of("actions"),
        "license_states": pl.DataFrame(
            schema={"customer_id": pl.String, "license_id": pl.String, "load_id": pl.Int64, "line": pl.Int64}
        ),
        "contacts": pl.DataFrame(
            schema=dict.fromkeys(("customer_id", "contact_name", "contact_email", "phone"), pl.String())
        ),
        "renewals_by_month": renewals_by_month(frame if name == "renewals" else frame_of("renewals")),
        "unlinkable_customers": pl.DataFrame(schema={"customer_id": pl.String, "customer_name": pl.String}),
        "customer_seats": SEATS,
        "changes_bridge": changes_bridge(frame, SEATS) if name == "changes" else pl.DataFrame(),
        "change_origins": pl.DataFrame(schema=ORIGINS).clear(frame.height),
        "customers_before": pl.DataFrame(schema={"customer_id": pl.String}),
    }
    if basis.since is None:
        frames["changes_bridge"] = frames["changes_bridge"].clear()
    definition = DEFINITIONS[name]
    further = {one: frames[one] for one in definition.further}
    return build_report(definition, frame, Known(basis, frames), further)


def named(*names: str) -> pl.DataFrame:
    """A protection frame with one active row for each customer name."""
    return frame_of(
        "protection_status",
        *(
            {"customer_id": f"c{number}", "customer_name": name, "category": "Email", "status": "active",
             "days_left": -5, "license_count": 1, "is_renewed": False, "is_reactivatable": False}
            for number, name in enumerate(names)
        ),
    )  # fmt: skip
