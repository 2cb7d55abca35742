"""Programs of the system that some tests need: where one is missing they skip and say so, but never in `.ci/run`."""

from __future__ import annotations

import os
import shutil

import pytest

MUST_HAVE = "PARTNER_ANALYTICS_REQUIRE_BROWSER"


def needed(program: str) -> str:
    """The path of a program."""
    found = shutil.which(program)
    if found is None:
        if os.environ.get(MUST_HAVE):
            pytest.fail(f"{MUST_HAVE} is set, and there is no {program}")
        pytest.skip(f"there is no {program} on this machine")
    return found
