"""How much a proof is made to work: `make test` takes samples of the long ones, `.ci/run` all of each."""

from __future__ import annotations

import os
from typing import Final

from hypothesis import settings

FULL: Final = "PARTNER_ANALYTICS_FULL" in os.environ
"""Whether every proof is made at full count, as `.ci/run` asks for."""


def full(everything: int, sample: int) -> int:
    """How often something is tried."""
    return everything if FULL else sample


def examples(everything: int, sample: int) -> settings:
    """How many examples Hypothesis makes; in `.ci/run` they are the same each time, so that it has one answer for a commit."""
    return settings(max_examples=full(everything, sample), deadline=None, derandomize=FULL)
