"""What is known of the vendor's API, each fact once.

From the vendor's help pages and its official API examples, which were read and not tried against a live account.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

SIGN_IN: Final = "https://id.sophos.com"
GLOBAL: Final = "https://api.central.sophos.com"
"""The hosts for the sign-in and for asking who one is; all else goes to the global host that the answer names."""

TOKEN: Final = "/api/v2/oauth2/token"  # noqa: S105 - a path
WHO_AM_I: Final = "/whoami/v1"
LICENSES: Final = "/licenses/v1/licenses"

CUSTOMERS: Final = {"partner": "/partner/v1/tenants", "organization": "/organization/v1/tenants"}
"""Where the customers of each kind of credentials are listed."""

IDENTITY: Final = {"partner": "X-Partner-ID", "organization": "X-Organization-ID"}
"""The header that says who asks for the list."""

OF_A_CUSTOMER: Final = "X-Tenant-ID"
"""The header that says whose licenses are asked for; it is sent alone, since with the other some calls are refused."""

MERGE_PATCH: Final = "application/merge-patch+json"
"""The content type of a change of a customer: `{"showAs": "…"}` renames it. A customer is made where they are listed."""

LONGEST_NAME: Final = 255
"""How long a name may be that is sent. The vendor's own bound is not known; this one is ours."""

WARNED_DAYS: Final = 60
"""How many days before their last day it is said that new ones have to be made. [ours]"""

PAGE_SIZE: Final = 100
MOST_PAGES: Final = 100_000
"""The largest page that may be asked for, and how many pages are asked for at most."""

SCOPE: Final = {"grant_type": "client_credentials", "scope": "token"}

SAYS_OFF: Final = ("usage", "term")
"""The billing types of which a 403 says that Partner Assistance is off: trials answer so too, by the vendor's forum."""


def end_soon(expire_on: date, today: date) -> bool:
    """Whether it is time to make new credentials."""
    return expire_on - today <= timedelta(WARNED_DAYS)
