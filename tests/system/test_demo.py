"""The demo shows everything that a report can say, so that nobody meets a word for the first time in their own data."""

from __future__ import annotations

import subprocess
import sys

import pytest

from partner_analytics import Portfolio, vocabulary


@pytest.fixture(scope="module")
def demo() -> Portfolio:
    return Portfolio.demo()


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("relation", "column", "words"),
    [
        ("accounts", "account_type", vocabulary.ACCOUNT_TYPES),
        ("license_states", "state", vocabulary.STATES),
        ("license_states", "model", vocabulary.MODELS),
        ("protection_status", "status", vocabulary.STATUSES),
        ("protection_status", "category", (*vocabulary.CATEGORIES, None)),
        ("flex_vs_term", "mix", vocabulary.MIXES),
        ("flex_vs_term", "early_access", ("limited", "eligible")),
        ("assistance_coverage", "assistance", vocabulary.ASSISTANCE),
        ("assistance_coverage", "basis", vocabulary.ASSISTANCE_BASES),
        ("assistance_coverage", "next_step", vocabulary.NEXT_STEPS),
        ("actions", "action", vocabulary.ACTIONS),
        ("renewals", "renewal", vocabulary.RENEWALS),
    ],
)
def test_every_word_of_a_column_occurs(
    relation: str, column: str, words: tuple[str | None, ...], demo: Portfolio
) -> None:
    found = demo.sql(f"select distinct {column} from {relation}")[column].to_list()
    assert set(found) == set(words)


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("relation", "flag"),
    [
        ("protection_status", "is_renewed"),
        ("protection_status", "is_reactivatable"),
        ("license_positions", "is_unlimited"),
        ("license_positions", "over_used_by > 0"),
        ("license_positions", "unused > 0"),
        ("license_positions", "seats is null and not is_unlimited"),
        ("license_positions", "used is null"),
        ("flex_vs_term", "double_covered is not null"),
        ("assistance_coverage", "is_anomaly"),
        ("unmapped_products", "licenses > 0"),
        ("unknown_customers", "rows > 0"),
        ("quarantine", "line > 0"),
    ],
)
def test_every_oddity_occurs(relation: str, flag: str, demo: Portfolio) -> None:
    assert demo.sql(f"select count(*) as times from {relation} where {flag}")["times"][0] > 0


def test_the_package_is_imported_at_once_and_brings_nothing_heavy() -> None:
    code = (
        "import sys, time; began = time.perf_counter(); import partner_analytics; "
        "print(time.perf_counter() - began < 0.1, {'polars', 'duckdb', 'altair', 'pandera'} & set(sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "True set()\n"
