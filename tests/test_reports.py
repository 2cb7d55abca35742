"""What a report says and how it is written: the words, the CSV text, the HTML section."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Mapping
from dataclasses import FrozenInstanceError
from datetime import date

import polars as pl
import pytest

from partner_analytics.as_of.basis import Basis
from partner_analytics.charts import chart, text_alternative
from partner_analytics.reports import Report, build_report, wording
from partner_analytics.vocabulary import REPORTS
from tests.reference.portfolios import HOSTILE_NAMES

AS_OF = date(2026, 3, 1)

SCHEMAS: dict[str, dict[str, type[pl.DataType]]] = {
    "customer_overview": {
        "customer_id": pl.String,
        "customer_name": pl.String,
        "account_type": pl.String,
        "account_manager": pl.String,
        "customer_group": pl.String,
        "urgency": pl.Int64,
        "to_do": pl.String,
        "act_by": pl.Date,
        "actions": pl.Int64,
        "expired_in": pl.String,
        "expiring_in": pl.String,
        "unknown_in": pl.String,
        "trial_in": pl.String,
        "future_in": pl.String,
        "active_in": pl.String,
        "without_license": pl.String,
        "next_end_on": pl.Date,
        "days_left": pl.Int64,
        "mix": pl.String,
        "early_access": pl.String,
        "assistance": pl.String,
        "assistance_since": pl.Date,
        "is_anomaly": pl.Boolean,
    },
    "actions": {
        "customer_id": pl.String,
        "customer_name": pl.String,
        "account_manager": pl.String,
        "action": pl.String,
        "due_on": pl.Date,
        "days_left": pl.Int64,
        "subject": pl.String,
        "product_name": pl.String,
        "model": pl.String,
        "seats": pl.Int64,
        "contact_name": pl.String,
        "contact_email": pl.String,
        "contact_phone": pl.String,
    },
    "protection_status": {
        "customer_id": pl.String,
        "customer_name": pl.String,
        "account_type": pl.String,
        "category": pl.String,
        "status": pl.String,
        "coverage_ends_on": pl.Date,
        "days_left": pl.Int64,
        "is_renewed": pl.Boolean,
        "is_reactivatable": pl.Boolean,
        "license_count": pl.Int64,
    },
    "license_positions": {
        "customer_id": pl.String,
        "customer_name": pl.String,
        "product_code": pl.String,
        "product_name": pl.String,
        "model": pl.String,
        "seats": pl.Int64,
        "is_unlimited": pl.Boolean,
        "used": pl.Int64,
        "over_used_by": pl.Int64,
        "unused": pl.Int64,
    },
    "flex_vs_term": {
        "customer_id": pl.String,
        "customer_name": pl.String,
        "account_type": pl.String,
        "mix": pl.String,
        "flex_licenses": pl.Int64,
        "term_licenses": pl.Int64,
        "managed_order_licenses": pl.Int64,
        "trial_licenses": pl.Int64,
        "flex_used": pl.Int64,
        "term_seats": pl.Int64,
        "term_used": pl.Int64,
        "double_covered": pl.String,
        "early_access": pl.String,
    },
    "assistance_coverage": {
        "customer_id": pl.String,
        "customer_name": pl.String,
        "account_type": pl.String,
        "assistance": pl.String,
        "basis": pl.String,
        "checked_on": pl.Date,
        "expected_on": pl.Boolean,
        "is_anomaly": pl.Boolean,
        "can_launch": pl.Boolean,
        "next_step": pl.String,
    },
    "changes": {
        "customer_id": pl.String,
        "customer_name": pl.String,
        "change": pl.String,
        "subject": pl.String,
        "license_id": pl.String,
        "before": pl.String,
        "after": pl.String,
        "seats_delta": pl.Int64,
    },
    "renewals": {
        "customer_id": pl.String,
        "customer_name": pl.String,
        "account_manager": pl.String,
        "product_code": pl.String,
        "product_name": pl.String,
        "model": pl.String,
        "license_id": pl.String,
        "quantity": pl.Int64,
        "used": pl.Int64,
        "end_date": pl.Date,
        "days_left": pl.Int64,
        "window": pl.String,
        "renewal": pl.String,
        "seats_open": pl.Int64,
    },
}


def frame_of(name: str, *rows: Mapping[str, object]) -> pl.DataFrame:
    """A report's frame from rows that name only what matters; the rest is absent."""
    schema = SCHEMAS[name]
    return pl.DataFrame([{column: row.get(column) for column in schema} for row in rows], schema=schema)


