"""Whatever shape a JSON file has: each of its items is accounted for, or the file is refused with the reason."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partner_analytics import ExportError, PartnerAnalyticsError, Portfolio, UsageError
from partner_analytics.store import Accounting
from tests.support.effort import examples

ANNA, BEN = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
DAY = "2026-11-02"
CUSTOMER = f'{{"id": "{ANNA}", "name": "Anna"}}'
LICENSE = '{"id": "L1", "product": {"code": "CIXA"}, "type": "term", "startDate": "2026-01-01"}'
TENANT = f'"tenant": {{"id": "{ANNA}"}}'


def load(folder: Path, text: str) -> tuple[Portfolio, Accounting]:
    (folder / "export.json").write_text(text, "utf-8")
    portfolio = Portfolio(folder / "partner.duckdb")
    (loaded,) = portfolio.load(folder / "export.json", snapshot_date=DAY)
    return portfolio, loaded


@pytest.mark.promise("refused")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f'{{"items": [{CUSTOMER}], "items": []}}', "gives the field `items` twice"),
        (f'{{"items": [], "items": [{CUSTOMER}]}}', "gives the field `items` twice"),
        (f'{{"items": [{CUSTOMER}], "items": null}}', "gives the field `items` twice"),
        (f'{{"items": [{CUSTOMER}], "licenses": [{LICENSE}], {TENANT}}}', "a list `items` and a list `licenses`"),
        (f'{{"items": [{CUSTOMER}], "licenses": null}}', "a list `items` and a list `licenses`"),
        (f'{{{TENANT}, "licenses": [{LICENSE}], "more": [{LICENSE}]}}', "an answer with `more`, a further list,"),
        (f'{{"items": [{CUSTOMER}], "next": {{"items": [{CUSTOMER}]}}}}', "an answer with `next`, a further list,"),
        (f'{{{TENANT}, "licenses": [{LICENSE}], "tenant": {{"id": "{BEN}"}}}}', "gives the field `tenant` twice"),
        (f'{{"tenant": {{"id": "{ANNA}", "id": "{BEN}"}}, "licenses": []}}', "gives the field `id` twice"),
        (f'[{{"id": "{BEN}", "name": "Ben", "items": [{CUSTOMER}]}}]', "an `id` of its own beside its list `items`"),
        (f'{CUSTOMER}\n{{"items": [{CUSTOMER}], "items": []}}', "gives the field `items` twice"),
    ],
)
def test_a_file_of_which_a_list_would_be_lost_is_refused_with_the_reason(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ExportError) as caught:
        load(tmp_path, text)
    assert said in caught.value.message
    assert re.fullmatch(r"[^\n]+\.", caught.value.message)
    assert not (tmp_path / "partner.duckdb").exists()


@pytest.mark.parametrize(
    "beside",
    [
        '"trackingId": "x"',
        '"count": 1',
        '"_links": {"self": "x", "more": []}',
        '"errors": []',
        '"partner": {"id": "x"}',
    ],
)
def test_further_fields_that_hold_no_list_do_not_break_a_load(beside: str, tmp_path: Path) -> None:
    _, loaded = load(tmp_path, f'{{"items": [{CUSTOMER}], {beside}}}')
    assert (loaded.rows_read, loaded.accepted) == (1, 1)


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (f'{{"id": "{BEN}", "name": "Ben", "name": "Eve"}}', "gives the field `name` twice"),
        (f'{{"id": "{BEN}", "name": "Ben", "name": "Ben"}}', "gives the field `name` twice"),
        (
            f'{{"id": "{BEN}", "name": "Ben", "contact": {{"email": "a", "email": "b"}}}}',
            "gives the field `email` twice",
        ),
        (f'{{"id": "{BEN}", "name": "Ben", "odd": [[{{"x": "1", "x": "2"}}]]}}', "gives the field `x` twice"),
        (
            f'{{"id": "{BEN}", "name": "Ben", "contact": {{"email": "a"}}, "contact.email": "b"}}',
            "gives a field twice: once within another field, and once with a dot in its name",
        ),
        (f'{{"id": "{BEN}", "name": "Ben", "items": [{CUSTOMER}]}}', "holds a list `items` of its own"),
        (f'{{"id": "{BEN}", "name": "Ben", "licenses": [{LICENSE}]}}', "holds a list `licenses` of its own"),
    ],
)
@pytest.mark.parametrize("shape", ['{{"items": [{}, {}]}}', '[{{"items": [{}]}}, {{"items": [{}]}}]'])
def test_an_item_of_which_something_would_be_lost_is_refused_and_kept_as_it_was_written(
    shape: str, item: str, reason: str, tmp_path: Path
) -> None:
    portfolio, loaded = load(tmp_path, shape.format(CUSTOMER, item))
    assert (loaded.rows_read, loaded.accepted, loaded.quarantined) == (2, 1, 1)
    assert loaded.refused.select("line", "column_name", "reason").rows() == [(2, "", reason)]
    assert loaded.refused["value"].item() == item
    ((out, count),) = portfolio.quarantine(tmp_path / "refused.csv")
    assert count == 1
    assert item.replace('"', '""') in out.read_text("utf-8")


@pytest.mark.sampled(1)
@pytest.mark.parametrize("own", ['"tenant": {{"id": "{}"}}', '"customer_id": "{}"', '"tenantId": "{}"'])
def test_a_license_that_names_another_customer_than_its_answer_is_refused_and_not_given_to_either(
    own: str, tmp_path: Path
) -> None:
    other, same = (
        LICENSE.replace("L1", name)[:-1] + f", {own.format(who)}}}" for name, who in (("L2", BEN), ("L3", ANNA))
    )
    portfolio, loaded = load(tmp_path, f'{{{TENANT}, "licenses": [{LICENSE}, {other}, {same}]}}')
    assert (loaded.rows_read, loaded.accepted, loaded.quarantined) == (3, 2, 1)
    assert loaded.refused.select("line", "column_name").rows() == [(2, "customer_id")]
    owners = portfolio.sql("select license_id, customer_id from licenses order by 1", as_of=DAY)
    assert owners.rows() == [("L1", ANNA), ("L3", ANNA)]


@pytest.mark.parametrize("written", [f"URN:UUID:{ANNA}", ANNA.upper(), f" {ANNA} ", ""])
def test_a_license_that_names_its_customer_in_another_way_is_that_customers(written: str, tmp_path: Path) -> None:
    own = f'{LICENSE[:-1]}, "tenant": {{"id": "{written}"}}}}'
    _, loaded = load(tmp_path, f'{{{TENANT}, "licenses": [{own}]}}')
    assert (loaded.rows_read, loaded.accepted) == (1, 1)


@pytest.mark.sampled(2)
@pytest.mark.parametrize("item", ["{}", '{"x": {}}', '{"x": {"y": {}}}'])
@pytest.mark.parametrize("others", ["", ", []", ", " + LICENSE])
def test_an_item_without_a_field_is_refused_and_counted(item: str, others: str, tmp_path: Path) -> None:
    _, loaded = load(tmp_path, f'{{{TENANT}, "licenses": [{item}{others}]}}')
    is_license = others.endswith("}")
    assert loaded.rows_read == 1 + bool(others)
    assert (loaded.accepted, loaded.quarantined) == (is_license, loaded.rows_read - is_license)
    reasons = set(loaded.refused.filter(line=1)["reason"])
    assert reasons == {"is required, and it is empty" if is_license else "has no fields"}


NAMES = st.sampled_from(
    [
        "id",
        "name",
        "items",
        "licenses",
        "tenant",
        "product",
        "code",
        "type",
        "startDate",
        "contact",
        "email",
        "pages",
        "x",
        "contact.email",
    ]
)
SCALARS = st.sampled_from([None, True, 0, 1.5, "", "x", ANNA, BEN, "2026-01-01", "term"])


class Object(list[tuple[str, Any]]):
    """The fields of an object, any of them as often as it likes."""

    def __repr__(self) -> str:
        return f"Object({super().__repr__()})"


def objects(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(st.tuples(NAMES, values), max_size=5).map(Object)


VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | objects(inner), max_leaves=12)
CUSTOMERS = st.lists(st.tuples(NAMES, SCALARS), max_size=2).map(
    lambda more: Object([("id", ANNA), ("name", "A"), *more])
)
ITEMS = st.one_of(CUSTOMERS, CUSTOMERS, VALUES)
PAGES = st.tuples(st.lists(ITEMS, max_size=4), st.lists(st.tuples(NAMES, VALUES), max_size=1)).map(
    lambda page: Object([("items", page[0]), *page[1]])
)
ANSWERS = st.tuples(st.lists(ITEMS, max_size=3), st.lists(st.tuples(NAMES, VALUES), max_size=1)).map(
    lambda answer: Object([("tenant", Object([("id", ANNA)])), ("licenses", answer[0]), *answer[1]])
)
DOCUMENTS = st.one_of(PAGES, ANSWERS, st.lists(st.one_of(PAGES, ANSWERS, ITEMS), max_size=4), VALUES)


def written(value: Any) -> str:
    """A value as JSON, in which an object may give a field twice."""
    if isinstance(value, Object):
        return "{" + ", ".join(f"{json.dumps(name)}: {written(inner)}" for name, inner in value) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value)


def items_in(document: Any) -> int:
    """How many items a document holds: those of its one list, or itself."""
    lists = (
        [
            value
            for name, value in document
            if name in ("items", "licenses") and isinstance(value, list) and not isinstance(value, Object)
        ]
        if isinstance(document, Object)
        else []
    )
    return len(lists[0]) if lists else 1


@pytest.mark.promise("accounting")
@examples(100, 15)
@given(DOCUMENTS, st.booleans())
def test_of_json_of_any_shape_every_item_is_accounted_for_or_the_file_is_refused_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, document: Any, is_lines: bool
) -> None:
    folder = tmp_path_factory.mktemp("shapes")
    is_list = isinstance(document, list) and not isinstance(document, Object)
    documents = document if is_list else [document]
    text = "\n".join(map(written, documents)) if is_lines and len(documents) > 1 else written(document)
    refusal: PartnerAnalyticsError | None = None
    try:
        _, loaded = load(folder, text)
    except (ExportError, UsageError) as error:
        refusal = error
    if refusal is not None:
        assert re.fullmatch(r"[^\r\n]{10,3000}\.", refusal.message)
        assert refusal.hint
        return
    assert loaded.rows_read == loaded.accepted + loaded.quarantined + loaded.duplicates
    assert loaded.rows_read == sum(map(items_in, documents))
