"""A page of customers with any names, and a browser that opens it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import TYPE_CHECKING

from partner_analytics.reports import Report
from partner_analytics.vocabulary import ACTIONS, REPORTS
from tests.support.frames import AS_OF, basis_of, built, frame_of

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page


def reports_of(*names: str) -> tuple[Report, ...]:
    """All reports over customers of these names, with every status and answer among them."""
    statuses = ("active", "expiring", "trial", "future", "unknown", "expired", "none", "no_data")
    people = [{"customer_id": f"c{i}", "customer_name": name, "account_type": "term"} for i, name in enumerate(names)]
    to_dos = ("reactivate", "renew", "convert_trial", "export_licenses", "check_assistance", "nothing")
    frames: dict[str, list[Mapping[str, object]]] = {
        "customer_overview": [
            {**who, "urgency": i + 1, "to_do": to_dos[i % 6], "active_in": "Email" if i % 2 else None,
             "expired_in": "Endpoint; XDR", "mix": "term", "early_access": "limited", "assistance": "off",
             "is_anomaly": i % 3 == 1, "account_manager": who["customer_name"]}
            for i, who in enumerate(people)
        ],
        "protection_status": [
            {**who, "category": "Email", "status": statuses[i % 8], "days_left": 3 - i, "license_count": 1}
            for i, who in enumerate(people)
        ],
        "flex_vs_term": [
            {**who, "mix": "mixed", "flex_licenses": 1, "term_licenses": 1, "managed_order_licenses": 0,
             "trial_licenses": 0, "flex_used": i, "term_seats": 10, "term_used": i, "double_covered": "Email; XDR",
             "early_access": "limited"}
            for i, who in enumerate(people)
        ],
        "license_positions": [
            {**who, "product_code": f"P{i}", "product_name": who["customer_name"], "model": "term", "seats": 5,
             "used": i, "is_unlimited": False, "over_used_by": max(i - 5, 0), "unused": max(5 - i, 0)}
            for i, who in enumerate(people)
        ],
        "assistance_coverage": [
            {**who, "assistance": ("on", "off", "unknown")[i % 3], "basis": "stated", "expected_on": False,
             "is_anomaly": i % 3 == 1, "can_launch": i % 3 == 0, "next_step": "launch"}
            for i, who in enumerate(people)
        ],
        "changes": [
            {**who, "change": "customer_renamed", "before": who["customer_name"], "after": "Another name"}
            for who in people
        ],
        "renewals": [
            {**who, "product_code": f"P{i}", "product_name": who["customer_name"], "model": "term",
             "license_id": f"L{i}", "quantity": 5, "end_date": AS_OF, "days_left": 0, "window": "30",
             "renewal": ("open", "reduced", "unknown", "renewed")[i % 4], "seats_open": 5}
            for i, who in enumerate(people)
        ],
        "actions": [
            {**who, "action": ACTIONS[i % len(ACTIONS)], "due_on": AS_OF if i % 2 else None, "days_left": 0 if i % 2 else None,
             "subject": who["customer_name"], "product_name": who["customer_name"], "seats": 5,
             "contact_name": who["customer_name"], "contact_email": who["customer_name"], "contact_phone": who["customer_name"]}
            for i, who in enumerate(people)
        ],
    }  # fmt: skip
    return tuple(built(name, frame_of(name, *frames[name]), basis_of(refused=1)) for name in REPORTS)


def words_of(file: Path) -> str:
    """What a page says, without its markup."""
    return unescape(re.sub("<[^>]+>", "", file.read_text("utf-8")))


def opened(browser: Browser, site: Path, *, at: str = "", **options: object) -> tuple[Page, list[str]]:
    """The page in a browser at one of its places, and everything that it complained about or asked the network for."""
    tab = browser.new_page(**options)  # type: ignore[arg-type]
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("request", lambda r: None if r.url.startswith(("file:", "data:")) else said.append(r.url))
    tab.goto(f"{(site / 'index.html').as_uri()}{at}")
    return tab, said
