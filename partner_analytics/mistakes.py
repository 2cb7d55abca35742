"""Mistakes in a settings file, named before a command meets them."""

from __future__ import annotations

from pathlib import Path

from partner_analytics.errors import SettingsError
from partner_analytics.publish import read_templates
from partner_analytics.schemas.headers import known_columns
from partner_analytics.settings import read_settings, settings_problems


def mistakes(file: Path) -> tuple[SettingsError, ...]:
    """Everything in a settings file that is not understood, or leads nowhere, each as a sentence with a hint.

    Where a header leads, and whether the templates are there, is looked at when all else is understood.
    """
    problems = settings_problems(file)
    if problems:
        return problems
    settings = read_settings(file)
    found = []
    for look in (lambda: known_columns(settings.columns), lambda: read_templates(settings.templates)):
        try:
            look()
        except SettingsError as error:
            found.append(error)
    return tuple(found)
