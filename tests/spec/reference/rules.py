"""The rules page, sections 1 to 9, in plain loops and dictionaries.

It shares no line with the product on purpose: a mistake made twice, by two readers of the same page, is rarer than a
mistake that is copied. So it prefers the page's own words and order to speed and to elegance, and each function names
the section that it repeats.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

Cell = str | int | bool | date | None
Row = dict[str, Cell]
Catalogue = Mapping[str, tuple[str, Sequence[str]]]

CATEGORIES = (
    "Endpoint", "Server", "XDR", "MDR", "Email", "Phish Threat", "Encryption", "Mobile", "Cloud", "Network",
    "Firewall", "Wireless", "ZTNA", "Other",
)  # fmt: skip
"""Section 5, in its order, which is also the order of rows and of lists (section 9)."""

MODELS = ("flex", "term", "managed_order", "trial")
"""Section 9: the order of models."""

REACTIVATION_DAYS = 60
"""Section 4: a license that expired at most 60 days ago is reactivatable."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "protection_status": (
        "customer_id", "customer_name", "account_type", "category", "status", "coverage_ends_on", "days_left",
        "is_renewed", "is_reactivatable", "license_count",
    ),
    "license_positions": (
        "customer_id", "customer_name", "product_code", "product_name", "model", "seats", "is_unlimited", "used",
        "over_used_by", "unused",
    ),
    "flex_vs_term": (
        "customer_id", "customer_name", "account_type", "mix", "flex_licenses", "term_licenses",
        "managed_order_licenses", "trial_licenses", "flex_used", "term_seats", "term_used", "double_covered",
        "early_access",
    ),
    "assistance_coverage": (
        "customer_id", "customer_name", "account_type", "assistance", "basis", "checked_on", "expected_on",
        "is_anomaly", "can_launch", "next_step",
    ),
}  # fmt: skip
"""Architecture, section 3: the columns of each CSV file, in order."""


class BeforeFirstSnapshotError(ValueError):
    """Section 9: "a report as of a day before the first snapshot is an error that names the first day"."""


@dataclass(frozen=True)
class Exports:
    """Everything that was ever exported, of every snapshot day, before any rule has touched it.

    Rows carry the canonical column names and `snapshot_date`. `empty_answers` holds (snapshot day, customer) for each
    API answer with an empty license list, because no row could tell of it.
    """

    customers: list[Row]
    licenses: list[Row]
    assistance: list[Row]
    customer_facts: list[Row]
    empty_answers: Collection[tuple[date, str]]
    catalogue: Catalogue
    as_of: date
    expiring_window: int = 30
    renewal_days: int = 90


@dataclass(frozen=True)
class License:
    """One license row with what sections 3, 4 and 5 derive from it."""

    license_id: str
    product_code: str
    exported_name: str | None
    is_mapped: bool
    categories: tuple[str, ...]
    model: str
    state: str
    start_date: date
    end_date: date | None
    is_perpetual: bool
    is_unlimited: bool
    quantity: int | None
    used: int | None

    @property
    def is_paid(self) -> bool:
        """Section 3: "Paid means any model but trial"."""
        return self.model != "trial"

    @property
    def is_in_force(self) -> bool:
        """Section 4: "In force means active or expiring"."""
        return self.state in ("active", "expiring")

    @property
    def ends_on(self) -> date | None:
        """The last day: "a perpetual license has none" (section 5), whatever its cell says."""
        return None if self.is_perpetual else self.end_date


@dataclass(frozen=True)
class Customer:
    """One customer that makes rows: from the customer exports, from a license row, or from an empty answer."""

    customer_id: str
    name: str
    account_type: str
    trial_started_by: str | None
    was_answered: bool
    account_manager: str | None = None
    contact_name: str | None = None
    contact_email: str | None = None
    contact_phone: str | None = None
    licenses: list[License] = field(default_factory=list)

    @property
    def is_exported(self) -> bool:
        """Whether its licenses were: a row, or "an API answer with an empty list" (section 5); else it is `no_data`."""
        return self.was_answered or bool(self.licenses)


