"""Corrupt exports at random, load each, and hold that no row is lost and no traceback seen.

    python tests/mutations.py --runs 10000

Each run takes an export that people have, corrupts it one to four times, and loads it into a new store. Either the file is
refused in a sentence with a hint, or rows read = accepted + quarantined + duplicates, where the rows read are counted here,
by the csv and json modules of the standard library. Every other run reads its file
in small blocks. A run is known by its number: `--only 4711` repeats it.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import random
import re
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import FrameType
from unittest.mock import patch

import click

from partner_analytics import ExportError, PartnerAnalyticsError, Portfolio, UsageError
from partner_analytics.loaders import source

FIXTURES = Path(__file__).parent.parent / "data" / "fixtures"
SECONDS = 20
"""What a file may take at most; each has a few kilobytes, some a megabyte."""

MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

CUSTOMER = "00000000-0000-4000-8000-0000000000{:02}"


@dataclass(frozen=True)
class Export:
    """The bytes of a file, its name, how its text is written, and the delimiter if it is a CSV file."""

    name: str
    content: bytes
    encoding: str = "utf-8"
    delimiter: str = ""

    def text(self) -> str:
        """Its text; what a corruption before has made of it may be none."""
        return self.content.decode(self.encoding, "replace")

    def written(self, text: str) -> Export:
        """The same file with another text."""
        return replace(self, content=text.encode(self.encoding, "replace"))


def fixture(name: str, lines: int = 40) -> bytes:
    return b"".join((FIXTURES / name).read_bytes().splitlines(keepends=True)[:lines])


def csv_text(rows: list[list[str]], delimiter: str, end: str, *, all_quoted: bool) -> str:
    text = io.StringIO(newline="")
    write = partial(csv.writer, text, delimiter=delimiter, lineterminator=end)
    (write(quoting=csv.QUOTE_ALL) if all_quoted else write(quoting=csv.QUOTE_MINIMAL)).writerows(rows)
    return text.getvalue()


def sheet_of_licenses(delimiter: str, end: str, *, all_quoted: bool = False) -> str:
    header = ["License ID", "Customer ID", "Product Code", "License Type", "Quantity", "Start Date", "End Date"]
    rows = [
        [f"L{n}", CUSTOMER.format(n % 20), "CIXA", "term", str(n), f"{n % 28 + 1:02}/05/2026", "31/12/2027"]
        for n in range(30)
    ]
    return csv_text([header, *rows], delimiter, end, all_quoted=all_quoted)


def sheet_of_customers(delimiter: str, end: str, *, all_quoted: bool = False) -> str:
    names = ["Ünal & Söhne", "Two\nlines", 'The "Best"', "Semi; colon, comma", "  blanks  ", "=1+1", "M?ller", "O’Neil"]
    rows = [[CUSTOMER.format(n), names[n % len(names)], ("term", "usage", "trial")[n % 3]] for n in range(30)]
    return csv_text([["Customer ID", "Account Name", "Billing Type"], *rows], delimiter, end, all_quoted=all_quoted)


def page_of_customers(first: int, count: int) -> dict[str, object]:
    items = [
        {
            "id": CUSTOMER.format(n),
            "name": f"Customer {n}",
            "showAs": None,
            "billingType": ("term", "usage", "trial")[n % 3],
            "contact": {"email": "office@example.example", "address": {"city": "Aarhus"}},
            "externalIds": [],
            "products": [{"code": "CIXA"}],
        }
        for n in range(first, first + count)
    ]
    return {"items": items, "pages": {"current": 1, "size": count, "items": 40}}


def exports() -> list[Export]:
    """What is corrupted: the exports of the demo, and the shapes of files that they lack."""
    pages = [page_of_customers(0, 20), page_of_customers(20, 20)]
    typed = "#TYPE System.Data.DataRow\r\n" + sheet_of_licenses(";", "\r\n", all_quoted=True)
    return [
        *(
            Export(f"{name}.csv", fixture(f"{name}.csv"), delimiter=",")
            for name in ("customers", "licenses", "assistance", "customer_facts")
        ),
        Export("licenses.jsonl", fixture("licenses.jsonl")),
        Export("licenses.json", json.dumps(list(map(json.loads, fixture("licenses.jsonl").splitlines()))).encode()),
        Export("page.json", json.dumps(pages[0], indent=1).encode()),
        Export("pages.json", json.dumps(pages).encode("utf-8-sig"), "utf-8-sig"),
        Export("customers.jsonl", "\r\n".join(map(json.dumps, page_of_customers(0, 30)["items"])).encode()),  # type: ignore[call-overload]
        Export("typed.csv", typed.encode(), delimiter=";"),
        Export("tabs.csv", sheet_of_customers("\t", "\r\n").encode("utf-16"), "utf-16", "\t"),
        Export("bars.csv", sheet_of_licenses("|", "\n").encode("utf-16-be"), "utf-16-be", "|"),
        Export("windows.csv", sheet_of_customers(";", "\r\n").encode("cp1252"), "cp1252", ";"),
        Export(
            "powershell.csv", sheet_of_customers(",", "\r\n", all_quoted=True).encode("utf-8-sig"), "utf-8-sig", ","
        ),
        Export("mac.csv", sheet_of_licenses(",", "\r").encode(), delimiter=","),
    ]


STRANGE_CELLS = (
    "", " ", "null", "NULL", "\u00a0", "\u2028", "\x00", "\x1a", "\ufeff", "\ufffd", "-1", "1.5", "1e9", "١٢", "99999999999999999999",
    "2021-04-31", "0000-00-00", "29/02/2027", "13/13/2026", "9999-12-31", "term ", "TERM", "yes", "🦊" * 50, "x" * 200_000,
    '""', "'", "\\", "\\n", "a\rb", "{}", "[]", "<td>", "urn:uuid:", "URN:UUID:" + CUSTOMER.format(1), "#TYPE", "sep=;", "nan",
)  # fmt: skip

STRANGE_VALUES: tuple[object, ...] = (
    None, True, False, 0, -1, 1.5, 1e300, float("nan"), float("inf"), 2**70, "", " ", "null", "\ud800", "a\x00b", [], [[]], [None], ["x", 1],
    {}, {"id": 1}, {"": {"": {}}}, {"a.b": 1, "a": {"b": 2}}, [{"code": "CIXA"}, "x"], "2021-04-31", "x" * 200_000, "\u2028", "error",
)  # fmt: skip

Chance = random.Random
Mutation = Callable[[Export, Chance], Export]


def positions(content: bytes | str, chance: Chance, most: int) -> list[int]:
    return [chance.randrange(len(content)) for _ in range(chance.randint(1, most))] if content else []


def bytes_changed(export: Export, chance: Chance) -> Export:
    content = bytearray(export.content)
    for position in positions(export.content, chance, 6):
        content[position] = chance.randrange(256)
    return replace(export, content=bytes(content))


def bytes_inserted(export: Export, chance: Chance) -> Export:
    what = chance.choice(
        [
            b"\0",
            b"\0" * 9,
            b"\xff",
            b"\x80",
            b"\xef\xbb\xbf",
            b"\xff\xfe",
            b"\x1a",
            b"\r",
            b"\n",
            b"\n\n\n",
            b"\xc3",
            b"\xed\xa0\x80",
        ]
    )
    content = export.content
    for position in positions(content, chance, 3):
        content = content[:position] + what + content[position:]
    return replace(export, content=content)


def cut_off(export: Export, chance: Chance) -> Export:
    return replace(export, content=export.content[: chance.randint(0, len(export.content))])


def slice_lost(export: Export, chance: Chance) -> Export:
    first, last = sorted((chance.randint(0, len(export.content)), chance.randint(0, len(export.content))))
    return replace(export, content=export.content[:first] + export.content[last:])


def slice_doubled(export: Export, chance: Chance) -> Export:
    first = chance.randint(0, len(export.content))
    part = export.content[first : first + chance.randint(1, 400)]
    return replace(export, content=export.content[:first] + part + export.content[first:])


def encodings_mixed(export: Export, chance: Chance) -> Export:
    """Half of the file as another program writes it."""
    text = export.text()
    where = chance.randint(0, len(text))
    other = chance.choice(["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp932"])
    return replace(export, content=export.content[:where] + text[where:].encode(other, "replace"))


def encoded_otherwise(export: Export, chance: Chance) -> Export:
    other = chance.choice(["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
    return replace(export, content=export.text().encode(other, "replace"), encoding=other)


def lines_of(text: str) -> list[str]:
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", text)


def lines_moved(export: Export, chance: Chance) -> Export:
    lines = lines_of(export.text())
    match chance.randrange(7):
        case 0:
            chance.shuffle(lines)
        case 1:
            lines = [line for line in lines if chance.random() > 0.2]
        case 2:
            lines = [copy for line in lines for copy in [line] * chance.choice([1, 1, 1, 2])]
        case 3:
            lines = lines[1:]
        case 4:
            lines.insert(chance.randint(0, len(lines)), lines[0] if lines else "")
        case 5:
            lines = [
                copy
                for line in lines
                for copy in ([chance.choice(["\n", "\r\n", "  \n"])] if chance.random() < 0.1 else []) + [line]
            ]
        case 6:
            lines = [line.rstrip("\r\n") + chance.choice(["\n", "\r\n", "\n", "\r"]) for line in lines]
    return export.written("".join(lines))


def last_line_break_lost(export: Export, chance: Chance) -> Export:
    return export.written(export.text().rstrip("\r\n"))


def quote_inserted(export: Export, chance: Chance) -> Export:
    text = export.text()
    for position in positions(text, chance, 2):
        text = text[:position] + chance.choice(['"', '""', "'", '"\n', '",']) + text[position:]
    return export.written(text)


def quote_lost(export: Export, chance: Chance) -> Export:
    text = export.text()
    quotes = [position for position, letter in enumerate(text) if letter == '"']
    where = chance.choice(quotes) if quotes else 0
    return export.written(text[:where] + text[where + 1 :]) if quotes else export


def delimiter_inserted(export: Export, chance: Chance) -> Export:
    text = export.text()
    for position in positions(text, chance, 3):
        text = text[:position] + chance.choice([export.delimiter or ",", ",", ";", "\t", "|"]) + text[position:]
    return export.written(text)


def cells_changed(export: Export, chance: Chance) -> Export:
    """Cells of a CSV file replaced, columns dropped or doubled, headers written in an odd way."""
    text = export.text()
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=export.delimiter)) if '"\n' not in text else []
    rows = [row for row in rows if row]
    if not rows:
        return export
    width = len(rows[0])
    column = chance.randrange(width)
    match chance.randrange(6):
        case 0:
            for row in chance.sample(rows, min(len(rows), chance.randint(1, 4))):
                row[chance.randrange(len(row))] = chance.choice(STRANGE_CELLS)
        case 1:
            rows = [row[:column] + row[column + 1 :] for row in rows]
        case 2:
            rows = [row[: column + 1] + row[column:] for row in rows]
        case 3:
            rows[0] = [
                chance.choice([str.upper, str.title, "  {} ".format, "{}?!".format, "_{}_".format])(cell)
                for cell in rows[0]
            ]
        case 4:
            rows = [[*row, "", ""] for row in rows]
        case 5:
            rows[0][column] = chance.choice(STRANGE_CELLS)
    end = chance.choice(["\n", "\r\n"])
    return export.written(csv_text(rows, export.delimiter, end, all_quoted=chance.random() < 0.5))


def values_changed(export: Export, chance: Chance) -> Export:
    """Values of a JSON file replaced or lost, fields renamed or doubled; texts keep half characters."""
    try:
        documents, whole = [json.loads(export.text())], True
    except (ValueError, RecursionError):
        try:
            documents, whole = [json.loads(line) for line in export.text().split("\n") if line.strip()], False
        except (ValueError, RecursionError):
            return export
    documents = [changed(document, chance, chance.choice([0.005, 0.02, 0.1])) for document in documents]
    if whole:
        return export.written(json.dumps(documents[0], indent=chance.choice([None, 1])))
    return export.written(chance.choice(["\n", "\r\n", "\n\n"]).join(map(json.dumps, documents)))


def changed(value: object, chance: Chance, share: float) -> object:
    if chance.random() < share:
        return chance.choice(STRANGE_VALUES)
    if isinstance(value, list):
        return [changed(item, chance, share) for item in value]
    if isinstance(value, dict):
        return {
            (
                chance.choice(["", "id", "ID", "a.b", "error", "licenses", "items", "\ud800"])
                if chance.random() < share / 2
                else name
            ): changed(item, chance, share)
            for name, item in value.items()
        }
    return value


def nested_deep(export: Export, chance: Chance) -> Export:
    deep = chance.choice([50, 5_000, 200_000])
    opened, closed = chance.choice([("[", "]"), ('{"items":', "}"), ('{"a":', "}")])
    return export.written(opened * deep + export.text() + closed * chance.choice([deep, 0]))


OF_ANY_TEXT: tuple[Mutation, ...] = (
    bytes_changed, bytes_inserted, cut_off, slice_lost, slice_doubled, encodings_mixed, encoded_otherwise, lines_moved, last_line_break_lost,
    quote_inserted, quote_lost, delimiter_inserted, nested_deep,
)  # fmt: skip
OF_CSV: tuple[Mutation, ...] = (cells_changed, lines_moved, delimiter_inserted)
OF_JSON: tuple[Mutation, ...] = (
    values_changed,
    values_changed,
    values_changed,
    lines_moved,
    encoded_otherwise,
    last_line_break_lost,
)


def mutant(seed: int, run: int) -> Export:
    """The corrupted export of one run."""
    chance = random.Random(f"{seed}/{run}")
    export = chance.choice(exports())
    fitting = OF_CSV if export.delimiter else OF_JSON
    # Nearly whatever is done to the text of JSON leaves none.
    share = 0.6 if export.delimiter else 0.2
    for _ in range(chance.choice([1, 1, 2, 2, 3, 4])):
        mutation = chance.choice(OF_ANY_TEXT if chance.random() < share else fitting)
        export = mutation(export, chance)
    return export


def decoded(content: bytes) -> str:
    """The text of a file, as far as rows are concerned: its quotes, delimiters and line breaks are all of ASCII."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace").lstrip("\ufeff")
    if content[:1] == b"\0" or content[1:2] == b"\0":
        return content.decode("utf-16-be" if content[:1] == b"\0" else "utf-16-le", "replace").lstrip("\ufeff")
    while content.startswith(codecs.BOM_UTF8):
        content = content.removeprefix(codecs.BOM_UTF8)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def lines_in(export: Export) -> list[int]:
    """The line, or the item's position, of each row of a file that can be read, found without the product."""
    text = decoded(export.content)
    return lines_of_json(text) if text.lstrip()[:1] in ("{", "[") else lines_of_csv(text, export.delimiter)


