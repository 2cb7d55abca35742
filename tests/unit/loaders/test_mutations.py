"""Of corrupted exports no row is lost, and nothing is seen but sentences; the whole run is `python tests/mutations.py`."""

from __future__ import annotations

import pytest

from tests.mutations import attempt
from tests.support.effort import full

RUNS, PARTS = full(150, 16), 4


@pytest.mark.sampled(0)
@pytest.mark.promise("accounting")
@pytest.mark.parametrize("part", range(PARTS))
def test_a_corrupted_export_is_accounted_for_or_refused_in_a_sentence(part: int) -> None:
    wrong = [f"run {run}: {why}" for run, _, why in (attempt(1, None, run) for run in range(part, RUNS, PARTS)) if why]
    assert not wrong, "\n".join(wrong)
