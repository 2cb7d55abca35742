"""The customer overview in plain loops, from what the other four reports of the reference say."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from tests.reference.rules import (
    Cell,
    Exports,
    Row,
    assistance_coverage,
    csv_text,
    flex_vs_term,
    license_positions,
    protection_status,
)

ORDER = (
    "reactivate", "renew", "convert_trial", "win_back", "offer_protection", "export_licenses", "check_end_dates",
    "check_assistance", "add_seats", "check_double_cover", "ask_for_assistance", "nothing",
)  # fmt: skip
LISTS = ("expired", "expiring", "unknown", "trial", "future", "active")
COLUMNS = (
    "customer_id", "customer_name", "account_type", "account_manager", "customer_group", "urgency", "to_do", "act_by",
    *(f"{status}_in" for status in LISTS), "without_license", "next_end_on", "days_left", "mix", "early_access",
    "assistance", "assistance_since", "is_anomaly",
)  # fmt: skip


def customer_overview(exports: Exports) -> str:
    """The text of the CSV file: one row per customer, in the order of every report."""
    protection: dict[Cell, list[Row]] = defaultdict(list)
    for row in protection_status(exports):
        protection[row["customer_id"]].append(row)
    over_used = {row["customer_id"] for row in license_positions(exports) if (row["over_used_by"] or 0) != 0}
    models = {row["customer_id"]: row for row in flex_vs_term(exports)}
    facts = _facts(exports)
    rows = []
    for assistance in assistance_coverage(exports):
        customer = assistance["customer_id"]
        row = _cover(protection[customer], exports.as_of) | {
            name: assistance[name]
            for name in ("customer_id", "customer_name", "account_type", "assistance", "is_anomaly")
        }
        row["mix"], row["early_access"] = models[customer]["mix"], models[customer]["early_access"]
        row["account_manager"] = facts.get(customer, {}).get("account_manager")
        row["customer_group"] = facts.get(customer, {}).get("customer_group")
        row["assistance_since"] = _since(exports, assistance)
        row["to_do"], row["act_by"] = _next(
            protection[customer], row, customer in over_used, bool(models[customer]["double_covered"]),
            exports.expiring_window,
        )  # fmt: skip
        rows.append(row)
    by_urgency = sorted(rows, key=lambda row: (ORDER.index(str(row["to_do"])), row["act_by"] or date.max))
    for number, row in enumerate(by_urgency, start=1):
        row["urgency"] = number
    return csv_text(COLUMNS, rows)


def _facts(exports: Exports) -> dict[Cell, Row]:
    days = [row["snapshot_date"] for row in exports.customer_facts]
    known = [day for day in days if isinstance(day, date) and day <= exports.as_of]
    newest = max(known, default=None)
    return {row["customer_id"]: row for row in exports.customer_facts if row["snapshot_date"] == newest}


def _cover(categories: list[Row], as_of: date) -> Row:
    row: Row = {}
    for status in LISTS:
        named = [str(one["category"]) for one in categories if one["status"] == status]
        row[f"{status}_in"] = "; ".join(named) or None
    row["without_license"] = next((one["status"] for one in categories if one["category"] is None), None)
    in_force = [one for one in categories if one["status"] in ("active", "expiring", "trial")]
    ends = [end for one in in_force or categories if isinstance(end := one["coverage_ends_on"], date)]
    end = (min(ends) if in_force else max(ends)) if ends else None
    row["next_end_on"] = end
    row["days_left"] = (end - as_of).days if end else None
    return row


def _next(categories: list[Row], row: Row, is_over: bool, is_double: bool, window: int) -> tuple[str, date | None]:
    """The first thing in `ORDER` that applies, and the day by which to do it."""

    def first(chosen: list[Row]) -> date:
        return min(end for one in chosen if isinstance(end := one["coverage_ends_on"], date))

    if lapsed := [one for one in categories if one["is_reactivatable"]]:
        return "reactivate", first(lapsed) + timedelta(days=60)
    if expiring := [one for one in categories if one["status"] == "expiring"]:
        return "renew", first(expiring)
    ending = [one for one in categories if one["status"] == "trial" and isinstance(one["days_left"], int)]
    if ending := [one for one in ending if int(str(one["days_left"])) <= window]:
        return "convert_trial", first(ending)
    statuses = {one["status"] for one in categories}
    if "expired" in statuses and not statuses & {"active", "expiring", "trial"}:
        return "win_back", None
    if "none" in statuses:
        return "offer_protection", None
    if "no_data" in statuses:
        return "export_licenses", None
    if "unknown" in statuses:
        return "check_end_dates", None
    if row["is_anomaly"]:
        return "check_assistance", None
    if is_over:
        return "add_seats", None
    if is_double:
        return "check_double_cover", None
    return ("ask_for_assistance", None) if row["assistance"] != "on" else ("nothing", None)


def _since(exports: Exports, assistance: Row) -> Cell:
    """The day of the first evidence after the last that said otherwise; where one day says both, that day."""
    days: dict[bool, list[date]] = {True: [], False: []}
    pieces = [(row, row.get("checked_on") or row["snapshot_date"]) for row in exports.assistance]
    pieces += [(row, row["snapshot_date"]) for row in exports.customers]
    for row, day in pieces:
        said, snapshot_date = row.get("partner_assistance"), row["snapshot_date"]
        if row["customer_id"] != assistance["customer_id"] or said in (None, ""):
            continue
        is_on = said is True or str(said).lower() in ("on", "true", "yes", "1")
        if isinstance(day, date) and isinstance(snapshot_date, date) and max(day, snapshot_date) <= exports.as_of:
            days[is_on == (assistance["assistance"] == "on")].append(day)
    if assistance["checked_on"] is None:
        return None
    last_otherwise = max(days[False], default=date.min)
    return min((day for day in days[True] if day > last_otherwise), default=assistance["checked_on"])
