"""The customer overview in plain loops, from what the other reports of the reference say."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from .actions import actions, first_of_each
from .rules import Cell, Exports, Row, assistance_coverage, flex_vs_term, protection_status

LISTS = ("expired", "expiring", "unknown", "trial", "future", "active")
COLUMNS = (
    "customer_id", "customer_name", "account_type", "account_manager", "customer_group", "urgency", "to_do", "act_by",
    "actions", *(f"{status}_in" for status in LISTS), "without_license", "next_end_on", "days_left", "mix", "early_access",
    "assistance", "assistance_since", "is_anomaly",
)  # fmt: skip


def customer_overview(exports: Exports) -> list[Row]:
    """One row per customer, in the order of every report; `urgency` is the order of section 12."""
    protection: dict[Cell, list[Row]] = defaultdict(list)
    for row in protection_status(exports):
        protection[row["customer_id"]].append(row)
    models = {row["customer_id"]: row for row in flex_vs_term(exports)}
    to_do = actions(exports)
    # "In `customer_overview` a customer stands where its first action stands"
    first = first_of_each(to_do)
    facts = _facts(exports)
    rows: list[Row] = []
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
        one = first.get(str(customer))
        row["to_do"], row["act_by"] = ("nothing", None) if one is None else (one["action"], one["due_on"])
        row["actions"] = sum(action["customer_id"] == customer for action in to_do)
        rows.append(row)
    # "customers without any come last, in the order of section 9", which is that of the rows
    places = [*first, *(str(row["customer_id"]) for row in rows if row["customer_id"] not in first)]
    for row in rows:
        row["urgency"] = places.index(str(row["customer_id"])) + 1
    return sorted(rows, key=lambda row: int(str(row["urgency"])))


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
