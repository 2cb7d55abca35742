"""How large the page is, and how long it takes to write and to open, for portfolios of several sizes.

Run it on an idle machine, in the folder of the checkout: `PYTHONPATH=. python benchmarks/publish_page.py`. It needs Chromium.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.support.large import large_portfolio

SIZES = (200, 2_000, 50_000)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
SEARCH = """() => {
  const began = performance.now(), field = document.querySelector('[type=search]');
  field.value = 'muller';
  field.dispatchEvent(new Event('input', {bubbles: true}));
  document.body.offsetHeight;
  return performance.now() - began;
}"""


def line(customers: int, browser: Browser) -> str:
    """A line of the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        portfolio = large_portfolio(customers, folder)
        began = time.perf_counter()
        portfolio.publish(folder / "out", formats=("html",))
        written = time.perf_counter() - began
        page = folder / "out" / "index.html"
        tab = browser.new_page(viewport={"width": 1440, "height": 900})
        tab.goto(page.as_uri())
        opened = tab.evaluate("performance.getEntriesByType('navigation')[0].domInteractive")
        shown = tab.locator("#customer_overview .rows tbody tr").count()
        cards = tab.locator("[popover]").count()
        searched = tab.evaluate(SEARCH)
        tab.close()
        size = page.stat().st_size / 1_000_000
    return f"| {customers:,} | {written:.1f} | {size:.2f} | {shown:,} | {cards:,} | {opened:.0f} | {searched:.0f} |"


def main() -> None:
    """Print the table."""
    lines = [
        "| customers | written, s | page, MB | listed | cards | interactive after, ms | search, ms |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    with sync_playwright() as playwright:
        found = next(filter(None, map(shutil.which, CHROMIUM)))
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        lines += [line(customers, browser) for customers in SIZES]
        browser.close()
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
