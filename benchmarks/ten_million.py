"""What one and ten million licenses cost: their loads, five reports as CSV, and the page; as whole processes.

Run it on an idle machine with 24 GB: `PYTHONPATH=. python benchmarks/ten_million.py`. It takes a quarter of an hour, and prints
the table of `benchmarks/README.md`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.reports import FIVE, KINDS, LICENSES, START, measured, reports
from tests.support import large

SIZES: Final = (100_000, 1_000_000)
"""How many customers, with ten licenses each."""


def main() -> None:
    """Print the table."""
    large.LICENSES = LICENSES  # type: ignore[misc]
    sys.stdout.write("| licenses | | s | MB |\n|---:|---|---:|---:|\n")
    for customers in SIZES:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            db = folder / "large.duckdb"
            large.large_exports(customers, folder)
            day = str(large.DAY)
            steps = {
                f"load {kind}": [START, "load", str(folder / f"{kind}.csv"), "--db", str(db), "--snapshot-date", day]
                for kind in KINDS
            }
            steps["five reports"] = reports(db, FIVE, folder / "five", day, "csv")
            steps["the page of all"] = reports(db, (), folder / "page", day, "html")
            for step, command in steps.items():
                seconds, memory = measured(command)
                sys.stdout.write(f"| {customers * LICENSES:,} | {step} | {seconds:.1f} | {memory:,.0f} |\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