@dataclass(frozen=True)
class Evidence:
    """One piece of evidence about Partner Assistance (section 8)."""

    day: date
    basis: str
    snapshot_date: date
    is_from_assistance_file: bool
    assistance: str


@dataclass(frozen=True)
class Position:
    """Seats and usage of one customer, product and model (section 6)."""

    product_code: str
    product_name: str
    model: str
    seats: int | None
    is_unlimited: bool
    used: int | None
    over_used_by: int | None
    unused: int | None


# Reading one cell. Section 2: "Text loses surrounding white space on load."


def _text(row: Row, column: str) -> str | None:
    value = row.get(column)
    return (value.strip() or None) if isinstance(value, str) else None


def _required_text(row: Row, column: str) -> str:
    value = _text(row, column)
    if value is None:
        raise ValueError(f"a row without {column}: {row}")
    return value


def _number(row: Row, column: str) -> int | None:
    value = row.get(column)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _day(row: Row, column: str) -> date | None:
    value = row.get(column)
    return value if isinstance(value, date) else None


def _required_day(row: Row, column: str) -> date:
    value = _day(row, column)
    if value is None:
        raise ValueError(f"a row without {column}: {row}")
    return value


def _flag(row: Row, column: str) -> bool | None:
    value = row.get(column)
    return value if isinstance(value, bool) else None


def _on_or_off(row: Row, column: str) -> str | None:
    """The assistance word; a truth value is understood as well, since the page calls it both on/off and a column."""
    value = row.get(column)
    if isinstance(value, bool):
        return "on" if value else "off"
    return _text(row, column)


# Section 1: which rows a report sees.


def newest_snapshot(days: Iterable[date], as_of: date) -> date | None:
    """Section 1: "A report as of day D uses, kind by kind, the newest snapshot dated D or earlier"."""
    return max((day for day in days if day <= as_of), default=None)


def _snapshot_days(rows: Iterable[Row]) -> list[date]:
    return [_required_day(row, "snapshot_date") for row in rows]


def _newest_rows(rows: list[Row], as_of: date) -> list[Row]:
    newest = newest_snapshot(_snapshot_days(rows), as_of)
    return [row for row in rows if row["snapshot_date"] == newest]


def first_snapshot(exports: Exports) -> date | None:
    """The first day of any kind, which the error of section 9 has to name."""
    days = [day for day, _customer in exports.empty_answers]
    for rows in (exports.customers, exports.licenses, exports.assistance, exports.customer_facts):
        days.extend(_snapshot_days(rows))
    return min(days, default=None)


# Sections 2, 3 and 4: one customer, one license.


def account_type(is_managed_order: bool, billing_type: str | None) -> str:
    """Section 2. "First match: is_managed_order true → managed_order; billing type usage → monthly_usage;
    trial → trial; term → term; otherwise unknown"."""
    if is_managed_order:
        return "managed_order"
    if billing_type == "usage":
        return "monthly_usage"
    if billing_type == "trial":
        return "trial"
    if billing_type == "term":
        return "term"
    return "unknown"


def license_model(license_type: str, customer_account_type: str) -> str:
    """Section 3. "First match: license type trial → trial; type ordered, or the customer's account type is
    managed_order → managed_order; type usage → flex; type term, enterprise or perpetual → term"."""
    if license_type == "trial":
        return "trial"
    if license_type == "ordered" or customer_account_type == "managed_order":
        return "managed_order"
    if license_type == "usage":
        return "flex"
    if license_type in ("term", "enterprise", "perpetual"):
        return "term"
    raise ValueError(f"no such license type: {license_type}")


def license_state(
    license_type: str,
    *,
    is_perpetual: bool,
    start_date: date,
    end_date: date | None,
    as_of: date,
    expiring_window: int,
) -> str:
    """Section 4, its six rules in their order. Perpetual is what the flag says; the license type `perpetual` counts
    where no end date is known."""
    if start_date > as_of:
        return "future"
    if is_perpetual:
        return "active"
    if end_date is None:
        return "active" if license_type in ("usage", "ordered", "perpetual") else "unknown"
    if end_date < as_of:
        return "expired"
    if (end_date - as_of).days <= expiring_window:
        return "expiring"
    return "active"


