"""What each setting may be, and what is wrong where one is otherwise: a sentence and a hint for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from partner_analytics.days import date_format_problem
from partner_analytics.errors import SettingsError, nearest
from partner_analytics.jobs import problems as jobs
from partner_analytics.languages import ENGLISH, languages
from partner_analytics.vendor.hosts import host_problem
from partner_analytics.vocabulary import CATEGORIES, EXPIRING_DAYS, PROGRAMS, RENEWAL_DAYS, RENEWAL_WINDOWS, WORDS

FILE = "partner_analytics.toml"
DESCRIBED: Final = "correct the value; docs/reference/settings.md describes each setting."

EXPECTED: Mapping[str, tuple[type | tuple[type, ...], str]] = {
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
    "jobs": (dict, "tables such as [jobs.monday]"),
    "mail": (dict, "a table [mail]"),
    "account_managers": (dict, 'tables such as [account_managers."Lena Müller"]'),
}
"""Every key, with the type of its value and what that is called."""

TABLES: Mapping[str, Mapping[str, tuple[type | tuple[type, ...], str]]] = {
    "report": {"language": (str, "the code of a language in quotes")},
    "api": {
        "sign_in": (str, "an address in quotes"),
        "global": (str, "an address in quotes"),
        "connections": (int, "a whole number"),
        "expires_on": (date, "a day without quotes, such as 2029-11-26"),
    },
    "partner": {
        "name": (str, "a text in quotes"),
        "contact": (str, "a text in quotes"),
        "address": (str, "a text in quotes"),
        "signature": (str, "a text in quotes"),
        "logo": (str, "the path of a picture in quotes"),
        "programs": (list, "a list of programs"),
    },
    "requests": {"templates": (str, "a folder in quotes")},
    "products.CODE": {"name": (str, "a text in quotes"), "categories": (list, "a list of categories")},
    **jobs.TABLES,
}
"""Every key of each table, likewise."""

PARTNER_EXAMPLES: Final = {
    "name": "Brightwater IT",
    "contact": "Lena Müller, +49 30 1234567",
    "address": "Hafenstraße 1, 10115 Berlin",
}
MOST_CONNECTIONS: Final = 32


def problems_in(said: Mapping[str, Any]) -> Iterator[SettingsError]:
    """Everything that is not understood in what a settings file says, each as a sentence with a hint."""
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
    yield from _of_another_type(_table(said, "requests"), TABLES["requests"], "requests.")
    yield from _of_another_type(_table(said, "report"), TABLES["report"], "report.")
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
    yield from jobs.problems_of_jobs(said, FILE)


def _is_secret(key: str) -> bool:
    return "secret" in key.lower() or "password" in key.lower()


def _secrets(said: Mapping[str, Any], where: str = "") -> Iterator[SettingsError]:
    """Keys of secrets, which no settings file holds; what they say is not shown."""
    for key, value in said.items():
        if _is_secret(key):
            yield SettingsError(
                f"{FILE} holds a secret, `{where}{key}`; expected none, since others read this file.",
                "remove it, and keep it with: partner-analytics connect, for mails with --mail",
            )
        elif isinstance(value, dict) and key not in (
            "columns",
            "words",
            "date_formats",
            "products",
            "account_managers",
        ):
            yield from _secrets(value, f"{where}{key}.")


def _problems_of_the_api(said: Mapping[str, Any]) -> Iterator[SettingsError]:
    known = {key: value for key, value in said.items() if not _is_secret(key)}
    yield from _of_another_type(known, TABLES["api"], "api.")
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
    yield from _of_another_type(said, TABLES["partner"], "partner.")
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
    yield from _of_another_type(said, TABLES["products.CODE"], f"products.{code}.")
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
    said: Mapping[str, Any], expected: Mapping[str, tuple[type | tuple[type, ...], str]], where: str = ""
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


def _is(value: Any, of: type | tuple[type, ...]) -> bool:
    # To Python a truth is a number, and a moment a day.
    return isinstance(value, of) and not isinstance(value, (bool, datetime))
