"""The command that checks a settings file."""

from __future__ import annotations

from pathlib import Path

import click

from partner_analytics.errors import SettingsError
from partner_analytics.terminal import print_text, say_what


@click.command()
@click.argument("file", required=False)
def check(file: str | None) -> int:
    """Say what in a settings FILE is not understood; by default in partner_analytics.toml of this folder."""
    from partner_analytics.portfolio import Portfolio
    from partner_analytics.settings import FILE

    if file is None and not Path(FILE).exists():
        if found := _misnamed(FILE):
            raise SettingsError(f"Settings are read from {FILE}; found {found}.", f"rename {found} to {FILE}.")
        print_text(f"There is no {FILE} in this folder: the defaults hold.")
        return 0
    problems = Portfolio.check(file or FILE)
    for problem in problems:
        say_what(problem)
    if not problems:
        print_text(f"{file or FILE}: all of it is understood.")
    return problems[0].exit_code if problems else 0


def _misnamed(expected: str) -> str:
    """A file of this folder that is called nearly as the settings are; empty where there is none."""

    def letters(name: str) -> str:
        return "".join(filter(str.isalpha, name.lower().removesuffix(".txt")))

    near = (path.name for path in Path().iterdir() if path.is_file() and letters(path.name) == letters(expected))
    return min(near, default="")
