"""`partner_analytics.toml`: what a partner sets once, for every command run in its folder.

```toml
db = "partner.duckdb"       # the store
expiring_days = 30          # days before its end from which a license is expiring
renewal_days = 90           # how many days ahead renewals look, at most 400

[columns]                   # headers of your own, and the columns that they lead to
"Lizenz-Nr." = "license_id"

[date_formats]              # how a column of days is written, by its header
"Start Date" = "%d/%m/%Y"

[words]                     # words of your own, and those that they stand for
ja = "yes"
Abo = "usage"

[partner]
name = "Brightwater IT"     # your own name, as the title of the page
contact = "Lena Müller, +49 30 1234567, lena@brightwater.example"   # who customers can ask, on the printed sheets
address = "Hafenstraße 1, 10115 Berlin"   # your address, at the end of the drafts
signature = "Brightwater IT, Berlin"      # what the drafts end with, in place of account manager, name, address, contact
logo = "logo.png"           # your logo on these sheets: a PNG or JPEG of at most 100 kB
programs = ["msp_flex"]     # the vendor's programs that you are in: msp_flex, msp_flex_connect, or [] for neither

[report]
language = "de"             # the language of page, workbook, calendar and sheets: en, the default, or de

[api]                       # for pull; without it the vendor's own addresses
sign_in = "https://id.sophos.com"             # the host that signs in
global = "https://api.central.sophos.com"     # the host that says whose the credentials are
connections = 8             # how many customers are asked at once, at most 32
expires_on = 2029-11-26     # the last day of the credentials, so that you are told before

[requests]
templates = "my_requests"   # a folder with texts of your own, such as en.txt, for the drafts of report --requests

[jobs.monday]               # a job: partner-analytics run monday
when = "Mon 07:00"          # or "daily 06:30", "weekdays 07:00", "1st 08:00", "last 18:00", several in a list; local time
pull = true                 # whether the vendor's API is asked
load = ["inbox/*"]          # files to load; they are moved to inbox/done, or to inbox/refused with the reason
snapshot_date = "modified"  # their day: that of the last change, "today", or "from name"
reports = ["actions", "changes", "renewals"]  # without it all
formats = ["html", "xlsx"]  # without it csv, html and ics
out = "reports/{day}"       # the folder to write to
keep = 12                   # how many folders of days are kept; without it all
split_by = "account_manager"   # a folder each
language = "de"             # of this job's reports and mails
heartbeat = "https://hc.example.com/ping/monday"  # told /start, the end, or /fail with the exit code

[jobs.monday.mail]          # who gets it by mail
to = ["lead@example.com"]   # who gets all of it
each_manager = true         # whether each account manager gets theirs
attach = ["html", "xlsx"]   # what is attached
link = "https://intranet.example.com/reports/{day}/"  # where the page is

[mail]                      # who sends the mails on; the password is kept with connect --mail
host = "smtp.example.com"   # the mail server
port = 587                  # 587 for starttls, 465 for tls, if not given
security = "starttls"       # starttls, the default, or tls
user = "reports"            # who signs in, if anybody
from = "reports@example.com"   # who the mails come from; without it the user

[account_managers."Lena Müller"]   # an account manager, by the name in the customer facts
mail = "lena@example.com"   # where their mails go

[products.ACME-BACKUP]      # a product that the catalogue lacks, or names otherwise, by its code
name = "Acme Backup"        # what it is called
categories = ["Server"]     # the categories that it protects
```
"""

from __future__ import annotations

import base64
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from partner_analytics.errors import SettingsError
from partner_analytics.jobs.job import Job, MailServer, jobs_of, mail_server_of, managers_of
from partner_analytics.languages import ENGLISH
from partner_analytics.safety.whole_files import write_in_place
from partner_analytics.settings_rules import FILE, problems_in
from partner_analytics.vendor import facts
from partner_analytics.vocabulary import CATEGORIES, EXPIRING_DAYS, PROGRAMS, RENEWAL_DAYS

__all__ = [
    "DEFAULT_DB",
    "FILE",
    "Product",
    "Settings",
    "read_settings",
    "remember_date_formats",
    "settings_problems",
]

DEFAULT_DB = Path("partner.duckdb")

LOGO_BYTES: Final = 100_000
PICTURES: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
"""How a picture begins that can be a logo, and what it is."""


@dataclass(frozen=True)
class Product:
    """One product of the partner's own: its code, what it is called, and which categories it protects."""

    code: str
    name: str
    categories: tuple[str, ...]


