"""What a report says and how it is written: the words, the CSV text, the HTML section."""

from __future__ import annotations

import csv
import html
import io
import re
from dataclasses import FrozenInstanceError

import pytest

from partner_analytics.charts import chart
from partner_analytics.languages import share
from partner_analytics.reports import Report
from partner_analytics.vocabulary import REPORTS
from tests.spec.reference.portfolios import HOSTILE_NAMES
from tests.support.frames import AS_OF, SCHEMAS, basis_of, built, frame_of, named


def protection(*rows: tuple[str, str]) -> Report:
    """A protection report from (customer, status) pairs."""
    return built(
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
    report = built(
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
    report = built("flex_vs_term", frame_of("flex_vs_term", {"customer_id": "a", "mix": "flex"}), basis_of())
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
    assert share(part, whole) == expected


@pytest.mark.parametrize("name", REPORTS)
def test_an_empty_report_is_a_report(name: str) -> None:
    report = built(name, frame_of(name), basis_of())
    assert "nothing to report" in report.headline or "no seats to report" in report.headline
    assert "<svg" in report.to_html()
    assert report.to_csv() == ",".join(SCHEMAS[name]) + "\n"


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_says_what_it_rests_on_and_what_is_missing(name: str) -> None:
    report = built(name, frame_of(name), basis_of(refused=1, kinds=("customers",)))
    assert 3 <= len(report.figures) <= 6
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
        "action": "renew", "due_on": AS_OF, "end_date": AS_OF,
    }  # fmt: skip
    frame = frame_of(name, *({**row, "customer_id": f"{i}", "product_code": f"P{i}"} for i in range(6000)))
    report = built(name, frame, basis_of())
    sets = chart(report.look, report.drawn).to_dict()["datasets"].values()
    assert sum(map(len, sets)) < 100
    assert re.search(r"\d", report.look.describe(report.drawn))


def test_a_chart_is_shown_without_the_network_and_leaves_altair_as_the_user_has_it() -> None:
    import altair

    before = altair.renderers.active
    own = altair.Chart(frame_of("actions")).mark_bar()
    drawing = protection(("a", "active")).chart
    # What is made of a chart is shown as it is.
    for shown in (drawing, drawing.properties(height=300)):
        assert isinstance(shown, altair.LayerChart)
        assert set(shown._repr_mimebundle_() or ()) == {"application/vnd.vegalite.v5+json", "image/svg+xml"}
        assert shown.to_dict()["layer"][0]["mark"]["type"] == "bar"
    assert altair.renderers.active == before
    with altair.renderers.enable("json"):
        assert "application/vnd.vegalite.v5+json" not in own._repr_mimebundle_()
        assert "image/svg+xml" in (drawing._repr_mimebundle_() or ())


@pytest.mark.parametrize("name", REPORTS)
def test_every_chart_is_one_of_altairs_and_is_itself_again_when_read_back(name: str) -> None:
    import altair

    drawing = built(name, frame_of(name), basis_of()).chart
    assert isinstance(drawing, altair.TopLevelMixin)
    assert altair.Chart.from_dict(drawing.to_dict()).to_dict() == drawing.to_dict()


# The CSV text


def test_csv_keeps_every_name_and_runs_none() -> None:
    text = built("protection_status", named(*HOSTILE_NAMES), basis_of()).to_csv()
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
    line = built("protection_status", named(name), basis_of()).to_csv().split("\n", 1)[1]
    assert line == f"c0,{cell},,Email,active,,-5,false,false,1\n"


# The section


def test_names_stay_text_in_the_section() -> None:
    text = built("protection_status", named(*HOSTILE_NAMES), basis_of(refused=1)).to_html()
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
    first, second = (built("protection_status", named("a", "b"), basis_of()) for _ in range(2))
    assert first.to_html() == second.to_html()
    assert first.to_csv() == second.to_csv()


def test_a_trial_about_to_end_counts_as_ending_within_the_window() -> None:
    rows = [
        {"customer_id": name, "customer_name": name, "category": "Email", "status": status, "days_left": days}
        for name, status, days in (("a", "trial", 30), ("b", "trial", 31), ("c", "expiring", 0), ("d", "active", 5))
    ]
    report = built("protection_status", frame_of("protection_status", *rows), basis_of())
    assert figures(report)["Cover ends within 30 days"] == "2"
    assert "for 2 of them some of it ends within 30 days" in report.headline
