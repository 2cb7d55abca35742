"""The texts of drafts: those that ship with the package, or in their place those of a folder."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template
from typing import Final

from partner_analytics.errors import SettingsError, nearest

__all__ = ["read_templates"]

SHIPPED: Final = Path(__file__).parent / "templates" / "requests"

FILES: Final = {
    ("assistance", "en"): "en.txt",
    ("assistance", "de"): "de.txt",
    ("renewal", "en"): "renewal.en.txt",
    ("renewal", "de"): "renewal.de.txt",
    ("trial", "en"): "trial.en.txt",
    ("trial", "de"): "trial.de.txt",
}
"""The file of each request, in each language."""

WORDS: Final = ("customer", "contact", "account_manager", "partner", "address", "signature", "licenses")
"""What a template can name with a dollar sign before it."""


def read_templates(folder: Path | None) -> dict[tuple[str, str], Template]:
    """The template of each request in each language: those that ship with the package, or in their place a folder's.

    Raises
    ------
    SettingsError
        If the folder holds none, or one without a subject or with a name that is not known.
    """
    texts = {of: (SHIPPED / file).read_text("utf-8") for of, file in FILES.items()}
    if folder is not None:
        own = {of: folder / file for of, file in FILES.items() if (folder / file).is_file()}
        if not own:
            raise SettingsError(
                f"The folder {folder} of `requests.templates` holds neither en.txt nor de.txt.",
                f"put one of {', '.join(FILES.values())} there, or leave the setting out.",
            )
        for of, file in own.items():
            try:
                texts[of] = file.read_text("utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise SettingsError(f"{file} cannot be read as UTF-8 text.", "save it again as UTF-8 text.") from error
            _check(file, texts[of])
    return {of: Template(text) for of, text in texts.items()}


def _check(file: Path, text: str) -> None:
    if not re.match(r"Subject: .*\S.*\n\s*\n", text):
        raise SettingsError(
            f"{file} does not begin with a subject and an empty line.", "write `Subject: …` on its first line."
        )
    template = Template(text)
    if not template.is_valid():
        raise SettingsError(f"{file} holds a dollar sign without a name after it.", "write `$$` for a dollar sign.")
    for word in template.get_identifiers():
        if word not in WORDS:
            raise SettingsError(f"{file} uses `${word}`, which is not known.", nearest(word, WORDS))
