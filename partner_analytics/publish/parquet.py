"""Frames as Parquet, which DuckDB, polars, Spark, Trino and Power Query read: types kept, and what each column means."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Final

import polars as pl

__all__ = ["bucket_file", "bucket_place", "buckets_for", "parquet_file", "partitioned", "whole_place"]

CUSTOMER: Final = "customer_id"
BUCKET: Final = "customer_bucket"
"""The column that readers make of the names of folders; customers are spread over it by the end of their ids."""

ROWS_OF_A_BUCKET: Final = 250_000
MOST_BUCKETS: Final = 256
DIGITS: Final = 4
"""How many digits at the end of an id say in which bucket it is."""


def parquet_file(frame: pl.DataFrame, grain: str = "", columns: Mapping[str, str] | None = None) -> bytes:
    """A frame as one Parquet file; what a row is and what its columns mean stand in its metadata.

    Parameters
    ----------
    grain
        What a row is.
    columns
        What each column means.
    """
    content = io.BytesIO()
    said = {"grain": grain, "columns": json.dumps(dict(columns or {}), ensure_ascii=False)}
    frame.write_parquet(content, compression="zstd", metadata=said)
    return content.getvalue()


def buckets_for(rows: int) -> int:
    """Over how many buckets so many rows are spread: a power of two, so that a larger number splits them evenly."""
    buckets = 1
    while buckets < MOST_BUCKETS and rows > buckets * ROWS_OF_A_BUCKET:
        buckets *= 2
    return buckets


def partitioned(
    name: str, frame: pl.DataFrame, grain: str, columns: Mapping[str, str], buckets: int
) -> dict[str, bytes]:
    """The files of a relation, by path: a folder a bucket of customers, sorted by customer; else one file.

    Parameters
    ----------
    buckets
        Over how many buckets customers are spread, the same for all relations of a copy: so they are joined bucket by
        bucket.
    """
    if CUSTOMER not in frame.columns:
        return {whole_place(name): parquet_file(frame, grain, columns)}
    # An id that is none, in the quarantine, is in the first bucket.
    ends = pl.col(CUSTOMER).str.slice(-DIGITS).str.to_integer(base=16, strict=False).fill_null(0)
    placed = frame.with_columns((ends % buckets).alias(BUCKET))
    parts = {
        int(bucket): part
        for (bucket,), part in placed.partition_by(BUCKET, maintain_order=True, as_dict=True, include_key=False).items()
    }
    return {
        bucket_place(name, bucket): bucket_file(parts.get(bucket, frame.clear()), grain, columns)
        for bucket in range(buckets)
    }


def bucket_file(frame: pl.DataFrame, grain: str, columns: Mapping[str, str]) -> bytes:
    """What a relation holds of a bucket of customers: sorted by customer, and for each customer in the order that it has."""
    return parquet_file(frame.sort(CUSTOMER, maintain_order=True, nulls_last=True), grain, columns)


def bucket_place(name: str, bucket: int) -> str:
    """Where in a copy the file of a relation and a bucket of customers is."""
    return f"{name}/{BUCKET}={bucket}/part.parquet"


def whole_place(name: str) -> str:
    """Where in a copy the file of a relation is that is about no customer."""
    return f"{name}/part.parquet"
