"""What reports of a large portfolio cost, as whole processes: five of them, one alone, and how much memory they take.

Run it on an idle machine: `PYTHONPATH=. python benchmarks/reports.py`. It prints the table of `benchmarks/README.md`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from tests.support import large

CUSTOMERS: Final = 100_000
LICENSES: Final = 10
RUNS: Final = 3
FIVE: Final = ("protection_status", "license_positions", "flex_vs_term", "assistance_coverage", "renewals")
WANTED: Final = {"five reports": FIVE, **{name: (name,) for name in FIVE}, "actions": ("actions",)}
START: Final = "import sys; from partner_analytics.commands.program import main; main(sys.argv[1:])"


def measured(db: Path, names: tuple[str, ...], out: Path) -> tuple[float, float]:
    """The seconds that a command takes, and how many MB its process held at most."""
    command = [sys.executable, "-c", START, "report", *names, "--db", str(db), "--as-of", str(large.DAY), "--format", "csv", "--out", str(out)]  # fmt: skip
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - ours
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - began, used.ru_maxrss / 1024


def main() -> None:
    """Print the table."""
    large.LICENSES = LICENSES  # type: ignore[misc]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        portfolio = large.large_portfolio(CUSTOMERS, place)
        sys.stdout.write("| reports | seconds | MB |\n|---|---:|---:|\n")
        for title, names in WANTED.items():
            best = min(measured(portfolio.db, names, place / "out") for _ in range(RUNS))
            sys.stdout.write(f"| {title} | {best[0]:.1f} | {best[1]:,.0f} |\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