def basis_of(*, refused: int = 0, kinds: tuple[str, ...] = ("customers", "licenses", "assistance")) -> Basis:
    loads = {
        "load_id": 1, "file": "customers.csv", "kind": "customers", "snapshot_date": AS_OF, "sha256": "0" * 64,
        "rows_read": 5 + refused, "accepted": 4, "quarantined": refused, "duplicates": 1,
    }  # fmt: skip
    broken = {
        "load_id": 1, "file": "customers.csv", "line": 3, "kind": "customers", "column_name": "billing_type",
        "value": "<b>monthly</b>", "reason": "billing type must be one of trial, term, usage",
    }  # fmt: skip
    return Basis(
        as_of=AS_OF,
        expiring_days=30,
        renewal_days=90,
        customers=0,
        snapshot_days=tuple((kind, AS_OF) for kind in kinds),
        loads=pl.DataFrame([loads]),
        suspicions=pl.DataFrame(schema={"kind": pl.String, "suspicion": pl.String}),
        quarantine=pl.DataFrame([broken]).head(refused),
        unmapped_products=pl.DataFrame(
            schema={
                "product_code": pl.String,
                "product_name": pl.String,
                "licenses": pl.Int64,
                "customers": pl.Int64,
            }
        ),
        unknown_customers=pl.DataFrame(schema={"customer_id": pl.String, "kind": pl.String, "rows": pl.Int64}),
    )


def built(name: str, frame: pl.DataFrame, basis: Basis) -> Report:
    """A report, with nothing to do for anybody."""
    details = {"actions": frame_of("actions")} if name == "customer_overview" else {}
    return build_report(name, frame, basis, **details)


def named(*names: str) -> pl.DataFrame:
    """A protection frame with one active row for each customer name."""
    return frame_of(
        "protection_status",
        *(
            {"customer_id": f"c{number}", "customer_name": name, "category": "Email", "status": "active",
             "days_left": -5, "license_count": 1, "is_renewed": False, "is_reactivatable": False}
            for number, name in enumerate(names)
        ),
    )  # fmt: skip


def protection(*rows: tuple[str, str]) -> Report:
    """A protection report from (customer, status) pairs."""
    return build_report(
        "protection_status",
        frame_of("protection_status", *({"customer_id": c, "customer_name": c, "status": s} for c, s in rows)),
        basis_of(),
    )


def figures(report: Report) -> dict[str, str]:
    return {figure.label: figure.value for figure in report.figures}


# The words


def test_each_customer_counts_once_and_what_is_not_known_stands_apart() -> None:
    report = protection(
        ("a", "active"), ("a", "expired"), ("b", "expiring"), ("c", "trial"), ("d", "expired"), ("e", "no_data"),
        ("f", "unknown"), ("g", "none"), ("h", "future"),
    )  # fmt: skip
    assert figures(report) == {
        "Protected": "3",
        "Cover ends within 30 days": "1",
        "Only expired licenses": "1",
        "Starts later": "1",
        "No license": "1",
        "Cover not known": "2",
    }
    assert report.headline.startswith("3 of 8 customers have protection in force")


@pytest.mark.promise("unknown")
def test_unknown_assistance_is_neither_on_nor_off() -> None:
    answers = [("a", "on", False), ("b", "off", True), ("c", "unknown", False), ("d", "unknown", False)]
    report = build_report(
        "assistance_coverage",
        frame_of(
            "assistance_coverage",
            *({"customer_id": c, "assistance": a, "is_anomaly": x, "basis": "stated"} for c, a, x in answers),
        ),
        basis_of(),
    )
    assert report.headline == (
        "Partner Assistance is on for 1 of 4 customers (25 %), off for 1 and not known for 2; "
        "1 is off although it should be on by itself."
    )


@pytest.mark.promise("unknown")
def test_what_is_not_reported_is_not_zero() -> None:
    report = build_report("flex_vs_term", frame_of("flex_vs_term", {"customer_id": "a", "mix": "flex"}), basis_of())
    assert "units used by all: not reported" in report.figures[0].note


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (0, 10, "0 %"),
        (1, 1000, "under 1 %"),
        (999, 1000, "over 99 %"),
        (10, 10, "100 %"),
        (1, 3, "33 %"),
        (0, 0, "none"),
    ],
)
def test_a_share_is_never_rounded_to_nothing_or_everything(part: int, whole: int, expected: str) -> None:
    assert wording.share(part, whole) == expected


@pytest.mark.parametrize("name", REPORTS)
def test_an_empty_report_is_a_report(name: str) -> None:
    report = built(name, frame_of(name), basis_of())
    assert "nothing to report" in report.headline or "no seats to report" in report.headline
    assert "<svg" in report.to_html()
    assert report.to_csv() == ",".join(SCHEMAS[name]) + "\n"


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_says_what_it_rests_on_and_what_is_missing(name: str) -> None:
    report = built(name, frame_of(name), basis_of(refused=1, kinds=("customers",)))
    assert 3 <= len(report.figures) <= 7
    assert report.assumptions
    assert any(line.startswith("1 row of the exports was refused") for line in report.caveats)
    assert any(line.startswith("No ") and "export has been loaded" in line for line in report.caveats)


def test_a_report_does_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        protection(("a", "active")).headline = "all is well"  # type: ignore[misc]


# The chart


