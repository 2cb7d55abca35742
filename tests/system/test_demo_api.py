"""The demo portfolio asked as the vendor is asked: who has no account can try connect, pull and account."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from partner_analytics import Portfolio
from partner_analytics.demo import DEMO_DAY
from partner_analytics.demo.vendor import demo_vendor
from tests.support.documents import demo_api
from tests.support.terminal import typed


@pytest.fixture(scope="module")
def pulled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the demo was pulled."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch, demo_api(folder):
        patch.setenv("PARTNER_ANALYTICS_CLIENT_ID", "demo-client")
        patch.setenv("PARTNER_ANALYTICS_CLIENT_SECRET", "demo-secret")
        inside = folder / "partner-analytics-demo-api"
        said = typed(inside, "pull")
        assert said.returncode == 0, said.stderr
        assert typed(inside, "account", "rename", "Kettlewhistle Letterpress", "Kettlewhistle", "--yes").returncode == 0
        assert typed(inside, "pull", "--fresh").returncode == 0
    return inside


@pytest.mark.sampled(0)
def test_a_pull_of_the_demo_brings_its_customers_as_they_are_today(pulled: Path) -> None:
    """Every status is that of the demo on its own day, but for those whose licenses the vendor refuses to give."""
    found = Portfolio.open(pulled / "partner.duckdb").protection_status().frame
    own = Portfolio.demo().protection_status().frame
    keys = ["customer_id", "category", "status", "days_left", "license_count"]
    refused = found.filter(status="no_data")["customer_id"]
    assert refused.len() == 9
    # Customers that the export lacks are not in the vendor's list; an empty list is an answer.
    is_compared = [
        frame.filter(
            ~pl.col("status").is_in(["no_data", "none"]),
            ~pl.col("customer_id").is_in(refused.to_list()),
            pl.col("customer_id").is_in(found["customer_id"].to_list()),
        ).select(keys)
        for frame in (found, own)
    ]
    assert is_compared[0].height > 50
    assert is_compared[0].rows() == is_compared[1].rows()


@pytest.mark.sampled(0)
def test_a_name_that_was_changed_is_pulled_the_next_time(pulled: Path) -> None:
    names = Portfolio.open(pulled / "partner.duckdb").customer_overview().frame["customer_name"].to_list()
    assert "Kettlewhistle" in names
    assert "Kettlewhistle Letterpress" not in names


def test_the_settings_of_somebody_else_are_not_replaced(tmp_path: Path) -> None:
    settings = tmp_path / "partner_analytics.toml"
    settings.write_text("# mine\n", "utf-8")
    said = typed(tmp_path, "demo", "--api", "--out", ".")
    assert said.returncode == 2
    assert settings.read_text("utf-8") == "# mine\n"


def test_what_the_demo_gives_depends_on_the_day_alone() -> None:
    assert demo_vendor(DEMO_DAY) == demo_vendor(DEMO_DAY)
    assert demo_vendor(DEMO_DAY) != demo_vendor(date(2026, 11, 3))
