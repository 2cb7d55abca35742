"""Whose Central Admin can be opened: where Partner Assistance is on, off, or not known."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.charts import assistance_coverage as chart
from partner_analytics.languages import count, number, say, share, verb
from partner_analytics.reports import wording
from partner_analytics.reports.content import Column, Figure, Words
from partner_analytics.reports.definition import Definition, Known
from partner_analytics.transforms import trends
from partner_analytics.vocabulary import TURN_ON

COLUMNS: Final = (
    Column("customer_name", "Customer", "name"),
    Column("assistance", "Assistance", "badge"),
    Column("next_step", "Next step", "word"),
    Column("basis", "Known from", "word"),
    Column("checked_on", "Checked on", "day"),
    Column("expected_on", "Should be on", "flag"),
    Column("is_anomaly", "Anomaly", "alarm"),
    Column("can_launch", "Can launch", "flag"),
    Column("account_type", "Account type", "word"),
    Column("customer_id", "Customer id", "id"),
)


def words(frame: pl.DataFrame, known: Known) -> Words:
    """The report in words."""
    basis = known.basis
    total = frame.height
    answers = dict(frame.group_by("assistance").len().iter_rows())
    on, off, unknown = (int(answers.get(answer, 0)) for answer in ("on", "off", "unknown"))
    anomalies = int(frame["is_anomaly"].fill_null(False).sum())
    by_rule = frame.filter((pl.col("assistance") == "on") & pl.col("basis").str.starts_with("rule_")).height
    headline = wording.nobody(basis)
    if total:
        headline = say(
            "Partner Assistance is on for {on} of {customers} ({share}), off for {off} and not known for {unknown}; {anomalies} "
            "{are} off although it should be on by itself.",
            on=on,
            customers=count(total, "customer"),
            share=share(on, total),
            off=off,
            unknown=unknown,
            anomalies=anomalies,
            are=verb(anomalies, "is", "are"),
        )
    of_customers = say("{share} of customers", share=share(off, total))
    figures = (
        Figure(say("Assistance on"), number(on), "good", say("{share} of customers; {by_rule} by rule alone, unchecked",
               share=share(on, total), by_rule=by_rule), pl.col("assistance") == "on"),
        Figure(say("Assistance off"), number(off), "bad", of_customers, pl.col("assistance") == "off"),
        Figure(say("Assistance not known"), number(unknown), "unknown", say("{share} of customers; counted neither as on "
               "nor as off", share=share(unknown, total)), pl.col("assistance") == "unknown"),
        Figure(say("Should be on"), number(anomalies), "warning",
               say("customers where it is off although the vendor turns it on"), pl.col("is_anomaly")),
        Figure(say("To ask"), number(off + unknown - anomalies), "plain", say("customers whose administrator has to turn it on or "
               "confirm it"), (pl.col("assistance") != "on") & pl.col("is_anomaly").not_()),
    )  # fmt: skip
    assumptions = (
        wording.SNAPSHOTS,
        wording.ALL_EVIDENCE,
        wording.ACCOUNT_TYPES,
    )
    return Words(
        headline,
        figures,
        assumptions,
        (
            *wording.caveats(basis, kinds=("customers", "assistance"), with_products=False),
            *(
                (say("To turn it on, a customer's administrator opens {where}.", where=TURN_ON),)
                if off + unknown
                else ()
            ),
        ),
    )


DEFINITION: Final = Definition(
    "assistance_coverage",
    "Partner Assistance coverage",
    "assistance_coverage",
    COLUMNS,
    words,
    chart.LOOK,
    trend=trends.ASSISTANCE_ANSWERS,
    short="Assistance",
)
