"""An engine that speaks Spark Connect: asked in frames, and whatever goes wrong there said in one sentence."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from functools import partial
from typing import Any, Final, TypeVar

import polars as pl

from partner_analytics import errors
from partner_analytics.errors import EngineError, PartnerAnalyticsError, UsageError
from partner_analytics.terminal import unwarned

__all__ = ["Engine", "connected", "each", "grouped"]

ADDRESS: Final = re.compile(r"sc://(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?(/;?[^\s]*)?")
REMOTE: Final = "SPARK_REMOTE"
"""The variable by which Spark's own tools know their engine: an address with a token stands there, and in no command."""

CONNECT_SECONDS: Final = 10.0
TRIES: Final = 3
OLDEST: Final = (4, 0)
NEWEST: Final = (4, 3)
"""The first version of Spark that is spoken, and the first that was not tried."""

FAULT: Final = "fault"
Engine = Any
"""A session of PySpark, which brings types only where it is installed."""

One = TypeVar("One")


@contextmanager
def connected(address: str) -> Iterator[Engine]:
    """A session of the engine at an address.

    Raises
    ------
    UsageError
        If the address is none, or the extra is not installed.
    EngineError
        If nobody answers there, it is of a version that is not spoken, or it breaks off.
    """
    given = address or os.environ.get(REMOTE, "")
    if not given:
        raise UsageError("Expected the address of an engine; found none.", "name it: --engine sc://host:15002")
    where = said_of(given)
    if "token=" in address:
        raise UsageError(
            "An address with a token does not stand in a command, where others can read it.",
            f"put it into the environment variable {REMOTE}, and leave --engine out.",
        )
    try:
        import grpc
        from pyspark.sql.connect.client import DefaultChannelBuilder
        from pyspark.sql.connect.client.retries import DefaultPolicy
        from pyspark.sql.connect.session import SparkSession
    except ImportError as error:
        raise UsageError(
            "What speaks to an engine is not installed.", 'install it: pip install "partner-analytics[cluster]"'
        ) from error
    with _in_one_sentence(where):
        with DefaultChannelBuilder(given).toChannel() as channel:
            try:
                grpc.channel_ready_future(channel).result(CONNECT_SECONDS)
            except grpc.FutureTimeoutError as error:
                raise EngineError(
                    f"No engine answers at {where}.", "see that it runs, and that it speaks Spark Connect."
                ) from error
        session = SparkSession.builder.remote(given).create()
        try:
            session.client.set_retry_policies([DefaultPolicy(max_retries=TRIES)])
            _check_version(session.version, where)
            yield session
        finally:
            session.stop()


def said_of(address: str) -> str:
    """Where an engine is, without what may follow the host."""
    found = ADDRESS.fullmatch(address)
    if not found:
        raise UsageError(
            "Expected the address of an engine, such as sc://host:15002; found another text.",
            "name one that begins with sc://",
        )
    return f"sc://{found[1]}{found[2] or ''}"


def each(session: Engine, numbers: int, kind: type[One], ask: Callable[[int], Iterable[One]]) -> list[One]:
    """What workers answer who are asked with each number from 0 on, each number on its own.

    Parameters
    ----------
    kind
        The dataclass of an answer: texts, numbers, yes or no, and bytes.
    """
    frame = session.range(0, numbers, 1, numbers).mapInArrow(partial(_asked_by_number, kind, ask), _schema(kind))
    return _answers(frame, kind)


def grouped(frame: Engine, by: str, kind: type[One], ask: Callable[[int, pl.DataFrame], Iterable[One]]) -> list[One]:
    """What workers answer who are given the rows of each group, and its number."""
    import pyarrow

    def asked(rows: Any) -> Any:
        return _asked_by_group(by, kind, ask, rows)

    # PySpark asks the function itself whether it takes a table or batches.
    asked.__annotations__ = {"rows": pyarrow.Table, "return": pyarrow.Table}
    return _answers(frame.groupBy(by).applyInArrow(asked, _schema(kind)), kind)


@contextmanager
def _in_one_sentence(where: str) -> Iterator[None]:
    """Let what an engine says of its own failures be one sentence of ours."""
    from pyspark.errors import PySparkException

    try:
        # What PySpark warns of is meant (all customers are sorted at once), or is said as an error of ours.
        with unwarned():
            yield
    except PartnerAnalyticsError:
        raise
    except PySparkException as error:
        raise _in_plain_words(where, str(error)) from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in ("grpc", "pyspark", "_cython", "google"):
            raise
        raise EngineError(f"The engine at {where} broke off before all was made.", UNFINISHED) from error


