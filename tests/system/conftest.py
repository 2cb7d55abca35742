"""What several tests of the whole product begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from partner_analytics.vendor import pauses
from tests.support.vendor_data import CLIENT_ID, SECRET


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of somebody with credentials in the environment, who does not wait long."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PARTNER_ANALYTICS_CLIENT_ID", CLIENT_ID)
    monkeypatch.setenv("PARTNER_ANALYTICS_CLIENT_SECRET", SECRET)
    monkeypatch.setattr(pauses, "FIRST_PAUSE", 0.01)
    return tmp_path
