"""`partner_analytics.toml`: what a partner sets once, for every command run in its folder.

```toml
db = "partner.duckdb"       # the store
expiring_days = 30          # days before its end from which a license is expiring

[columns]                   # headers of your own, and the columns that they lead to
"Lizenz-Nr." = "license_id"

[words]                     # words of your own, and those that they stand for
ja = "yes"
Abo = "usage"

[products.ACME-BACKUP]      # products that the catalogue lacks, or names otherwise
name = "Acme Backup"
categories = ["Server"]
```
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from partner_analytics.errors import SettingsError, nearest
from partner_analytics.vocabulary import CATEGORIES, EXPIRING_DAYS, WORDS

T = TypeVar("T")

FILE = "partner_analytics.toml"
DEFAULT_DB = Path("partner.duckdb")


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
    columns: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    products: tuple[Product, ...] = ()


def read_settings(folder: Path) -> Settings:
    """The settings of a folder; the defaults where it has no settings file.

    Raises
    ------
    SettingsError
        If the file is no TOML, holds a key that is not known, or a value of another type.
    """
    file = folder / FILE
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{FILE} cannot be read as UTF-8 text.", "look at the file.") from error
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{FILE} is no TOML: {error}.", "correct that line.") from error
    _check_keys(said, ("db", "expiring_days", "columns", "words", "products"), "")
    db = _value(said, "db", str, str(DEFAULT_DB), "a path in quotes")
    days = _value(said, "expiring_days", int, EXPIRING_DAYS, "a whole number of days")
    if days < 0:
        raise SettingsError(f"{FILE} sets `expiring_days` to {days}; expected 0 or more.", "correct it.")
    products = _value(said, "products", dict, {}, "tables such as [products.CODE]")
    columns = _texts(said, "columns")
    words = _texts(said, "words")
    for word, meant in words.items():
        if meant not in WORDS:
            raise SettingsError(
                f"{FILE} lets the word `{word}` stand for `{meant}`, which is not known.", nearest(meant, WORDS)
            )
    return Settings(folder / db, days, columns, words, tuple(_product(code, value) for code, value in products.items()))


def _product(code: str, said: Any) -> Product:
    where = f"products.{code}."
    if not isinstance(said, dict):
        raise SettingsError(f"{FILE} sets `products.{code}` to a value; expected a table.", f"write [products.{code}].")
    _check_keys(said, ("name", "categories"), where)
    name = _value(said, "name", str, code, "a text in quotes", where)
    categories = _value(said, "categories", list, [], "a list of categories", where)
    if not categories:
        raise SettingsError(
            f"{FILE} gives the product `{code}` no categories.", f'write categories = ["{CATEGORIES[0]}"].'
        )
    for category in categories:
        if category not in CATEGORIES:
            raise SettingsError(
                f"{FILE} puts the product `{code}` into the category `{category}`, which is not known.",
                nearest(str(category), CATEGORIES),
            )
    return Product(code, name, tuple(category for category in CATEGORIES if category in categories))


def _texts(said: Mapping[str, Any], key: str) -> dict[str, str]:
    """A table of texts."""
    table = _value(said, key, dict, {}, f"a table [{key}]")
    return {name: _value(table, name, str, "", "a text in quotes", f"{key}.") for name in table}


def _check_keys(said: Mapping[str, Any], known: Sequence[str], where: str) -> None:
    for key in said:
        if key not in known:
            raise SettingsError(f"{FILE} has a key that is not known: `{where}{key}`.", nearest(key, known))


def _value(said: Mapping[str, Any], key: str, of: type[T], default: T, expected: str, where: str = "") -> T:
    value = said.get(key, default)
    if not isinstance(value, of) or isinstance(value, bool):
        raise SettingsError(f"{FILE} sets `{where}{key}` to {value!r}; expected {expected}.", "correct it.")
    return value
