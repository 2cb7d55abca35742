"""Pull: all customers, then the licenses of each, several at once, into the folder of the day."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from partner_analytics.errors import UsageError, VendorError
from partner_analytics.vendor import folder as day_folder
from partner_analytics.vendor.client import Client
from partner_analytics.vendor.credentials import Credentials
from partner_analytics.vendor.customers import all_customers
from partner_analytics.vendor.facts import SAYS_OFF
from partner_analytics.vendor.identity import Identity, who_am_i
from partner_analytics.vendor.ids import bare_id
from partner_analytics.vendor.licenses import Asked, ask_for_licenses

__all__ = ["Api", "Pull", "pull"]

KEPT_OF_A_REPORT: Final = ("began", "has_all_customers", "announced", "refused")
"""What a later run of the day goes on from."""


@dataclass(frozen=True)
class Api:
    """Where the vendor is asked, and how many calls there are at once."""

    sign_in: str
    global_host: str
    connections: int


@dataclass(frozen=True)
class Pull:
    """What a pull has brought.

    Parameters
    ----------
    folder
        The folder of the day.
    customers, is_whole
        Of the folder: how many customers it holds, and whether it has all that there is.
    asked, answered, refused, failed
        Of this run: how many customers were asked, and what became of that.
    requests, retries, seconds
        Of this run: how often the vendor was asked, how often again, and how long it took.
    left_out
        How many customers were not to be asked.
    has_all_customers
        Whether the list of customers is whole.
    failures
        Who could not be asked: customer_id, what.
    """

    folder: Path
    customers: int
    is_whole: bool
    asked: int
    answered: int
    refused: int
    failed: int
    requests: int
    retries: int
    seconds: float
    left_out: int
    has_all_customers: bool
    failures: tuple[tuple[str, str], ...]


def pull(
    into: Path,
    credentials: Credentials,
    api: Api,
    now: Callable[[], datetime],
    *,
    fresh: bool = False,
    wanted: Collection[str] | None = None,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Pull:
    """Ask for everything that is not in the folder of the day yet.

    Parameters
    ----------
    into
        The folder of the day.
    now
        The local time.
    fresh
        Whether everything is asked for again; what is there stays until the new is whole.
    wanted
        The ids of the customers whose licenses are asked for; None for all of them.
    progress
        What is told how many customers of how many are done.

    Raises
    ------
    VendorError
        If nothing can be asked: the sign-in is refused, the customers do not come, or other credentials began.
    UsageError
        If the folder holds exports of somebody else's; or if everything and only some are to be asked for.
    StoreError
        If another pull writes to the folder.
    """
    if fresh and wanted is not None:
        raise UsageError(
            "Expected everything to be asked for again, or some customers; found both.", "leave one of the two out."
        )
    started = time.monotonic()
    with day_folder.locked(into), Client(credentials, api.sign_in, api.connections, api.global_host) as client:
        who = who_am_i(client, api.global_host)
        before = day_folder.kept(into)
        _check_asked_by(before.report, who, into)
        work = day_folder.fresh_beside(into) if fresh else into
        found = day_folder.Kept() if fresh else before
        report: dict[str, Any] = {
            "began": now().astimezone().isoformat(timespec="seconds"),
            "ended": None,
            "asked_by": {"id": who.id, "kind": who.kind},
            "counts": {},
            "is_whole": False,
            "failures": [],
            **({} if fresh else {name: before.report[name] for name in KEPT_OF_A_REPORT if name in before.report}),
        }
        day_folder.write_report(work, report)
        run = _Run(client, who, work, found, report, now, progress)
        run.ask(wanted)
        made = run.write()
        stays = fresh and bool(before.report) and not made["is_whole"]
        if fresh and not stays:
            day_folder.take_over(into, report | {"has_all_customers": False})
        if fresh:
            shutil.rmtree(work, ignore_errors=True)
        of_folder = before.report if stays else made
        return Pull(
            folder=into,
            customers=int(of_folder.get("counts", {}).get("customers", 0)),
            is_whole=of_folder.get("is_whole") is True and made["is_whole"],
            asked=run.asked,
            answered=run.answered,
            refused=run.refused,
            failed=len(run.failures),
            requests=client.requests,
            retries=client.retries,
            seconds=round(time.monotonic() - started, 3),
            left_out=run.left_out,
            has_all_customers=run.report.get("has_all_customers") is True,
            failures=tuple(run.failures),
        )


def _check_asked_by(report: Mapping[str, Any], who: Identity, into: Path) -> None:
    asked_by = report.get("asked_by")
    began = asked_by.get("id") if isinstance(asked_by, dict) else None
    if began is not None and began != who.id:
        raise VendorError(
            f"The folder {into} was begun by other credentials, those of {began}.",
            "pull into another folder: --out FOLDER",
        )


class _Run:
    """One run: what it asks, and what became of that."""

    def __init__(
        self,
        client: Client,
        who: Identity,
        work: Path,
        found: day_folder.Kept,
        report: dict[str, Any],
        now: Callable[[], datetime],
        progress: Callable[[int, int], None],
    ) -> None:
        self.client, self.who, self.work, self.found, self.report = client, who, work, found, report
        self.now, self.progress = now, progress
        self.asked = self.answered = self.refused = self.left_out = 0
        self.failures: list[tuple[str, str]] = []

    def ask(self, wanted: Collection[str] | None) -> None:
        """Ask for the customers, and for the licenses of those that are wanted and were not asked yet."""
        if self.found.customers is None:
            listed = all_customers(self.client, self.who)
            self.found.customers = dict(listed.items)
            self.report |= {"has_all_customers": listed.is_whole, "announced": listed.announced}
            day_folder.write(self.work, self.found, self._evidence(), self.report)
        customers = self.found.customers
        self.failures += [("", "a customer has no id to ask by") for one in customers if bare_id(one) is None]
        open_ones = [one for one in customers if bare_id(one) is not None and one not in self.found.asked]
        if wanted is not None:
            chosen = {bare_id(one) for one in wanted}
            self.left_out = sum(one not in chosen for one in open_ones)
            open_ones = [one for one in open_ones if one in chosen]
        if not open_ones:
            return
        with day_folder.journal(self.work) as where, ThreadPoolExecutor(self.client.connections) as calls:
            try:
                self._ask_each(open_ones, calls, lambda asked, day: day_folder.note(where, asked, day))
            except BaseException:
                self.client.pauses.stop()
                calls.shutdown(wait=False, cancel_futures=True)
                raise

    def _ask_each(self, customers: list[str], calls: ThreadPoolExecutor, note: Callable[[Asked, str], None]) -> None:
        waiting = iter(customers)
        running: set[Future[Asked]] = set()

        def begin() -> None:
            for customer in waiting:
                running.add(calls.submit(ask_for_licenses, self.client, self.who.host, customer))
                if len(running) >= 2 * self.client.connections:
                    return

        begin()
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            day = self.now().date().isoformat()
            for one in done:
                asked = one.result()
                self.asked += 1
                if asked.failure:
                    self.failures.append((asked.customer_id, asked.failure))
                    continue
                self.answered += asked.answer is not None
                self.refused += asked.is_refused
                self.found.asked[asked.customer_id], self.found.called_on[asked.customer_id] = asked, day
                note(asked, day)
            self.progress(self.asked, len(customers))
            begin()

    def write(self) -> dict[str, Any]:
        """Put what there is in its place; what `pull.json` says."""
        asked = self.found.in_order()
        refused = {one.customer_id: self.found.called_on[one.customer_id] for one in asked if one.is_refused}
        report = self.report | {
            "ended": self.now().astimezone().isoformat(timespec="seconds"),
            "counts": {
                "customers": len(self.found.customers or {}),
                "answered": sum(one.answer is not None for one in asked),
                "refused": len(refused),
                "failed": len(self.failures),
                "left_out": self.left_out,
            },
            "is_whole": not self.failures and not self.left_out and self.report.get("has_all_customers") is True,
            "failures": [{"customer_id": customer, "what": what} for customer, what in self.failures],
            "refused": refused,
        }
        day_folder.write(self.work, self.found, self._evidence(), report)
        return report

    def _evidence(self) -> list[tuple[str, str, str]]:
        """What the calls have shown of Partner Assistance (rules, section 8): an answer is on, a refusal mostly off."""
        customers = self.found.customers or {}
        shown = []
        for asked in self.found.in_order():
            customer = asked.customer_id
            billing = customers[customer].get("billingType")
            if not asked.is_refused or billing in SAYS_OFF:
                shown.append((customer, "off" if asked.is_refused else "on", self.found.called_on[customer]))
        return shown
