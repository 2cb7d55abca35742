"""The kinds of export, one record a kind, column by column.

The headers in other languages are the labels of the vendor's own help pages; where those name none, there is none.

These records are the one place that knows what a kind is. The loaders find headers by them, and rows are held against
them. The store's views and the data dictionary are written from them, and a test compares them with the tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from partner_analytics import vocabulary
from partner_analytics.schemas.columns import (
    CUSTOMER_HEADERS,
    Column,
    count,
    customer_id,
    day,
    flag,
    text,
    word,
)

SNAPSHOT_DATE: Final = "the snapshot's day"
"""A default: the day for which the file was exported."""


@dataclass(frozen=True)
class Kind:
    """A kind of export; its rows stand in the table `<name>_rows`.

    Parameters
    ----------
    name
        Its name in commands, columns and SQL.
    label
        What is loaded, in words.
    export
        What kind of export it is, in words: "No … export has been loaded".
    grain
        What a row is, in the singular.
    key
        What makes a row of a snapshot the same row; a conflict is filed under the first of these columns.
    columns
        Its columns, in the order of the store.
    defaults
        What a cell is that the file leaves empty, by its column: a value, or `SNAPSHOT_DATE`.
    not_before
        A day, by its column, and the column of the day before which it cannot lie.
    is_about_known_customers
        Whether a file can name its customers, who are then found in the customer export.
    is_collected
        Whether the rows of every snapshot count, and not those of the newest alone.
    precedence
        Where a header fits two kinds as well, the one with the lower number is taken.
    """

    name: str
    label: str
    export: str
    grain: str
    key: tuple[str, ...]
    columns: Mapping[str, Column]
    defaults: Mapping[str, str] = field(default_factory=dict)
    not_before: Mapping[str, str] = field(default_factory=dict)
    is_about_known_customers: bool = True
    is_collected: bool = False
    precedence: int = 50

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that a file must have."""
        return tuple(name for name, column in self.columns.items() if column.is_required)


_is_managed_order = "Whether the customer is a managed customer order (the portal's dollar icon)."
_trial_started_by = "Who started the trial."

ASSISTANCE_HEADERS = (
    *("Partnerunterstützung", "Assistance Partenaires", "Assistance partenaire"),
    *("Asistencia de Partner", "パートナーアシスタンス"),
)
"""What the vendor's help calls Partner Assistance in German, French, Spanish and Japanese; Italian keeps the English."""

CUSTOMERS: Final = Kind(
    name="customers",
    label="customers",
    export="customer",
    grain="customer",
    key=("customer_id",),
    is_about_known_customers=False,
    # A sheet about customers often repeats their names.
    precedence=90,
    columns={
        "customer_id": customer_id("id"),
        "account_name": text(
            "The account's fixed name.",
            *("name", "customer name"),
            *("Kundenname", "Kontoname", "nom du compte client", "Nome del cliente", "nombre del cliente"),
            *("顧客名", "アカウント名", "顧客アカウント名"),
            is_required=True,
        ),
        "shown_as": text(
            "The name shown as, which the partner can edit.",
            *("show as", "name shown as", "Name wird angezeigt als", "Nom affiché", "Non affiché"),
        ),
        "billing_type": word(
            "How the account is billed.",
            vocabulary.BILLING_TYPES,
            *("Abrechnungstyp", "type de facturation", "tipo di fatturazione", "tipo de facturación", "請求の種類"),
        ),
        "is_managed_order": flag(_is_managed_order, "managed order"),
        "trial_started_by": word(_trial_started_by, vocabulary.TRIAL_STARTERS),
        "partner_assistance": word(
            "Whether Partner Assistance is on.", ("on", "off"), *ASSISTANCE_HEADERS, is_on_off=True
        ),
        "account_status": text("The account's status, as the vendor words it.", "status"),
        "contact_first_name": text("The contact's first name."),
        "contact_last_name": text("The contact's last name."),
        "contact_email": text("The contact's e-mail address."),
        "contact_phone": text("The contact's phone number."),
        "contact_mobile": text("The contact's mobile number."),
        "address_1": text("First line of the contact's address.", "contact address address1", "address1"),
        "city": text("The contact's city.", "contact address city"),
        "state": text("The contact's state.", "contact address state"),
        "postal_code": text("The contact's postal code.", "contact address postal code"),
        "country_code": text("The contact's country.", "contact address country code"),
        "data_region": text("The vendor's data region."),
        "data_geography": text("The vendor's data geography."),
        "api_host": text("The API host of the customer's region."),
        "organization_id": text("The organization the customer belongs to."),
    },
)

