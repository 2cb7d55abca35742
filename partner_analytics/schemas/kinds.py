"""The four kinds of export, column by column: meaning, type, rule, and the other headers that lead there.

The headers in other languages are the labels of the vendor's own help pages; where those name none, there is none.

These schemas are the one place that knows what a column means: the loaders find headers by them, rows are held against
them, and the data dictionary is written from them, which a test compares with the tables of the store.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import pandera.polars as pa
import polars as pl

from partner_analytics import vocabulary
from partner_analytics.errors import SettingsError, nearest
from partner_analytics.loaders import CUSTOMER_NAME, KnownColumns, normalise_header

LARGEST_COUNT = 2**31 - 1
UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"


def _column(
    dtype: type[pl.DataType],
    description: str,
    *aliases: str,
    required: bool = False,
    check: pa.Check | None = None,
    **metadata: str | bool,
) -> pa.Column:
    return pa.Column(
        dtype,
        check,
        nullable=not required,
        description=description,
        metadata={"aliases": aliases, "required": required, **metadata},
    )


def _text(description: str, *aliases: str, **options: Any) -> pa.Column:
    return _column(pl.String, description, *aliases, **options)


def _word(description: str, words: tuple[str, ...], *aliases: str, **options: Any) -> pa.Column:
    allowed = ", ".join(words)
    return _text(
        f"{description.removesuffix('.')}: {allowed}.",
        *aliases,
        check=pa.Check.isin(words, error=f"must be one of {allowed}"),
        case="lower",
        is_word=True,
        **options,
    )


def _customer_id(*aliases: str) -> pa.Column:
    return _text(
        "The customer's id: the bare uuid in lower case, without `urn:uuid:`.",
        "tenant",
        "tenant id",
        "account id",
        *aliases,
        required=True,
        check=pa.Check.str_matches(UUID, error="must be a uuid such as 00000000-0000-4000-8000-000000000001"),
        case="lower",
        prefix="urn:uuid:",
    )


CUSTOMER_HEADERS = ("customer", "Kunde", "Client", "Cliente", "顧客")
"""The customer's id, or the name: which one, the cells tell."""


def _flag(description: str, *aliases: str) -> pa.Column:
    return _column(pl.Boolean, description, *aliases)


def _count(description: str, *aliases: str, unit: str) -> pa.Column:
    # Far above any number of seats, and far below what a sum of them could overflow.
    check = pa.Check.le(LARGEST_COUNT, error=f"must be at most {LARGEST_COUNT:,}")
    return _column(pl.Int64, description, *aliases, unit=unit, check=check)


def _day(description: str, *aliases: str, **options: Any) -> pa.Column:
    return _column(pl.Date, description, *aliases, unit="day", **options)


_is_managed_order = "Whether the customer is a managed customer order (the portal's dollar icon)."
_trial_started_by = "Who started the trial."

ASSISTANCE_HEADERS = (
    *("Partnerunterstützung", "Assistance Partenaires", "Assistance partenaire"),
    *("Asistencia de Partner", "パートナーアシスタンス"),
)
"""What the vendor's help calls Partner Assistance in German, French, Spanish and Japanese; Italian keeps the English."""

CUSTOMERS = pa.DataFrameSchema(
    {
        "customer_id": _customer_id("id"),
        "account_name": _text(
            "The account's fixed name.",
            *("name", "customer name"),
            *("Kundenname", "Kontoname", "nom du compte client", "Nome del cliente", "nombre del cliente"),
            *("顧客名", "アカウント名", "顧客アカウント名"),
            required=True,
        ),
        "shown_as": _text(
            "The name shown as, which the partner can edit.",
            *("show as", "name shown as", "Name wird angezeigt als", "Nom affiché", "Non affiché"),
        ),
        "billing_type": _word(
            "How the account is billed.",
            vocabulary.BILLING_TYPES,
            *("Abrechnungstyp", "type de facturation", "tipo di fatturazione", "tipo de facturación", "請求の種類"),
        ),
        "is_managed_order": _flag(_is_managed_order, "managed order"),
        "trial_started_by": _word(_trial_started_by, vocabulary.TRIAL_STARTERS),
        "partner_assistance": _word(
            "Whether Partner Assistance is on.", ("on", "off"), *ASSISTANCE_HEADERS, parse="on_off"
        ),
        "account_status": _text("The account's status, as the vendor words it.", "status"),
        "contact_first_name": _text("The contact's first name."),
        "contact_last_name": _text("The contact's last name."),
        "contact_email": _text("The contact's e-mail address."),
        "contact_phone": _text("The contact's phone number."),
        "contact_mobile": _text("The contact's mobile number."),
        "address_1": _text("First line of the contact's address.", "contact address address1", "address1"),
        "city": _text("The contact's city.", "contact address city"),
        "state": _text("The contact's state.", "contact address state"),
        "postal_code": _text("The contact's postal code.", "contact address postal code"),
        "country_code": _text("The contact's country.", "contact address country code"),
        "data_region": _text("The vendor's data region."),
        "data_geography": _text("The vendor's data geography."),
        "api_host": _text("The API host of the customer's region."),
        "organization_id": _text("The organization the customer belongs to."),
    },
    name="customers",
)

