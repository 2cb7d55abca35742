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

[api]                       # where pull asks; the defaults are the vendor's own addresses
connections = 8             # how many customers are asked at once, at most 32

[requests]
templates = "my_requests"   # a folder with texts of your own, such as en.txt, for the drafts of report --requests

[products.ACME-BACKUP]      # a product that the catalogue lacks, or names otherwise, by its code
name = "Acme Backup"        # what it is called
categories = ["Server"]     # the categories that it protects
```
"""

from __future__ import annotations

import base64
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from partner_analytics.days import date_format_problem
from partner_analytics.errors import SettingsError, nearest
from partner_analytics.languages import ENGLISH, languages
from partner_analytics.safety.whole_files import write_in_place
from partner_analytics.vendor import facts
from partner_analytics.vendor.hosts import host_problem
from partner_analytics.vocabulary import CATEGORIES, EXPIRING_DAYS, PROGRAMS, RENEWAL_DAYS, RENEWAL_WINDOWS, WORDS

FILE = "partner_analytics.toml"
DEFAULT_DB = Path("partner.duckdb")
DESCRIBED: Final = "correct the value; docs/reference/settings.md describes each setting."

EXPECTED: Mapping[str, tuple[type, str]] = {
    "db": (str, "a path in quotes"),
    "expiring_days": (int, "a whole number of days"),
    "renewal_days": (int, "a whole number of days"),
    "columns": (dict, "a table [columns]"),
    "date_formats": (dict, "a table [date_formats]"),
    "words": (dict, "a table [words]"),
    "partner": (dict, "a table [partner]"),
    "requests": (dict, "a table [requests]"),
    "report": (dict, "a table [report]"),
    "api": (dict, "a table [api]"),
    "products": (dict, "tables such as [products.CODE]"),
}
"""Every key, with the type of its value and what that is called."""

OF_THE_PARTNER: Mapping[str, tuple[type, str]] = {
    "name": (str, "a text in quotes"),
    "contact": (str, "a text in quotes"),
    "address": (str, "a text in quotes"),
    "signature": (str, "a text in quotes"),
    "logo": (str, "the path of a picture in quotes"),
    "programs": (list, "a list of programs"),
}
PARTNER_EXAMPLES: Final = {
    "name": "Brightwater IT",
    "contact": "Lena Müller, +49 30 1234567",
    "address": "Hafenstraße 1, 10115 Berlin",
}
LOGO_BYTES: Final = 100_000
PICTURES: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
"""How a picture begins that can be a logo, and what it is."""

OF_REQUESTS: Mapping[str, tuple[type, str]] = {"templates": (str, "a folder in quotes")}

OF_THE_API: Mapping[str, tuple[type, str]] = {
    "sign_in": (str, "an address in quotes"),
    "global": (str, "an address in quotes"),
    "connections": (int, "a whole number"),
}
MOST_CONNECTIONS: Final = 32

OF_REPORTS: Mapping[str, tuple[type, str]] = {"language": (str, "the code of a language in quotes")}

OF_A_PRODUCT: Mapping[str, tuple[type, str]] = {
    "name": (str, "a text in quotes"),
    "categories": (list, "a list of categories"),
}


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
    language: str = ENGLISH
    """The code of the language in which reports are written."""
    templates: Path | None = None
    """A folder with templates of requests in place of those that ship with the package."""


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
    for problem in _problems(said):
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
        language=said.get("report", {}).get("language", ENGLISH),
        templates=None if templates is None else file.parent / templates,
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
        return tuple(_problems(_read(file)))
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


def _problems(said: Mapping[str, Any]) -> Iterator[SettingsError]:
    yield from _secrets(said)
    yield from _of_another_type({key: value for key, value in said.items() if not _is_secret(key)}, EXPECTED)
    if said.get("db") == "":
        yield SettingsError(
            f"{FILE} sets `db` to an empty text; expected a path.", 'write for example db = "partner.duckdb"'
        )
    days = said.get("expiring_days", 0)
    if _is(days, int) and days < 0:
        yield SettingsError(
            f"{FILE} sets `expiring_days` to {days}; expected 0 or more.",
            f"write expiring_days = {EXPIRING_DAYS}, the default.",
        )
    days = said.get("renewal_days", 0)
    if _is(days, int) and not 0 <= days <= max(RENEWAL_WINDOWS):
        yield SettingsError(
            f"{FILE} sets `renewal_days` to {days}; expected 0 to {max(RENEWAL_WINDOWS)}.",
            f"write renewal_days = {RENEWAL_DAYS}, the default.",
        )
    for table in ("columns", "date_formats", "words"):
        yield from _no_texts(said, table)
    for word, meant in _texts(said, "words"):
        if meant not in WORDS:
            yield SettingsError(
                f"{FILE} says that the word `{word}` means `{meant}`, which is not known.", nearest(meant, WORDS)
            )
    for header, form in _texts(said, "date_formats"):
        if problem := date_format_problem(form):
            yield SettingsError(f"{FILE}, `date_formats.{header}`: {problem}", 'write for example "%d/%m/%Y"')
    yield from _of_another_type(_table(said, "requests"), OF_REQUESTS, "requests.")
    yield from _of_another_type(_table(said, "report"), OF_REPORTS, "report.")
    language = _table(said, "report").get("language", ENGLISH)
    if _is(language, str) and language not in languages():
        yield SettingsError(
            f"{FILE} sets `report.language` to {language!r}, which is not spoken.",
            f"write one of {', '.join(languages())}.",
        )
    yield from _problems_of_the_api(_table(said, "api"))
    yield from _problems_of_partner(_table(said, "partner"))
    for code, product in _table(said, "products").items():
        yield from _problems_of_product(code, product)


def _is_secret(key: str) -> bool:
    return "secret" in key.lower() or "password" in key.lower()


def _secrets(said: Mapping[str, Any], where: str = "") -> Iterator[SettingsError]:
    """Keys of secrets, which no settings file holds; what they say is not shown."""
    for key, value in said.items():
        if _is_secret(key):
            yield SettingsError(
                f"{FILE} holds a secret, `{where}{key}`; expected none, since others read this file.",
                "remove it, and keep it with: partner-analytics connect",
            )
        elif isinstance(value, dict) and key not in ("columns", "words", "date_formats", "products"):
            yield from _secrets(value, f"{where}{key}.")


def _problems_of_the_api(said: Mapping[str, Any]) -> Iterator[SettingsError]:
    known = {key: value for key, value in said.items() if not _is_secret(key)}
    yield from _of_another_type(known, OF_THE_API, "api.")
    for key in ("sign_in", "global"):
        address = said.get(key)
        if isinstance(address, str) and (problem := host_problem(address)):
            yield SettingsError(f"{FILE} sets `api.{key}` to {address!r}, which {problem}.", "write an https address.")
    connections = said.get("connections", 1)
    if _is(connections, int) and not 1 <= connections <= MOST_CONNECTIONS:
        yield SettingsError(
            f"{FILE} sets `api.connections` to {connections}; expected 1 to {MOST_CONNECTIONS}.",
            "write connections = 8, the default.",
        )


def _problems_of_partner(said: Mapping[str, Any]) -> Iterator[SettingsError]:
    yield from _of_another_type(said, OF_THE_PARTNER, "partner.")
    signature = said.get("signature", "-")
    if _is(signature, str) and not all(line.isprintable() for line in signature.splitlines()):
        yield SettingsError(
            f"{FILE} sets `partner.signature` to {signature!r}; expected lines of text.",
            'write for example signature = "Brightwater IT"',
        )
    for key, example in PARTNER_EXAMPLES.items():
        text = said.get(key, "-")
        if _is(text, str) and (not text.strip() or not text.isprintable()):
            yield SettingsError(
                f"{FILE} sets `partner.{key}` to {text!r}; expected a text on one line.",
                f'write for example {key} = "{example}"',
            )
    programs = said.get("programs", [])
    for program in programs if _is(programs, list) else ():
        if program not in PROGRAMS:
            yield SettingsError(
                f"{FILE} names the program `{program}`, which is not known.",
                nearest(str(program), PROGRAMS),
            )


def _problems_of_product(code: str, said: Any) -> Iterator[SettingsError]:
    if not isinstance(said, dict):
        yield SettingsError(f"{FILE} sets `products.{code}` to a value; expected a table.", f"write [products.{code}].")
        return
    yield from _of_another_type(said, OF_A_PRODUCT, f"products.{code}.")
    categories = said.get("categories", [])
    if categories == []:
        yield SettingsError(
            f"{FILE} gives the product `{code}` no categories.", f'write categories = ["{CATEGORIES[0]}"].'
        )
    for category in categories if _is(categories, list) else ():
        if category not in CATEGORIES:
            yield SettingsError(
                f"{FILE} puts the product `{code}` into the category `{category}`, which is not known.",
                nearest(str(category), CATEGORIES),
            )


def _of_another_type(
    said: Mapping[str, Any], expected: Mapping[str, tuple[type, str]], where: str = ""
) -> Iterator[SettingsError]:
    """Keys that are not known, and values of another type than they must have."""
    for key, value in said.items():
        if key not in expected:
            yield SettingsError(f"{FILE} has a key that is not known: `{where}{key}`.", nearest(key, tuple(expected)))
        elif not _is(value, expected[key][0]):
            yield SettingsError(f"{FILE} sets `{where}{key}` to {value!r}; expected {expected[key][1]}.", DESCRIBED)


def _no_texts(said: Mapping[str, Any], key: str) -> Iterator[SettingsError]:
    for name, value in _table(said, key).items():
        if not isinstance(value, str):
            yield SettingsError(
                f"{FILE} sets `{key}.{name}` to {value!r}; expected a text in quotes.", "write quotes around it."
            )


def _texts(said: Mapping[str, Any], key: str) -> Sequence[tuple[str, str]]:
    return [(name, value) for name, value in _table(said, key).items() if isinstance(value, str)]


def _table(said: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    table = said.get(key)
    return table if isinstance(table, dict) else {}


def _is(value: Any, of: type) -> bool:
    return isinstance(value, of) and not isinstance(value, bool)