LICENSES: Final = Kind(
    name="licenses",
    label="licenses",
    export="license",
    grain="license",
    key=("license_id", "customer_id"),
    not_before={"end_date": "start_date"},
    precedence=10,
    columns={
        "license_id": text(
            "The license record's id; of a table without ids its number, product code and first day.",
            "id",
            "unique id",
            is_required=True,
            prefix="urn:uuid:",
        ),
        "license_number": text(
            "The license's number, which several licenses can share.",
            *("license identifier", "license id", "Lizenznr.", "Lizenznummer"),
        ),
        "customer_id": customer_id(*CUSTOMER_HEADERS),
        "product_code": text("The product's code, compared exactly.", is_required=True),
        "product_name": text("The product's name as exported.", "product", "Lizenz", "ライセンス"),
        "product_generic_code": text("The product's generic code.", "product generic code"),
        "license_type": word(
            "The license's type.",
            vocabulary.LICENSE_TYPES,
            *("type", "subscription type", "Typ", "Lizenztyp", "種類", "ライセンスの種類"),
            is_required=True,
        ),
        "quantity": count("How many were bought.", "Grenze", unit="seats"),
        "is_unlimited": flag("Whether the license has no limit.", "unlimited"),
        "is_perpetual": flag("Whether the license never ends.", "perpetual", "perpetual license"),
        "start_date": day("First day of the license.", "start", is_required=True),
        "end_date": day("Last day on which the license is valid.", "end", "Läuft ab", "有効期限"),
        "used": count(
            "How many are in use.",
            *("usage current count", "current usage", "usage"),
            *("Nutzung", "Utilisation", "Utilizzo", "Uso", "使用数", "使用状況"),
            unit="seats",
        ),
        "used_on": day("Day of the usage count.", "usage current date", "current usage date"),
    },
)

ASSISTANCE: Final = Kind(
    name="assistance",
    label="Partner Assistance",
    export="Partner Assistance",
    grain="piece of evidence about Partner Assistance",
    key=("customer_id", "checked_on", "basis"),
    defaults={"checked_on": SNAPSHOT_DATE, "basis": "stated"},
    is_collected=True,
    precedence=30,
    columns={
        "customer_id": customer_id("id", *CUSTOMER_HEADERS),
        "partner_assistance": word(
            "Whether Partner Assistance is on.",
            ("on", "off"),
            "assistance",
            *ASSISTANCE_HEADERS,
            is_required=True,
            is_on_off=True,
        ),
        "checked_on": day("Day of the evidence; the snapshot's day where the file gives none."),
        "basis": word("Whether somebody stated it or an API call showed it.", vocabulary.EVIDENCE_BASES),
    },
)

CUSTOMER_FACTS: Final = Kind(
    name="customer_facts",
    label="customer facts",
    export="customer facts",
    grain="customer with facts that no export tells",
    key=("customer_id",),
    precedence=20,
    columns={
        "customer_id": customer_id("id", *CUSTOMER_HEADERS),
        "is_managed_order": flag(_is_managed_order, "managed order"),
        "trial_started_by": word(_trial_started_by, vocabulary.TRIAL_STARTERS),
        "account_manager": text("Who looks after the customer."),
        "customer_group": text("The group that the partner puts the customer in.", "group"),
    },
)

KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (
        CUSTOMERS,
        LICENSES,
        ASSISTANCE,
        CUSTOMER_FACTS,
    )
}
"""The kinds of export by name, in the order in which reports name them."""