LICENSES = pa.DataFrameSchema(
    {
        "license_id": _text(
            "The license record's id; of a table without ids its number, product code and first day.",
            "id",
            "unique id",
            required=True,
            prefix="urn:uuid:",
        ),
        "license_number": _text(
            "The license's number, which several licenses can share.",
            *("license identifier", "license id", "Lizenznr.", "Lizenznummer"),
        ),
        "customer_id": _customer_id(*CUSTOMER_HEADERS),
        "product_code": _text("The product's code, compared exactly.", required=True),
        "product_name": _text("The product's name as exported.", "product", "Lizenz", "ライセンス"),
        "product_generic_code": _text("The product's generic code.", "product generic code"),
        "license_type": _word(
            "The license's type.",
            vocabulary.LICENSE_TYPES,
            *("type", "subscription type", "Typ", "Lizenztyp", "種類", "ライセンスの種類"),
            required=True,
        ),
        "quantity": _count("How many were bought.", "Grenze", unit="seats"),
        "is_unlimited": _flag("Whether the license has no limit.", "unlimited"),
        "is_perpetual": _flag("Whether the license never ends.", "perpetual", "perpetual license"),
        "start_date": _day("First day of the license.", "start", required=True),
        "end_date": _day("Last day on which the license is valid.", "end", "Läuft ab", "有効期限"),
        "used": _count(
            "How many are in use.",
            *("usage current count", "current usage", "usage"),
            *("Nutzung", "Utilisation", "Utilizzo", "Uso", "使用数", "使用状況"),
            unit="seats",
        ),
        "used_on": _day("Day of the usage count.", "usage current date", "current usage date"),
    },
    checks=pa.Check(
        lambda data: data.lazyframe.select((pl.col("end_date") >= pl.col("start_date")).fill_null(value=True)),
        name="end_date",
        error="lies before the start date",
    ),
    name="licenses",
)

ASSISTANCE = pa.DataFrameSchema(
    {
        "customer_id": _customer_id("id", *CUSTOMER_HEADERS),
        "partner_assistance": _word(
            "Whether Partner Assistance is on.",
            ("on", "off"),
            "assistance",
            *ASSISTANCE_HEADERS,
            required=True,
            parse="on_off",
        ),
        "checked_on": _day("Day of the evidence; the snapshot's day where the file gives none."),
        "basis": _word("Whether somebody stated it or an API call showed it.", vocabulary.EVIDENCE_BASES),
    },
    name="assistance",
)

CUSTOMER_FACTS = pa.DataFrameSchema(
    {
        "customer_id": _customer_id("id", *CUSTOMER_HEADERS),
        "is_managed_order": _flag(_is_managed_order, "managed order"),
        "trial_started_by": _word(_trial_started_by, vocabulary.TRIAL_STARTERS),
        "account_manager": _text("Who looks after the customer."),
        "customer_group": _text("The group that the partner puts the customer in.", "group"),
    },
    name="customer_facts",
)

SCHEMAS: dict[str, pa.DataFrameSchema] = {
    "customers": CUSTOMERS,
    "licenses": LICENSES,
    "assistance": ASSISTANCE,
    "customer_facts": CUSTOMER_FACTS,
}


NAMES = (
    *("customer name", "account name", "name shown as", "shown as", "show as", "tenant name"),
    *("Kundenname", "Kontoname", "Name wird angezeigt als", "nom du compte client", "Nom affiché"),
    *("Nome del cliente", "nombre del cliente", "顧客名", "アカウント名", "顧客アカウント名"),
)
"""Headers under which a file names customers that knows no ids."""


def known_columns(own: Mapping[str, str]) -> dict[str, KnownColumns]:
    """What the loaders need to know of each kind: column names, which are required, and their aliases.

    Parameters
    ----------
    own
        Further headers of the partner's, each with the column that it leads to.

    Raises
    ------
    SettingsError
        If one leads to a column that no kind has.
    """
    names = sorted({CUSTOMER_NAME, *(name for schema in SCHEMAS.values() for name in schema.columns)})
    for header, name in own.items():
        if name not in names:
            raise SettingsError(
                f"The settings map the header `{header}` to the column `{name}`, which no export has.",
                nearest(name, names),
            )
    written: dict[str, str] = {}
    for header, name in own.items():
        if own[first := written.setdefault(normalise_header(header), header)] != name:
            raise SettingsError(
                f"The settings map the headers `{first}` and `{header}`, which are the same but for case, spaces and "
                f"punctuation, to two columns, `{own[first]}` and `{name}`.",
                "keep one of them.",
            )
    return {
        kind: KnownColumns(
            names=tuple(schema.columns),
            required=tuple(name for name, column in schema.columns.items() if column.metadata["required"]),
            aliases={
                normalise_header(alias): name
                for name, column in schema.columns.items()
                for alias in column.metadata["aliases"]
            }
            | (dict.fromkeys(map(normalise_header, NAMES), CUSTOMER_NAME) if kind != "customers" else {})
            | {
                normalise_header(header): name
                for header, name in own.items()
                if name in schema.columns or (name == CUSTOMER_NAME and kind != "customers")
            },
        )
        for kind, schema in SCHEMAS.items()
    }


NOT_NEEDED = frozenset(
    map(
        normalise_header,
        (
            "partner.id",
            "partner",
            "organization",
            "contact",
            "externalIds",
            "products",
            "managed",
            "primary",
            "contact.fax",
            "contact.address",
            "contact.address.address2",
            "contact.address.address3",
            "usage.current",
            "usage.current.collectedAt",
            "Current Usage Colleced At",
            *NAMES,
        ),
    )
)
"""What the vendor's answers and the common scripts hold besides, and no report needs: ignored without a word."""


def strange(header: str) -> bool:
    """Whether a header that leads to no column is worth a word: it has one, and the vendor does not write it."""
    return bool(header.strip()) and normalise_header(header) not in NOT_NEEDED


def resembling(kind: str, header: str) -> str | None:
    """The column of a kind whose name a header nearly has."""
    names = {normalise_header(name): name for name in SCHEMAS[kind].columns}
    near = get_close_matches(normalise_header(header), names, n=1, cutoff=0.8)
    return names[near[0]] if near and near[0] != normalise_header(header) else None