def categories_of(product_code: str, catalogue: Catalogue) -> tuple[str, ...]:
    """Section 5: "A code that the catalogue lacks falls to Other". "Codes are compared exactly"."""
    if product_code not in catalogue:
        return ("Other",)
    _name, categories = catalogue[product_code]
    if not categories or not set(categories) <= set(CATEGORIES):
        raise ValueError(f"the catalogue puts {product_code} into {categories}, which section 5 does not know")
    return tuple(category for category in CATEGORIES if category in categories)


def customers_of(exports: Exports) -> list[Customer]:
    """Every customer that makes rows, with its licenses, in the order of section 9.

    Section 9: "a license whose customer is in no customer export is reported under its customer id as name, with
    account type unknown". "Facts or assistance of a customer that neither customers nor licenses know make no row".
    """
    as_of = exports.as_of
    first = first_snapshot(exports)
    if first is None or first > as_of:
        raise BeforeFirstSnapshotError(f"there is no snapshot on {as_of} or before; the first is of {first}")

    # Facts: "its known values win over the customer export's" (architecture, section 2).
    facts = {_required_text(row, "customer_id"): row for row in _newest_rows(exports.customer_facts, as_of)}

    # An empty answer is a license snapshot of its day as much as a row is.
    license_days = _snapshot_days(exports.licenses) + [day for day, _customer in exports.empty_answers]
    license_day = newest_snapshot(license_days, as_of)
    license_rows = [row for row in exports.licenses if row["snapshot_date"] == license_day]
    answered = {customer_id for day, customer_id in exports.empty_answers if day == license_day}

    customers: dict[str, Customer] = {}
    for row in _newest_rows(exports.customers, as_of):
        customer_id = _required_text(row, "customer_id")
        fact = facts.get(customer_id, {})
        is_managed_order = _flag(fact, "is_managed_order")
        if is_managed_order is None:
            is_managed_order = _flag(row, "is_managed_order")
        customers[customer_id] = Customer(
            customer_id=customer_id,
            # Section 1: "Display = showAs, or name where it is missing or blank."
            name=_text(row, "shown_as") or _required_text(row, "account_name"),
            # Section 2: "Missing is_managed_order [...] count as false."
            account_type=account_type(is_managed_order is True, _text(row, "billing_type")),
            trial_started_by=_text(fact, "trial_started_by") or _text(row, "trial_started_by"),
            was_answered=customer_id in answered,
            account_manager=_text(fact, "account_manager"),
            # Section 12: "first and last name of the customer export's contact with a space between".
            contact_name=" ".join(filter(None, (_text(row, "contact_first_name"), _text(row, "contact_last_name"))))
            or None,
            contact_email=_text(row, "contact_email"),
            contact_phone=_text(row, "contact_phone"),
        )
    for customer_id in [_required_text(row, "customer_id") for row in license_rows] + sorted(answered):
        if customer_id not in customers:
            # Section 12: "account_manager comes from the customer facts, also for customers that the export lacks".
            customers[customer_id] = Customer(
                customer_id,
                customer_id,
                "unknown",
                None,
                customer_id in answered,
                _text(facts.get(customer_id, {}), "account_manager"),
            )

    for row in license_rows:
        customer = customers[_required_text(row, "customer_id")]
        customer.licenses.append(_license(row, customer.account_type, exports))

    # Section 9: "customer_name (by Unicode code point of its lower-cased form, before any spreadsheet escaping),
    # then customer_id".
    return sorted(customers.values(), key=lambda customer: (customer.name.lower(), customer.customer_id))


def _license(row: Row, customer_account_type: str, exports: Exports) -> License:
    license_type = _required_text(row, "license_type")
    product_code = _required_text(row, "product_code")
    start_date = _required_day(row, "start_date")
    end_date = _day(row, "end_date")
    is_perpetual = _flag(row, "is_perpetual") is True
    return License(
        license_id=_required_text(row, "license_id"),
        product_code=product_code,
        exported_name=_text(row, "product_name"),
        is_mapped=product_code in exports.catalogue,
        categories=categories_of(product_code, exports.catalogue),
        model=license_model(license_type, customer_account_type),
        state=license_state(
            license_type,
            is_perpetual=is_perpetual,
            start_date=start_date,
            end_date=end_date,
            as_of=exports.as_of,
            expiring_window=exports.expiring_window,
        ),
        start_date=start_date,
        end_date=end_date,
        is_perpetual=is_perpetual,
        is_unlimited=_flag(row, "is_unlimited") is True,
        quantity=_number(row, "quantity"),
        used=_number(row, "used"),
    )


