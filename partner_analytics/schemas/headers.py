"""Which headers lead to which column of a kind, ours and the partner's own, and which are worth no word."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from partner_analytics.errors import SettingsError, nearest
from partner_analytics.loaders import CUSTOMER_NAME, KnownColumns, normalise_header
from partner_analytics.schemas.kinds import KINDS

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
    names = sorted({CUSTOMER_NAME, *(name for kind in KINDS.values() for name in kind.columns)})
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
        kind.name: KnownColumns(
            names=tuple(kind.columns),
            required=kind.required,
            aliases={normalise_header(alias): name for name, column in kind.columns.items() for alias in column.aliases}
            | (dict.fromkeys(map(normalise_header, NAMES), CUSTOMER_NAME) if kind.is_about_known_customers else {})
            | {
                normalise_header(header): name
                for header, name in own.items()
                if name in kind.columns or (name == CUSTOMER_NAME and kind.is_about_known_customers)
            },
            precedence=kind.precedence,
        )
        for kind in KINDS.values()
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
    names = {normalise_header(name): name for name in KINDS[kind].columns}
    near = get_close_matches(normalise_header(header), names, n=1, cutoff=0.8)
    return names[near[0]] if near and near[0] != normalise_header(header) else None
