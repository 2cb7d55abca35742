"""A page in, a PDF out, by a browser of this machine; nothing where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

__all__ = ["browser", "print_to_pdf"]

BROWSERS: Final = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
"""What browsers that print to PDF are called, and where they are on systems that have no path for them."""

SECONDS: Final = 300
"""How long a browser may take for all pages."""

ALONE: Final = (
    *("--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"),
    *("--disable-component-update", "--disable-extensions", "--no-pdf-header-footer"),
)
"""A browser without a window, that asks nobody for anything."""


def browser() -> str | None:
    """The browser of this machine that prints to PDF; None where there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def print_to_pdf(page: bytes) -> bytes | None:
    """A page that stands alone as a PDF; None where there is no browser, or it makes none."""
    found = browser()
    if found is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        source, printed = Path(folder, "page.html"), Path(folder, "page.pdf")
        source.write_bytes(page)
        # The sandbox of a browser does not work for the administrator; the page holds no script.
        as_root = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
        command = [found, *ALONE, *as_root, f"--user-data-dir={folder}/profile", f"--print-to-pdf={printed}"]
        try:
            subprocess.run(  # noqa: S603 - a browser from a list of ours, on a file of ours
                [*command, source.as_uri()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS,
                check=True,
            )
            return printed.read_bytes()
        except (OSError, subprocess.SubprocessError):
            return None
