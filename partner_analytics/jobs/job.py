"""A job of the settings: what it brings, what it writes, who gets it, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from partner_analytics.jobs.when import Rhythm, rhythm

__all__ = ["DAY", "Job", "JobMail", "MailServer", "jobs_of", "mail_server_of", "managers_of"]

DAY: Final = "{day}"
"""What stands in `out` and in `link` for the day of a run."""

PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}
"""How a connection to a mail server is secured, and at which port that is by default."""

MODIFIED, TODAY, FROM_NAME = SNAPSHOT_DATES = ("modified", "today", "from name")
"""How the day of an export in an inbox is found."""


@dataclass(frozen=True)
class JobMail:
    """Who gets what by mail.

    Parameters
    ----------
    to
        The addresses that get all of it.
    each_manager
        Whether each account manager whose address is known gets theirs.
    attach
        The formats that are attached.
    link
        Where the page is, in place of an attachment; empty for none.
    """

    to: tuple[str, ...] = ()
    each_manager: bool = False
    attach: tuple[str, ...] = ()
    link: str = ""


@dataclass(frozen=True)
class Job:
    """What is done when it is due.

    Parameters
    ----------
    name
        Lower-case letters, digits, hyphens and underscores.
    said_when, when
        When it is due, as the settings say it, and as rhythms; empty if it only runs when it is asked to.
    pull
        Whether the vendor's API is asked.
    load, snapshot_date
        The patterns of files that are loaded, and how their day is found.
    reports, formats
        The names of the reports and of their formats; empty for those that are written by default.
    out, keep
        The folder to write to, and how many folders of days are kept; 0 for all.
    split_by
        "account_manager" for a folder each; empty for none.
    language
        Of the reports and mails; empty for that of the settings.
    mail
        Who gets what; None for nobody.
    heartbeat
        The address that is told how it went; empty for none.
    """

    name: str
    said_when: tuple[str, ...] = ()
    when: tuple[Rhythm, ...] = ()
    pull: bool = False
    load: tuple[str, ...] = ()
    snapshot_date: str = MODIFIED
    reports: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    out: str = "reports"
    keep: int = 0
    split_by: str = ""
    language: str = ""
    mail: JobMail | None = None
    heartbeat: str = ""

    @property
    def brings_exports(self) -> bool:
        """Whether it pulls or loads."""
        return self.pull or bool(self.load)


@dataclass(frozen=True)
class MailServer:
    """Who sends mails on.

    Parameters
    ----------
    host, port
        Where it is.
    security
        "starttls", "tls", or on this machine "none".
    user
        Who signs in; empty if nobody does.
    sender
        The address that mails come from.
    """

    host: str
    port: int
    security: str
    user: str
    sender: str


def jobs_of(said: Mapping[str, Any]) -> tuple[Job, ...]:
    """The jobs that settings name, which hold no mistake."""
    return tuple(_job(name, of) for name, of in said.get("jobs", {}).items())


def _job(name: str, said: Mapping[str, Any]) -> Job:
    when = _list(said.get("when", ()))
    mail = said.get("mail")
    return Job(
        name,
        said_when=when,
        when=tuple(map(rhythm, when)),
        load=_list(said.get("load", ())),
        reports=_list(said.get("reports", ())),
        formats=_list(said.get("formats", ())),
        mail=None
        if mail is None
        else JobMail(
            _list(mail.get("to", ())),
            mail.get("each_manager", False),
            _list(mail.get("attach", ())),
            mail.get("link", ""),
        ),
        **{
            key: said[key]
            for key in ("pull", "snapshot_date", "out", "keep", "split_by", "language", "heartbeat")
            if key in said
        },
    )


def mail_server_of(said: Mapping[str, Any]) -> MailServer | None:
    """The mail server that settings name; None for none."""
    mail = said.get("mail")
    if mail is None:
        return None
    security = mail.get("security", "starttls")
    user = mail.get("user", "")
    return MailServer(mail["host"], mail.get("port", PORTS[security]), security, user, mail.get("from", user))


def managers_of(said: Mapping[str, Any]) -> dict[str, str]:
    """The address of each account manager that settings name."""
    return {name: of["mail"] for name, of in said.get("account_managers", {}).items()}


def _list(said: Any) -> tuple[str, ...]:
    """One text, or several."""
    return (said,) if isinstance(said, str) else tuple(said)
