"""JSON as the vendor's API answers: pages, lists of pages, bare lists, license answers, or one of these a line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from itertools import chain, compress
from typing import Any

import polars as pl

from partner_analytics.errors import ExportError
from partner_analytics.loaders.columns import KnownColumns, check_columns, named, settle_kind, shortened
from partner_analytics.loaders.decoding import Text, text_of
from partner_analytics.loaders.json_documents import Repeating, documents_in, given_twice, holds_a_list
from partner_analytics.loaders.table import BROKEN, Part, Table, refused_rows

ITEMS, LICENSES = "items", "licenses"
"""The fields in which a page and a license answer hold their lists."""

OWNER = "tenant.id"
"""The customer of a license, in its answer or in itself."""

COUNT = r"[0-9]{1,9}"
LONGEST_MESSAGE = 200


def read_json_items(
    source: Text, known: Mapping[str, KnownColumns], kind: str | None, customer_id: str | None
) -> Table:
    """Read a JSON file or one of JSON lines.

    Raises
    ------
    ExportError
        If it is no JSON, an error answer, an answer of another kind, or a required field is in no item; and if not all
        that is beside its list of items can be accounted for.
    """
    try:
        return _table(source, known, kind, customer_id)
    except (UnicodeEncodeError, RecursionError):
        raise ExportError(
            f"{source.name} holds an incomplete character, or is nested too deeply for an export.", "export it again."
        ) from None


def _table(source: Text, known: Mapping[str, KnownColumns], kind: str | None, customer_id: str | None) -> Table:
    file = source.name
    read = documents_in(file, text_of(source))
    documents = read.values
    _refuse_other_answers(file, documents)
    for problem in filter(None, map(_lost_beside_list, documents)):
        raise ExportError(
            f"{file} holds {problem}; expected one answer with one list.", "export it again, one answer a file."
        )
    is_answer = pl.Series(map(_is_license_answer, documents), dtype=pl.Boolean)
    if is_answer.any():
        if kind not in (None, "licenses"):
            raise ExportError(f"{file} holds license answers; expected {kind}.", "leave out --kind.")
        kind = "licenses"
    lists = list(map(_list_of, documents))
    items = list(chain.from_iterable(lists))
    flat = [_flat(item) if _is_item(item) and not (read.repeats and given_twice(item)) else None for item in items]
    if not any(flat):
        # A table without a column does not know how many rows it has.
        flat = [None] * len(flat)
    is_object = pl.Series((fields is not None for fields in flat), dtype=pl.Boolean)
    line = pl.Series("line", range(1, len(items) + 1), pl.Int64)
    fields = _frame([fields for fields in flat if fields is not None])

    customers, broken = pl.Series(map(_customer_of, documents), dtype=pl.String), pl.DataFrame(schema=BROKEN)
    if is_answer.any():
        if customer_id is None and (customers.is_null() & is_answer).any():
            raise ExportError(
                f"{file} holds a license answer that names no customer (`tenant` is missing).",
                "name the customer whose licenses these are: --customer ID.",
            )
        if fields.height and customers.is_not_null().any():
            owners = customers.repeat_by(pl.Series(map(len, lists))).explode(empty_as_null=False)
            fields, broken = _with_owners(fields, line.filter(is_object), owners.filter(is_object))
    if kind is None or fields.height:
        kind = settle_kind(file, fields.columns, known, kind)
        check_columns(file, kind, fields.columns, known[kind], customer_id)
    others = list(compress(items, ~is_object))
    as_json = pl.Series("value", map(json.dumps, others), dtype=pl.String)
    part = Part(
        lines=line.filter(is_object),
        cells=fields.rename({header: str(position) for position, header in enumerate(fields.columns)}),
        refused=refused_rows(line.filter(~is_object), as_json, pl.Series(map(_why_not, others), dtype=pl.String)),
        as_written=pl.DataFrame({"line": line.filter(~is_object), "cells": as_json}).with_columns(
            pl.concat_list("cells")
        ),
        broken=broken,
    )
    return Table(
        kind=kind,
        form=read.form,
        delimiter="",
        headers=tuple(fields.columns),
        parts=lambda progress: iter([part]),
        empty_answers=tuple(
            customers.fill_null("").filter(pl.Series(map(_is_empty_answer, documents), dtype=pl.Boolean))
        ),
        announced=max(filter(None, map(_announced, documents)), default=None),
    )


def _refuse_other_answers(file: str, documents: Sequence[Any]) -> None:
    """Refuse what is an answer of the vendor, but no export of customers or licenses."""
    objects = [document for document in documents if isinstance(document, dict)]
    if objects and all(_is_error_answer(document) for document in objects):
        raise ExportError(
            f"{file} {_why_not(objects[0])}.",
            "ask the API again; an error does not mean that there are no rows.",
        )
    fields = {field for document in documents[:1] for item in _list_of(document)[:1] for field in _names(item)}
    if "serialNumber" in fields:
        raise ExportError(
            f"{file} is an answer about firewall licenses, which cannot be loaded.",
            "leave it out, and load the other files.",
        )


def _is_error_answer(document: Any) -> bool:
    return isinstance(document, dict) and "error" in document and not {ITEMS, LICENSES, "id"} & set(document)


def _why_not(item: Any) -> str:
    """Why something among the items is none of them."""
    if (twice := given_twice(item)) is not None:
        return f"gives the field `{shortened(twice)}` twice"
    if _is_item(item):
        if not _pairs(item, ""):
            return "has no fields"
        return "gives a field twice: once within another field, and once with a dot in its name"
    if isinstance(item, dict) and _list_in(item) is not None:
        return f"holds a list `{_list_in(item)}` of its own"
    if not _is_error_answer(item):
        return "is not an item of this kind of export"
    said = [shortened(str(item[field]), LONGEST_MESSAGE) for field in ("error", "message") if item.get(field)]
    return f"is an error answer of the vendor: {': '.join(said)}".encode("utf-8", "backslashreplace").decode()


def _lost_beside_list(document: Any) -> str | None:
    """What stands in a page or an answer so that something would be lost by reading its list; None where nothing would.

    Further fields may be there, if they hold no list, and do not make an item of it.
    """
    if not isinstance(document, dict):
        return None
    if ITEMS in document and LICENSES in document:
        return f"a list `{ITEMS}` and a list `{LICENSES}` in one answer"
    if isinstance(document, Repeating) and any(name in (ITEMS, LICENSES) for name, _ in document.items()):
        return f"an answer that gives the field `{shortened(document.twice)}` twice"
    name = _list_in(document)
    if name is None:
        return None
    beside = {field: value for field, value in document.items() if field != name}
    if twice := given_twice(beside):
        return f"an answer that gives the field `{shortened(twice)}` twice"
    if "id" in beside:
        return f"an answer with an `id` of its own beside its list `{name}`"
    others = [field for field, value in beside.items() if holds_a_list(value)]
    return f"an answer with {named(others)}, a further list, beside its list `{name}`" if others else None


def _announced(document: Any) -> int | None:
    """How many items a page says there are on all pages; at least, if it only counts the pages."""
    pages = document.get("pages") if isinstance(document, dict) else None
    if not isinstance(pages, dict):
        return None
    items, total, size = (
        int(pages[field]) if re.fullmatch(COUNT, str(pages.get(field))) else None
        for field in ("items", "total", "size")
    )
    if items is not None or total is None or size is None:
        return items
    return (total - 1) * size + 1


def _is_license_answer(document: Any) -> bool:
    return isinstance(document, dict) and LICENSES in document and "serialNumber" not in document


def _is_empty_answer(document: Any) -> bool:
    return _is_license_answer(document) and document[LICENSES] == []


def _list_in(document: dict[str, Any]) -> str | None:
    """The field that holds the items of a page, or the licenses of an answer; None where it is neither."""
    name = LICENSES if _is_license_answer(document) else ITEMS
    return name if isinstance(document.get(name), list) else None


def _list_of(document: Any) -> list[Any]:
    """The items of a page, the licenses of an answer; whatever is neither stands for itself."""
    name = _list_in(document) if isinstance(document, dict) else None
    return [document] if name is None else document[name]


def _is_item(item: Any) -> bool:
    """Whether an item has fields of its own, and is not an answer that stands among the items for lack of any."""
    return isinstance(item, dict) and not (
        _is_error_answer(item) or _is_license_answer(item) or isinstance(item.get(ITEMS), list)
    )


def _names(item: Any) -> list[str]:
    return list(item) if isinstance(item, dict) else []


def _customer_of(document: Any) -> str | None:
    """The customer whose licenses an answer holds."""
    tenant = document.get("tenant") if _is_license_answer(document) else None
    customer = tenant.get("id") if isinstance(tenant, dict) else None
    return customer if isinstance(customer, str) and customer.strip() else None


def _with_owners(fields: pl.DataFrame, line: pl.Series, owners: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The licenses with the customers that their answers name, and the cells of those that name another one."""
    own = fields[OWNER] if OWNER in fields.columns else pl.repeat(None, fields.height, dtype=pl.String, eager=True)
    fields = fields.with_columns(pl.select(pl.coalesce(owners, own)).to_series().alias(OWNER))
    same = (one.str.strip_chars().str.to_lowercase().str.strip_prefix("urn:uuid:") for one in (own, owners))
    says, answer = same
    is_other = ((says != "") & (says != answer)).fill_null(value=False)
    reasons = pl.select(
        pl.format("names another customer than the answer that holds it, {}", owners.filter(is_other))
    ).to_series()
    other = pl.DataFrame(
        {
            "line": line.filter(is_other),
            "position": [fields.get_column_index(OWNER)] * reasons.len(),
            "value": own.filter(is_other),
            "reason": reasons,
        },
        schema=BROKEN,
    )
    return fields, other


