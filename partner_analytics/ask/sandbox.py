"""A query from outside runs in a process of its own, so that it can always be stopped.

DuckDB notices that it is interrupted between rows, and not inside one long function. It does not count all the memory
that such a function takes. So the process that asks stays outside, and ends the one that answers.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Collection, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Timer
from typing import IO, cast

import polars as pl

from partner_analytics import errors, store
from partner_analytics.as_of import state
from partner_analytics.as_of.selection import EVERYBODY, Selection
from partner_analytics.errors import PartnerAnalyticsError, QueryError, UsageError
from partner_analytics.jobs.ledger import folder_of, runs_frame
from partner_analytics.safety.isolation import limit_memory, started
from partner_analytics.settings import Settings
from partner_analytics.transforms import RELATIONS, of_categories

RUNS = "runs"
"""The relation of how jobs went, which is kept beside the store."""

READING_SECONDS = 5.0
"""How long it may take to read a query, before anything of it runs."""

GRACE_SECONDS = 1.0
"""How long after its time a query may take to notice that it is stopped."""

MEMORY = 3 << 29
"""Bytes that a query may take beyond what its process had before: DuckDB's own 1 GB, and room for the answer."""

STARTED, READ, READY = b"s", b"d", b"y"
"""What the answering process says: it has opened the store, has read the query, has made the results that the query names."""


@dataclass(frozen=True)
class Inquiry:
    """A query, and all that it takes to answer it."""

    db: Path
    query: str
    parameters: Mapping[str, object]
    as_of: date
    settings: Settings
    limits: store.Limits
    only: Selection = EVERYBODY


def answer(inquiry: Inquiry) -> store.Answer:
    """The answer to a query, from a process of its own.

    Raises
    ------
    QueryError
        If the query is wrong, not allowed, takes too long or needs too much memory.
    """
    try:
        request = pickle.dumps(inquiry)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise UsageError(
            "A parameter has a value of a type that a query cannot take.", "give text, numbers or days."
        ) from error
    process = started("partner_analytics.ask.sandbox")
    with process:
        try:
            return _heard(process, request, inquiry.limits)
        finally:
            process.kill()


def _heard(process: subprocess.Popen[bytes], request: bytes, limits: store.Limits) -> store.Answer:
    with cast("IO[bytes]", process.stdin) as stdin:
        stdin.write(request)
    # Starting, and making the results, is not the query's doing, so it has no limit.
    said = _said(process, 1, None)
    if said == STARTED:
        said = _said(process, 1, READING_SECONDS)
    if said == READ:
        said = _said(process, 1, None)
    rest = _said(process, -1, limits.seconds)
    if said == READY:
        said = b""
    head, end, frame = (said + rest).partition(b"\n")
    if not end:
        raise store.too_large()
    told = json.loads(head)
    if "defect" in told:
        raise RuntimeError(told["defect"])
    if "error" in told:
        raise getattr(errors, told["error"])(told["message"], told["hint"])
    return store.Answer(pl.read_ipc(io.BytesIO(frame)), told["is_cut"])


def _said(process: subprocess.Popen[bytes], size: int, seconds: float | None) -> bytes:
    """What the process says next; it is ended if it takes too long."""
    stdout = cast("IO[bytes]", process.stdout)
    if seconds is None:
        return stdout.read(size)
    until = time.monotonic() + seconds + GRACE_SECONDS
    watchdog = Timer(seconds + GRACE_SECONDS, process.kill)
    watchdog.start()
    try:
        said = stdout.read(size)
    finally:
        watchdog.cancel()
    if time.monotonic() >= until:
        raise store.too_long(store.Limits(seconds))
    return said


def main() -> None:
    """Answer the one query that stands on stdin."""
    inquiry: Inquiry = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that started this one
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.environ.clear()
        try:
            _answer(inquiry, out)
        except PartnerAnalyticsError as error:
            told = {"error": type(error).__name__, "message": error.message, "hint": error.hint}
            out.write(json.dumps(told).encode() + b"\n")
        except Exception as error:
            out.write(json.dumps({"defect": f"{type(error).__name__}: {error}"}).encode() + b"\n")


def _answer(inquiry: Inquiry, out: IO[bytes]) -> None:
    with ExitStack() as opened:
        connection = opened.enter_context(store.reading(inquiry.db))
        # To open a store of an older version takes as long as to copy it, and is not the query's doing either.
        _say(out, STARTED)
        vetted = store.vet(inquiry.query, store.relations((*RELATIONS, RUNS), of_some=bool(inquiry.only)))
        _say(out, READ)
        if inquiry.only:
            connection = state.narrowed(connection, inquiry.as_of, inquiry.settings, inquiry.only)
            # From here on there is no store but that of the customers asked for.
            opened.close()
            opened.enter_context(closing(connection))
        named = (*RELATIONS, RUNS) if vetted.looks_around else vetted.tables
        ledger = {RUNS: runs_frame(folder_of(inquiry.db))} if RUNS in named else {}
        store.lock_down(connection, _results(connection, inquiry, named) | ledger)
        limit_memory(MEMORY)
        _say(out, READY)
        # If the process that asked has ended, no other process would end this one.
        end = Timer(inquiry.limits.seconds + 2 * GRACE_SECONDS, os._exit, (QueryError.exit_code,))
        end.daemon = True
        end.start()
        found = store.answer(connection, vetted, inquiry.parameters, inquiry.limits)
    content = io.BytesIO()
    found.frame.write_ipc(content)
    out.write(json.dumps({"is_cut": found.is_cut}).encode() + b"\n" + content.getvalue())


def _results(connection: store.Connection, inquiry: Inquiry, names: Collection[str]) -> dict[str, pl.DataFrame]:
    """The results that a query names."""
    categories = inquiry.only.categories
    needed = {*names, "license_states"} if categories else names
    frames = state.transformed(connection, inquiry.as_of, inquiry.settings, needed)
    return dict(of_categories(frames, categories))


def _say(out: IO[bytes], word: bytes) -> None:
    out.write(word)
    out.flush()