def _in_plain_words(where: str, said: str) -> EngineError:
    if re.search(r"No module named '?partner_analytics|ModuleNotFoundError", said):
        return EngineError(
            f"The workers of the engine at {where} have no partner-analytics.",
            'install it where they run: pip install "partner-analytics[cluster]"',
        )
    if refused := re.search(r"unsupported \w+ version: ([\d.]+)", said):
        return _not_spoken(refused[1], where)
    if ENDED.search(said):
        return EngineError(f"The engine at {where} broke off before all was made.", UNFINISHED)
    found = re.findall(r"^(?:\w+\.)*(\w*(?:Error|Exception))\b", said, re.MULTILINE)
    what = f" with {found[-1]}" if found else ""
    return EngineError(f"A worker of the engine at {where} could not go on and ended{what}.", UNFINISHED)


def _check_version(version: str, where: str) -> None:
    numbers = tuple(int(number) for number in re.findall(r"\d+", version)[:2])
    if not OLDEST <= numbers < NEWEST:
        raise _not_spoken(version, where)


def _not_spoken(version: str, where: str) -> EngineError:
    return EngineError(
        f"The engine at {where} is of version {version}; expected one from {_dotted(OLDEST)} to below {_dotted(NEWEST)}.",
        "use an engine of such a version.",
    )


def _dotted(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))


ENDED: Final = re.compile("UNAVAILABLE|RETRIES_EXCEEDED|INVALID_HANDLE|Connection refused|Socket closed")
UNFINISHED: Final = (
    "what was written is not whole and has no manifest: look at the engine's log, and name another folder."
)

TYPES: Final = {"str": "string", "int": "bigint", "bool": "boolean", "bytes": "binary"}


def _schema(kind: type[Any]) -> str:
    """The columns of an answer as Spark writes them, and one for what went wrong."""
    columns = [f"{one.name} {TYPES[str(one.type)]}" for one in fields(kind)]
    return ", ".join([*columns, f"{FAULT} array<string>"])


def _asked_by_number(kind: type[Any], ask: Callable[[int], Iterable[Any]], batches: Iterable[Any]) -> Iterator[Any]:
    import pyarrow

    for batch in batches:
        for number in batch.column("id").to_pylist():
            yield from pyarrow.Table.from_pylist(_told(kind, partial(ask, number)), _arrow(kind)).to_batches()


def _asked_by_group(by: str, kind: type[Any], ask: Callable[[int, pl.DataFrame], Iterable[Any]], rows: Any) -> Any:
    import pyarrow

    frame = pl.DataFrame(pl.from_arrow(rows))
    return pyarrow.Table.from_pylist(_told(kind, lambda: ask(frame[by][0], frame)), _arrow(kind))


def _arrow(kind: type[Any]) -> Any:
    import pyarrow

    types = {"str": pyarrow.string(), "int": pyarrow.int64(), "bool": pyarrow.bool_(), "bytes": pyarrow.binary()}
    columns = [(one.name, types[str(one.type)]) for one in fields(kind)]
    return pyarrow.schema([*columns, (FAULT, pyarrow.list_(pyarrow.string()))])


def _told(kind: type[Any], ask: Callable[[], Iterable[Any]]) -> list[dict[str, Any]]:
    """The answers as rows; what a worker cannot do is a row too, since an error would arrive as the engine words it."""
    try:
        return [asdict(one) for one in ask()]
    except PartnerAnalyticsError as error:
        nothing = {"str": "", "int": 0, "bool": False, "bytes": b""}
        said = [type(error).__name__, error.message, error.hint]
        return [{one.name: nothing[str(one.type)] for one in fields(kind)} | {FAULT: said}]


def _answers(frame: Engine, kind: type[One]) -> list[One]:
    names = [one.name for one in fields(kind)]  # type: ignore[arg-type]
    rows: Sequence[dict[str, Any]] = frame.toArrow().to_pylist()
    for row in rows:
        if fault := row[FAULT]:
            name, message, hint = fault
            raise getattr(errors, name)(message, hint)
    return [kind(**{name: row[name] for name in names}) for row in rows]
