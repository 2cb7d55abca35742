"""Mails that people like to read: the finding as subject, what is not whole first, ten things to do, the page with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from typing import TYPE_CHECKING, Final

import polars as pl

from partner_analytics import __version__
from partner_analytics.jobs.job import DAY
from partner_analytics.languages import code, count, day, say, spoken, text, verb, word
from partner_analytics.publish.drafts import header_line, name_in_a_header
from partner_analytics.publish.formats import written
from partner_analytics.reports.html.section import templates
from partner_analytics.vocabulary import EXPIRING_DAYS

if TYPE_CHECKING:
    from partner_analytics.jobs.job import MailServer
    from partner_analytics.reports import Report

__all__ = ["NEEDED", "Enclosed", "Letter", "enclosed", "failure_mail", "report_mail"]

NEEDED: Final = ("actions", "renewals")
"""The reports that a mail says something of, published or not."""

SHOWN: Final = 10
MOST_BYTES: Final = 15_000_000
"""How large the attachments of a mail may be together: base64 makes them a third larger, and many servers take 25 MB."""

TYPES: Final = {
    "html": "text/html",
    "csv": "text/csv",
    "ics": "text/calendar",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""What is said of a file that is attached, by its ending."""

SUNDAY: Final = 6
SEATS_THIS_WEEK: Final = text("{licenses} with {seats} {end} this week")
THIS_WEEK: Final = text("{licenses} {end} this week")
SEATS_SOON: Final = text("{licenses} with {seats} {end} within {days} days")
SOON: Final = text("{licenses} {end} within {days} days")
STEPS: Final = {"pull": text("pull"), "load": text("load"), "reports": text("reports"), "mails": text("mails")}

OPEN: Final = ("open", "reduced", "unknown")


@dataclass(frozen=True)
class Letter:
    """To whom a mail goes, and by whom.

    Parameters
    ----------
    to
        The plain address.
    server
        Whose sender it has.
    sender_name
        The partner's own name.
    at
        When it is made.
    number
        The how-manieth of the run; the same run gives the same.
    run
        The run that it is of.
    """

    to: str
    server: MailServer
    sender_name: str
    at: datetime
    number: int
    run: str


@dataclass(frozen=True)
class Enclosed:
    """What is attached to a mail: the files, by name, and the names of those for which there is no room."""

    files: Mapping[str, bytes]
    left_out: tuple[str, ...]


def enclosed(reports: Sequence[Report], formats: Sequence[str]) -> Enclosed:
    """The files of reports in some formats, as far as they fit into a mail; the same for everybody who gets them."""
    files: dict[str, bytes] = {}
    left_out: list[str] = []
    for file, content in (written(reports, formats, __version__) if formats else {}).items():
        if sum(map(len, files.values())) + len(content) > MOST_BYTES:
            left_out.append(file)
        else:
            files[file] = content
    return Enclosed(files, tuple(left_out))


def report_mail(
    letter: Letter, reports: Sequence[Report], enclosed: Enclosed, link: str, first: Sequence[str], folder: str
) -> bytes:
    """The mail of some reports.

    Parameters
    ----------
    reports
        Those of the run, `NEEDED` among them.
    enclosed
        What is attached.
    link
        Where the page is; empty for none.
    first
        What is not whole, in sentences.
    folder
        Where the reports lie, for what is too large to attach.
    """
    known = {report.name: report for report in reports}
    actions, basis = known["actions"], reports[0].basis
    with spoken(basis.language):
        subject = _finding(known["renewals"].frame, actions, basis.as_of)
        address = link.replace(DAY, basis.as_of.isoformat())
        shown = actions.frame.head(SHOWN)
        more = actions.frame.height - shown.height
        last = [say("{more} more are in the reports.", more=more)] if more > 0 else []
        if enclosed.files:
            last.append(say("Attached: {files}.", files=", ".join(enclosed.files)))
        if enclosed.left_out:
            names = ", ".join(enclosed.left_out)
            last.append(say("Too large for a mail: {files}. Look into {folder}.", files=names, folder=folder))
        exports = ", ".join(f"{word(kind)} {day(of)}" for kind, of in basis.snapshot_days)
        said = _Said(
            subject,
            (*first, *basis.outdated),
            actions.headline,
            _rows(shown),
            tuple(last),
            address,
            say("From exports of {exports}. This mail holds customer data: share it with care.", exports=exports),
        )
        return _made(letter, said, enclosed.files)