@pytest.mark.parametrize("name", REPORTS)
def test_a_chart_holds_few_rows_however_many_there_are(name: str) -> None:
    row = {
        "customer_name": "x", "account_type": "term", "category": "Email", "status": "active", "mix": "term",
        "model": "term", "product_name": "Email", "to_do": "renew", "over_used_by": 1, "unused": 0, "assistance": "on",
        "is_anomaly": False, "change": "license_new", "window": "30", "renewal": "open", "days_left": 5,
        "action": "renew", "due_on": AS_OF,
    }  # fmt: skip
    frame = frame_of(name, *({**row, "customer_id": f"{i}", "product_code": f"P{i}"} for i in range(6000)))
    drawn = built(name, frame, basis_of()).drawn
    sets = chart(name, drawn).to_dict()["datasets"].values()
    assert sum(map(len, sets)) < 100
    assert re.search(r"\d", text_alternative(name, drawn))


def test_a_notebook_draws_without_the_network() -> None:
    import altair

    bundle = protection(("a", "active")).chart._repr_mimebundle_()
    content = bundle[0] if isinstance(bundle, tuple) else bundle
    assert altair.renderers.active == "offline"
    assert set(content or ()) == {"application/vnd.vegalite.v5+json", "image/svg+xml"}


# The CSV text


def test_csv_keeps_every_name_and_runs_none() -> None:
    text = build_report("protection_status", named(*HOSTILE_NAMES), basis_of()).to_csv()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["customer_name"] for row in rows] == [
        "'" + name if name.startswith(("=", "+", "-", "@", "\t", "\r")) else name for name in HOSTILE_NAMES
    ]
    assert {row["days_left"] for row in rows} == {"-5"}, "a negative number is no formula"


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("=1", "'=1"), ("-a", "'-a"), ("@a", "'@a"), ("\ta", "'\ta"), ("\ra", '"\'\ra"'), ("a,b", '"a,b"'),
        ('a"b', '"a""b"'), ("a\nb", '"a\nb"'), ("", ""), (" a", " a"), ("a\n=b", '"a\n\'=b"'),
        ("＝1", "'＝1"), ("－a", "'－a"), ("a;=1+1;b", "a;'=1+1;b"), ("a; ＋1", "a; '＋1"), ('a;"@b"', '"a;""\'@b"""'),
        ("a; b", "a; b"), ("a = b", "a = b"), ("a, -b", '"a, -b"'), ("a-b;c", "a-b;c"),
    ],
)  # fmt: skip
def test_a_csv_cell(name: str, cell: str) -> None:
    line = build_report("protection_status", named(name), basis_of()).to_csv().split("\n", 1)[1]
    assert line == f"c0,{cell},,Email,active,,-5,false,false,1\n"


# The section


def test_names_stay_text_in_the_section() -> None:
    text = build_report("protection_status", named(*HOSTILE_NAMES), basis_of(refused=1)).to_html()
    assert "<script" not in text
    assert "<b>" not in text
    cells = re.findall(r"<tr><th><bdi>(.*?)</bdi><td>", text)
    assert len(cells) == len(HOSTILE_NAMES)
    for cell, name in zip(cells, HOSTILE_NAMES, strict=True):
        if not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", name):
            assert html.unescape(cell) == name
    assert html.unescape(cells[HOSTILE_NAMES.index("Two\nLines Ltd")]) == "Two ↵ Lines Ltd"


def test_words_on_the_page_and_codes_in_the_file() -> None:
    report = protection(("a", "no_data"))
    assert "<td><b class=u>no data</b>" in report.to_html()
    assert ",no_data," in report.to_csv()


def test_the_notebook_shows_the_section_of_the_page_and_styles_nothing_else() -> None:
    report = protection(("a", "active"))
    shown = report._repr_html_()
    assert report.to_html() in shown
    style = shown.split("<style>")[1].split("</style>")[0]
    bare = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    outside: list[str] = []
    depth = 0
    for piece in re.split(r"([{}])", bare):
        if piece == "{":
            depth += 1
        elif piece == "}":
            depth -= 1
        elif depth == 0 and piece.strip():
            outside.append(piece.strip())
    assert all(".pa" in selector or selector.startswith("@media") for selector in outside)


def test_the_same_report_is_the_same_bytes() -> None:
    first, second = (build_report("protection_status", named("a", "b"), basis_of()) for _ in range(2))
    assert first.to_html() == second.to_html()
    assert first.to_csv() == second.to_csv()


def test_a_trial_about_to_end_counts_as_ending_within_the_window() -> None:
    rows = [
        {"customer_id": name, "customer_name": name, "category": "Email", "status": status, "days_left": days}
        for name, status, days in (("a", "trial", 30), ("b", "trial", 31), ("c", "expiring", 0), ("d", "active", 5))
    ]
    report = build_report("protection_status", frame_of("protection_status", *rows), basis_of())
    assert figures(report)["Cover ends within 30 days"] == "2"
    assert "for 2 of them some of it ends within 30 days" in report.headline
