"""The command that copies the notebooks."""

from __future__ import annotations

from pathlib import Path

import click

from partner_analytics.commands.options import print_files
from partner_analytics.terminal import say


@click.command()
@click.argument("folder")
def notebooks(folder: str) -> None:
    """Copy the notebooks into FOLDER, to open in JupyterLab; those that you have changed stay as they are."""
    from partner_analytics.notebook.copies import copy_notebooks

    copied, kept = copy_notebooks(Path(folder))
    print_files(copied)
    for notebook in kept:
        say(f"{notebook} was changed by you, and stays as it is.")
