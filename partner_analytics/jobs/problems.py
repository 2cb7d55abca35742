"""What is wrong with jobs, the mail server and account managers in the settings: a sentence and a hint for each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from partner_analytics.errors import SettingsError, nearest
from partner_analytics.jobs.job import DAY, PORTS, SNAPSHOT_DATES
from partner_analytics.jobs.when import rhythm_problem
from partner_analytics.languages import languages
from partner_analytics.safety.addresses import ADDRESS
from partner_analytics.vendor.hosts import host_problem, is_loopback
from partner_analytics.vocabulary import SPLITS

__all__ = ["TABLES", "problems_of_jobs"]

ONE_OR_SEVERAL: Final = (str, list)

TABLES: Final[Mapping[str, Mapping[str, tuple[type | tuple[type, ...], str]]]] = {
    "jobs.NAME": {
        "when": (ONE_OR_SEVERAL, "a day with a time, or several in a list"),
        "pull": (bool, "true or false"),
        "load": (list, "a list of files or patterns"),
        "snapshot_date": (str, "`modified`, `today` or `from name`, in quotes"),
        "reports": (list, "a list of reports"),
        "formats": (list, "a list of formats"),
        "out": (str, "a folder in quotes"),
        "keep": (int, "a whole number"),
        "split_by": (str, "`account_manager` in quotes"),
        "language": (str, "the code of a language in quotes"),
        "heartbeat": (str, "an address in quotes"),
        "mail": (dict, "a table"),
    },
    "jobs.NAME.mail": {
        "to": (list, "a list of mail addresses"),
        "each_manager": (bool, "true or false"),
        "attach": (list, "a list of formats"),
        "link": (str, "an address in quotes"),
    },
    "mail": {
        "host": (str, "the name of a mail server in quotes"),
        "port": (int, "a whole number"),
        "security": (str, "`starttls` or `tls` in quotes"),
        "user": (str, "a text in quotes"),
        "from": (str, "a mail address in quotes"),
    },
    "account_managers.NAME": {"mail": (str, "a mail address in quotes")},
}
"""Every key of each table, with the type of its value and what that is called."""

NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
"""What a job is called: its name is that of files and of what a system runs."""

LARGEST_PORT: Final = 65535


def problems_of_jobs(said: Mapping[str, Any], file: str) -> Iterator[SettingsError]:
    """Everything of them that is not understood.

    Parameters
    ----------
    file
        What the settings file is called.
    """
    for name, job in _table(said, "jobs").items():
        if not NAME.fullmatch(name):
            yield SettingsError(
                f"{file} calls a job {name!r}; expected lower-case letters, digits, hyphens and underscores.",
                "call it for example [jobs.monday]",
            )
        if not isinstance(job, dict):
            yield SettingsError(f"{file} sets `jobs.{name}` to a value; expected a table.", f"write [jobs.{name}].")
            continue
        yield from _of_a_job(f"jobs.{name}", job, said, file)
    yield from _of_the_mail_server(said, file)
    for name, manager in _table(said, "account_managers").items():
        where = f'account_managers."{name}"'
        if not isinstance(manager, dict) or "mail" not in manager:
            yield SettingsError(
                f"{file} gives no mail address for the account manager {name!r}.", f'write [{where}] mail = "…"'
            )
            continue
        yield from _of_another_type(manager, "account_managers.NAME", where, file)
        yield from _no_addresses([manager["mail"]], f"{where}.mail", file)


def _of_a_job(where: str, job: Mapping[str, Any], said: Mapping[str, Any], file: str) -> Iterator[SettingsError]:
    yield from _of_another_type(job, "jobs.NAME", where, file)
    for text in _texts(job.get("when", ())):
        if problem := rhythm_problem(text):
            yield SettingsError(
                f"{file} sets `{where}.when` to {text!r}, which {problem}.",
                'write for example "Mon 07:00", "daily 06:30", "weekdays 07:00", "1st 08:00" or "last 18:00"',
            )
    yield from _not_one_of(job.get("snapshot_date"), SNAPSHOT_DATES, f"{where}.snapshot_date", file)
    yield from _not_one_of(job.get("split_by"), SPLITS, f"{where}.split_by", file)
    yield from _not_one_of(job.get("language"), languages(), f"{where}.language", file)
    yield from _of_the_folder(where, job, file)
    heartbeat = job.get("heartbeat")
    if isinstance(heartbeat, str) and (problem := host_problem(heartbeat)):
        yield SettingsError(f"{file} sets `{where}.heartbeat` to {heartbeat!r}, which {problem}.", "write https://…")
    mail = job.get("mail")
    if not isinstance(mail, dict):
        return
    yield from _of_another_type(mail, "jobs.NAME.mail", f"{where}.mail", file)
    yield from _no_addresses(_texts(mail.get("to", ())), f"{where}.mail.to", file)
    if "mail" not in said:
        yield SettingsError(
            f"{file} lets `{where}` send mails, and names no mail server.",
            'write [mail] host = "smtp.example.com", from = "reports@example.com"',
        )
    if not mail.get("to") and mail.get("each_manager") is not True:
        yield SettingsError(
            f"{file} lets `{where}` send mails, and says to nobody whom to.", 'write to = ["you@example.com"]'
        )
    if mail.get("each_manager") is True and not _table(said, "account_managers"):
        yield SettingsError(
            f"{file} lets `{where}` send mails to each account manager, and knows no address of one.",
            'write [account_managers."Lena Müller"] mail = "lena@example.com"',
        )
    link = mail.get("link")
    if isinstance(link, str) and (urlsplit(link).scheme not in ("http", "https") or not link.isprintable()):
        yield SettingsError(
            f"{file} sets `{where}.mail.link` to {link!r}; expected an address that begins with https://.",
            'write for example link = "https://intranet.example.com/reports/{day}/"',
        )


def _of_the_folder(where: str, job: Mapping[str, Any], file: str) -> Iterator[SettingsError]:
    out, keep = job.get("out", "reports"), job.get("keep", 0)
    if isinstance(out, str) and (not out.strip() or re.search("[{}]", out.replace(DAY, "", 1))):
        yield SettingsError(
            f"{file} sets `{where}.out` to {out!r}; expected a folder, with {DAY} in it at most once.",
            f'write for example out = "reports/{DAY}"',
        )
    if not isinstance(keep, int) or isinstance(keep, bool):
        return
    if keep < 0:
        yield SettingsError(
            f"{file} sets `{where}.keep` to {keep}; expected 0 or more.", "write how many days are kept; 0 is all."
        )
    elif keep and isinstance(out, str) and DAY not in out.rpartition("/")[2]:
        yield SettingsError(
            f"{file} lets `{where}` keep {keep} folders, and `out` writes all into one.",
            f'write for example out = "reports/{DAY}"',
        )


def _of_the_mail_server(said: Mapping[str, Any], file: str) -> Iterator[SettingsError]:
    if "mail" not in said or not isinstance(said["mail"], dict):
        return
    mail = {key: value for key, value in said["mail"].items() if "password" not in key.lower()}
    yield from _of_another_type(mail, "mail", "mail", file)
    if not mail.get("host"):
        yield SettingsError(f"{file} has a table [mail] without `host`.", 'write host = "smtp.example.com"')
    # Who signs in is who writes, unless somebody else is named.
    yield from _no_addresses([mail.get("from", mail.get("user", ""))], "mail.from", file)
    security, host, port = mail.get("security", "starttls"), mail.get("host", ""), mail.get("port", 1)
    yield from _not_one_of(security, tuple(PORTS), "mail.security", file)
    if security == "none" and isinstance(host, str) and not is_loopback(host):
        yield SettingsError(
            f"{file} lets mails go to {host} without encryption; expected starttls or tls.",
            'write security = "starttls"; none is for this machine alone.',
        )
    if isinstance(port, int) and not 1 <= port <= LARGEST_PORT:
        yield SettingsError(f"{file} sets `mail.port` to {port}; expected 1 to {LARGEST_PORT}.", "correct it.")


def _of_another_type(said: Mapping[str, Any], table: str, where: str, file: str) -> Iterator[SettingsError]:
    """Keys that are not known, and values of another type than they must have; a list holds texts."""
    expected = TABLES[table]
    for key, value in said.items():
        if key not in expected:
            yield SettingsError(f"{file} has a key that is not known: `{where}.{key}`.", nearest(key, tuple(expected)))
            continue
        of, what = expected[key]
        is_of = isinstance(value, of) and (of is bool or not isinstance(value, bool))
        if not is_of or (isinstance(value, list) and not all(isinstance(one, str) and one for one in value)):
            yield SettingsError(
                f"{file} sets `{where}.{key}` to {value!r}; expected {what}.",
                "correct the value; docs/reference/settings.md describes each setting.",
            )


def _not_one_of(value: object, known: tuple[str, ...], where: str, file: str) -> Iterator[SettingsError]:
    if isinstance(value, str) and value not in known:
        yield SettingsError(f"{file} sets `{where}` to {value!r}, which is not known.", nearest(value, known))


def _no_addresses(values: object, where: str, file: str) -> Iterator[SettingsError]:
    for one in values if isinstance(values, (list, tuple)) else ():
        if isinstance(one, str) and not ADDRESS.fullmatch(one):
            yield SettingsError(
                f"{file} names {one!r} in `{where}`; expected a plain mail address.", 'write "lena@example.com"'
            )


def _texts(said: object) -> list[str]:
    found = [said] if isinstance(said, str) else said if isinstance(said, list) else []
    return [one for one in found if isinstance(one, str)]


def _table(said: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    table = said.get(key)
    return table if isinstance(table, dict) else {}
