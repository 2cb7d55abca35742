"""An old export that is loaded for a new day is loaded, and said to be one: on load, and on every report that rests on it."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partner_analytics import Portfolio, ingest
from partner_analytics.settings import Settings
from partner_analytics.store import resemblance
from partner_analytics.vocabulary import REPORTS
from tests.support.effort import examples
from tests.support.pages import words_of
from tests.support.paths import FIXTURES
from tests.support.terminal import typed

Rows = list[dict[str, object]]

OCTOBER_12, OCTOBER_19, NOVEMBER_2, NOVEMBER_9, NOVEMBER_16 = (
    "2026-10-12",
    "2026-10-19",
    "2026-11-02",
    "2026-11-09",
    "2026-11-16",
)


def customer_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def licenses(count: int = 25, **changed: int) -> Rows:
    """So many licenses; those named by number have another quantity: `licenses(_3=40)`."""
    quantities = {int(name.strip("_")): quantity for name, quantity in changed.items()}
    return [
        {
            "license_id": f"L{number}",
            "customer_id": customer_id(number // 2),
            "product_code": "CIXA",
            "license_type": "term",
            "quantity": quantities.get(number, 10),
            "start_date": "2026-01-01",
            "end_date": "2027-03-31",
        }
        for number in range(count)
    ]


def written(rows: Rows) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def load(folder: Path, *exports: tuple[str, Rows] | tuple[str, Rows, str]) -> list[tuple[str, ...]]:
    """Load rows as the exports of some days, all at once, and return what is said about each."""
    files = []
    for day, rows, *name in exports:
        file = folder / f"{name[0] if name else 'licenses'}_{day}.csv"
        file.write_text(written(rows), "utf-8")
        files.append((str(file), ingest.Instructions(date.fromisoformat(day), datetime(2026, 1, 1), Settings())))
    loaded, errors = ingest.load(files, folder / "partner.duckdb")
    assert not errors
    return [accounting.warnings for accounting in loaded]


def looks_older(said: tuple[str, ...]) -> list[str]:
    return [sentence for sentence in said if "looks like one of" in sentence or "identical to" in sentence]


def page(folder: Path, day: str, *names: str) -> str:
    portfolio = Portfolio(folder / "partner.duckdb", date.fromisoformat(day))
    portfolio.publish(folder / "out", *names, formats=["html"])
    return words_of(folder / "out" / "index.html")


# The same bytes.


@pytest.mark.sampled(0)
@pytest.mark.promise("other_day")
def test_the_bytes_of_an_earlier_day_are_said_on_load_and_on_the_page_with_that_day_and_its_file(
    tmp_path: Path,
) -> None:
    """Issue 14, (c): the licenses of 19 October, loaded for 9 November."""
    (tmp_path / "october.csv").write_text(written(licenses()), "utf-8")
    (tmp_path / "november.csv").write_text(written(licenses(_3=40)), "utf-8")
    (tmp_path / "again.csv").write_text(written(licenses()), "utf-8")
    db = ("--db", "partner.duckdb", "--snapshot-date")
    assert "identical to" not in typed(tmp_path, "load", "october.csv", *db, OCTOBER_19).stderr
    assert "identical to" not in typed(tmp_path, "load", "november.csv", *db, NOVEMBER_2).stderr
    loaded = typed(tmp_path, "load", "again.csv", *db, NOVEMBER_9)
    sentence = (
        "Exports of licenses that are identical to one of another day: again.csv of 2026-11-09, the same as october.csv "
        "of 2026-10-19. If anything has changed in between, load the right file with --replace."
    )
    assert f"again.csv: {sentence}\n" in loaded.stderr
    assert loaded.returncode == 0, "it is loaded all the same"
    assert sentence in page(tmp_path, NOVEMBER_9)
    portfolio = Portfolio(tmp_path / "partner.duckdb")
    said_by = {report.name for report in portfolio.reports(as_of=NOVEMBER_9) if sentence in report.caveats}
    assert said_by == set(REPORTS) - {"assistance_coverage"}, "each that rests on licenses"
    assert sentence not in portfolio.renewals(NOVEMBER_2).caveats, "that day rests on other files"
    assert sentence not in portfolio.renewals(OCTOBER_19).caveats, "a load of a later day says nothing of those before"


@pytest.mark.sampled(0)
@pytest.mark.parametrize("kind", ["customers", "licenses", "assistance", "customer_facts"])
def test_the_bytes_of_another_day_are_said_of_every_kind_of_export(kind: str, tmp_path: Path) -> None:
    portfolio = Portfolio(tmp_path / "partner.duckdb")
    portfolio.load(*(FIXTURES / f"{name}.csv" for name in dict.fromkeys(("customers", kind))), snapshot_date=OCTOBER_19)
    (accounting,) = portfolio.load(FIXTURES / f"{kind}.csv", snapshot_date=NOVEMBER_9)
    (sentence,) = looks_older(accounting.warnings)
    assert f"{kind}.csv of 2026-11-09, the same as {kind}.csv of 2026-10-19" in sentence
    assert sentence in portfolio.customer_overview(NOVEMBER_9).caveats


@pytest.mark.sampled(0)
@pytest.mark.promise("packs")
def test_a_report_about_some_customers_says_that_an_export_looks_like_another_days_and_names_no_file(
    tmp_path: Path,
) -> None:
    portfolio = Portfolio(tmp_path / "partner.duckdb", date.fromisoformat(NOVEMBER_9))
    facts = FIXTURES / "customer_facts.csv"
    portfolio.load(FIXTURES / "customers.csv", facts, FIXTURES / "licenses.csv", snapshot_date=OCTOBER_19)
    portfolio.load(FIXTURES / "licenses.csv", snapshot_date=NOVEMBER_9)
    said = (
        "An export of licenses behind this report looks like one of another day; the report of the whole portfolio "
        "says which."
    )
    for report in portfolio.account_manager("mei").reports("protection_status", "changes"):
        assert said in report.caveats
        assert not any("identical to" in caveat for caveat in report.caveats)
    portfolio.publish(tmp_path / "out", formats=["html"], split_by="account_manager")
    pages = [words_of(page) for page in (tmp_path / "out").glob("*/index.html")]
    assert len(pages) > 1
    assert all(said in page for page in pages)
    assert not any("identical to" in page for page in pages)


@pytest.mark.sampled(0)
def test_changes_say_what_is_doubtful_about_either_of_their_days(tmp_path: Path) -> None:
    *_, said, _ = load(
        tmp_path,
        (OCTOBER_19, licenses()),
        (NOVEMBER_2, licenses(_3=40)),
        (NOVEMBER_9, licenses()),
        (NOVEMBER_16, licenses(_3=40, _4=40)),
    )
    (sentence,) = looks_older(said)
    portfolio = Portfolio(tmp_path / "partner.duckdb", date.fromisoformat(NOVEMBER_16))
    assert sentence in portfolio.changes().caveats
    assert sentence not in portfolio.changes(since=NOVEMBER_2).caveats
    assert sentence not in portfolio.protection_status().caveats, "it rests on the day after"


def test_a_file_that_comes_late_with_the_bytes_of_a_later_day_is_said_on_both_days(tmp_path: Path) -> None:
    _, said = load(tmp_path, (NOVEMBER_9, licenses()), (NOVEMBER_2, licenses()))
    (sentence,) = looks_older(said)
    assert "licenses_2026-11-02.csv of 2026-11-02, the same as licenses_2026-11-09.csv of 2026-11-09" in sentence
    portfolio = Portfolio(tmp_path / "partner.duckdb")
    assert sentence in portfolio.renewals(NOVEMBER_2).caveats
    (sentence,) = looks_older(portfolio.renewals(NOVEMBER_9).caveats)
    assert "licenses_2026-11-09.csv of 2026-11-09, the same as licenses_2026-11-02.csv of 2026-11-02" in sentence


def test_once_the_right_export_has_replaced_it_nothing_is_said_any_more(tmp_path: Path) -> None:
    *_, said = load(tmp_path, (OCTOBER_12, licenses()), (OCTOBER_19, licenses(_3=40)), (NOVEMBER_2, licenses()))
    assert looks_older(said)
    (tmp_path / "right.csv").write_text(written(licenses(_3=40, _4=40)), "utf-8")
    portfolio = Portfolio(tmp_path / "partner.duckdb")
    (accounting,) = portfolio.load(tmp_path / "right.csv", snapshot_date=NOVEMBER_2, replace=True)
    assert not looks_older(accounting.warnings)


def test_of_many_files_with_the_bytes_of_another_day_three_are_named(tmp_path: Path) -> None:
    parts = [(licenses()[5 * number : 5 * number + 5], f"part_{number}") for number in range(5)]
    *_, said = load(tmp_path, *((day, *part) for day in (OCTOBER_19, NOVEMBER_9) for part in parts))
    (sentence,) = looks_older(said)
    assert "the same as part_2_2026-10-19.csv of 2026-10-19; and 2 more. If anything" in sentence
    assert "part_3" not in sentence


# A corrected or a second export of a day.


def test_a_second_export_of_a_day_with_other_content_is_said_to_be_one_and_replace_is_named(tmp_path: Path) -> None:
    (tmp_path / "first.csv").write_text(written(licenses()), "utf-8")
    (tmp_path / "second.csv").write_text(written(licenses(_3=40, _4=50)), "utf-8")
    day = ("--db", "partner.duckdb", "--snapshot-date", NOVEMBER_2)
    assert "--replace" not in typed(tmp_path, "load", "first.csv", *day).stderr
    assert (
        "second.csv: The export second.csv looks like a corrected or a second one of 2026-11-02: 2 of its rows have the key "
        "of a row of first.csv, with other content. To put it in the place of what was loaded of licenses for that day, "
        "load it with --replace.\n"
    ) in typed(tmp_path, "load", "second.csv", *day).stderr
    replaced = typed(tmp_path, "load", "second.csv", "--replace", *day).stderr
    assert "second one of" not in replaced
    assert "second.csv: takes the place of first.csv, second.csv\n" in replaced


def test_a_further_file_of_a_day_is_no_second_export_of_it(tmp_path: Path) -> None:
    rows = licenses()
    twice_in_one_file = [rows[24] | {"license_id": "L30"}, rows[24] | {"license_id": "L30", "quantity": 7}]
    pages = [(rows[:15], "page_1"), (rows[10:], "page_2"), (twice_in_one_file, "page_3")]
    assert load(tmp_path, *((NOVEMBER_2, *one) for one in pages)) == [(), (), ()], "rows of two of them are the same"


# Nearly the rows of an older day.


@pytest.mark.sampled(0)
@pytest.mark.promise("other_day")
def test_an_export_with_the_rows_of_an_older_day_names_that_day_on_load_and_on_reports(tmp_path: Path) -> None:
    *_, said = load(
        tmp_path,
        (OCTOBER_12, licenses(_7=20, _8=20)),
        (OCTOBER_19, licenses()),
        (NOVEMBER_2, licenses(26, _3=40, _4=40, _5=40)),
        (NOVEMBER_9, licenses(_9=11)),
    )
    assert said == (
        "The export of licenses licenses_2026-11-09.csv of 2026-11-09 looks like one of 2026-10-19: 24 of the 25 rows that "
        "both have are the same, usage apart, and that of 2026-11-02 has 3 fewer of them. "
        "If it is an older one, load the right one with --replace.",
    )
    portfolio = Portfolio(tmp_path / "partner.duckdb")
    assert said[0] in portfolio.renewals(NOVEMBER_9).caveats
    assert said[0] not in portfolio.renewals(NOVEMBER_2).caveats
    assert portfolio.renewals(NOVEMBER_9).basis.loads["accepted"].to_list() == [25], "it is loaded all the same"


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    ("count", "edited", "is_said"),
    [(20, 2, True), (20, 3, False), (19, 1, False), (30, 3, True), (30, 4, False)],
)
def test_twenty_rows_and_nine_in_ten_are_enough_and_less_is_not(
    count: int, edited: int, is_said: bool, tmp_path: Path
) -> None:
    *_, said = load(
        tmp_path,
        (OCTOBER_19, licenses(count)),
        (NOVEMBER_2, licenses(count, **{f"_{number}": 40 for number in range(10, 18)})),
        (NOVEMBER_9, licenses(count, **{f"_{number}": 50 for number in range(edited)})),
    )
    assert bool(looks_older(said)) == is_said


def test_usage_counts_do_not_hide_an_older_export(tmp_path: Path) -> None:
    def used(rows: Rows, week: int) -> Rows:
        return [row | {"used": week * n, "used_on": f"2026-10-{week:02}"} for n, row in enumerate(rows)]

    *_, said = load(
        tmp_path,
        (OCTOBER_19, used(licenses(), 1)),
        (NOVEMBER_2, used(licenses(_3=40), 2)),
        (NOVEMBER_9, used(licenses(), 3)),
    )
    (sentence,) = looks_older(said)
    assert "looks like one of 2026-10-19: 25 of the 25 rows" in sentence


@pytest.mark.sampled(0)
def test_columns_that_only_one_of_the_exports_brought_are_not_compared(tmp_path: Path) -> None:
    def named(name: str, **changed: int) -> Rows:
        return [row | {"product_name": name} for row in licenses(**changed)]

    *_, older, _, ordinary = load(
        tmp_path,
        (OCTOBER_19, licenses()),
        (NOVEMBER_2, named("Intercept X", _3=40)),
        (NOVEMBER_9, named("Intercept X")),
        (NOVEMBER_16, named("Intercept X Advanced")),
        ("2026-11-23", named("Endpoint")),
    )
    (sentence,) = looks_older(older)
    assert "looks like one of 2026-10-19: 25 of the 25 rows" in sentence
    assert not looks_older(ordinary), "what an older export lacks makes nothing more like it"


@pytest.mark.sampled(0)
def test_licenses_that_the_day_before_lacked_make_no_export_an_older_one(tmp_path: Path) -> None:
    *_, said = load(tmp_path, (OCTOBER_19, licenses(40)), (NOVEMBER_2, licenses(30)), (NOVEMBER_9, licenses(41, _40=5)))
    assert not looks_older(said)


def test_of_several_files_of_a_day_the_old_one_is_named(tmp_path: Path) -> None:
    rows, changed = licenses(60), licenses(60, _3=40, _4=40, _33=40)
    *_, said = load(
        tmp_path,
        (OCTOBER_19, rows[:30], "north"),
        (OCTOBER_19, rows[30:], "south"),
        (NOVEMBER_2, changed[:30], "north"),
        (NOVEMBER_2, changed[30:], "south"),
        (NOVEMBER_9, licenses(61, _33=40)[30:], "south"),
        (NOVEMBER_9, [*rows[:29], rows[29] | {"quantity": 11}], "north"),
    )
    (sentence,) = looks_older(said)
    assert "north_2026-11-09.csv of 2026-11-09 looks like one of 2026-10-19: 29 of the 30 rows" in sentence


def test_an_older_day_is_found_behind_one_that_has_more_of_what_the_day_before_lacks(tmp_path: Path) -> None:
    def since(first: int, last: int) -> Rows:
        return licenses(40, **{f"_{number}": 40 for number in range(first, last)})

    *_, said = load(
        tmp_path,
        # It has all ten rows that the day before has otherwise, but ten others are not its own.
        (OCTOBER_12, since(10, 20)),
        (OCTOBER_19, since(8, 10)),
        (NOVEMBER_2, since(0, 10)),
        (NOVEMBER_9, licenses(40)),
    )
    (sentence,) = looks_older(said)
    assert "looks like one of 2026-10-19: 38 of the 40 rows that both have are the same" in sentence


@pytest.mark.sampled(0)
@pytest.mark.parametrize("kind", ["customers", "assistance", "customer_facts"])
def test_an_older_export_of_another_kind_is_found_as_well(kind: str, tmp_path: Path) -> None:
    def rows(*changed: int) -> Rows:
        other = [number in changed for number in range(25)]
        cells: dict[str, Rows] = {
            "customers": [{"account_name": "New" if is_other else "Old"} for is_other in other],
            "assistance": [
                {"partner_assistance": "on" if is_other else "off", "checked_on": "2026-10-01"} for is_other in other
            ],
            "customer_facts": [{"account_manager": "Mei" if is_other else "Ana"} for is_other in other],
        }
        return [{"customer_id": customer_id(number)} | row for number, row in enumerate(cells[kind])]

    *_, said = load(
        tmp_path,
        (OCTOBER_12, [{"customer_id": customer_id(1), "account_name": "Old"}], "customers"),
        (OCTOBER_19, rows(), kind),
        (NOVEMBER_2, rows(1, 2, 3), kind),
        (NOVEMBER_9, rows(9), kind),
    )
    (sentence,) = looks_older(said)
    assert "looks like one of 2026-10-19: 24 of the 25 rows" in sentence
    assert sentence in Portfolio(tmp_path / "partner.duckdb").customer_overview(NOVEMBER_9).caveats


# Ordinary exports.


def test_an_unchanged_portfolio_exported_week_after_week_looks_like_no_older_one(tmp_path: Path) -> None:
    # Its rows come in another order each time, so that the bytes are others.
    weeks = [licenses()[week:] + licenses()[:week] for week in range(5)]
    assert not any(map(looks_older, load_weekly(tmp_path, weeks)))


def load_weekly(folder: Path, weeks: Iterable[Rows]) -> list[tuple[str, ...]]:
    monday = date(2026, 8, 3)
    return load(folder, *(((monday + timedelta(weeks=week)).isoformat(), rows) for week, rows in enumerate(weeks)))


def exported_weekly(seed: int, busy: float, weeks: int) -> Iterator[Rows]:
    """Weekly exports: licenses come, change, are used, and go, a customer is missing now and then, and columns differ."""
    rng = random.Random(seed)
    rows, number = licenses(40), 40
    for week in range(weeks):
        for row in rows:
            row["used"] = rng.randrange(100)
            if rng.random() < busy:
                # Ever another quantity: a portfolio in which all that changed changes back is an older one.
                row["quantity"] = 100 * (week + 1) + rng.randrange(50)
        rows = [row for row in rows if rng.random() > busy / 2]
        for _ in range(rng.randrange(4)):
            number += 1
            rows.append(licenses(number + 1)[-1] | {"used": 0})
        missing = customer_id(rng.randrange(20)) if rng.random() < 0.3 else ""
        columns = [name for name in rows[0] if name not in ("used", "quantity", "end_date") or rng.random() < 0.8]
        exported = [{name: row[name] for name in columns} for row in rows if row["customer_id"] != missing]
        rng.shuffle(exported)
        yield exported


@pytest.mark.promise("other_day")
@examples(6, 2)
@given(seed=st.integers(0, 10_000), busy=st.sampled_from([0.0, 0.02, 0.3]))
def test_an_ordinary_weekly_export_never_looks_like_an_older_one(
    seed: int, busy: float, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("weekly")
    assert not any(map(looks_older, load_weekly(folder, exported_weekly(seed, busy, 7))))


@pytest.mark.sampled(0)
@pytest.mark.parametrize(("taken", "part"), [(0, 2), (1, 1), (2, 64)])
def test_an_export_of_any_earlier_week_is_found_among_weekly_ones_whatever_part_is_looked_at_first(
    taken: int, part: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resemblance, "PART", part)
    rows, weeks = licenses(30), []
    for week in range(4):
        rows = [
            row | ({"quantity": 100 + week} if number in (week, week + 9) else {}) for number, row in enumerate(rows)
        ]
        weeks.append(rows)
    *before, said = load_weekly(tmp_path, [*weeks, [*weeks[taken], *licenses(31)[30:]]])
    assert not any(map(looks_older, before))
    (sentence,) = looks_older(said)
    assert f"looks like one of {date(2026, 8, 3) + timedelta(weeks=taken)}: 30 of the 30 rows" in sentence
