"""The mails of a run: made all together, waiting in a folder, and from there handed over, each once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from partner_analytics.deliver.mails import Letter, enclosed, failure_mail, report_mail
from partner_analytics.deliver.passwords import password_for
from partner_analytics.deliver.shortfalls import shortfalls
from partner_analytics.deliver.smtp import Outbox
from partner_analytics.errors import PartnerAnalyticsError, UsageError
from partner_analytics.jobs.ledger import FAILED, SENDING, SENT
from partner_analytics.languages import spoken
from partner_analytics.safety.whole_files import PRIVATE_FOLDER, write_in_place

if TYPE_CHECKING:
    from partner_analytics.jobs.job import Job, JobMail, MailServer
    from partner_analytics.portfolio.publishing import Built
    from partner_analytics.settings import Settings

__all__ = ["Mails", "Occasion", "Waiting", "of_a_failure", "of_reports", "put", "send", "tidy", "waiting"]

LIST: Final = "mails.json"
"""Beside the mails: which goes to whom; written last, so that it proves that all of them are there."""

Mails = Mapping[str, tuple[str, bytes]]
"""Each mail by the name of its file, with its recipient."""


@dataclass(frozen=True)
class Occasion:
    """What mails are made for.

    Parameters
    ----------
    job, settings
        What the settings say.
    run
        The key of the run.
    at
        When they are made.
    reports
        The folder of the reports.
    facts
        What did not come whole, as counts.
    """

    job: Job
    settings: Settings
    run: str
    at: datetime
    reports: str
    facts: Mapping[str, Any]

    @property
    def mail(self) -> JobMail:
        """Who gets what."""
        if self.job.mail is None:
            raise UsageError(f"The job {self.job.name} sends no mails.", f"write [jobs.{self.job.name}.mail]")
        return self.job.mail

    @property
    def language(self) -> str:
        """The code of the language of the mails."""
        return self.job.language or self.settings.language

    def letter(self, to: str, number: int) -> Letter:
        """To whom a mail goes, and by whom."""
        if self.settings.mail is None:
            raise UsageError("Expected a mail server in the settings; found none.", "write a table [mail]")
        return Letter(to, self.settings.mail, self.settings.partner, self.at, number, self.run)


@dataclass(frozen=True)
class Waiting:
    """A mail that was made: the name of its file, and to whom it goes."""

    file: str
    to: str


def of_a_failure(occasion: Occasion, step: str, what: str) -> Mails:
    """The mails that say that there are no reports, and why: to those who get all of it."""
    return {
        f"failed-{number}.eml": (
            to,
            failure_mail(occasion.letter(to, number), occasion.language, occasion.job.name, step, what),
        )
        for number, to in enumerate(occasion.mail.to, 1)
    }


def of_reports(occasion: Occasion, built: Built) -> tuple[Mails, int]:
    """The mails with the reports; and how many account managers have customers and no address."""
    mail, known = occasion.mail, occasion.settings.account_managers
    managers = {name: of for name, of in built.packs.items() if name is not None and mail.each_manager}
    without = len(managers.keys() - known.keys())
    with spoken(occasion.language):
        first = tuple(shortfalls({**occasion.facts, "without_address": without}))
        to_managers = tuple(shortfalls({**occasion.facts, "without_address": 0}))
    made: dict[str, tuple[str, bytes]] = {}
    files = enclosed(built.to_write() if mail.to else (), mail.attach if mail.to else ())
    for number, to in enumerate(mail.to, 1):
        letter = occasion.letter(to, number)
        made[f"to-{number}.eml"] = to, report_mail(letter, built.reports, files, mail.link, first, occasion.reports)
    for number, name in enumerate(sorted(managers.keys() & known.keys()), len(mail.to) + 1):
        letter, reports = occasion.letter(known[name], number), managers[name]
        theirs = enclosed([one for one in reports if one.name in built.chosen], mail.attach)
        # A link would lead an account manager to the customers of all.
        content = report_mail(letter, reports, theirs, "", to_managers, occasion.reports)
        made[f"manager-{number}.eml"] = known[name], content
    return made, without


def put(place: Path, mails: Mails) -> None:
    """Let mails wait in a folder, in place of those that were there."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(mode=PRIVATE_FOLDER, parents=True)
    for name, (_, content) in mails.items():
        write_in_place(place / name, content)
    listed = [{"file": name, "to": to} for name, (to, _) in mails.items()]
    write_in_place(place / LIST, json.dumps(listed).encode())


def waiting(place: Path) -> list[Waiting]:
    """The mails of a folder; none while they are being made."""
    try:
        said = json.loads((place / LIST).read_text("utf-8"))
    except (OSError, ValueError):
        return []
    return [Waiting(str(one["file"]), str(one["to"])) for one in said if isinstance(one, dict)]


def send(
    server: MailServer,
    place: Path,
    mails: Sequence[Waiting],
    became: Callable[[str, str, str], None],
    tell: Callable[[str], None],
) -> None:
    """Hand over mails that wait, one by one.

    Parameters
    ----------
    became
        What is told, by the name of its file, what became of a mail, and in words.
    tell
        What is told who did not get one, in a sentence.
    """
    try:
        password = password_for(server)
    except PartnerAnalyticsError as error:
        for one in mails:
            became(one.file, FAILED, error.message)
        tell(f"no mail was sent: {error.message}")
        return
    with Outbox(server, password) as outbox:
        for one in mails:
            at_the_end = partial(became, one.file, SENDING, "")
            handed = outbox.hand_over(one.to, (place / one.file).read_bytes(), at_the_end)
            if handed.outcome != SENDING:
                became(one.file, handed.outcome, handed.what)
            if handed.outcome != SENT:
                what = "not known" if handed.outcome == SENDING else handed.outcome
                tell(f"mail to {one.to}: {what}, {handed.what}")


def tidy(place: Path, is_unsent: Callable[[str], bool]) -> None:
    """Remove the mails that are not to be sent any more: they hold what customers have."""
    mails = waiting(place)
    for one in mails:
        if not is_unsent(one.file):
            (place / one.file).unlink(missing_ok=True)
    if mails and not any(is_unsent(one.file) for one in mails):
        shutil.rmtree(place, ignore_errors=True)