# Section 5.


def latest_end(licenses: Iterable[License]) -> date | None:
    """Section 5: "the latest end date [...], empty if one of them has none, and a perpetual license has none"."""
    ends: list[date] = []
    for held in licenses:
        if held.ends_on is None:
            return None
        ends.append(held.ends_on)
    return max(ends, default=None)


def protection(licenses: list[License]) -> tuple[str, date | None, bool]:
    """Section 5, its seven rules in their order: the status, the day on which coverage ends, and `is_renewed`."""
    paid = [held for held in licenses if held.is_paid]
    active = [held for held in paid if held.state == "active"]
    expiring = [held for held in paid if held.state == "expiring"]
    trials = [held for held in licenses if not held.is_paid and held.is_in_force]

    # 1. a paid license is active → active
    if active:
        return "active", latest_end(active + expiring), False
    if expiring:
        # 2. "a paid future license in the category starts no later than the day after the last of the expiring ones
        # ends → active, with is_renewed true"
        last_day = max(held.end_date for held in expiring if held.end_date is not None)
        renewals = [held for held in paid if held.state == "future" and held.start_date <= last_day + timedelta(days=1)]
        if renewals:
            return "active", latest_end(expiring + renewals), True
        # 3. a paid license is expiring → expiring
        return "expiring", latest_end(expiring), False
    # 4. a trial is in force → trial
    if trials:
        return "trial", latest_end(trials), False
    # 5. any license is future → future
    if any(held.state == "future" for held in licenses):
        return "future", None, False
    # 6. any license is unknown → unknown
    if any(held.state == "unknown" for held in licenses):
        return "unknown", None, False
    # 7. → expired: "for expired, the latest end date"
    return "expired", latest_end(licenses), False


def protection_status(exports: Exports) -> list[Row]:
    """Section 5: one row for each customer and each category in which it has a license row.

    "A customer without any license row gets one row with an empty category: status none if its licenses were exported
    (an API answer with an empty list), no_data if they were not."
    """
    rows: list[Row] = []
    for customer in customers_of(exports):
        who: Row = {
            "customer_id": customer.customer_id,
            "customer_name": customer.name,
            "account_type": customer.account_type,
        }
        if not customer.licenses:
            rows.append(
                who
                | {
                    "category": None,
                    "status": "none" if customer.was_answered else "no_data",
                    "coverage_ends_on": None,
                    "days_left": None,
                    "is_renewed": False,
                    "is_reactivatable": False,
                    "license_count": 0,
                }
            )
        for category in CATEGORIES:
            licenses = [held for held in customer.licenses if category in held.categories]
            if not licenses:
                continue
            status, ends_on, is_renewed = protection(licenses)
            days_left = None if ends_on is None else (ends_on - exports.as_of).days
            rows.append(
                who
                | {
                    "category": category,
                    "status": status,
                    "coverage_ends_on": ends_on,
                    "days_left": days_left,
                    "is_renewed": is_renewed,
                    # "status expired and days_left >= -60"
                    "is_reactivatable": status == "expired" and days_left is not None
                    and days_left >= -REACTIVATION_DAYS,
                    # "how many license rows of the category went into the status, in whatever state"
                    "license_count": len(licenses),
                }
            )  # fmt: skip
    return rows


# Section 6.


def product_name(product_code: str, licenses: list[License], catalogue: Catalogue) -> str:
    """Section 9: "the catalogue's, else the export's (among the licenses that the row is about, the name of the lowest
    license id that has one), else the code"."""
    if product_code in catalogue and catalogue[product_code][0]:
        return catalogue[product_code][0]
    for held in sorted(licenses, key=lambda held: held.license_id):
        if held.exported_name is not None:
            return held.exported_name
    return product_code