def failure_mail(letter: Letter, language: str, job: str, step: str, what: str) -> bytes:
    """The mail that says that there are no reports, and why."""
    with spoken(language):
        subject = say("{job}: there are no new reports", job=job)
        said = _Said(
            subject,
            (),
            say("The reports of {day} were not made.", day=letter.at.date()),
            (),
            (
                say("The step {step} failed: {what}", step=say(STEPS[step]), what=what),
                say(
                    "What was made before stays as it is. To try it again: {command}",
                    command=f"partner-analytics run {job}",
                ),
            ),
            "",
            say("Made by {program}.", program=f"partner-analytics {__version__}"),
        )
        return _made(letter, said, {})


@dataclass(frozen=True)
class _Said:
    subject: str
    first: tuple[str, ...]
    headline: str
    rows: tuple[tuple[str, ...], ...]
    last: tuple[str, ...]
    link: str
    foot: str


def _finding(renewals: pl.DataFrame, actions: Report, as_of: date) -> str:
    """What ends this week, else within thirty days, else how much there is to do."""
    left = renewals.filter(pl.col("renewal").is_in(OPEN), pl.col("model") != "trial", pl.col("days_left") >= 0)
    for days, with_seats, without in (
        (SUNDAY - as_of.weekday(), SEATS_THIS_WEEK, THIS_WEEK),
        (EXPIRING_DAYS, SEATS_SOON, SOON),
    ):
        ending = left.filter(pl.col("days_left") <= days)
        seats = int(ending["seats_open"].drop_nulls().sum())
        if ending.height:
            return say(
                with_seats if seats else without,
                licenses=count(ending.height, "license"),
                seats=count(seats, "seat", dative=True),
                end=verb(ending.height, "ends", "end"),
                days=days,
            )
    return say(
        "nothing ends within {days} days, {things} to do",
        things=count(actions.frame.height, "thing"),
        days=EXPIRING_DAYS,
    )


def _rows(frame: pl.DataFrame) -> tuple[tuple[str, ...], ...]:
    """The cells of each thing to do, as text."""
    return tuple(
        (
            "–" if row["due_on"] is None else day(row["due_on"]),
            row["customer_name"],
            ": ".join(filter(None, (word(row["action"].replace("_", " ")), row["product_name"]))),
            "" if row["seats"] is None else count(row["seats"], "seat"),
            ", ".join(filter(None, (row["contact_name"], row["contact_phone"], row["contact_email"]))),
        )
        for row in frame.iter_rows(named=True)
    )


def _made(letter: Letter, said: _Said, attached: Mapping[str, bytes]) -> bytes:
    message = EmailMessage(policy=policy.SMTP)
    sender = letter.server.sender
    user, _, host = sender.rpartition("@")
    message["From"] = Address(name_in_a_header(letter.sender_name), user, host)
    message["To"] = letter.to
    message["Subject"] = header_line(said.subject)
    message["Date"] = letter.at
    message["Message-ID"] = f"<{letter.run.replace('/', '.').replace(':', '')}.{letter.number}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    lines = [*said.first, *([""] if said.first else []), said.headline, ""]
    lines += [f"- {'; '.join(filter(None, row))}" for row in said.rows]
    lines += ["", *said.last, *([said.link] if said.link else []), "", "-- ", said.foot]
    message.set_content("\n".join(" ".join(line.split()) for line in lines) + "\n", cte="quoted-printable")
    page = templates("partner_analytics.deliver").get_template("mail.html")
    html = page.render(**{name: getattr(said, name) for name in ("subject", "first", "headline", "rows", "last", "link", "foot")}, code=code)  # fmt: skip
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    for name, content in attached.items():
        kind, _, of = TYPES.get(name.rpartition(".")[2], "application/octet-stream").partition("/")
        encoding = {"charset": "utf-8"} if kind == "text" else None
        message.add_attachment(content, maintype=kind, subtype=of, filename=name, params=encoding)
    return message.as_bytes()
