"""The words of the trade: each list of words that a column may hold, in the order in which reports show them.

What the words mean stands in `GLOSSARY.md`; how they come about, in `transforms/`.
"""

from __future__ import annotations

from typing import Final

UUID: Final = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
"""The pattern of an id that the vendor gives, in lower case."""

BILLING_TYPES: Final = ("trial", "term", "usage")
LICENSE_TYPES: Final = ("trial", "term", "usage", "ordered", "enterprise", "perpetual")
TRIAL_STARTERS: Final = ("partner", "customer")

WORDS: Final = (
    *("yes", "no", "on", "off"),
    *dict.fromkeys((*BILLING_TYPES, *LICENSE_TYPES, *TRIAL_STARTERS, "stated", "observed")),
)
"""Every word that an export can hold where its words are listed: what a word of the partner's own can stand for."""

ACCOUNT_TYPES: Final = ("managed_order", "monthly_usage", "trial", "term", "unknown")
MODELS: Final = ("flex", "term", "managed_order", "trial")
PAID_MODELS: Final = ("flex", "term", "managed_order")
STATES: Final = ("future", "active", "unknown", "expired", "expiring")
IN_FORCE: Final = ("active", "expiring")

CATEGORIES: Final = (
    "Endpoint",
    "Server",
    "XDR",
    "MDR",
    "Email",
    "Phish Threat",
    "Encryption",
    "Mobile",
    "Cloud",
    "Network",
    "Firewall",
    "Wireless",
    "ZTNA",
    "Other",
)
OTHER: Final = CATEGORIES[-1]
"""The category of a product that the catalogue lacks."""

STATUSES: Final = ("active", "expiring", "trial", "future", "unknown", "expired", "none", "no_data")
MY_PROTECTION: Final = ("active", "expiring", "trial")
"""The statuses that "Show my protection only" keeps."""

MIXES: Final = ("flex", "term", "managed_order", "mixed", "trial", "none", "no_data")

ASSISTANCE: Final = ("on", "off", "unknown")
EVIDENCE_BASES: Final = ("stated", "observed")
ASSISTANCE_BASES: Final = (
    "stated",
    "observed",
    "rule_monthly_usage",
    "rule_managed_order",
    "rule_partner_trial",
    "none",
)
NEXT_STEPS: Final = ("launch", "check_anomaly", "ask_customer")

ACTIONS: Final = (
    "reactivate",
    "renew",
    "convert_trial",
    "win_back",
    "offer_protection",
    "export_licenses",
    "check_end_dates",
    "check_renewal",
    "check_assistance",
    "add_seats",
    "check_double_cover",
    "ask_for_assistance",
)
"""What there can be to do for a customer. Actions due on the same day, or on no day, come in this order."""

TO_DOS: Final = (*ACTIONS, "nothing")
"""What to do next for a customer: its first action, if it has one."""

DUE: Final = ("overdue", "this_week", "next_week", "later", "no_day")
"""When something is due, by weeks from Monday to Sunday."""

PROGRAMS: Final = ("msp_flex", "msp_flex_connect")
"""The vendor's programs that a partner can be in."""

CHANGES: Final = (
    "customer_new",
    "customer_gone",
    "customer_renamed",
    "account_type_changed",
    "assistance_changed",
    "licenses_not_seen",
    "licenses_first_seen",
    "model_changed",
    "license_renewed",
    "license_ended_early",
    "license_expired",
    "license_started",
    "license_new",
    "license_gone",
    "product_changed",
    "quantity_changed",
    "dates_changed",
    "license_changed",
)
BRIDGE_REASONS: Final = (
    "new",
    "gone",
    "renewed",
    "expired",
    "started",
    "grown",
    "reduced",
    "not_seen",
    "first_seen",
    "reclassified",
)
"""Why there are more or fewer seats than before, in the order of the bridge."""

RENEWALS: Final = ("open", "reduced", "unknown", "renewed")
"""Whether the seats of a license that ends go on in another; what is left to do comes first."""

RENEWAL_WINDOWS: Final = (30, 60, 90, 180, 365, 400)
"""The windows, in days, in which a license ends."""

RENEWAL_DAYS: Final = 90
"""How many days ahead renewals look; the last window is as far as they can."""

EXPIRING_DAYS: Final = 30
"""Days before its end from which a license is `expiring`: the portal's own alert starts then."""

REACTIVATION_DAYS: Final = 60
"""Days after its end during which a license can be reactivated."""

EARLY_RENEWAL_DAYS: Final = 90
"""How many days before its end the license that takes over from another can start."""

TURN_ON: Final = "Account Details > Sophos Support > Partner Assistance"
"""Where a customer's administrator turns Partner Assistance on."""

SPLITS: Final = ("account_manager",)
"""By what the reports of a portfolio can be split into packs."""

SCHEDULERS: Final = ("systemd", "cron", "launchd", "windows")
"""What a system can run jobs with."""

COPIES: Final = ("duckdb", "parquet")
"""The formats of a copy for other tools."""

REPORTS: Final = (
    "customer_overview",
    "actions",
    "protection_status",
    "flex_vs_term",
    "license_positions",
    "assistance_coverage",
    "changes",
    "renewals",
)
"""The reports, in the order of the page."""