def _frame(flat: list[dict[str, str | None]]) -> pl.DataFrame:
    """One row per item, one column of text per field."""
    fields = pl.DataFrame(flat, schema=dict.fromkeys(chain.from_iterable(flat), pl.String))
    # `"usage": null` beside `"usage": {"current": …}` is no column of its own.
    outer = {name[:position] for name in fields.columns for position, sign in enumerate(name) if sign == "."}
    return fields.select(
        name for name in fields.columns if name not in outer or fields[name].null_count() < fields.height
    )


def _flat(item: dict[str, Any]) -> dict[str, str | None] | None:
    """The fields of an item as text; a field within a field is `outer.inner`, a list is its JSON.

    None if two of them have one name.
    """
    pairs = _pairs(item, "")
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else None


def _pairs(item: dict[str, Any], within: str) -> list[tuple[str, str | None]]:
    pairs: list[tuple[str, str | None]] = []
    for name, value in item.items():
        if value is None or isinstance(value, str):
            pairs.append((within + name, value))
        elif isinstance(value, dict):
            pairs += _pairs(value, f"{within}{name}.")
        elif isinstance(value, bool):
            # Many are, and to write each by itself takes long.
            pairs.append((within + name, "true" if value else "false"))
        else:
            pairs.append((within + name, json.dumps(value)))
    return pairs
