"""Mistakes in a settings file, named before a command meets them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from partner_analytics.errors import SettingsError, nearest
from partner_analytics.publish import formats, read_templates
from partner_analytics.schemas.headers import known_columns
from partner_analytics.settings import FILE, read_settings, settings_problems


def mistakes(file: Path, reports: Collection[str]) -> tuple[SettingsError, ...]:
    """Everything in a settings file that is not understood, or leads nowhere, each as a sentence with a hint.

    Where a header leads, whether the templates are there, and which reports and formats jobs name, is looked at when all
    else is understood.

    Parameters
    ----------
    reports
        The names of all reports that there are.
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
    for job in settings.jobs:
        attached = () if job.mail is None else job.mail.attach
        named = (
            ("reports", job.reports, tuple(reports)),
            ("formats", job.formats, formats.names()),
            ("mail.attach", attached, formats.names()),
        )
        found += [
            SettingsError(f"{FILE} names {one!r} in `jobs.{job.name}.{key}`, which is not known.", nearest(one, known))
            for key, names, known in named
            for one in names
            if one not in known
        ]
    return tuple(found)
