"""The pages that are written from the code are up to date, and every error tells what to do next."""

from __future__ import annotations

import click
import pytest

from partner_analytics.commands.program import commands
from tests.reference_pages import PAGES
from tests.support.messages import errors
from tests.support.paths import ROOT


@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_is_written_from_the_code_is_up_to_date(page: str) -> None:
    assert (ROOT / page).read_text("utf-8") == PAGES[page](), "renew it: python -m tests.reference_pages"


def test_every_error_has_a_hint_with_what_to_do_next() -> None:
    assert not [one for one in errors() if not one.hint]


def test_every_command_and_every_option_says_what_it_is_for() -> None:
    for name, command in commands.commands.items():
        assert command.help, name
        for parameter in command.params:
            assert not isinstance(parameter, click.Option) or parameter.help, f"{name}: {parameter.name}"
