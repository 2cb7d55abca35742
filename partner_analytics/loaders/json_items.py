"""JSON as the vendor's API answers: pages, lists of pages, bare lists, license answers, or one of these a line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from itertools import chain, compress
from operator import itemgetter
from typing import Any

import polars as pl

from partner_analytics.errors import ExportError
from partner_analytics.loaders.columns import KnownColumns, check_columns, settle_kind, shortened
from partner_analytics.loaders.decoding import File, text_of
from partner_analytics.loaders.table import Part, Table, refused_rows

COUNT = r"[0-9]{1,9}"
LONGEST_MESSAGE = 200

_DECODER = json.JSONDecoder(parse_int=str, parse_float=str)
"""Numbers stay as they are written: 1.0 and 1e3 are no whole numbers, and no digit is lost."""


def read_json_items(
    source: File, known: Mapping[str, KnownColumns], kind: str | None, customer_id: str | None
) -> Table:
    """Read a JSON file or one of JSON lines.

    Raises
    ------
    ExportError
        If it is no JSON, an error answer, an answer of another kind, or a required field is in no item.
    """
    try:
        return _table(source, known, kind, customer_id)
    except (UnicodeEncodeError, RecursionError):
        raise ExportError(
            f"{source.path} holds half a character, or is nested too deep to be an export.", "export it again."
        ) from None


def _table(source: File, known: Mapping[str, KnownColumns], kind: str | None, customer_id: str | None) -> Table:
    file = source.path
    form, documents = _documents(file, text_of(source))
    _refuse_other_answers(file, documents)
    is_answer = pl.Series(map(_is_license_answer, documents), dtype=pl.Boolean)
    if is_answer.any():
        if kind not in (None, "licenses"):
            raise ExportError(f"{file} holds license answers; expected {kind}.", "leave out --kind.")
        kind = "licenses"
    lists = list(map(_list_of, documents))
    items = list(chain.from_iterable(lists))
    is_object = pl.Series(map(_is_item, items), dtype=pl.Boolean)
    fields = _fields(list(compress(items, is_object)))

    customers = pl.Series(map(_customer_of, documents), dtype=pl.String)
    if is_answer.any():
        if customer_id is None and (customers.is_null() & is_answer).any():
            raise ExportError(
                f"{file} holds a license answer that names no customer (`tenant` is missing).",
                "name the customer whose licenses these are: --customer ID.",
            )
        if fields.height and customers.is_not_null().any():
            owners = customers.repeat_by(pl.Series(map(len, lists))).explode(empty_as_null=False)
            fields = fields.with_columns(owners.filter(is_object).alias("tenant.id"))
    if kind is None or fields.height:
        kind = settle_kind(file, fields.columns, known, kind)
        check_columns(file, kind, fields.columns, known[kind], customer_id)
    line = pl.Series("line", range(1, len(items) + 1), pl.Int64)
    others = list(compress(items, ~is_object))
    as_json = pl.Series("value", map(json.dumps, others), dtype=pl.String)
    part = Part(
        lines=line.filter(is_object),
        cells=fields.rename({header: str(position) for position, header in enumerate(fields.columns)}),
        refused=refused_rows(line.filter(~is_object), as_json, pl.Series(map(_why_not, others), dtype=pl.String)),
        as_written=pl.DataFrame({"line": line.filter(~is_object), "cells": as_json}).with_columns(
            pl.concat_list("cells")
        ),
    )
    return Table(
        kind=kind,
        form=form,
        delimiter="",
        headers=tuple(fields.columns),
        parts=lambda progress: iter([part]),
        empty_answers=tuple(
            customers.fill_null("").filter(pl.Series(map(_is_empty_answer, documents), dtype=pl.Boolean))
        ),
        announced=max(filter(None, map(_announced, documents)), default=None),
    )


def _documents(file: str, text: str) -> tuple[str, list[Any]]:
    """The answers that a file holds: one, the elements of a list, or one a line."""
    try:
        whole = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        # A whole value, and then more: one a line, or no JSON.
        if not error.msg.startswith("Extra data"):
            raise _unreadable(file, error.lineno) from None
    except RecursionError:
        raise ExportError(f"{file} is nested too deep to be an export.", "export it again.") from None
    else:
        return "JSON", whole if isinstance(whole, list) else [whole]
    numbered = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    documents: list[Any] = []
    try:
        documents.extend(map(_DECODER.decode, map(itemgetter(1), numbered)))
    except (json.JSONDecodeError, RecursionError):
        raise _unreadable(file, numbered[len(documents)][0]) from None
    return "JSON lines", documents


def _unreadable(file: str, line: int) -> ExportError:
    return ExportError(
        f"{file} is no whole JSON: it cannot be read past line {line}.",
        "the file was perhaps cut off: export it again.",
    )


def _refuse_other_answers(file: str, documents: Sequence[Any]) -> None:
    """Refuse what is an answer of the vendor, but no export of customers or licenses."""
    objects = [document for document in documents if isinstance(document, dict)]
    if objects and all(_is_error_answer(document) for document in objects):
        raise ExportError(
            f"{file} {_why_not(objects[0])}.",
            "this does not mean that there is nothing; ask the API again.",
        )
    fields = {field for document in documents[:1] for item in _list_of(document)[:1] for field in _names(item)}
    if "serialNumber" in fields:
        raise ExportError(f"{file} is an answer about firewall licenses, which are not loaded.", "load the others.")


def _is_error_answer(document: Any) -> bool:
    return isinstance(document, dict) and "error" in document and not {"items", "licenses", "id"} & set(document)


def _why_not(item: Any) -> str:
    """Why something among the items is none of them."""
    if not _is_error_answer(item):
        return "is no item of such an export"
    said = [shortened(str(item[field]), LONGEST_MESSAGE) for field in ("error", "message") if item.get(field)]
    return f"is an error answer of the vendor: {': '.join(said)}".encode("utf-8", "backslashreplace").decode()


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
    return isinstance(document, dict) and "licenses" in document and "serialNumber" not in document


def _is_empty_answer(document: Any) -> bool:
    return _is_license_answer(document) and document["licenses"] == []


def _list_of(document: Any) -> list[Any]:
    """The items of a page, the licenses of an answer; whatever is neither stands for itself."""
    if isinstance(document, dict):
        within = document.get("licenses") if _is_license_answer(document) else document.get("items")
        if isinstance(within, list):
            return within
    return [document]


def _is_item(item: Any) -> bool:
    """Whether an item has fields of its own, and is not an answer that stands among the items for lack of any."""
    return isinstance(item, dict) and not _is_error_answer(item) and not _is_license_answer(item)


def _names(item: Any) -> list[str]:
    return list(item) if isinstance(item, dict) else []


def _customer_of(document: Any) -> str | None:
    """The customer whose licenses an answer holds."""
    tenant = document.get("tenant") if _is_license_answer(document) else None
    customer = tenant.get("id") if isinstance(tenant, dict) else None
    return customer if isinstance(customer, str) and customer.strip() else None


def _fields(items: list[dict[str, Any]]) -> pl.DataFrame:
    """One row per item, one column of text per field; a field within a field is `outer.inner`, a list is its JSON."""
    flat = list(map(_flat, items))
    fields = pl.DataFrame(flat, schema=dict.fromkeys(chain.from_iterable(flat), pl.String))
    # `"usage": null` beside `"usage": {"current": …}` is no column of its own.
    outer = {name[:position] for name in fields.columns for position, sign in enumerate(name) if sign == "."}
    return fields.select(
        name for name in fields.columns if name not in outer or fields[name].null_count() < fields.height
    )


def _flat(item: dict[str, Any], within: str = "") -> dict[str, str | None]:
    """The fields of an item as text, those of an inner one by the names of both."""
    fields: dict[str, str | None] = {}
    for name, value in item.items():
        if isinstance(value, dict):
            fields |= _flat(value, f"{within}{name}.")
        else:
            fields[within + name] = value if value is None or isinstance(value, str) else json.dumps(value)
    return fields