def lines_of_csv(text: str, delimiter: str) -> list[int]:
    csv.field_size_limit(2**31 - 1)
    # A carriage return alone ends a line only where no line feed does.
    lines = io.StringIO(text if "\n" in text else text.replace("\r", "\n"), newline="\n")
    records = csv.reader(lines, delimiter=delimiter)
    begins, found, is_header = 1, [], True
    for record in records:
        if len(record) > 1 or "".join(record).strip():
            if not is_header:
                found.append(begins)
            elif not record[0].startswith(("#TYPE", "sep=")):
                is_header = False
        begins = records.line_num + 1
    return found


def lines_of_json(text: str) -> list[int]:
    try:
        whole = json.loads(text)
        documents = whole if isinstance(whole, list) else [whole]
    except ValueError:
        documents = [json.loads(line) for line in text.split("\n") if line.strip()]
    return list(range(1, sum(map(items_of, documents)) + 1))


def items_of(document: object) -> int:
    """How many items an answer holds; what is no answer stands for itself."""
    if not isinstance(document, dict):
        return 1
    within = document.get("licenses" if "licenses" in document and "serialNumber" not in document else "items")
    return len(within) if isinstance(within, list) else 1


@contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """Stop what takes longer."""

    def stop(signal_number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"took longer than {seconds} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def outcome(export: Export, folder: Path, block: int) -> str:
    """`loaded` or `refused`, by a reader that holds so many bytes at a time.

    Raises
    ------
    AssertionError
        A row was lost, or the refusal is no sentence with a hint.
    """
    file = folder / export.name
    file.write_bytes(export.content)
    portfolio = Portfolio(folder / "partner.duckdb")
    refusal: PartnerAnalyticsError | None = None
    try:
        with at_most(SECONDS), patch.object(source, "BLOCK", block):
            (loaded,) = portfolio.load(file, snapshot_date="2026-11-02")
    except (ExportError, UsageError) as error:
        refusal = error
    if refusal is not None:
        assert re.fullmatch(r"[^\r\n]{10,3000}\.", refusal.message), f"no sentence: {refusal.message[:500]!r}"
        assert re.fullmatch(r"[^\r\n]{5,}", refusal.hint), f"no hint: {refusal.hint!r}"
        assert not portfolio.db.exists(), "something of a refused file was stored"
        return "refused"
    assert loaded.rows_read == loaded.accepted + loaded.quarantined + loaded.duplicates
    lines = lines_in(export)
    assert loaded.rows_read == len(lines), f"read {loaded.rows_read}, counted {len(lines)}"
    assert loaded.quarantined == loaded.refused["line"].n_unique()
    strange = set(loaded.refused["line"]) - set(lines)
    assert not strange, f"no row begins on {sorted(strange)[:5]}"
    assert loaded.refused.filter(loaded.refused["reason"].str.strip_chars() == "").is_empty()
    if loaded.quarantined:
        sent_back(portfolio, loaded.quarantined, folder / "refused.csv")
    return "loaded"


def sent_back(portfolio: Portfolio, quarantined: int, out: Path) -> None:
    """Hold that all refused rows go out, and are accounted for when they come back."""
    ((file, count),) = portfolio.quarantine(out)
    rows = len(lines_of_csv(file.read_text("utf-8-sig"), ","))
    assert rows == count == quarantined, f"{quarantined} refused, {count} said to be written, {rows} written"
    try:
        (again,) = portfolio.load(file, snapshot_date="2026-11-02")
    except ExportError:
        # Days that were read with others can be of no proven order alone.
        return
    assert again.rows_read == quarantined == again.accepted + again.quarantined + again.duplicates


def attempt(seed: int, keep: Path | None, run: int) -> tuple[int, str, str]:
    """One run: its number, what came of it, and what was wrong about that."""
    export = mutant(seed, run)
    with tempfile.TemporaryDirectory(prefix="mutations-") as folder:
        try:
            return run, outcome(export, Path(folder), source.BLOCK if run % 2 else 1000), ""
        except Exception as error:
            what = str(error) if isinstance(error, (AssertionError, PartnerAnalyticsError)) else ""
            if keep is not None:
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{run}-{export.name}").write_bytes(export.content)
            return run, "failed", f"{export.name}: {what or traceback.format_exc(limit=-4)}"


@click.command()
@click.option("--runs", default=10_000, show_default=True, help="How many corrupted exports.")
@click.option("--seed", default=1, show_default=True, help="Which ones: the same seed makes the same.")
@click.option("--only", type=int, help="Repeat one run.")
@click.option("--jobs", default=2, show_default=True, help="How many at once.")
@click.option("--keep", type=click.Path(path_type=Path), help="A folder for the exports that failed.")
def main(runs: int, seed: int, only: int | None, jobs: int, keep: Path | None) -> None:
    """Load corrupted exports, and name those that were not accounted for."""
    began = time.monotonic()
    counts: Counter[str] = Counter()
    numbers = range(runs) if only is None else [only]
    with ProcessPoolExecutor(jobs) as pool:
        for run, what, why in pool.map(partial(attempt, seed, keep), numbers, chunksize=20):
            counts[what] += 1
            if why:
                click.echo(f"run {run}: {why}")
    click.echo(
        f"{', '.join(f'{count:,} {what}' for what, count in sorted(counts.items()))} in {time.monotonic() - began:.0f} s"
    )
    sys.exit(1 if counts["failed"] else 0)


if __name__ == "__main__":
    main()