@dataclass(frozen=True)
class Settings:
    """What the settings file says, or the defaults where it says nothing."""

    db: Path = DEFAULT_DB
    expiring_days: int = EXPIRING_DAYS
    renewal_days: int = RENEWAL_DAYS
    columns: Mapping[str, str] = field(default_factory=dict)
    date_formats: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    products: tuple[Product, ...] = ()
    partner: str = ""
    """The partner's own name, which the page has for a title."""
    contact: str = ""
    """Whom customers can ask, on the printed sheets."""
    address: str = ""
    """Where the partner is, in the drafts."""
    signature: str = ""
    """What the drafts end with; empty for the account manager, the partner's name, address and contact."""
    logo: str = ""
    """The partner's logo, as the address of a picture that holds it whole."""
    programs: tuple[str, ...] | None = None
    """The vendor's programs that the partner is in; None if the settings do not name them."""
    sign_in: str = facts.SIGN_IN
    """The host that signs in for the vendor's API."""
    global_host: str = facts.GLOBAL
    """The host that says whose the credentials are."""
    connections: int = 8
    """How many calls of the vendor's API there are at once."""
    expires_on: date | None = None
    """The last day of the credentials for the vendor's API."""
    language: str = ENGLISH
    """The code of the language in which reports are written."""
    templates: Path | None = None
    """A folder with templates of requests in place of those that ship with the package."""
    jobs: tuple[Job, ...] = ()
    """What is done when it is due."""
    mail: MailServer | None = None
    """Who sends mails on."""
    account_managers: Mapping[str, str] = field(default_factory=dict)
    """The mail address of each account manager, by name."""
    rhythm_days: int | None = None
    """The most days between two runs of the job that asks: exports that are older are said to be. None outside of a job."""


def read_settings(file: Path = Path(FILE)) -> Settings:
    """What a settings file says, by default that of the current folder; without a file, the defaults.

    Raises
    ------
    SettingsError
        If the file is no TOML, holds a key that is not known, or a value of another type.
    """
    if not file.exists():
        return Settings()
    said = _read(file)
    for problem in problems_in(said):
        raise problem
    products = said.get("products", {})
    partner = said.get("partner", {})
    programs = partner.get("programs")
    templates = said.get("requests", {}).get("templates")
    return Settings(
        db=file.parent / said.get("db", DEFAULT_DB),
        expiring_days=said.get("expiring_days", EXPIRING_DAYS),
        renewal_days=said.get("renewal_days", RENEWAL_DAYS),
        columns=said.get("columns", {}),
        date_formats=said.get("date_formats", {}),
        words=said.get("words", {}),
        products=tuple(
            Product(code, of.get("name", code), tuple(one for one in CATEGORIES if one in of["categories"]))
            for code, of in products.items()
        ),
        partner=partner.get("name", ""),
        contact=partner.get("contact", ""),
        address=partner.get("address", ""),
        signature=partner.get("signature", "").strip(),
        logo="" if "logo" not in partner else _picture(file.parent / partner["logo"]),
        programs=None if programs is None else tuple(program for program in PROGRAMS if program in programs),
        sign_in=said.get("api", {}).get("sign_in", facts.SIGN_IN),
        global_host=said.get("api", {}).get("global", facts.GLOBAL),
        connections=said.get("api", {}).get("connections", 8),
        expires_on=said.get("api", {}).get("expires_on"),
        language=said.get("report", {}).get("language", ENGLISH),
        templates=None if templates is None else file.parent / templates,
        jobs=jobs_of(said),
        mail=mail_server_of(said),
        account_managers=managers_of(said),
    )


def _picture(file: Path) -> str:
    """A picture as an address that holds it whole.

    Raises
    ------
    SettingsError
        If it cannot be read, is no PNG or JPEG, or is too large for a page.
    """
    try:
        with file.open("rb") as source:
            content = source.read(LOGO_BYTES + 1)
    except OSError as error:
        raise SettingsError(f"The logo {file} cannot be read: {error.strerror}.", "correct partner.logo.") from error
    kind = next((kind for beginning, kind in PICTURES.items() if content.startswith(beginning)), None)
    if kind is None or len(content) > LOGO_BYTES:
        raise SettingsError(
            f"Expected a PNG or JPEG of at most {LOGO_BYTES // 1000} kB as the logo; found {file}.",
            "save it as such a picture.",
        )
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def settings_problems(file: Path) -> tuple[SettingsError, ...]:
    """Everything in a settings file that is not understood, each as a sentence with a hint."""
    try:
        return tuple(problems_in(_read(file)))
    except SettingsError as error:
        return (error,)


def remember_date_formats(formats: Mapping[str, str], file: Path = Path(FILE)) -> None:
    """Write into the settings how columns of days are written, by their headers, and leave all else as it is.

    Raises
    ------
    SettingsError
        If the file is not understood, or cannot be written.
    """
    # Few loads ask for it.
    import tomlkit

    try:
        document = tomlkit.parse(file.read_text("utf-8")) if file.exists() else tomlkit.document()
        document.setdefault("date_formats", tomlkit.table()).update(formats)
        write_in_place(file, tomlkit.dumps(document).encode())
    except OSError as error:
        raise SettingsError(f"{file} cannot be written: {error.strerror}.", "write it there yourself.") from error


def _read(file: Path) -> dict[str, Any]:
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError:
        raise SettingsError(
            f"There is no settings file {file}.", "it is optional; docs/reference/settings.md shows one."
        ) from None
    except IsADirectoryError:
        raise SettingsError(f"{file} is a folder; expected a settings file.", f"name the file: {file / FILE}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file.name} cannot be read as UTF-8 text.", "save it again as UTF-8 text.") from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"{file.name} is not valid TOML: {error}.", "correct that line, then: partner-analytics check"
        ) from error