def positions(customer: Customer, catalogue: Catalogue) -> list[Position]:
    """Section 6: "Over the licenses in force, grouped by customer, product code and model"."""
    groups: dict[tuple[str, str], list[License]] = {}
    for held in customer.licenses:
        if held.is_in_force:
            groups.setdefault((held.product_code, held.model), []).append(held)

    result: list[Position] = []
    # Section 9: "then product code, then model in the order flex, term, managed_order, trial"
    for product_code, model in sorted(groups, key=lambda group: (group[0], MODELS.index(group[1]))):
        licenses = groups[product_code, model]
        # "empty, with is_unlimited true, if any of them is unlimited. A missing quantity on a license that is not
        # unlimited leaves seats empty too"
        is_unlimited = any(held.is_unlimited for held in licenses)
        quantities = [held.quantity for held in licenses if held.quantity is not None]
        seats = sum(quantities) if not is_unlimited and len(quantities) == len(licenses) else None
        # "the largest usage count among them [...]; empty if none reports usage"
        used = max((held.used for held in licenses if held.used is not None), default=None)
        is_both_known = seats is not None and used is not None
        result.append(
            Position(
                product_code=product_code,
                product_name=product_name(product_code, licenses, catalogue),
                model=model,
                seats=seats,
                is_unlimited=is_unlimited,
                used=used,
                # "both empty unless seats and used are both known"
                over_used_by=max((used or 0) - (seats or 0), 0) if is_both_known else None,
                unused=max((seats or 0) - (used or 0), 0) if is_both_known else None,
            )
        )
    return result


def license_positions(exports: Exports) -> list[Row]:
    """Section 6: one row per customer, product code and model in force."""
    return [
        {
            "customer_id": customer.customer_id,
            "customer_name": customer.name,
            "product_code": position.product_code,
            "product_name": position.product_name,
            "model": position.model,
            "seats": position.seats,
            "is_unlimited": position.is_unlimited,
            "used": position.used,
            "over_used_by": position.over_used_by,
            "unused": position.unused,
        }
        for customer in customers_of(exports)
        for position in positions(customer, exports.catalogue)
    ]


# Section 7.


def _sum_of_known(values: Iterable[int | None]) -> int | None:
    """Section 7: "A sum leaves out what is not known and is empty where nothing is known: not reported is not 0"."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def mix_of(models_in_force: Collection[str]) -> str:
    """Section 7. "the paid models in force: none → trial if a trial is in force, else none; one → that model;
    more → mixed"."""
    paid = [model for model in MODELS if model != "trial" and model in models_in_force]
    if not paid:
        return "trial" if "trial" in models_in_force else "none"
    return paid[0] if len(paid) == 1 else "mixed"


def flex_vs_term(exports: Exports) -> list[Row]:
    """Section 7: one row per customer, with or without licenses."""
    rows: list[Row] = []
    for customer in customers_of(exports):
        in_force = [held for held in customer.licenses if held.is_in_force]
        models = [held.model for held in in_force]
        held_positions = positions(customer, exports.catalogue)
        # "the categories, Other apart, in which both a flex and a term license are in force", "in the order of
        # section 5"
        double_covered = [
            category
            for category in CATEGORIES
            if category != "Other"
            and {"flex", "term"} <= {held.model for held in in_force if category in held.categories}
        ]
        # "For a customer whose licenses were not exported [...] mix is no_data and the counts are empty: not looked at
        # is not none"
        counts = {model: models.count(model) if customer.is_exported else None for model in MODELS}
        is_limited = "flex" in models or customer.account_type == "monthly_usage"
        rows.append(
            {
                "customer_id": customer.customer_id,
                "customer_name": customer.name,
                "account_type": customer.account_type,
                "mix": mix_of(models) if customer.is_exported else "no_data",
                "flex_licenses": counts["flex"],
                "term_licenses": counts["term"],
                "managed_order_licenses": counts["managed_order"],
                "trial_licenses": counts["trial"],
                "flex_used": _sum_of_known(position.used for position in held_positions if position.model == "flex"),
                "term_seats": _sum_of_known(position.seats for position in held_positions if position.model == "term"),
                "term_used": _sum_of_known(position.used for position in held_positions if position.model == "term"),
                "double_covered": "; ".join(double_covered),
                "early_access": "limited" if is_limited else "eligible",
            }
        )
    return rows


