"""The licenses of one customer: an answer, a refusal, or what came instead."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from partner_analytics.errors import VendorError
from partner_analytics.vendor.client import Client, FailedCallError
from partner_analytics.vendor.facts import LICENSES, OF_A_CUSTOMER
from partner_analytics.vendor.ids import bare_id

__all__ = ["Asked", "ask_for_licenses"]

REFUSED = 403


@dataclass(frozen=True)
class Asked:
    """What became of asking for a customer's licenses.

    Parameters
    ----------
    customer_id
        The bare id.
    answer
        The answer, with the customer's id in it; None where there is none.
    failure
        What came instead; empty for an answer and for a refusal.
    """

    customer_id: str
    answer: dict[str, Any] | None = None
    failure: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether the vendor has said no, which is an answer too."""
        return self.answer is None and not self.failure


def ask_for_licenses(client: Client, host: str, customer_id: str) -> Asked:
    """Ask for the licenses of a customer."""
    try:
        answer = client.get(host + LICENSES, {OF_A_CUSTOMER: customer_id})
    except FailedCallError as error:
        return Asked(customer_id, failure=str(error))
    except VendorError as error:
        return Asked(customer_id, failure=error.message.rstrip("."))
    if answer.status == REFUSED:
        return Asked(customer_id)
    said = answer.said
    if (
        not isinstance(said, dict)
        or not isinstance(said.get("licenses"), list)
        or not all(isinstance(one, dict) for one in said["licenses"])
    ):
        return Asked(customer_id, failure=f"the answer is not a list of licenses: {client.plain(json.dumps(said))}")
    tenant = said.get("tenant")
    named = tenant.get("id") if isinstance(tenant, dict) else None
    if named is not None and bare_id(named) != customer_id:
        return Asked(customer_id, failure=f"the answer is about another customer, {client.plain(str(named))}")
    return Asked(customer_id, {**said, "tenant": {**(tenant if isinstance(tenant, dict) else {}), "id": customer_id}})