# Section 8.


def evidence(exports: Exports) -> dict[str, Evidence]:
    """Section 8: the winning piece of evidence of each customer.

    "The newest evidence dated as-of or earlier wins; on the same day stated wins. Evidence without a day of its own
    has its snapshot's. It is collected from every snapshot dated as-of or earlier, not only the newest; of two equal
    ones the later snapshot's wins, and within a snapshot's day the assistance file before the customer export's
    column."
    """
    found: dict[str, list[Evidence]] = {}
    for row in exports.assistance:
        snapshot_date = _required_day(row, "snapshot_date")
        day = _day(row, "checked_on") or snapshot_date
        basis = _text(row, "basis") or "stated"
        says = _on_or_off(row, "partner_assistance")
        if says is not None and snapshot_date <= exports.as_of and day <= exports.as_of:
            piece = Evidence(day, basis, snapshot_date, True, says)
            found.setdefault(_required_text(row, "customer_id"), []).append(piece)
    for row in exports.customers:
        # "A column of the customer export is evidence of its snapshot's day."
        snapshot_date = _required_day(row, "snapshot_date")
        says = _on_or_off(row, "partner_assistance")
        if says is not None and snapshot_date <= exports.as_of:
            piece = Evidence(snapshot_date, "stated", snapshot_date, False, says)
            found.setdefault(_required_text(row, "customer_id"), []).append(piece)
    return {
        customer_id: max(
            pieces,
            key=lambda one: (one.day, one.basis == "stated", one.snapshot_date, one.is_from_assistance_file),
        )
        for customer_id, pieces in found.items()
    }


def assistance_rule(customer: Customer) -> str | None:
    """Section 8, the rules that turn it on automatically: "account type monthly_usage → rule_monthly_usage;
    managed_order → rule_managed_order; trial that the partner started → rule_partner_trial"."""
    if customer.account_type == "monthly_usage":
        return "rule_monthly_usage"
    if customer.account_type == "managed_order":
        return "rule_managed_order"
    if customer.account_type == "trial" and customer.trial_started_by == "partner":
        return "rule_partner_trial"
    return None


def assistance_coverage(exports: Exports) -> list[Row]:
    """Section 8: one row per customer."""
    winning = evidence(exports)
    rows: list[Row] = []
    for customer in customers_of(exports):
        piece = winning.get(customer.customer_id)
        rule = assistance_rule(customer)
        # "the winning evidence; else on if a rule applies; else unknown"
        assistance, basis, checked_on = "unknown", "none", None
        if piece is not None:
            assistance, basis, checked_on = piece.assistance, piece.basis, piece.day
        elif rule is not None:
            assistance, basis = "on", rule
        # "expected on, but evidence says off"
        is_anomaly = rule is not None and assistance == "off"
        if assistance == "on":
            next_step = "launch"
        elif is_anomaly:
            next_step = "check_anomaly"
        else:
            next_step = "ask_customer"
        rows.append(
            {
                "customer_id": customer.customer_id,
                "customer_name": customer.name,
                "account_type": customer.account_type,
                "assistance": assistance,
                "basis": basis,
                "checked_on": checked_on,
                "expected_on": rule is not None,
                "is_anomaly": is_anomaly,
                "can_launch": assistance == "on",
                "next_step": next_step,
            }
        )
    return rows


# Section 9 and architecture, section 3: the text of a file.


def csv_cell(value: Cell) -> str:
    """Section 9: "Booleans are true/false, days ISO YYYY-MM-DD, an absent value is an empty cell, numbers are plain
    integers"; architecture, section 3: the leading apostrophe of text, then RFC 4180 quoting."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    text = "'" + value if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
    if any(character in text for character in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def csv_text(columns: Sequence[str], rows: Iterable[Row]) -> str:
    """One CSV file: a header line, then a line for each row, each ended by a line feed."""
    lines = [",".join(columns)]
    lines.extend(",".join(csv_cell(row[column]) for column in columns) for row in rows)
    return "".join(line + "\n" for line in lines)
